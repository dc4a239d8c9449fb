/// The sheet in which a person answers, replies, writes a message or edits; or first the one that asks for leave.
public struct DraftState: Equatable, Sendable {
  /// Asks whether this device may act at all; nothing else is shown until it may.
  public var allow: AllowState?
  /// Who asked and when, or since when the question stands.
  public var aside: String?
  /// Whose it is; only with two or more accounts.
  public var account: String?
  /// The question, or what is being written.
  public var title: String
  /// What the asker said beside its question.
  public var context: String?
  /// What the reply quotes.
  public var quote: String?
  /// Whom a message may go to: the account's programs and groups; none elsewhere.
  public var targets: [TargetState]
  /// What the asker offers.
  public var options: [OptionState]
  /// Name and length of the text.
  public var field: FieldState
  /// What will happen.
  public var note: DraftNote
  /// The button's words, which say what will happen too.
  public var send: String
  /// There is something to send, and it fits.
  public var canSend: Bool
}

/// "Allow this phone to act for you?", asked once per account, before its first act.
public struct AllowState: Equatable, Sendable {
  /// Whose account, on which server.
  public var aside: String
  /// It is being noted.
  public var busy: Bool

  /// Asks for this account.
  public init(aside: String, busy: Bool) {
    self.aside = aside
    self.busy = busy
  }
}

/// A program or a group that a message may go to.
public struct TargetState: Equatable, Sendable, Identifiable {
  /// Its name.
  public var id: String
  /// The message goes there.
  public var chosen: Bool
}

/// One of an asked question's options.
public struct OptionState: Equatable, Sendable, Identifiable {
  /// Its place among them.
  public var id: Int
  /// The asker's words.
  public var text: String
  /// It is the answer.
  public var chosen: Bool
}

/// What will happen, before it does.
public struct DraftNote: Equatable, Sendable {
  /// It waits for the network rather than going at once.
  public var waits: Bool
  /// In a few words.
  public var title: String
  /// In a sentence or two.
  public var text: String
}
