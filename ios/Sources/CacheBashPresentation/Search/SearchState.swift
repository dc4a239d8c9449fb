import CacheBash

/// What was looked for in all that is kept on this device, and found.
public struct SearchState: Equatable, Sendable {
  /// How to search, or that nothing was found; in place of hits.
  public var hint: String?
  /// All, and each kind that has hits.
  public var kinds: [HitKindState]
  /// Programs first, then the newest.
  public var hits: [HitState]
  /// How many hits this list leaves out, as a sentence.
  public var more: String?
  /// What is not on this device.
  public var reach: ReachState?
}

/// A kind of text with its number of hits.
public struct HitKindState: Equatable, Sendable, Identifiable {
  /// Its words, which tell it from the others.
  public var id: String { label }
  /// Which; all of them where it is nil.
  public var kind: HitKind?
  /// What it is called, and how many there are.
  public var label: String
  /// It alone is shown.
  public var chosen: Bool
}

/// One text that has all words.
public struct HitState: Equatable, Sendable, Identifiable {
  /// Its place, which tells it from the others.
  public var id: Int
  /// Who said it, or whom it is about.
  public var program: String?
  /// What it is.
  public var kind: String
  /// Whose server; only with two or more accounts.
  public var account: String?
  /// The server has it no longer.
  public var kept: String?
  /// When it was said.
  public var time: String?
  /// Its text, taken apart at its matches.
  public var pieces: [PieceState]
  /// The page that a tap opens.
  public var opens: ProgramKey?
}

/// A part of a hit's text.
public struct PieceState: Equatable, Sendable {
  /// Its words.
  public var text: String
  /// They are what was looked for.
  public var found: Bool
}

/// What was searched, and what of it is not whole.
public struct ReachState: Equatable, Sendable {
  /// Above it.
  public var title: String
  /// A sentence or two each.
  public var lines: [String]
}
