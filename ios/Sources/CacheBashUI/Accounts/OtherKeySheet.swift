import CacheBashPresentation
import SwiftUI

/// Where another key for an account is pasted; or its server is named, where it can only be an account of its own.
struct OtherKeySheet: View {
  @Bindable var model: OtherKeyModel

  var body: some View {
    Group {
      if let state = model.state {
        SheetView(aside: state.aside, title: state.title, closeTapped: model.closeTapped) {
          VStack(alignment: .leading, spacing: Space.s16) {
            Text(state.lead).typeset(.support, .plain, .ink2)
            if let problem = model.problem { Text(problem).typeset(.body) }
            switch state.step {
            case .pasting(let ready):
              PasteField(text: $model.text)
              Button(Words.useThisKey) { Task { await model.useTapped() } }
                .buttonStyle(InkButton())
                .disabled(!ready)
            case .confirming(let question):
              ConfirmView(
                question: question, connectTapped: { Task { await model.connectTapped() } },
                cancelTapped: model.cancelTapped)
            case .busy: ProgressView()
            }
          }
          .padding(.top, Space.s4)
        }
      } else if let problem = model.problem {
        SheetView(title: Phrase.useAnotherKey.text, closeTapped: model.closeTapped) {
          Text(problem).typeset(.body).padding(.top, Space.s4)
        }
      }
    }
    .background(.token(.surface))
    .task { await model.read() }
  }
}
