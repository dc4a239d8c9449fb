import CacheBash

/// From core's digest to what the screen draws. Pure: labels and a moment in, words out.
extension AwayState {
  /// The digest in words. Accounts are named where there are two or more; `now` is the server's time.
  public init(_ digest: AwayDigest, accounts: [Account], labels: Labels, now: Int64) {
    let names = Dictionary(accounts.map { ($0.id, $0.label) }, uniquingKeysWith: { first, _ in first })
    let sections = [
      (Words.waitingForYou, digest.waiting), (Words.finished, digest.finished),
      (Words.changedCourse, digest.changed),
    ]
    let news = digest.waiting.count + digest.changed.count
    self.init(
      title: Words.whileAway, span: labels.awaySpan(digest, now: now),
      sentence: labels.awaySentence(digest), lanes: LanesState(digest, labels: labels, now: now),
      sections: sections.filter { !$0.1.isEmpty }.map { title, lines in
        AwaySectionState(
          title: title, count: labels.number(lines.count),
          lines: lines.enumerated().map { place, line in
            AwayLineState(
              line, place: place, account: accounts.count > 1 ? names[line.account] : nil, labels: labels,
              now: now)
          })
      },
      badge: news > 0 ? labels.number(news) : nil)
  }
}

extension AwayLineState {
  fileprivate init(_ line: AwayLine, place: Int, account: String?, labels: Labels, now: Int64) {
    self.init(
      id: place, opens: ProgramKey(account: line.account, program: line.program), sign: Sign(line.event),
      name: line.program, time: labels.dayClock(line.at, now: now), text: labels.awayEvent(line.event),
      account: account)
  }
}

extension AwayLineState.Sign {
  fileprivate init(_ event: AwayEvent) {
    switch event {
    case .waits: self = .said(.blocked)
    case .finished: self = .said(.complete)
    case .wentSilent: self = .found(.silent)
    case .stoodStill: self = .found(.noChange)
    case .fell: self = .found(.fell)
    }
  }
}

extension LanesState {
  /// Nil where nothing happened to any program.
  fileprivate init?(_ digest: AwayDigest, labels: Labels, now: Int64) {
    let eventful = digest.lanes.filter(\.eventful)
    guard !eventful.isEmpty else { return nil }
    let span = LaneSpan(from: digest.from, until: digest.until)
    let middle = digest.from + (digest.until - digest.from) / 2
    self.init(
      lanes: eventful.map { LaneState($0, digest: digest, span: span) },
      unseen: digest.unseen.map { span.x($0.from)...span.x($0.until) },
      axis: [digest.from, middle, digest.until].map { labels.dayClock($0, now: now) },
      legend: LanesState.legend(eventful, unseen: digest.unseen, labels: labels, now: now))
  }

  private static func legend(
    _ lanes: [AwayLane], unseen: [Gap], labels: Labels, now: Int64
  ) -> String? {
    var means: [String] = []
    if !unseen.isEmpty {
      means.append(Words.hatched(unseen.map { labels.span($0.from, $0.until, now: now) }))
    }
    if lanes.contains(where: { $0.pieces.contains { $0.what == .silent } }) {
      means.append(Words.dottedSilent)
    }
    return means.isEmpty ? nil : means.joined(separator: " ")
  }
}

extension LaneState {
  fileprivate init(_ lane: AwayLane, digest: AwayDigest, span: LaneSpan) {
    func isIts(_ line: AwayLine) -> Bool { line.account == lane.account && line.program == lane.program }
    let ends = digest.finished.filter(isIts).map { LaneSignState(at: span.x($0.at), shape: .complete) }
    // Who is told as waiting still waits.
    let waits = digest.waiting.contains(where: isIts) ? [LaneSignState(at: 1, shape: .blocked)] : []
    self.init(
      id: ProgramKey(account: lane.account, program: lane.program), name: lane.program,
      pieces: lane.pieces.flatMap { piece in
        ChartState.seen(from: piece.from, until: piece.until, gaps: digest.unseen)
          .filter { $0.lowerBound < $0.upperBound }
          .map {
            LanePieceState(range: span.x($0.lowerBound)...span.x($0.upperBound), colour: piece.what.colour)
          }
      }, signs: ends + waits)
  }
}

extension AwayStretch {
  /// Nil where it was not heard.
  fileprivate var colour: ColourToken? {
    switch self {
    case .live: .working
    case .reported(let state): state.colour
    case .silent: nil
    }
  }
}

/// A span of time as the width of a lane.
private struct LaneSpan {
  var from: Int64
  var until: Int64

  func x(_ at: Int64) -> Double {
    Double(min(max(at, from), until) - from) / Double(max(1, until - from))
  }
}
