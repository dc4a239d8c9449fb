import CacheBashTesting
import Foundation
import Testing

@testable import CacheBash

/// One fleet, from its first key to a lost network and back, through the built library and against a real server.
@Suite(.timeLimit(.minutes(2))) struct StoryTests {
  private let noon = moment("2026-11-23T12:00:00Z")

  @Test func aFleetIsSeenFollowedLostAndFoundAgain() async throws {
    let phone = try Phone(at: noon)
    let server = try TestServer(at: noon)

    // Open, add the account, look: nobody is there yet.
    var companion = try phone.open()
    let account = try await companion.addAccount(account: server.owner(label: "Home"))
    #expect(account.label == "Home" && !account.writesAllowed)
    #expect(phone.secrets.get(account: account.id) == server.ownerKey)
    try await phone.refresh(companion)
    #expect(try companion.overview(query: ProgramQuery()).headline == .nobody)

    // Two agents report; the phone lists them with their progress.
    let builder = try await server.agent("builder")
    let deployer = try await server.agent("deployer")
    try await builder.reports("builder.auth-1", "Implementing JWT validation", progress: 40)
    try await deployer.reports("deployer.prod-1", "Waiting for the window", progress: nil)
    try await phone.refresh(companion)
    let listed = try companion.overview(query: ProgramQuery())
    #expect(listed.rows.map(\.program) == ["builder", "deployer"])
    #expect(listed.rows.map(\.progress) == [.percent(percent: 40), .notReported])
    #expect(listed.rows.map(\.state) == [.working, .working])

    // The phone follows; a change made by an agent arrives.
    var changes = try companion.overviews().makeAsyncIterator()
    #expect(await changes.next()?.rows.first?.progress == .percent(percent: 40))
    try phone.passes(seconds: 60, on: server)
    try await builder.changes("builder.auth-1", "Writing the tests", progress: 55)
    try await phone.refresh(companion)
    var seen = await changes.next()
    while seen?.rows.first(where: { $0.program == "builder" })?.progress != .percent(percent: 55) {
      seen = try #require(await changes.next())
    }
    #expect(seen?.rows.first { $0.program == "builder" }?.status == "Writing the tests")

    // It hands off; the notes and the open questions are read.
    try await builder.patch(
      "/v1/program-state/builder",
      [
        "sessionId": "builder.auth-1",
        "contextSummary": [
          "handoffNotes": "Checks are in. Left: the refresh token.",
          "openQuestions": ["401 or 403?"], "activeWorkItems": ["Refresh token"],
        ],
      ])
    _ = try await companion.refreshProgram(account: account.id, program: "builder")
    let page = try companion.program(account: account.id, program: "builder")
    #expect(page.context.reading == .read)
    #expect(page.context.context.handOffNotes == "Checks are in. Left: the refresh token.")
    #expect(page.context.context.openQuestions == ["401 or 403?"])
    #expect(page.history?.samples.map(\.progress) == [40, 55])

    // The network is lost and the app is started anew: the same rows, with their as-of.
    let before = try companion.overview(query: ProgramQuery())
    let asOf = try #require(before.asOf)
    try await companion.suspend()
    server.stop()
    phone.clock.set(asOf + 3_600_000)
    companion = try phone.open()
    try await phone.refresh(companion)
    let after = try companion.overview(query: ProgramQuery())
    #expect(after.rows.map(\.program) == before.rows.map(\.program))
    #expect(after.rows.map(\.status) == before.rows.map(\.status))
    #expect(after.rows.map(\.progress) == before.rows.map(\.progress))
    #expect(after.rows.map(\.state) == before.rows.map(\.state))
    #expect(after.rows.map(\.section) == before.rows.map(\.section))
    #expect(after.rows.map(\.shape) == before.rows.map(\.shape))
    #expect(after.rows.map(\.lastHeard) == before.rows.map(\.lastHeard))
    #expect(after.asOf == asOf && after.asOfDate == Date(milliseconds: asOf))
    #expect(!after.fresh && after.notice == .offline(asOf: asOf))
  }

  @Test func aWrongKeyIsUnauthorizedAndNothingOfItIsKept() async throws {
    let phone = try Phone(at: noon)
    let server = try TestServer(at: noon)
    let companion = try phone.open()
    let wrong = "cb_" + String(repeating: "0", count: 63) + "1"
    await #expect(throws: CompanionError.Unauthorized) {
      try await companion.addAccount(account: NewAccount(server: server.url.absoluteString, key: wrong))
    }
    #expect(try companion.accounts() == [])
    #expect(phone.secrets.count == 0)
  }

  @Test func aServerThatIsNotThereIsOffline() async throws {
    let phone = try Phone(at: noon)
    let server = try TestServer(at: noon)
    server.stop()
    let companion = try phone.open()
    await #expect(throws: CompanionError.Offline) {
      try await companion.addAccount(account: server.owner(label: nil))
    }
  }

  @Test func aCallWhoseCallerWentAwayLeavesNothingHalfDone() async throws {
    let phone = try Phone(at: noon)
    let server = try TestServer(at: noon)
    let gate = try Gate(to: server.url)
    let companion = try phone.open()
    let listener = Counting()
    let observation = try companion.observeOverview(query: ProgramQuery(), listener: listener)

    // Its call stands unanswered at the server when the caller goes away.
    let behind = NewAccount(server: gate.url.absoluteString, key: server.ownerKey, label: "Home")
    let added = Task { try await companion.addAccount(account: behind) }
    await gate.someoneWaits()
    added.cancel()
    #expect(try companion.accounts() == [] && phone.secrets.kept == 0)

    // The answer never comes. Cancelling is not what ends the call: the lost connection does, and it says so.
    gate.shuts()
    await #expect(throws: CompanionError.Offline) { try await added.value }
    #expect(try companion.accounts() == [])
    #expect(phone.secrets.count == 0 && phone.secrets.kept == 0)
    #expect(try companion.overview(query: ProgramQuery()).accounts == [])
    observation.cancel()

    // Not in the files either, and nothing stands in the way of the next try.
    try await companion.suspend()
    #expect(throws: CompanionError.Suspended) { try companion.accounts() }
    try await companion.resume()
    #expect(try companion.accounts() == [])
    let account = try await companion.addAccount(account: server.owner(label: "Home"))
    try await phone.refresh(companion)
    #expect(try companion.accounts().map(\.id) == [account.id])
    #expect(phone.secrets.count == 1 && phone.secrets.kept == 1)
    // Who no longer observes hears of none of this: the empty fleet of the beginning was all.
    #expect(listener.told.allSatisfy { $0.accounts.isEmpty })
  }

  @Test func aCallWhoseCallerWentAwayIsDoneWholeWhenItsAnswerComes() async throws {
    let phone = try Phone(at: noon)
    let server = try TestServer(at: noon)
    let gate = try Gate(to: server.url)
    defer { gate.shuts() }
    let companion = try phone.open()
    let behind = NewAccount(server: gate.url.absoluteString, key: server.ownerKey, label: "Home")
    let added = Task { try await companion.addAccount(account: behind) }
    await gate.someoneWaits()
    added.cancel()
    #expect(added.isCancelled && phone.secrets.kept == 0)
    gate.opens()
    // Whoever waits all the same gets what was made: the account with its key, and it works.
    let account = try await added.value
    #expect(try companion.accounts() == [account])
    #expect(phone.secrets.count == 1 && phone.secrets.get(account: account.id) == server.ownerKey)
    try await phone.refresh(companion)
    #expect(try companion.overview(query: ProgramQuery()).fresh)
  }

  @Test func whatIsAskedForIsKeptUntilItIsDoneAndARefusalSaysWhy() async throws {
    let phone = try Phone(at: noon)
    let server = try TestServer(at: noon)
    let companion = try phone.open()
    let account = try await companion.addAccount(account: server.owner(label: nil)).id
    let builder = try await server.agent("builder")
    try await builder.reports("builder.auth-1", "Implementing JWT validation", progress: 40)
    try await phone.refresh(companion)
    let goOn = Action.sendMessage(to: "builder", text: "Please go on", kind: .directive, repliesTo: nil)
    await #expect(throws: CompanionError.ReadOnly) { try await companion.ask(account: account, action: goOn) }
    _ = try companion.allowWrites(account: account, allowed: true)

    _ = try await companion.ask(account: account, action: goOn)
    try await companion.deliver(account: account)
    var outboxes = try companion.outboxes(account).makeAsyncIterator()
    #expect(await outboxes.next()?.lines == [])

    let toNobody = Action.sendMessage(to: "nobody-here", text: "Hello?", kind: .query, repliesTo: nil)
    let asked = try await companion.ask(account: account, action: toNobody)
    try await companion.deliver(account: account)
    let line = try #require(try companion.outbox(account: account).lines.first)
    #expect(line.id == asked)
    #expect(line.delivery == .refused(setback: .rejected(reason: .unknownTarget)))
    try await companion.discardAction(account: account, action: asked)
    #expect(try companion.outbox(account: account).lines == [])
  }

  @Test func aStreamEndsWithItsReader() async throws {
    let phone = try Phone(at: noon)
    let server = try TestServer(at: noon)
    let companion = try phone.open()
    _ = try await companion.addAccount(account: server.owner(label: nil))

    // A reader whose task is cancelled comes back, although nothing happens any more.
    let (arrivals, arrived) = AsyncStream.makeStream(of: Overview.self)
    let reader = Task {
      for await overview in try companion.overviews() { arrived.yield(overview) }
    }
    var waiting = arrivals.makeAsyncIterator()
    _ = await waiting.next()
    reader.cancel()
    try await reader.value

    // A listener that was let go is told nothing more: Rust has let go of it, too.
    weak var gone: Counting?
    try {
      let listener = Counting()
      gone = listener
      _ = try companion.observeOverview(query: ProgramQuery(), listener: listener)
    }()
    try await phone.refresh(companion)
    try await companion.suspend()
    #expect(gone == nil)
  }
}

/// A phone with its folder, its secrets and its clock: the companion on it can be opened again.
final class Phone {
  let secrets = MemorySecrets()
  let clock: SteppedClock
  let folder: URL

  init(at now: Int64) throws {
    clock = SteppedClock(now)
    folder = try Temporary.folder()
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func open(trusting authorities: String? = nil) throws -> Companion {
    let options = OpenOptions(
      folder: folder, zone: TimeZone(identifier: "Europe/Berlin"), authorities: authorities)
    return try Companion(options: options, secrets: secrets, clock: clock)
  }

  func refresh(_ companion: Companion) async throws { _ = try await companion.refresh() }

  /// Time goes on, for the phone and for the server.
  func passes(seconds: Int64, on server: TestServer) throws {
    clock.set(clock.nowMs() + seconds * 1_000)
    try server.setClock(clock.nowMs())
  }
}

extension TestServer {
  func owner(label: String?) -> NewAccount {
    NewAccount(server: url.absoluteString, key: ownerKey, label: label)
  }
}

extension Agent {
  func reports(_ session: String, _ status: String, progress: Int?) async throws {
    var body: [String: Any] = ["sessionId": session, "name": status, "status": status, "state": "working"]
    body["progress"] = progress
    try await post("/v1/sessions", body)
  }

  func changes(_ session: String, _ status: String, progress: Int) async throws {
    try await patch(
      "/v1/sessions/\(session)",
      ["status": status, "state": "working", "progress": progress, "lastHeartbeat": true])
  }
}

/// Keeps what it is told.
private final class Counting: OverviewListener, @unchecked Sendable {
  private let lock = NSLock()
  private var overviews: [Overview] = []

  var told: [Overview] { lock.withLock { overviews } }

  func onOverview(overview: Overview) { lock.withLock { overviews.append(overview) } }
}
