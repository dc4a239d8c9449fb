import CacheBashPresentation
import SwiftUI

/// The bar above a page. Content keeps its full contrast beneath it, and nothing is disabled.
struct NoticeBar: View {
  var bar: BarState
  var open: Bool
  var tapped: @MainActor () -> Void
  var actionTapped: @MainActor () -> Void = {}

  var body: some View {
    if bar.opens {
      Button(action: tapped) { line.frame(minHeight: Space.s48) }
        .buttonStyle(.plain)
        .background(.token(.sunken))
        .accessibilityHint(Words.sourcesHint)
    } else {
      line.frame(minHeight: 36).background(.token(.sunken))
    }
  }

  private var line: some View {
    HStack(spacing: Space.s8) {
      if let symbol = bar.icon.symbol {
        Image(systemName: symbol).typeset(.support, .plain, .ink2).accessibilityHidden(true)
      }
      Text(bar.text).typeset(.support).monospacedDigit()
      Spacer(minLength: Space.s8)
      if let action = bar.action {
        Button(action, action: actionTapped).buttonStyle(TonalButton(ground: .surface))
      }
      if bar.opens {
        Image(systemName: open ? "chevron.up" : "chevron.down")
          .typeset(.support, .plain, .ink2)
          .accessibilityHidden(true)
      }
    }
    .padding(.horizontal, Space.s16)
    .padding(.vertical, Space.s8)
    .frame(maxWidth: .infinity, alignment: .leading)
    .contentShape(Rectangle())
  }
}

extension BarState.Icon {
  /// The system's picture for it.
  var symbol: String? {
    switch self {
    case .offline: "icloud.slash"
    case .clock: "clock"
    case .refused: "nosign"
    case .none: nil
    }
  }
}

/// A line per source: when it was read, or since when it fails, and why.
struct SourcesCard: View {
  var sources: [SourceState]
  var retryTapped: @MainActor () -> Void

  var body: some View {
    VStack(alignment: .leading, spacing: 0) {
      ForEach(Array(sources.enumerated()), id: \.element.id) { source in
        if source.offset > 0 { Rectangle().fill(.token(.line)).frame(height: 1) }
        SourceLine(source: source.element, retryTapped: retryTapped)
      }
    }
    .padding(.horizontal, Space.s16)
    .padding(.vertical, Space.s4)
    .card()
    .padding(.horizontal, Space.s16)
    .padding(.vertical, Space.s8)
  }
}

/// One source.
struct SourceLine: View {
  var source: SourceState
  var retryTapped: @MainActor () -> Void

  var body: some View {
    HStack(alignment: .top, spacing: Space.s12) {
      Image(systemName: source.sign.symbol)
        .typeset(.support, .plain, source.sign.colour)
        .frame(width: 20)
        .accessibilityHidden(true)
      VStack(alignment: .leading, spacing: 0) {
        HStack(alignment: .firstTextBaseline, spacing: Space.s8) {
          Text(source.name).typeset(.support, .strong)
          Spacer(minLength: Space.s8)
          Text(source.time).typeset(.support).monospacedDigit()
        }
        if let cause = source.cause { Text(cause).typeset(.support, .plain, .ink2).monospacedDigit() }
        if source.canRetry {
          Button(Phrase.retry.text, action: retryTapped).buttonStyle(TonalButton())
        }
      }
    }
    .padding(.vertical, Space.s8)
  }
}

extension SourceState.Sign {
  /// The system's picture for it.
  var symbol: String {
    switch self {
    case .fresh: "checkmark"
    case .stale: "clock"
    case .failed: "nosign"
    case .locked: "lock"
    case .unsure: "questionmark.circle"
    }
  }

  /// Its colour.
  var colour: ColourToken {
    switch self {
    case .fresh: .complete
    case .stale, .locked: .ink2
    case .failed: .blocked
    case .unsure: .stalled
    }
  }
}
