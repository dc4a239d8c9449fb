import CacheBash
import CacheBashTesting
import Foundation
import Testing

@testable import CacheBashPresentation

/// The table of labels that every face passes: values in, exactly this English out.
@Suite struct LabelsTests {
  @Test func everyCaseOfTheTableComesOutAsWritten() throws {
    let cases = try LabelCase.table()
    #expect(cases.count > 500)
    for label in cases {
      let said = try label.said()
      #expect(said == label.text, "\(label.rule): \(label.name) in \(label.zone), \(label.hours) hours")
    }
  }

  @Test func aRuleThatThisFaceDoesNotKnowFails() throws {
    let unknown = LabelCase(
      rule: "horoscope", name: "n", zone: "UTC", hours: 24, text: "", values: Values([:]))
    #expect(throws: UnknownRule.self) { try unknown.said() }
  }

  @Test func everyRuleOfTheTableHasACase() throws {
    let rules = try LabelCase.rules()
    #expect(rules.subtracting(try LabelCase.table().map(\.rule)) == [])
  }
}

/// A rule of the table that has no function here.
struct UnknownRule: Error, CustomStringConvertible {
  var description: String
}

/// One line of the table.
struct LabelCase {
  var rule: String
  var name: String
  var zone: String
  var hours: Int
  var text: String
  var values: Values

  static func table() throws -> [LabelCase] {
    try file().list("cases").map { one in
      LabelCase(
        rule: try one.text("rule"), name: try one.text("name"), zone: try one.text("zone"),
        hours: Int(try one.number("hours")), text: try one.text("text"), values: try one.object("values"))
    }
  }

  static func rules() throws -> Set<String> {
    Set(try file().object("about").object("rules").keys)
  }

  private static func file() throws -> Values {
    let url = repository.appendingPathComponent("tests/fixtures/labels.json")
    let parsed = try JSONSerialization.jsonObject(with: Data(contentsOf: url))
    return Values(try #require(parsed as? [String: Any]))
  }

  func said() throws -> String {
    let labels = Labels(zone: try #require(TimeZone(identifier: zone)), hours24: hours == 24)
    for group in [clocks, rows, sources, pages, looking] {
      if let text = try group(labels, values) { return text }
    }
    throw UnknownRule(description: rule)
  }

  private func clocks(_ labels: Labels, _ v: Values) throws -> String? {
    switch rule {
    case "clock": labels.clock(try v.moment("at"))
    case "clock_seconds": labels.clockSeconds(try v.moment("at"))
    case "day_clock": labels.dayClock(try v.moment("at"), now: try v.moment("now"))
    case "day": labels.day(try v.moment("at"), now: try v.moment("now"))
    case "span": labels.span(try v.moment("from"), try v.moment("until"), now: try v.moment("now"))
    case "duration": labels.duration(try v.moment("span"))
    case "duration_long": labels.durationLong(try v.moment("span"))
    case "number": labels.number(Int(try v.moment("number")))
    case "percent": labels.percent(try v.percent("percent"))
    case "progress": labels.progress(v.optionalNumber("progress"))
    case "usual_every": labels.usualEvery(try v.moment("every"))
    case "count":
      labels.count(
        try #require(CountedPhrase(rawValue: try v.text("key"))), Int(try v.moment("count")))
    case "text": try #require(Phrase(rawValue: try v.text("key"))).text
    case "short_name": labels.shortName(try v.text("full"), max: Int(try v.moment("max")))
    default: nil
    }
  }

  private func rows(_ labels: Labels, _ v: Values) throws -> String? {
    switch rule {
    case "age":
      labels.age(v.optionalMoment("heard"), now: try v.moment("now"), fresh: try v.flag("fresh"))
    case "ended": labels.ended(v.optionalMoment("at"), now: try v.moment("now"))
    case "row_progress": labels.rowProgress(try v.progress(), now: v.optionalMoment("now") ?? 0)
    case "finding":
      labels.finding(try v.finding(), now: try v.moment("now"), fresh: try v.flag("fresh"))
    case "finding_short":
      labels.findingShort(try v.finding(), now: try v.moment("now"), fresh: try v.flag("fresh"))
    case "waiting":
      labels.waiting(
        try v.waiting(), orPinned: try v.flag("or_pinned"), now: try v.moment("now"),
        fresh: try v.flag("fresh"))
    case "eta":
      labels.eta(try v.estimate(), now: try v.moment("now"), fresh: try v.flag("fresh"))
    case "eta_basis": labels.etaBasis(try v.moment("basis"))
    case "quoted": Words.quoted(try v.text("text"), cut: try v.flag("cut"))
    case "headline": labels.headline(try v.headline())
    case "state_word": labels.stateWord(try v.state())
    case "section_title": labels.sectionTitle(try v.section())
    case "strip_sentence": labels.strip(try v.strip())
    case "read_aloud":
      labels.readAloud(try v.spokenRow(), now: try v.moment("now"), fresh: try v.flag("fresh"))
    default: nil
    }
  }

  private func sources(_ labels: Labels, _ v: Values) throws -> String? {
    switch rule {
    case "as_of": labels.asOf(v.optionalMoment("at"), now: try v.moment("now"))
    case "bar":
      switch try v.text("kind") {
      case "partial": labels.partial(try v.sourcesInBar(), now: try v.moment("now"))
      default: labels.bar(try v.notice(), sources: [], now: try v.moment("now"))
      }
    case "source_name": Words.name(of: try v.source())
    case "source_short": Words.shortName(of: try v.source())
    case "source_when":
      labels.sourceWhen(
        try v.standing(), asOf: v.optionalMoment("as_of"), since: v.optionalMoment("since"),
        now: try v.moment("now"))
    case "rate_limited":
      labels.rateLimited(
        asked: v.optionalMoment("asked"), until: try v.moment("until"), now: try v.moment("now"))
    case "cause":
      labels.cause(
        try v.cause(), of: try v.source(), asked: v.optionalMoment("asked"),
        now: try v.moment("now"))
    case "server_ahead": labels.serverAhead(try v.moment("by"))
    case "next_check":
      labels.nextCheck(last: v.optionalMoment("last"), next: v.optionalMoment("next"))
    case "error": labels.error(try v.error())
    default: nil
    }
  }

  private func pages(_ labels: Labels, _ v: Values) throws -> String? {
    switch rule {
    case "heard":
      labels.heard(
        v.optionalMoment("heard"), read: v.optionalMoment("read"), now: try v.moment("now"),
        fresh: try v.flag("fresh"))
    case "context_left": labels.contextLeft(try v.contextLeft())
    case "session_span":
      labels.sessionSpan(
        started: v.optionalMoment("started_at"), startKnown: try v.flag("start_known"),
        ended: v.optionalMoment("ended_at"), now: try v.moment("now"))
    case "session_line":
      labels.sessionLine(
        try v.text("session"), started: v.optionalMoment("started_at"),
        startKnown: try v.flag("start_known"), ended: v.optionalMoment("ended_at"),
        now: try v.moment("now"))
    case "chart_sentence":
      labels.chartSentence(
        falls: try v.list("falls").map {
          FallSeen(from: try $0.percent("from"), to: try $0.percent("to"), at: try $0.moment("at"))
        },
        gaps: try v.list("gaps").map { Gap(from: try $0.moment("from"), until: try $0.moment("until")) },
        nextBeatBy: v.optionalMoment("next_beat_by"), now: try v.moment("now"))
    case "written_by": labels.writtenBy(v.optionalText("program"), session: v.optionalText("session"))
    case "cleared": labels.cleared(v.optionalMoment("at"), now: try v.moment("now"))
    case "outcome": labels.outcome(try v.outcome())
    case "may_not_read": labels.mayNotRead(try v.text("program"))
    case "may_not_read_why": labels.mayNotReadWhy(v.optionalText("capability"))
    case "missing_capability": labels.missingCapability(try v.text("capability"))
    case "expiry_estimate": labels.expiryEstimate(v.optionalMoment("at"), now: try v.moment("now"))
    case "key_used":
      labels.keyUsed(v.optionalMoment("at"), now: try v.moment("now"), fresh: try v.flag("fresh"))
    case "revoked": labels.revoked(v.optionalMoment("at"), now: try v.moment("now"))
    case "action": labels.action(try v.action())
    case "delivery": labels.delivery(try v.outboxLine())
    case "reply": labels.reply(try v.reply(), now: try v.moment("now"))
    default: nil
    }
  }

  private func looking(_ labels: Labels, _ v: Values) throws -> String? {
    switch rule {
    case "question_time":
      labels.questionTime(
        v.optionalMoment("since"), firstSeen: try v.moment("first_seen"), now: try v.moment("now"))
    case "away": labels.awaySentence(try v.digest())
    case "away_event": labels.awayEvent(try v.awayEvent())
    case "hit_kind": Words.name(of: try v.hitKind())
    case "hit_kinds": Words.names(of: try v.hitKind())
    case "reach": labels.reach(try v.reach(), now: try v.moment("now")).joined(separator: "\n")
    case "due_alert": labels.dueAlert(try v.dueAlert(), now: try v.moment("now"))
    default: nil
    }
  }
}
