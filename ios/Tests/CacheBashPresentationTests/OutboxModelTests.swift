import CacheBash
import CacheBashTesting
import Foundation
import Testing

@testable import CacheBashPresentation

/// What a person asked for, as a screen follows it, and what they decide about it.
@MainActor @Suite(.timeLimit(.minutes(1))) struct OutboxModelTests {
  private let labels = Labels(zone: TimeZone(identifier: "Europe/Berlin") ?? .gmt, hours24: true)
  private let fleet = FakeFleet()
  private let task = Action.createTask(
    to: "reviewer", title: "Check the refresh path", instructions: "From the first commit on")
  private let question = OpenQuestion(program: "builder", text: "401 or 403?", occurrence: 0)
  private let notes = Action.editHandOffNotes(
    program: "builder", notes: "Ask me first.", seen: "One edge case remains.")

  private var reply: Action {
    .sendMessage(
      to: "builder", text: "> 401 or 403?\n\nAnswer 401.", kind: .directive, repliesTo: question)
  }

  private func key(_ id: String) -> ActionKey { ActionKey(account: "home", action: id) }

  /// A model that heard all of this.
  private func model(_ outboxes: OutboxView..., overview: Overview? = nil) async -> OutboxModel {
    let model = OutboxModel(fleet: fleet, acting: fleet, labels: labels, clock: HandClock(Sample.now))
    outboxes.forEach(fleet.tells)
    if let overview { fleet.tells(overview) }
    fleet.ends()
    await model.follow()
    return model
  }

  @Test func anEmptyOutboxSaysThatAllIsDoneAndOnlyAfterItWasRead() async throws {
    #expect(await model().state == nil)
    let other = OutboxModel(
      fleet: FakeFleet(), acting: fleet, labels: labels, clock: HandClock(Sample.now))
    #expect(other.state == nil)
    let state = OutboxState(Sample.outbox(), bar: nil, labels: labels, now: Sample.now)
    #expect(
      state
        == OutboxState(
          headline: "All delivered", summary: "All that was asked for is done.", bar: nil, lines: [],
          badge: nil))
  }

  @Test func eachLineSaysHowFarItHasComeWhyAndWhatCanBeDone() async throws {
    let model = await model(
      Sample.outbox(
        [
          Sample.outboxLine("a", .unknown(looked: false), task, askedAt: Sample.now, mayHaveArrived: true),
          Sample.outboxLine("b", .refused(setback: .rejected(reason: .unknownTarget))),
          Sample.outboxLine("c", .waiting(notBefore: nil), reply),
        ], decisions: 2, fresh: false),
      overview: Sample.overview([], fresh: false, notice: .offline(asOf: Sample.now - 60_000)))
    let state = try #require(model.state)
    #expect(state.headline == "3 not delivered" && state.badge == "3")
    #expect(state.summary == "1 will send when online · 2 need a decision")
    #expect(
      state.bar
        == BarState(icon: .offline, text: "Offline · as of 14:01 (1\u{202F}min ago)", opens: false))
    #expect(
      state.lines.map { "\($0.time) \($0.word): \($0.title), \($0.text ?? ""), \($0.reason ?? "")" } == [
        "14:02 Not known if it arrived: Task for reviewer, Check the refresh path, The connection broke "
          + "after sending. Nothing is sent again before a look on the server.",
        "13:51 Refused: Message to deploy, “Hold the release until the reviewer is done.”, The server "
          + "knows no program called deploy.",
        "13:51 Will send when online: Reply to builder, “Answer 401.”, ",
      ])
    #expect(state.lines.map(\.sign) == [.unsure, .refused, .waiting])
    #expect(
      state.lines.map { $0.buttons.map(\.label) } == [
        ["Look when online", "Discard"], ["Retry", "Edit", "Discard"], ["Edit", "Discard"],
      ])
    #expect(state.lines[2].spoken == "Reply to builder, Will send when online")
  }

  @Test func whatMayHaveArrivedIsOnlySentAgainAfterALook() {
    func line(_ delivery: Delivery) -> OutboxLineState? {
      let line = Sample.outboxLine("a", delivery, mayHaveArrived: true)
      return OutboxState(Sample.outbox([line]), bar: nil, labels: labels, now: Sample.now).lines.first
    }
    #expect(line(.unknown(looked: false))?.buttons.map(\.label) == ["Look now", "Discard"])
    #expect(line(.unknown(looked: true))?.buttons.map(\.label) == ["Send again", "Discard"])
    let waiting = line(.waiting(notBefore: nil))
    #expect(waiting?.word == "Not known if it arrived" && waiting?.sign == .unsure)
    #expect(waiting?.reason == "It is looked for on the server before anything is sent again.")
    #expect(waiting?.buttons.map(\.label) == ["Discard"])
  }

  @Test func whatIsOnItsWayCannotBeCalledBackAndAClaimHasNoTextToEdit() {
    let lines = [
      Sample.outboxLine("a", .sending),
      Sample.outboxLine(
        "b", .refused(setback: .forbidden(capability: "dispatch.write")), .claimTask(task: "t-9")),
      Sample.outboxLine("c", .refused(setback: .rejected(reason: .paused))),
      Sample.outboxLine("d", .keyRefused),
    ]
    let state = OutboxState(
      Sample.outbox(lines, decisions: 3), bar: nil, labels: labels, now: Sample.now)
    #expect(state.summary == "1 is being sent · 3 need a decision")
    #expect(state.lines[0].buttons == [])
    #expect(state.lines[1].buttons.map(\.label) == ["Retry", "Discard"])
    #expect(state.lines[1].reason == "This key lacks dispatch.write.")
    #expect(state.lines[2].reason == "Writes are paused on this server.")
    #expect(state.lines[3].sign == .key && state.lines[3].word == "This key is no longer accepted")
  }

  @Test func aTapReachesTheOutboxAndAFailureIsToldWithoutTakingALineAway() async {
    let model = await model(Sample.outbox([Sample.outboxLine("a", .keyRefused)], decisions: 1))
    await model.tapped(.retry, on: key("a"))
    await model.tapped(.discard, on: key("a"))
    #expect(fleet.asked.suffix(2) == ["retry a of home", "discard a of home"])
    fleet.fails(.Storage(reference: "s-1"))
    await model.tapped(.discard, on: key("a"))
    #expect(model.problem == "This device’s storage failed (reference s-1).")
    #expect(model.state?.lines.count == 1)
    fleet.fails(nil)
    await model.tapped(.retry, on: key("a"))
    #expect(model.problem == nil)
  }

  @Test func anEditedReplyQuotesItsQuestionAgainAndThePersonEditsOnlyTheirOwnWords() async throws {
    let model = await model(Sample.outbox([Sample.outboxLine("a", .waiting(notBefore: nil), reply)]))
    await model.tapped(.edit, on: key("a"))
    let editor = try #require(model.editor)
    #expect(editor.title == "Reply to builder" && editor.theirs == nil)
    #expect(editor.texts == ["Answer 401."])
    #expect(
      editor.fields == [FieldState(label: "Your message", count: "11 of 1,985", tooLong: false)])
    editor.texts[0] = "  "
    #expect(!editor.canSave)
    await editor.saveTapped()
    #expect(fleet.acts.given == [] && model.editor != nil)
    editor.texts[0] = "Answer 403."
    await editor.saveTapped()
    #expect(
      fleet.acts.given == [
        .sendMessage(
          to: "builder", text: "> 401 or 403?\n\nAnswer 403.", kind: .directive, repliesTo: question)
      ])
    #expect(model.editor == nil)
  }

  @Test func aTextThatDoesNotFitIsNotSavedAndItsLengthSaysSo() async throws {
    let model = await model(Sample.outbox([Sample.outboxLine("a", .waiting(notBefore: nil), task)]))
    await model.tapped(.edit, on: key("a"))
    let editor = try #require(model.editor)
    #expect(editor.fields.map(\.label) == ["Title", "Instructions"])
    // Two UTF-16 units each, as core and server count them.
    editor.texts[0] = String(repeating: "🚢", count: 101)
    #expect(editor.fields[0] == FieldState(label: "Title", count: "202 of 200", tooLong: true))
    #expect(!editor.canSave)
    editor.texts = ["Check it", ""]
    #expect(editor.canSave)
  }

  @Test func whereBothTextsDifferBothAreShownAndAnEditStartsFromWhatIsOnTheServerNow() async throws {
    let theirs = "The refresh token passes now."
    let model = await model(
      Sample.outbox([Sample.outboxLine("a", .notesChanged(theirs: theirs), notes)], decisions: 1))
    let line = try #require(model.state?.lines.first)
    #expect(model.state?.summary == "Needs a decision")
    #expect(
      line.versions == [
        VersionState(whose: "On the server now", text: theirs),
        VersionState(whose: "Yours", text: "Ask me first."),
      ])
    #expect(line.text == nil && line.reason == "Yours would replace the whole text.")
    #expect(line.buttons.map(\.label) == ["Edit", "Send mine", "Discard mine"])
    await model.tapped(.edit, on: key("a"))
    let editor = try #require(model.editor)
    #expect(editor.theirs?.text == theirs)
    editor.texts[0] = "It passes now. Ask me first."
    await editor.saveTapped()
    #expect(
      fleet.acts.given == [
        .editHandOffNotes(program: "builder", notes: "It passes now. Ask me first.", seen: theirs)
      ])
  }

  @Test func openQuestionsAreWrittenOneALine() async throws {
    let edit = Action.editOpenQuestions(program: "builder", questions: ["One?", "Two?"], seen: ["One?"])
    let changed = Sample.outboxLine("a", .questionsChanged(theirs: []), edit)
    let model = await model(Sample.outbox([changed], decisions: 1))
    #expect(
      model.state?.lines.first?.versions.map(\.text) == ["Nothing is there", "One?\nTwo?"])
    await model.tapped(.edit, on: key("a"))
    let editor = try #require(model.editor)
    editor.texts[0] = "Two?\n\n  Three? \n"
    await editor.saveTapped()
    #expect(
      fleet.acts.given == [
        .editOpenQuestions(program: "builder", questions: ["Two?", "Three?"], seen: [])
      ])
  }

  @Test func whatWasWrittenStaysInTheEditorWhileItIsRefusedAndIsNotSavedTwice() async throws {
    let model = await model(
      Sample.outbox([Sample.outboxLine("a", .refused(setback: .notFound))], decisions: 1))
    await model.tapped(.edit, on: key("a"))
    let editor = try #require(model.editor)
    editor.texts[0] = "Wait for the reviewer."
    fleet.acts.shuts()
    let saved = Task { await editor.saveTapped() }
    await fleet.acts.someoneWaits()
    #expect(!editor.canSave)
    await editor.saveTapped()
    fleet.fails(.NotFound)
    fleet.acts.opens()
    await saved.value
    #expect(editor.texts == ["Wait for the reviewer."] && model.editor === editor)
    #expect(editor.problem == "It is no longer in the outbox: it was delivered or discarded.")
    fleet.fails(nil)
    await editor.saveTapped()
    #expect(fleet.acts.given.count == 1 && model.editor == nil)
  }

  @Test func withTwoAccountsEachLineNamesItsOwn() {
    let lines = [
      Sample.outboxLine("a", .sending),
      Sample.outboxLine("a", .waiting(notBefore: Sample.now + 30_000), account: "work"),
    ]
    let state = OutboxState(
      Sample.outbox(
        lines,
        accounts: [Sample.account(), Sample.account(id: "work", label: "Work fleet")]),
      bar: nil, labels: labels, now: Sample.now)
    #expect(state.lines.map(\.account) == ["Home fleet", "Work fleet"])
    #expect(Set(state.lines.map(\.id)).count == 2)
    #expect(state.lines[1].spoken == "Message to deploy, Work fleet, Will send after 14:02:40")
    #expect(state.summary == "2 are being sent")
  }

  @Test func theOutboxIsReadAwayFromTheMainActor() async {
    _ = await model()
    #expect(Set(fleet.asked) == ["outboxes", "overviews"] && fleet.askedOnMain == [])
  }
}
