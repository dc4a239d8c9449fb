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
  /// Makes a key; it is in the answer and nowhere else.
  func createKey(account: String, key: NewKey) async throws -> IssuedKey
  /// Ends a key, at once and for good.
  func revokeKey(account: String, keyHash: String) async throws
  /// Replaces the account's own key; the new one is where secrets are kept before this comes back.
  func rotateKey(account: String) async throws -> IssuedKey
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
