import CacheBash
import CacheBashPresentation
import SwiftUI

/// The search, wired: looks again whenever something else is wished.
public struct SearchScreen: View {
  @Bindable private var model: SearchModel

  /// The screen of this model.
  public init(model: SearchModel) { self.model = model }

  /// What is drawn.
  public var body: some View {
    ScrollView {
      VStack(alignment: .leading, spacing: 0) {
        SearchField(text: $model.text)
        if let problem = model.problem { ProblemView(text: problem) }
        SearchView(state: model.state, showTapped: model.showTapped, moreTapped: model.moreTapped)
      }
    }
    .background(.token(.canvas))
    .navigationTitle(Words.search)
    .task(id: model.wish) { await model.look() }
  }
}

/// The field: what is typed is looked for at once.
struct SearchField: View {
  @Binding var text: String

  var body: some View {
    HStack(spacing: Space.s8) {
      Image(systemName: "magnifyingglass").typeset(.body).accessibilityHidden(true)
      TextField(Words.search, text: $text)
        .typeset(.body)
        .autocorrectionDisabled()
        .plainInput()
      if !text.isEmpty {
        Button {
          text = ""
        } label: {
          Image(systemName: "xmark").typeset(.body).frame(minWidth: Space.s48, minHeight: Space.s48)
        }
        .buttonStyle(.plain)
        .accessibilityLabel(Words.clear)
      }
    }
    .padding(.leading, Space.s16)
    .frame(minHeight: Space.s48)
    .background(.token(.surface), in: Capsule())
    .overlay { Capsule().strokeBorder(.token(.ink), lineWidth: 1.5) }
    .padding(.horizontal, Space.s16)
    .padding(.vertical, Space.s8)
  }
}

/// What was found, drawn; what is not on this device comes last.
struct SearchView: View {
  var state: SearchState
  var showTapped: @MainActor (HitKind?) -> Void = { _ in }
  var moreTapped: @MainActor () -> Void = {}

  var body: some View {
    LazyVStack(alignment: .leading, spacing: 0) {
      if !state.kinds.isEmpty { HitKindsView(kinds: state.kinds, tapped: showTapped) }
      if let hint = state.hint {
        Text(hint).typeset(.body, .plain, .ink2).padding(Space.s16)
      }
      ForEach(state.hits) { hit in
        if let page = hit.opens {
          NavigationLink(value: page) { HitView(hit: hit) }.buttonStyle(.plain)
        } else {
          HitView(hit: hit)
        }
      }
      if let more = state.more {
        Button(more, action: moreTapped).buttonStyle(TonalButton())
          .frame(maxWidth: .infinity)
          .padding(Space.s16)
      }
      if let reach = state.reach { ReachView(reach: reach) }
    }
    .padding(.bottom, Space.s32)
  }
}

/// All, and each kind that has hits: one is chosen.
struct HitKindsView: View {
  var kinds: [HitKindState]
  var tapped: @MainActor (HitKind?) -> Void

  var body: some View {
    ScrollView(.horizontal) {
      HStack(spacing: Space.s8) {
        ForEach(kinds) { kind in
          Button {
            tapped(kind.kind)
          } label: {
            Text(kind.label)
              .typeset(.support, .medium, kind.chosen ? .onInk : .ink2)
              .monospacedDigit()
              .lineLimit(1)
              .padding(.horizontal, 14)
              .frame(minHeight: 36)
              .background(.token(kind.chosen ? .ink : .sunken), in: Capsule())
              // What is seen is 36 high; what can be tapped is 48.
              .frame(minHeight: Space.s48)
              .contentShape(Rectangle())
          }
          .buttonStyle(.plain)
          .accessibilityAddTraits(kind.chosen ? .isSelected : [])
        }
      }
      .padding(.horizontal, Space.s16)
    }
  }
}

/// Whose text it is, what, when, and the piece with its matches.
struct HitView: View {
  var hit: HitState

  var body: some View {
    VStack(alignment: .leading, spacing: 0) {
      HStack(alignment: .firstTextBaseline, spacing: Space.s8) {
        if let program = hit.program {
          Text(program).typeset(.support, .strong).lineLimit(1).truncationMode(.middle)
        }
        Text(hit.kind).typeset(.support, .plain, .ink3).lineLimit(1).fixedSize()
        if let kept = hit.kept { Text(kept).typeset(.support, .plain, .ink3).lineLimit(1) }
        Spacer(minLength: Space.s8)
        if let time = hit.time { AgeView(age: time) }
      }
      MarkedText(pieces: hit.pieces).typeset(.body).lineLimit(2)
      if let account = hit.account {
        Text(account).typeset(.support, .plain, .ink3).lineLimit(1).truncationMode(.middle)
      }
    }
    .padding(.horizontal, Space.s16)
    .padding(.vertical, Space.s12)
    .frame(maxWidth: .infinity, alignment: .leading)
    .overlay(alignment: .top) {
      if hit.id > 0 { Rectangle().fill(.token(.line)).frame(height: 1).padding(.leading, Space.s16) }
    }
    .contentShape(Rectangle())
    .accessibilityElement(children: .combine)
  }
}

/// Matches are bold and underlined: colour alone would not do.
struct MarkedText: View {
  var pieces: [PieceState]
  @Environment(\.colorScheme) private var scheme

  var body: some View {
    pieces.reduce(Text("")) { whole, piece in
      let part = Text(piece.text)
      let line = ColourToken.working.colour(in: scheme)
      return whole + (piece.found ? part.fontWeight(.semibold).underline(true, color: line) : part)
    }
  }
}

/// What was searched, and what of it is not whole.
struct ReachView: View {
  var reach: ReachState

  var body: some View {
    HStack(alignment: .top, spacing: Space.s12) {
      Image(systemName: "questionmark.circle").typeset(.head, .plain).accessibilityHidden(true)
      VStack(alignment: .leading, spacing: 0) {
        Text(reach.title).typeset(.support, .strong)
        ForEach(reach.lines, id: \.self) { line in
          Text(line).typeset(.support, .plain, .ink2).monospacedDigit()
        }
      }
    }
    .padding(Space.s16)
    .frame(maxWidth: .infinity, alignment: .leading)
    .background(.token(.sunken), in: RoundedRectangle(cornerRadius: Corner.note, style: .continuous))
    .padding(Space.s16)
    .accessibilityElement(children: .combine)
  }
}
