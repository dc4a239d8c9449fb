import CacheBash

/// All that the overview draws, worded. Content and trouble stand side by side, so being offline empties nothing.
public struct OverviewState: Equatable, Sendable {
  /// Whose fleet: the account's label, or how many servers.
  public var place: String
  /// "As of …" at the end of the first line; nil while a bar says it.
  public var asOf: String?
  /// The title, which is the answer.
  public var headline: String
  /// The fleet in one glance.
  public var strip: StripState
  /// "Asked of you", under "Needs you"; nil when nobody asks.
  public var asked: AskedSectionState?
  /// Sections that have rows, in order.
  public var sections: [SectionState]
  /// What to say where there is no program: paragraphs; none when there is one.
  public var empty: [String]
  /// Over whose account the first key can be made; nil where there is a program.
  public var createKey: KeyWish?
  /// The times of this server are ahead of its own clock.
  public var ahead: String?
  /// The bar above all, if any.
  public var bar: BarState?
  /// What each source last said: behind the as-of, or behind a bar that opens.
  public var sources: [SourceState]
  /// How many programs lie beyond the rows shown; nil when none do.
  public var more: String?
}

/// One shape per program, in list order.
public struct StripState: Equatable, Sendable {
  /// A group per section.
  public var groups: [[ProgramShape]]
  /// "+12" after forty shapes.
  public var more: String?
  /// The strip as one sentence.
  public var spoken: String

  /// Shapes shown at most.
  public static let limit = 40
}

/// A section: its title line and its rows.
public struct SectionState: Equatable, Sendable, Identifiable {
  /// Which.
  public var id: CacheBash.Section
  /// Its label.
  public var title: String
  /// How many programs stand here.
  public var count: String
  /// Those of this window.
  public var rows: [RowState]
}

/// Questions whose asker is not known.
public struct AskedSectionState: Equatable, Sendable {
  /// Its label.
  public var title: String
  /// How many.
  public var count: String
  /// All of them, oldest first.
  public var rows: [AskedState]
}

/// One such question: three lines, flat, in ink.
public struct AskedState: Equatable, Sendable, Identifiable {
  /// Whose and which.
  public var id: String
  /// Who asks, as far as it is known.
  public var asker: String
  /// Said where it is out of the ordinary.
  public var priority: String?
  /// When it was asked.
  public var time: String
  /// In quotes, whole or its beginning.
  public var text: String
  /// Where to answer, when not here.
  public var aside: String?
  /// What Answer opens, where it can be answered here.
  public var answers: AskedKey?
  /// Whose server; only with two or more accounts.
  public var account: String?
}

/// Identity of an asked question: (account, question).
public struct AskedKey: Hashable, Sendable {
  /// The account.
  public var account: String
  /// The question within it.
  public var question: String

  /// The question of an account.
  public init(account: String, question: String) {
    self.account = account
    self.question = question
  }
}

/// Identity of a program: (account, program).
public struct ProgramKey: Hashable, Sendable {
  /// The account.
  public var account: String
  /// The program within it.
  public var program: String

  /// The program of an account.
  public init(account: String, program: String) {
    self.account = account
    self.program = program
  }
}

/// One program in the list.
public struct RowState: Equatable, Sendable, Identifiable {
  /// Form follows attention.
  public enum Form: Equatable, Sendable {
    /// Needs you: raised, its text whole.
    case card
    /// Three lines.
    case row
    /// One line.
    case line
  }

  /// Whose.
  public var id: ProgramKey
  /// How it is drawn.
  public var form: Form
  /// Its sign.
  public var shape: ProgramShape
  /// Its sign's arc turns: it works, is heard and not stalled, and what is shown is fresh.
  public var turns: Bool
  /// Its name.
  public var name: String
  /// What its agent reports.
  public var word: StateWord?
  /// Time since last heard, or a clock time.
  public var age: String
  /// The agent's words.
  public var text: String?
  /// How far along.
  public var progress: ProgressState?
  /// What we found.
  public var finding: FindingState?
  /// When it will be done, where nothing was found.
  public var eta: String?
  /// Since when it waits; only on cards.
  public var waiting: String?
  /// Whose it is; only with two or more accounts.
  public var account: String?
  /// Its project.
  public var project: String?
  /// Open questions, when there are any.
  public var questions: String?
  /// What Answer opens; only on cards whose asker can be answered here.
  public var answers: AskedKey?
  /// The row as one sentence.
  public var spoken: String
}

/// The agent's word with its colour.
public struct StateWord: Equatable, Sendable {
  /// The word.
  public var text: String
  /// Its colour, which no finding changes.
  public var colour: ColourToken
  /// "or pinned", where it cannot be told.
  public var doubt: String?
}

/// Line 3's beginning.
public enum ProgressState: Equatable, Sendable {
  /// A bar and the percent.
  case bar(percent: Int, text: String, moving: Bool)
  /// The percent alone.
  case number(text: String)
  /// Words: not reported, or last known.
  case words(String)
}

/// What we found, in its own colour, shape and words.
public struct FindingState: Equatable, Sendable {
  /// Its sign.
  public var glyph: FindingGlyph
  /// Its words.
  public var text: String
  /// Its words without what follows the "·", for when it is too narrow.
  public var short: String
}

/// The bar above a page.
public struct BarState: Equatable, Sendable {
  /// The sign at its start.
  public enum Icon: Equatable, Sendable {
    /// No connection.
    case offline
    /// Asked to wait.
    case clock
    /// Refused.
    case refused
    /// Some sources do not answer.
    case none
  }

  /// Its sign.
  public var icon: Icon
  /// What it says.
  public var text: String
  /// It opens to a line per source.
  public var opens: Bool
  /// What can be done about it here.
  public var action: String?
}

/// One line of "what do I know, since when, and why not more".
public struct SourceState: Equatable, Sendable, Identifiable {
  /// The sign at its start.
  public enum Sign: Equatable, Sendable {
    /// Whole and fresh.
    case fresh
    /// Older than it should be.
    case stale
    /// The last try failed.
    case failed
    /// This key may not read it: an ordinary state, never red.
    case locked
    /// Not whole.
    case unsure
  }

  /// Whose and which.
  public var id: String
  /// Its sign.
  public var sign: Sign
  /// Its name; with several accounts, whose.
  public var name: String
  /// When it was read, or since when it fails.
  public var time: String
  /// Why, and what that means.
  public var cause: String?
  /// Asking again may help.
  public var canRetry: Bool
}
