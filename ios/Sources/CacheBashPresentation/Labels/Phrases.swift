import CacheBash

/// A unit of time beside a number.
enum TimeUnit: CaseIterable, Sendable {
  case second
  case minute
  case hour
  case day

  /// Milliseconds.
  var length: Int64 {
    switch self {
    case .second: 1_000
    case .minute: 60_000
    case .hour: 3_600_000
    case .day: 86_400_000
    }
  }
}

/// A phrase with a count in it.
public enum CountedPhrase: String, CaseIterable, Sendable {
  case needsYou = "needs_you"
  case neededYou = "needed_you"
  case questionsForYou = "questions_for_you"
  case questions
  case tasks
  case messages
  case alerts
  case openQuestions = "open_questions"
  case withoutAReply = "without_a_reply"
  case workItems = "work_items"
  case sessions
  case programs
  case servers
  case keys
  case rows
  case learnedPatterns = "learned_patterns"
  case characters
  case notDelivered = "not_delivered"
  case showAllCharacters = "show_all_characters"
  case liveSessions = "live_sessions"
  case days
}

extension Words {
  /// The phrase, given the count and the count as it is written.
  static func counted(_ phrase: CountedPhrase, _ count: Int, _ number: String) -> String {
    let one = count == 1
    return switch phrase {
    case .needsYou: one ? "1 needs you" : "\(number) need you"
    case .neededYou: "\(number) needed you"
    case .questionsForYou: one ? "1 question for you" : "\(number) questions for you"
    case .questions: one ? "1 question" : "\(number) questions"
    case .tasks: one ? "1 task" : "\(number) tasks"
    case .messages: one ? "1 message" : "\(number) messages"
    case .alerts: one ? "1 alert" : "\(number) alerts"
    case .openQuestions: one ? "1 open question" : "\(number) open questions"
    case .withoutAReply: "\(number) without a reply"
    case .workItems: one ? "1 work item" : "\(number) work items"
    case .sessions: one ? "1 session" : "\(number) sessions"
    case .programs: one ? "1 program" : "\(number) programs"
    case .servers: one ? "1 server" : "\(number) servers"
    case .keys: one ? "1 key" : "\(number) keys"
    case .rows: one ? "1 row" : "\(number) rows"
    case .learnedPatterns: one ? "1 learned pattern" : "\(number) learned patterns"
    case .characters: one ? "1 character" : "\(number) characters"
    case .notDelivered: "\(number) not delivered"
    case .showAllCharacters: one ? "Show all 1 character" : "Show all \(number) characters"
    case .liveSessions:
      switch count {
      case 0: "No session is live"
      case 1: "1 session is live"
      case 2: "Two sessions are live; showing the newest"
      default: "\(number) sessions are live; showing the newest"
      }
    case .days: one ? "1\(narrow)day" : "\(number)\(narrow)days"
    }
  }
}

/// A phrase that is always the same.
public enum Phrase: String, CaseIterable, Sendable {
  case orPinned = "or_pinned"
  case neverCheckedIn = "never_checked_in"
  case noneReported = "none_reported"
  case noProgress = "no_progress"
  case nobody
  case noAgents = "no_agents"
  case letOneIn = "let_one_in"
  case answer
  case now
  case lastSession = "last_session"
  case context
  case handOffNotes = "hand_off_notes"
  case openQuestions = "open_questions"
  case askedOfYou = "asked_of_you"
  case anAgentAsks = "an_agent_asks"
  case highPriority = "high_priority"
  case answerElsewhere = "answer_elsewhere"
  case workItems = "work_items"
  case lastTask = "last_task"
  case sessions
  case keys
  case handOffRequired = "hand_off_required"
  case useAnotherKey = "use_another_key"
  case replaceKey = "replace_key"
  case retry
  case noNotes = "no_notes"
  case notReadYet = "not_read_yet"
  case nothingStored = "nothing_stored"
  case agentNoLongerSees = "agent_no_longer_sees"

  /// Its words.
  public var text: String {
    switch self {
    case .orPinned: "or pinned"
    case .neverCheckedIn: "Has never checked in"
    case .noneReported: "none reported"
    case .noProgress: "No progress reported"
    case .nobody: "Nobody here yet"
    case .noAgents: "No agents have checked in."
    case .letOneIn: "An agent appears here with its first session. To let one in, give it a key."
    case .answer: "Answer"
    case .now: "Now"
    case .lastSession: "Last session"
    case .context: "Context"
    case .handOffNotes: "Hand-off notes"
    case .openQuestions: "Open questions"
    case .askedOfYou: "Asked of you"
    case .anAgentAsks: "An agent asks"
    case .highPriority: "high priority"
    case .answerElsewhere: "Answer in the CacheBash app"
    case .workItems: "Work items"
    case .lastTask: "Last task"
    case .sessions: "Sessions"
    case .keys: "Keys"
    case .handOffRequired: "Asks to be relieved"
    case .useAnotherKey: "Use another key"
    case .replaceKey: "Replace key"
    case .retry: "Retry"
    case .noNotes: "No notes"
    case .notReadYet: "Not read yet"
    case .nothingStored: "Nothing stored yet"
    case .agentNoLongerSees: "The agent no longer sees it."
    }
  }
}
