import CacheBash
import CacheBashTesting
import Foundation
import Observation
import Testing

@testable import CacheBashPresentation

/// The fleet as it is read from top to bottom, with the network.
private let withTheNetwork = """
  Home fleet
  As of 14:02:10
  1 needs you
  13 programs: 1 needs you, 1 silent, 1 stalled, 4 working, 1 pinned, 2 finished, 3 quiet
  Needs you 1
    40 s | deployer, blocked, 80 percent, heard 40 seconds ago, waiting 4 minutes, says: Holding the session table migration
  Stalled or silent 2
    2 h | scribe, working, 30 percent, silent, usually every 5 minutes, heard 2 hours ago
    20 s | indexer, working, 62 percent, no change for 18 minutes, heard 20 seconds ago
  Working 4
    5 s | orchestrator, working, 70 percent, about 55 to 85 minutes, heard 5 seconds ago, 1 open question
    1 min | tester, working, heard 1 minute ago
    35 s | reviewer, working, 82 percent, about 23 to 35 minutes, heard 35 seconds ago
    12 s | builder, working, 45 percent, about 30 to 105 minutes, heard 12 seconds ago, 2 open questions
  Pinned 1
    50 s | sentinel, pinned, heard 50 seconds ago
  Finished today 2
    09:12 | linter, complete, 100 percent, finished at 09:12
    11:40 | migrator, complete, 100 percent, finished at 11:40
  Quiet 3
    3 d | translator, complete, 100 percent, heard 3 days ago
    1 d | researcher, complete, 100 percent, heard 1 day ago
    – | archivist, never seen
  """

/// The same 37 minutes after the network went: every row, and nothing relative.
private let withoutTheNetwork = """
  Home fleet
  Offline · as of 14:02 (37 min ago)
  1 needs you
  13 programs: 1 needs you, 1 silent, 1 stalled, 4 working, 1 pinned, 2 finished, 3 quiet
  Needs you 1
    14:01 | deployer, blocked, 80 percent, heard at 14:01, waiting since 13:58, says: Holding the session table migration
  Stalled or silent 2
    11:58 | scribe, working, 30 percent, silent since 11:58, heard at 11:58
    14:01 | indexer, working, 62 percent, no change since 13:44, heard at 14:01
  Working 4
    14:02 | orchestrator, working, 70 percent, between 14:57 and 15:27, heard at 14:02, 1 open question
    14:00 | tester, working, heard at 14:00
    14:01 | reviewer, working, 82 percent, between 14:25 and 14:41, heard at 14:01
    14:01 | builder, working, 45 percent, between 14:31 and 15:46, heard at 14:01, 2 open questions
  Pinned 1
    14:01 | sentinel, pinned, heard at 14:01
  Finished today 2
    09:12 | linter, complete, 100 percent, finished at 09:12
    11:40 | migrator, complete, 100 percent, finished at 11:40
  Quiet 3
    Fri 09:30 | translator, complete, 100 percent, heard Fri 09:30
    Sun 11:05 | researcher, complete, 100 percent, heard Sun 11:05
    – | archivist, never seen
  """

/// The screens filled by the real library, which watched a real server while the fleet's script was played.
@MainActor @Suite(.timeLimit(.minutes(2))) struct FleetTests {
  @Test func theScreensShowTheFleetOnlineAndThenOffline() async throws {
    let folder = try Temporary.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let script = try FleetScript()
    let stage = try await script.play(in: folder)
    let labels = Labels(zone: try #require(TimeZone(identifier: script.zone)), hours24: true)
    let device = DeviceClock(stage.clock)

    let overview = OverviewModel(fleet: stage.companion, labels: labels, clock: device)
    let online = try await first {
      await overview.follow()
    } of: {
      overview.state
    }
    #expect(online.place == "Home fleet" && online.asOf == "As of 14:02:10" && online.bar == nil)
    #expect(online.told == withTheNetwork)
    #expect(online.row("deployer")?.waiting == "waiting 4\u{202F}min")
    #expect(online.row("scribe")?.finding?.text == "silent · usually every 5\u{202F}min")
    #expect(online.row("indexer")?.finding?.text == "no change 18\u{202F}min")
    #expect(online.row("tester")?.progress == .words("No progress reported"))
    #expect(online.row("builder")?.progress == .bar(percent: 45, text: "45\u{202F}%", moving: true))
    #expect(online.row("builder")?.age == "12\u{202F}s")
    #expect(online.row("migrator")?.age == "11:40")

    let builder = ProgramModel(
      id: ProgramKey(account: stage.account.id, program: "builder"), fleet: stage.companion, labels: labels,
      clock: device)
    await builder.refresh()
    let page = try await first {
      await builder.follow()
    } of: {
      builder.state
    }
    #expect(page.heard == "Last heard 12\u{202F}s ago, at 14:01:58 · read at 14:02:10")
    let now = try #require(page.now)
    #expect(now.number == "45" && now.project == "auth" && now.status == "Implementing JWT validation")
    #expect(now.context == GaugeState(fraction: 0.38, text: "38\u{202F}% left"))
    #expect(now.chart?.sentence.hasPrefix("Fell from 18 to 10\u{202F}% at 13:13.") == true)
    #expect(now.eta == EtaState(text: "≈ 30–105\u{202F}min", basis: "from the last 38\u{202F}min"))
    #expect(now.chart?.dueAt == "14:31–15:46")
    #expect(now.chart?.gaps.count == 1 && (now.chart?.pieces.count ?? 0) >= 2)
    #expect(
      page.cards.map(\.id) == [
        "now", "notes", "questions", "workItems", "lastTask", "chain", "sessions", "keys",
      ])

    // The network goes, and 37 minutes.
    stage.server.stop()
    stage.clock.set(script.end + 37 * 60_000)
    _ = try await stage.companion.refresh()
    let later = OverviewModel(fleet: stage.companion, labels: labels, clock: device)
    let offline = try await first {
      await later.follow()
    } of: {
      later.state
    }
    #expect(
      offline.bar
        == BarState(icon: .offline, text: "Offline · as of 14:02 (37\u{202F}min ago)", opens: false))
    #expect(offline.told == withoutTheNetwork)
    #expect(offline.strip.groups == online.strip.groups)
    #expect(
      offline.sections.flatMap(\.rows).map(\.text) == online.sections.flatMap(\.rows).map(\.text))
    #expect(offline.row("deployer")?.waiting == "waiting since 13:58")
    #expect(offline.row("scribe")?.finding?.text == "silent since 11:58")
    #expect(offline.row("indexer")?.finding?.text == "no change since 13:44")
    #expect(offline.row("builder")?.age == "14:01")
  }

  /// Follows until there is a state, then lets go.
  private func first<State>(
    _ follow: @escaping @MainActor () async -> Void, of state: @escaping @MainActor () -> State?
  ) async throws -> State {
    let (changes, changed) = AsyncStream.makeStream(of: Void.self)
    let following = Task { await follow() }
    withObservationTracking {
      _ = state()
    } onChange: {
      changed.yield()
    }
    if state() == nil {
      var iterator = changes.makeAsyncIterator()
      _ = await iterator.next(isolation: MainActor.shared)
      // The change is announced just before it is made.
      while state() == nil { await Task.yield() }
    }
    following.cancel()
    await following.value
    return try #require(state())
  }
}

/// A screen's clock that shows what the companion's shows; nobody waits for it.
private struct DeviceClock: ScreenClock {
  private let clock: SteppedClock

  init(_ clock: SteppedClock) { self.clock = clock }

  func now() -> Int64 { clock.nowMs() }
  func wait(for span: Duration) async throws { throw CancellationError() }
}

extension OverviewState {
  /// All that it says: a line each for the first lines, the sections, and the rows with their age and the sentence
  /// that a screen reader gets.
  fileprivate var told: String {
    let rows = sections.flatMap { section in
      ["\(section.title) \(section.count)"] + section.rows.map { "  \($0.age) | \($0.spoken)" }
    }
    let lines = [place, asOf, bar?.text, headline, strip.spoken].compactMap(\.self) + rows
    return lines.joined(separator: "\n").replacingOccurrences(of: Words.narrow, with: " ")
  }

  fileprivate func row(_ name: String) -> RowState? {
    sections.flatMap(\.rows).first { $0.name == name }
  }
}

extension ProgramPageState {
  fileprivate var now: NowCard? {
    for case .now(let card) in cards { return card }
    return nil
  }
}
