import CacheBash
import CacheBashTesting
import Foundation
import Testing

@testable import CacheBashPresentation

@MainActor @Suite(.timeLimit(.minutes(1))) struct OverviewModelTests {
  private let labels = Labels(zone: TimeZone(identifier: "Europe/Berlin") ?? .gmt, hours24: true)
  private let fleet = FakeFleet()
  private let clock = HandClock(Sample.now)

  private func model() -> OverviewModel { OverviewModel(fleet: fleet, labels: labels, clock: clock) }

  /// What the screen draws after all that the fleet told.
  private func shown(_ overviews: Overview...) async throws -> OverviewState {
    let model = model()
    overviews.forEach(fleet.tells)
    fleet.ends()
    await model.follow()
    return try #require(model.state)
  }

  @Test func aBlockedProgramIsACardAndTheHeadlineSaysSo() async throws {
    let blocked = Sample.row(
      "deployer", section: .needsYou, shape: .blocked, state: .blocked,
      status: "Holding the session table migration", progress: .percent(percent: 80),
      heard: Sample.now - 40_000, waiting: Waiting(since: Sample.now - 250_000, changeSeen: true))
    let state = try await shown(Sample.overview([blocked], headline: .needYou(count: 1)))
    #expect(
      state
        == OverviewState(
          place: "Home fleet", asOf: "As of 14:02:10", headline: "1 needs you",
          strip: StripState(groups: [[.blocked]], more: nil, spoken: "1 program: 1 needs you"),
          sections: [
            SectionState(
              id: .needsYou, title: "Needs you", count: "1",
              rows: [
                RowState(
                  id: ProgramKey(account: "home", program: "deployer"), form: .card, shape: .blocked,
                  turns: false, name: "deployer",
                  word: StateWord(text: "Blocked", colour: .blocked, doubt: nil), age: "40\u{202F}s",
                  text: "Holding the session table migration",
                  progress: .number(text: "80\u{202F}%"), finding: nil, waiting: "waiting 4\u{202F}min",
                  account: nil, project: nil, questions: nil,
                  spoken: "deployer, blocked, 80 percent, heard 40 seconds ago, waiting 4 minutes, "
                    + "says: Holding the session table migration")
              ])
          ],
          empty: [], ahead: nil, bar: nil, sources: [], more: nil))
  }

  @Test func whenAProgramWillBeDoneIsWrittenAndReadAloudAndToldAsClocksWhenNotFresh() async throws {
    let minute: Int64 = 60_000
    let row = Sample.row(
      "builder", progress: .percent(percent: 45), moving: true, heard: Sample.now - 12_000,
      estimate: Estimate(
        judgedAt: Sample.now, from: 50 * minute, to: 80 * minute, basis: 40 * minute))
    let fresh = OverviewState(Sample.overview([row]), labels: labels, now: Sample.now)
    let shown = try #require(fresh.sections.first?.rows.first)
    #expect(shown.eta == "≈ 50–80\u{202F}min")
    #expect(
      shown.spoken == "builder, working, 45 percent, about 50 to 80 minutes, heard 12 seconds ago")
    let stale = OverviewState(Sample.overview([row], fresh: false), labels: labels, now: Sample.now)
    #expect(stale.sections.first?.rows.first?.eta == "≈ 14:52–15:22")
  }

  @Test func aMovingRowHasABarAndAStalledOneSaysSoBesideItsWord() async throws {
    let state = try await shown(
      Sample.overview([
        Sample.row(
          "indexer", section: .stalledOrSilent, shape: .workingStalled, progress: .percent(percent: 62),
          heard: Sample.now - 20_000, finding: .noChange(since: Sample.now - 1_085_000)),
        Sample.row(
          "builder", progress: .percent(percent: 45), moving: true, heard: Sample.now - 12_000,
          project: "auth", questions: 1),
        Sample.row("tester", heard: Sample.now - 60_000),
      ]))
    let rows = state.sections.flatMap(\.rows)
    #expect(rows.map(\.word?.text) == ["Working", "Working", "Working"])
    #expect(
      rows[0].finding
        == FindingState(glyph: .noChange, text: "no change 18\u{202F}min", short: "no change 18\u{202F}min"))
    #expect(rows[0].progress == .bar(percent: 62, text: "62\u{202F}%", moving: false) && !rows[0].turns)
    #expect(rows[1].progress == .bar(percent: 45, text: "45\u{202F}%", moving: true) && rows[1].turns)
    #expect(rows[1].project == "auth" && rows[1].questions == "1")
    #expect(rows[2].progress == .words("No progress reported"))
  }

  @Test func offlineKeepsEveryRowAndSaysClockTimes() async throws {
    let row = Sample.row(
      "scribe", section: .stalledOrSilent, shape: .workingSilent, status: "Drafting",
      progress: .percent(percent: 30), heard: Sample.now - 7_450_000,
      finding: .silent(since: Sample.now - 7_450_000, usualEvery: 300_000))
    let later = Sample.now + 37 * 60_000
    clock.passes(seconds: 37 * 60)
    let state = try await shown(
      Sample.overview([row]),
      Sample.overview([row], now: later, fresh: false, notice: .offline(asOf: Sample.now)))
    #expect(
      state.bar
        == BarState(icon: .offline, text: "Offline · as of 14:02 (37\u{202F}min ago)", opens: false))
    #expect(state.asOf == nil)
    let shown = try #require(state.sections.first?.rows.first)
    #expect(shown.age == "11:58" && shown.finding?.text == "silent since 11:58" && shown.text == "Drafting")
    #expect(!shown.turns)
  }

  @Test func blockedOrPinnedIsNotDecidedHere() async throws {
    let state = try await shown(
      Sample.overview([
        Sample.row(
          "sentinel", section: .needsYou, shape: .blocked, state: .blockedOrPinned,
          waiting: Waiting(since: Sample.now - 250_000, changeSeen: false))
      ]))
    let row = try #require(state.sections.first?.rows.first)
    #expect(row.word == StateWord(text: "Blocked", colour: .blocked, doubt: "or pinned"))
    #expect(row.waiting == "for over 4\u{202F}min")
  }

  @Test func withTwoAccountsEachRowSaysWhoseItIs() async throws {
    let state = try await shown(
      Sample.overview(
        [Sample.row("builder"), Sample.row("builder", account: "hub", heard: Sample.now)],
        accounts: [
          Sample.account(id: "home", label: "Home"), Sample.account(id: "hub", label: "hub.example.org"),
        ]))
    #expect(state.place == "2 servers")
    let rows = state.sections.flatMap(\.rows)
    #expect(rows.map(\.account) == ["Home", "hub.example.org"])
    #expect(Set(rows.map(\.id)).count == 2)
    #expect(rows[1].spoken == "builder, on hub.example.org, working, heard now")
  }

  @Test func restingProgramsAreOneLine() async throws {
    let state = try await shown(
      Sample.overview([
        Sample.row(
          "linter", section: .finishedToday, shape: .complete, state: .complete, live: false,
          status: "Auth package is clean", heard: Sample.now - 3_600_000,
          ended: moment("2026-11-23T08:12:00Z")),
        Sample.row("archivist", section: .quiet, shape: .neverSeen, state: nil, live: false),
      ]))
    let rows = state.sections.flatMap(\.rows)
    #expect(rows.map(\.form) == [.line, .line])
    #expect(rows.map(\.age) == ["09:12", "–"])
    #expect(rows.map(\.text) == ["Auth package is clean", "Has never checked in"])
    #expect(rows[1].spoken == "archivist, never seen")
  }

  @Test func whatIsNotKnownIsNotMadeUp() async throws {
    let state = try await shown(
      Sample.overview([
        // On watch in whatever section: it has no end to be asked for.
        Sample.row(
          "sentinel", section: .stalledOrSilent, shape: .pinnedSilent, state: .pinned,
          heard: Sample.now - 7_200_000),
        // A word we do not know has no dashes of its own, and is silent all the same.
        Sample.row(
          "dreamer", section: .stalledOrSilent, shape: .otherWord, state: .other(word: "dreaming"),
          heard: Sample.now - 7_200_000),
        // When it was last heard is not when it ended.
        Sample.row(
          "linter", section: .finishedToday, shape: .complete, state: .complete, live: false,
          heard: Sample.now - 3_600_000),
        Sample.row("archivist", section: .quiet, shape: .neverSeen, state: nil, live: false, status: "hm"),
      ]))
    let rows = state.sections.flatMap(\.rows)
    #expect(rows.map(\.progress) == [nil, .words("No progress reported"), nil, nil])
    #expect(state.strip.spoken == "4 programs: 2 silent, 1 finished, 1 quiet")
    #expect(rows.map(\.age) == ["2\u{202F}h", "2\u{202F}h", "–", "–"])
    #expect(rows[2].spoken == "linter, complete, heard 1 hour ago")
    #expect(rows[3].text == "Has never checked in")
  }

  @Test func nobodyYetSaysWhenItWasCheckedAndWhenNext() async throws {
    let state = try await shown(Sample.overview([], headline: .nobody, next: Sample.now + 30_000))
    #expect(state.headline == "Nobody here yet" && state.asOf == nil)
    #expect(
      state.empty == [
        "No agents have checked in.\nLast checked 14:02:10, next at 14:02:40.",
        "An agent appears here with its first session. To let one in, give it a key.",
      ])
  }

  @Test func aPartialFailureOpensToALinePerSource() async throws {
    let model = model()
    fleet.tells(
      Sample.overview(
        [Sample.row("builder")], notice: .partial,
        sources: [
          Sample.source(.sessions, .fresh),
          Sample.source(
            .fleetHealth, .failed, since: Sample.now - 610_000, cause: .serverUnavailable, inBar: true,
            canRetry: true),
          Sample.source(.keys, .failed, asOf: nil, cause: .forbidden(capability: "keys.read")),
          Sample.source(.sessionHistory, .failed, cause: .unauthorized, inBar: true),
          Sample.source(.programState, .neverRead, asOf: nil),
        ]))
    fleet.ends()
    await model.follow()
    #expect(
      model.state?.bar
        == BarState(icon: .none, text: "Sessions 14:02 · Health failed · History failed", opens: true))
    #expect(!model.showsSources)
    model.sourcesTapped()
    #expect(model.showsSources)
    let lines = try #require(model.state?.sources)
    #expect(lines.map(\.sign) == [.fresh, .failed, .locked, .failed, .stale])
    #expect(lines.map(\.canRetry) == [false, true, false, false, false])
    #expect(lines[1].time == "failed since 13:52" && lines[1].cause == "The server cannot answer now.")
  }

  @Test func programsBeyondTheWindowAreCounted() async throws {
    let one = Sample.row("builder", heard: Sample.now)
    #expect(try await shown(Sample.overview([one], total: 2)).more == "1 more program is not shown")
    let many = OverviewState(Sample.overview([one], total: 1_201), labels: labels, now: Sample.now)
    #expect(many.more == "1,200 more programs are not shown")
  }

  @Test func afterFortyShapesTheStripSaysHowManyMore() async throws {
    let many = (0..<52).map { Sample.row("p\($0)", heard: Sample.now) }
    let state = try await shown(Sample.overview(many))
    #expect(state.strip.groups.map(\.count) == [40] && state.strip.more == "+12")
    #expect(state.strip.spoken == "52 programs: 52 working")
  }

  @Test func agesGoOnBetweenValuesEachSecondWhileOneCounts() async throws {
    let model = model()
    fleet.tells(Sample.overview([Sample.row("builder", heard: Sample.now - 12_000)]))
    let following = Task { await model.follow() }
    #expect(await clock.nextWait() == .seconds(1))
    #expect(model.state?.sections.first?.rows.first?.age == "12\u{202F}s")
    clock.passes(seconds: 1)
    _ = await clock.nextWait()
    #expect(model.state?.sections.first?.rows.first?.age == "13\u{202F}s")
    fleet.ends()
    await following.value
  }

  @Test func aCalmPageTicksEveryFifteenSeconds() async throws {
    let model = model()
    fleet.tells(Sample.overview([Sample.row("builder", heard: Sample.now - 600_000)]))
    let following = Task { await model.follow() }
    #expect(await clock.nextWait() == .seconds(15))
    following.cancel()
    await following.value
  }

  @Test func theServersClockCountsNotThisDevices() async throws {
    // This device is ten minutes behind.
    let state = try await shown(
      Sample.overview([Sample.row("builder", heard: Sample.now + 595_000)], offset: 600_000))
    #expect(state.sections.first?.rows.first?.age == "5\u{202F}s")
  }

  @Test func whatGoesWrongHereStandsBesideWhatIsKnown() async throws {
    let model = model()
    fleet.tells(Sample.overview([Sample.row("builder")]))
    fleet.ends()
    await model.follow()
    fleet.fails(.Storage(reference: "s-12"))
    await model.refresh()
    #expect(model.problem == "This device’s storage failed (reference s-12).")
    #expect(model.state?.sections.first?.rows.map(\.name) == ["builder"])
    fleet.fails(nil)
    await model.refresh()
    #expect(model.problem == nil)
  }
}
