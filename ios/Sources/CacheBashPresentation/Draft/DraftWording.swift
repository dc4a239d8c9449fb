import CacheBash
import Foundation

/// What is known where a draft is written.
struct DraftGround: Equatable {
  /// The server answers.
  var fresh: Bool
  /// Server time.
  var now: Int64
  /// The account's programs.
  var programs: [String] = []
  /// The account's groups.
  var groups: [String] = []
}

extension Draft {
  /// What is sent for it.
  func action(for subject: Subject) -> Action {
    switch subject {
    case .answer(let asked):
      .answerQuestion(question: asked.question, response: whole(for: subject))
    case .reply(_, let question, _):
      .sendMessage(to: question.program, text: whole(for: subject), kind: .directive, repliesTo: question)
    case .message(_, let first):
      .sendMessage(to: to ?? first, text: whole(for: subject), kind: .directive, repliesTo: nil)
    case .edit(_, let program, .notes):
      .editHandOffNotes(program: program, notes: text, seen: seen.first ?? "")
    case .edit(_, let program, .questions):
      .editOpenQuestions(program: program, questions: questionLines(text), seen: seen)
    }
  }

  /// There is something to send, and it fits.
  func isWhole(for subject: Subject) -> Bool {
    let something =
      switch subject {
      case .answer(let asked): choice(of: asked) != nil || !own.isEmpty
      case .reply, .message: !own.isEmpty
      case .edit(_, _, .notes): [text] != seen
      case .edit(_, _, .questions): questionLines(text) != seen
      }
    return something && whole(for: subject).utf16.count <= subject.limit
  }

  /// Everything that travels: the chosen option above one's own words, the question above the reply.
  fileprivate func whole(for subject: Subject) -> String {
    switch subject {
    case .answer(let asked):
      [choice(of: asked), own.isEmpty ? nil : own].compactMap(\.self).joined(separator: "\n\n")
    case .reply(_, let question, _): quoting(question, own)
    case .message: own
    case .edit: text
    }
  }

  private var own: String { text.trimmingCharacters(in: .whitespacesAndNewlines) }

  private func choice(of asked: AskedRow) -> String? {
    option.flatMap { asked.options.indices.contains($0) ? asked.options[$0] : nil }
  }
}

extension Subject {
  fileprivate var limit: Int {
    if case .edit(_, _, .questions) = self { Longest.questions } else { Longest.message }
  }
}

extension DraftState {
  /// The sheet in words, for a device that may act.
  init(_ draft: Draft, to subject: Subject, ground: DraftGround, labels: Labels) {
    self.init(
      aside: subject.aside(labels: labels, now: ground.now), title: subject.title(draft, labels: labels),
      context: nil, quote: nil, targets: [], options: [],
      field: FieldState(draft, to: subject, labels: labels),
      note: DraftNote(draft, to: subject, ground: ground),
      send: ground.fresh ? subject.sendNow : Words.sendWhenOnline, canSend: draft.isWhole(for: subject))
    switch subject {
    case .answer(let asked):
      context = asked.context
      options = asked.options.enumerated().map {
        OptionState(id: $0.offset, text: $0.element, chosen: $0.offset == draft.option)
      }
    case .reply(_, let question, _): quote = question.text
    case .message(_, let first):
      targets = ground.targets.map { TargetState(id: $0, chosen: $0 == draft.to ?? first) }
    case .edit: break
    }
  }
}

extension DraftGround {
  /// Programs by name, then the groups that are called like none of them.
  fileprivate var targets: [String] {
    let programs = Set(programs)
    return programs.sorted() + Set(groups).subtracting(programs).sorted()
  }

  fileprivate func isGroup(_ name: String) -> Bool { groups.contains(name) && !programs.contains(name) }
}

extension Subject {
  fileprivate func aside(labels: Labels, now: Int64) -> String? {
    switch self {
    case .answer(let asked):
      asked.askedAt.map { Words.askedAt(labels.dayClock($0, now: now), by: asked.asker) }
    case .reply(_, _, let since): since.map { labels.questionSince($0, now: now) }
    case .message, .edit: nil
    }
  }

  fileprivate func title(_ draft: Draft, labels: Labels) -> String {
    switch self {
    case .answer(let asked): asked.text
    case .reply, .message, .edit: labels.action(draft.action(for: self))
    }
  }

  fileprivate var sendNow: String {
    switch self {
    case .answer, .message: Words.send
    case .reply: Words.sendAsMessage
    case .edit: Words.save
    }
  }

  fileprivate var fieldLabel: String {
    switch self {
    case .answer(let asked): asked.options.isEmpty ? Words.yourAnswer : Words.addOrAnswer
    case .reply: Words.yourReply
    case .message: Words.yourMessage
    case .edit(_, _, .notes): Phrase.handOffNotes.text
    case .edit(_, _, .questions): Words.questionsOneALine
    }
  }
}

extension FieldState {
  fileprivate init(_ draft: Draft, to subject: Subject, labels: Labels) {
    let length = draft.whole(for: subject).utf16.count
    let said = labels.length(length, of: subject.limit)
    let count =
      switch subject {
      case .answer: draft.option == nil ? said : Words.withTheChoice(said)
      case .reply: Words.withTheQuestion(said)
      case .message, .edit: said
      }
    self.init(label: subject.fieldLabel, count: count, tooLong: length > subject.limit)
  }
}

extension DraftNote {
  fileprivate init(_ draft: Draft, to subject: Subject, ground: DraftGround) {
    let (title, text) =
      switch subject {
      case .answer(let asked): (Words.goesAsAnswer(to: asked.asker), Words.readsAnswer(asked.asker))
      case .reply(_, let question, _):
        (Words.goesAsMessage(to: question.program), Words.quotesTheQuestion(question.program))
      case .message(_, let first): DraftNote.ofMessage(to: draft.to ?? first, ground)
      case .edit: (Words.replacesTheWholeText, Words.unlessItChanged)
      }
    self =
      ground.fresh
      ? DraftNote(waits: false, title: title, text: text)
      : DraftNote(waits: true, title: Words.willSend, text: Words.keptUntilThen(text))
  }

  private static func ofMessage(to name: String, _ ground: DraftGround) -> (String, String) {
    (
      Words.goesAsMessage(to: name),
      ground.isGroup(name) ? Words.eachReadsMessage(name) : Words.readsMessage(name)
    )
  }
}

extension AllowState {
  init(_ account: Account, busy: Bool) {
    self.init(aside: account.inALine, busy: busy)
  }
}
