import CacheBash
import CacheBashTesting
import Foundation
import Testing

@testable import CacheBashPresentation

/// The key of this phone itself, and keys that a sheet makes on a real server.
@MainActor @Suite(.timeLimit(.minutes(2))) struct OwnKeyTests {
  private let labels = Labels(zone: .gmt, hours24: true)

  private func accounts(_ fleet: FakeFleet) async throws -> (FleetModel, AccountsModel) {
    let places = FleetModel(fleet: fleet, labels: labels, clock: HandClock(Sample.now))
    places.accountsTapped()
    let model = try #require(places.sheet?.accounts)
    await model.read()
    return (places, model)
  }

  @Test func replacingThePhonesKeyAsksFirstAndSaysHowLongTheOldOneWorks() async throws {
    let fleet = FakeFleet(accounts: [Sample.account(writesAllowed: true)])
    let (_, model) = try await accounts(fleet)
    model.replaceKeyTapped("home")
    #expect(model.replacing == "home" && model.leaving == nil)
    model.stayTapped()
    await model.replaceKeyConfirmed()
    #expect(!fleet.asked.contains("rotate the key of home"))
    model.replaceKeyTapped("home")
    await model.replaceKeyConfirmed()
    #expect(fleet.asked.contains("rotate the key of home") && model.replacing == nil)
    #expect(
      model.done == "The key of Home fleet was replaced; the old one works for at most 30\u{202F}s more.")
    model.signOutTapped("home")
    #expect(model.leaving == "home" && model.replacing == nil)
  }

  @Test func aReplacementThatCannotBeMadeYetWaitsAndAFailureIsSaid() async throws {
    let fleet = FakeFleet(accounts: [Sample.account(writesAllowed: true)])
    let (_, model) = try await accounts(fleet)
    fleet.acts.waits = true
    model.replaceKeyTapped("home")
    await model.replaceKeyConfirmed()
    #expect(
      model.done == "The key of Home fleet is replaced when the server can be reached; the outbox tells.")
    #expect(fleet.asked.filter { $0.hasPrefix("discard") } == [])
    fleet.fails(.Offline)
    model.signOutTapped("home")
    await model.signOutConfirmed()
    #expect(model.problem == "The server cannot be reached." && model.done == nil)
    fleet.fails(.ReadOnly)
    model.replaceKeyTapped("home")
    await model.replaceKeyConfirmed()
    #expect(model.problem == "This account is read only here, until you allow it to act.")
  }

  @Test func aKeyWhoseSheetIsClosedWhileItIsMadeWaitsInTheOutboxToBeSeen() async throws {
    let folder = try Temporary.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let server = try TestServer(at: Sample.now)
    let companion = try Companion(
      options: OpenOptions(folder: folder), secrets: MemorySecrets(), clock: SteppedClock(Sample.now))
    let account = try await companion.addAccount(
      account: NewAccount(server: server.url.absoluteString, key: server.ownerKey, label: "Home"))
    let places = FleetModel(fleet: companion, labels: labels)
    places.makeKey(KeyWish(account: account.id, program: "reviewer"))
    let sheet = try #require(places.sheet?.newKey)
    let following = Task { await sheet.follow() }
    defer { following.cancel() }
    while sheet.step == nil { await Task.yield() }
    // This phone may not act yet: that is asked for first.
    guard case .allowing = sheet.step else {
      Issue.record("leave is not asked for")
      return
    }
    await sheet.allowTapped()
    sheet.label = "closed too soon"
    #expect(sheet.form?.creatable == true)
    let creating = Task { await sheet.createTapped() }
    while sheet.form?.creatable == true { await Task.yield() }
    // No answer can have come: it would have to come back to this actor.
    sheet.closeTapped()
    #expect(places.sheet?.newKey == nil)
    await creating.value
    let line = try #require(try companion.outbox(account: account.id).lines.first)
    guard case .keyIssued(let hash) = line.delivery else {
      Issue.record("the key is not in the outbox")
      return
    }
    let made = try await companion.listKeys(account: account.id).first { $0.label == "closed too soon" }
    #expect(made?.active == true && made?.hash == hash)

    // From there it is shown, and leaves it once it is stored.
    places.makeKey(KeyWish(account: account.id, line: line.id))
    let again = try #require(places.sheet?.newKey)
    let shows = Task { await again.follow() }
    defer { shows.cancel() }
    while again.step == nil { await Task.yield() }
    guard case .shown = again.step else {
      Issue.record("the key of the outbox is not shown")
      return
    }
    again.isStored = true
    again.closeTapped()
    await again.settling?.value
    #expect(try companion.outbox(account: account.id).lines == [])

    // The one that is waited for is shown, and stays.
    places.makeKey(KeyWish(account: account.id, program: "reviewer"))
    let second = try #require(places.sheet?.newKey)
    let follows = Task { await second.follow() }
    defer { follows.cancel() }
    while second.step == nil { await Task.yield() }
    second.label = "stored"
    await second.createTapped()
    guard case .shown(let shown) = second.step else {
      Issue.record("no key is shown")
      return
    }
    let pairing = try parsePairing(text: shown.link.reveal)
    #expect(pairing.key == shown.key.reveal && pairing.program == "reviewer")
    _ = try await Agent(server: server.url, key: shown.key.reveal).post(
      "/v1/sessions", ["sessionId": "reviewer.1", "name": "Reading", "status": "Reading", "state": "working"])
    second.isStored = true
    second.closeTapped()
    let stored = try await companion.listKeys(account: account.id).first { $0.label == "stored" }
    #expect(stored?.active == true)
  }
}

extension NewKeyModel {
  fileprivate var form: KeyFormState? {
    if case .writing(let form) = step { form } else { nil }
  }
}
