import CacheBash
import Foundation
import Testing

@testable import CacheBashPresentation

/// Another key for an account: where it goes, what is asked before it goes elsewhere, and that a refusal loses nothing.
@MainActor @Suite(.timeLimit(.minutes(1))) struct OtherKeyModelTests {
  private let labels = Labels(zone: .gmt, hours24: true)
  private let fleet = FakeFleet(accounts: [Sample.account()])

  private func sheet(
    refused: Bool = false, program: String? = "builder"
  ) async throws -> (FleetModel, OtherKeyModel) {
    let places = FleetModel(fleet: fleet, labels: labels, clock: HandClock(Sample.now))
    places.useAnotherKey(OtherKeyWish(account: "home", program: program, ownIsRefused: refused))
    let model = try #require(places.sheet?.otherKey)
    await model.read()
    return (places, model)
  }

  private var sent: [String] { fleet.asked.filter { $0.hasPrefix("add") || $0.hasPrefix("replace") } }

  @Test func aPageThatMayNotBeReadAsksForAnotherKeyOfItsAccountAndNamesTheServer() async throws {
    let places = FleetModel(fleet: fleet, labels: labels, clock: HandClock(Sample.now))
    places.page(of: ProgramKey(account: "home", program: "builder")).otherKeyTapped()
    let model = try #require(places.sheet?.otherKey)
    #expect(model.wish == OtherKeyWish(account: "home", program: "builder"))
    await model.read()
    #expect(
      model.state
        == OtherKeyState(
          aside: "Home fleet, agents.example.org", title: "Use another key",
          lead: "Paste a key for agents.example.org, or a pairing link. It reads where the key of Home fleet "
            + "may not; what you send goes out with that of Home fleet.",
          step: .pasting(ready: false)))
  }

  @Test(arguments: [
    (Sample.rawKey, "a key"), ("  \(Sample.rawKey)\n", "a key"),
    (Sample.link(to: "https://agents.example.org", program: "builder"), "builder"),
    (Sample.link(to: "https://AGENTS.example.org:443/"), "a key"),
  ])
  func aKeyForTheServerOfTheAccountJoinsItsRingAndThePageIsReadAgain(
    pasted: String, label: String
  ) async throws {
    let (places, model) = try await sheet()
    model.text = pasted
    #expect(model.state?.step == .pasting(ready: true))
    await model.useTapped()
    #expect(sent == ["add \(label) to the ring of home"])
    #expect(places.sheet?.id == nil && model.text.isEmpty)
    #expect(fleet.asked.last == "refresh builder")
  }

  @Test(arguments: [
    "https://hub.example.org", "http://agents.example.org", "https://agents.example.org:8443",
    "https://agents.example.org/other",
  ])
  func aLinkToAnotherServerIsAnAccountOfItsOwnAndIsAskedAboutFirst(server: String) async throws {
    let (places, model) = try await sheet()
    model.text = Sample.link(to: server)
    await model.useTapped()
    let host = try #require(URL(string: server)?.host)
    #expect(model.state?.step == .confirming(question: "Connect to \(host)?"))
    #expect(
      model.state?.lead
        == "This link is for \(host), not for the server of Home fleet. It can be a new account; "
        + "nothing was sent so far.")
    #expect(sent == [])
    model.cancelTapped()
    #expect(model.state?.step == .pasting(ready: true) && model.text == Sample.link(to: server))
    await model.useTapped()
    await model.connectTapped()
    #expect(sent == ["add \(server)"] && places.sheet?.id == nil)
    #expect(fleet.asked.last == "refresh")
  }

  @Test(arguments: [
    (CompanionError.Unauthorized, "This key is not accepted."),
    (.Offline, "The server cannot be reached."),
  ])
  func aKeyThatWasNotTakenStaysInItsFieldWithTheReason(why: CompanionError, problem: String) async throws {
    let (places, model) = try await sheet()
    fleet.acts.added = .failure(why)
    model.text = Sample.rawKey
    await model.useTapped()
    #expect(model.problem == problem && model.text == Sample.rawKey)
    #expect(model.state?.step == .pasting(ready: true) && places.sheet?.otherKey === model)
    // Tried again as it stands.
    fleet.acts.added = .success(Sample.ringKey("builder"))
    await model.useTapped()
    #expect(model.problem == nil && places.sheet?.id == nil && sent.count == 2)
  }

  @Test func whatIsNoKeyIsSaidAndNotSent() async throws {
    let (_, model) = try await sheet()
    model.text = "cb_12"
    await model.useTapped()
    #expect(model.problem == "The key is not complete. Copy it again." && model.text == "cb_12")
    model.text = "cb_123"
    #expect(model.problem == nil && sent == [])
  }

  @Test func theAccountsOwnKeyAndOneThatIsThereAlreadyAreSaidToBe() async throws {
    let (places, model) = try await sheet()
    fleet.acts.added = .success(Sample.ringKey("Home fleet", own: true))
    model.text = Sample.rawKey
    await model.useTapped()
    #expect(model.problem == "This is the key that Home fleet has already." && model.text == Sample.rawKey)
    fleet.acts.added = .success(Sample.ringKey("deploys"))
    fleet.acts.ring.append(Sample.ringKey("deploys"))
    await model.useTapped()
    #expect(model.problem == "Home fleet has this key already: “deploys”.")
    #expect(places.sheet?.otherKey === model)
  }

  @Test func aKeyThatOnlyOpenedSoFarReadsOnceItIsAdded() async throws {
    let (places, model) = try await sheet()
    var opener = Sample.ringKey("reviewer")
    opener = RingKey(
      hash: opener.hash, label: opener.label, own: false, asks: false, addedAt: Sample.now, abilities: [])
    fleet.acts.ring.append(opener)
    model.text = Sample.rawKey
    await model.useTapped()
    #expect(model.problem == nil && places.sheet?.id == nil)
  }

  @Test func anotherOwnersKeyCanOnlyBeAnAccountOfItsOwn() async throws {
    let (places, model) = try await sheet()
    fleet.acts.added = .failure(.Rejected(reason: .notYours))
    model.text = Sample.rawKey
    await model.useTapped()
    #expect(
      model.state?.lead
        == "This key belongs to another owner than the key of Home fleet, and cannot read for that account. "
        + "It can be a new account.")
    #expect(model.state?.step == .confirming(question: "Connect to agents.example.org?"))
    fleet.fails(.Offline)
    await model.connectTapped()
    #expect(model.problem == "The server cannot be reached.")
    #expect(model.state?.step == .confirming(question: "Connect to agents.example.org?"))
    fleet.fails(nil)
    await model.connectTapped()
    #expect(sent.suffix(2) == ["add https://agents.example.org", "add https://agents.example.org"])
    #expect(places.sheet?.id == nil)
  }

  @Test func aKeyThatIsNoLongerAcceptedIsReplacedAndTheAccountStays() async throws {
    let (places, model) = try await sheet(refused: true, program: nil)
    #expect(model.state?.title == "Replace key")
    #expect(
      model.state?.lead.hasSuffix("All that is kept of the account stays, and what waits in its outbox.")
        == true)
    model.text = Sample.rawKey
    await model.useTapped()
    #expect(sent == ["replace the key of home"] && places.sheet?.id == nil)
  }

  @Test func aSheetWhoseAccountIsGoneGoesWithWhatWasPasted() async throws {
    let (places, model) = try await sheet()
    model.text = Sample.rawKey
    fleet.tells(Sample.outbox(accounts: []))
    fleet.ends()
    await places.outbox.follow()
    #expect(places.sheet?.id == nil && model.text.isEmpty)
  }
}
