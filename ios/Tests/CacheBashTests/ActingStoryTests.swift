import CacheBash
import CacheBashPresentation
import CacheBashTesting
import Foundation
import Testing

/// What a person says to agents, as the screens show it, through the built library and against a real server.
@MainActor @Suite(.timeLimit(.minutes(2))) struct ActingStoryTests {
  private let noon = moment("2026-11-23T12:00:00Z")

  /// A phone whose screens show a server with one agent, and which may act.
  @MainActor private final class Stage {
    let phone: Phone
    let server: TestServer
    let companion: Companion
    let account: String
    let builder: Agent
    let places: FleetModel
    private var following: Task<Void, Never>?

    init(at now: Int64) async throws {
      phone = try Phone(at: now)
      let server = try TestServer(at: now)
      builder = try await server.agent("builder")
      self.server = server
      companion = try phone.open()
      account = try await companion.addAccount(account: server.owner(label: "Home")).id
      try await builder.reports("builder.auth-1", "Implementing JWT validation", progress: 40)
      _ = try await companion.refresh()
      let labels = Labels(zone: try #require(TimeZone(identifier: "Europe/Berlin")), hours24: true)
      places = FleetModel(fleet: companion, labels: labels, clock: DeviceClock(phone.clock))
      following = Task { [places] in await places.follow() }
      await until { [places] in places.outbox.state != nil }
    }

    deinit { following?.cancel() }

    var lines: [OutboxLineState] { places.outbox.state?.lines ?? [] }

    /// Opens a sheet and comes back when it knows whether this phone may act.
    func say(_ subject: Subject) async throws -> DraftModel {
      places.say(subject)
      let draft = try #require(places.sheet?.draft)
      Task { await draft.follow() }
      await until { draft.state != nil }
      return draft
    }

    /// Writes a message and sends it.
    func send(_ text: String, to program: String) async throws {
      let draft = try await say(.message(account: account, to: program))
      if draft.state?.allow != nil { await draft.allowTapped() }
      draft.text = text
      await draft.sendTapped()
      #expect(places.sheet?.draft == nil && draft.problem == nil)
    }

    /// What the program was sent, as the server has it.
    func messages(to program: String) async throws -> [String] {
      _ = try await companion.refreshMessages(account: account, program: program)
      return try companion.messages(query: ListQuery(account: account, program: program, limit: 50)).rows
        .map(\.message.text)
    }
  }

  @Test func aMessageWrittenOfflineWaitsIsEditedAndArrivesOnceTheServerIsBack() async throws {
    let stage = try await Stage(at: noon)
    #expect(stage.places.outbox.state?.headline == "All delivered")

    // The first act asks for leave, and only then goes on.
    var draft = try await stage.say(.message(account: stage.account, to: "builder"))
    #expect(draft.state?.allow?.aside == "Home, 127.0.0.1")
    #expect(try stage.companion.accounts().map(\.writesAllowed) == [false])
    await draft.allowTapped()
    #expect(draft.state?.allow == nil)
    #expect(try stage.companion.accounts().map(\.writesAllowed) == [true])
    #expect(draft.state?.targets.map(\.id) == ["builder"] && draft.state?.send == "Send")

    // The network goes. What was begun is still there when the sheet is opened again, and says what will happen.
    draft.text = "Please go on"
    draft.closeTapped()
    stage.server.stop()
    _ = try await stage.companion.refresh()
    draft = try await stage.say(.message(account: stage.account, to: "builder"))
    #expect(draft.text == "Please go on" && draft.state?.send == "Send when online")
    await draft.sendTapped()
    await until { stage.places.outbox.state?.badge == "1" }
    try await stage.send("Never mind", to: "builder")
    await until { stage.lines.count == 2 }
    await until { stage.lines.allSatisfy { $0.sign == .waiting } }
    #expect(stage.lines.map(\.title) == ["Message to builder", "Message to builder"])
    #expect(stage.lines.map(\.text) == ["“Please go on”", "“Never mind”"])
    #expect(stage.places.outbox.state?.summary == "2 will send when online")
    await until { stage.places.outbox.state?.bar?.icon == .offline }

    // One is written anew, the other given up.
    let first = try #require(stage.lines.first)
    let second = try #require(stage.lines.last)
    await stage.places.outbox.tapped(.edit, on: first.id)
    let editor = try #require(stage.places.outbox.editor)
    editor.texts[0] = "Please go on, and rest after"
    await editor.saveTapped()
    #expect(stage.places.outbox.editor == nil)
    await stage.places.outbox.tapped(.discard, on: second.id)
    await until { stage.lines.map(\.text) == ["“Please go on, and rest after”"] }

    // The server is back: accepted, once, as it was written last.
    try stage.server.comesBack(at: stage.phone.clock.nowMs())
    _ = try await stage.companion.refresh()
    try await stage.companion.deliver(account: stage.account)
    await until { stage.places.outbox.state?.badge == nil }
    #expect(stage.places.outbox.state?.headline == "All delivered")
    #expect(try await stage.messages(to: "builder") == ["Please go on, and rest after"])
  }

  @Test func aRefusedMessageSaysSoAndCanBeGivenUp() async throws {
    let stage = try await Stage(at: noon)
    try await stage.send("Hello?", to: "nobody-here")
    await until { stage.lines.first?.sign == .refused }
    let line = try #require(stage.lines.first)
    #expect(line.word == "Refused" && line.reason == "The server knows no program called nobody-here.")
    #expect(line.buttons.map(\.label) == ["Retry", "Edit", "Discard"])
    #expect(stage.places.outbox.state?.summary == "Needs a decision")
    await stage.places.outbox.tapped(.discard, on: line.id)
    await until { stage.lines.isEmpty }
    await stage.places.outbox.tapped(.discard, on: line.id)
    #expect(stage.places.outbox.problem == "There is no such thing here.")
  }

  @Test func notesThatChangedMeanwhileAreShownBesideMineAndOnlyThenReplaced() async throws {
    let stage = try await Stage(at: noon)
    let question = OpenQuestion(program: "builder", text: "401 or 403?", occurrence: 0)
    func writes(_ notes: String, _ questions: [String]) async throws {
      try await stage.builder.patch(
        "/v1/program-state/builder",
        [
          "sessionId": "builder.auth-1",
          "contextSummary": ["handoffNotes": notes, "openQuestions": questions],
        ])
    }
    try await writes("One edge case remains.", ["401 or 403?"])
    let page = stage.places.page(of: ProgramKey(account: stage.account, program: "builder"))
    await page.refresh()
    let following = Task { await page.follow() }
    defer { following.cancel() }
    await until { page.notes?.text == "One edge case remains." }

    // The agent writes while the person does.
    page.editNotesTapped()
    let draft = try #require(stage.places.sheet?.draft)
    Task { await draft.follow() }
    await until { draft.state != nil }
    await draft.allowTapped()
    draft.text += " Ask me first."
    try await writes("It passes now.", ["401 or 403?"])
    await draft.sendTapped()
    await until { stage.lines.first?.versions.isEmpty == false }
    let line = try #require(stage.lines.first)
    #expect(line.word == "Changed since you looked" && line.title == "Hand-off notes of builder")
    #expect(
      line.versions == [
        VersionState(whose: "On the server now", text: "It passes now."),
        VersionState(whose: "Yours", text: "One edge case remains. Ask me first."),
      ])

    // Mine, with theirs in it: accepted, and the page has it.
    await stage.places.outbox.tapped(.edit, on: line.id)
    let editor = try #require(stage.places.outbox.editor)
    #expect(editor.theirs?.text == "It passes now.")
    editor.texts[0] = "It passes now. Ask me first."
    await editor.saveTapped()
    await until { stage.lines.isEmpty }
    await page.refresh()
    await until { page.notes?.text == "It passes now. Ask me first." && page.notes?.pending == nil }

    // A reply quotes its question, and is known on the page again.
    page.replyTapped(0)
    let reply = try #require(stage.places.sheet?.draft)
    #expect(reply.id == .reply(account: stage.account, question: question))
    reply.text = "401, and name the reason."
    await reply.sendTapped()
    await until { page.questions?.questions.first?.replied?.hasPrefix("Replied ") == true }
    #expect(page.questions?.count == "0 without a reply")
    #expect(
      try await stage.messages(to: "builder") == ["> 401 or 403?\n\n401, and name the reason."])
  }

  @Test func aQuestionIsAnsweredWithAnOptionAndOnesOwnWordsAndTheAgentReadsBoth() async throws {
    let stage = try await Stage(at: noon)
    let asked = try await stage.builder.post(
      "/v1/questions",
      ["question": "Run it now or at 22:00?", "options": ["Run it now", "Run it at 22:00"]])
    let question = try #require(asked["questionId"] as? String)
    _ = try await stage.companion.refreshLists(lists: [.questions], account: stage.account)
    let overview = stage.places.overview
    let following = Task { await overview.follow() }
    defer { following.cancel() }
    await until { overview.card?.answers != nil }
    #expect(overview.card?.text == "Run it now or at 22:00?")

    overview.answerTapped(try #require(overview.card?.answers))
    let answer = try #require(stage.places.sheet?.draft)
    Task { await answer.follow() }
    await until { answer.state != nil }
    await answer.allowTapped()
    #expect(answer.state?.options.map(\.text) == ["Run it now", "Run it at 22:00"])
    answer.chooseTapped(1)
    answer.text = "Tell the person on call first."
    await answer.sendTapped()
    #expect(stage.places.sheet?.draft == nil)
    try await stage.companion.deliver(account: stage.account)
    await until { stage.lines.isEmpty }
    let response = try await stage.builder.get("/v1/questions/\(question)/response")
    #expect(response["response"] as? String == "Run it at 22:00\n\nTell the person on call first.")
  }

  @Test func whatWasBegunIsGoneWhenItsAccountSignsOut() async throws {
    let stage = try await Stage(at: noon)
    let subject = Subject.message(account: stage.account, to: "builder")
    let draft = try await stage.say(subject)
    await draft.allowTapped()
    draft.text = "Only for this account"
    draft.closeTapped()
    stage.places.accountsTapped()
    let accounts = try #require(stage.places.sheet?.accounts)
    accounts.signOutTapped(stage.account)
    await accounts.signOutConfirmed()
    #expect(try stage.companion.accounts() == [] && stage.phone.secrets.count == 0)
    stage.places.say(subject)
    #expect(stage.places.sheet?.draft?.text == "")
  }
}

/// A screen's clock that shows what the companion's shows; nobody waits for it.
private struct DeviceClock: ScreenClock {
  private let clock: SteppedClock

  init(_ clock: SteppedClock) { self.clock = clock }

  func now() -> Int64 { clock.nowMs() }
  func wait(for span: Duration) async throws { throw CancellationError() }
}

extension OverviewModel {
  fileprivate var card: RowState? { state?.sections.first { $0.id == .needsYou }?.rows.first }
}

extension ProgramModel {
  fileprivate var notes: NotesCard? {
    for case .notes(let card) in state?.cards ?? [] { return card }
    return nil
  }

  fileprivate var questions: QuestionsCard? {
    for case .questions(let card) in state?.cards ?? [] { return card }
    return nil
  }
}
