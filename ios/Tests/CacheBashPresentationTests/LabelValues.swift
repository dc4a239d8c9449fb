import CacheBash
import Foundation
import Testing

@testable import CacheBashPresentation

/// The values of one case of the table, by the names and forms its header gives them.
struct Values {
  private let fields: [String: Any]

  init(_ fields: [String: Any]) { self.fields = fields }

  var keys: [String] { Array(fields.keys) }

  func text(_ name: String) throws -> String { try #require(fields[name] as? String, "\(name)") }
  func optionalText(_ name: String) -> String? { fields[name] as? String }
  func number(_ name: String) throws -> Double { try #require(optionalNumber(name), "\(name)") }
  func optionalNumber(_ name: String) -> Double? { (fields[name] as? NSNumber)?.doubleValue }
  func moment(_ name: String) throws -> Int64 { Int64(try number(name)) }
  func optionalMoment(_ name: String) -> Int64? { optionalNumber(name).map { Int64($0) } }
  func percent(_ name: String) throws -> UInt8 { UInt8(try number(name)) }
  func flag(_ name: String) throws -> Bool { try #require(fields[name] as? Bool, "\(name)") }
  func object(_ name: String) throws -> Values { try #require(optionalObject(name), "\(name)") }
  func optionalObject(_ name: String) -> Values? { (fields[name] as? [String: Any]).map(Values.init) }
  func list(_ name: String) throws -> [Values] {
    try #require(fields[name] as? [[String: Any]], "\(name)").map(Values.init)
  }

  // MARK: What the rules are about

  func progress() throws -> RowProgress {
    switch try text("kind") {
    case "not_reported": .notReported
    case "percent": .percent(percent: try percent("percent"))
    case "last": .last(percent: try percent("percent"), at: try moment("at"))
    case let other: throw UnknownRule(description: other)
    }
  }

  func finding() throws -> Finding {
    switch try text("kind") {
    case "silent": .silent(since: try moment("since"), usualEvery: optionalMoment("usual_every"))
    case "fell": .fell(from: try percent("from"), to: try percent("to"), at: 0)
    case "no_change": .noChange(since: try moment("since"))
    case let other: throw UnknownRule(description: other)
    }
  }

  func waiting() throws -> Waiting {
    Waiting(since: try moment("since"), changeSeen: try flag("change_seen"))
  }

  func estimate() throws -> Estimate {
    Estimate(
      judgedAt: try moment("judged_at"), from: try moment("from"), to: try moment("to"), basis: 0)
  }

  func headline() throws -> Headline {
    switch try text("kind") {
    case "need_you": .needYou(count: UInt32(try number("count")))
    case "questions_for_you": .questionsForYou(count: UInt32(try number("count")))
    case "nothing_needs_you": .nothingNeedsYou
    case "nothing_needed_you": .nothingNeededYou
    case "nobody": .nobody
    case let other: throw UnknownRule(description: other)
    }
  }

  func state() throws -> SessionState? {
    guard let word = optionalText("state") else { return nil }
    return switch word {
    case "working": .working
    case "blocked": .blocked
    case "blocked_or_pinned": .blockedOrPinned
    case "pinned": .pinned
    case "complete": .complete
    case "other": .other(word: try text("word"))
    default: throw UnknownRule(description: word)
    }
  }

  func strip() throws -> StripCounts {
    func count(_ name: String) throws -> Int { Int(try number(name)) }
    return StripCounts(
      programs: try count("programs"), needsYou: try count("needs_you"), silent: try count("silent"),
      stalled: try count("stalled"), working: try count("working"), pinned: try count("pinned"),
      finished: try count("finished"), quiet: try count("quiet"))
  }

  func spokenRow() throws -> SpokenRow {
    let eta = optionalObject("eta")
    let waiting = optionalObject("waiting")
    return SpokenRow(
      account: optionalText("account"), program: try text("program"), neverSeen: try flag("never_seen"),
      state: try state(), progress: try optionalObject("progress")?.progress(),
      finding: try optionalObject("finding")?.finding(), estimate: try eta?.estimate(),
      heard: optionalMoment("heard"),
      endedAt: optionalMoment("ended_at"), openQuestions: Int(try number("open_questions")),
      waiting: try waiting?.waiting(), orPinned: try waiting?.flag("or_pinned") ?? false,
      asks: optionalText("asks"), says: optionalText("says"))
  }

  func notice() throws -> Notice {
    switch try text("kind") {
    case "offline": .offline(asOf: optionalMoment("as_of"))
    case "key_refused": .keyRefused(asOf: optionalMoment("as_of"))
    case "rate_limited": .rateLimited(until: try moment("until"))
    case let other: throw UnknownRule(description: other)
    }
  }

  func sourcesInBar() throws -> [SourceInBar] {
    try list("sources").map {
      SourceInBar(
        name: try $0.source(), standing: try $0.standing(),
        asOf: $0.optionalMoment("as_of"))
    }
  }

  func source() throws -> Source {
    switch try text("source") {
    case "sessions": .sessions
    case "fleet_health": .fleetHealth
    case "session_history": .sessionHistory
    case "program_state": .programState
    case "keys": .keys
    case "questions": .questions
    case "alerts": .alerts
    case "tasks": .tasks
    case "messages": .messages
    case "groups": .groups
    case "cost": .cost
    case let other: throw UnknownRule(description: other)
    }
  }

  func section() throws -> CacheBash.Section {
    switch try text("section") {
    case "needs_you": .needsYou
    case "stalled_or_silent": .stalledOrSilent
    case "working": .working
    case "pinned": .pinned
    case "finished_today": .finishedToday
    case "quiet": .quiet
    case let other: throw UnknownRule(description: other)
    }
  }

  func standing() throws -> Standing {
    switch try text("standing") {
    case "fresh": .fresh
    case "stale": .stale
    case "failed": .failed
    case "never_read": .neverRead
    case let other: throw UnknownRule(description: other)
    }
  }

  func cause() throws -> Cause {
    switch try text("kind") {
    case "offline": .offline
    case "unauthorized": .unauthorized
    case "forbidden": .forbidden(capability: optionalText("capability"))
    case "rate_limited": .rateLimited(until: try moment("until"))
    case "server_unavailable": .serverUnavailable
    case "unreadable": .unreadable
    case "short_list": .shortList(limit: UInt32(try number("limit")))
    case "rows_skipped": .rowsSkipped(count: UInt32(try number("count")))
    case let other: throw UnknownRule(description: other)
    }
  }

  func contextLeft() throws -> ContextLeft {
    switch try text("kind") {
    case "not_reported": .notReported
    case "percent": .percent(percent: try number("value"))
    case "raw_bytes": .rawBytes(bytes: try number("value"))
    case let other: throw UnknownRule(description: other)
    }
  }

  func outcome() throws -> Outcome {
    switch try text("outcome") {
    case "completed": .completed
    case "in_progress": .inProgress
    case "blocked": .blocked
    case "deferred": .deferred
    case "other": .other(word: try text("word"))
    case let other: throw UnknownRule(description: other)
    }
  }

  func error() throws -> CompanionError {
    switch try text("kind") {
    case "offline": .Offline
    case "unauthorized": .Unauthorized
    case "forbidden": .Forbidden(capability: optionalText("capability"))
    case "not_found": .NotFound
    case "rate_limited": .RateLimited(retryAt: try moment("until"))
    case "rejected": .Rejected(reason: try object("reason").reason())
    case "server_unavailable": .ServerUnavailable
    case "storage": .Storage(reference: try text("reference"))
    case "suspended": .Suspended
    case "read_only": .ReadOnly
    case "internal": .Internal(reference: try text("reference"))
    case let other: throw UnknownRule(description: other)
    }
  }

  func reason() throws -> RejectedReason {
    switch try text("kind") {
    case "unknown_target": .unknownTarget
    case "not_yours": .notYours
    case "already_taken": .alreadyTaken
    case "too_long": .tooLong(field: try text("field"), limit: UInt32(try number("limit")))
    case "invalid": .invalid(field: try text("field"))
    case "plan_limit": .planLimit
    case "paused": .paused
    case "changed_since": .changedSince
    case "other": .other(reference: try text("reference"))
    case let other: throw UnknownRule(description: other)
    }
  }
}
