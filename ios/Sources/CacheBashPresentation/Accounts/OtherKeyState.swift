import CacheBash

/// For which account another key is wanted.
public struct OtherKeyWish: Hashable, Sendable {
  /// The account.
  public var account: String
  /// Whose page is read again with it; nil where the whole account is.
  public var program: String?
  /// The account's own key is no longer accepted: then this one takes its place.
  public var ownIsRefused: Bool

  /// Another key for this account.
  public init(account: String, program: String? = nil, ownIsRefused: Bool = false) {
    self.account = account
    self.program = program
    self.ownIsRefused = ownIsRefused
  }
}

/// The sheet into which another key is pasted. What was pasted is its model's.
public struct OtherKeyState: Equatable, Sendable {
  /// How far it is.
  public enum Step: Equatable, Sendable {
    /// The reader pastes.
    case pasting(ready: Bool)
    /// It cannot go to the account: its server is named, and the reader asked about an account of its own.
    case confirming(question: String)
    /// A server is being asked.
    case busy
  }

  /// Whose account, on which server.
  public var aside: String
  /// The sheet's title.
  public var title: String
  /// What becomes of the key.
  public var lead: String
  /// How far it is.
  public var step: Step
}

/// Why a key cannot go to the account it was pasted for.
enum Astray {
  /// Its link names another server.
  case elsewhere
  /// It is another owner's.
  case ofAnother
}

extension OtherKeyState {
  init(_ account: Account, _ wish: OtherKeyWish, step: Step, astray: (why: Astray, host: String)?) {
    let lead =
      switch astray?.why {
      case .elsewhere: Words.otherKeyElsewhere(account.label, astray?.host ?? "")
      case .ofAnother: Words.otherKeyOfAnother(account.label)
      case nil where wish.ownIsRefused: Words.otherKeyLeadRefused(account.label, account.host)
      case nil: Words.otherKeyLead(account.label, account.host)
      }
    self.init(
      aside: account.inALine, title: (wish.ownIsRefused ? Phrase.replaceKey : .useAnotherKey).text,
      lead: lead, step: step)
  }
}
