import CacheBashTesting
import Foundation
import Testing

@testable import CacheBash

/// What the app gets without being on the screen: the first picture, widgets, alerts and a wake in the background.
@Suite(.timeLimit(.minutes(2))) struct WatchingStoryTests {
  private let noon = moment("2026-11-23T12:00:00Z")

  @Test func aStartShowsTheLastRowsBeforeAnythingIsOpened() async throws {
    let phone = try Phone(at: noon)
    let server = try TestServer(at: noon)
    #expect(lastOverview(dataDir: phone.folder.path, now: noon) == nil)
    let companion = try phone.open()
    _ = try await companion.addAccount(account: server.owner(label: "Home"))
    try await server.agent("builder").reports("builder.auth-1", "Implementing JWT validation", progress: 40)
    try await phone.refresh(companion)
    let shown = try companion.overview(query: ProgramQuery())
    try await companion.suspend()

    let later = noon + 5_400_000
    let painted = try #require(lastOverview(dataDir: phone.folder.path, now: later))
    #expect(painted.rows == shown.rows && painted.rows.map(\.program) == ["builder"])
    #expect(painted.asOf == shown.asOf && painted.now == later)
    // It is what was seen, and never called fresh.
    #expect(shown.fresh && !painted.fresh && painted.headline == .nothingNeededYou)
    #expect(painted.accounts.map(\.label) == ["Home"])
  }

  @Test func aWidgetGetsAsMuchAsItMaySayInUnderFourKilobytes() async throws {
    let phone = try Phone(at: noon)
    let server = try TestServer(at: noon)
    let companion = try phone.open()
    _ = try await companion.addAccount(account: server.owner(label: "Home"))
    let deployer = try await server.agent("deployer")
    try await deployer.post(
      "/v1/sessions",
      ["sessionId": "deployer.1", "name": "Migration", "status": "Run it now?", "state": "blocked"])
    try await phone.refresh(companion)

    let full = try companion.glance(level: .full)
    #expect(full.headline == .needYou(count: 1) && full.rows.map(\.program) == ["deployer"])
    #expect(full.rows.first?.words?.text == "Run it now?")
    let names = try companion.glance(level: .names)
    #expect(names.rows.map(\.program) == ["deployer"] && names.rows.first?.words == nil)
    let counts = try companion.glance(level: .counts)
    #expect(counts.rows == [] && counts.headline == .needYou(count: 1) && counts.strip == [.blocked])

    // As bytes, for another process; what is not one is nothing.
    let bytes = try companion.glanceBytes(level: .names)
    #expect(bytes.count < 4_096 && readGlance(bytes: bytes) == names)
    #expect(readGlance(bytes: Data("horoscope".utf8)) == nil)
  }

  @Test func anAlertIsToldOnceByTheRulesOfThePerson() async throws {
    let phone = try Phone(at: noon)
    let server = try TestServer(at: noon)
    let companion = try phone.open()
    _ = try await companion.addAccount(account: server.owner(label: nil))
    let builder = try await server.agent("builder")
    try await builder.reports("builder.auth-1", "Implementing JWT validation", progress: 40)
    for _ in 0..<3 { try await phone.refresh(companion) }
    #expect(try companion.takeDueAlerts().alerts == [], "what was there before is no news")

    try phone.passes(seconds: 15, on: server)
    try await builder.patch("/v1/sessions/builder.auth-1", ["status": "Run it now?", "state": "blocked"])
    try await phone.refresh(companion)
    let due = try companion.takeDueAlerts().alerts
    #expect(due.map(\.kind) == [.blocked] && due.map(\.program) == ["builder"])
    #expect(try companion.takeDueAlerts().alerts == [])

    // Quiet for ten minutes, by the phone's own zone: the next one is held back until they are over.
    let rules = try companion.alertRules().quiet(from: 780, until: 790)
    try companion.setAlertRules(rules: rules)
    #expect(try companion.alertRules() == rules)
    try phone.passes(seconds: 30, on: server)
    try await builder.changes("builder.auth-1", "Thanks", progress: 50)
    try await phone.refresh(companion)
    try phone.passes(seconds: 30, on: server)
    try await builder.patch("/v1/sessions/builder.auth-1", ["status": "And now?", "state": "blocked"])
    try await phone.refresh(companion)
    let quiet = try companion.takeDueAlerts()
    #expect(quiet.alerts == [] && quiet.heldBack == [])
    #expect(quiet.quietUntil == noon + 600_000)
    try phone.passes(seconds: 600, on: server)
    let over = try companion.takeDueAlerts()
    #expect(over.alerts == [] && over.heldBack.map(\.program) == ["builder"] && over.quietUntil == nil)
    #expect(throws: CompanionError.self) {
      try companion.setAlertRules(rules: rules.quiet(from: 0, until: 9_999))
    }
    #expect(try companion.alertRules() == rules)
  }

  @Test func aWakeSendsAndReadsWithinItsBudget() async throws {
    let phone = try Phone(at: noon)
    let server = try TestServer(at: noon)
    let companion = try phone.open()
    let account = try await companion.addAccount(account: server.owner(label: nil)).id
    let builder = try await server.agent("builder")
    try await builder.reports("builder.auth-1", "Implementing JWT validation", progress: 40)
    try await phone.refresh(companion)
    _ = try companion.allowWrites(account: account, allowed: true)
    companion.setConditions(metered: true, lowPower: true)

    try phone.passes(seconds: 600, on: server)
    try await builder.changes("builder.auth-1", "Writing the tests", progress: 60)
    let report = try await companion.wake(milliseconds: 60_000, requests: 10)
    #expect(report.inTime && report.rowsChanged > 0)
    #expect(report.sources.first { $0.source == .sessions }?.standing == .fresh)
    #expect(try companion.overview(query: ProgramQuery()).rows.first?.status == "Writing the tests")

    // What was asked for is sent first.
    _ = try await companion.ask(
      account: account,
      action: .sendMessage(to: "builder", text: "Please go on", kind: .directive, repliesTo: nil))
    #expect(try await companion.wake(milliseconds: 60_000, requests: 10).inTime)
    #expect(try companion.outbox(account: account).lines == [])

    // A system that grants no time gets no more than that, and says so.
    try phone.passes(seconds: 600, on: server)
    #expect(try await !companion.wake(milliseconds: 0, requests: 10).inTime)
  }

  @Test func whatAKeyMayReadIsLearntFromReplies() async throws {
    let phone = try Phone(at: noon)
    let server = try TestServer(at: noon)
    let companion = try phone.open()
    let owner = Agent(server: server.url, key: server.ownerKey)
    let made = try await owner.post(
      "/v1/keys", ["programId": "watcher", "label": "phone", "capabilities": ["pulse.read"]])
    let key = try #require((made["key"] ?? made["rawKey"]) as? String)
    let account = try await companion.addAccount(
      account: NewAccount(server: server.url.absoluteString, key: key)
    ).id
    #expect(try companion.abilities(account: account).filter { !$0.allowed } == [])
    try await server.agent("builder").reports("builder.auth-1", "Implementing", progress: 40)
    try await phone.refresh(companion)
    _ = try await companion.refreshProgram(account: account, program: "builder")
    let abilities = try companion.abilities(account: account)
    #expect(abilities.first { $0.source == .sessions }?.allowed == true)
    let state = try #require(abilities.first { $0.source == .programState })
    #expect(!state.allowed && state.missing == "state.read" && state.learntAt >= noon)
    #expect(throws: CompanionError.NotFound) { try companion.abilities(account: "nobody") }
  }

  @Test func aServerOfOnesOwnIsTrustedWhereItsAuthorityIsNamedAndNowhereElse() async throws {
    let folder = try Temporary.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let certificate = try Certificate(in: folder)
    let server = try TestServer(at: noon, certificate: certificate)
    #expect(server.url.scheme == "https")
    let phone = try Phone(at: noon)
    let stranger = try phone.open()
    await #expect(throws: CompanionError.Offline) {
      try await stranger.addAccount(account: server.owner(label: nil))
    }
    try await stranger.suspend()

    let companion = try phone.open(trusting: certificate.text)
    let account = try await companion.addAccount(account: server.owner(label: "Home"))
    try await phone.refresh(companion)
    #expect(try companion.accounts() == [account])
    #expect(try companion.overview(query: ProgramQuery()).fresh)
    #expect(throws: CompanionError.Rejected(reason: .invalid(field: "authorities"))) {
      try phone.open(trusting: "horoscope")
    }
  }
}

extension AlertRules {
  /// The same rules with quiet hours, in minutes of the day.
  fileprivate func quiet(from: UInt32, until: UInt32) -> AlertRules {
    AlertRules(told: told, quiet: QuietHours(from: from, until: until), level: level)
  }
}
