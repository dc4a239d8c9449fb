import CacheBashPresentation
import SwiftUI

/// The keys of an account, in place of the accounts; another is pasted in place of these.
struct RingSheet: View {
  var model: RingModel

  var body: some View {
    if let adding = model.adding {
      OtherKeySheet(model: adding)
    } else {
      SheetView(aside: model.state?.aside, title: Phrase.keys.text, closeTapped: model.closeTapped) {
        if let problem = model.problem { Text(problem).typeset(.support).padding(.top, Space.s4) }
        if let done = model.done { Text(done).typeset(.support).padding(.top, Space.s4) }
        ForEach(Array((model.state?.keys ?? []).enumerated()), id: \.element.id) { key in
          if key.offset > 0 { Rectangle().fill(.token(.line)).frame(height: 1) }
          RingKeyView(
            key: key.element, removing: model.removing == key.element.id,
            removeTapped: { model.removeTapped(key.element.id) }, stayTapped: model.stayTapped,
            confirmedTapped: { Task { await model.removeConfirmed() } })
        }
        Button(Phrase.useAnotherKey.text, action: model.addTapped).buttonStyle(WideTonalButton())
          .padding(.top, Space.s8)
      }
      .task { await model.follow() }
    }
  }
}

/// One of them: what it is called, what it is for, what it may, and how it is forgotten, which asks first.
struct RingKeyView: View {
  var key: RingKeyState
  var removing: Bool
  var removeTapped: @MainActor () -> Void = {}
  var stayTapped: @MainActor () -> Void = {}
  var confirmedTapped: @MainActor () -> Void = {}

  var body: some View {
    VStack(alignment: .leading, spacing: Space.s4) {
      VStack(alignment: .leading, spacing: Space.s4) {
        Text(key.label).typeset(.head).lineLimit(1).truncationMode(.middle)
        Text(key.use).typeset(.support)
        ForEach(key.facts, id: \.self) { fact in
          Text(fact).typeset(.support, .plain, .ink2).monospacedDigit()
        }
      }
      .accessibilityElement(children: .combine)
      if let removal = key.removal {
        if removing {
          Text(removal).typeset(.support, .plain, .ink2)
          HStack(spacing: Space.s8) {
            CardButton(label: Words.remove, weight: .filled, tapped: confirmedTapped)
            CardButton(label: Words.cancel, weight: .plain, tapped: stayTapped)
          }
        } else {
          CardButton(label: Words.remove, weight: .tonal, tapped: removeTapped)
        }
      }
    }
    .frame(maxWidth: .infinity, alignment: .leading)
    .padding(.vertical, Space.s12)
  }
}
