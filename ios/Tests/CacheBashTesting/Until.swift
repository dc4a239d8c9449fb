import Observation

/// Comes back when this holds of what models show. It is asked again with each change, so nothing is waited for in vain.
@MainActor public func until(_ holds: @escaping @MainActor () -> Bool) async {
  while !holds() {
    await withCheckedContinuation { (go: CheckedContinuation<Void, Never>) in
      withObservationTracking {
        _ = holds()
      } onChange: {
        go.resume()
      }
    }
    // The change is announced just before it is made.
    await Task.yield()
  }
}
