import CacheBash
import Foundation

/// Words for core's values, in one zone and one kind of clock: a function per rule of the visual language. Moments are
/// milliseconds since the epoch by the server's clock, spans are milliseconds. Decides nothing that core decided.
public struct Labels: Sendable {
  /// The zone whose midnight ends a day.
  public let zone: TimeZone
  /// 14:02 rather than 2:02 PM, as the device is set.
  public let hours24: Bool
  private let calendar: Calendar

  /// Labels for this zone and this kind of clock.
  public init(zone: TimeZone, hours24: Bool) {
    self.zone = zone
    self.hours24 = hours24
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    self.calendar = calendar
  }

  /// Labels as this device is set.
  public static var device: Labels {
    // The skeleton "j" asks for the hour as the reader's clock shows it; an "a" in the answer is AM or PM.
    let hour = DateFormatter.dateFormat(fromTemplate: "j", options: 0, locale: .current) ?? "H"
    return Labels(zone: .current, hours24: !hour.contains("a"))
  }

  // MARK: Clocks

  /// Hours and minutes: `14:02`, `2:02 PM`.
  public func clock(_ at: Int64) -> String { time(at, seconds: false).whole }

  /// Hours, minutes, seconds: `14:02:10`.
  public func clockSeconds(_ at: Int64) -> String { time(at, seconds: true).whole }

  /// Today the clock alone; six days before or after, weekday and clock; further, the date.
  public func dayClock(_ at: Int64, now: Int64) -> String { dayTime(at, now: now).text }

  /// The date; with its year when that is not the year of now.
  public func day(_ at: Int64, now: Int64) -> String {
    let day = parts(at)
    let date = "\(day.day) \(Words.months[day.month - 1])"
    return day.year == parts(now).year ? date : "\(date) \(day.year)"
  }

  /// Two moments joined by a dash, the second without what it shares with the first.
  public func span(_ from: Int64, _ until: Int64, now: Int64) -> String {
    let first = dayTime(from, now: now)
    let second = dayTime(until, now: now)
    if case .date(let one) = first, case .date(let other) = second {
      return one == other ? one : "\(one)–\(other)"
    }
    guard dayNumber(from) == dayNumber(until) else { return "\(first.text)–\(second.text)" }
    let band = clockSpan(from, until)
    if case .weekday(let name, _) = first { return "\(name) \(band)" }
    return band
  }

  /// Two clocks without their days; one AM or PM when both share it and the day.
  func clockSpan(_ from: Int64, _ until: Int64) -> String {
    let first = time(from, seconds: false)
    let second = time(until, seconds: false)
    let shared = first.half == second.half && dayNumber(from) == dayNumber(until)
    return "\(shared ? first.digits : first.whole)–\(second.whole)"
  }

  // MARK: Spans

  /// Rounded down to one unit: `4 min`.
  public func duration(_ span: Int64) -> String {
    let (count, unit) = Labels.rounded(span)
    return "\(count)\(Words.narrow)\(Words.short(unit))"
  }

  /// Rounded down to its two largest neighbouring units: `5 h 50 min`.
  public func durationLong(_ span: Int64) -> String {
    let (count, unit) = Labels.rounded(span)
    let first = duration(span)
    guard let smaller = TimeUnit.allCases.last(where: { $0.length < unit.length }) else { return first }
    let rest = (max(0, span) - count * unit.length) / smaller.length
    return rest == 0 ? first : "\(first) \(rest)\(Words.narrow)\(Words.short(smaller))"
  }

  /// A usual beat, rounded to the nearest unit.
  public func usualEvery(_ every: Int64) -> String {
    let (count, unit) = Labels.nearest(every)
    return "\(count)\(Words.narrow)\(Words.short(unit))"
  }

  // MARK: Numbers

  /// A whole number with a comma before each group of three.
  public func number(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var grouped = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index).isMultiple(of: 3) { grouped.append(",") }
      grouped.append(digit)
    }
    return number < 0 ? "-\(grouped)" : grouped
  }

  /// A percent as core gives it.
  public func percent(_ percent: UInt8) -> String { "\(percent)\(Words.narrow)\(Words.percentSign)" }

  /// Progress as it was reported: rounded down, 100 only when it is 100, above 0 at least 1.
  public func progress(_ progress: Double?) -> String {
    progress.map { percent(Labels.whole($0)) } ?? Phrase.noProgress.text
  }

  /// A counted phrase.
  public func count(_ phrase: CountedPhrase, _ count: Int) -> String {
    Words.counted(phrase, count, number(count))
  }

  /// A name too long for its place loses its middle.
  public func shortName(_ full: String, max: Int) -> String {
    let letters = Array(full.unicodeScalars)
    guard letters.count > max + 2 else { return full }
    var short = String.UnicodeScalarView(letters.prefix((max + 1) / 2))
    short.append("…")
    short.append(contentsOf: letters.suffix(max / 2))
    return String(short)
  }
}

// MARK: - What the rules share

extension Labels {
  /// A moment as it stands towards today.
  enum DayTime: Equatable {
    /// Today.
    case clock(String)
    /// Less than a week away.
    case weekday(String, String)
    /// Further.
    case date(String)

    var text: String {
      switch self {
      case .clock(let clock): clock
      case .weekday(let day, let clock): "\(day) \(clock)"
      case .date(let date): date
      }
    }

    /// In the middle of a sentence: "at 14:01", "Sun 22:10", "on 14 Nov".
    var inSentence: String {
      switch self {
      case .clock(let clock): Words.at(clock)
      case .weekday: text
      case .date(let date): Words.on(date)
      }
    }

    /// After a value that was true then: "at 14:01", "at Sun 22:10", "on 14 Nov".
    var afterValue: String {
      if case .date(let date) = self { Words.on(date) } else { Words.at(text) }
    }
  }

  func dayTime(_ at: Int64, now: Int64) -> DayTime {
    switch abs(dayNumber(at) - dayNumber(now)) {
    case 0: .clock(clock(at))
    case 1...6: .weekday(Words.weekdays[parts(at).weekday - 1], clock(at))
    default: .date(day(at, now: now))
    }
  }

  func isToday(_ at: Int64, now: Int64) -> Bool { dayNumber(at) == dayNumber(now) }

  /// Days since the epoch in this zone: days of 23 and 25 hours are one day.
  private func dayNumber(_ at: Int64) -> Int64 {
    let seconds = Int64(zone.secondsFromGMT(for: Date(milliseconds: at)))
    let local = at + seconds * TimeUnit.second.length
    return (local >= 0 ? local : local - TimeUnit.day.length + 1) / TimeUnit.day.length
  }

  private func parts(_ at: Int64) -> (year: Int, month: Int, day: Int, weekday: Int) {
    let found = calendar.dateComponents([.year, .month, .day, .weekday], from: Date(milliseconds: at))
    return (found.year ?? 1970, found.month ?? 1, found.day ?? 1, found.weekday ?? 1)
  }

  /// A clock in its parts, so that two of them can share AM or PM.
  struct ClockText {
    var digits: String
    var half: String?

    var whole: String { half.map { "\(digits)\(Words.narrow)\($0)" } ?? digits }
  }

  func time(_ at: Int64, seconds: Bool) -> ClockText {
    let found = calendar.dateComponents([.hour, .minute, .second], from: Date(milliseconds: at))
    let hour = found.hour ?? 0
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
    var rest = ":\(two(found.minute ?? 0))"
    if seconds { rest += ":\(two(found.second ?? 0))" }
    guard !hours24 else { return ClockText(digits: two(hour) + rest) }
    let shown = hour % 12 == 0 ? 12 : hour % 12
    return ClockText(digits: "\(shown)\(rest)", half: hour < 12 ? Words.am : Words.pm)
  }

  /// Rounded down to the largest unit it fills; below zero counts as zero.
  static func rounded(_ span: Int64) -> (count: Int64, unit: TimeUnit) {
    let span = max(0, span)
    let unit = TimeUnit.allCases.last { $0.length <= span } ?? .second
    return (span / unit.length, unit)
  }

  /// Rounded to the nearest second below 59.5 s, minute below 59.5 min, else hour; at least one second.
  static func nearest(_ span: Int64) -> (count: Int64, unit: TimeUnit) {
    func near(_ unit: TimeUnit) -> Int64 { (span + unit.length / 2) / unit.length }
    if near(.second) < 60 { return (max(1, near(.second)), .second) }
    if near(.minute) < 60 { return (near(.minute), .minute) }
    return (near(.hour), .hour)
  }

  /// A whole percent: rounded down, 100 only when it is 100, at least 1 when above 0.
  static func whole(_ reported: Double) -> UInt8 {
    if reported >= 100 { return 100 }
    return reported > 0 ? max(1, UInt8(reported)) : 0
  }
}
