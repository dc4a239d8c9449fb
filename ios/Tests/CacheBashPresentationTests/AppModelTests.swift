import CacheBash
import Foundation
import Testing

@testable import CacheBashPresentation

@MainActor @Suite struct AppModelTests {
  private let labels = Labels(zone: .gmt, hours24: true)

  private func app(_ fleet: FakeFleet) -> AppModel {
    AppModel(labels: labels, clock: HandClock(Sample.now)) { fleet }
  }

  @Test func launchShowsTheFleetAndAsksTheNetworkNothing() async {
    let fleet = FakeFleet(accounts: [Sample.account()])
    let app = app(fleet)
    await app.launched()
    await app.launched()
    guard case .fleet = app.stage else {
      Issue.record("no fleet")
      return
    }
    #expect(fleet.asked == ["accounts", "start"])
    #expect(fleet.askedOnMain == [])
  }

  @Test func theFirstValuesAreReadAwayFromTheMainActor() async {
    let fleet = FakeFleet(accounts: [Sample.account()])
    fleet.ends()
    await OverviewModel(fleet: fleet, labels: labels, clock: HandClock(Sample.now)).follow()
    await ProgramModel(
      id: ProgramKey(account: "home", program: "builder"), fleet: fleet, labels: labels,
      clock: HandClock(Sample.now)
    ).follow()
    #expect(fleet.asked == ["overviews", "pages of builder in home"])
    #expect(fleet.askedOnMain == [])
  }

  @Test func anAppThatLeftWhileItsFilesWereOpenedClosesThem() async {
    let fleet = FakeFleet(accounts: [Sample.account()])
    let app = app(fleet)
    let launched = Task { await app.launched() }
    await app.wentToBack()
    await launched.value
    #expect(fleet.asked == ["accounts", "start", "suspend"])
    await app.cameToFront()
    #expect(fleet.asked.last == "resume")
  }

  @Test func theFirstRunNamesTheServerBeforeAnythingIsSent() async throws {
    let fleet = FakeFleet()
    let app = app(fleet)
    await app.launched()
    guard case .firstRun(let pairing) = app.stage else {
      Issue.record("no first run")
      return
    }
    #expect(pairing.cannotGoOn)
    pairing.text = "cachebash://pair?v=1&url=https%3A%2F%2Fagents.example.org&key=" + key
    #expect(!pairing.cannotGoOn)
    pairing.continueTapped()
    #expect(pairing.step == .confirming(question: "Connect to agents.example.org?"))
    #expect(pairing.text.isEmpty)
    #expect(fleet.asked == ["accounts"])
    await pairing.connectTapped()
    #expect(fleet.asked == ["accounts", "add https://agents.example.org", "start"])
    guard case .fleet = app.stage else {
      Issue.record("no fleet")
      return
    }
  }

  @Test func aCodeThatTheCameraReadAsksBeforeAnythingIsSent() async {
    let fleet = FakeFleet()
    let app = app(fleet)
    await app.launched()
    app.opened("cachebash://pair?v=1&url=https%3A%2F%2Fagents.example.org&key=" + key)
    guard case .firstRun(let pairing) = app.stage else {
      Issue.record("no first run")
      return
    }
    #expect(pairing.step == .confirming(question: "Connect to agents.example.org?"))
    #expect(fleet.asked == ["accounts"] && pairing.text.isEmpty)
    app.opened("https://agents.example.org/")
    #expect(pairing.problem == "This is neither a pairing link nor a key.")
    #expect(fleet.asked == ["accounts"])
  }

  @Test(arguments: [[], [Sample.account()]])
  func aLinkThatOpensTheAppIsAskedAboutWhetherOrNotThereIsAFleet(accounts: [Account]) async {
    let fleet = FakeFleet(accounts: accounts)
    let app = app(fleet)
    app.opened("cachebash://pair?v=1&url=https%3A%2F%2Fagents.example.org&key=" + key)
    await app.launched()
    let pairing: PairingModel? =
      switch app.stage {
      case .firstRun(let pairing): pairing
      case .fleet(let fleet): fleet.sheet?.pairing
      case .closed, .failed: nil
      }
    #expect(pairing?.step == .confirming(question: "Connect to agents.example.org?"))
    #expect(!fleet.asked.contains { $0.hasPrefix("add") })
  }

  @Test func aLinkIsTakenWhereAFleetIsShown() async {
    let app = app(FakeFleet(accounts: [Sample.account()]))
    await app.launched()
    app.opened("cachebash://pair?v=1&url=https%3A%2F%2Fagents.example.org&key=" + key)
    guard case .fleet(let fleet) = app.stage else {
      Issue.record("no fleet")
      return
    }
    #expect(fleet.sheet?.pairing?.step == .confirming(question: "Connect to agents.example.org?"))
  }

  @Test func aRefusedKeyIsSaidAndCanBeTriedAgain() async {
    let fleet = FakeFleet()
    let pairing = PairingModel(fleet: fleet, labels: labels) { _ in Issue.record("connected") }
    pairing.text = key
    pairing.continueTapped()
    fleet.fails(.Unauthorized)
    await pairing.connectTapped()
    #expect(pairing.problem == "This key is not accepted.")
    #expect(pairing.step == .confirming(question: "Connect to api.cachebash.dev?"))
    pairing.cancelTapped()
    #expect(pairing.step == .entering)
  }

  @Test(arguments: [
    ("hello", "This is neither a pairing link nor a key."),
    ("cb_12", "The key is not complete. Copy it again."),
    ("cachebash://pair?v=2&url=https%3A%2F%2Fa.example&key=x", "This code is for a newer app."),
    ("cachebash://pair?v=1&key=x", "This link is damaged. Copy it again."),
  ])
  func whatIsNoPairingIsSaidAndNotSent(text: String, problem: String) {
    let fleet = FakeFleet()
    let pairing = PairingModel(fleet: fleet, labels: labels) { _ in }
    pairing.text = text
    pairing.continueTapped()
    #expect(pairing.problem == problem)
    #expect(pairing.step == .entering && fleet.asked.isEmpty)
  }

  @Test func leavingTheScreenClosesTheFilesAndComingBackOpensThem() async {
    let fleet = FakeFleet(accounts: [Sample.account()])
    let app = app(fleet)
    await app.launched()
    await app.cameToFront()
    await app.wentToBack()
    await app.wentToBack()
    await app.cameToFront()
    #expect(fleet.asked == ["accounts", "start", "suspend", "resume"])
  }

  @Test func filesThatCannotBeOpenedAreSaid() async {
    let app = AppModel(labels: labels) { throw CompanionError.Storage(reference: "s-1") }
    await app.launched()
    guard case .failed(let problem) = app.stage else {
      Issue.record("not failed")
      return
    }
    #expect(problem == "This device’s storage failed (reference s-1).")
  }

  private var key: String { "cb_" + String(repeating: "0", count: 63) + "1" }
}
