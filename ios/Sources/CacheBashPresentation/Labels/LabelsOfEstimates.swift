import CacheBash

/// When an agent will be done: always a band, rounded outward, and a clock time at once where it is not fresh.
extension Labels {
  /// The band as a row shows it.
  public func eta(_ estimate: Estimate, now: Int64, fresh: Bool) -> String {
    switch Band(estimate, now: now, fresh: fresh) {
    case .wasDue(let at): Words.wasDue(dayClock(at, now: now))
    case .moreThanADay: Words.moreThanADay
    case .moreThan(let span): Words.moreThan(bandSpan(span))
    case .within(let span): Words.within(bandSpan(span))
    case .about(let span): Words.about(bandSpan(span))
    case .between(let from, let to):
      // The unit once where both have it.
      Words.about(
        Band.unit(from, beside: to) == Band.unit(to, beside: to)
          ? "\(Band.number(from, beside: to))–\(bandSpan(to))"
          : "\(bandSpan(from))–\(bandSpan(to))")
    case .by(let at): Words.by(clock(at))
    case .after(let at): Words.after(dayClock(at, now: now))
    case .clocks(let from, let to): Words.about(clockSpan(from, to))
    }
  }

  /// The band as it is read aloud.
  func etaSpoken(_ estimate: Estimate, now: Int64, fresh: Bool) -> String {
    func spoken(_ span: Int64) -> String {
      Words.spoken(Band.number(span, beside: span), Band.unit(span, beside: span))
    }
    return switch Band(estimate, now: now, fresh: fresh) {
    case .moreThan(let span): Words.moreThan(spoken(span))
    case .within(let span): Words.within(spoken(span))
    case .about(let span): Words.spokenAbout(spoken(span))
    case .between(let from, let to):
      Words.spokenAbout(
        Words.spokenRange(
          Band.unit(from, beside: to) == Band.unit(to, beside: to)
            ? Band.number(from, beside: to) : spoken(from), spoken(to)))
    case .clocks(let from, let to):
      betweenClocks(from, to)
    default: eta(estimate, now: now, fresh: fresh)
    }
  }

  /// Both ends as clock times, rounded outward like the band: under the axis of a chart.
  func etaClocks(_ estimate: Estimate) -> String {
    clockSpan(estimate.judgedAt + Band.down(estimate.from), estimate.judgedAt + Band.up(estimate.to))
  }

  /// How much of the past an estimate rests on.
  public func etaBasis(_ basis: Int64) -> String { Words.basis(duration(basis)) }

  private func bandSpan(_ span: Int64) -> String {
    "\(Band.number(span, beside: span))\(Words.narrow)\(Words.short(Band.unit(span, beside: span)))"
  }

  private func betweenClocks(_ from: Int64, _ to: Int64) -> String {
    let first = time(from, seconds: false)
    let second = time(to, seconds: false)
    let shared = first.half == second.half && isToday(from, now: to)
    return Words.between(shared ? first.digits : first.whole, second.whole)
  }
}

/// What there is to say of an estimate, before any word of it.
private enum Band {
  case wasDue(Int64)
  case moreThanADay
  case moreThan(Int64)
  case within(Int64)
  case about(Int64)
  case between(Int64, Int64)
  case by(Int64)
  case after(Int64)
  case clocks(Int64, Int64)

  init(_ estimate: Estimate, now: Int64, fresh: Bool) {
    let judgedAt = estimate.judgedAt
    // Judged by the clock it would name: what was due by 14:41 is not past at 14:39.
    let rounded = judgedAt + Band.up(estimate.to)
    if now > rounded {
      self = .wasDue(rounded)
      return
    }
    // Fresh: what is left of both ends now. Else as it was judged, as clocks.
    let passed = fresh ? now - judgedAt : 0
    let from = Band.down(max(0, estimate.from - passed))
    let to = max(TimeUnit.minute.length, Band.up(estimate.to - passed))
    let day = TimeUnit.day.length
    switch (fresh, from, to) {
    case (true, day..., _): self = .moreThanADay
    case (true, 0, _): self = .within(to)
    case (true, _, (day + 1)...): self = .moreThan(from)
    case (true, to, _): self = .about(to)
    case (true, _, _): self = .between(from, to)
    case (false, _, (day + 1)...), (false, day..., _): self = .after(judgedAt + min(from, day))
    case (false, 0, _): self = .by(judgedAt + to)
    case (false, _, _): self = .clocks(judgedAt + from, judgedAt + to)
    }
  }

  /// One minute up to 30, five up to two hours, then half hours.
  private static func step(_ span: Int64) -> Int64 {
    let minute = TimeUnit.minute.length
    if span <= 30 * minute { return minute }
    return span <= 120 * minute ? 5 * minute : 30 * minute
  }

  static func down(_ span: Int64) -> Int64 { span / step(span) * step(span) }
  static func up(_ span: Int64) -> Int64 { (span + step(span) - 1) / step(span) * step(span) }

  /// Minutes up to two hours, then hours; exactly two hours are hours beside an end in hours.
  static func unit(_ span: Int64, beside end: Int64) -> TimeUnit {
    let twoHours = 2 * TimeUnit.hour.length
    if span < twoHours { return .minute }
    return span > twoHours || end > twoHours ? .hour : .minute
  }

  /// The number before the unit: whole minutes, or hours and their halves.
  static func number(_ span: Int64, beside end: Int64) -> String {
    let unit = unit(span, beside: end)
    let whole = span / unit.length
    return span % unit.length == 0 ? String(whole) : "\(whole).5"
  }
}
