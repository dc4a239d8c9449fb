/// A raw key on its way to a person's eyes. It does not print itself.
public struct Secret: Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// The key, or a text with the key in it.
  public let reveal: String

  init(_ text: String) { reveal = text }

  /// Not the key.
  public var description: String { "Secret(…)" }
  /// Not the key.
  public var debugDescription: String { description }
  /// Nothing of the key.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Which key is wanted: over whose account, and for which program, where that is known.
public struct KeyWish: Hashable, Sendable {
  /// The account.
  public var account: String
  /// The program; empty where the person says it.
  public var program: String
  /// The outbox's line of one that is made already and waits to be seen; nil where one is to be made.
  public var line: String?
  /// That one took the place of the account's own: this phone goes on with it, whoever else stores it.
  public var replaces: Bool

  /// A key over this account.
  public init(account: String, program: String = "", line: String? = nil, replaces: Bool = false) {
    self.account = account
    self.program = program
    self.line = line
    self.replaces = replaces
  }
}

/// Whom the key is for.
public struct KeyFormState: Equatable, Sendable {
  /// Over whose account.
  public var aside: String
  /// The sheet's title.
  public var title: String
  /// What a key brings about.
  public var lead: String
  /// The program's field.
  public var program: FieldState
  /// The field that says what it is for.
  public var label: FieldState
  /// The key can be made: both are said, and none is being made.
  public var creatable: Bool
}

/// Why no key can be made here, and who could. An ordinary state.
public struct KeyRefusedState: Equatable, Sendable {
  /// Over whose account.
  public var aside: String
  /// The sheet's title.
  public var title: String
  /// What this key may not.
  public var cause: PermissionCard
}

/// The wish is kept; the key is made when the server can be reached.
public struct KeyWaitsState: Equatable, Sendable {
  /// Over whose account.
  public var aside: String
  /// The sheet's title.
  public var title: String
  /// What happens next.
  public var text: String
}

/// The one moment in which a new key is seen.
public struct ShownKeyState: Equatable, Sendable {
  /// For which program.
  public var aside: String
  /// The sheet's title.
  public var title: String
  /// What happens to it otherwise.
  public var lead: String
  /// The key.
  public var key: Secret
  /// What its QR code says: the server and the key in the pairing form.
  public var link: Secret
  /// What the code is, for a screen reader.
  public var code: String
  /// Its fingerprint, both ends.
  public var fingerprint: String
  /// When it likely ends, and what it cannot do for an agent's job.
  public var facts: [String]
}
