import CacheBash

/// The time in which nobody looked.
extension Labels {
  /// From when to when, and how long that was.
  public func awaySpan(_ digest: AwayDigest, now: Int64) -> String {
    Words.spanWithLength(
      span(digest.from, digest.until, now: now), durationLong(digest.until - digest.from))
  }

  /// One sentence: who waits, how many finished, who handed off most.
  public func awaySentence(_ digest: AwayDigest) -> String {
    var rest: [String] = []
    if !digest.finished.isEmpty {
      rest.append(Words.finished(digest.finished.count, number(digest.finished.count)))
    }
    if let most = digest.lanes.max(by: { $0.handOffs < $1.handOffs }), most.handOffs > 0 {
      rest.append(Words.handedOff(most.program, Int(most.handOffs), number(Int(most.handOffs))))
    }
    return Words.sentence(Words.waitingFor(digest.waiting.count, number(digest.waiting.count)), rest)
  }

  /// What happened, on its line: the agent's words where it left some.
  public func awayEvent(_ event: AwayEvent) -> String {
    switch event {
    case .waits(let words): words ?? Words.waits
    case .finished(let words): words ?? Words.finished
    case .wentSilent: Words.wentSilent
    case .stoodStill: Words.stoodStill
    case .fell(let from, let to): Words.fellBack(number(Int(from)), percent(to))
    }
  }
}
