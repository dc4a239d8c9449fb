import CacheBashPresentation
import SwiftUI

/// Where an answer, a reply, a message or an edit is written; or, before the first act, whether this device may act at all.
/// Wired: follows its model while it is open.
struct DraftSheet: View {
  @Bindable var model: DraftModel

  var body: some View {
    Group {
      if let allow = model.state?.allow {
        AllowView(
          allow: allow, problem: model.problem, allowTapped: { Task { await model.allowTapped() } },
          stayTapped: model.closeTapped)
      } else if let state = model.state {
        DraftView(
          state: state, text: $model.text, problem: model.problem, chooseTapped: model.chooseTapped,
          addressTapped: model.addressTapped, sendTapped: { Task { await model.sendTapped() } },
          closeTapped: model.closeTapped)
      }
    }
    .background(.token(.surface))
    .task { await model.follow() }
  }
}

/// The sheet, drawn.
struct DraftView: View {
  var state: DraftState
  var text: Binding<String>
  var problem: String?
  var chooseTapped: @MainActor (Int) -> Void = { _ in }
  var addressTapped: @MainActor (String) -> Void = { _ in }
  var sendTapped: @MainActor () -> Void = {}
  var closeTapped: @MainActor () -> Void = {}

  var body: some View {
    SheetView(aside: state.aside, title: state.title, closeTapped: closeTapped) {
      if let account = state.account { Text(account).typeset(.support, .plain, .ink3) }
      if let context = state.context {
        Text(context).typeset(.support, .plain, .ink2).padding(.top, Space.s8)
      }
      if let quote = state.quote { QuoteView(text: quote) }
      if !state.targets.isEmpty { TargetsView(targets: state.targets, tapped: addressTapped) }
      ForEach(state.options) { option in
        OptionView(option: option) { chooseTapped(option.id) }
      }
      FieldView(field: state.field, text: text)
      DraftNoteView(note: state.note)
      if let problem { Text(problem).typeset(.support).padding(.top, Space.s4) }
      Button(state.send, action: sendTapped)
        .buttonStyle(InkButton())
        .disabled(!state.canSend)
        .padding(.top, Space.s12)
    }
  }
}

/// The agent's own words, beside a bar where reading begins.
struct QuoteView: View {
  var text: String

  var body: some View {
    Text(text).typeset(.body, .plain, .ink2).textSelection(.enabled)
      .padding(.leading, Space.s16)
      .overlay(alignment: .leading) { Rectangle().fill(.token(.outline)).frame(width: 3) }
      .padding(.top, Space.s12)
  }
}

/// One of the asker's options.
struct OptionView: View {
  var option: OptionState
  var tapped: @MainActor () -> Void

  var body: some View {
    Button(action: tapped) {
      HStack(spacing: Space.s12) {
        Circle().strokeBorder(.token(option.chosen ? .ink : .outline), lineWidth: option.chosen ? 7 : 2)
          .frame(width: 22, height: 22)
        Text(option.text).typeset(.body, .strong)
        Spacer(minLength: 0)
      }
      .padding(14)
      .frame(minHeight: 56)
      .overlay {
        RoundedRectangle(cornerRadius: Corner.note, style: .continuous)
          .strokeBorder(.token(option.chosen ? .ink : .line), lineWidth: 1.5)
      }
      .contentShape(Rectangle())
    }
    .buttonStyle(.plain)
    .padding(.top, Space.s8)
    .accessibilityAddTraits(option.chosen ? .isSelected : [])
  }
}

/// The programs and groups a message may go to.
struct TargetsView: View {
  var targets: [TargetState]
  var tapped: @MainActor (String) -> Void

  var body: some View {
    Text(Words.to).typeset(.label, .medium, .ink2).padding(.top, Space.s16)
    FlowLayout(spacing: Space.s8, lineSpacing: 0) {
      ForEach(targets) { target in
        CardButton(label: target.id, weight: target.chosen ? .filled : .tonal) { tapped(target.id) }
          .accessibilityAddTraits(target.chosen ? .isSelected : [])
      }
    }
  }
}

/// What will happen, before it does.
struct DraftNoteView: View {
  var note: DraftNote

  var body: some View {
    HStack(alignment: .top, spacing: Space.s12) {
      Image(systemName: note.waits ? "clock" : "square.and.arrow.up").typeset(.head, .plain)
        .accessibilityHidden(true)
      VStack(alignment: .leading, spacing: 0) {
        Text(note.title).typeset(.support, .strong)
        Text(note.text).typeset(.support, .plain, .ink2)
      }
      Spacer(minLength: 0)
    }
    .padding(.horizontal, 14)
    .padding(.vertical, Space.s12)
    .background(.token(.sunken), in: RoundedRectangle(cornerRadius: Corner.note, style: .continuous))
    .padding(.top, Space.s8)
    .accessibilityElement(children: .combine)
  }
}

/// Asks once whether this device may act, and says what that means.
struct AllowView: View {
  var allow: AllowState
  var problem: String?
  var allowTapped: @MainActor () -> Void = {}
  var stayTapped: @MainActor () -> Void = {}

  var body: some View {
    SheetView(aside: allow.aside, title: Words.allowTitle, closeTapped: stayTapped) {
      Text(Words.allowLead).typeset(.body, .plain, .ink2).padding(.vertical, Space.s8)
      ForEach(Words.allowed, id: \.self) { line in
        HStack(spacing: Space.s8) {
          Image(systemName: "checkmark").typeset(.body, .plain, .complete).accessibilityHidden(true)
          Text(line).typeset(.body)
        }
        .padding(.vertical, 6)
      }
      Text(Words.allowFoot).typeset(.support, .plain, .ink2).padding(.top, Space.s8)
      if let problem { Text(problem).typeset(.support).padding(.top, Space.s4) }
      Button(Words.allowYes, action: allowTapped)
        .buttonStyle(InkButton()).disabled(allow.busy).padding(.top, Space.s16)
      Button(Words.allowNo, action: stayTapped)
        .buttonStyle(WideTonalButton()).padding(.top, Space.s12)
    }
  }
}
