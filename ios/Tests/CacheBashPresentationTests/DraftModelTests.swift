import CacheBash
import CacheBashTesting
import Foundation
import Testing

@testable import CacheBashPresentation

/// An answer, a reply, a message and an edit, from the first letter until the companion has them.
@MainActor @Suite(.timeLimit(.minutes(1))) struct DraftModelTests {
  private let labels = Labels(zone: TimeZone(identifier: "Europe/Berlin") ?? .gmt, hours24: true)
  private let fleet = FakeFleet(accounts: [Sample.account()])
  private let drafts = Drafts()
  private let closed = Closed()

  private let answer = Subject.answer(Sample.asked(options: ["Run it now", "Run it at 22:00"]))
  private let question = OpenQuestion(program: "builder", text: "401 or 403?", occurrence: 0)
  private let message = Subject.message(account: "home", to: "builder")
  private let notes = Subject.edit(account: "home", program: "builder", part: .notes("One edge case."))

  private var reply: Subject {
    .reply(account: "home", question: question, since: Sample.now - 5_530_000)
  }

  /// How often a sheet was told to go.
  @MainActor private final class Closed { var count = 0 }

  /// A sheet that knows its account.
  private func model(
    _ subject: Subject, allowed: Bool = true, fresh: Bool = true, rows: [ProgramRow] = []
  ) async -> DraftModel {
    let heard = FakeFleet(accounts: fleet.known)
    heard.acts.groups = fleet.acts.groups
    heard.tells(
      Sample.overview(
        rows, accounts: [Sample.account(writesAllowed: allowed)], fresh: fresh,
        notice: fresh ? nil : .offline(asOf: Sample.now)))
    heard.ends()
    let model = DraftModel(
      subject, fleet: heard, acting: fleet, drafts: drafts, labels: labels, clock: HandClock(Sample.now)
    ) { [closed] _ in closed.count += 1 }
    await model.follow()
    return model
  }

  @Test func anAnswerIsTheChosenOptionAndOnesOwnWordsBelowIt() async throws {
    let model = await model(answer)
    var state = try #require(model.state)
    #expect(state.allow == nil && state.aside == "deployer asked at 13:58")
    #expect(state.title == "Run it now or at 22:00?" && state.context == "Sessions stay valid.")
    #expect(state.options.map(\.text) == ["Run it now", "Run it at 22:00"])
    #expect(state.field.label == "Add something, or answer in your own words" && !state.canSend)
    model.chooseTapped(0)
    #expect(model.state?.canSend == true && model.state?.options.map(\.chosen) == [true, false])
    model.text = "Tell the person on call first."
    state = try #require(model.state)
    #expect(state.field.count == "42 of 2,000, with the choice")
    #expect(state.send == "Send" && state.note.title == "Goes to deployer as the answer")
    await model.sendTapped()
    #expect(
      fleet.acts.given == [
        .answerQuestion(question: "q-1", response: "Run it now\n\nTell the person on call first.")
      ])
    #expect(closed.count == 1 && drafts.isEmpty)
  }

  @Test func aChoiceIsTakenBackByChoosingItAgain() async {
    let model = await model(answer)
    model.chooseTapped(1)
    model.chooseTapped(1)
    #expect(model.state?.options.map(\.chosen) == [false, false] && model.state?.canSend == false)
    #expect(drafts.isEmpty)
  }

  @Test func aReplyIsAMessageThatQuotesItsQuestionAndTheCountIncludesTheQuote() async throws {
    let model = await model(reply)
    #expect(model.state?.aside == "In its state since 12:30")
    #expect(model.state?.title == "Reply to builder" && model.state?.quote == "401 or 403?")
    model.text = " Answer 401. "
    #expect(model.state?.field.count == "26 of 2,000, with the question")
    #expect(model.state?.send == "Send as message")
    #expect(
      model.state?.note
        == DraftNote(
          waits: false, title: "Goes to builder as a message",
          text: "It quotes the question. The question stays in the list until builder takes it out."))
    await model.sendTapped()
    #expect(
      fleet.acts.given == [
        .sendMessage(
          to: "builder", text: "> 401 or 403?\n\nAnswer 401.", kind: .directive, repliesTo: question)
      ])
  }

  @Test func whatDoesNotFitIsNotSentAndSaysSo() async {
    let model = await model(reply)
    model.text = String(repeating: "a", count: 1_985)
    #expect(model.state?.canSend == true)
    model.text = String(repeating: "a", count: 1_986)
    #expect(model.state?.field.tooLong == true && model.state?.canSend == false)
    await model.sendTapped()
    #expect(fleet.acts.given == [])
  }

  @Test func offlineTheSheetSaysThatItWillBeSentWhenOnlineAndItIsKept() async {
    let model = await model(answer, fresh: false)
    #expect(model.state?.send == "Send when online")
    #expect(
      model.state?.note
        == DraftNote(
          waits: true, title: "Will send when online",
          text: "Kept on this phone until then, and sent once. "
            + "deployer reads it when it next asks for the answer."))
    model.chooseTapped(0)
    await model.sendTapped()
    #expect(fleet.acts.given.count == 1)
  }

  @Test func b28_targetsComeFromProgramsAndGroups() async {
    fleet.acts.groups = [
      RelayGroup(name: "council", programs: ["builder", "reviewer"]),
      RelayGroup(name: "builder", programs: []),
    ]
    let model = await model(
      message, rows: [Sample.row("reviewer"), Sample.row("builder"), Sample.row("other", account: "hub")])
    #expect(model.state?.targets.map(\.id) == ["builder", "reviewer", "council"])
    #expect(model.state?.targets.map(\.chosen) == [true, false, false])
    model.addressTapped("council")
    model.text = "Meet at noon."
    #expect(model.state?.title == "Message to council")
    #expect(model.state?.note.text == "Each program in council reads it when it next looks for messages.")
    await model.sendTapped()
    #expect(
      fleet.acts.given == [
        .sendMessage(to: "council", text: "Meet at noon.", kind: .directive, repliesTo: nil)
      ])
  }

  @Test func theFirstActAsksForLeaveAndThenGoesOnToWhatWasTapped() async {
    let model = await model(reply, allowed: false)
    #expect(
      model.state?.allow == AllowState(aside: "Home fleet, agents.example.org", busy: false))
    #expect(!fleet.asked.contains("allow home"))
    await model.allowTapped()
    #expect(fleet.asked == ["allow home"] && fleet.askedOnMain == [])
    #expect(model.state?.allow == nil && closed.count == 0 && model.state?.title == "Reply to builder")
  }

  @Test func whoeverStaysReadOnlyAllowsNothing() async {
    let model = await model(reply, allowed: false)
    model.closeTapped()
    #expect(closed.count == 1 && fleet.asked == [])
  }

  @Test func leaveThatWasTakenBackMeanwhileIsAskedForAgainAndTheTextIsStillThere() async {
    let model = await model(reply)
    model.text = "Answer 401."
    fleet.fails(.ReadOnly)
    await model.sendTapped()
    #expect(model.state?.allow != nil && model.problem == nil)
    fleet.fails(.Storage(reference: "s-1"))
    await model.allowTapped()
    #expect(model.problem == "This device’s storage failed (reference s-1).")
    #expect(model.state?.allow?.busy == false)
    fleet.fails(nil)
    await model.allowTapped()
    #expect(model.state?.allow == nil && model.text == "Answer 401." && closed.count == 0)
    await model.sendTapped()
    #expect(fleet.acts.given.count == 1 && closed.count == 1)
  }

  @Test func aRefusalSaysWhyAndLosesNoWord() async {
    let model = await model(reply)
    model.text = "Use cb_ and more"
    fleet.fails(.Rejected(reason: .invalid(field: "text")))
    await model.sendTapped()
    #expect(model.problem == "Refused: text is missing or not valid.")
    #expect(model.text == "Use cb_ and more" && model.state?.canSend == true && closed.count == 0)
    #expect(await self.model(reply).text == "Use cb_ and more")
    model.text = "Use it and more"
    #expect(model.problem == nil)
  }

  @Test func aDraftOutlivesItsSheetEachSubjectItsOwn() async {
    let first = await model(reply)
    first.text = "Answer 401."
    first.closeTapped()
    let twin = OpenQuestion(program: "builder", text: "401 or 403?", occurrence: 1)
    #expect(await model(.reply(account: "home", question: twin, since: nil)).text == "")
    // Known again however its time is known.
    #expect(await model(.reply(account: "home", question: question, since: nil)).text == "Answer 401.")
  }

  @Test func whatIsBeingHandedOverIsSentOnceAlsoWhenItsSheetIsClosedAndOpenedAgain() async {
    let first = await model(reply)
    first.text = "Answer 401."
    fleet.acts.shuts()
    let sent = Task { await first.sendTapped() }
    await fleet.acts.someoneWaits()
    await first.sendTapped()
    first.text = "Changed on its way"
    first.closeTapped()
    #expect(await model(reply).text == "" && !drafts.isEmpty)
    fleet.acts.opens()
    await sent.value
    #expect(fleet.acts.given.count == 1 && drafts.isEmpty)
  }

  @Test func anEditSaysWhatTheyWillReplaceAndIsSentWithWhatThePersonSaw() async {
    let model = await model(notes)
    #expect(model.text == "One edge case." && model.state?.title == "Hand-off notes of builder")
    #expect(model.state?.canSend == false && model.state?.send == "Save")
    #expect(model.state?.note.title == "Replaces the whole text")
    model.text = "One edge case. Ask me first."
    #expect(model.state?.field.count == "28 of 2,000" && model.state?.canSend == true)
    await model.sendTapped()
    #expect(
      fleet.acts.given == [
        .editHandOffNotes(
          program: "builder", notes: "One edge case. Ask me first.", seen: "One edge case.")
      ])
  }

  @Test func anEditThatWasBegunRemembersWhatItWasBegunFromWhateverIsThereNow() async {
    let first = await model(notes)
    first.text = "One edge case. Ask me first."
    first.closeTapped()
    let again = await model(.edit(account: "home", program: "builder", part: .notes("Rewritten.")))
    #expect(again.text == "One edge case. Ask me first.")
    await again.sendTapped()
    #expect(
      fleet.acts.given == [
        .editHandOffNotes(
          program: "builder", notes: "One edge case. Ask me first.", seen: "One edge case.")
      ])
  }

  @Test func openQuestionsAreEditedOneALineAndEmptyLinesChangeNothing() async {
    let seen = ["One?", "Two?"]
    let model = await model(.edit(account: "home", program: "builder", part: .questions(seen)))
    #expect(model.text == "One?\nTwo?")
    model.text = "One?\n\nTwo?\n"
    #expect(model.state?.canSend == false)
    model.text = "Two?"
    await model.sendTapped()
    #expect(fleet.acts.given == [.editOpenQuestions(program: "builder", questions: ["Two?"], seen: seen)])
  }

  @Test func withTwoAccountsTheSheetNamesItsOwn() async {
    let single = await model(reply)
    #expect(single.state?.account == nil)
    let other = FakeFleet(accounts: [Sample.account(), Sample.account(id: "work", label: "Work")])
    other.tells(Sample.overview([], accounts: [Sample.account(writesAllowed: true)]))
    other.ends()
    let model = DraftModel(
      reply, fleet: other, acting: fleet, drafts: drafts, labels: labels, clock: HandClock(Sample.now)
    ) { _ in }
    await model.follow()
    #expect(model.state?.account == "Home fleet")
  }
}
