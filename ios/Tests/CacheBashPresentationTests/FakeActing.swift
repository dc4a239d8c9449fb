import CacheBash
import CacheBashPresentation
import Foundation

/// What a fleet was given to do, in order, and the door behind which it is taken.
final class FakeActs: @unchecked Sendable {
  let outboxesTold = Telling<OutboxView>()
  private let lock = NSLock()
  private var taken: [Action] = []
  private var known: [RelayGroup] = []
  private var made: [NewKey] = []
  private var refusal: CompanionError?
  private var door = false
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var watchers: [CheckedContinuation<Void, Never>] = []

  /// What was taken, in order; what was refused is not among it.
  var given: [Action] { lock.withLock { taken } }

  /// The groups one may write to.
  var groups: [RelayGroup] {
    get { lock.withLock { known } }
    set { lock.withLock { known = newValue } }
  }

  /// Whatever is asked from now on waits until the door opens.
  func shuts() { lock.withLock { door = true } }

  /// Lets through who waits and who comes.
  func opens() {
    let through = lock.withLock {
      door = false
      defer { waiting = [] }
      return waiting
    }
    through.forEach { $0.resume() }
  }

  /// Comes back when somebody stands at the shut door.
  func someoneWaits() async {
    await withCheckedContinuation { go in
      let here = lock.withLock {
        if waiting.isEmpty { watchers.append(go) }
        return !waiting.isEmpty
      }
      if here { go.resume() }
    }
  }

  /// The keys that were made, in order.
  var keys: [NewKey] { lock.withLock { made } }

  /// Why no key can be revoked, if none can.
  var unrevoked: CompanionError? {
    get { lock.withLock { refusal } }
    set { lock.withLock { refusal = newValue } }
  }

  fileprivate func make(_ key: NewKey) { lock.withLock { made.append(key) } }

  fileprivate func pass() async {
    await withCheckedContinuation { go in
      let (shut, woken) = lock.withLock {
        guard door else { return (false, [CheckedContinuation<Void, Never>]()) }
        waiting.append(go)
        defer { watchers = [] }
        return (true, watchers)
      }
      woken.forEach { $0.resume() }
      if !shut { go.resume() }
    }
  }

  fileprivate func take(_ action: Action) { lock.withLock { taken.append(action) } }
}

extension FakeFleet: Acting {
  /// What every reader of the outbox hears, in order, however late they come.
  func tells(_ outbox: OutboxView) { acts.outboxesTold.tells(outbox) }

  func outboxes(_ account: String?) throws -> AsyncStream<OutboxView> {
    try note("outboxes")
    return acts.outboxesTold.stream
  }

  func allowWrites(account: String, allowed: Bool) throws -> Account {
    try note("\(allowed ? "allow" : "forbid") \(account)")
    return try replace(account) { Sample.account(id: $0.id, label: $0.label, writesAllowed: allowed) }
  }

  func removeAccount(account: String) async throws {
    try note("remove \(account)")
    _ = try replace(account) { _ in nil }
  }

  func createKey(account: String, key: NewKey) async throws -> IssuedKey {
    await acts.pass()
    try note("create key for \(account)")
    acts.make(key)
    return IssuedKey(
      key: Sample.rawKey, hash: Sample.keyHash, program: key.program, label: key.label, capabilities: nil,
      missingForJob: ["pulse.write"])
  }

  func revokeKey(account: String, keyHash: String) async throws {
    try note("revoke \(keyHash) of \(account)")
    if let refusal = acts.unrevoked { throw refusal }
  }

  func rotateKey(account: String) async throws -> IssuedKey {
    try note("rotate the key of \(account)")
    return IssuedKey(
      key: Sample.rawKey, hash: Sample.keyHash, program: nil, label: "phone", capabilities: nil,
      missingForJob: [])
  }

  func groups(account: String) throws -> [RelayGroup] {
    try note("groups of \(account)")
    return acts.groups
  }

  func ask(account: String, action: Action) async throws -> String {
    await acts.pass()
    try note("ask \(account)")
    acts.take(action)
    return "a-\(acts.given.count)"
  }

  func retryAction(account: String, action: String) async throws {
    await acts.pass()
    try note("retry \(action) of \(account)")
  }

  func discardAction(account: String, action: String) async throws {
    await acts.pass()
    try note("discard \(action) of \(account)")
  }

  func editAction(account: String, action: String, instead: Action) async throws -> String {
    await acts.pass()
    try note("edit \(action) of \(account)")
    acts.take(instead)
    return action
  }
}

extension Sample {
  static let rawKey = "cb_" + String(repeating: "0123456789abcdef", count: 4)
  static let keyHash = "1828ece3" + String(repeating: "0", count: 48) + "3cf59f54"

  static func message(
    _ text: String = "Hold the release until the reviewer is done.", to: String = "deploy"
  ) -> Action { .sendMessage(to: to, text: text, kind: .directive, repliesTo: nil) }

  static func outboxLine(
    _ id: String, _ delivery: Delivery, _ action: Action = message(), askedAt: Int64 = now - 660_000,
    account: String = "home", mayHaveArrived: Bool = false, behind: String? = nil
  ) -> OutboxLine {
    OutboxLine(
      account: account, id: id, action: action, askedAt: askedAt, delivery: delivery,
      mayHaveArrived: mayHaveArrived, behind: behind)
  }

  static func outbox(
    _ lines: [OutboxLine] = [], decisions: Int = 0, accounts: [Account] = [account()], fresh: Bool = true
  ) -> OutboxView {
    OutboxView(lines: lines, decisions: UInt32(decisions), accounts: accounts, fresh: fresh, now: now)
  }
}
