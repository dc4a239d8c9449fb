import CacheBash

/// What stands on a program's page.
extension Labels {
  /// Both clocks: when it was heard, and when that was read.
  public func heard(_ heard: Int64?, read: Int64?, now: Int64, fresh: Bool) -> String {
    heardPart(heard, now: now, fresh: fresh) + Words.dot
      + (read.map { Words.read(atSecondsToday($0, now: now)) } ?? Words.notReadYet)
  }

  private func heardPart(_ heard: Int64?, now: Int64, fresh: Bool) -> String {
    guard let heard else { return Words.neverHeard }
    let passed = now - heard
    guard isToday(heard, now: now), fresh, passed >= -Labels.ahead else {
      return Words.lastHeard(atSecondsToday(heard, now: now))
    }
    return Words.lastHeard(passedAgo(passed), clockSeconds(heard))
  }

  /// "at 14:02:10", on another day "Sun 22:10".
  private func atSecondsToday(_ at: Int64, now: Int64) -> String {
    isToday(at, now: now) ? Words.at(clockSeconds(at)) : dayClock(at, now: now)
  }

  /// How much of its context an agent has left.
  public func contextLeft(_ left: ContextLeft) -> String {
    switch left {
    case .notReported: Words.contextNotReported
    case .percent(let value): Words.left(percent(Labels.whole(value)))
    case .rawBytes: Words.contextNotKnown
    }
  }

  /// A session in time: a live one's start, an ended one's span; empty where nothing is known.
  public func sessionSpan(started: Int64?, startKnown: Bool, ended: Int64?, now: Int64) -> String {
    if let ended {
      guard let started, startKnown else { return Words.until(dayClock(ended, now: now)) }
      return span(started, ended, now: now)
    }
    guard let started else { return "" }
    let clock = dayClock(started, now: now)
    return startKnown ? Words.since(clock) : Words.seenSince(clock)
  }

  /// Which session, and its times.
  public func sessionLine(
    _ session: String, started: Int64?, startKnown: Bool, ended: Int64?, now: Int64
  ) -> String {
    Words.session(session, sessionSpan(started: started, startKnown: startKnown, ended: ended, now: now))
  }

  /// Names falls and gaps of the chart; what a screen reader gets of it.
  public func chartSentence(falls: [FallSeen], gaps: [Gap], nextBeatBy: Int64?, now: Int64) -> String {
    var sentences: [String] = []
    if !falls.isEmpty {
      sentences.append(
        Words.fallen(
          falls.map {
            Words.fall(Int($0.from), percent($0.to), dayTime($0.at, now: now).afterValue)
          }))
    }
    if !gaps.isEmpty { sentences.append(Words.hatched(gaps.map { span($0.from, $0.until, now: now) })) }
    if let nextBeatBy { sentences.append(Words.beats(clockSeconds(nextBeatBy))) }
    return sentences.joined(separator: " ")
  }

  /// What a session found when it began: work items and questions, else the notes.
  public func tookOver(_ taken: TookOver) -> String {
    var what: [String] = []
    if taken.workItems > 0 { what.append(count(.workItems, Int(taken.workItems))) }
    if taken.questions > 0 { what.append(count(.questions, Int(taken.questions))) }
    return Words.tookOver(what, taken.from)
  }

  /// How much of its context an ended session had left when it was last seen; nil where that is not known.
  public func contextLastSeen(_ left: ContextLeft) -> String? {
    guard case .percent(let value) = left else { return nil }
    return Words.contextLastSeen(percent(Labels.whole(value)))
  }

  /// Who left the notes.
  public func writtenBy(_ program: String?, session: String?) -> String { Words.writtenBy(program, session) }

  /// Since when an open question is known to stand in its program's state: a time, for none of them says its own.
  public func questionSince(_ at: Int64, now: Int64) -> String { Words.inStateSince(dayClock(at, now: now)) }

  /// The same of a question whose time may not have been told: then when it was first seen here.
  public func questionTime(_ since: Int64?, firstSeen: Int64, now: Int64) -> String {
    since.map { questionSince($0, now: now) } ?? Words.firstSeenHere(dayClock(firstSeen, now: now))
  }

  /// Kept text that the server cleared.
  public func cleared(_ at: Int64?, now: Int64) -> String { Words.kept(at.map { day($0, now: now) }) }

  /// How a task ended.
  public func outcome(_ outcome: Outcome) -> String { Words.outcome(outcome) }

  /// A program's state that the key may not read.
  public func mayNotRead(_ program: String) -> String { Words.mayNotReadState(program) }

  /// Why, and who can help.
  public func mayNotReadWhy(_ capability: String?) -> String { Words.mayNotReadStateWhy(capability) }

  // MARK: Keys

  /// What a key cannot do for an agent's job.
  public func missingCapability(_ capability: String) -> String { Words.missingForJob(capability) }

  /// When a key likely ends: an estimate, and labelled so.
  public func expiryEstimate(_ at: Int64?, now: Int64) -> String {
    guard let at else { return Words.endNotKnown }
    let term = count(.days, 90)
    return at < now
      ? Words.likelyEnded(day(at, now: now), term) : Words.likelyEnds(day(at, now: now), term)
  }

  /// When a key was last used.
  public func keyUsed(_ at: Int64?, now: Int64, fresh: Bool) -> String {
    guard let at else { return Words.neverUsed }
    let passed = now - at
    guard fresh, passed >= -Labels.ahead, passed < 7 * TimeUnit.day.length else {
      return Words.lastUsed(dayClock(at, now: now))
    }
    return Words.lastUsed(passedAgo(passed))
  }

  /// When a key was revoked.
  public func revoked(_ at: Int64?, now: Int64) -> String { Words.revoked(at.map { dayClock($0, now: now) }) }
}
