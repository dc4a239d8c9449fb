import CacheBash
import Foundation
import Testing

@testable import CacheBashPresentation

/// What a screen says where something is missing: never blank, never red, and what is known stays.
@MainActor @Suite struct WhatIsMissingTests {
  private let labels = Labels(zone: TimeZone(identifier: "Europe/Berlin") ?? .gmt, hours24: true)

  private func page(_ reading: Reading, _ sources: [SourceReport]) -> ProgramPageState {
    ProgramPageState(
      Sample.page(Sample.row("builder"), context: Sample.context(reading), sources: sources),
      labels: labels, now: Sample.now)
  }

  private func rights(_ state: ProgramPageState) -> [RightState]? {
    for case .rights(let card) in state.cards { return card.rights }
    return nil
  }

  @Test func aStateThatMayNotBeReadIsFollowedByWhatTheKeyMayDo() {
    let state = page(
      .noPermission(capability: "state.read"),
      [
        Sample.source(.sessions, .fresh), Sample.source(.tasks, .fresh), Sample.source(.messages, .fresh),
        Sample.source(.keys, .failed, asOf: nil, cause: .forbidden(capability: "keys.read")),
        Sample.source(.questions, .neverRead, asOf: nil),
        // Another account's key is another key.
        Sample.source(.tasks, .failed, cause: .forbidden(capability: nil), account: "hub"),
      ])
    #expect(state.cards.prefix(2).map(\.id) == ["noPermission", "rights"])
    #expect(
      rights(state)?.map { "\($0.text) \($0.may)" } == [
        "See sessions and progress true", "See messages true", "See tasks true",
        "Read program state false", "See keys false",
      ])
    #expect(rights(state)?.last?.spoken == "See keys: not allowed")
  }

  @Test func aKeyThatMayReadTheStateIsNotToldItsRights() {
    #expect(
      rights(page(.nothing, [Sample.source(.keys, .failed, cause: .forbidden(capability: "keys.read"))]))
        == nil)
  }

  @Test func aSourceThatFailsSaysSinceWhenAndWhyAndTheRestStands() {
    let state = OverviewState(
      Sample.overview(
        [Sample.row("builder")], notice: .partial,
        sources: [
          Sample.source(.sessions, .fresh),
          Sample.source(
            .messages, .failed, asOf: Sample.now - 900_000, since: Sample.now - 610_000,
            cause: .serverUnavailable, inBar: true, canRetry: true),
        ]), labels: labels, now: Sample.now)
    #expect(state.bar == BarState(icon: .none, text: "Sessions 14:02 · Messages failed", opens: true))
    let failed = state.sources.last
    #expect(failed?.time == "failed since 13:52" && failed?.sign == .failed && failed?.canRetry == true)
    #expect(failed?.cause == "The server cannot answer now.")
    #expect(state.sections.flatMap(\.rows).map(\.name) == ["builder"])
  }
}
