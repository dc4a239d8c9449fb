import CacheBash
import CacheBashTesting
import Foundation
import Testing

@testable import CacheBashPresentation

/// The places, and what is said over them.
@MainActor @Suite(.timeLimit(.minutes(1))) struct FleetModelTests {
  private let labels = Labels(zone: TimeZone(identifier: "Europe/Berlin") ?? .gmt, hours24: true)
  private let fleet = FakeFleet(accounts: [Sample.account()])
  private let key = ProgramKey(account: "home", program: "builder")

  private func places() -> FleetModel {
    FleetModel(fleet: fleet, labels: labels, clock: HandClock(Sample.now))
  }

  @Test func theTabsCountThoughTheirPlacesAreNotShown() async {
    let places = places()
    fleet.happened(Sample.morning)
    fleet.tells(Sample.overview([]))
    fleet.tells(Sample.outbox([Sample.outboxLine("a", .sending), Sample.outboxLine("b", .sending)]))
    fleet.ends()
    await places.follow()
    #expect(places.place == .fleet && places.outbox.state?.badge == "2")
    #expect(places.away.state?.badge == "3")
  }

  @Test func answerOpensTheSheetOfAQuestionThatCanBeAnsweredHere() async throws {
    let places = places()
    let here = Sample.asked("q-1")
    let elsewhere = Sample.asked("q-2", asker: nil, answerable: false)
    let row = Sample.row("deployer", section: .needsYou, asked: here)
    fleet.tells(Sample.overview([row, Sample.row("tester", asked: here)], asked: [elsewhere]))
    fleet.ends()
    await places.overview.follow()
    let state = try #require(places.overview.state)
    #expect(state.sections.flatMap(\.rows).map(\.answers) == [here.key, nil])
    #expect(state.asked?.rows.map(\.answers) == [nil])
    #expect(state.asked?.rows.map(\.aside) == ["Answer in the CacheBash app"])
    places.overview.answerTapped(elsewhere.key)
    places.overview.answerTapped(AskedKey(account: "home", question: "gone"))
    #expect(places.sheet?.draft == nil)
    places.overview.answerTapped(here.key)
    #expect(places.sheet?.draft?.id == .answer(account: "home", question: "q-1"))
  }

  @Test func thePageOpensAReplyAMessageAndAnEdit() async throws {
    let places = places()
    let context = ContextSummary(
      lastTask: nil, activeWorkItems: [], handOffNotes: "Ask first.",
      openQuestions: ["401 or 403?", "du or Sie?", "401 or 403?"])
    let page = places.page(of: key)
    fleet.tells(
      Sample.page(
        Sample.row("builder"), context: Sample.context(.read, context), asked: [Sample.asked()],
        replies: [
          QuestionReply(question: 1, progress: .sent(at: Sample.now - 690_000, receipt: .notPickedUp))
        ]))
    fleet.ends()
    await page.follow()
    #expect(page.state?.cards.map(\.id).first == "asked home q-1")
    let questions = try #require(page.state?.questions)
    #expect(questions.count == "2 without a reply")
    #expect(questions.questions.map(\.reply) == [.filled, nil, .tonal])
    #expect(questions.questions[1].replied == "Replied 13:50 · not picked up yet")

    page.replyTapped(2)
    let twin = OpenQuestion(program: "builder", text: "401 or 403?", occurrence: 1)
    #expect(places.sheet?.draft?.id == .reply(account: "home", question: twin))
    page.replyTapped(3)
    #expect(places.sheet?.draft?.id == .reply(account: "home", question: twin))
    page.messageTapped()
    #expect(places.sheet?.draft?.id == .message(account: "home", to: "builder"))
    page.editNotesTapped()
    #expect(places.sheet?.draft?.text == "Ask first.")
    page.editQuestionsTapped()
    #expect(places.sheet?.draft?.text == "401 or 403?\ndu or Sie?\n401 or 403?")
    page.answerTapped(Sample.asked().key)
    #expect(places.sheet?.draft?.id == .answer(account: "home", question: "q-1"))
  }

  @Test func anEditThatWaitsIsShownAsWaitingAndNotAsWrittenByTheAgent() async throws {
    let edit = Action.editHandOffNotes(program: "builder", notes: "Ask me first.", seen: "")
    let page = places().page(of: key)
    fleet.tells(
      Sample.page(
        Sample.row("builder"),
        context: Sample.context(
          .read,
          ContextSummary(
            lastTask: nil, activeWorkItems: [], handOffNotes: "Ask me first.", openQuestions: []),
          writtenAt: Sample.now),
        pending: [Sample.outboxLine("a", .waiting(notBefore: nil), edit)]))
    fleet.ends()
    await page.follow()
    guard case .notes(let notes)? = page.state?.cards.first else {
      Issue.record("no notes")
      return
    }
    #expect(notes.text == "Ask me first." && notes.pending == "Will send when online")
    #expect(notes.time == nil && notes.by == nil && notes.canEdit)
  }

  @Test func closingASheetKeepsWhatWasWrittenAndOpeningItAgainShowsIt() {
    let places = places()
    let subject = Subject.message(account: "home", to: "builder")
    places.say(subject)
    places.sheet?.draft?.text = "Please go on"
    // As the system closes it, by a swipe.
    places.sheet = nil
    places.say(.message(account: "home", to: "tester"))
    #expect(places.sheet?.draft?.text == "")
    places.say(subject)
    #expect(places.sheet?.draft?.text == "Please go on")
  }

  @Test func aSheetThatIsDoneClosesItselfAndNotTheNextOne() async {
    let places = places()
    let subject = Subject.message(account: "home", to: "builder")
    places.say(subject)
    let first = places.sheet?.draft
    first?.text = "Please go on"
    fleet.acts.shuts()
    let sent = Task { await first?.sendTapped() }
    await fleet.acts.someoneWaits()
    places.sheet = nil
    places.say(subject)
    places.sheet?.draft?.text = "And then rest"
    fleet.acts.opens()
    await sent.value
    #expect(places.sheet?.draft?.text == "And then rest" && fleet.acts.given.count == 1)
    await places.sheet?.draft?.sendTapped()
    #expect(places.sheet?.draft == nil && fleet.acts.given.count == 2)
  }

  @Test func whatWasBegunForAnAccountGoesWithIt() async {
    let places = places()
    let gone = Subject.message(account: "work", to: "builder")
    let stays = Subject.message(account: "home", to: "builder")
    places.say(stays)
    places.sheet?.draft?.text = "Please go on"
    places.say(gone)
    places.sheet?.draft?.text = "Only for those at work"
    // The account signs out.
    fleet.tells(Sample.outbox(accounts: [Sample.account()]))
    fleet.ends()
    await places.follow()
    #expect(places.sheet?.draft == nil)
    places.say(gone)
    #expect(places.sheet?.draft?.text == "")
    places.say(stays)
    #expect(places.sheet?.draft?.text == "Please go on")
  }

  @Test func anEditorOfAnAccountThatIsGoneCloses() async {
    let places = places()
    let line = Sample.outboxLine("a", .keyRefused, account: "work")
    fleet.tells(Sample.outbox([line], accounts: [Sample.account(), Sample.account(id: "work")]))
    let followed = Task { await places.follow() }
    while places.outbox.state == nil { await Task.yield() }
    await places.outbox.tapped(.edit, on: line.key)
    #expect(places.outbox.editor != nil)
    fleet.tells(Sample.outbox(accounts: [Sample.account()]))
    fleet.ends()
    await followed.value
    #expect(places.outbox.editor == nil)
  }
}

extension ProgramPageState {
  fileprivate var questions: QuestionsCard? {
    for case .questions(let card) in cards { return card }
    return nil
  }
}
