import CacheBashPresentation
import SwiftUI

/// A colour by what it is for; light or dark as the reader's device is.
struct TokenStyle: ShapeStyle {
  var token: ColourToken

  func resolve(in environment: EnvironmentValues) -> Color {
    token.colour(in: environment.colorScheme)
  }
}

extension ShapeStyle where Self == TokenStyle {
  /// A colour by what it is for.
  static func token(_ token: ColourToken) -> TokenStyle { TokenStyle(token: token) }
}

extension ColourToken {
  /// The colour itself, where a style cannot be used.
  func colour(in scheme: ColorScheme) -> Color {
    Color(hex: scheme == .dark ? dark : light)
  }
}

extension Color {
  /// From 0xRRGGBB.
  init(hex: UInt32) {
    func part(_ shift: UInt32) -> Double { Double((hex >> shift) & 0xFF) / 255 }
    self.init(.sRGB, red: part(16), green: part(8), blue: part(0), opacity: 1)
  }
}

/// A size of text that follows the reader's setting, with its line.
struct Typeface: ViewModifier {
  var size: TypeSize
  var weight: TypeWeight
  // A hundred and not one: the system rounds what it scales to whole pixels.
  @ScaledMetric(relativeTo: .body) private var hundred: CGFloat = 100

  func body(content: Content) -> some View {
    let scale = hundred / 100
    // The system's font is about 1.19 of its size high; the rest of our line goes between lines.
    content
      .font(.system(size: size.size * scale, weight: weight.font))
      .lineSpacing(max(0, size.line - size.size * 1.19) * scale)
  }
}

extension TypeWeight {
  /// The system's weight for it.
  var font: Font.Weight {
    switch self {
    case .plain: .regular
    case .medium: .medium
    case .strong: .semibold
    }
  }
}

extension View {
  /// Text of this size, in this weight or the size's own, in this colour.
  func typeset(_ size: TypeSize, _ weight: TypeWeight? = nil, _ colour: ColourToken = .ink) -> some View {
    modifier(Typeface(size: size, weight: weight ?? size.weight)).foregroundStyle(.token(colour))
  }

  /// A raised card: a shadow in the light, an edge in the dark.
  func card() -> some View { modifier(CardSurface()) }
}

/// A raised card's ground.
struct CardSurface: ViewModifier {
  @Environment(\.colorScheme) private var scheme

  func body(content: Content) -> some View {
    let shape = RoundedRectangle(cornerRadius: Corner.card, style: .continuous)
    content
      .background(.token(.surface), in: shape)
      .overlay {
        if scheme == .dark { shape.strokeBorder(Color(hex: darkCardEdge), lineWidth: 1) }
      }
      .shadow(color: shade(0.06), radius: 8, x: 0, y: 4)
      .shadow(color: shade(0.05), radius: 1, x: 0, y: 1)
  }

  private func shade(_ opacity: Double) -> Color {
    scheme == .dark ? .clear : Color(hex: ColourToken.ink.light).opacity(opacity)
  }
}

/// The one filled button of a sheet.
struct InkButton: ButtonStyle {
  func makeBody(configuration: Configuration) -> some View { InkLabel(configuration: configuration) }
}

/// What an ink button shows: paler while it does nothing.
struct InkLabel: View {
  var configuration: ButtonStyleConfiguration
  @Environment(\.isEnabled) private var enabled

  var body: some View {
    configuration.label
      .typeset(.body, .strong, .onInk)
      .frame(maxWidth: .infinity, minHeight: Space.s48)
      .padding(.horizontal, Space.s24)
      .background(.token(.ink), in: Capsule())
      .opacity(!enabled ? 0.4 : configuration.isPressed ? 0.8 : 1)
  }
}

/// Any other button, and the filled one of a card, which is less high than a sheet's.
struct TonalButton: ButtonStyle {
  var ground = ColourToken.sunken
  var ink = ColourToken.ink

  func makeBody(configuration: Configuration) -> some View {
    configuration.label
      .typeset(.support, .strong, ink)
      .padding(.horizontal, Space.s16)
      .frame(minHeight: 40)
      .background(.token(ground), in: Capsule())
      // What is seen is 40 high; what can be tapped is 48.
      .padding(.vertical, Space.s4)
      .contentShape(Rectangle())
      .opacity(configuration.isPressed ? 0.8 : 1)
  }
}

/// Any other button of a page or sheet, as wide as it.
struct WideTonalButton: ButtonStyle {
  func makeBody(configuration: Configuration) -> some View {
    configuration.label
      .typeset(.body, .strong)
      .frame(maxWidth: .infinity, minHeight: Space.s48)
      .padding(.horizontal, Space.s24)
      .background(.token(.sunken), in: Capsule())
      .opacity(configuration.isPressed ? 0.8 : 1)
  }
}

/// From this scale of text on, rows and cards lay themselves out for large text.
let largeTextFrom: CGFloat = 130
