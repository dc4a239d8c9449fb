import CacheBashPresentation
import SwiftUI

/// A lane per program, the times below them, and what hatching and dots mean. A screen reader gets the sentence above and
/// the lines below, which say the same.
struct LanesView: View {
  var lanes: LanesState
  @ScaledMetric(relativeTo: .body) private var hundred: CGFloat = 100

  var body: some View {
    VStack(alignment: .leading, spacing: 0) {
      VStack(alignment: .leading, spacing: 0) {
        ForEach(lanes.lanes) { lane in
          if large { name(of: lane) }
          beside {
            name(of: lane)
          } track: {
            LaneTrack(lane: lane, unseen: lanes.unseen)
          }
        }
        beside {
          EmptyView()
        } track: {
          HStack(spacing: 0) {
            ForEach(Array(lanes.axis.enumerated()), id: \.offset) { clock in
              if clock.offset > 0 { Spacer(minLength: Space.s4) }
              Text(clock.element).typeset(.axis, .plain, .ink3).monospacedDigit().lineLimit(1)
            }
          }
        }
      }
      // Time runs from left to right in every language.
      .environment(\.layoutDirection, .leftToRight)
      .accessibilityHidden(true)
      if let legend = lanes.legend {
        Text(legend).typeset(.axis, .plain, .ink3).monospacedDigit().padding(.top, Space.s8)
      }
    }
    .padding(Space.s16)
    .card()
    .padding(.horizontal, Space.s16)
    .padding(.top, Space.s12)
  }

  private var large: Bool { hundred >= largeTextFrom }

  private func name(of lane: LaneState) -> some View {
    Text(lane.name).typeset(.label, .plain).lineLimit(1).truncationMode(.middle)
  }

  /// Beside the names, which stand above their lanes where text is large.
  private func beside(
    @ViewBuilder _ name: () -> some View, @ViewBuilder track: () -> some View
  ) -> some View {
    HStack(spacing: 0) {
      if !large { name().frame(width: 92, alignment: .leading) }
      track().padding(.trailing, Space.s8)
    }
    .frame(minHeight: Space.s24)
  }
}

/// One lane: a hairline, what nobody saw hatched, bars and dots over it, signs on top.
struct LaneTrack: View {
  var lane: LaneState
  var unseen: [ClosedRange<Double>]

  var body: some View {
    Canvas { context, size in
      LaneDrawing(lane: lane, unseen: unseen, size: size, scheme: context.environment.colorScheme)
        .draw(in: context)
    }
    .frame(height: Space.s24)
  }
}

/// Puts a lane's fractions on a canvas.
struct LaneDrawing {
  var lane: LaneState
  var unseen: [ClosedRange<Double>]
  var size: CGSize
  var scheme: ColorScheme

  private let bar = 6.0
  private let side = 14.0

  /// Back to front.
  func draw(in context: GraphicsContext) {
    context.stroke(
      Path(.line([GridPoint(0, middle), GridPoint(size.width, middle)])), with: paint(.line), lineWidth: 1)
    for gap in unseen { hatch(gap, in: context) }
    for piece in lane.pieces {
      if let colour = piece.colour {
        context.fill(
          Path(roundedRect: area(piece.range, height: bar), cornerRadius: 2), with: paint(colour))
      } else {
        dots(piece.range, in: context)
      }
    }
    for sign in lane.signs { draw(sign, in: context) }
  }

  private func hatch(_ gap: ClosedRange<Double>, in context: GraphicsContext) {
    let frame = area(gap, height: bar)
    var inside = context
    inside.clip(to: Path(frame))
    inside.fill(Path(frame), with: paint(.surface))
    for start in stride(from: frame.minX - bar, through: frame.maxX, by: 5 * 2.0.squareRoot()) {
      inside.stroke(
        Path(.line([GridPoint(start, frame.maxY), GridPoint(start + bar, frame.minY)])),
        with: paint(.outline), lineWidth: 1.5)
    }
  }

  private func dots(_ range: ClosedRange<Double>, in context: GraphicsContext) {
    let frame = area(range, height: 2)
    context.fill(Path(frame), with: paint(.surface))
    for x in stride(from: frame.minX + 3, to: frame.maxX, by: 6) {
      context.fill(Path(.circle(centre: GridPoint(x, middle), radius: 1.5)), with: paint(.silent))
    }
  }

  private func draw(_ sign: LaneSignState, in context: GraphicsContext) {
    // Whole, also at the edge.
    let x = min(max(sign.at * size.width, side / 2), max(side / 2, size.width - side / 2))
    context.fill(Path(.circle(centre: GridPoint(x, middle), radius: 9)), with: paint(.surface))
    var scaled = context
    scaled.translateBy(x: x - side / 2, y: middle - side / 2)
    scaled.scaleBy(x: side / ProgramShape.grid, y: side / ProgramShape.grid)
    for mark in sign.shape.marks { mark.draw(in: scaled, grid: ProgramShape.grid, turn: .zero) }
  }

  /// A hair shorter than it was, so that two sessions are two.
  private func area(_ range: ClosedRange<Double>, height: Double) -> CGRect {
    let from = range.lowerBound * size.width
    return CGRect(
      x: from, y: middle - height / 2, width: max(1, range.upperBound * size.width - from - 1),
      height: height)
  }

  private var middle: Double { size.height / 2 }
  private func paint(_ token: ColourToken) -> GraphicsContext.Shading { .color(token.colour(in: scheme)) }
}
