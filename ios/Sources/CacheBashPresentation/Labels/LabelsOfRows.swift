import CacheBash

/// What stands in a row of the overview.
extension Labels {
  /// A moment up to this much ahead is the present: clocks differ that much.
  static let ahead: Int64 = 5_000
  /// From here on an age is a date.
  private static let week: Int64 = 7 * 86_400_000

  /// Time since last heard, rounded down; a clock time at once where what is shown is not fresh.
  public func age(_ heard: Int64?, now: Int64, fresh: Bool) -> String {
    guard let heard else { return Words.unknown }
    let passed = now - heard
    if !fresh || passed < -Labels.ahead { return dayClock(heard, now: now) }
    if passed < TimeUnit.second.length { return Words.now }
    return passed >= Labels.week ? day(heard, now: now) : duration(passed)
  }

  /// When a finished session ended.
  public func ended(_ at: Int64?, now: Int64) -> String {
    at.map { dayClock($0, now: now) } ?? Words.unknown
  }

  /// Progress of a row.
  public func rowProgress(_ progress: RowProgress, now: Int64) -> String {
    switch progress {
    case .notReported: Phrase.noProgress.text
    case .percent(let value): percent(value)
    case .last(let value, let at): "\(percent(value)) \(dayTime(at, now: now).afterValue)"
    }
  }

  /// What we found, beside what the agent says.
  public func finding(_ finding: Finding, now: Int64, fresh: Bool) -> String {
    guard case .silent(_, let every?) = finding, fresh else {
      return findingShort(finding, now: now, fresh: fresh)
    }
    return Words.silent + Words.dot + Words.usuallyEvery(usualEvery(every))
  }

  /// The same without what follows the dot, for narrow rows.
  public func findingShort(_ finding: Finding, now: Int64, fresh: Bool) -> String {
    switch finding {
    case .silent(let since, _):
      fresh ? Words.silent : "\(Words.silent) \(Words.since(dayClock(since, now: now)))"
    case .fell(let from, let to, _):
      Words.fell(Int(from), percent(to))
    case .noChange(let since):
      "\(Words.noChange) \(fresh ? duration(now - since) : Words.since(dayClock(since, now: now)))"
    }
  }

  /// Since when a card waits. Where it may be pinned, "waiting" is not said.
  public func waiting(_ waiting: Waiting, orPinned: Bool, now: Int64, fresh: Bool) -> String {
    waitingWords(waiting, orPinned: orPinned, now: now, fresh: fresh, span: duration)
  }

  func waitingWords(
    _ waiting: Waiting, orPinned: Bool, now: Int64, fresh: Bool, span: (Int64) -> String
  ) -> String {
    guard fresh else {
      let clock = dayClock(waiting.since, now: now)
      let since = Words.since(waiting.changeSeen ? clock : Words.before(clock))
      return orPinned ? since : "\(Words.waiting) \(since)"
    }
    let passed = now - waiting.since
    if passed < TimeUnit.second.length { return orPinned ? "" : Words.waiting }
    let time = waiting.changeSeen ? span(passed) : Words.over(span(passed))
    return orPinned ? Words.forSpan(time) : "\(Words.waiting) \(time)"
  }

  /// What an agent reports; nothing where it never said.
  public func stateWord(_ state: SessionState?) -> String { state.map(Words.stateWord) ?? "" }

  /// The title, which is the answer.
  public func headline(_ headline: Headline) -> String {
    switch headline {
    case .needYou(let count): self.count(.needsYou, Int(count))
    case .questionsForYou(let count): self.count(.questionsForYou, Int(count))
    case .nothingNeedsYou: Words.nothingNeedsYou
    case .nothingNeededYou: Words.nothingNeededYou
    case .nobody: Phrase.nobody.text
    }
  }

  /// A section's title.
  public func sectionTitle(_ section: CacheBash.Section) -> String { Words.title(of: section) }

  /// The strip as one sentence.
  public func strip(_ sections: [SectionSummary]) -> String {
    var counts = StripCounts()
    for section in sections { counts.add(section) }
    return strip(counts)
  }

  /// The strip as one sentence, zero parts left out.
  func strip(_ counts: StripCounts) -> String {
    guard counts.programs > 0 else { return Words.noPrograms }
    var parts: [String] = []
    if counts.needsYou > 0 { parts.append(count(.needsYou, counts.needsYou)) }
    for (value, words) in [
      (counts.silent, Words.stripSilent), (counts.stalled, Words.stripStalled),
      (counts.working, Words.stripWorking), (counts.pinned, Words.stripPinned),
      (counts.finished, Words.stripFinished), (counts.quiet, Words.stripQuiet),
    ] where value > 0 {
      parts.append(words(number(value)))
    }
    return "\(count(.programs, counts.programs)): \(parts.joined(separator: ", "))"
  }
}

/// How many programs stand where; silent and stalled are those of "Stalled or silent".
struct StripCounts: Equatable {
  var programs = 0
  var needsYou = 0
  var silent = 0
  var stalled = 0
  var working = 0
  var pinned = 0
  var finished = 0
  var quiet = 0

  mutating func add(_ section: SectionSummary) {
    let count = Int(section.count)
    programs += count
    switch section.section {
    case .needsYou: needsYou += count
    case .stalledOrSilent:
      // Whoever stands here is stalled or silent; only a stalled shape says which, for an unknown word has no dashes.
      let stalledOnes = section.shapes.filter { $0 == .workingStalled }.count
      stalled += stalledOnes
      silent += count - stalledOnes
    case .working: working += count
    case .pinned: pinned += count
    case .finishedToday: finished += count
    case .quiet: quiet += count
    }
  }
}
