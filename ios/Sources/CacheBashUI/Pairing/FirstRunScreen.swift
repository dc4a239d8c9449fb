import CacheBashPresentation
import SwiftUI

/// The first screen: one sentence, the shapes as legend, and a place for a link or a key.
public struct FirstRunScreen: View {
  private let model: PairingModel

  /// The screen of this model.
  public init(model: PairingModel) { self.model = model }

  /// What is drawn.
  public var body: some View {
    ScrollView {
      VStack(alignment: .leading, spacing: Space.s24) {
        Text(Words.firstRun).typeset(.display).accessibilityAddTraits(.isHeader)
        LegendView()
        Text(Words.onlyReads).typeset(.support, .plain, .ink2)
        PairingView(model: model)
      }
      .padding(Space.s24)
    }
    .background(.token(.canvas))
  }
}

/// Another account, over what is shown.
struct PairingSheet: View {
  var model: PairingModel
  @Environment(\.dismiss) private var dismiss

  var body: some View {
    SheetView(aside: nil, title: Words.anotherAccount, closeTapped: { dismiss() }) {
      PairingView(model: model).padding(.top, Space.s16)
    }
  }
}

/// A link or a key, then the server's name and the question whether to connect.
struct PairingView: View {
  @Bindable var model: PairingModel

  var body: some View {
    VStack(alignment: .leading, spacing: Space.s24) {
      if let problem = model.problem { Text(problem).typeset(.body) }
      switch model.step {
      case .entering: entering
      case .confirming(let question):
        ConfirmView(
          question: question, connectTapped: { Task { await model.connectTapped() } },
          cancelTapped: model.cancelTapped)
      case .connecting: ProgressView()
      }
    }
  }

  @ViewBuilder private var entering: some View {
    PasteField(text: $model.text)
    Button(Words.goOn, action: model.continueTapped)
      .buttonStyle(InkButton())
      .disabled(model.cannotGoOn)
    Text(Words.keyAlone).typeset(.support, .plain, .ink3)
  }
}

/// Where a link or a key is pasted.
struct PasteField: View {
  var text: Binding<String>

  var body: some View {
    TextField(Words.pasteLinkOrKey, text: text)
      .typeset(.body)
      .autocorrectionDisabled()
      .plainInput()
      .padding(Space.s12)
      .overlay {
        RoundedRectangle(cornerRadius: Corner.field, style: .continuous)
          .strokeBorder(.token(.outline), lineWidth: 1.5)
      }
      // A key is pasted here: not for pictures of the screen's content.
      .privacySensitive()
  }
}

/// Names the server before anything is sent to it.
struct ConfirmView: View {
  var question: String
  var connectTapped: @MainActor () -> Void
  var cancelTapped: @MainActor () -> Void

  var body: some View {
    Text(question).typeset(.head)
    Button(Words.connect, action: connectTapped).buttonStyle(InkButton())
    Button(Words.cancel, action: cancelTapped).buttonStyle(TonalButton())
  }
}

/// What each shape says.
struct LegendView: View {
  var body: some View {
    Grid(alignment: .leading, horizontalSpacing: Space.s12, verticalSpacing: Space.s16) {
      ForEach(Words.legend, id: \.word) { entry in
        GridRow {
          ShapeView(entry.shape)
          Text(entry.word).typeset(.body, .strong)
          Text(entry.meaning).typeset(.support, .plain, .ink2)
        }
        .accessibilityElement(children: .combine)
      }
    }
  }
}

extension View {
  /// No capitals of the keyboard's own: links and keys are lower case.
  func plainInput() -> some View {
    #if os(iOS)
      textInputAutocapitalization(.never)
    #else
      self
    #endif
  }
}
