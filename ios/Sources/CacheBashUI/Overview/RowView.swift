import CacheBashPresentation
import SwiftUI

/// One program: a card where it needs the reader, three lines where it lives, one line where it rests.
struct RowView: View {
  var row: RowState
  var first = true
  @ScaledMetric(relativeTo: .body) private var hundred: CGFloat = 100

  var body: some View {
    switch row.form {
    case .card:
      RowBody(row: row, large: large)
        .padding(.horizontal, Space.s16).padding(.top, Space.s16).padding(.bottom, Space.s12)
        .card()
        .padding(.horizontal, Space.s16).padding(.top, Space.s8)
        .contentShape(Rectangle())
    case .row:
      RowBody(row: row, large: large).padding(.horizontal, Space.s16).padding(.vertical, Space.s12)
        .overlay(alignment: .top) { if !first { Hairline() } }
        .contentShape(Rectangle())
    case .line:
      LineBody(row: row, large: large).padding(.horizontal, Space.s16).padding(.vertical, 10)
        .frame(minHeight: Space.s48)
        .overlay(alignment: .top) { if !first { Hairline() } }
        .contentShape(Rectangle())
    }
  }

  private var large: Bool { hundred >= largeTextFrom }
}

/// From 48 to the edge.
struct Hairline: View {
  var body: some View {
    Rectangle().fill(.token(.line)).frame(height: 1).padding(.leading, Space.s48)
  }
}

/// Shape, then name and age, then the agent's words, then how far along.
struct RowBody: View {
  var row: RowState
  var large: Bool

  var body: some View {
    HStack(alignment: .top, spacing: Space.s12) {
      ShapeView(row.shape, turns: row.turns).padding(.top, 2)
      VStack(alignment: .leading, spacing: 0) {
        if large { LargeFirstLine(row: row) } else { FirstRowLine(row: row) }
        if let text = row.text {
          if row.form == .card {
            Text(text).typeset(.body).lineLimit(6).padding(.top, Space.s4)
          } else {
            Text(text).typeset(.support, .plain, .ink2).lineLimit(large ? nil : 2)
          }
        }
        ThirdLine(row: row, large: large)
      }
    }
  }
}

/// Name, the agent's word, age.
struct FirstRowLine: View {
  var row: RowState

  var body: some View {
    HStack(alignment: .firstTextBaseline, spacing: Space.s8) {
      Text(row.name).typeset(.head).lineLimit(1).truncationMode(.middle)
      if let word = row.word { WordView(word: word).layoutPriority(1) }
      Spacer(minLength: Space.s8)
      AgeView(age: row.age).layoutPriority(1)
    }
  }
}

/// Large text: the name alone, then the agent's word and the age.
struct LargeFirstLine: View {
  var row: RowState

  var body: some View {
    Text(row.name).typeset(.head)
    HStack(alignment: .firstTextBaseline, spacing: Space.s8) {
      if let word = row.word { WordView(word: word) }
      Spacer(minLength: Space.s8)
      AgeView(age: row.age)
    }
  }
}

/// The agent's word, and "or pinned" where it cannot be told.
struct WordView: View {
  var word: StateWord

  var body: some View {
    HStack(alignment: .firstTextBaseline, spacing: Space.s4) {
      Text(word.text).typeset(.support, .strong, word.colour)
      if let doubt = word.doubt { Text(doubt).typeset(.support, .plain, .ink3) }
    }
    .lineLimit(1)
    .fixedSize()
  }
}

/// Time since last heard.
struct AgeView: View {
  var age: String

  var body: some View {
    Text(age).typeset(.support, .plain, .ink3).monospacedDigit().lineLimit(1).fixedSize()
  }
}

/// Progress, finding or waiting, whose and what for, open questions.
struct ThirdLine: View {
  var row: RowState
  var large: Bool

  var body: some View {
    if row.progress != nil || row.finding != nil || row.eta != nil || row.waiting != nil || tail
      || row.answers != nil
    {
      if large {
        VStack(alignment: .leading, spacing: Space.s4) {
          if case .bar(let percent, _, let moving) = row.progress {
            ProgressBar(percent: percent, moving: moving, height: 6)
          }
          HStack(spacing: 10) {
            progressText
            Spacer(minLength: 0)
            if row.finding == nil { RowTail(row: row) }
          }
          if let finding = row.finding { FindingView(finding: finding, lines: nil) }
          if row.finding != nil && tail { RowTail(row: row) }
          if row.answers != nil { Spacer(minLength: Space.s48) }
        }
        .padding(.top, Space.s4)
      } else {
        HStack(spacing: 10) {
          if case .bar(let percent, _, let moving) = row.progress {
            ProgressBar(percent: percent, moving: moving, height: 4).frame(width: 56)
          }
          progressText
          if let finding = row.finding { FindingView(finding: finding, lines: 1) }
          Spacer(minLength: 0)
          RowTail(row: row)
        }
        // Room for Answer at the line's end.
        .frame(minHeight: row.answers == nil ? 20 : Space.s48)
        .padding(.top, Space.s4)
      }
    }
  }

  private var tail: Bool { row.account != nil || row.project != nil || row.questions != nil }

  @ViewBuilder private var progressText: some View {
    switch row.progress {
    case .bar(_, let text, _):
      PercentView(text: text).frame(minWidth: large ? 0 : 36, alignment: .trailing)
    case .number(let text): PercentView(text: text)
    case .words(let text): Text(text).typeset(.support, .plain, .ink2).lineLimit(1)
    case nil: EmptyView()
    }
    if let when = row.eta ?? row.waiting {
      Text(when).typeset(.support, .plain, .ink2).monospacedDigit().lineLimit(1)
    }
  }
}

/// A percent, never shortened.
struct PercentView: View {
  var text: String

  var body: some View {
    Text(text).typeset(.support, .strong).monospacedDigit().lineLimit(1).fixedSize()
  }
}

/// Whose, the project, open questions.
struct RowTail: View {
  var row: RowState

  var body: some View {
    HStack(spacing: 10) {
      if let place {
        Text(place).typeset(.support, .plain, .ink3).lineLimit(1).truncationMode(.middle)
      }
      if let questions = row.questions {
        HStack(spacing: Space.s4) {
          FindingSign(.questions)
          Text(questions).typeset(.support, .strong).monospacedDigit()
        }
        .fixedSize()
      }
    }
  }

  private var place: String? {
    let parts = [row.account, row.project].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: " · ")
  }
}

/// A finding: sign and words in one colour. Too narrow, it loses what follows its "·".
struct FindingView: View {
  var finding: FindingState
  var lines: Int?

  var body: some View {
    HStack(spacing: 6) {
      FindingSign(finding.glyph)
      if lines == 1 {
        ViewThatFits(in: .horizontal) {
          words(finding.text)
          words(finding.short)
        }
      } else {
        words(finding.text)
      }
    }
  }

  private func words(_ text: String) -> some View {
    Text(text).typeset(.support, .medium, finding.glyph.colour).monospacedDigit().lineLimit(lines)
  }
}

/// Blue only while it moves.
struct ProgressBar: View {
  var percent: Int
  var moving: Bool
  var height: CGFloat

  var body: some View {
    Track(fraction: Double(percent) / 100, colour: moving ? .working : .ink3, height: height)
  }
}

/// A bar over its track: ink at 14 % over its ground.
struct Track: View {
  var fraction: Double
  var colour: ColourToken
  var height: CGFloat

  var body: some View {
    GeometryReader { frame in
      Capsule().fill(.token(.ink)).opacity(0.14)
      Capsule().fill(.token(colour)).frame(width: frame.size.width * fraction)
    }
    .frame(height: height)
    .accessibilityHidden(true)
  }
}

/// Name, words, whose, time: one line; large text takes two.
struct LineBody: View {
  var row: RowState
  var large: Bool

  var body: some View {
    HStack(alignment: .center, spacing: Space.s12) {
      ShapeView(row.shape)
      if large {
        VStack(alignment: .leading, spacing: 0) {
          HStack(alignment: .firstTextBaseline, spacing: Space.s8) {
            name
            Spacer(minLength: Space.s8)
            time
          }
          if let text = row.text { Text(text).typeset(.support, .plain, .ink2) }
        }
      } else {
        HStack(alignment: .firstTextBaseline, spacing: Space.s8) {
          name.fixedSize()
          if let text = row.text { Text(text).typeset(.support, .plain, .ink2).lineLimit(1) }
          Spacer(minLength: Space.s8)
          time
        }
      }
    }
  }

  private var name: some View { Text(row.name).typeset(.support, .strong).lineLimit(1) }

  private var time: some View {
    HStack(spacing: Space.s8) {
      if let account = row.account {
        Text(account).typeset(.support, .plain, .ink3).lineLimit(1).truncationMode(.middle)
      }
      AgeView(age: row.age)
    }
    .layoutPriority(1)
  }
}
