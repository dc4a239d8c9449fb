// Colours, shapes, paths and canvases.
public protocol ShapeStyle: Sendable {
  associatedtype Resolved: ShapeStyle = Never
  func resolve(in environment: EnvironmentValues) -> Resolved
}
extension Never: ShapeStyle {
  public func resolve(in environment: EnvironmentValues) -> Never { fatalError() }
}
extension ShapeStyle where Resolved == Never {
  public func resolve(in environment: EnvironmentValues) -> Never { fatalError() }
}

// Conformances stand apart from declarations: so these types do not take over the views' actor.
public struct Color: ShapeStyle {
  public enum RGBColorSpace: Sendable { case sRGB }
  public init(
    _ space: RGBColorSpace = .sRGB, red: Double, green: Double, blue: Double, opacity: Double = 1
  ) {}
  public static let white = Color(red: 1, green: 1, blue: 1)
  public static let clear = Color(red: 0, green: 0, blue: 0)
  public func opacity(_ opacity: Double) -> Color { self }
}
extension Color: View {
  public typealias Body = Never
  public var body: Never { return fatalError() }
}

public struct Angle: Sendable {
  public static let zero = Angle()
  public static func degrees(_ degrees: Double) -> Angle { Angle() }
}

public struct StrokeStyle: Sendable {
  public init(
    lineWidth: CGFloat = 1, lineCap: CGLineCap = .butt, lineJoin: CGLineJoin = .miter,
    miterLimit: CGFloat = 10, dash: [CGFloat] = [], dashPhase: CGFloat = 0
  ) {}
}
public enum CGLineCap: Sendable { case butt, round, square }
public enum CGLineJoin: Sendable { case miter, round, bevel }

public protocol Shape: View, Sendable where Body == Never {}
extension Shape {
  public var body: Never { return fatalError() }
  public func fill(_ style: some ShapeStyle) -> some View { self }
  public func stroke(_ style: some ShapeStyle, style stroke: StrokeStyle) -> some View { self }
}
public protocol InsettableShape: Shape {}
extension InsettableShape {
  public func strokeBorder(_ style: some ShapeStyle, lineWidth: CGFloat = 1) -> some View { self }
}
public enum RoundedCornerStyle: Sendable { case circular, continuous }
extension RoundedRectangle: InsettableShape {}
public struct RoundedRectangle {
  public init(cornerRadius: CGFloat, style: RoundedCornerStyle = .continuous) {}
}
extension Rectangle: InsettableShape {}
public struct Rectangle { public init() {} }
extension Capsule: InsettableShape {}
public struct Capsule { public init(style: RoundedCornerStyle = .continuous) {} }
extension Circle: InsettableShape {}
public struct Circle { public init() {} }

extension Path: Shape {}
public struct Path: Sendable {
  public init() {}
  public init(_ rect: CGRect) {}
  public init(roundedRect rect: CGRect, cornerRadius: CGFloat, style: RoundedCornerStyle = .continuous) {}
  public mutating func addEllipse(in rect: CGRect) {}
  public mutating func addArc(
    center: CGPoint, radius: CGFloat, startAngle: Angle, endAngle: Angle, clockwise: Bool
  ) {}
  public mutating func addLines(_ lines: [CGPoint]) {}
  public mutating func move(to end: CGPoint) {}
  public mutating func addCurve(to end: CGPoint, control1: CGPoint, control2: CGPoint) {}
  public mutating func closeSubpath() {}
}

public struct GraphicsContext {
  public struct Shading: Sendable {
    public static func color(_ color: Color) -> Shading { Shading() }
  }
  public var opacity: Double = 1
  public var environment: EnvironmentValues { EnvironmentValues() }
  public mutating func scaleBy(x: CGFloat, y: CGFloat) {}
  public mutating func translateBy(x: CGFloat, y: CGFloat) {}
  public mutating func rotate(by angle: Angle) {}
  public mutating func clip(to path: Path) {}
  public func fill(_ path: Path, with shading: Shading) {}
  public func stroke(_ path: Path, with shading: Shading, style: StrokeStyle) {}
  public func stroke(_ path: Path, with shading: Shading, lineWidth: CGFloat = 1) {}
}

public struct Canvas: Leaf {
  public init(renderer: @escaping (inout GraphicsContext, CGSize) -> Void) {}
}

public protocol TimelineSchedule {}
public struct AnimationTimelineSchedule: TimelineSchedule {}
extension TimelineSchedule where Self == AnimationTimelineSchedule {
  public static var animation: AnimationTimelineSchedule { .init() }
}
public struct TimelineViewDefaultContext { public let date: Date }
public struct TimelineView<S: TimelineSchedule, C: View>: Leaf {
  public init(_ schedule: S, @ViewBuilder content: @escaping (TimelineViewDefaultContext) -> C) {}
}
