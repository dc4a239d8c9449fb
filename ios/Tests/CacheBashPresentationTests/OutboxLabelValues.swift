import CacheBash

/// What a person asked for and what became of it, read from the table's cases.
extension Values {
  func action() throws -> Action {
    let of = try text("of")
    let question = OpenQuestion(program: of, text: "401 or 403?", occurrence: 0)
    return switch try text("kind") {
    case "message": .sendMessage(to: of, text: "Go on", kind: .directive, repliesTo: nil)
    case "reply": .sendMessage(to: of, text: "Go on", kind: .directive, repliesTo: question)
    case "answer": .answerQuestion(question: of, response: "Now")
    case "task": .createTask(to: of, title: "Check it", instructions: "")
    case "claim": .claimTask(task: of)
    case "completion": .completeTask(task: of, succeeded: true, result: "")
    case "notes": .editHandOffNotes(program: of, notes: "", seen: "")
    case "questions": .editOpenQuestions(program: of, questions: [], seen: [])
    case "status": .updateSession(session: of, status: "Holding", state: nil, progress: nil)
    case "revocation": .revokeKey(keyHash: of)
    case "new_key": .createKey(key: NewKey(program: of, label: "Its agent"), insteadOf: nil)
    case "rotation": .rotateKey(keyHash: of)
    case let other: throw UnknownRule(description: other)
    }
  }

  func outboxLine() throws -> OutboxLine {
    OutboxLine(
      account: "home", id: "a-2", action: .claimTask(task: "t-9"), askedAt: 0, delivery: try delivery(),
      mayHaveArrived: try flag("may_have_arrived"), behind: try flag("behind") ? "a-1" : nil)
  }

  private func delivery() throws -> Delivery {
    switch try text("kind") {
    case "waiting": .waiting(notBefore: optionalMoment("not_before"))
    case "sending": .sending
    case "refused": .refused(setback: try object("setback").setback())
    case "unknown": .unknown(looked: try flag("looked"))
    case "key_refused": .keyRefused
    case "changed": .notesChanged(theirs: "")
    case "key_issued": .keyIssued(keyHash: "aa")
    case "key_unseen": .keyUnseen(keyHash: "aa")
    case let other: throw UnknownRule(description: other)
    }
  }

  private func setback() throws -> Setback {
    switch try text("kind") {
    case "rejected": .rejected(reason: try object("reason").reason())
    case "forbidden": .forbidden(capability: optionalText("capability"))
    case "not_found": .notFound
    case let other: throw UnknownRule(description: other)
    }
  }

  func reply() throws -> ReplyProgress {
    switch try text("kind") {
    case "waiting": .waiting
    case "not_delivered": .notDelivered
    case "sent": .sent(at: try moment("at"), receipt: try receipt())
    case let other: throw UnknownRule(description: other)
    }
  }

  private func receipt() throws -> Receipt {
    switch try text("receipt") {
    case "not_known": .notKnown
    case "not_picked_up": .notPickedUp
    case "picked_up": .pickedUp
    case "never_picked_up": .neverPickedUp
    case let other: throw UnknownRule(description: other)
    }
  }
}
