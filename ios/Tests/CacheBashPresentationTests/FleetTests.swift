import CacheBash
import CacheBashTesting
import Foundation
import Observation
import Testing

@testable import CacheBashPresentation

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
    #expect(online.headline == "1 needs you")
    #expect(
      online.strip.spoken
        == "13 programs: 1 needs you, 1 silent, 1 stalled, 4 working, 1 pinned, 2 finished, 3 quiet")
    #expect(
      online.sections.map { "\($0.title) \($0.count): \($0.rows.map(\.name).joined(separator: " "))" } == [
        "Needs you 1: deployer", "Stalled or silent 2: scribe indexer",
        "Working 4: orchestrator tester reviewer builder", "Pinned 1: sentinel",
        "Finished today 2: linter migrator", "Quiet 3: translator researcher archivist",
      ])
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
    #expect(now.chart?.gaps.count == 1 && (now.chart?.pieces.count ?? 0) >= 2)
    #expect(page.cards.map(\.id) == ["now", "notes", "questions", "workItems", "lastTask", "chain", "keys"])

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
