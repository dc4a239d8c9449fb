import CacheBash

/// A digest as core gives it: nearly six hours of five programs.
extension Sample {
  private static func ago(_ minutes: Int64) -> Int64 { now - minutes * 60_000 }

  private static func piece(_ from: Int64, _ until: Int64, _ what: AwayStretch) -> AwayPiece {
    AwayPiece(session: "s", from: ago(from), until: ago(until), what: what)
  }

  private static func lane(
    _ program: String, _ pieces: [AwayPiece], handOffs: UInt32 = 0, eventful: Bool = true
  ) -> AwayLane {
    AwayLane(account: "home", program: program, pieces: pieces, handOffs: handOffs, eventful: eventful)
  }

  static func line(_ program: String, _ minutes: Int64, _ event: AwayEvent) -> AwayLine {
    AwayLine(account: "home", program: program, at: ago(minutes), event: event)
  }

  /// In which nothing happened, unless told otherwise.
  static func digest(
    lanes: [AwayLane] = [], waiting: [AwayLine] = [], finished: [AwayLine] = [], changed: [AwayLine] = [],
    unseen: [Gap] = []
  ) -> AwayDigest {
    AwayDigest(
      from: ago(350), until: now, lanes: lanes, waiting: waiting, finished: finished, changed: changed,
      unseen: unseen)
  }

  static let morning = digest(
    lanes: [
      lane(
        "deployer",
        [
          piece(350, 50, .reported(state: .pinned)), piece(50, 0, .reported(state: .blocked)),
        ]),
      lane("scribe", [piece(330, 124, .reported(state: .working)), piece(124, 0, .silent)]),
      lane("builder", [piece(350, 90, .live), piece(88, 0, .live)], handOffs: 2),
      lane("linter", [piece(330, 290, .live)]),
      lane("sentinel", [piece(350, 0, .reported(state: .pinned))], eventful: false),
    ],
    waiting: [line("deployer", 4, .waits(words: "Run it now or at 22:00?"))],
    finished: [line("linter", 290, .finished(words: "Auth package is clean"))],
    changed: [line("scribe", 124, .wentSilent), line("builder", 49, .fell(from: 18, to: 10))],
    unseen: [Gap(from: ago(292), until: ago(237))])
}
