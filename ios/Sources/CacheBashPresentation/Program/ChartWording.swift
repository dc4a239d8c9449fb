import CacheBash

/// From a session's history to fractions of a chart.
extension ChartState {
  /// Nil where no progress was ever reported, or all of it in one moment.
  init?(_ history: ProgressHistory, of row: ProgramRow, labels: Labels, now: Int64) {
    let samples = history.samples
    guard let firstSample = samples.first, samples.contains(where: { $0.progress != nil }) else { return nil }
    let start = min(history.seenSince ?? firstSample.at, firstSample.at)
    let end = max(history.seenUntil ?? start, samples.last?.at ?? start)
    guard end > start else { return nil }
    let due = row.estimate.flatMap { ChartState.due($0, start: start, end: end) }
    let last = due?.upperBound ?? end
    func x(_ at: Int64) -> Double { Double(min(max(at, start), last) - start) / Double(last - start) }

    var line = StepLine(x: x)
    for (index, sample) in samples.enumerated() {
      let until = index + 1 < samples.count ? samples[index + 1].at : end
      guard let progress = sample.progress else {
        line.lift()
        continue
      }
      for run in ChartState.seen(from: sample.at, until: until, gaps: history.gaps) {
        line.run(from: run.lowerBound, to: run.upperBound, at: progress / 100)
      }
    }
    self.init(
      pieces: line.pieces,
      gaps: history.gaps.filter { $0.until > start && $0.from < end }.map { x($0.from)...x($0.until) },
      beats: history.beats.filter { $0 >= start && $0 <= end }.map(x),
      end: samples.last?.progress.map { $0 / 100 }, now: x(end),
      due: due.map { x($0.lowerBound)...x($0.upperBound) }, moving: row.moving,
      first: labels.dayClock(start, now: now), last: labels.dayClock(end, now: now),
      dueAt: due == nil ? nil : row.estimate.map(labels.etaClocks),
      sentence: labels.chartSentence(
        falls: history.falls, gaps: history.gaps, nextBeatBy: history.nextBeatBy, now: now))
  }

  /// When it will be done; nil once that is past, or so far off that what was seen would shrink to a corner.
  private static func due(_ estimate: Estimate, start: Int64, end: Int64) -> ClosedRange<Int64>? {
    let last = estimate.judgedAt + estimate.to
    let ahead = last - end
    guard ahead > 0, ahead <= TimeUnit.day.length, ahead <= 2 * (end - start) else { return nil }
    return max(end, estimate.judgedAt + estimate.from)...last
  }

  /// The parts of a run that somebody watched.
  static func seen(from: Int64, until: Int64, gaps: [Gap]) -> [ClosedRange<Int64>] {
    var runs: [ClosedRange<Int64>] = []
    var start = from
    for gap in gaps where gap.until > start && gap.from < until {
      if gap.from > start { runs.append(start...gap.from) }
      start = max(start, gap.until)
    }
    if start <= until { runs.append(start...until) }
    return runs
  }
}

/// A line of horizontal runs and vertical steps, drawn from left to right and lifted over gaps.
private struct StepLine {
  var pieces: [ChartState.Piece] = []
  private var end: Int64?
  private let x: (Int64) -> Double

  init(x: @escaping (Int64) -> Double) { self.x = x }

  mutating func run(from: Int64, to: Int64, at level: Double) {
    let corners = [GridPoint(x(from), level), GridPoint(x(to), level)]
    if let end, end == from, !pieces.isEmpty {
      pieces[pieces.count - 1].corners += corners
    } else {
      pieces.append(ChartState.Piece(corners: corners))
    }
    end = to
  }

  mutating func lift() { end = nil }
}
