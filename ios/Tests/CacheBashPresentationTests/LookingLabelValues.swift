import CacheBash

/// What was found, what happened meanwhile and what is told, read from the table's cases.
extension Values {
  /// As many lines as the case says; which, the sentence does not tell.
  func digest() throws -> AwayDigest {
    func lines(_ key: String, _ event: AwayEvent) throws -> [AwayLine] {
      let line = AwayLine(account: "home", program: "builder", at: 0, event: event)
      return Array(repeating: line, count: Int(try moment(key)))
    }
    return AwayDigest(
      from: 0, until: 0,
      lanes: try list("hand_offs").map {
        AwayLane(
          account: "home", program: try $0.text("program"), pieces: [],
          handOffs: UInt32(try $0.moment("times")), eventful: true)
      },
      waiting: try lines("waiting", .waits(words: nil)),
      finished: try lines("finished", .finished(words: nil)), changed: [], unseen: [])
  }

  func awayEvent() throws -> AwayEvent {
    switch try text("kind") {
    case "waits": .waits(words: optionalText("words"))
    case "finished": .finished(words: optionalText("words"))
    case "went_silent": .wentSilent
    case "stood_still": .stoodStill
    case "fell": .fell(from: try percent("from"), to: try percent("to"))
    case let other: throw UnknownRule(description: other)
    }
  }

  func hitKind() throws -> HitKind {
    switch try text("kind") {
    case "program": .program
    case "session": .session
    case "hand_off_notes": .handOffNotes
    case "open_question": .openQuestion
    case "reply": .reply
    case "work_item": .workItem
    case "last_task": .lastTask
    case "asked_question": .askedQuestion
    case "task": .task
    case "message": .message
    case "alert": .alert
    case "group": .group
    case "sprint": .sprint
    case "key": .key
    case "outbox": .outbox
    case let other: throw UnknownRule(description: other)
    }
  }

  func reach() throws -> SearchReach {
    SearchReach(
      programs: UInt32(try moment("programs")), statesRead: UInt32(try moment("states_read")),
      tasks: UInt32(try moment("tasks")), messagesSince: optionalMoment("messages_since"),
      questionsWhole: try flag("questions_whole"))
  }

  func dueAlert() throws -> DueAlert {
    let (kind, event) = try alertEvent()
    return DueAlert(
      id: "id", account: "home", program: optionalText("program"), kind: kind, event: event, since: nil,
      words: optionalText("words"), over: try flag("over"))
  }

  private func alertEvent() throws -> (AlertKind, AlertEvent) {
    switch try text("kind") {
    case "blocked": (.blocked, .blocked(orPinned: try flag("or_pinned")))
    case "asked": (.asked, .asked)
    case "alerted": (.alerted, .alerted)
    case "went_silent": (.silent, .wentSilent)
    case "stood_still": (.stalled, .stoodStill)
    case "fell": (.fell, .fell(from: try percent("from"), to: try percent("to")))
    case "finished": (.finished, .finished)
    case "key_ending": (.keyEnding, .keyEnding(key: "hash", at: try moment("at")))
    case let other: throw UnknownRule(description: other)
    }
  }
}
