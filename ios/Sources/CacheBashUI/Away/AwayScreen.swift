import CacheBashPresentation
import SwiftUI

/// What happened while nobody looked, wired; its model is followed with the tabs, whose badge it is.
public struct AwayScreen: View {
  private let model: AwayModel

  /// The screen of this model.
  public init(model: AwayModel) { self.model = model }

  /// What is drawn.
  public var body: some View {
    ScrollView {
      if let problem = model.problem { ProblemView(text: problem) }
      if let state = model.state { AwayView(state: state) }
    }
    .background(.token(.canvas))
  }
}

/// One sentence, a lane per program, then line by line.
struct AwayView: View {
  var state: AwayState

  var body: some View {
    LazyVStack(alignment: .leading, spacing: 0) {
      VStack(alignment: .leading, spacing: Space.s4) {
        Text(state.title).typeset(.display).accessibilityAddTraits(.isHeader)
        Text(state.span).typeset(.support, .plain, .ink2).monospacedDigit()
        Text(state.sentence).typeset(.body).monospacedDigit().padding(.top, Space.s4)
      }
      .padding(.horizontal, Space.s16)
      .padding(.top, Space.s12)
      if let lanes = state.lanes { LanesView(lanes: lanes) }
      ForEach(state.sections) { AwaySectionView(section: $0) }
    }
    .padding(.bottom, Space.s32)
  }
}

/// What happened of one kind.
struct AwaySectionView: View {
  var section: AwaySectionState

  var body: some View {
    SectionTitleView(title: section.title, count: section.count)
    ForEach(section.lines) { line in
      NavigationLink(value: line.opens) { AwayLineView(line: line) }.buttonStyle(.plain)
    }
  }
}

/// Sign, name and time, then what happened.
struct AwayLineView: View {
  var line: AwayLineState

  var body: some View {
    HStack(alignment: .top, spacing: Space.s12) {
      sign.frame(width: 20, height: 20)
      VStack(alignment: .leading, spacing: 0) {
        HStack(alignment: .firstTextBaseline, spacing: Space.s8) {
          Text(line.name).typeset(.support, .strong).lineLimit(1).truncationMode(.middle)
          Spacer(minLength: Space.s8)
          AgeView(age: line.time).layoutPriority(1)
        }
        Text(line.text).typeset(.support, .plain, .ink2).monospacedDigit().lineLimit(3)
        if let account = line.account {
          Text(account).typeset(.support, .plain, .ink3).lineLimit(1).truncationMode(.middle)
        }
      }
    }
    .padding(.horizontal, Space.s16)
    .padding(.vertical, 10)
    .overlay(alignment: .top) { if line.id > 0 { Hairline() } }
    .contentShape(Rectangle())
    .accessibilityElement(children: .combine)
  }

  @ViewBuilder private var sign: some View {
    switch line.sign {
    case .said(let shape): ShapeView(shape)
    case .found(let finding): FindingSign(finding)
    }
  }
}
