import CacheBash
import CacheBashTesting
import Foundation
import Testing

@testable import CacheBashPresentation

/// The keys that a phone holds for an account, as its owner sees them; and, on a real server, what they are good for.
@MainActor @Suite(.timeLimit(.minutes(2))) struct RingModelTests {
  private let labels = Labels(zone: .gmt, hours24: true)

  private func ring(_ fleet: FakeFleet) async throws -> (AccountsModel, RingModel) {
    let places = FleetModel(fleet: fleet, labels: labels, clock: HandClock(Sample.now))
    places.accountsTapped()
    let accounts = try #require(places.sheet?.accounts)
    await accounts.read()
    accounts.keysTapped("home")
    let model = try #require(accounts.ring)
    await model.read()
    return (accounts, model)
  }

  @Test func eachKeySaysWhatItIsForWhatItMayReadAndSinceWhenItIsHere() async throws {
    let fleet = FakeFleet(accounts: [Sample.account()])
    fleet.acts.ring = [
      Sample.ringKey(
        "Home fleet", own: true,
        abilities: [
          Sample.ability(.sessions, true), Sample.ability(.messages, true),
          Sample.ability(.programState, false, missing: "state.read"), Sample.ability(.cost, false),
        ]),
      Sample.ringKey("builder"), Sample.ringKey("reviewer", asks: false),
    ]
    let (accounts, model) = try await ring(fleet)
    let state = try #require(model.state)
    #expect(state.aside == "Home fleet, agents.example.org")
    #expect(state.keys.map(\.label) == ["Home fleet", "builder", "reviewer"])
    #expect(
      state.keys.map(\.use) == [
        "The account’s own: what you send goes out with it", "Reads where the account’s own may not",
        "Only opens answers that were sealed for it",
      ])
    #expect(
      state.keys.map(\.facts) == [
        [
          "May read: Sessions, Messages", "May not read: Program state (needs state.read), Cost",
          "Fingerprint 0000 0000 … 0000 0000",
        ],
        [
          "What it may read is not known yet", "Fingerprint 1111 1111 … 1111 1111",
          "On this phone since 12:52",
        ],
        ["Fingerprint 2222 2222 … 2222 2222", "On this phone since 12:52"],
      ])
    #expect(state.keys[0].removal == nil)
    #expect(state.keys[1].removal?.contains("reads no more with it") == true)
    #expect(state.keys[2].removal?.contains("reads no more with it") == false)
    model.closeTapped()
    #expect(accounts.ring == nil && fleet.askedOnMain == [])
  }

  @Test func aKeyIsForgottenOnlyAfterItWasAskedAbout() async throws {
    let fleet = FakeFleet(accounts: [Sample.account()])
    let builder = Sample.ringKey("builder")
    fleet.acts.ring.append(builder)
    let (_, model) = try await ring(fleet)
    model.removeTapped(builder.hash)
    #expect(model.removing == builder.hash)
    model.stayTapped()
    await model.removeConfirmed()
    #expect(fleet.acts.ring.count == 2)
    model.removeTapped(builder.hash)
    await model.removeConfirmed()
    #expect(model.state?.keys.map(\.label) == ["Home fleet"] && model.removing == nil)
    #expect(model.done == "“builder” was removed from this phone." && model.problem == nil)
  }

  @Test func aKeyThatCouldNotBeForgottenStaysAndSaysWhy() async throws {
    let fleet = FakeFleet(accounts: [Sample.account()])
    fleet.acts.ring.append(Sample.ringKey("builder"))
    let (_, model) = try await ring(fleet)
    model.removeTapped(Sample.ringKey("builder").hash)
    fleet.fails(.Storage(reference: "s-1"))
    await model.removeConfirmed()
    #expect(model.problem == "This device’s storage failed (reference s-1)." && model.done == nil)
    #expect(model.state?.keys.count == 2)
  }

  @Test func anotherKeyIsPastedInPlaceOfTheListAndThenStandsInIt() async throws {
    let fleet = FakeFleet(accounts: [Sample.account()])
    let (_, model) = try await ring(fleet)
    model.addTapped()
    let adding = try #require(model.adding)
    await adding.read()
    adding.text = Sample.rawKey
    await adding.useTapped()
    #expect(model.adding == nil)
    fleet.tells(Sample.overview([]))
    fleet.ends()
    await model.follow()
    #expect(model.state?.keys.map(\.label) == ["Home fleet", "builder"])
  }

  @Test func aPageThatTheOwnKeyMayNotReadIsReadWithAnotherUntilThatIsForgotten() async throws {
    let folder = try Temporary.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let server = try TestServer(at: Sample.now)
    let builder = try await server.agent("builder")
    _ = try await builder.post(
      "/v1/sessions", ["sessionId": "builder.1", "name": "Auth", "status": "Reading", "state": "working"])
    _ = try await builder.patch(
      "/v1/program-state/builder",
      ["sessionId": "builder.1", "contextSummary": ["handoffNotes": "The refresh token is left."]])
    let narrow = try await Agent(server: server.url, key: server.ownerKey).post(
      "/v1/keys", ["programId": "phone", "label": "phone", "capabilities": ["pulse.read"]])
    let secrets = MemorySecrets()
    let companion = try Companion(
      options: OpenOptions(folder: folder), secrets: secrets, clock: SteppedClock(Sample.now))
    let address = server.url.absoluteString
    let account = try await companion.addAccount(
      account: NewAccount(server: address, key: try #require(narrow["key"] as? String), label: "Home"))
    let places = FleetModel(fleet: companion, labels: labels, clock: HandClock(Sample.now))
    let builderHere = ProgramKey(account: account.id, program: "builder")
    func notes() throws -> String {
      try companion.program(account: account.id, program: "builder").context.context.handOffNotes
    }
    try? await companion.refreshNow(builderHere)
    #expect(try notes() == "")

    // A key that the server does not know is not kept, and not lost.
    places.useAnotherKey(OtherKeyWish(account: account.id, program: "builder"))
    let sheet = try #require(places.sheet?.otherKey)
    await sheet.read()
    let wrong = "cb_" + String(repeating: "0", count: 63) + "1"
    sheet.text = wrong
    await sheet.useTapped()
    #expect(sheet.problem == "This key is not accepted." && sheet.text == wrong && secrets.count == 1)

    // The owner's is: the page opens, and there is still one account.
    sheet.text = pairingLink(pairing: Pairing(server: address, key: server.ownerKey, program: "owner"))
    await sheet.useTapped()
    #expect(places.sheet?.id == nil && sheet.problem == nil)
    #expect(try notes() == "The refresh token is left.")
    #expect(try companion.accounts().map(\.id) == [account.id])

    places.accountsTapped()
    let accounts = try #require(places.sheet?.accounts)
    accounts.keysTapped(account.id)
    let ring = try #require(accounts.ring)
    await ring.read()
    #expect(ring.state?.keys.map(\.label) == ["Home", "owner"])
    let facts = ring.state?.keys.map(\.facts) ?? []
    #expect(facts.first?.contains { $0.contains("Program state (needs state.read)") } == true)
    #expect(facts.last?.contains { $0.hasPrefix("May read: ") } == true)

    // The same again is said to be there.
    ring.addTapped()
    let again = try #require(ring.adding)
    await again.read()
    again.text = server.ownerKey
    await again.useTapped()
    #expect(again.problem == "Home has this key already: “owner”." && again.text == server.ownerKey)
    again.closeTapped()

    // Forgotten, it reads no more; what was read stays, and the server still knows the key.
    ring.removeTapped(try #require(ring.state?.keys.last?.id))
    await ring.removeConfirmed()
    #expect(ring.state?.keys.map(\.label) == ["Home"] && secrets.count == 1)
    try? await companion.refreshNow(builderHere)
    let after = try companion.program(account: account.id, program: "builder")
    #expect(after.context.context.handOffNotes == "The refresh token is left.")
    #expect(after.sources.first { $0.source == .programState }?.cause == .forbidden(capability: "state.read"))
    _ = try await Agent(server: server.url, key: server.ownerKey).get("/v1/keys")
  }
}
