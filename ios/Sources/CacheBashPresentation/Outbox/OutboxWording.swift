import CacheBash

/// From core's outbox to what the screen draws. Pure: labels and a moment in, words out.
extension OutboxState {
  /// The outbox in words. `now` is the server's time at which it is looked at.
  public init(_ outbox: OutboxView, bar: BarState?, labels: Labels, now: Int64) {
    let several = outbox.accounts.count > 1
    let names = Dictionary(
      outbox.accounts.map { ($0.id, $0.label) }, uniquingKeysWith: { first, _ in first })
    let count = outbox.lines.count
    self.init(
      headline: count > 0 ? labels.count(.notDelivered, count) : Words.allDelivered,
      summary: labels.summary(outbox), bar: bar,
      lines: outbox.lines.map { line in
        OutboxLineState(
          line, account: several ? names[line.account] : nil, labels: labels, now: now,
          fresh: outbox.fresh)
      },
      badge: count > 0 ? labels.number(count) : nil)
  }
}

extension Labels {
  /// How many go by themselves and how many do not; without a number where there is only one line.
  fileprivate func summary(_ outbox: OutboxView) -> String {
    let decisions = Int(outbox.decisions)
    let others = outbox.lines.count - decisions
    switch outbox.lines.count {
    case 0: return Words.nothingWaits
    case 1 where decisions > 0: return Words.needsADecision
    case 1: return outbox.fresh ? Words.isBeingSent : Words.willSend
    default:
      let going = outbox.fresh ? Words.areBeingSent(others, number(others)) : Words.willSend(number(others))
      return [
        others > 0 ? going : nil,
        decisions > 0 ? Words.needADecision(decisions, number(decisions)) : nil,
      ].compactMap(\.self).joined(separator: Words.dot)
    }
  }
}

extension OutboxLine {
  /// Its identity.
  var key: ActionKey { ActionKey(account: account, action: id) }

  fileprivate var sign: OutboxSign {
    switch delivery {
    case .waiting: mayHaveArrived && behind == nil ? .unsure : .waiting
    case .sending: .sending
    case .refused: .refused
    case .unknown, .notesChanged, .questionsChanged, .keyUnseen: .unsure
    case .keyRefused, .keyIssued: .key
    }
  }
}

extension OutboxLineState {
  fileprivate init(_ line: OutboxLine, account: String?, labels: Labels, now: Int64, fresh: Bool) {
    let title = labels.action(line.action)
    let theirs = line.delivery.theirs
    self.init(
      id: line.key, sign: line.sign, word: labels.deliveryWord(line),
      time: labels.dayClock(line.askedAt, now: now), title: title, account: account,
      text: theirs == nil ? line.action.saying : nil,
      versions: theirs.map { [$0, VersionState(whose: Words.yours, text: line.action.saying ?? "")] } ?? [],
      reason: labels.deliveryReason(line), buttons: OutboxButton.of(line, fresh: fresh),
      spoken: [title, account, labels.delivery(line)].compactMap(\.self).joined(separator: ", ")
        .replacingOccurrences(of: Words.narrow, with: " "))
  }
}

extension Action {
  /// What the person wrote: in quotes where it is said to somebody.
  fileprivate var saying: String? {
    switch self {
    case .sendMessage(_, let text, _, let question):
      Words.quoted(question.map { withoutQuote($0, text) } ?? text, cut: false)
    case .answerQuestion(_, let response): Words.quoted(response, cut: false)
    case .createTask(_, let title, _): title
    case .completeTask(_, _, let result): result.isEmpty ? nil : result
    case .editHandOffNotes(_, let notes, _): notes
    case .editOpenQuestions(_, let questions, _): questions.joined(separator: "\n")
    case .updateSession(_, let status, _, _): status
    case .createKey(let key, _): key.label
    case .claimTask, .revokeKey, .rotateKey: nil
    }
  }
}

extension Delivery {
  /// What the server has instead.
  var theirs: VersionState? {
    let text: String? =
      switch self {
      case .notesChanged(let theirs): theirs
      case .questionsChanged(let theirs): theirs.joined(separator: "\n")
      case .waiting, .sending, .refused, .unknown, .keyRefused, .keyIssued, .keyUnseen: nil
      }
    return text.map { VersionState(whose: Words.onTheServer, text: $0.isEmpty ? Words.emptyThere : $0) }
  }
}

extension OutboxButton {
  fileprivate static func of(_ line: OutboxLine, fresh: Bool) -> [OutboxButton] {
    func retry(_ label: String, _ weight: ButtonWeight) -> OutboxButton {
      OutboxButton(act: .retry, label: label, weight: weight)
    }
    func edit(_ weight: ButtonWeight) -> OutboxButton? {
      line.action.texts.isEmpty ? nil : OutboxButton(act: .edit, label: Words.edit, weight: weight)
    }
    func discard(_ label: String) -> OutboxButton {
      OutboxButton(act: .discard, label: label, weight: .plain)
    }
    let buttons: [OutboxButton?] =
      switch line.delivery {
      case .waiting: [line.mayHaveArrived ? nil : edit(.tonal), discard(Words.discard)]
      // What is on its way cannot be called back.
      case .sending: []
      case .refused, .keyRefused:
        [retry(Phrase.retry.text, .tonal), edit(.tonal), discard(Words.discard)]
      // Sent again only after a look.
      case .unknown(true): [retry(Words.sendAgain, .filled), discard(Words.discard)]
      case .unknown(false):
        [retry(fresh ? Words.lookNow : Words.lookWhenOnline, .filled), discard(Words.discard)]
      case .keyIssued: [OutboxButton(act: .show, label: Words.showKey, weight: .filled)]
      case .keyUnseen: [retry(Words.makeAnother, .filled), discard(Words.discard)]
      case .notesChanged, .questionsChanged:
        [edit(.filled), retry(Words.sendMine, .tonal), discard(Words.discardMine)]
      }
    return buttons.compactMap(\.self)
  }
}
