// What a view is, how views are put together, and what they keep.
@_exported import Foundation
@_exported import Observation

@MainActor @preconcurrency public protocol View {
  associatedtype Body: View
  @ViewBuilder @MainActor var body: Body { get }
}

extension Never: View {
  public typealias Body = Never
  public var body: Never { return fatalError() }
}

/// A view of the framework's own.
public protocol Leaf: View where Body == Never {}
extension Leaf { public var body: Never { return fatalError() } }

public struct EmptyView: Leaf { nonisolated public init() {} }

@MainActor @resultBuilder public enum ViewBuilder {
  public static func buildBlock() -> EmptyView { .init() }
  public static func buildBlock<each V: View>(_ views: repeat each V) -> TupleView<(repeat each V)> {
    .init()
  }
  public static func buildExpression<V: View>(_ view: V) -> V { view }
  public static func buildIf<V: View>(_ view: V?) -> V? { view }
  public static func buildEither<A: View, B: View>(first: A) -> EitherView<A, B> { .init() }
  public static func buildEither<A: View, B: View>(second: B) -> EitherView<A, B> { .init() }
}

public struct TupleView<T>: Leaf {}
public struct EitherView<A, B>: Leaf {}
extension Optional: View where Wrapped: View {
  public typealias Body = Never
  public var body: Never { return fatalError() }
}

@MainActor @preconcurrency public protocol ViewModifier {
  associatedtype Body: View
  typealias Content = ModifiedPlaceholder
  @ViewBuilder @MainActor func body(content: Content) -> Body
}
public struct ModifiedPlaceholder: Leaf {}

@MainActor @preconcurrency public protocol PreviewProvider {
  associatedtype Previews: View
  @ViewBuilder @MainActor static var previews: Previews { get }
}

@MainActor @preconcurrency public protocol App {
  associatedtype Body: Scene
  @MainActor var body: Body { get }
  @MainActor init()
}
extension App { public static func main() {} }
@MainActor @preconcurrency public protocol Scene {}
public struct WindowGroup<C: View>: Scene { public init(@ViewBuilder content: () -> C) {} }
public enum ScenePhase: Sendable { case background, inactive, active }

@MainActor @propertyWrapper public struct State<V> {
  public init(wrappedValue: V) {}
  public init(initialValue: V) {}
  public var wrappedValue: V {
    get { fatalError() }
    nonmutating set {}
  }
  public var projectedValue: Binding<V> { fatalError() }
}

@dynamicMemberLookup @propertyWrapper public struct Binding<V> {
  public init(get: @escaping () -> V, set: @escaping (V) -> Void) {}
  public static func constant(_ value: V) -> Binding<V> { fatalError() }
  public var wrappedValue: V {
    get { fatalError() }
    nonmutating set {}
  }
  public var projectedValue: Binding<V> { self }
  public subscript<P>(dynamicMember path: WritableKeyPath<V, P>) -> Binding<P> { fatalError() }
}

@MainActor @dynamicMemberLookup @propertyWrapper public struct Bindable<O: AnyObject & Observable> {
  public init(wrappedValue: O) {}
  public var wrappedValue: O {
    get { fatalError() }
    set {}
  }
  public var projectedValue: Bindable<O> { self }
  public subscript<V>(dynamicMember path: ReferenceWritableKeyPath<O, V>) -> Binding<V> { fatalError() }
}

@MainActor @propertyWrapper public struct Environment<V> {
  public init(_ path: KeyPath<EnvironmentValues, V>) {}
  public var wrappedValue: V { fatalError() }
}

@MainActor @propertyWrapper public struct ScaledMetric<V: BinaryFloatingPoint> {
  public init(wrappedValue: V, relativeTo style: Font.TextStyle) {}
  public var wrappedValue: V { fatalError() }
}

public struct EnvironmentValues: Sendable {
  public var colorScheme: ColorScheme { .light }
  public var scenePhase: ScenePhase { .active }
  public var dismiss: DismissAction { DismissAction() }
  public var accessibilityReduceMotion: Bool { false }
  public var isEnabled: Bool = true
  public var layoutDirection: LayoutDirection = .leftToRight
  public var dynamicTypeSize: DynamicTypeSize = .large
}
public struct DismissAction: Sendable { @MainActor public func callAsFunction() {} }
public enum ColorScheme: Sendable { case light, dark }
public enum LayoutDirection: Sendable { case leftToRight, rightToLeft }
public enum DynamicTypeSize: Sendable {
  case xSmall, small, medium, large, xLarge, xxLarge, xxxLarge
  case accessibility1, accessibility2, accessibility3, accessibility4, accessibility5
}
