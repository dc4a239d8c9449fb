import CacheBashPresentation
import SwiftUI

/// Status whole, number, chart, context left, session.
struct NowCardView: View {
  var card: NowCard

  var body: some View {
    VStack(alignment: .leading, spacing: 0) {
      CardTitle(title: card.title, tail: card.project)
      if let status = card.status { Text(status).typeset(.body).textSelection(.enabled) }
      NumberLine(card: card)
      if let chart = card.chart {
        ChartView(chart: chart).padding(.top, Space.s12)
        Text(chart.sentence).typeset(.label, .plain, .ink3).monospacedDigit().padding(.top, Space.s4)
      }
      if card.context != nil || card.session != nil || card.handOff != nil {
        Rectangle().fill(.token(.line)).frame(height: 1).padding(.vertical, Space.s12)
      }
      if let context = card.context { ContextLine(context: context) }
      if let session = card.session {
        Text(session).typeset(.support, .plain, .ink2).monospacedDigit().padding(.top, Space.s8)
      }
      if let handOff = card.handOff {
        Text(handOff).typeset(.support, .plain, .ink2).padding(.top, Space.s4)
      }
    }
  }
}

/// The great number, and what we found or when it will be done.
struct NumberLine: View {
  var card: NowCard

  var body: some View {
    HStack(alignment: .firstTextBaseline, spacing: Space.s8) {
      if let number = card.number {
        HStack(alignment: .firstTextBaseline, spacing: Space.s4) {
          Text(number).typeset(.number).monospacedDigit()
          Text(Words.percentSign).typeset(.title, .strong, .ink2)
        }
        .accessibilityElement(children: .combine)
      } else if let words = card.words {
        Text(words).typeset(.support, .plain, .ink2)
      }
      Spacer(minLength: Space.s8)
      if let finding = card.finding { FindingView(finding: finding, lines: nil) }
      if let eta = card.eta {
        VStack(alignment: .trailing, spacing: 0) {
          Text(eta.text).typeset(.head).monospacedDigit()
          Text(eta.basis).typeset(.support, .plain, .ink2).monospacedDigit()
        }
        .accessibilityElement(children: .combine)
      }
      if let waiting = card.waiting { Text(waiting).typeset(.support, .plain, .ink2).monospacedDigit() }
    }
    .padding(.top, Space.s8)
  }
}

/// How much context is left.
struct ContextLine: View {
  var context: GaugeState

  var body: some View {
    HStack(spacing: Space.s8) {
      Text(Phrase.context.text).typeset(.support, .plain, .ink2)
      if let fraction = context.fraction { Track(fraction: fraction, colour: .ink3, height: 6) }
      Text(context.text).typeset(.support, .strong).monospacedDigit()
    }
    .accessibilityElement(children: .combine)
  }
}

/// Progress over time: steps as they were reported, gaps hatched, heartbeats as ticks. Read aloud as its sentence.
struct ChartView: View {
  var chart: ChartState

  var body: some View {
    VStack(spacing: Space.s4) {
      Canvas { context, size in
        ChartDrawing(chart: chart, size: size, scheme: context.environment.colorScheme).draw(in: context)
      }
      .frame(height: 114)
      AxisLayout(now: chart.now) {
        Text(chart.first).typeset(.axis, .plain, .ink3).monospacedDigit()
        Text(chart.last).typeset(.axis, .plain, .ink3).monospacedDigit()
        if let dueAt = chart.dueAt { Text(dueAt).typeset(.axis, .plain, .ink3).monospacedDigit() }
      }
    }
    // Time runs from left to right in every language.
    .environment(\.layoutDirection, .leftToRight)
    .accessibilityElement(children: .ignore)
    .accessibilityLabel(chart.sentence)
  }
}

/// The words beneath a chart: its beginning, the present under its line, and when the program will be done at the end.
struct AxisLayout: Layout {
  /// Where the present is: x from 0 to 1.
  var now: Double

  func sizeThatFits(proposal: ProposedViewSize, subviews: Subviews, cache: inout ()) -> CGSize {
    let parts = subviews.map { $0.sizeThatFits(.unspecified) }
    let natural = parts.reduce(0) { $0 + $1.width + Space.s8 }
    return CGSize(width: proposal.width ?? natural, height: parts.map(\.height).max() ?? 0)
  }

  func placeSubviews(in bounds: CGRect, proposal: ProposedViewSize, subviews: Subviews, cache: inout ()) {
    let widths = subviews.map { $0.sizeThatFits(.unspecified).width }
    let due = widths.count > 2 ? widths[2] + Space.s8 : 0
    for (index, subview) in subviews.enumerated() {
      let x: CGFloat =
        switch index {
        case 0: 0
        // Beside its neighbour where there is no room under its line.
        case 1: min(bounds.width * now - widths[1] / 2, bounds.width - widths[1] - due)
        default: bounds.width - widths[index]
        }
      subview.place(
        at: CGPoint(x: bounds.minX + x, y: bounds.minY), anchor: .topLeading, proposal: .unspecified)
    }
  }
}

/// Puts a chart's fractions on a canvas: 100 at 8 from the top, 0 at 100, ticks from 106.
struct ChartDrawing {
  var chart: ChartState
  var size: CGSize
  var scheme: ColorScheme

  private let top = 8.0
  private let base = 100.0
  private let tick = 106.0

  /// Back to front.
  func draw(in context: GraphicsContext) {
    for level in [0.0, 0.5, 1.0] {
      context.stroke(line(GridPoint(0, y(level)), GridPoint(size.width, y(level))), with: paint(.line))
    }
    for gap in chart.gaps { hatch(gap, in: context) }
    for piece in chart.pieces { draw(piece, in: context) }
    for beat in chart.beats {
      context.stroke(
        line(GridPoint(x(beat), tick), GridPoint(x(beat), tick + 5)), with: paint(.ink3), lineWidth: 1.25)
    }
    if let due = chart.due { draw(due, in: context) }
    context.stroke(
      line(GridPoint(x(chart.now), top), GridPoint(x(chart.now), base + 14)), with: paint(.outline))
    if let end = chart.end { dot(GridPoint(x(chart.now), y(end)), in: context) }
  }

  private func draw(_ piece: ChartState.Piece, in context: GraphicsContext) {
    let corners = piece.corners.map { CGPoint(x: x($0.x), y: y($0.y)) }
    guard let first = corners.first, let last = corners.last else { return }
    var area = Path()
    area.addLines(corners + [CGPoint(x: last.x, y: base), CGPoint(x: first.x, y: base)])
    area.closeSubpath()
    context.fill(area, with: .color(colour.colour(in: scheme).opacity(0.09)))
    var steps = Path()
    steps.addLines(corners)
    context.stroke(steps, with: paint(colour), style: StrokeStyle(lineWidth: 2, lineJoin: .round))
  }

  /// A wedge from the present to the band on the line of hundred, with droppers to its two times.
  private func draw(_ due: ClosedRange<Double>, in context: GraphicsContext) {
    let (from, until) = (x(due.lowerBound), x(due.upperBound))
    if let end = chart.end {
      var wedge = Path()
      wedge.addLines([
        CGPoint(x: x(chart.now), y: y(end)), CGPoint(x: from, y: top), CGPoint(x: until, y: top),
      ])
      wedge.closeSubpath()
      context.fill(wedge, with: .color(colour.colour(in: scheme).opacity(0.12)))
    }
    for at in [from, until] {
      context.stroke(
        line(GridPoint(at, top), GridPoint(at, base + 14)), with: paint(.outline),
        style: StrokeStyle(lineWidth: 1, dash: [2, 3]))
    }
    context.stroke(line(GridPoint(from, top), GridPoint(until, top)), with: paint(colour), lineWidth: 4)
  }

  /// Lines at 45°, 6 apart, within the gap.
  private func hatch(_ gap: ClosedRange<Double>, in context: GraphicsContext) {
    let frame = CGRect(
      x: x(gap.lowerBound), y: top, width: x(gap.upperBound) - x(gap.lowerBound), height: base - top)
    var inside = context
    inside.clip(to: Path(frame))
    inside.opacity = 0.5
    let apart = 6 * 2.0.squareRoot()
    for start in stride(from: frame.minX - frame.height, through: frame.maxX, by: apart) {
      inside.stroke(
        line(GridPoint(start, base), GridPoint(start + frame.height, top)), with: paint(.outline),
        lineWidth: 1.5)
    }
  }

  private func dot(_ at: GridPoint, in context: GraphicsContext) {
    context.fill(Path(.circle(centre: at, radius: 5)), with: paint(.surface))
    context.fill(Path(.circle(centre: at, radius: 4)), with: paint(colour))
  }

  private var colour: ColourToken { chart.moving ? .working : .ink3 }
  private func line(_ from: GridPoint, _ to: GridPoint) -> Path { Path(.line([from, to])) }
  private func paint(_ token: ColourToken) -> GraphicsContext.Shading { .color(token.colour(in: scheme)) }
  private func x(_ fraction: Double) -> Double { 1 + fraction * (size.width - 6) }
  private func y(_ fraction: Double) -> Double { base - fraction * (base - top) }
}
