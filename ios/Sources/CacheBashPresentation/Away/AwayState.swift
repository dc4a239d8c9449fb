/// What happened while nobody looked.
public struct AwayState: Equatable, Sendable {
  /// The title.
  public var title: String
  /// From when to when, and how long that was.
  public var span: String
  /// What became of the programs, in one sentence.
  public var sentence: String
  /// A lane per program to which something happened; nil when nothing did.
  public var lanes: LanesState?
  /// Who waits, who finished, who changed course; none that is empty.
  public var sections: [AwaySectionState]
  /// How many wait or changed course; nil when none.
  public var badge: String?
}

/// The span as lanes, one below the other. Places are fractions of the lanes' width.
public struct LanesState: Equatable, Sendable {
  /// In list order.
  public var lanes: [LaneState]
  /// The times in which nobody watched: hatched.
  public var unseen: [ClosedRange<Double>]
  /// The clocks at the beginning, in the middle and at the end.
  public var axis: [String]
  /// What hatching and dots mean, where there are any.
  public var legend: String?
}

/// One program's time.
public struct LaneState: Equatable, Sendable, Identifiable {
  /// Whose.
  public var id: ProgramKey
  /// Its name.
  public var name: String
  /// What was seen of it.
  public var pieces: [LanePieceState]
  /// Where a session of it finished, and at the end that it waits.
  public var signs: [LaneSignState]
}

/// A stretch in which nothing changed.
public struct LanePieceState: Equatable, Sendable {
  /// From where to where.
  public var range: ClosedRange<Double>
  /// What it reported; nil where it was not heard: dotted.
  public var colour: ColourToken?
}

/// A sign on a lane.
public struct LaneSignState: Equatable, Sendable {
  /// Where.
  public var at: Double
  /// Which.
  public var shape: ProgramShape
}

/// What happened of one kind, oldest first.
public struct AwaySectionState: Equatable, Sendable, Identifiable {
  /// Its title tells it from the others.
  public var id: String { title }
  /// What it is called.
  public var title: String
  /// How many.
  public var count: String
  /// All of them.
  public var lines: [AwayLineState]
}

/// Something that happened.
public struct AwayLineState: Equatable, Sendable, Identifiable {
  /// The sign before it.
  public enum Sign: Equatable, Sendable {
    /// What the program says of itself.
    case said(ProgramShape)
    /// What we found.
    case found(FindingGlyph)
  }

  /// Its place in its section.
  public var id: Int
  /// The page that a tap opens.
  public var opens: ProgramKey
  /// The sign before it.
  public var sign: Sign
  /// The program's name.
  public var name: String
  /// When.
  public var time: String
  /// What.
  public var text: String
  /// Whose server; only with two or more accounts.
  public var account: String?
}
