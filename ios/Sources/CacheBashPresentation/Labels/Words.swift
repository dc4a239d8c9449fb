import CacheBash

/// Every English word this face says, and nothing else: a translation begins and ends here.
/// Counted phrases are whole entries with their plural forms, never joined from pieces.
public enum Words {
  // MARK: Units and clocks

  /// Stands between a number and its unit, and before AM and PM: U+202F.
  static let narrow = "\u{202F}"
  static let unknown = "–"
  static let now = "now"
  static let am = "AM"
  static let pm = "PM"
  static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Units beside a number.
  static func short(_ unit: TimeUnit) -> String {
    switch unit {
    case .second: "s"
    case .minute: "min"
    case .hour: "h"
    case .day: "d"
    }
  }

  /// A number with its unit, as it is read aloud.
  static func spoken(_ number: String, _ unit: TimeUnit) -> String {
    let one = number == "1"
    return switch unit {
    case .second: one ? "1 second" : "\(number) seconds"
    case .minute: one ? "1 minute" : "\(number) minutes"
    case .hour: one ? "1 hour" : "\(number) hours"
    case .day: one ? "1 day" : "\(number) days"
    }
  }

  /// Behind the great number of a page.
  public static let percentSign = "%"
  static func spokenPercent(_ percent: Int) -> String { "\(percent) percent" }

  // MARK: Joining

  /// Before a clock, and before a bare date.
  static func at(_ time: String) -> String { "at \(time)" }
  static func on(_ date: String) -> String { "on \(date)" }
  static func ago(_ span: String) -> String { "\(span) ago" }
  static func since(_ time: String) -> String { "since \(time)" }
  static func until(_ time: String) -> String { "until \(time)" }
  static func seenSince(_ time: String) -> String { "seen since \(time)" }
  static let dot = " · "

  // MARK: Findings and waiting

  static let silent = "silent"
  static func usuallyEvery(_ span: String) -> String { "usually every \(span)" }
  static func fell(_ from: Int, _ to: String) -> String { "fell from \(from) to \(to)" }
  static let noChange = "no change"
  static func noChangeFor(_ span: String) -> String { "no change for \(span)" }
  static let waiting = "waiting"
  static func over(_ span: String) -> String { "over \(span)" }
  static func before(_ time: String) -> String { "before \(time)" }
  static func forSpan(_ span: String) -> String { "for \(span)" }

  // MARK: Estimates

  static func about(_ band: String) -> String { "≈ \(band)" }
  static func spokenAbout(_ band: String) -> String { "about \(band)" }
  static func spokenRange(_ from: String, _ to: String) -> String { "\(from) to \(to)" }
  static func between(_ from: String, _ to: String) -> String { "between \(from) and \(to)" }
  static func within(_ span: String) -> String { "within \(span)" }
  static let moreThanADay = "more than a day"
  static func moreThan(_ span: String) -> String { "more than \(span)" }
  static func by(_ time: String) -> String { "by \(time)" }
  static func after(_ time: String) -> String { "after \(time)" }
  static func wasDue(_ time: String) -> String { "was due by \(time)" }
  static func basis(_ span: String) -> String { "from the last \(span)" }

  // MARK: Headline, as-of and bars

  static let nothingNeedsYou = "Nothing needs you"
  static let nothingNeededYou = "Nothing needed you"
  static func quoted(_ text: String, cut: Bool) -> String { "“\(text)\(cut ? "…" : "")”" }
  static func asOf(_ time: String) -> String { "As of \(time)" }
  static let nothingRead = "Nothing read yet"
  static let offline = "Offline"
  static let keyRefused = "This key is no longer accepted"
  static func inBarAsOf(_ time: String) -> String { "as of \(time)" }
  static func inBarAsOf(_ time: String, _ age: String) -> String { "as of \(time) (\(age))" }
  static let inBarNothingRead = "nothing read yet"
  static let failed = "failed"
  static func failedSince(_ time: String) -> String { "failed since \(time)" }
  static let inBarNotRead = "not read"
  static let notReadYet = "not read yet"
  static func ahead(_ span: String) -> String { "The times from this server are ahead by \(span)" }
  static func askedToWait(_ asked: String?, _ left: String) -> String {
    if let asked { "Server asked to wait \(asked); \(left)" } else { "Server asked to wait; \(left)" }
  }
  static func left(_ span: String) -> String { "\(span) left" }
  static let tryingAgain = "trying again"

  static func name(of source: Source) -> String {
    switch source {
    case .sessions: "Sessions"
    case .fleetHealth: "Fleet health"
    case .sessionHistory: "Session history"
    case .programState: "Program state"
    case .keys: "Keys"
    case .questions: "Asked questions"
    case .alerts: "Alerts"
    case .tasks: "Tasks"
    case .messages: "Messages"
    case .groups: "Groups"
    case .cost: "Cost"
    case .sprints: "Sprints"
    }
  }

  static func shortName(of source: Source) -> String {
    switch source {
    case .sessions: "Sessions"
    case .fleetHealth: "Health"
    case .sessionHistory: "History"
    case .programState: "State"
    case .keys: "Keys"
    case .questions: "Questions"
    case .alerts: "Alerts"
    case .tasks: "Tasks"
    case .messages: "Messages"
    case .groups: "Groups"
    case .cost: "Cost"
    case .sprints: "Sprints"
    }
  }

  // MARK: Causes and errors

  static let unreachable = "The server cannot be reached."
  static let keyNoLongerAccepted = "This key is no longer accepted."
  static func mayNotRead(_ missing: String?) -> String {
    if let missing { "This key may not read it: \(missing) is missing." } else { "This key may not read it." }
  }
  static let cannotAnswer = "The server cannot answer now."
  static let unreadable = "The reply could not be read."
  static func shortList(_ limit: String, of source: Source) -> String {
    let listed =
      switch source {
      case .sessions: "sessions"
      case .sessionHistory: "ended sessions"
      case .fleetHealth: "programs"
      case .programState: "program states"
      case .keys: "keys"
      case .questions: "questions"
      case .alerts: "alerts"
      case .tasks: "tasks"
      case .messages: "messages"
      case .groups: "groups"
      case .cost: "rows"
      case .sprints: "sprints"
      }
    return "The server lists \(limit) \(listed) at most."
  }
  static func rowsSkipped(_ count: Int, _ number: String) -> String {
    count == 1 ? "1 row could not be read." : "\(number) rows could not be read."
  }
  static let keyNotAccepted = "This key is not accepted."
  static func mayNot(_ missing: String?) -> String {
    if let missing { "This key may not do this: \(missing) is missing." } else { "This key may not do this." }
  }
  static func waitUntil(_ time: String) -> String { "The server asked to wait until \(time)." }
  static let notFound = "There is no such thing here."
  static func storage(_ reference: String) -> String {
    "This device’s storage failed (reference \(reference))."
  }
  static let suspended = "The companion is suspended."
  static let readOnly = "This account is read only here, until you allow it to act."
  static func fault(_ reference: String) -> String { "A fault of the companion (reference \(reference))." }
  static func refused(_ why: String) -> String { "Refused: \(why)." }
  static func refusedOtherwise(_ reference: String) -> String { "Refused (reference \(reference))." }
  static let unknownTarget = "the server knows no such target"
  static let notYours = "it belongs to another program"
  static let alreadyTaken = "it is already taken"
  static func tooLong(_ field: String, _ limit: String) -> String {
    "\(field) is longer than \(limit) characters"
  }
  static func invalid(_ field: String) -> String {
    field.isEmpty ? "the request is not valid" : "\(field) is missing or not valid"
  }
  static let planLimit = "the plan allows no more"
  static let paused = "writes are paused on this server"
  static let changedSince = "it changed since you looked"

  // MARK: Rows

  static func stateWord(_ state: SessionState) -> String {
    switch state {
    case .working: "Working"
    case .blocked, .blockedOrPinned: "Blocked"
    case .pinned: "Pinned"
    case .complete: "Complete"
    case .other(let word): word
    }
  }

  static func title(of section: CacheBash.Section) -> String {
    switch section {
    case .needsYou: "Needs you"
    case .stalledOrSilent: "Stalled or silent"
    case .working: "Working"
    case .pinned: "Pinned"
    case .finishedToday: "Finished today"
    case .quiet: "Quiet"
    }
  }

  static let noPrograms = "No programs"
  static func stripSilent(_ count: String) -> String { "\(count) silent" }
  static func stripStalled(_ count: String) -> String { "\(count) stalled" }
  static func stripWorking(_ count: String) -> String { "\(count) working" }
  static func stripPinned(_ count: String) -> String { "\(count) pinned" }
  static func stripFinished(_ count: String) -> String { "\(count) finished" }
  static func stripQuiet(_ count: String) -> String { "\(count) quiet" }
  static func notShown(_ count: Int, _ number: String) -> String {
    count == 1 ? "1 more program is not shown" : "\(number) more programs are not shown"
  }
  static func more(_ count: String) -> String { "+\(count)" }

  static func onAccount(_ label: String) -> String { "on \(label)" }
  static let blockedOrPinned = "blocked or pinned"
  static let neverSeen = "never seen"
  static func heard(_ when: String) -> String { "heard \(when)" }
  static func finished(_ when: String) -> String { "finished \(when)" }
  static func asks(_ text: String) -> String { "asks: \(text)" }
  static func says(_ text: String) -> String { "says: \(text)" }

  // MARK: A program's page

  static func lastHeard(_ when: String) -> String { "Last heard \(when)" }
  static func lastHeard(_ when: String, _ clock: String) -> String { "Last heard \(when), at \(clock)" }
  static let neverHeard = "Never heard"
  static func read(_ when: String) -> String { "read \(when)" }
  static let contextNotReported = "not reported"
  static let contextNotKnown = "not known"
  static func session(_ id: String, _ span: String) -> String {
    span.isEmpty ? "Session \(id)" : "Session \(id), \(span)"
  }
  static func fallen(_ falls: [String]) -> String { "Fell \(falls.joined(separator: ", "))." }
  static func fall(_ from: Int, _ to: String, _ when: String) -> String { "from \(from) to \(to) \(when)" }
  static func hatched(_ gaps: [String]) -> String {
    "Hatched: not seen here \(gaps.joined(separator: ", "))."
  }
  static func beats(_ next: String) -> String { "Ticks are heartbeats; the next is due by \(next)." }
  static func writtenBy(_ program: String?, _ session: String?) -> String {
    switch (program, session) {
    case (let program?, let session?): "Written by \(program) in session \(session)"
    case (let program?, nil): "Written by \(program)"
    case (nil, let session?): "Written in session \(session)"
    case (nil, nil): ""
    }
  }
  static func written(_ by: String, _ when: String) -> String { "\(by), \(when)" }
  static func inStateSince(_ time: String) -> String { "In its state since \(time)" }
  static func firstSeenHere(_ time: String) -> String { "First seen here \(time)" }
  static func kept(_ day: String?) -> String {
    if let day { "Kept here; cleared by the server on \(day)" } else { "Kept here; cleared by the server" }
  }
  static func outcome(_ outcome: Outcome) -> String {
    switch outcome {
    case .completed: "Completed"
    case .inProgress: "In progress"
    case .blocked: "Blocked"
    case .deferred: "Deferred"
    case .other(let word): word
    }
  }
  static func mayNotReadState(_ program: String) -> String { "This key may not read \(program)’s state" }
  static func mayNotReadStateWhy(_ missing: String?) -> String {
    if let missing {
      "Notes, questions and work items need \(missing). Whoever made the key can make one that has it."
    } else {
      "Whoever made the key can make one that may."
    }
  }
  static func contextLastSeen(_ left: String) -> String { "context last seen \(left)" }
  static func tookOver(_ what: [String], _ session: String) -> String {
    let taken = what.isEmpty ? "the notes" : what.joined(separator: " and ")
    return "Took over \(taken) from \(session)"
  }
  static func noRecord(_ span: String) -> String { "No record \(span)" }

  // MARK: Keys

  static func missingForJob(_ capability: String) -> String {
    switch capability {
    case "pulse.write": "This key cannot report sessions: \(capability) is missing"
    case "pulse.read": "This key cannot see sessions: \(capability) is missing"
    case "state.read": "This key cannot read program state: \(capability) is missing"
    case "state.write": "This key cannot keep program state: \(capability) is missing"
    default: "\(capability) is missing"
    }
  }
  static func likelyEnds(_ day: String, _ term: String) -> String {
    "Likely ends on \(day) (\(term), the usual term)"
  }
  static func likelyEnded(_ day: String, _ term: String) -> String {
    "Likely ended on \(day) (\(term), the usual term)"
  }
  static let endNotKnown = "Its end is not known"
  static let neverUsed = "Never used"
  static func lastUsed(_ when: String) -> String { "Last used \(when)" }
  static func revoked(_ when: String?) -> String {
    if let when { "Revoked \(when)" } else { "Revoked" }
  }

  // MARK: An empty page

  static func lastChecked(_ time: String) -> String { "Last checked \(time)" }
  static let notChecked = "Not checked yet"
  static func nextCheck(_ checked: String, _ next: String?) -> String {
    if let next { "\(checked), next at \(next)." } else { "\(checked)." }
  }

  // MARK: What is only on this face

  /// The card of a program's sessions.
  public static let chain = "Chain"
  /// What a tap on the as-of or on a bar does, for a screen reader.
  public static let sourcesHint = "Shows what each source last said"
  /// The first screen's one sentence.
  public static let firstRun = "See what your agents are doing, and which of them needs you."
  /// Under it.
  public static let onlyReads = "This phone only reads, until you allow it to act."
  /// The field's name.
  public static let pasteLinkOrKey = "Paste a link or a key"
  /// Under the field.
  public static let keyAlone =
    "A key without a link is for the public hosted server; you confirm its name first."
  /// Goes on with what was pasted.
  public static let goOn = "Continue"
  /// Sends the key to the server that was named.
  public static let connect = "Connect"
  /// Back to the field.
  public static let cancel = "Cancel"
  /// Names the server before anything is sent to it.
  static func connectTo(_ server: String) -> String { "Connect to \(server)?" }
  static func pairingProblem(_ error: any Error) -> String {
    switch error as? PairingError {
    case .NotAPairing, nil: "This is neither a pairing link nor a key."
    case .NewerVersion: "This code is for a newer app."
    case .Address: "The address in this link cannot be used."
    case .Key: "The key is not complete. Copy it again."
    case .Missing, .Repeated, .Damaged, .TooLong: "This link is damaged. Copy it again."
    }
  }
  static let companionFailed = "The companion could not be opened."

  /// The shapes as a legend: word and meaning.
  public static let legend: [(shape: ProgramShape, word: String, meaning: String)] = [
    (.blocked, "Blocked", "cannot go on by itself"),
    (.working, "Working", "moves, and says how far"),
    (.workingStalled, "Stalled", "is there, but stands still"),
    (.workingSilent, "Silent", "has not been heard"),
    (.pinned, "Pinned", "stays on watch"),
    (.complete, "Complete", "is done"),
  ]
}
