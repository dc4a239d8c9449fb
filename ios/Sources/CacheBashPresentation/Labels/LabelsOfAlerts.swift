import CacheBash

/// Alerts in words, for whoever shows them: a notification, a watch.
extension Labels {
  /// Who, what began, and as much of its words as the alert tells.
  public func dueAlert(_ alert: DueAlert, now: Int64) -> String {
    let began = began(alert, now: now)
    let what = alert.over ? Words.alertOver(began) : began
    return alert.words.map { Words.alertSaying(what, $0) } ?? what
  }

  private func began(_ alert: DueAlert, now: Int64) -> String {
    let program = alert.program ?? Words.aProgram
    switch alert.event {
    case .blocked(let orPinned): return Words.isBlocked(program, orPinned: orPinned)
    case .asked: return alert.program.map { Words.programAsks($0) } ?? Phrase.anAgentAsks.text
    case .alerted: return Words.alertFrom(alert.program ?? Words.anAgent)
    case .wentSilent: return Words.wentSilent(program)
    case .stoodStill: return Words.stoodStill(program)
    case .fell(let from, let to): return Words.fellBack(program, number(Int(from)), percent(to))
    case .finished: return Words.hasFinished(program)
    case .keyEnding(_, let at):
      let ends = expiryEstimate(at, now: now)
      return Words.keyEnding(alert.program, ends.prefix(1).lowercased() + ends.dropFirst())
    }
  }
}
