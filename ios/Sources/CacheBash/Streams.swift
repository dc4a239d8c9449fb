/// What the companion knows, as streams.
///
/// A stream gives the present value at once, then each new one. Only the newest waits for a slow reader: a screen wants
/// what is true now, not everything that was. When the reader goes away (its loop ends, its task is cancelled, or the
/// stream is let go) the observation in Rust ends with it.
extension CompanionProtocol {
  /// The list of programs, one window of it.
  ///
  /// - Throws: `CompanionError.Suspended` or `.Storage`; the stream itself never fails.
  public func overviews(_ query: ProgramQuery = ProgramQuery()) throws -> AsyncStream<Overview> {
    let (stream, continuation) = newest(of: Overview.self)
    let listener = Passing(continuation)
    return try following(stream, continuation) { try observeOverview(query: query, listener: listener) }
  }

  /// One program with its state, sessions and key facts.
  ///
  /// - Throws: `CompanionError.NotFound` for an account or program nobody knows, `.Suspended` or `.Storage`.
  public func pages(of program: String, in account: String) throws -> AsyncStream<ProgramPage> {
    let (stream, continuation) = newest(of: ProgramPage.self)
    let listener = Passing(continuation)
    return try following(stream, continuation) {
      try observeProgram(account: account, program: program, listener: listener)
    }
  }

  /// A window over sessions, newest first.
  ///
  /// - Throws: `CompanionError.Suspended` or `.Storage`.
  public func sessionWindows(_ query: SessionQuery = SessionQuery()) throws -> AsyncStream<SessionWindow> {
    let (stream, continuation) = newest(of: SessionWindow.self)
    let listener = Passing(continuation)
    return try following(stream, continuation) { try observeSessions(query: query, listener: listener) }
  }

  /// What was asked for and is not done yet, of one account or of all.
  ///
  /// - Throws: `CompanionError.NotFound` for an account nobody knows, `.Suspended` or `.Storage`.
  public func outboxes(_ account: String? = nil) throws -> AsyncStream<OutboxView> {
    let (stream, continuation) = newest(of: OutboxView.self)
    let listener = Passing(continuation)
    return try following(stream, continuation) { try observeOutbox(account: account, listener: listener) }
  }
}

/// Passes what the companion tells, on its own thread, to a stream's reader.
private final class Passing<Value: Sendable>: Sendable {
  private let continuation: AsyncStream<Value>.Continuation

  init(_ continuation: AsyncStream<Value>.Continuation) { self.continuation = continuation }

  func pass(_ value: Value) { continuation.yield(value) }
}

extension Passing: OverviewListener where Value == Overview {
  func onOverview(overview: Overview) { pass(overview) }
}

extension Passing: ProgramListener where Value == ProgramPage {
  func onProgram(program: ProgramPage) { pass(program) }
}

extension Passing: SessionsListener where Value == SessionWindow {
  func onSessions(sessions: SessionWindow) { pass(sessions) }
}

extension Passing: OutboxListener where Value == OutboxView {
  func onOutbox(outbox: OutboxView) { pass(outbox) }
}

private func newest<Value: Sendable>(
  of: Value.Type
) -> (AsyncStream<Value>, AsyncStream<Value>.Continuation) {
  AsyncStream.makeStream(of: Value.self, bufferingPolicy: .bufferingNewest(1))
}

/// Begins the observation and ties its life to the stream's. The stream's own end is what holds the observation, so
/// there is nothing to keep and nothing to forget.
private func following<Value: Sendable>(
  _ stream: AsyncStream<Value>, _ continuation: AsyncStream<Value>.Continuation,
  _ observe: () throws -> CacheBashObservation
) throws -> AsyncStream<Value> {
  let observation = try observe()
  continuation.onTermination = { _ in observation.cancel() }
  return stream
}
