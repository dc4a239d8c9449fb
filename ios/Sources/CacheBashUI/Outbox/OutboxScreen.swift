import CacheBashPresentation
import SwiftUI

/// The outbox, wired; its model is followed with the tabs, whose badge it is.
public struct OutboxScreen: View {
  @Bindable private var model: OutboxModel

  /// The screen of this model.
  public init(model: OutboxModel) { self.model = model }

  /// What is drawn.
  public var body: some View {
    ScrollView {
      if let state = model.state {
        OutboxScreenView(state: state, problem: model.problem) { act, line in
          Task { await model.tapped(act, on: line) }
        }
      } else if let problem = model.problem {
        ProblemView(text: problem)
      }
    }
    .background(.token(.canvas))
    .sheet(item: $model.editor) { EditorSheet(model: $0) }
  }
}

/// The outbox, drawn: what only a person can decide comes first.
struct OutboxScreenView: View {
  var state: OutboxState
  var problem: String?
  var tapped: @MainActor (OutboxAct, ActionKey) -> Void = { _, _ in }

  var body: some View {
    LazyVStack(alignment: .leading, spacing: Space.s12) {
      if let bar = state.bar { NoticeBar(bar: bar, open: false, tapped: {}) }
      VStack(alignment: .leading, spacing: Space.s4) {
        Text(state.headline).typeset(.display).monospacedDigit().accessibilityAddTraits(.isHeader)
        Text(state.summary).typeset(.support, .plain, .ink2).monospacedDigit()
        if let problem { Text(problem).typeset(.support) }
      }
      .padding(.horizontal, Space.s16)
      .padding(.top, Space.s12)
      ForEach(state.lines) { line in
        OutboxLineView(line: line) { tapped($0, line.id) }
      }
    }
    .padding(.bottom, Space.s32)
  }
}

/// How far it has come, what it says, why it stands there, and what can be done.
struct OutboxLineView: View {
  var line: OutboxLineState
  var tapped: @MainActor (OutboxAct) -> Void

  var body: some View {
    VStack(alignment: .leading, spacing: Space.s4) {
      OutboxLineHead(line: line)
      if let text = line.text { Text(text).typeset(.support, .plain, .ink2).lineLimit(6) }
      ForEach(line.versions, id: \.whose) { VersionView(version: $0).padding(.top, Space.s4) }
      if let reason = line.reason {
        Text(reason).typeset(.support, .plain, line.versions.isEmpty ? .ink : .ink2)
      }
      if !line.buttons.isEmpty {
        FlowLayout(spacing: Space.s8, lineSpacing: 0) {
          ForEach(line.buttons, id: \.act) { button in
            CardButton(label: button.label, weight: button.weight) { tapped(button.act) }
          }
        }
      }
    }
    .padding(.horizontal, Space.s16)
    .padding(.top, Space.s16)
    .padding(.bottom, line.buttons.isEmpty ? Space.s16 : Space.s8)
    .frame(maxWidth: .infinity, alignment: .leading)
    .card()
    .padding(.horizontal, Space.s16)
  }
}

/// Sign, word and time, and under them what it is. Read aloud as one sentence.
struct OutboxLineHead: View {
  var line: OutboxLineState

  var body: some View {
    VStack(alignment: .leading, spacing: Space.s4) {
      HStack(spacing: Space.s8) {
        Image(systemName: line.sign.symbol).typeset(.head, .plain, line.sign.colour)
        Text(line.word).typeset(.support, .strong, line.sign.colour).monospacedDigit()
        Spacer(minLength: Space.s8)
        Text(line.time).typeset(.support, .plain, .ink3).monospacedDigit().lineLimit(1)
      }
      Text(line.title).typeset(.body, .strong)
      if let account = line.account {
        Text(account).typeset(.support, .plain, .ink3).lineLimit(1).truncationMode(.middle)
      }
    }
    .accessibilityElement(children: .ignore)
    .accessibilityLabel(line.spoken)
  }
}

extension OutboxSign {
  /// The system's picture for it.
  var symbol: String {
    switch self {
    case .waiting: "clock"
    case .sending: "square.and.arrow.up"
    case .refused: "nosign"
    case .unsure: "questionmark.circle"
    case .key: "key"
    }
  }
}

/// A line is written anew. Closing leaves it as it was.
struct EditorSheet: View {
  @Bindable var model: EditorModel

  var body: some View {
    SheetView(title: model.title, closeTapped: model.closeTapped) {
      if let theirs = model.theirs { VersionView(version: theirs).padding(.top, Space.s12) }
      ForEach(Array(model.fields.enumerated()), id: \.offset) { field in
        FieldView(field: field.element, text: $model.texts[field.offset])
      }
      if let problem = model.problem { Text(problem).typeset(.support).padding(.top, Space.s4) }
      Button(Words.save) { Task { await model.saveTapped() } }
        .buttonStyle(InkButton())
        .disabled(!model.canSave)
        .padding(.top, Space.s12)
    }
  }
}
