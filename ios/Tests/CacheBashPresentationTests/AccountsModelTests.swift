import CacheBash
import CacheBashTesting
import Foundation
import Testing

@testable import CacheBashPresentation

/// The leave to act, given and taken back, and signing out.
@MainActor @Suite(.timeLimit(.minutes(1))) struct AccountsModelTests {
  private let labels = Labels(zone: .gmt, hours24: true)

  private func app(_ fleet: FakeFleet) async throws -> (AppModel, FleetModel) {
    let app = AppModel(labels: labels, clock: HandClock(Sample.now)) { fleet }
    await app.launched()
    guard case .fleet(let places) = app.stage else { throw NoFleet() }
    return (app, places)
  }

  private struct NoFleet: Error {}

  @Test func eachAccountSaysWhetherThisPhoneMayActAndThatCanBeTakenBack() async throws {
    let fleet = FakeFleet(accounts: [
      Sample.account(writesAllowed: true), Sample.account(id: "hub", label: "agents.example.org"),
    ])
    let (_, places) = try await app(fleet)
    places.accountsTapped()
    let model = try #require(places.sheet?.accounts)
    await model.read()
    #expect(
      model.accounts == [
        AccountState(id: "home", label: "Home fleet", host: "agents.example.org", acts: true),
        AccountState(id: "hub", label: "agents.example.org", host: nil, acts: false),
      ])
    await model.allow("home", false)
    #expect(fleet.asked.contains("forbid home") && fleet.askedOnMain == [])
    #expect(model.accounts?.map(\.acts) == [false, false])
    model.closeTapped()
    #expect(places.sheet?.accounts == nil)
  }

  @Test func signingOutAsksFirstAndTakesWhatWasBegunWithIt() async throws {
    let fleet = FakeFleet(accounts: [Sample.account(), Sample.account(id: "work", label: "Work")])
    let (app, places) = try await app(fleet)
    let gone = Subject.message(account: "work", to: "builder")
    places.say(gone)
    places.sheet?.draft?.text = "Only for those at work"
    places.sheet = nil
    places.accountsTapped()
    let model = try #require(places.sheet?.accounts)
    model.signOutTapped("work")
    #expect(model.leaving == "work" && !fleet.asked.contains("remove work"))
    model.stayTapped()
    await model.signOutConfirmed()
    #expect(!fleet.asked.contains("remove work"))
    model.signOutTapped("work")
    await model.signOutConfirmed()
    #expect(fleet.asked.contains("remove work") && model.accounts?.map(\.id) == ["home"])
    places.say(gone)
    #expect(places.sheet?.draft?.text == "")
    guard case .fleet = app.stage else {
      Issue.record("one account is left")
      return
    }
  }

  @Test func theLastAccountLeavesTheFirstRun() async throws {
    let fleet = FakeFleet(accounts: [Sample.account()])
    let (app, places) = try await app(fleet)
    places.accountsTapped()
    places.sheet?.accounts?.signOutTapped("home")
    await places.sheet?.accounts?.signOutConfirmed()
    guard case .firstRun = app.stage else {
      Issue.record("no first run")
      return
    }
  }

  @Test func anAccountThatCouldNotBeRemovedStaysAndSaysWhy() async throws {
    let fleet = FakeFleet(accounts: [Sample.account()])
    let (app, places) = try await app(fleet)
    let subject = Subject.message(account: "home", to: "builder")
    places.say(subject)
    places.sheet?.draft?.text = "Please go on"
    places.sheet = nil
    places.accountsTapped()
    let model = try #require(places.sheet?.accounts)
    await model.read()
    model.signOutTapped("home")
    fleet.fails(.Storage(reference: "s-1"))
    await model.signOutConfirmed()
    #expect(model.problem == "This device’s storage failed (reference s-1).")
    #expect(model.accounts?.count == 1)
    places.say(subject)
    #expect(places.sheet?.draft?.text == "Please go on")
    guard case .fleet = app.stage else {
      Issue.record("it is still there")
      return
    }
  }
}
