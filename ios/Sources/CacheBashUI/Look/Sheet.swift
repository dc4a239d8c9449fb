import CacheBashPresentation
import SwiftUI

/// A sheet over the page: a line of context, what it is about, and the way out.
struct SheetView<Content: View>: View {
  var aside: String?
  var title: String
  var closeTapped: @MainActor () -> Void
  @ViewBuilder var content: () -> Content

  var body: some View {
    ScrollView {
      VStack(alignment: .leading, spacing: 0) {
        HStack(spacing: Space.s8) {
          if let aside { Text(aside).typeset(.support, .plain, .ink2).monospacedDigit() }
          Spacer(minLength: Space.s8)
          Button(action: closeTapped) {
            Image(systemName: "xmark").typeset(.head).frame(width: Space.s48, height: Space.s48)
              .contentShape(Rectangle())
          }
          .buttonStyle(.plain)
          .accessibilityLabel(Words.close)
        }
        Text(title).typeset(.title).accessibilityAddTraits(.isHeader)
        content()
      }
      .padding(.horizontal, Space.s16)
      .padding(.top, Space.s12)
      .padding(.bottom, Space.s32)
    }
    .background(.token(.surface))
  }
}

/// Where a person writes, under its name and over its length.
struct FieldView: View {
  var field: FieldState
  var text: Binding<String>
  var lines = 3
  @Environment(\.colorScheme) private var scheme

  var body: some View {
    VStack(alignment: .leading, spacing: Space.s4) {
      Text(field.label).typeset(.label, .medium, .ink2).accessibilityHidden(true)
      // Its name stands above it; as a prompt it would stand there twice.
      TextField("", text: text, axis: .vertical)
        .typeset(.body)
        .lineLimit(lines...10)
        .accessibilityLabel(field.label)
        // The caret moves.
        .tint(ColourToken.working.colour(in: scheme))
        .padding(Space.s12)
        .overlay {
          RoundedRectangle(cornerRadius: Corner.field, style: .continuous)
            .strokeBorder(.token(.outline), lineWidth: 1.5)
        }
      Text(field.count).typeset(.axis, .plain, field.tooLong ? .blocked : .ink3).monospacedDigit()
        .frame(maxWidth: .infinity, alignment: .trailing)
    }
    .padding(.top, Space.s16)
  }
}

/// One of two texts, whole: a person decides between them.
struct VersionView: View {
  var version: VersionState

  var body: some View {
    VStack(alignment: .leading, spacing: 2) {
      Text(version.whose).typeset(.label, .medium, .ink2)
      Text(version.text).typeset(.support).textSelection(.enabled)
    }
    .padding(.horizontal, Space.s12)
    .padding(.vertical, Space.s8)
    .frame(maxWidth: .infinity, alignment: .leading)
    .background(.token(.sunken), in: RoundedRectangle(cornerRadius: Corner.note, style: .continuous))
    .accessibilityElement(children: .combine)
  }
}

/// A button of a card, as much as it asks to be pressed.
struct CardButton: View {
  var label: String
  var weight: ButtonWeight
  var tapped: @MainActor () -> Void

  var body: some View {
    switch weight {
    case .filled: Button(label, action: tapped).buttonStyle(TonalButton(ground: .ink, ink: .onInk))
    case .tonal: Button(label, action: tapped).buttonStyle(TonalButton())
    case .plain: Button(label, action: tapped).buttonStyle(TonalButton(ground: .surface))
    }
  }
}
