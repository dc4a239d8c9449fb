import CacheBash
import CacheBashPresentation
import Foundation

/// A fleet that does what its test says, and notes what it was asked.
final class FakeFleet: Fleet, @unchecked Sendable {
  /// What it was given to do.
  let acts = FakeActs()
  private let lock = NSLock()
  private let overviewsTold = Telling<Overview>()
  private let pagesTold = Telling<ProgramPage>()
  private(set) var known: [Account]
  private var noted: [String] = []
  private var notedOnMain: [String] = []
  private var failure: CompanionError?
  private var digest = Sample.digest()
  private var finding: @Sendable (SearchQuery) async -> SearchPage = { _ in Sample.found() }

  init(accounts: [Account] = []) {
    known = accounts
    MainQueue.mark()
  }

  /// What was asked of it, in order.
  var asked: [String] { lock.withLock { noted } }

  /// What of it was asked on the main actor.
  var askedOnMain: [String] { lock.withLock { notedOnMain } }

  /// Every call fails from now on, or works again.
  func fails(_ error: CompanionError?) { lock.withLock { failure = error } }

  /// What every reader hears, in order, however late they come.
  func tells(_ overview: Overview) { overviewsTold.tells(overview) }
  func tells(_ page: ProgramPage) { pagesTold.tells(page) }

  /// What happened while nobody looked.
  func happened(_ digest: AwayDigest) { lock.withLock { self.digest = digest } }

  /// What a search finds.
  func finds(_ found: @escaping @Sendable (SearchQuery) async -> SearchPage) {
    lock.withLock { finding = found }
  }

  /// Ends every stream once all was heard.
  func ends() {
    overviewsTold.ends()
    pagesTold.ends()
    acts.outboxesTold.ends()
  }

  func overviews(_ query: ProgramQuery) throws -> AsyncStream<Overview> {
    try note("overviews")
    return overviewsTold.stream
  }

  func pages(of program: String, in account: String) throws -> AsyncStream<ProgramPage> {
    try note("pages of \(program) in \(account)")
    return pagesTold.stream
  }

  func refreshNow() async throws { try note("refresh") }
  func refreshNow(_ program: ProgramKey) async throws { try note("refresh \(program.program)") }

  func search(query: SearchQuery) async throws -> SearchPage {
    try note("search \(query.text), \(query.kind.map { "\($0)" } ?? "all"), \(query.limit)")
    return await lock.withLock { finding }(query)
  }

  func away() throws -> AwayDigest {
    try note("away")
    return lock.withLock { digest }
  }

  func accounts() throws -> [Account] {
    try note("accounts")
    return lock.withLock { known }
  }

  func ring(account: String) throws -> [RingKey] {
    try note("ring of \(account)")
    return acts.ring
  }

  func addAccount(account: NewAccount) async throws -> Account {
    try note("add \(account.server ?? "")")
    let made = Sample.account(label: account.label ?? "host")
    lock.withLock { known.append(made) }
    return made
  }

  func start() throws { try note("start") }
  func suspend() async throws { try note("suspend") }
  func resume() async throws { try note("resume") }

  /// Puts another in place of an account that it knows, or nothing.
  func replace(_ account: String, with other: (Account) -> Account?) throws -> Account {
    try lock.withLock {
      guard let place = known.firstIndex(where: { $0.id == account }) else { throw CompanionError.NotFound }
      let before = known[place]
      let after = other(before)
      known.replaceSubrange(place...place, with: after.map { [$0] } ?? [])
      return after ?? before
    }
  }

  func note(_ what: String) throws {
    let failure = lock.withLock {
      noted.append(what)
      if MainQueue.isHere { notedOnMain.append(what) }
      return self.failure
    }
    if let failure { throw failure }
  }
}

/// Knows the main actor's queue again: whose thread that is differs between systems.
private enum MainQueue {
  private static let key = DispatchSpecificKey<Bool>()

  static func mark() { DispatchQueue.main.setSpecific(key: key, value: true) }

  static var isHere: Bool { DispatchQueue.getSpecific(key: key) == true }
}

/// A clock that stands still; each wait comes back only when the test lets it.
final class HandClock: ScreenClock, @unchecked Sendable {
  private let lock = NSLock()
  private var at: Int64
  private var count = 0
  private var waits: [Int: CheckedContinuation<Void, any Error>] = [:]
  private var began: AsyncStream<Duration>.Iterator
  private let beginning: AsyncStream<Duration>.Continuation

  init(_ at: Int64) {
    self.at = at
    let (stream, continuation) = AsyncStream.makeStream(of: Duration.self)
    began = stream.makeAsyncIterator()
    beginning = continuation
  }

  func now() -> Int64 { lock.withLock { at } }

  func wait(for span: Duration) async throws {
    let number = lock.withLock {
      count += 1
      return count
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { go in
        lock.withLock { waits[number] = go }
        beginning.yield(span)
        if Task.isCancelled { take(number)?.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      take(number)?.resume(throwing: CancellationError())
    }
  }

  /// The span of the next wait that begins.
  @MainActor func nextWait() async -> Duration? { await began.next(isolation: MainActor.shared) }

  /// Time passes, and whoever waits goes on.
  func passes(seconds: Int64) {
    let waiting = lock.withLock {
      at += seconds * 1_000
      defer { waits = [:] }
      return waits.values
    }
    waiting.forEach { $0.resume() }
  }

  private func take(_ number: Int) -> CheckedContinuation<Void, any Error>? {
    lock.withLock { waits.removeValue(forKey: number) }
  }
}
