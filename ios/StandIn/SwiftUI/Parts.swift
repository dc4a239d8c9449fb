// Texts, stacks, lists, controls and navigation.
public struct Font: Sendable {
  public enum TextStyle: Sendable { case body }
  public struct Weight: Sendable {
    public static let regular = Weight()
    public static let medium = Weight()
    public static let semibold = Weight()
  }
  public static func system(size: CGFloat, weight: Weight? = nil) -> Font { Font() }
  public enum Design: Sendable { case monospaced }
  public static func system(_ style: TextStyle, design: Design? = nil) -> Font { Font() }
}

public struct Text: Leaf {
  @_disfavoredOverload public init<S: StringProtocol>(_ content: S) {}
  public enum TruncationMode: Sendable { case head, tail, middle }
  public enum LineStyle: Sendable { case solid }
  public func fontWeight(_ weight: Font.Weight?) -> Text { self }
  public func underline(_ isActive: Bool = true, pattern: LineStyle = .solid, color: Color? = nil) -> Text {
    self
  }
  public static func + (first: Text, second: Text) -> Text { first }
}
public struct Image: Leaf { public init(systemName: String) {} }
public struct Spacer: Leaf { public init(minLength: CGFloat? = nil) {} }
public struct ProgressView: Leaf { public init() {} }

public enum HorizontalAlignment: Sendable { case leading, center, trailing }
public enum VerticalAlignment: Sendable { case top, center, bottom, firstTextBaseline }
public struct Alignment: Sendable {
  public static let leading = Alignment()
  public static let trailing = Alignment()
  public static let top = Alignment()
  public static let center = Alignment()
  public static let bottomTrailing = Alignment()
}
public enum Axis: Sendable {
  case horizontal, vertical
  public struct Set: OptionSet, Sendable {
    public let rawValue: Int8
    public init(rawValue: Int8) { self.rawValue = rawValue }
    public static let horizontal = Set(rawValue: 1)
    public static let vertical = Set(rawValue: 2)
  }
}

public struct HStack<C: View>: Leaf {
  public init(
    alignment: VerticalAlignment = .center, spacing: CGFloat? = nil, @ViewBuilder content: () -> C
  ) {}
}
public struct VStack<C: View>: Leaf {
  public init(
    alignment: HorizontalAlignment = .center, spacing: CGFloat? = nil, @ViewBuilder content: () -> C
  ) {}
}
public struct LazyVStack<C: View>: Leaf {
  public init(
    alignment: HorizontalAlignment = .center, spacing: CGFloat? = nil, @ViewBuilder content: () -> C
  ) {}
}
public struct Grid<C: View>: Leaf {
  public init(
    alignment: Alignment = .center, horizontalSpacing: CGFloat? = nil, verticalSpacing: CGFloat? = nil,
    @ViewBuilder content: () -> C
  ) {}
}
public struct GridRow<C: View>: Leaf { public init(@ViewBuilder content: () -> C) {} }
public struct Group<C: View>: Leaf { public init(@ViewBuilder content: () -> C) {} }
public struct ScrollView<C: View>: Leaf {
  public init(_ axes: Axis.Set = .vertical, @ViewBuilder content: () -> C) {}
}
public struct ViewThatFits<C: View>: Leaf {
  public init(in axes: Axis.Set, @ViewBuilder content: () -> C) {}
}
public struct GeometryProxy { public var size: CGSize { .zero } }
public struct GeometryReader<C: View>: Leaf {
  public init(@ViewBuilder content: @escaping (GeometryProxy) -> C) {}
}

public struct ForEach<Data: RandomAccessCollection, ID: Hashable, C: View>: Leaf {
  public init(
    _ data: Data, id: KeyPath<Data.Element, ID>, @ViewBuilder content: @escaping (Data.Element) -> C
  ) {}
}
extension ForEach where Data.Element: Identifiable, ID == Data.Element.ID {
  public init(_ data: Data, @ViewBuilder content: @escaping (Data.Element) -> C) {}
}

public struct Button<L: View>: Leaf {
  public init(action: @escaping @MainActor () -> Void, @ViewBuilder label: () -> L) {}
}
public enum ButtonRole: Sendable { case cancel, destructive }
extension Button where L == Text {
  @_disfavoredOverload
  public init<S: StringProtocol>(
    _ title: S, role: ButtonRole?, action: @escaping @MainActor () -> Void
  ) {}
  @_disfavoredOverload
  public init<S: StringProtocol>(_ title: S, action: @escaping @MainActor () -> Void) {}
}
@MainActor @preconcurrency public protocol ButtonStyle {
  associatedtype Body: View
  typealias Configuration = ButtonStyleConfiguration
  @ViewBuilder @MainActor func makeBody(configuration: Configuration) -> Body
}
public struct ButtonStyleConfiguration {
  public struct Toggle<L: View>: Leaf {
    public init(isOn: Binding<Bool>, @ViewBuilder label: () -> L) {}
  }
  public struct Label: Leaf {}
  @MainActor public var label: Label { Label() }
  public let isPressed: Bool
}
public struct PlainButtonStyle: ButtonStyle {
  public func makeBody(configuration: Configuration) -> some View { configuration.label }
}
extension ButtonStyle where Self == PlainButtonStyle {
  public static var plain: PlainButtonStyle { .init() }
}

public struct TextField: Leaf {
  @_disfavoredOverload public init<S: StringProtocol>(_ title: S, text: Binding<String>) {}
  @_disfavoredOverload public init<S: StringProtocol>(_ title: S, text: Binding<String>, axis: Axis) {}
}

public struct Toggle<L: View>: Leaf {
  public init(isOn: Binding<Bool>, @ViewBuilder label: () -> L) {}
}
public struct Label: Leaf {
  @_disfavoredOverload public init<S: StringProtocol>(_ title: S, systemImage: String) {}
}
public struct TabView<V: Hashable, C: View>: Leaf {
  public init(selection: Binding<V>?, @ViewBuilder content: () -> C) {}
}

public struct NavigationStack<C: View>: Leaf {
  public init<D>(path: Binding<D>, @ViewBuilder root: () -> C)
  where D: MutableCollection & RandomAccessCollection & RangeReplaceableCollection, D.Element: Hashable {}
  public init(@ViewBuilder root: () -> C) {}
}
public struct NavigationLink<L: View>: Leaf {
  public init<V: Hashable>(value: V?, @ViewBuilder label: () -> L) {}
}

public struct ProposedViewSize: Equatable, Sendable {
  public var width: CGFloat?
  public var height: CGFloat?
  public static let unspecified = ProposedViewSize()
}
public struct UnitPoint: Sendable { public static let topLeading = UnitPoint() }
public struct LayoutSubview {
  public func sizeThatFits(_ proposal: ProposedViewSize) -> CGSize { .zero }
  public func place(at position: CGPoint, anchor: UnitPoint = .topLeading, proposal: ProposedViewSize) {}
}
public struct LayoutSubviews: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { 0 }
  public subscript(index: Int) -> LayoutSubview { LayoutSubview() }
}
public protocol Layout {
  associatedtype Cache = Void
  typealias Subviews = LayoutSubviews
  func sizeThatFits(proposal: ProposedViewSize, subviews: Subviews, cache: inout Cache) -> CGSize
  func placeSubviews(
    in bounds: CGRect, proposal: ProposedViewSize, subviews: Subviews, cache: inout Cache)
}
extension Layout {
  @MainActor public func callAsFunction<C: View>(@ViewBuilder _ content: () -> C) -> some View {
    content()
  }
}
