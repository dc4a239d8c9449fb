/// What was asked for and is not done yet, whole.
public struct OutboxState: Equatable, Sendable {
  /// The answer.
  public var headline: String
  /// How many go by themselves and how many need a person; with nothing there, that all is done.
  public var summary: String
  /// The bar above all, if any: the overview's, for whether a server answers is one truth for all screens.
  public var bar: BarState?
  /// Decisions first, then what waits.
  public var lines: [OutboxLineState]
  /// How many are not delivered, for the tab; nil when all are.
  public var badge: String?
}

/// One thing that was asked for: how far it has come, what it says, and what can be done about it.
public struct OutboxLineState: Equatable, Sendable, Identifiable {
  /// Which.
  public var id: ActionKey
  /// Its sign.
  public var sign: OutboxSign
  /// How far it has come, in a word or two.
  public var word: String
  /// When it was asked for.
  public var time: String
  /// What it is, and for whom.
  public var title: String
  /// Whose it is; only with two or more accounts.
  public var account: String?
  /// What the person wrote; nil where both texts are shown.
  public var text: String?
  /// The server's text and the person's, where they part.
  public var versions: [VersionState]
  /// Why it stands where it stands.
  public var reason: String?
  /// What can be done, the likeliest first.
  public var buttons: [OutboxButton]
  /// The line as one sentence, without its text.
  public var spoken: String
}

/// The sign before a line.
public enum OutboxSign: CaseIterable, Sendable {
  /// It goes by itself.
  case waiting
  /// It is on its way.
  case sending
  /// The server said no.
  case refused
  /// It may have arrived, or met another text.
  case unsure
  /// The key is no longer accepted.
  case key

  /// Its colour.
  public var colour: ColourToken {
    switch self {
    case .waiting, .sending, .key: .ink2
    case .refused: .blocked
    case .unsure: .stalled
    }
  }
}

/// Something a person can do with a line.
public struct OutboxButton: Equatable, Sendable {
  /// What it does.
  public var act: OutboxAct
  /// Its words.
  public var label: String
  /// How much it asks to be pressed.
  public var weight: ButtonWeight
}

/// What can be done with a line.
public enum OutboxAct: Sendable {
  /// Try again, or look whether it arrived.
  case retry
  /// Write it anew.
  case edit
  /// Give it up.
  case discard
  /// See the key that was made.
  case show
}
