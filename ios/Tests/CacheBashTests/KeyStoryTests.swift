import CacheBashTesting
import Foundation
import Testing

@testable import CacheBash

/// Keys on a real server: made and seen once, taken back, and the phone's own replaced.
@Suite(.timeLimit(.minutes(2))) struct KeyStoryTests {
  private let noon = moment("2026-11-23T12:00:00Z")

  /// A key that was made at once, and its line of the outbox.
  private func made(_ request: KeyRequest) throws -> (IssuedKey, String) {
    let both: (IssuedKey, String)? =
      if case .issued(let key, let action) = request { (key, action) } else { nil }
    return try #require(both, "the server is there")
  }

  @Test func aKeyIsHandedOutOnceWorksUntilItIsRevokedAndIsInNoFile() async throws {
    let phone = try Phone(at: noon)
    let server = try TestServer(at: noon)
    let companion = try phone.open()
    let account = try await companion.addAccount(account: server.owner(label: "Home")).id
    let wanted = NewKey(program: "reviewer", label: "reviewer agent")
    await #expect(throws: CompanionError.ReadOnly) {
      try await companion.createKey(account: account, key: wanted)
    }
    _ = try companion.allowWrites(account: account, allowed: true)
    let (issued, line) = try made(try await companion.createKey(account: account, key: wanted))
    #expect(issued.program == "reviewer" && issued.label == "reviewer agent" && issued.missingForJob == [])
    #expect(!"\(issued)".contains(issued.key))

    // It works for whoever holds it, and the list knows it by its fingerprint alone.
    let reviewer = Agent(server: server.url, key: issued.key)
    try await reviewer.reports("reviewer.auth-1", "Reading", progress: 5)
    let listed = try await companion.listKeys(account: account).first { $0.hash == issued.hash }
    #expect(listed?.label == "reviewer agent" && listed?.active == true)

    // Until somebody has it, it can be shown again.
    #expect(try await companion.showKey(account: account, action: line).key == issued.key)
    try await companion.discardAction(account: account, action: line)
    await #expect(throws: CompanionError.NotFound) {
      try await companion.showKey(account: account, action: line)
    }

    #expect(try await companion.revokeKey(account: account, keyHash: issued.hash) == nil)
    await #expect(throws: Agent.Refused.self) {
      try await reviewer.reports("reviewer.auth-2", "Reading on", progress: 10)
    }
    let revoked = try await companion.listKeys(account: account).first { $0.hash == issued.hash }
    #expect(revoked?.active == false && revoked?.revokedAt != nil)
    try await companion.suspend()
    #expect(try phone.files(with: issued.key) == [])
    #expect(phone.secrets.kept == 2, "the account's own, and this one for what was sealed for it")
  }

  @Test func theRevocationOfAKeyNobodySawIsKeptUntilItArrives() async throws {
    let phone = try Phone(at: noon)
    let server = try TestServer(at: noon)
    let companion = try phone.open()
    let account = try await companion.addAccount(account: server.owner(label: nil)).id
    _ = try companion.allowWrites(account: account, allowed: true)
    let (issued, line) = try made(
      try await companion.createKey(
        account: account, key: NewKey(program: "reviewer", label: "reviewer agent")))
    try await companion.discardAction(account: account, action: line)
    _ = try await companion.ask(account: account, action: .revokeKey(keyHash: issued.hash))
    try await companion.deliver(account: account)
    #expect(try companion.outbox(account: account).lines == [])
    let revoked = try await companion.listKeys(account: account).first { $0.hash == issued.hash }
    #expect(revoked?.active == false)
  }

  @Test func thePhonesOwnKeyIsReplacedAndKeptBeforeAnythingElseHappens() async throws {
    let phone = try Phone(at: noon)
    let server = try TestServer(at: noon)
    var companion = try phone.open()
    let account = try await companion.addAccount(account: server.owner(label: nil)).id
    _ = try companion.allowWrites(account: account, allowed: true)
    let (issued, _) = try made(try await companion.rotateKey(account: account))
    #expect(issued.key != server.ownerKey)
    #expect(phone.secrets.get(account: account) == issued.key)
    #expect(try companion.accounts().map(\.keyHash) == [issued.hash])

    // The old one ends in half a minute; a start goes on with the new one.
    try phone.passes(seconds: 60, on: server)
    try await companion.suspend()
    companion = try phone.open()
    try await phone.refresh(companion)
    #expect(try companion.overview(query: ProgramQuery()).notice == nil)
    await #expect(throws: Agent.Refused.self) {
      try await Agent(server: server.url, key: server.ownerKey).reports("x.1", "X", progress: 1)
    }
    #expect(try phone.files(with: issued.key) == [])
  }

  @Test func aKeyThatIsNoLongerAcceptedIsReplacedAndTheAccountStays() async throws {
    let phone = try Phone(at: noon)
    let server = try TestServer(at: noon)
    let companion = try phone.open()
    let account = try await companion.addAccount(account: server.owner(label: "Home")).id
    _ = try companion.allowWrites(account: account, allowed: true)
    let (second, line) = try made(
      try await companion.createKey(
        account: account,
        key: NewKey(program: "operator", label: "Second", capabilities: ["*"])))
    try await companion.discardAction(account: account, action: line)
    let own = try companion.accounts()[0].keyHash
    _ = try await companion.revokeKey(account: account, keyHash: own)
    try? await phone.refresh(companion)
    #expect(try companion.overview(query: ProgramQuery()).notice != nil)

    try await companion.replaceKey(account: account, key: second.key)
    try await phone.refresh(companion)
    #expect(try companion.overview(query: ProgramQuery()).notice == nil)
    #expect(try companion.accounts().map(\.id) == [account])
    #expect(phone.secrets.get(account: account) == second.key)
  }
}
