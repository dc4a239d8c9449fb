/// One shared tick for a screen: each second while an age below a minute can be seen, else every 15 s.
@MainActor final class Ticking {
  /// While an age counts in seconds.
  static let seconds = Duration.seconds(1)
  /// Else.
  static let calm = Duration.seconds(15)

  private let clock: any ScreenClock
  private var running: Task<Void, Never>?

  init(clock: any ScreenClock) { self.clock = clock }

  /// Ticks until told otherwise; an earlier ticking ends.
  func start(every period: Duration, _ tick: @escaping @MainActor () -> Void) {
    stop()
    running = Task { [clock] in
      while (try? await clock.wait(for: period)) != nil, !Task.isCancelled { tick() }
    }
  }

  func stop() {
    running?.cancel()
    running = nil
  }
}
