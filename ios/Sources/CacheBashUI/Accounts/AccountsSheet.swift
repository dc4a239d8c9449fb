import CacheBashPresentation
import SwiftUI

/// The accounts on this device, wired.
struct AccountsSheet: View {
  var model: AccountsModel

  var body: some View {
    if let ring = model.ring { RingSheet(model: ring) } else { accounts }
  }

  private var accounts: some View {
    SheetView(title: Words.accounts, closeTapped: model.closeTapped) {
      if let problem = model.problem { Text(problem).typeset(.support).padding(.top, Space.s4) }
      if let done = model.done { Text(done).typeset(.support).monospacedDigit().padding(.top, Space.s4) }
      ForEach(model.accounts ?? []) { account in
        AccountView(
          account: account, leaving: model.leaving == account.id, replacing: model.replacing == account.id,
          allowed: Binding(
            get: { account.acts }, set: { allowed in Task { await model.allow(account.id, allowed) } }),
          signOutTapped: { model.signOutTapped(account.id) }, stayTapped: model.stayTapped,
          confirmedTapped: { Task { await model.signOutConfirmed() } },
          replaceTapped: { model.replaceKeyTapped(account.id) },
          replaceConfirmedTapped: { Task { await model.replaceKeyConfirmed() } },
          keysTapped: { model.keysTapped(account.id) })
      }
      Button(Words.anotherAccount, action: model.anotherTapped).buttonStyle(WideTonalButton())
    }
    .task { await model.read() }
  }
}

/// One of them: whose, whether this device may act, and the way out, which asks first.
struct AccountView: View {
  var account: AccountState
  var leaving: Bool
  var replacing: Bool
  var allowed: Binding<Bool>
  var signOutTapped: @MainActor () -> Void = {}
  var stayTapped: @MainActor () -> Void = {}
  var confirmedTapped: @MainActor () -> Void = {}
  var replaceTapped: @MainActor () -> Void = {}
  var replaceConfirmedTapped: @MainActor () -> Void = {}
  var keysTapped: @MainActor () -> Void = {}

  var body: some View {
    VStack(alignment: .leading, spacing: Space.s4) {
      Text(account.label).typeset(.head).accessibilityAddTraits(.isHeader)
      if let host = account.host { Text(host).typeset(.support, .plain, .ink2) }
      Toggle(isOn: allowed) { Text(Words.mayAct).typeset(.body) }.frame(minHeight: Space.s48)
      Button(action: keysTapped) {
        HStack(spacing: Space.s8) {
          Text(Phrase.keys.text).typeset(.body)
          Spacer(minLength: Space.s8)
          Image(systemName: "chevron.forward").typeset(.support, .plain, .ink2).accessibilityHidden(true)
        }
        .frame(minHeight: Space.s48)
        .contentShape(Rectangle())
      }
      .buttonStyle(.plain)
      .accessibilityHint(Words.keysHint)
      if leaving {
        Text(Words.signOutAsks).typeset(.support, .plain, .ink2)
        HStack(spacing: Space.s8) {
          CardButton(label: Words.signOut, weight: .filled, tapped: confirmedTapped)
          CardButton(label: Words.cancel, weight: .plain, tapped: stayTapped)
        }
      } else if replacing {
        Text(Words.replaceAsks).typeset(.support, .plain, .ink2)
        HStack(spacing: Space.s8) {
          CardButton(label: Phrase.replaceKey.text, weight: .filled, tapped: replaceConfirmedTapped)
          CardButton(label: Words.cancel, weight: .plain, tapped: stayTapped)
        }
      } else {
        HStack(spacing: Space.s8) {
          // Only who may act may replace.
          if account.acts {
            CardButton(label: Phrase.replaceKey.text, weight: .tonal, tapped: replaceTapped)
          }
          CardButton(label: Words.signOut, weight: .tonal, tapped: signOutTapped)
        }
      }
    }
    .padding(.vertical, Space.s16)
  }
}
