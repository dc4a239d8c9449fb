import CacheBashPresentation
import SwiftUI

/// One program, wired: follows its model while it is on screen.
public struct ProgramScreen: View {
  @State private var model: ProgramModel

  /// The screen of this model. The page keeps the one it was opened with, however often its parent is drawn.
  public init(model: ProgramModel) { _model = State(initialValue: model) }

  /// What is drawn.
  public var body: some View {
    ScrollView {
      if let state = model.state {
        ProgramView(
          state: state, showsSources: model.showsSources, showsAllNotes: model.showsAllNotes,
          problem: model.problem, sourcesTapped: model.sourcesTapped,
          retryTapped: { Task { await model.refresh() } }, taps: ProgramTaps(model))
      } else if let problem = model.problem {
        ProblemView(text: problem)
      }
    }
    .background(.token(.canvas))
    .navigationTitle(model.id.program)
    .refreshable { await model.refresh() }
    .task { await model.follow() }
    .task { await model.refresh() }
  }
}

/// One program, drawn: a header and cards 12 apart.
struct ProgramView: View {
  var state: ProgramPageState
  var showsSources = false
  var showsAllNotes = false
  var problem: String?
  var sourcesTapped: @MainActor () -> Void = {}
  var retryTapped: @MainActor () -> Void = {}
  var taps = ProgramTaps()

  var body: some View {
    VStack(alignment: .leading, spacing: Space.s12) {
      if let bar = state.bar {
        NoticeBar(bar: bar, open: showsSources, tapped: sourcesTapped, actionTapped: taps.otherKey)
      }
      if let problem { ProblemView(text: problem) }
      if showsSources { SourcesCard(sources: state.sources, retryTapped: retryTapped) }
      ProgramHeader(state: state)
      ForEach(state.cards) { card in
        ProgramCardView(card: card, showsAllNotes: showsAllNotes, taps: taps)
          .padding(Space.s16)
          .frame(maxWidth: .infinity, alignment: .leading)
          .card()
          .padding(.horizontal, Space.s16)
      }
      Button(Words.messageThisProgram, action: taps.message)
        .buttonStyle(WideTonalButton())
        .padding(.horizontal, Space.s16)
    }
    .padding(.bottom, Space.s32)
  }
}

/// What can be tapped on the cards.
struct ProgramTaps {
  var showAllNotes: @MainActor () -> Void = {}
  var answer: @MainActor (AskedKey) -> Void = { _ in }
  var reply: @MainActor (Int) -> Void = { _ in }
  var message: @MainActor () -> Void = {}
  var editNotes: @MainActor () -> Void = {}
  var editQuestions: @MainActor () -> Void = {}
  var createKey: @MainActor () -> Void = {}
  var otherKey: @MainActor () -> Void = {}
}

extension ProgramTaps {
  /// What the model does.
  @MainActor init(_ model: ProgramModel) {
    self.init(
      showAllNotes: model.showAllNotesTapped, answer: model.answerTapped, reply: model.replyTapped,
      message: model.messageTapped, editNotes: model.editNotesTapped,
      editQuestions: model.editQuestionsTapped, createKey: model.createKeyTapped,
      otherKey: model.otherKeyTapped)
  }
}

/// Shape, word and both clocks.
struct ProgramHeader: View {
  var state: ProgramPageState

  var body: some View {
    VStack(alignment: .leading, spacing: Space.s4) {
      HStack(spacing: Space.s8) {
        ShapeView(state.shape, turns: state.turns)
        if let word = state.word {
          Text(word.text).typeset(.head, .strong, word.colour)
          if let doubt = word.doubt { Text(doubt).typeset(.support, .plain, .ink3) }
        }
        if let role = state.role { Text(role).typeset(.support, .plain, .ink2).lineLimit(1) }
      }
      .accessibilityElement(children: .combine)
      Text(state.heard).typeset(.support, .plain, .ink3).monospacedDigit()
      if let live = state.live { Text(live).typeset(.support, .plain, .ink2) }
      if let ahead = state.ahead { Text(ahead).typeset(.support, .plain, .ink2).monospacedDigit() }
    }
    .padding(.horizontal, Space.s16)
  }
}

/// Which card it is.
struct ProgramCardView: View {
  var card: ProgramCard
  var showsAllNotes: Bool
  var taps: ProgramTaps

  var body: some View {
    switch card {
    case .asked(let asked): AskedView(asked: asked, answerTapped: taps.answer)
    case .now(let now): NowCardView(card: now)
    case .noPermission(let missing): PermissionCardView(card: missing, otherKeyTapped: taps.otherKey)
    case .rights(let rights): RightsCardView(card: rights)
    case .notes(let notes):
      NotesCardView(
        card: notes, showsAll: showsAllNotes, showAllTapped: taps.showAllNotes,
        editTapped: taps.editNotes)
    case .questions(let questions):
      QuestionsCardView(card: questions, replyTapped: taps.reply, editTapped: taps.editQuestions)
    case .workItems(let items): ItemsCardView(card: items)
    case .lastTask(let task): LastTaskCardView(card: task)
    case .chain(let chain): ChainCardView(card: chain)
    case .sessions(let sessions): CardTitle(title: Phrase.sessions.text, tail: sessions.count)
    case .keys(let keys): KeysCardView(card: keys, createTapped: taps.createKey)
    }
  }
}

/// A card's title, and what stands at its end.
struct CardTitle: View {
  var title: String
  var tail: String?

  var body: some View {
    HStack(alignment: .firstTextBaseline, spacing: Space.s8) {
      Text(title).typeset(.head).accessibilityAddTraits(.isHeader)
      Spacer(minLength: Space.s8)
      if let tail { Text(tail).typeset(.label, .medium, .ink3).monospacedDigit() }
    }
    .padding(.bottom, Space.s8)
  }
}

/// "Kept here; cleared by the server on …".
struct KeptLine: View {
  var text: String?

  var body: some View {
    if let text {
      HStack(spacing: 6) {
        Image(systemName: "archivebox").typeset(.support, .plain, .ink2).accessibilityHidden(true)
        Text(text).typeset(.support, .plain, .ink2).monospacedDigit()
      }
      .padding(.bottom, Space.s8)
    }
  }
}
