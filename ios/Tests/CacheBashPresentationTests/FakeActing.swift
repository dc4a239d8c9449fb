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
  private var makesLater = false
  private var refusal: CompanionError?
  private var held: [RingKey] = [Sample.ringKey("Home fleet", own: true)]
  private var adding: Result<RingKey, CompanionError> = .success(Sample.ringKey("builder"))
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

  /// The server cannot be reached: keys are made later.
  var waits: Bool {
    get { lock.withLock { makesLater } }
    set { lock.withLock { makesLater = newValue } }
  }

  /// Why no key can be revoked, if none can.
  var unrevoked: CompanionError? {
    get { lock.withLock { refusal } }
    set { lock.withLock { refusal = newValue } }
  }

  /// The keys that are held, the account's own first.
  var ring: [RingKey] {
    get { lock.withLock { held } }
    set { lock.withLock { held = newValue } }
  }

  /// What comes of adding a key.
  var added: Result<RingKey, CompanionError> {
    get { lock.withLock { adding } }
    set { lock.withLock { adding = newValue } }
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

  func addToRing(account: String, key: String, label: String?) async throws -> RingKey {
    await acts.pass()
    try note("add \(label ?? "a key") to the ring of \(account)")
    let added = try acts.added.get()
    if !acts.ring.contains(where: { $0.hash == added.hash }) { acts.ring.append(added) }
    return added
  }

  func removeFromRing(account: String, hash: String) async throws {
    try note("remove a key from the ring of \(account)")
    guard acts.ring.contains(where: { $0.hash == hash && !$0.own }) else { throw CompanionError.NotFound }
    acts.ring.removeAll { $0.hash == hash }
  }

  func createKey(account: String, key: NewKey) async throws -> KeyRequest {
    await acts.pass()
    try note("create key for \(account)")
    acts.make(key)
    return acts.waits
      ? .waiting(action: "k-1")
      : .issued(key: Sample.issued(program: key.program, label: key.label), action: "k-1")
  }

  func showKey(account: String, action: String) async throws -> IssuedKey {
    try note("show \(action) of \(account)")
    return Sample.issued(program: "scribe", label: "scribe agent")
  }

  func revokeKey(account: String, keyHash: String) async throws -> String? {
    try note("revoke \(keyHash) of \(account)")
    if let refusal = acts.unrevoked { throw refusal }
    return nil
  }

  func rotateKey(account: String) async throws -> KeyRequest {
    try note("rotate the key of \(account)")
    return acts.waits
      ? .waiting(action: "k-2") : .issued(key: Sample.issued(program: nil, label: "phone"), action: "k-2")
  }

  func replaceKey(account: String, key: String) async throws {
    await acts.pass()
    try note("replace the key of \(account)")
    _ = try acts.added.get()
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

  static func issued(program: String?, label: String) -> IssuedKey {
    IssuedKey(
      key: rawKey, hash: keyHash, program: program, label: label, capabilities: nil,
      missingForJob: ["pulse.write"])
  }

  static func ringKey(
    _ label: String, own: Bool = false, asks: Bool = true, abilities: [Ability] = []
  ) -> RingKey {
    let mark = own ? "0" : asks ? "1" : "2"
    return RingKey(
      hash: String(repeating: mark, count: 64), label: label, own: own, asks: asks,
      addedAt: own ? nil : now - 600_000, abilities: abilities)
  }

  static func ability(_ source: Source, _ allowed: Bool, missing: String? = nil) -> Ability {
    Ability(source: source, allowed: allowed, missing: missing, learntAt: now)
  }

  static func link(to server: String, program: String? = nil) -> String {
    pairingLink(pairing: Pairing(server: server, key: rawKey, program: program))
  }

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
