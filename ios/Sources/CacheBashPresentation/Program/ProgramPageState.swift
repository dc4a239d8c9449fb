import CacheBash

/// All that a program's page draws, worded: a header and cards in order.
public struct ProgramPageState: Equatable, Sendable {
  /// The program's name.
  public var name: String
  /// Its sign.
  public var shape: ProgramShape
  /// Its sign's arc turns.
  public var turns: Bool
  /// What its agent reports.
  public var word: StateWord?
  /// "Auth builder · Builder": name and role as the server's register has them.
  public var role: String?
  /// Both clocks: when it was heard and when that was read.
  public var heard: String
  /// Two sessions are live.
  public var live: String?
  /// The times of this server are ahead of its own clock.
  public var ahead: String?
  /// The bar above all, if any.
  public var bar: BarState?
  /// What each source last said, behind a bar that opens.
  public var sources: [SourceState]
  /// The cards, top to bottom.
  public var cards: [ProgramCard]
}

/// One card of the page.
public enum ProgramCard: Equatable, Sendable, Identifiable {
  /// What this program asked of the reader.
  case asked(AskedState)
  /// The present session, or the last one.
  case now(NowCard)
  /// This key may not read the program's state.
  case noPermission(PermissionCard)
  /// What this key may do instead.
  case rights(RightsCard)
  /// What one session leaves for the next.
  case notes(NotesCard)
  /// What the agent does not know.
  case questions(QuestionsCard)
  /// What is under way.
  case workItems(ItemsCard)
  /// The task worked on last.
  case lastTask(LastTaskCard)
  /// Its sessions, newest first.
  case chain(ChainCard)
  /// How many sessions are on record.
  case sessions(SessionsCard)
  /// Its keys.
  case keys(KeysCard)

  /// One card of a kind.
  public var id: String {
    switch self {
    case .asked(let asked): "asked \(asked.id)"
    case .now: "now"
    case .noPermission: "noPermission"
    case .rights: "rights"
    case .notes: "notes"
    case .questions: "questions"
    case .workItems: "workItems"
    case .lastTask: "lastTask"
    case .chain: "chain"
    case .sessions: "sessions"
    case .keys: "keys"
    }
  }
}

/// Status, number, chart, context left, session.
public struct NowCard: Equatable, Sendable {
  /// "Now", or "Last session".
  public var title: String
  /// Its project.
  public var project: String?
  /// The agent's words, whole.
  public var status: String?
  /// The percent without its sign, for the great number.
  public var number: String?
  /// What is said instead of a number.
  public var words: String?
  /// What we found.
  public var finding: FindingState?
  /// When it will be done.
  public var eta: EtaState?
  /// Since when it waits.
  public var waiting: String?
  /// Progress as this device saw it.
  public var chart: ChartState?
  /// How much context is left.
  public var context: GaugeState?
  /// Which session, and its times.
  public var session: String?
  /// It asks to be replaced by a fresh session.
  public var handOff: String?
}

/// When a program will be done, and how much of its past that rests on.
public struct EtaState: Equatable, Sendable {
  /// The band.
  public var text: String
  /// "from the last 40 min"
  public var basis: String
}

/// A labelled bar.
public struct GaugeState: Equatable, Sendable {
  /// 0 to 1; nil when no percentage is known.
  public var fraction: Double?
  /// What is left, in words.
  public var text: String
}

/// This key may not read a part.
public struct PermissionCard: Equatable, Sendable {
  /// What it may not.
  public var title: String
  /// The missing right.
  public var text: String
}

/// Hand-off notes.
public struct NotesCard: Equatable, Sendable {
  /// When they were written.
  public var time: String?
  /// "Kept here; cleared by the server on …".
  public var kept: String?
  /// The notes, whole.
  public var text: String
  /// By whom, in which session.
  public var by: String?
  /// What the button says while only ten lines are shown; nil when they are short.
  public var showAll: String?
  /// How far an edit of them has come that is not delivered yet; they are shown as it would have them.
  public var pending: String?
  /// They can be written anew.
  public var canEdit = false
}

/// Open questions, numbered: they have no answer, only a reply, and stay until the program takes them out.
public struct QuestionsCard: Equatable, Sendable {
  /// How many, or how many of them are without a reply.
  public var count: String
  /// "Kept here; cleared by the server on …".
  public var kept: String?
  /// In the agent's order.
  public var questions: [OpenQuestionState]
  /// How far an edit of them has come that is not delivered yet; they are shown as it would have them.
  public var pending: String?
  /// They can be written anew.
  public var canEdit = false
}

/// One open question.
public struct OpenQuestionState: Equatable, Sendable, Identifiable {
  /// Its place among them, from 0.
  public var id: Int
  /// The number before it.
  public var number: String
  /// The agent's words.
  public var text: String
  /// Since when it stands in the state, where that is known; nil once it was replied to.
  public var since: String?
  /// What became of the reply.
  public var replied: String?
  /// How much Reply asks to be pressed; nil where there is nothing to reply to any more.
  public var reply: ButtonWeight?
}

/// Work items.
public struct ItemsCard: Equatable, Sendable {
  /// How many.
  public var count: String
  /// "Kept here; cleared by the server on …".
  public var kept: String?
  /// In the agent's order.
  public var items: [String]
  /// Who wrote them and when, where the notes were written at another time.
  public var by: String?
}

/// The task worked on last.
public struct LastTaskCard: Equatable, Sendable {
  /// "Kept here; cleared by the server on …".
  public var kept: String?
  /// Its title.
  public var title: String?
  /// The sign of its outcome.
  public var shape: ProgramShape?
  /// The word of its outcome.
  public var outcome: StateWord?
  /// What the agent noted.
  public var notes: String?
  /// Who wrote it and when, where the notes were written at another time.
  public var by: String?
}

/// The program's sessions.
public struct ChainCard: Equatable, Sendable {
  /// How many.
  public var count: String
  /// Newest first.
  public var nodes: [ChainNode]
}

/// One session of the chain.
public struct ChainNode: Equatable, Sendable, Identifiable {
  /// The session.
  public var id: String
  /// Its sign.
  public var shape: ProgramShape
  /// When it ran, and what is known of it.
  public var text: String
  /// What it took over from the one before it.
  public var tookOver: String?
  /// Nothing is recorded between this one and the one before it.
  public var gap: String?
  /// No session stands below it.
  public var last: Bool
}

/// How many sessions of the program are on record; the chain shows the newest of them.
public struct SessionsCard: Equatable, Sendable {
  /// How many.
  public var count: String
}

/// The program's keys.
public struct KeysCard: Equatable, Sendable {
  /// How many; nil when they could not be read.
  public var count: String?
  /// What is said when they could not be read.
  public var unread: String?
  /// Newest first.
  public var keys: [KeyState]
}

/// One key.
public struct KeyState: Equatable, Sendable, Identifiable {
  /// Its fingerprint.
  public var id: String
  /// What its maker called it.
  public var label: String
  /// When it was last used.
  public var used: String
  /// When it ends, an estimate; or that it was revoked.
  public var end: String?
  /// What it lacks for an agent's job.
  public var missing: String?
}
