/// A point on a glyph's grid: x to the right, y down.
public struct GridPoint: Equatable, Sendable {
  /// To the right.
  public var x: Double
  /// Down.
  public var y: Double

  /// A point at (x, y).
  public init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

/// One stroke or area of a glyph, as plain numbers: SwiftUI draws them and a test can read them.
public struct Mark: Equatable, Sendable {
  /// What is drawn.
  public enum Outline: Equatable, Sendable {
    /// A whole circle.
    case circle(centre: GridPoint, radius: Double)
    /// Part of a circle. Degrees are clockwise from 12 o'clock.
    case arc(centre: GridPoint, radius: Double, from: Double, sweep: Double)
    /// From point to point.
    case line([GridPoint])
    /// From point to point and back to the first.
    case closed([GridPoint])
    /// A cubic curve.
    case curve(GridPoint, GridPoint, GridPoint, GridPoint)
  }

  /// How it is drawn.
  public enum Paint: Equatable, Sendable {
    /// The area.
    case fill
    /// The edge, with butt or round ends and joins.
    case stroke(width: Double, round: Bool)
    /// The area and a round edge around it, which rounds its corners by half the width.
    case fillRounded(width: Double)
  }

  /// What is drawn.
  public var outline: Outline
  /// How.
  public var paint: Paint
  /// In which colour.
  public var colour: ColourToken
  /// 0 to 1.
  public var opacity: Double
  /// It turns about the grid's centre while its row moves.
  public var turns: Bool

  /// A mark; opaque and still unless told otherwise.
  public init(
    _ outline: Outline, _ paint: Paint, _ colour: ColourToken, opacity: Double = 1, turns: Bool = false
  ) {
    self.outline = outline
    self.paint = paint
    self.colour = colour
    self.opacity = opacity
    self.turns = turns
  }

  /// A ring cut into equal dashes with butt ends, one of them centred at 12 o'clock.
  static func dashedRing(
    centre: GridPoint, radius: Double, dashes: Int, degrees: Double, width: Double, _ colour: ColourToken
  ) -> [Mark] {
    (0..<dashes).map { index in
      let middle = 360.0 / Double(dashes) * Double(index)
      return Mark(
        .arc(centre: centre, radius: radius, from: middle - degrees / 2, sweep: degrees),
        .stroke(width: width, round: false), colour)
    }
  }
}
