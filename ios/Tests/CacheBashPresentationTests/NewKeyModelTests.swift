import CacheBash
import Foundation
import Testing

@testable import CacheBashPresentation

/// A key from the wish for it until the person has stored it.
@MainActor @Suite(.timeLimit(.minutes(1))) struct NewKeyModelTests {
  private let labels = Labels(zone: TimeZone(identifier: "Europe/Berlin") ?? .gmt, hours24: true)
  private let fleet = FakeFleet(accounts: [Sample.account()])
  private let clock = HandClock(Sample.now)
  private let clipboard = FakeClipboard()
  private let closings = Closings()

  /// A sheet that knows its account.
  private func opened(allowed: Bool = true, line: String? = nil, replaces: Bool = false) async -> NewKeyModel
  {
    let wish = KeyWish(
      account: "home", program: line == nil ? "builder" : "", line: line, replaces: replaces)
    let model = NewKeyModel(
      wish, fleet: fleet, acting: fleet, clipboard: clipboard, labels: labels, clock: clock
    ) { [closings] _ in closings.count += 1 }
    fleet.tells(Sample.overview([], accounts: [Sample.account(writesAllowed: allowed)]))
    fleet.ends()
    await model.follow()
    return model
  }

  /// A key that was just made, and is on the screen.
  private func made() async -> NewKeyModel {
    let model = await opened()
    model.label = "builder agent"
    await model.createTapped()
    return model
  }

  @Test func aKeyIsMadeForAProgramAndAPurposeAndBothMustBeSaid() async throws {
    let model = await opened()
    let form = try #require(model.form)
    #expect(form.aside == "Home fleet" && form.title == "New key" && !form.creatable)
    #expect(model.program == "builder" && form.program.count == "7 of 100")
    await model.createTapped()
    #expect(fleet.acts.keys == [])
    model.label = String(repeating: "x", count: 101)
    #expect(model.form?.label.tooLong == true && model.form?.creatable == false)
    model.label = " builder agent "
    #expect(model.form?.creatable == true)
    await model.createTapped()
    await model.createTapped()
    #expect(fleet.acts.keys == [NewKey(program: "builder", label: "builder agent")])
  }

  @Test func theKeyIsShownWithItsCodeItsFingerprintItsLikelyEndAndWhatItCannotDo() async throws {
    let shown = try #require(await made().shown)
    #expect(shown.aside == "New key for builder" && shown.title == "This key is shown once")
    #expect(shown.key.reveal == Sample.rawKey)
    #expect(
      shown.link.reveal
        == "cachebash://pair?v=1&url=https%3A%2F%2Fagents.example.org&key=\(Sample.rawKey)&program=builder")
    #expect(shown.fingerprint == "Fingerprint 1828 ece3 … 3cf5 9f54")
    #expect(
      shown.facts == [
        "Likely ends on 21 Feb 2027 (90\u{202F}days, the usual term)",
        "This key cannot report sessions: pulse.write is missing",
      ])
  }

  @Test func b33_closing_the_shown_once_dialog_asks_first() async {
    let model = await made()
    model.closeTapped()
    #expect(model.asksWhetherToLose && closings.count == 0)
    model.keepTapped()
    #expect(!model.asksWhetherToLose && model.shown?.key.reveal == Sample.rawKey)
    model.isStored = true
    model.closeTapped()
    await model.settling?.value
    #expect(closings.count == 1 && model.shown == nil)
    // What a person stored is not taken back, and need not be shown again.
    #expect(fleet.asked.filter { $0.hasPrefix("revoke") } == [])
    #expect(fleet.asked.last == "discard k-1 of home")
  }

  @Test func whoeverSaysSoLosesTheKeyAndThenItOpensNothing() async {
    let model = await made()
    model.closeTapped()
    model.loseTapped()
    await model.settling?.value
    #expect(closings.count == 1 && model.step == nil && !model.asksWhetherToLose)
    #expect(fleet.asked.suffix(2) == ["revoke \(Sample.keyHash) of home", "discard k-1 of home"])
    var printed = ""
    dump(model, to: &printed)
    #expect(!printed.contains(Sample.rawKey))
  }

  @Test func whatWasTickedByMistakeIsTakenBack() async {
    let model = await made()
    model.isStored = true
    model.isStored = false
    model.closeTapped()
    #expect(model.asksWhetherToLose && closings.count == 0)
  }

  @Test func aKeyThatIsMadeAfterItsSheetWasClosedWaitsInTheOutbox() async {
    let model = await opened()
    model.label = "builder agent"
    fleet.acts.shuts()
    let creating = Task { await model.createTapped() }
    await fleet.acts.someoneWaits()
    #expect(model.form?.creatable == false)
    model.closeTapped()
    #expect(closings.count == 1 && !model.asksWhetherToLose)
    fleet.acts.opens()
    await creating.value
    #expect(fleet.asked.last == "create key for home", "neither revoked nor taken out of the outbox")
    #expect(model.step == nil)
  }

  @Test func aKeyThatCannotBeRevokedStaysInTheOutbox() async {
    let model = await made()
    fleet.acts.unrevoked = .Storage(reference: "disk-1")
    model.loseTapped()
    await model.settling?.value
    #expect(fleet.asked.filter { $0.hasPrefix("discard") } == [])
  }

  @Test func aKeyThatCannotBeMadeYetWaitsAndTheSheetSaysSo() async {
    let model = await opened()
    model.label = "builder agent"
    fleet.acts.waits = true
    await model.createTapped()
    #expect(
      model.step
        == .waiting(
          KeyWaitsState(
            aside: "Home fleet", title: "New key",
            text:
              "It is kept in the outbox and made when the server can be reached. Then the outbox shows the key."
          )))
    model.closeTapped()
    await model.settling?.value
    #expect(closings.count == 1 && !model.asksWhetherToLose)
    #expect(fleet.asked.last == "create key for home")
  }

  @Test func aKeyOfTheOutboxIsShownAndLeavesItOnceItIsStored() async throws {
    let model = await opened(line: "k-7")
    let shown = try #require(model.shown)
    #expect(shown.aside == "New key for scribe" && shown.key.reveal == Sample.rawKey)
    model.closeTapped()
    #expect(model.asksWhetherToLose && fleet.asked.last == "show k-7 of home")
    model.isStored = true
    model.closeTapped()
    await model.settling?.value
    #expect(fleet.asked.last == "discard k-7 of home")
  }

  @Test func thisPhonesOwnKeyIsNotRevokedWhenNobodyStoresItElsewhere() async {
    let model = await opened(line: "k-8", replaces: true)
    model.closeTapped()
    model.loseTapped()
    await model.settling?.value
    #expect(fleet.asked.filter { $0.hasPrefix("revoke") } == [])
    #expect(fleet.asked.last == "discard k-8 of home")
  }

  @Test func aCopiedKeyLeavesTheClipboardAfterAMinuteAlsoWhenTheSheetIsGone() async {
    var model: NewKeyModel? = await made()
    model?.copyTapped()
    #expect(clipboard.held == Sample.rawKey)
    #expect(await clock.nextWait() == .seconds(60))
    model?.isStored = true
    model?.closeTapped()
    model = nil
    clock.passes(seconds: 60)
    await clipboard.isCleared()
    #expect(clipboard.held == nil)
  }

  @Test func copyingAgainGivesItAnotherMinute() async {
    let model = await made()
    model.copyTapped()
    _ = await clock.nextWait()
    model.copyTapped()
    _ = await clock.nextWait()
    #expect(clipboard.held == Sample.rawKey && clipboard.clearings == 0)
    clock.passes(seconds: 60)
    await clipboard.isCleared()
    #expect(clipboard.clearings == 1)
  }

  @Test func aKeyWithoutTheGrantIsToldSoAndItIsNoError() async {
    let model = await opened()
    model.label = "builder agent"
    fleet.fails(.Forbidden(capability: "keys.provision"))
    await model.createTapped()
    #expect(
      model.step
        == .refused(
          KeyRefusedState(
            aside: "Home fleet", title: "New key",
            cause: PermissionCard(
              title: "This key may not create keys",
              text: "Creating keys needs keys.provision. Whoever made this key can make one that has it."))))
    #expect(model.problem == nil)
  }

  @Test func whatWentWrongIsSaidAndWhatWasWrittenStays() async {
    let model = await opened()
    model.label = "builder agent"
    fleet.fails(.Storage(reference: "disk-1"))
    await model.createTapped()
    #expect(model.problem != nil)
    #expect(model.label == "builder agent" && model.form?.creatable == true)
    model.label = "builder"
    #expect(model.problem == nil)
  }

  @Test func leaveIsAskedForBeforeTheFirstKeyAndAgainWhereItWasTakenBack() async {
    let model = await opened(allowed: false)
    model.label = "builder agent"
    #expect(model.form == nil)
    await model.allowTapped()
    #expect(fleet.asked.contains("allow home") && model.form?.creatable == true)
    fleet.fails(.ReadOnly)
    await model.createTapped()
    guard case .allowing = model.step else {
      Issue.record("leave is not asked for again")
      return
    }
    fleet.fails(nil)
    await model.allowTapped()
    #expect(model.label == "builder agent" && model.form != nil)
  }

  @Test func noStatePrintsTheKey() async throws {
    let model = await made()
    let step = try #require(model.step)
    var printed = "\(step) \(String(reflecting: step))"
    dump(step, to: &printed)
    #expect(printed.contains("Secret(…)") && !printed.contains("0123456789abcdef"))
  }
}

extension NewKeyModel {
  fileprivate var form: KeyFormState? {
    if case .writing(let form) = step { form } else { nil }
  }

  fileprivate var shown: ShownKeyState? {
    if case .shown(let shown) = step { shown } else { nil }
  }
}

/// How often a sheet was told to go.
@MainActor private final class Closings { var count = 0 }

/// Holds what was put last.
@MainActor private final class FakeClipboard: KeyClipboard {
  var held: String?
  var clearings = 0
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func put(_ key: Secret) { held = key.reveal }

  func clear(_ key: Secret) {
    clearings += 1
    if held == key.reveal { held = nil }
    waiting.forEach { $0.resume() }
    waiting = []
  }

  func isCleared() async {
    guard clearings == 0 else { return }
    await withCheckedContinuation { waiting.append($0) }
  }
}
