import CacheBashPresentation
import SwiftUI

/// The sign of a program. Scales the 20 × 20 grid, never redraws.
struct ShapeView: View {
  var shape: ProgramShape
  var turns = false
  @ScaledMetric(relativeTo: .body) private var side: CGFloat = 20
  @Environment(\.accessibilityReduceMotion) private var still

  /// A shape of this size at the reader's usual setting; it turns only where told, and never with Reduce Motion.
  init(_ shape: ProgramShape, size: CGFloat = 20, turns: Bool = false) {
    self.shape = shape
    self.turns = turns
    _side = ScaledMetric(wrappedValue: size, relativeTo: .body)
  }

  var body: some View {
    if turns && !still {
      TimelineView(.animation) { timeline in
        MarksView(marks: shape.marks, grid: ProgramShape.grid, turn: turn(at: timeline.date))
          .frame(width: side, height: side)
      }
    } else {
      MarksView(marks: shape.marks, grid: ProgramShape.grid, turn: .zero)
        .frame(width: side, height: side)
    }
  }

  /// One turn in 2.4 s.
  private func turn(at date: Date) -> Angle {
    .degrees(date.timeIntervalSinceReferenceDate.truncatingRemainder(dividingBy: 2.4) / 2.4 * 360)
  }
}

/// The sign of a finding.
struct FindingSign: View {
  var glyph: FindingGlyph
  @ScaledMetric(relativeTo: .body) private var side: CGFloat = 12

  /// The sign of this finding.
  init(_ glyph: FindingGlyph) { self.glyph = glyph }

  var body: some View {
    MarksView(marks: glyph.marks, grid: FindingGlyph.grid, turn: .zero).frame(width: side, height: side)
  }
}

/// Draws marks from their numbers. Never read aloud: the words beside them say the same.
struct MarksView: View {
  var marks: [Mark]
  var grid: Double
  var turn: Angle

  var body: some View {
    Canvas { context, size in
      context.scaleBy(x: size.width / grid, y: size.height / grid)
      for mark in marks { mark.draw(in: context, grid: grid, turn: turn) }
    }
    .accessibilityHidden(true)
  }
}

extension Mark {
  /// Draws it in its grid's coordinates.
  func draw(in context: GraphicsContext, grid: Double, turn: Angle) {
    // A copy: turning and fading end with this mark.
    var context = context
    context.opacity = opacity
    if turns {
      context.translateBy(x: grid / 2, y: grid / 2)
      context.rotate(by: turn)
      context.translateBy(x: -grid / 2, y: -grid / 2)
    }
    let path = Path(outline)
    let shading = GraphicsContext.Shading.color(colour.colour(in: context.environment.colorScheme))
    switch paint {
    case .fill:
      context.fill(path, with: shading)
    case .stroke(let width, let round):
      context.stroke(path, with: shading, style: line(width, round: round))
    case .fillRounded(let width):
      context.fill(path, with: shading)
      context.stroke(path, with: shading, style: line(width, round: true))
    }
  }

  private func line(_ width: Double, round: Bool) -> StrokeStyle {
    StrokeStyle(lineWidth: width, lineCap: round ? .round : .butt, lineJoin: round ? .round : .miter)
  }
}

extension Path {
  /// The outline of a mark in its grid's coordinates.
  init(_ outline: Mark.Outline) {
    self.init()
    switch outline {
    case .circle(let centre, let radius):
      addEllipse(
        in: CGRect(x: centre.x - radius, y: centre.y - radius, width: 2 * radius, height: 2 * radius))
    case .arc(let centre, let radius, let from, let sweep):
      // Ours are degrees from 12 o'clock, theirs from 3 o'clock. With y down, "clockwise" is false on screen.
      addArc(
        center: CGPoint(centre), radius: radius, startAngle: .degrees(from - 90),
        endAngle: .degrees(from - 90 + sweep), clockwise: false)
    case .line(let points):
      addLines(points.map { CGPoint($0) })
    case .closed(let points):
      addLines(points.map { CGPoint($0) })
      closeSubpath()
    case .curve(let from, let first, let second, let to):
      move(to: CGPoint(from))
      addCurve(to: CGPoint(to), control1: CGPoint(first), control2: CGPoint(second))
    }
  }
}

extension CGPoint {
  /// A point of a grid.
  init(_ point: GridPoint) { self.init(x: point.x, y: point.y) }
}
