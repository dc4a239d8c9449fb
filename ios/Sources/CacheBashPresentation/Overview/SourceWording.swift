import CacheBash

/// From core's notices and source reports to the bar and its lines.
extension BarState {
  init(_ notice: Notice, sources: [SourceReport], labels: Labels, now: Int64) {
    let text = labels.bar(notice, sources: BarState.gravest(sources), now: now)
    switch notice {
    case .offline: self.init(icon: .offline, text: text, opens: false)
    case .keyRefused:
      self.init(icon: .refused, text: text, opens: false, action: Phrase.replaceKey.text)
    case .rateLimited: self.init(icon: .clock, text: text, opens: false)
    case .partial: self.init(icon: .none, text: text, opens: true)
    }
  }

  /// The sessions always, for they carry the page; then what core calls trouble. One report per source: of several
  /// accounts the gravest.
  private static func gravest(_ sources: [SourceReport]) -> [SourceReport] {
    var found: [SourceReport] = []
    for report in sources where report.source == .sessions || report.inBar {
      guard let index = found.firstIndex(where: { $0.source == report.source }) else {
        found.append(report)
        continue
      }
      if report.gravity > found[index].gravity { found[index] = report }
    }
    return found
  }
}

extension SourceReport {
  /// Failed before stale before fresh; among equals, the older.
  fileprivate var gravity: (Int, Int64) {
    let rank =
      switch standing {
      case .neverRead: 0
      case .fresh: 1
      case .stale: 2
      case .failed: 3
      }
    return (rank, -(asOf ?? 0))
  }
}

extension SourceState {
  init(_ report: SourceReport, account: String?, labels: Labels, now: Int64) {
    let name = Words.name(of: report.source)
    self.init(
      id: "\(report.account)/\(report.source)", sign: Sign(report),
      name: account.map { name + Words.dot + $0 } ?? name,
      time: labels.sourceWhen(report.standing, asOf: report.asOf, since: report.since, now: now),
      cause: report.cause.map { labels.cause($0, of: report.source, now: now) }, canRetry: report.canRetry)
  }
}

extension SourceState.Sign {
  fileprivate init(_ report: SourceReport) {
    switch (report.standing, report.cause) {
    case (_, .forbidden): self = .locked
    case (.fresh, _): self = .fresh
    case (.stale, .shortList), (.stale, .rowsSkipped): self = .unsure
    case (.stale, _), (.neverRead, _): self = .stale
    case (.failed, _): self = .failed
    }
  }
}
