import CacheBash

extension Words {
  // MARK: Searching

  /// The place, and its field's name.
  public static let search = "Search"
  /// Empties the field.
  public static let clear = "Clear"
  static let howToSearch = "Type words. Each must occur; of the last one its beginning will do."
  static let nothingFound = "Nothing kept here has all of these words."
  static let keptHere = "kept here"
  static let notEverything = "Not everything is on this phone"
  static let allKinds = "All"
  static func counted(_ label: String, _ number: String) -> String { "\(label) \(number)" }
  static func moreHits(_ count: Int, _ number: String) -> String {
    count == 1 ? "1 more hit is not shown" : "\(number) more hits are not shown"
  }

  /// What a hit is, beside the name of its program.
  static func name(of kind: HitKind) -> String {
    switch kind {
    case .program: "Program"
    case .session: "Session"
    case .handOffNotes: "Hand-off note"
    case .openQuestion: "Open question"
    case .reply: "Reply"
    case .workItem: "Work item"
    case .lastTask: "Last task"
    case .askedQuestion: "Asked question"
    case .task: "Task"
    case .message: "Message"
    case .alert: "Alert"
    case .group: "Group"
    case .sprint: "Sprint"
    case .key: "Key"
    case .outbox: "Outbox"
    }
  }

  /// Several of them, before their number.
  static func names(of kind: HitKind) -> String {
    switch kind {
    case .program: "Programs"
    case .session: "Sessions"
    case .handOffNotes: "Notes"
    case .openQuestion: "Questions"
    case .reply: "Replies"
    case .workItem: "Work"
    case .lastTask: "Last tasks"
    case .askedQuestion: "Asked"
    case .task: "Tasks"
    case .message: "Messages"
    case .alert: "Alerts"
    case .group: "Groups"
    case .sprint: "Sprints"
    case .key: "Keys"
    case .outbox: "Outbox"
    }
  }

  // MARK: What is not on this device

  static let statesWhole = "Notes, questions, work items: complete."
  static func statesRead(_ read: String, _ all: String) -> String {
    "Notes, questions, work items: of \(read) of \(all) programs."
  }
  static let noTasks = "Tasks: none known."
  static func newestTasks(_ number: String) -> String { "Tasks: newest \(number)." }
  static let noMessages = "Messages: none read yet."
  static func messagesSince(_ time: String) -> String { "Messages: since \(time)." }
  static let questionsCut = "Asked questions: their first 50 characters."
}
