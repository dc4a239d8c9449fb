/// What is pressed and written into, the same on every screen.

/// How much a button asks to be pressed: one of a card or sheet is filled at most.
public enum ButtonWeight: Equatable, Sendable {
  /// In ink.
  case filled
  /// On sunken ground.
  case tonal
  /// Its words alone.
  case plain
}

/// The name and the length of a text that is being written; the text itself is its model's.
public struct FieldState: Equatable, Sendable {
  /// What it is called.
  public var label: String
  /// "61 of 2,000"
  public var count: String
  /// It does not fit.
  public var tooLong: Bool
}

/// A text beside whose it is.
public struct VersionState: Equatable, Sendable {
  /// Whose.
  public var whose: String
  /// The text.
  public var text: String

  /// Somebody's text.
  public init(whose: String, text: String) {
    self.whose = whose
    self.text = text
  }
}

extension Labels {
  /// "61 of 2,000": UTF-16 units, as core and server count them.
  func length(_ length: Int, of limit: Int) -> String { Words.length(number(length), number(limit)) }

  func field(_ label: String, _ text: String, limit: Int) -> FieldState {
    let length = text.utf16.count
    return FieldState(label: label, count: self.length(length, of: limit), tooLong: length > limit)
  }
}
