import CacheBashPresentation
import SwiftUI

/// What a key may do and may not, as far as its server told. A lock is an ordinary state, never red.
struct RightsCardView: View {
  var card: RightsCard

  var body: some View {
    VStack(alignment: .leading, spacing: 0) {
      CardTitle(title: Words.whatItMay, tail: nil)
      ForEach(card.rights) { right in
        HStack(spacing: Space.s8) {
          Image(systemName: right.may ? "checkmark" : "lock")
            .typeset(.support, .strong, right.may ? .complete : .ink3)
            .frame(width: 20)
            .accessibilityHidden(true)
          Text(right.text).typeset(.body, .plain, right.may ? .ink : .ink2)
        }
        .padding(.vertical, 6)
        .accessibilityElement(children: .ignore)
        .accessibilityLabel(right.spoken)
      }
    }
  }
}
