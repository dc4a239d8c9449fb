import CacheBash
import CacheBashTesting
import Foundation
import Testing

@testable import CacheBashPresentation

@MainActor @Suite struct ProgramWordingTests {
  private let labels = Labels(zone: TimeZone(identifier: "Europe/Berlin") ?? .gmt, hours24: true)
  private let fleet = FakeFleet()

  private func shown(_ page: ProgramPage) async throws -> ProgramPageState {
    let model = ProgramModel(
      id: ProgramKey(account: "home", program: page.row.program), fleet: fleet, labels: labels,
      clock: HandClock(Sample.now))
    fleet.tells(page)
    fleet.ends()
    await model.follow()
    #expect(fleet.asked == ["pages of \(page.row.program) in home"])
    return try #require(model.state)
  }

  @Test func stateThatTheKeyMayNotReadIsALockAndNotAnError() async throws {
    let state = try await shown(
      Sample.page(Sample.row("builder"), context: Sample.context(.noPermission(capability: "state.read"))))
    #expect(
      state.cards.first
        == .noPermission(
          PermissionCard(
            title: "This key may not read builder’s state",
            text: "Notes, questions and work items need state.read. "
              + "Whoever made the key can make one that has it.")))
  }

  @Test func t03_defaultsOfAStateThatDoesNotExistAreNotShownAsWritten() async throws {
    let state = try await shown(Sample.page(Sample.row("builder"), context: Sample.context(.nothing)))
    #expect(
      state.cards.first
        == .notes(NotesCard(time: nil, kept: nil, text: "Nothing stored yet", by: nil, showAll: nil)))
  }

  @Test func whatTheServerClearedStaysAndSaysSo() async throws {
    let kept = KeptContext(
      context: ContextSummary(
        lastTask: nil, activeWorkItems: ["Native reader for Polish"], handOffNotes: "Done in nine languages.",
        openQuestions: ["du or Sie?"]), writtenAt: moment("2026-11-06T10:00:00Z"),
      clearedAt: moment("2026-11-14T10:00:00Z"))
    let state = try await shown(
      Sample.page(Sample.row("translator"), context: Sample.context(.read, cleared: kept)))
    let line = "Kept here; cleared by the server on 14 Nov"
    #expect(
      Array(state.cards.prefix(3)) == [
        .notes(
          NotesCard(
            time: "6 Nov", kept: line, text: "Done in nine languages.", by: "The agent no longer sees it.",
            showAll: nil)),
        .questions(
          QuestionsCard(
            count: "1", kept: line,
            questions: [
              OpenQuestionState(id: 0, number: "1", text: "du or Sie?", since: "In its state since 6 Nov")
            ])),
        .workItems(ItemsCard(count: "1", kept: line, items: ["Native reader for Polish"])),
      ])
  }

  @Test func openQuestionsSaySinceWhenAndAServerWhoseTimesAreAheadIsNamed() async throws {
    let context = ContextSummary(
      lastTask: nil, activeWorkItems: [], handOffNotes: "", openQuestions: ["401 or 403?", "du or Sie?"])
    let state = try await shown(
      Sample.page(
        Sample.row("builder", heard: Sample.now + 420_000),
        context: Sample.context(.read, context, writtenAt: moment("2026-11-23T12:54:00Z"))))
    #expect(state.ahead == "The times from this server are ahead by 7\u{202F}min")
    #expect(
      state.cards.contains(
        .questions(
          QuestionsCard(
            count: "2", kept: nil,
            questions: [
              OpenQuestionState(
                id: 0, number: "1", text: "401 or 403?", since: "In its state since 13:54", reply: .filled),
              OpenQuestionState(
                id: 1, number: "2", text: "du or Sie?", since: "In its state since 13:54", reply: .tonal),
            ], canEdit: true))))
    let near = ProgramPageState(
      Sample.page(Sample.row("builder", heard: Sample.now + 5_000)), labels: labels, now: Sample.now)
    #expect(near.ahead == nil)
  }

  @Test func nameAndRoleStandBesideTheWordWhereTheServerGivesThem() {
    func role(_ name: String?, _ role: String?) -> String? {
      let row = Sample.row("builder", name: name, role: role)
      return ProgramPageState(Sample.page(row), labels: labels, now: Sample.now).role
    }
    #expect(role("Auth builder", "Builder") == "Auth builder · Builder")
    #expect(role(nil, "Builder") == "Builder")
    #expect(role(nil, nil) == nil)
  }

  @Test func eachPartSaysWhoWroteItAndWhenAndEachQuestionItsOwnTime() async throws {
    let context = ContextSummary(
      lastTask: LastTask(taskId: nil, title: "Auth", outcome: nil, notes: nil), activeWorkItems: ["Rotate"],
      handOffNotes: "Ask first.", openQuestions: ["401 or 403?", "du or Sie?"])
    let notes = Writing(at: moment("2026-11-23T11:30:00Z"), by: "builder", session: "builder.auth-6")
    let items = Writing(at: moment("2026-11-23T12:54:00Z"), by: "builder", session: "builder.auth-7")
    let state = try await shown(
      Sample.page(
        Sample.row("builder"),
        context: Sample.context(
          .read, context, writtenAt: Sample.now,
          parts: [
            PartWritten(part: .handOffNotes, written: notes), PartWritten(part: .workItems, written: items),
            PartWritten(part: .lastTask, written: notes),
          ],
          questions: [
            QuestionTime(question: 0, since: moment("2026-11-23T12:54:00Z"), firstSeen: Sample.now),
            QuestionTime(question: 1, since: nil, firstSeen: moment("2026-11-23T13:00:00Z")),
          ])))
    guard case .notes(let card)? = state.cards.first else {
      Issue.record("no notes")
      return
    }
    #expect(card.time == "12:30" && card.by == "Written by builder in session builder.auth-6")
    #expect(
      state.cards.contains(
        .workItems(
          ItemsCard(
            count: "1", kept: nil, items: ["Rotate"],
            by: "Written by builder in session builder.auth-7, 13:54"))))
    #expect(state.cards.contains(.lastTask(LastTaskCard(title: "Auth"))))
    for case .questions(let card) in state.cards {
      #expect(
        card.questions.map(\.since) == ["In its state since 13:54", "First seen here 14:00"])
    }
  }

  @Test func longNotesAreShownWholeOnlyOnDemand() async throws {
    // Counted as the contract counts: an emoji of one letter to the reader is two units.
    let text = "🔑" + String(repeating: "Ask first. ", count: 182).prefix(1_998)
    let context = ContextSummary(
      lastTask: nil, activeWorkItems: [], handOffNotes: text, openQuestions: [])
    let state = try await shown(
      Sample.page(Sample.row("builder"), context: Sample.context(.read, context)))
    guard case .notes(let notes)? = state.cards.first else {
      Issue.record("no notes")
      return
    }
    #expect(notes.showAll == "Show all 2,000 characters" && notes.text == text)
  }

  @Test func theChartStepsFallsAndLeavesGapsOpen() throws {
    let start = Sample.now - 100_000
    let history = ProgressHistory(
      session: "builder.1",
      samples: [
        ProgressSample(at: start, progress: 0), ProgressSample(at: start + 20_000, progress: 18),
        ProgressSample(at: start + 40_000, progress: 10),
      ],
      falls: [FallSeen(from: 18, to: 10, at: start + 40_000)], beats: [start, start + 50_000],
      nextBeatBy: nil, gaps: [Gap(from: start + 60_000, until: start + 80_000)],
      seenSince: start, seenUntil: Sample.now)
    let row = Sample.row("builder", moving: true)
    let chart = try #require(ChartState(history, of: row, labels: labels, now: Sample.now))
    #expect(
      chart
        == ChartState(
          pieces: [
            ChartState.Piece(corners: [
              GridPoint(0, 0), GridPoint(0.2, 0), GridPoint(0.2, 0.18), GridPoint(0.4, 0.18),
              GridPoint(0.4, 0.1), GridPoint(0.6, 0.1),
            ]), ChartState.Piece(corners: [GridPoint(0.8, 0.1), GridPoint(1, 0.1)]),
          ],
          gaps: [0.6...0.8], beats: [0, 0.5], end: 0.1, now: 1, moving: true, first: "14:00", last: "14:02",
          sentence: "Fell from 18 to 10\u{202F}% at 14:01. Hatched: not seen here 14:01–14:01."))
  }

  @Test func besideTheNumberStandsWhenItWillBeDoneAndTheChartReachesThere() async throws {
    let minute: Int64 = 60_000
    let history = ProgressHistory(
      session: "builder.1",
      samples: [
        ProgressSample(at: Sample.now - 80 * minute, progress: 0),
        ProgressSample(at: Sample.now, progress: 45),
      ],
      falls: [], beats: [], nextBeatBy: nil, gaps: [], seenSince: Sample.now - 80 * minute,
      seenUntil: Sample.now)
    func due(to: Int64) -> ProgramRow {
      Sample.row(
        "builder", progress: .percent(percent: 45), moving: true,
        estimate: Estimate(
          judgedAt: Sample.now, from: 40 * minute, to: to * minute, basis: 40 * minute))
    }
    var page = Sample.page(due(to: 80))
    page = ProgramPage(
      row: page.row, session: Sample.session("builder.1", percent: 45), liveSessions: 1, history: history,
      context: page.context, replies: [], pending: [], sessions: page.sessions,
      sessionTotal: page.sessionTotal, keys: page.keys, asOf: page.asOf, now: page.now, serverOffset: 0,
      fresh: true, notice: nil, sources: [])
    let state = try await shown(page)
    guard case .now(let now)? = state.cards.first(where: { $0.id == "now" }) else {
      Issue.record("no card")
      return
    }
    #expect(now.eta == EtaState(text: "≈ 40–80\u{202F}min", basis: "from the last 40\u{202F}min"))
    let chart = try #require(now.chart)
    #expect(chart.now == 0.5 && chart.due == 0.75...1 && chart.dueAt == "14:42–15:22")

    // So far off that what was seen would shrink to a corner.
    let far = try #require(ChartState(history, of: due(to: 161), labels: labels, now: Sample.now))
    #expect(far.now == 1 && far.due == nil && far.dueAt == nil)
  }

  @Test func aChainSaysWhereNothingIsOnRecord() async throws {
    let state = try await shown(
      Sample.page(
        Sample.row("builder"),
        sessions: [
          Sample.session(
            "builder.3", started: moment("2026-11-23T09:05:00Z"), percent: 45,
            left: .percent(percent: 38),
            unrecordedBefore: Gap(
              from: moment("2026-11-23T08:10:00Z"), until: moment("2026-11-23T09:05:00Z")),
            tookOver: TookOver(from: "builder.2", workItems: 3, questions: 1)),
          Sample.session(
            "builder.2", name: "login form", live: false, started: moment("2026-11-23T07:02:00Z"),
            ended: moment("2026-11-23T08:10:00Z"), left: .percent(percent: 9.4)),
        ]))
    guard case .chain(let chain)? = state.cards.first(where: { $0.id == "chain" }) else {
      Issue.record("no chain")
      return
    }
    #expect(chain.count == "2 sessions")
    #expect(
      chain.nodes.map(\.text) == [
        "since 10:05 · 45\u{202F}%", "08:02–09:10 · context last seen 9\u{202F}% · login form",
      ])
    #expect(chain.nodes.map(\.tookOver) == ["Took over 3 work items and 1 question from builder.2", nil])
    #expect(chain.nodes.map(\.gap) == ["No record 09:10–10:05", nil])
    #expect(chain.nodes.map(\.last) == [false, true])
  }

  @Test func b31_aKeySaysWhenItWasLastUsedAndThatItsEndIsAnEstimate() async throws {
    let key = KeyFacts(
      hash: String(repeating: "0", count: 64), program: "builder", label: "CI", capabilities: ["pulse.read"],
      active: true, createdAt: nil, lastUsedAt: Sample.now - 720_000, revokedAt: nil,
      expiresEstimate: moment("2027-02-21T10:00:00Z"), missingForJob: ["pulse.write"])
    let state = try await shown(
      Sample.page(Sample.row("builder"), keys: KeysView(reading: .read, keys: [key], asOf: Sample.now)))
    #expect(
      state.cards.last
        == .keys(
          KeysCard(
            count: "1", unread: nil,
            keys: [
              KeyState(
                id: key.hash, label: "CI", used: "Last used 12\u{202F}min ago",
                end: "Likely ends on 21 Feb 2027 (90\u{202F}days, the usual term)",
                missing: "This key cannot report sessions: pulse.write is missing")
            ])))
  }
}
