/// Progress over time as this device saw it, laid out on one honest axis: fractions of the chart's width and height.
public struct ChartState: Equatable, Sendable {
  /// A piece of the line between two gaps: a horizontal run, then a vertical step, never a slope.
  public struct Piece: Equatable, Sendable {
    /// Corners from left to right; x and y from 0 to 1, y up.
    public var corners: [GridPoint]
  }

  /// Seen without a break.
  public var pieces: [Piece]
  /// Not seen by us, as ranges of x from 0 to 1: hatched, no line through them.
  public var gaps: [ClosedRange<Double>]
  /// Heartbeats we saw, as x from 0 to 1.
  public var beats: [Double]
  /// Where the line ends: y from 0 to 1; nil when the last word was "not reported".
  public var end: Double?
  /// Where the present is: x from 0 to 1.
  public var now: Double
  /// When it will be done, as x from 0 to 1 on the line of hundred; nil where that is not shown.
  public var due: ClosedRange<Double>?
  /// It rises: the line may be in the colour of movement.
  public var moving: Bool
  /// Words beneath: where the axis begins.
  public var first: String
  /// Words beneath: where the line ends.
  public var last: String
  /// Words beneath: when it will be done.
  public var dueAt: String?
  /// Names falls and gaps; what a screen reader gets.
  public var sentence: String
}
