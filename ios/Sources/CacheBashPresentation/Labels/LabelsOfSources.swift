import CacheBash

/// Can I believe it: as-of, bars, a line per source, causes and errors.
extension Labels {
  /// The end of the first line.
  public func asOf(_ at: Int64?, now: Int64) -> String {
    at.map { Words.asOf(todayWithSeconds($0, now: now)) } ?? Words.nothingRead
  }

  /// The bar above a page. `sources` word the one for partial failures.
  public func bar(_ notice: Notice, sources: [SourceReport], now: Int64) -> String {
    switch notice {
    case .offline(let asOf):
      Words.offline + Words.dot + (asOf.map { inBar($0, now: now) } ?? Words.inBarNothingRead)
    case .keyRefused(let asOf):
      Words.keyRefused + Words.dot
        + (asOf.map { Words.inBarAsOf(dayClock($0, now: now)) } ?? Words.inBarNothingRead)
    case .rateLimited(let until):
      rateLimited(asked: nil, until: until, now: now)
    case .partial:
      partial(
        sources.map { SourceInBar(name: $0.source, standing: $0.standing, asOf: $0.asOf) },
        now: now)
    }
  }

  func partial(_ sources: [SourceInBar], now: Int64) -> String {
    sources.map { source in
      let name = Words.shortName(of: source.name)
      return switch source.standing {
      case .failed: "\(name) \(Words.failed)"
      case .neverRead: "\(name) \(Words.inBarNotRead)"
      case .fresh, .stale:
        "\(name) \(source.asOf.map { dayClock($0, now: now) } ?? Words.inBarNotRead)"
      }
    }.joined(separator: Words.dot)
  }

  /// The end of a source's line.
  public func sourceWhen(_ standing: Standing, asOf: Int64?, since: Int64?, now: Int64) -> String {
    let read = asOf.map { todayWithSeconds($0, now: now) }
    return switch standing {
    case .fresh: read ?? Words.notReadYet
    case .stale: read.map(Words.inBarAsOf) ?? Words.notReadYet
    case .failed: since.map { Words.failedSince(dayClock($0, now: now)) } ?? Words.failed
    case .neverRead: Words.notReadYet
    }
  }

  /// How long the server asked to wait, where known, and what is left of it, rounded up.
  public func rateLimited(asked: Int64?, until: Int64, now: Int64) -> String {
    let left = until - now
    return Words.askedToWait(
      asked.map(duration), left <= 0 ? Words.tryingAgain : Words.left(duration(roundedUp(left))))
  }

  /// Why this source failed or is not whole.
  public func cause(_ cause: Cause, of source: Source, asked: Int64? = nil, now: Int64) -> String {
    switch cause {
    case .offline: Words.unreachable
    case .unauthorized: Words.keyNoLongerAccepted
    case .forbidden(let capability): Words.mayNotRead(capability)
    case .rateLimited(let until): rateLimited(asked: asked, until: until, now: now)
    case .serverUnavailable: Words.cannotAnswer
    case .unreadable: Words.unreadable
    case .shortList(let limit): Words.shortList(number(Int(limit)), of: source)
    case .rowsSkipped(let count): Words.rowsSkipped(Int(count), number(Int(count)))
    }
  }

  /// The times from this server lie ahead of its own clock.
  public func serverAhead(_ by: Int64) -> String { Words.ahead(duration(by)) }

  /// When it was looked at last and when next, under an empty page.
  public func nextCheck(last: Int64?, next: Int64?) -> String {
    Words.nextCheck(
      last.map { Words.lastChecked(clockSeconds($0)) } ?? Words.notChecked, next.map(clockSeconds))
  }

  /// What went wrong, as a person can use it.
  public func error(_ error: CompanionError) -> String {
    switch error {
    case .Offline: Words.unreachable
    case .Unauthorized: Words.keyNotAccepted
    case .Forbidden(let capability): Words.mayNot(capability)
    case .NotFound: Words.notFound
    case .RateLimited(let retryAt): Words.waitUntil(clockSeconds(retryAt))
    case .Rejected(let reason): refusal(reason)
    case .ServerUnavailable: Words.cannotAnswer
    case .Storage(let reference): Words.storage(reference)
    case .Suspended: Words.suspended
    case .ReadOnly: Words.readOnly
    case .Internal(let reference): Words.fault(reference)
    }
  }

  func refusal(_ reason: RejectedReason) -> String {
    switch reason {
    case .unknownTarget: Words.refused(Words.unknownTarget)
    case .notYours: Words.refused(Words.notYours)
    case .alreadyTaken: Words.refused(Words.alreadyTaken)
    case .tooLong(let field, let limit): Words.refused(Words.tooLong(field, number(Int(limit))))
    case .invalid(let field): Words.refused(Words.invalid(field))
    case .planLimit: Words.refused(Words.planLimit)
    case .paused: Words.refused(Words.paused)
    case .changedSince: Words.refused(Words.changedSince)
    case .other(let reference): Words.refusedOtherwise(reference)
    }
  }

  private func inBar(_ asOf: Int64, now: Int64) -> String {
    let clock = dayClock(asOf, now: now)
    let passed = now - asOf
    if passed < -Labels.ahead { return Words.inBarAsOf(clock) }
    return Words.inBarAsOf(clock, passedAgo(passed))
  }

  /// "now", or "12 s ago".
  func passedAgo(_ passed: Int64) -> String {
    passed < TimeUnit.second.length ? Words.now : Words.ago(duration(passed))
  }

  func todayWithSeconds(_ at: Int64, now: Int64) -> String {
    isToday(at, now: now) ? clockSeconds(at) : dayClock(at, now: now)
  }

  /// Up to whole seconds below a minute, then whole minutes.
  private func roundedUp(_ span: Int64) -> Int64 {
    func up(_ unit: TimeUnit) -> Int64 { (span + unit.length - 1) / unit.length * unit.length }
    return span < TimeUnit.minute.length ? up(.second) : up(.minute)
  }
}

/// One source as the bar for partial failures names it.
struct SourceInBar: Equatable {
  var name: Source
  var standing: Standing
  var asOf: Int64?
}
