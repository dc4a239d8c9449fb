import CacheBash

/// What a person is about to say something to.
public enum Subject: Equatable, Sendable {
  /// An agent asked, and the server takes the answer.
  case answer(AskedRow)
  /// A line in a program's state: a reply is a message that quotes it. `since` is when that state was written, where that
  /// is known.
  case reply(account: String, question: OpenQuestion, since: Int64?)
  /// A message of one's own, to a program at first.
  case message(account: String, to: String)
  /// A part of a program's state, to be written anew.
  case edit(account: String, program: String, part: StatePart)

  /// Over whose server.
  public var account: String {
    switch self {
    case .answer(let asked): asked.account
    case .reply(let account, _, _), .message(let account, _), .edit(let account, _, _): account
    }
  }

  /// What tells its draft from all others.
  var key: SubjectKey {
    switch self {
    case .answer(let asked): .answer(account: asked.account, question: asked.question)
    case .reply(let account, let question, _): .reply(account: account, question: question)
    case .message(let account, let to): .message(account: account, to: to)
    case .edit(let account, let program, .notes): .notes(account: account, program: program)
    case .edit(let account, let program, .questions): .questions(account: account, program: program)
    }
  }

  /// Its draft before the first letter.
  var fresh: Draft {
    switch self {
    case .edit(_, _, .notes(let notes)): Draft(text: notes, seen: [notes])
    case .edit(_, _, .questions(let questions)):
      Draft(text: questions.joined(separator: "\n"), seen: questions)
    case .answer, .reply, .message: Draft()
    }
  }
}

/// A part of a program's state that a person may write, as they see it.
public enum StatePart: Equatable, Sendable {
  /// What one session leaves for the next.
  case notes(String)
  /// What the agent does not know.
  case questions([String])
}

/// Identity of a subject, however its words change.
public enum SubjectKey: Hashable, Sendable {
  /// An asked question.
  case answer(account: String, question: String)
  /// An open question.
  case reply(account: String, question: OpenQuestion)
  /// A program that is written to.
  case message(account: String, to: String)
  /// A program's hand-off notes.
  case notes(account: String, program: String)
  /// A program's open questions.
  case questions(account: String, program: String)

  var account: String {
    switch self {
    case .answer(let account, _), .reply(let account, _), .message(let account, _),
      .notes(let account, _), .questions(let account, _):
      account
    }
  }
}

/// What was written so far.
struct Draft: Equatable {
  /// The person's own words.
  var text = ""
  /// Which of an asked question's options.
  var option: Int?
  /// Whom a message goes to, where that is another than at first.
  var to: String?
  /// What an edit was begun from: if the server has something else by then, core refuses it and shows both.
  var seen: [String] = []
}

/// What was begun and not sent: kept while its sheet is closed, while leave is asked for, and while the server refuses it.
/// In memory alone, so that nothing of an account is left where signing out does not reach.
@MainActor final class Drafts {
  private var begun: [SubjectKey: Draft] = [:]
  private var onTheirWay: [SubjectKey: Draft] = [:]

  /// Nothing is kept.
  var isEmpty: Bool { begun.isEmpty && onTheirWay.isEmpty }

  /// What was written to this subject, or its draft before the first letter.
  subscript(subject: Subject) -> Draft {
    get { begun[subject.key] ?? subject.fresh }
    set { begun[subject.key] = newValue == subject.fresh ? nil : newValue }
  }

  /// It is being handed over: whoever opens its subject meanwhile begins anew, so that nothing is said twice.
  func handOver(_ subject: Subject) { onTheirWay[subject.key] = begun.removeValue(forKey: subject.key) }

  /// It was taken.
  func taken(_ subject: Subject) { onTheirWay[subject.key] = nil }

  /// It was not taken, and is there again, unless another was begun meanwhile.
  func refused(_ subject: Subject) {
    guard let draft = onTheirWay.removeValue(forKey: subject.key) else { return }
    if begun[subject.key] == nil { begun[subject.key] = draft }
  }

  /// What belongs to other accounts than these is forgotten: who signed out left nothing behind.
  func keep(only accounts: [String]) {
    begun = begun.filter { accounts.contains($0.key.account) }
    onTheirWay = onTheirWay.filter { accounts.contains($0.key.account) }
  }
}
