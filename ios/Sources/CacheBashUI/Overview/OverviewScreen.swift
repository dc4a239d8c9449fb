import CacheBashPresentation
import SwiftUI

/// The overview, wired: follows its model while it is on screen.
public struct OverviewScreen: View {
  private let model: OverviewModel
  private let accountsTapped: @MainActor () -> Void

  /// The screen of this model; whose fleet it is can be tapped, too.
  public init(model: OverviewModel, accountsTapped: @escaping @MainActor () -> Void) {
    self.model = model
    self.accountsTapped = accountsTapped
  }

  /// What is drawn.
  public var body: some View {
    ScrollView {
      if let state = model.state {
        OverviewView(
          state: state, showsSources: model.showsSources, problem: model.problem,
          sourcesTapped: model.sourcesTapped, retryTapped: { Task { await model.refresh() } },
          answerTapped: model.answerTapped, accountsTapped: accountsTapped,
          createKeyTapped: model.createKeyTapped, otherKeyTapped: model.otherKeyTapped)
      } else if let problem = model.problem {
        ProblemView(text: problem)
      }
    }
    .background(.token(.canvas))
    .refreshable { await model.refresh() }
    .task { await model.follow() }
  }
}

/// The overview, drawn: nothing but its state and what may be done with it.
struct OverviewView: View {
  var state: OverviewState
  var showsSources = false
  var problem: String?
  var sourcesTapped: @MainActor () -> Void = {}
  var retryTapped: @MainActor () -> Void = {}
  var answerTapped: @MainActor (AskedKey) -> Void = { _ in }
  var accountsTapped: @MainActor () -> Void = {}
  var createKeyTapped: @MainActor () -> Void = {}
  var otherKeyTapped: @MainActor () -> Void = {}

  var body: some View {
    LazyVStack(alignment: .leading, spacing: 0) {
      if let bar = state.bar {
        NoticeBar(bar: bar, open: showsSources, tapped: sourcesTapped, actionTapped: otherKeyTapped)
      }
      if let problem { ProblemView(text: problem) }
      FirstLine(
        place: state.place, asOf: state.asOf, placeTapped: accountsTapped, tapped: sourcesTapped)
      if showsSources { SourcesCard(sources: state.sources, retryTapped: retryTapped) }
      AnswerView(headline: state.headline, strip: state.strip)
      if let ahead = state.ahead { NoteLine(text: ahead) }
      ForEach(state.empty, id: \.self) { paragraph in
        Text(paragraph).typeset(.body, .plain, .ink2).monospacedDigit()
          .padding(.horizontal, Space.s16).padding(.vertical, Space.s8)
      }
      if state.createKey != nil {
        Button(Words.createKey, action: createKeyTapped).buttonStyle(InkButton()).padding(Space.s16)
      }
      ForEach(state.sections.filter { $0.id == .needsYou }) {
        SectionView(section: $0, answerTapped: answerTapped)
      }
      if let asked = state.asked { AskedSectionView(section: asked, answerTapped: answerTapped) }
      ForEach(state.sections.filter { $0.id != .needsYou }) {
        SectionView(section: $0, answerTapped: answerTapped)
      }
      if let more = state.more { NoteLine(text: more) }
    }
    .padding(.bottom, Space.s32)
  }
}

/// Whose fleet, and as of when.
struct FirstLine: View {
  var place: String
  var asOf: String?
  var placeTapped: @MainActor () -> Void
  var tapped: @MainActor () -> Void

  var body: some View {
    HStack(spacing: Space.s8) {
      Button(action: placeTapped) {
        Text(place).typeset(.support, .strong).lineLimit(1).truncationMode(.middle)
          .frame(minHeight: Space.s48)
      }
      .buttonStyle(.plain)
      .accessibilityHint(Words.accountsHint)
      Spacer(minLength: Space.s8)
      if let asOf {
        Button(action: tapped) {
          Text(asOf).typeset(.support, .plain, .ink3).monospacedDigit().lineLimit(1)
            .frame(minHeight: Space.s48)
        }
        .buttonStyle(.plain)
        .accessibilityHint(Words.sourcesHint)
      }
    }
    .frame(minHeight: Space.s48)
    .padding(.horizontal, Space.s16)
  }
}

/// The answer, and the fleet in one glance.
struct AnswerView: View {
  var headline: String
  var strip: StripState

  var body: some View {
    VStack(alignment: .leading, spacing: Space.s12) {
      Text(headline).typeset(.display).accessibilityAddTraits(.isHeader)
      if !strip.groups.isEmpty { StripView(strip: strip) }
    }
    .padding(.horizontal, Space.s16)
    .padding(.bottom, Space.s8)
  }
}

/// One shape per program, sections 12 apart, wrapping.
struct StripView: View {
  var strip: StripState

  var body: some View {
    FlowLayout(spacing: Space.s12, lineSpacing: 6) {
      ForEach(Array(strip.groups.enumerated()), id: \.offset) { group in
        HStack(spacing: Space.s4) {
          ForEach(Array(group.element.enumerated()), id: \.offset) { ShapeView($0.element) }
        }
      }
      if let more = strip.more { Text(more).typeset(.support, .plain, .ink3).monospacedDigit() }
    }
    .accessibilityElement(children: .ignore)
    .accessibilityLabel(strip.spoken)
  }
}

/// A section: its title line, then cards, rows or lines.
struct SectionView: View {
  var section: SectionState
  var answerTapped: @MainActor (AskedKey) -> Void

  var body: some View {
    VStack(alignment: .leading, spacing: 0) {
      SectionTitleView(title: section.title, count: section.count)
      ForEach(Array(section.rows.enumerated()), id: \.element.id) { row in
        NavigationLink(value: row.element.id) {
          RowView(row: row.element, first: row.offset == 0)
        }
        .buttonStyle(.plain)
        .accessibilityLabel(row.element.spoken)
        // Over the card and not in it: a button in a link would be the link's.
        .overlay(alignment: .bottomTrailing) {
          if let key = row.element.answers {
            CardButton(label: Phrase.answer.text, weight: .filled) { answerTapped(key) }
              .padding(.trailing, Space.s32)
              .padding(.bottom, Space.s8)
          }
        }
      }
    }
  }
}

/// What a section is called, and how many stand in it.
struct SectionTitleView: View {
  var title: String
  var count: String

  var body: some View {
    HStack(alignment: .firstTextBaseline, spacing: 6) {
      Text(title).typeset(.label, .strong, .ink2)
      Text(count).typeset(.label, .medium, .ink3).monospacedDigit()
    }
    .padding(.top, Space.s24)
    .padding(.bottom, Space.s4)
    .padding(.horizontal, Space.s16)
    .accessibilityElement(children: .combine)
    .accessibilityAddTraits(.isHeader)
  }
}

/// Questions whose asker is not known: nothing to open, and mostly answered elsewhere.
struct AskedSectionView: View {
  var section: AskedSectionState
  var answerTapped: @MainActor (AskedKey) -> Void

  var body: some View {
    VStack(alignment: .leading, spacing: 0) {
      SectionTitleView(title: section.title, count: section.count)
      ForEach(section.rows) {
        AskedView(asked: $0, answerTapped: answerTapped)
          .padding(.horizontal, Space.s16).padding(.vertical, Space.s12)
      }
    }
  }
}

/// One of them: who asks and when, its words, and Answer or where to answer.
struct AskedView: View {
  var asked: AskedState
  var answerTapped: @MainActor (AskedKey) -> Void

  var body: some View {
    HStack(alignment: .firstTextBaseline, spacing: Space.s12) {
      Text("?").typeset(.head, .strong).accessibilityHidden(true)
      VStack(alignment: .leading, spacing: Space.s4) {
        VStack(alignment: .leading, spacing: Space.s4) {
          HStack(alignment: .firstTextBaseline, spacing: Space.s8) {
            Text(asked.asker).typeset(.head, .strong).lineLimit(1)
            if let priority = asked.priority {
              Text(priority).typeset(.support, .plain, .ink2).lineLimit(1)
            }
            Spacer(minLength: Space.s8)
            Text(asked.time).typeset(.support, .plain, .ink3).monospacedDigit().lineLimit(1)
          }
          Text(asked.text).typeset(.body).lineLimit(6)
          ForEach([asked.account, asked.aside].compactMap(\.self), id: \.self) { note in
            Text(note).typeset(.support, .plain, .ink3).lineLimit(1)
          }
        }
        .accessibilityElement(children: .combine)
        if let key = asked.answers {
          CardButton(label: Phrase.answer.text, weight: .filled) { answerTapped(key) }
        }
      }
    }
  }
}

/// One sentence between parts.
struct NoteLine: View {
  var text: String

  var body: some View {
    Text(text).typeset(.support, .plain, .ink2).padding(.horizontal, Space.s16).padding(.vertical, Space.s8)
  }
}

/// What went wrong on this device, in a sentence.
struct ProblemView: View {
  var text: String

  var body: some View {
    Text(text).typeset(.body).padding(Space.s16).frame(maxWidth: .infinity, alignment: .leading)
      .background(.token(.sunken))
  }
}
