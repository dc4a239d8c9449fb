import CacheBashPresentation
import SwiftUI

/// Where a key is made, and where it is seen for the only time. It goes by its own buttons alone: a swipe would lose a key.
struct NewKeySheet: View {
  @Bindable var model: NewKeyModel

  var body: some View {
    Group {
      switch model.step {
      case .allowing(let allow):
        AllowView(
          allow: allow, problem: model.problem, allowTapped: { Task { await model.allowTapped() } },
          stayTapped: model.closeTapped)
      case .writing(let form): KeyFormView(form: form, model: model)
      case .refused(let refused): KeyRefusedView(refused: refused, closeTapped: model.closeTapped)
      case .waiting(let waits): KeyWaitsView(waits: waits, closeTapped: model.closeTapped)
      case .shown(let key): ShownKeyView(key: key, model: model)
      case nil:
        if let problem = model.problem {
          SheetView(aside: "", title: Words.createKey, closeTapped: model.closeTapped) {
            ProblemView(text: problem)
          }
        }
      }
    }
    .interactiveDismissDisabled(true)
    .task { await model.follow() }
  }
}

/// Whom the key is for.
struct KeyFormView: View {
  var form: KeyFormState
  @Bindable var model: NewKeyModel

  var body: some View {
    SheetView(aside: form.aside, title: form.title, closeTapped: model.closeTapped) {
      Text(form.lead).typeset(.support, .plain, .ink2).padding(.top, Space.s4)
      FieldView(field: form.program, text: $model.program, lines: 1).plainInput()
      FieldView(field: form.label, text: $model.label, lines: 1)
      if let problem = model.problem { ProblemView(text: problem).padding(.top, Space.s12) }
      Button(Words.createKey) { Task { await model.createTapped() } }
        .buttonStyle(InkButton())
        .disabled(!form.creatable)
        .padding(.top, Space.s16)
    }
  }
}

/// The wish is kept. Closing takes nothing back.
struct KeyWaitsView: View {
  var waits: KeyWaitsState
  var closeTapped: @MainActor () -> Void

  var body: some View {
    SheetView(aside: waits.aside, title: waits.title, closeTapped: closeTapped) {
      Text(waits.text).typeset(.body).padding(.vertical, Space.s16)
    }
  }
}

/// An ordinary state, never red: somebody else can make the key.
struct KeyRefusedView: View {
  var refused: KeyRefusedState
  var closeTapped: @MainActor () -> Void

  var body: some View {
    SheetView(aside: refused.aside, title: refused.title, closeTapped: closeTapped) {
      PermissionCardView(card: refused.cause).padding(.vertical, Space.s16)
    }
  }
}

/// The key, its code and what is known of it. Not in the picture that the system takes for the list of apps.
struct ShownKeyView: View {
  var key: ShownKeyState
  @Bindable var model: NewKeyModel
  @Environment(\.scenePhase) private var phase

  var body: some View {
    SheetView(aside: key.aside, title: key.title, closeTapped: model.closeTapped) {
      Text(key.lead).typeset(.support, .plain, .ink2).padding(.top, Space.s4)
      if phase == .active {
        QrCode(text: key.link.reveal, spoken: key.code)
          .frame(maxWidth: .infinity)
          .padding(.vertical, Space.s16)
        KeyText(key: key.key)
      }
      if model.canCopy {
        Button(Words.copy, action: model.copyTapped).buttonStyle(WideTonalButton()).padding(.top, Space.s8)
      }
      VStack(alignment: .leading, spacing: 0) {
        ForEach([key.fingerprint] + key.facts, id: \.self) { fact in
          Text(fact).typeset(.support, .plain, .ink2).monospacedDigit()
        }
      }
      .padding(.top, Space.s12)
      Rectangle().fill(.token(.line)).frame(height: 1).padding(.vertical, Space.s12)
      Toggle(isOn: $model.isStored) { Text(Words.haveStored).typeset(.body) }
        .frame(minHeight: Space.s48)
      Button(Words.done, action: model.closeTapped).buttonStyle(InkButton()).disabled(!model.isStored)
        .padding(.top, Space.s4)
      if !model.isStored {
        Text(Words.closingAsks).typeset(.axis, .plain, .ink3).frame(maxWidth: .infinity)
          .padding(.top, Space.s8)
      }
    }
    .alert(Words.loseTitle, isPresented: $model.asksWhetherToLose) {
      Button(Words.loseKeep, role: .cancel, action: model.keepTapped)
      Button(Words.loseYes, role: .destructive, action: model.loseTapped)
    } message: {
      Text(Words.loseText)
    }
  }
}

/// The key whole, in type that tells 0 from O; it can be selected, for whoever cannot copy.
struct KeyText: View {
  var key: Secret

  var body: some View {
    Text(key.reveal)
      .font(.system(.body, design: .monospaced))
      .foregroundStyle(.token(.ink))
      .textSelection(.enabled)
      .privacySensitive()
      .padding(.horizontal, 14)
      .padding(.vertical, Space.s12)
      .frame(maxWidth: .infinity, alignment: .leading)
      .background(.token(.canvas), in: RoundedRectangle(cornerRadius: Corner.note, style: .continuous))
  }
}
