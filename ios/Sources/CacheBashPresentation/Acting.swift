import CacheBash

/// What the screens need of a companion to act for a person. `Fleet` reads and this acts: a screen that only shows cannot
/// send. Every call that comes back has kept what it was given.
public protocol Acting: AnyObject, Sendable {
  /// What was asked for and is not done yet, of one account or of all: the present value at once, then each new one.
  func outboxes(_ account: String?) throws -> AsyncStream<OutboxView>
  /// Lets this device act for the account's owner, or no longer.
  func allowWrites(account: String, allowed: Bool) throws -> Account
  /// Wipes the account and all of it that is on this device.
  func removeAccount(account: String) async throws
  /// Asks the account's server whether it accepts the key, then keeps it beside the account's own, to read with.
  func addToRing(account: String, key: String, label: String?) async throws -> RingKey
  /// Forgets a key beside the account's own; on the server it lives on.
  func removeFromRing(account: String, hash: String) async throws
  /// Makes a key; it stands in the outbox until `discardAction` says that a person has it.
  func createKey(account: String, key: NewKey) async throws -> KeyRequest
  /// A key that stands in the outbox.
  func showKey(account: String, action: String) async throws -> IssuedKey
  /// Ends a key for good; gives the outbox's line in which that waits, if it could not be done yet.
  func revokeKey(account: String, keyHash: String) async throws -> String?
  /// Replaces the account's own key by one that the server makes, which stands in the outbox likewise.
  func rotateKey(account: String) async throws -> KeyRequest
  /// Replaces the account's own key by one that a person has; all of the account stays.
  func replaceKey(account: String, key: String) async throws
  /// The groups one may write to.
  func groups(account: String) throws -> [RelayGroup]
  /// Keeps it and sends it when that is possible; gives its id.
  func ask(account: String, action: Action) async throws -> String
  /// Tries again; what may have arrived is only looked for.
  func retryAction(account: String, action: String) async throws
  /// Gives it up.
  func discardAction(account: String, action: String) async throws
  /// Puts another in its place; gives its id.
  func editAction(account: String, action: String, instead: Action) async throws -> String
}

extension Companion: Acting {}

/// Identity of something a person asked for: (account, action).
public struct ActionKey: Hashable, Sendable {
  /// The account.
  public var account: String
  /// The action within its outbox.
  public var action: String

  /// What was asked for under this id in an account.
  public init(account: String, action: String) {
    self.account = account
    self.action = action
  }
}
