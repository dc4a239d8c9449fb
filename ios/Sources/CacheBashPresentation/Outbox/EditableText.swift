import CacheBash
import Foundation

/// A text of an action that a person may write anew.
struct EditableText: Equatable {
  /// What it is called.
  var label: String
  /// As it stands.
  var text: String
  /// How many UTF-16 units it may have.
  var limit: Int
  /// It may be left empty.
  var optional = false

  /// This text could be taken in its place.
  func takes(_ text: String) -> Bool {
    text.utf16.count <= limit && (optional || !text.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty)
  }
}

/// How many UTF-16 units a text may have: contract sections 5, 6 and 8.
enum Longest {
  /// A message, an answer, hand-off notes.
  static let message = 2_000
  /// A title, a status.
  static let line = 200
  /// Instructions, a result.
  static let instructions = 32_000
  /// One open question.
  static let question = 500
  /// All open questions of a program, ten of them, with the line ends between.
  static let questions = 10 * question + 9
}

extension Action {
  /// The texts of an action; none where there is nothing to write.
  var texts: [EditableText] {
    switch self {
    case .sendMessage(_, let text, _, let question):
      let own = question.map { withoutQuote($0, text) } ?? text
      // The quote travels too.
      let room = Longest.message - (text.utf16.count - own.utf16.count)
      return [EditableText(label: Words.yourMessage, text: own, limit: room)]
    case .answerQuestion(_, let response):
      return [EditableText(label: Words.yourAnswer, text: response, limit: Longest.message)]
    case .createTask(_, let title, let instructions):
      return [
        EditableText(label: Words.title, text: title, limit: Longest.line),
        EditableText(
          label: Words.instructions, text: instructions, limit: Longest.instructions, optional: true),
      ]
    case .completeTask(_, _, let result):
      return [
        EditableText(label: Words.result, text: result, limit: Longest.instructions, optional: true)
      ]
    case .editHandOffNotes(_, let notes, _):
      return [
        EditableText(label: Phrase.handOffNotes.text, text: notes, limit: Longest.message, optional: true)
      ]
    case .editOpenQuestions(_, let questions, _):
      return [
        EditableText(
          label: Words.questionsOneALine, text: questions.joined(separator: "\n"),
          limit: Longest.questions, optional: true)
      ]
    case .updateSession(_, let status, _, _):
      return [EditableText(label: Words.status, text: status, limit: Longest.line)]
    case .claimTask, .revokeKey, .createKey, .rotateKey:
      return []
    }
  }

  /// The same action with other texts. Where both texts of an edit were shown, the one on the server is now what the
  /// person saw: otherwise it would be refused for the same difference again.
  func written(_ texts: [String], shown: Delivery) -> Action {
    switch self {
    case .sendMessage(let to, let text, let kind, let question):
      let quotes = question.map { withoutQuote($0, text) != text } ?? false
      let whole = quotes ? question.map { quoting($0, texts[0]) } : nil
      return .sendMessage(to: to, text: whole ?? texts[0], kind: kind, repliesTo: question)
    case .answerQuestion(let question, _):
      return .answerQuestion(question: question, response: texts[0])
    case .createTask(let to, _, _):
      return .createTask(to: to, title: texts[0], instructions: texts[1])
    case .completeTask(let task, let succeeded, _):
      return .completeTask(task: task, succeeded: succeeded, result: texts[0])
    case .editHandOffNotes(let program, _, var seen):
      if case .notesChanged(let theirs) = shown { seen = theirs }
      return .editHandOffNotes(program: program, notes: texts[0], seen: seen)
    case .editOpenQuestions(let program, _, var seen):
      if case .questionsChanged(let theirs) = shown { seen = theirs }
      return .editOpenQuestions(program: program, questions: questionLines(texts[0]), seen: seen)
    case .updateSession(let session, _, let state, let progress):
      return .updateSession(session: session, status: texts[0], state: state, progress: progress)
    case .claimTask, .revokeKey, .createKey, .rotateKey:
      return self
    }
  }
}

/// A question a line; empty lines are none.
func questionLines(_ text: String) -> [String] {
  text.split(whereSeparator: \.isNewline)
    .map { $0.trimmingCharacters(in: .whitespaces) }
    .filter { !$0.isEmpty }
}

/// The message that replies with this text to an open question: it quotes it, as it does from every face.
func quoting(_ question: OpenQuestion, _ text: String) -> String { quote(question) + text }

/// What was replied, without the quote in front of it.
func withoutQuote(_ question: OpenQuestion, _ message: String) -> String {
  let quote = quote(question)
  return message.hasPrefix(quote) ? String(message.dropFirst(quote.count)) : message
}

private func quote(_ question: OpenQuestion) -> String { "> \(question.text)\n\n" }
