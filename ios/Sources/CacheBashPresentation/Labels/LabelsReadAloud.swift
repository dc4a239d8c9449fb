import CacheBash

/// One row, with what a sentence about it needs.
struct SpokenRow: Equatable {
  var account: String?
  var program: String
  var neverSeen = false
  var state: SessionState?
  var progress: RowProgress?
  var finding: Finding?
  var estimate: Estimate?
  var heard: Int64?
  /// Only for rows of "Finished today".
  var endedAt: Int64?
  var openQuestions = 0
  var waiting: Waiting?
  var orPinned = false
  /// An asked question, on a card.
  var asks: String?
  /// The status of a card.
  var says: String?
}

/// Rows as sentences: units are whole words, and spaces are ordinary ones.
extension Labels {
  func readAloud(_ row: SpokenRow, now: Int64, fresh: Bool) -> String {
    var parts = [row.program]
    if let account = row.account { parts.append(Words.onAccount(account)) }
    if row.neverSeen { parts.append(Words.neverSeen) }
    if let state = row.state { parts.append(spoken(state)) }
    if let progress = row.progress.flatMap({ spoken($0, now: now) }) { parts.append(progress) }
    if let finding = row.finding {
      parts.append(spoken(finding, now: now, fresh: fresh))
    } else if let estimate = row.estimate {
      parts.append(etaSpoken(estimate, now: now, fresh: fresh))
    }
    if let ended = row.endedAt {
      parts.append(Words.finished(dayTime(ended, now: now).inSentence))
    } else if let heard = row.heard {
      parts.append(Words.heard(spokenAge(heard, now: now, fresh: fresh)))
    }
    if row.openQuestions > 0 { parts.append(count(.openQuestions, row.openQuestions)) }
    if let waiting = row.waiting {
      let words = waitingWords(
        waiting, orPinned: row.orPinned, now: now, fresh: fresh, span: spokenDuration)
      if !words.isEmpty { parts.append(words) }
    }
    if let asks = row.asks {
      parts.append(Words.asks(asks))
    } else if let says = row.says {
      parts.append(Words.says(says))
    }
    // Narrow spaces are for the eye; an agent's own text keeps what it has.
    let own = [row.asks, row.says].contains { $0 != nil } ? parts.removeLast() : nil
    let sentence = parts.joined(separator: ", ").split(separator: Words.narrow).joined(separator: " ")
    return own.map { "\(sentence), \($0)" } ?? sentence
  }

  private func spoken(_ state: SessionState) -> String {
    switch state {
    case .blockedOrPinned: Words.blockedOrPinned
    case .other(let word): word
    default: Words.stateWord(state).lowercased()
    }
  }

  private func spoken(_ progress: RowProgress, now: Int64) -> String? {
    switch progress {
    case .notReported: nil
    case .percent(let value): Words.spokenPercent(Int(value))
    case .last(let value, let at):
      "\(Words.spokenPercent(Int(value))) \(dayTime(at, now: now).afterValue)"
    }
  }

  private func spoken(_ finding: Finding, now: Int64, fresh: Bool) -> String {
    switch finding {
    case .silent(_, let every?) where fresh:
      let (count, unit) = Labels.nearest(every)
      return "\(Words.silent), \(Words.usuallyEvery(Words.spoken(String(count), unit)))"
    case .fell(let from, let to, _):
      return Words.fell(Int(from), Words.spokenPercent(Int(to)))
    case .noChange(let since) where fresh:
      return Words.noChangeFor(spokenDuration(now - since))
    case .silent, .noChange:
      return findingShort(finding, now: now, fresh: fresh)
    }
  }

  private func spokenAge(_ heard: Int64, now: Int64, fresh: Bool) -> String {
    let passed = now - heard
    guard fresh, passed >= -Labels.ahead, passed < 7 * TimeUnit.day.length else {
      return dayTime(heard, now: now).inSentence
    }
    return passed < TimeUnit.second.length ? Words.now : Words.ago(spokenDuration(passed))
  }

  private func spokenDuration(_ span: Int64) -> String {
    let (count, unit) = Labels.rounded(span)
    return Words.spoken(String(count), unit)
  }
}
