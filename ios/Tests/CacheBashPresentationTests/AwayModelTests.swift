import CacheBash
import Foundation
import Testing

@testable import CacheBashPresentation

/// What is told of the time in which nobody looked.
@MainActor @Suite(.timeLimit(.minutes(1))) struct AwayModelTests {
  private let labels = Labels(zone: TimeZone(identifier: "Europe/Berlin") ?? .gmt, hours24: true)
  private let fleet = FakeFleet()

  /// What the screen draws of this digest.
  private func shown(
    _ digest: AwayDigest, accounts: [Account] = [Sample.account()]
  ) async throws -> AwayState {
    fleet.happened(digest)
    fleet.tells(Sample.overview([], accounts: accounts))
    fleet.ends()
    let model = AwayModel(fleet: fleet, labels: labels)
    await model.follow()
    #expect(fleet.askedOnMain == [])
    return try #require(model.state)
  }

  @Test func aMorningIsToldInASentenceAndLineByLine() async throws {
    let state = try await shown(Sample.morning)
    #expect(state.title == "While you were away")
    #expect(state.span == "08:12–14:02, 5\u{202F}h 50\u{202F}min")
    #expect(
      state.sentence == "One program waits for you. One session finished, builder handed off twice.")
    #expect(state.badge == "3")
    #expect(
      state.sections.map { "\($0.title) \($0.count)" } == [
        "Waiting for you 1", "Finished 1", "Changed course 2",
      ])
    #expect(
      state.sections.flatMap(\.lines).map { "\($0.time) \($0.name): \($0.text)" } == [
        "13:58 deployer: Run it now or at 22:00?", "09:12 linter: Auth package is clean",
        "11:58 scribe: Went silent", "13:13 builder: Fell from 18 to 10\u{202F}%",
      ])
    #expect(
      state.sections.flatMap(\.lines).map(\.sign) == [
        .said(.blocked), .said(.complete), .found(.silent), .found(.fell),
      ])
    #expect(
      state.sections.first?.lines.first?.opens == ProgramKey(account: "home", program: "deployer"))
  }

  @Test func eachProgramToWhichSomethingHappenedHasALaneAndWhatNobodySawIsCutOut() async throws {
    let lanes = try #require(try await shown(Sample.morning).lanes)
    #expect(lanes.lanes.map(\.name) == ["deployer", "scribe", "builder", "linter"])
    #expect(lanes.axis == ["08:12", "11:07", "14:02"])
    #expect(lanes.legend == "Hatched: not seen here 09:10–10:05. Dotted: silent.")
    let (from, until) = (58.0 / 350, 113.0 / 350)
    #expect(lanes.unseen == [from...until])

    let deployer = lanes.lanes[0]
    #expect(
      deployer.pieces == [
        LanePieceState(range: 0...from, colour: .pinned),
        LanePieceState(range: until...(300.0 / 350), colour: .pinned),
        LanePieceState(range: (300.0 / 350)...1, colour: .blocked),
      ])
    #expect(deployer.signs == [LaneSignState(at: 1, shape: .blocked)])
    #expect(lanes.lanes[1].pieces.map(\.colour) == [.working, .working, nil])
    // Two sessions stay two.
    #expect(lanes.lanes[2].pieces.count == 3)
    // What ended before nobody saw ends where it did.
    #expect(lanes.lanes[3].pieces == [LanePieceState(range: (20.0 / 350)...from, colour: .working)])
    #expect(lanes.lanes[3].signs == [LaneSignState(at: 60.0 / 350, shape: .complete)])
  }

  @Test func whereNothingHappenedThereIsASentenceAndNoMore() async throws {
    let state = try await shown(Sample.digest())
    #expect(state.sentence == "Nothing waits for you.")
    #expect(state.lanes == nil && state.sections == [] && state.badge == nil)
  }

  @Test func theSentenceCountsAndNamesWhoHandedOffMost() {
    func lane(_ program: String, _ handOffs: UInt32) -> AwayLane {
      AwayLane(account: "home", program: program, pieces: [], handOffs: handOffs, eventful: true)
    }
    func line(_ program: String) -> AwayLine { Sample.line(program, 1, .waits(words: nil)) }
    #expect(
      labels.awaySentence(
        Sample.digest(
          lanes: [lane("a", 1), lane("b", 3), lane("c", 3)], waiting: [line("a"), line("b")],
          finished: [line("c"), line("d")]))
        == "2 programs wait for you. 2 sessions finished, b handed off 3 times.")
    #expect(
      labels.awaySentence(Sample.digest(lanes: [lane("builder", 1)]))
        == "Nothing waits for you. builder handed off once.")
  }

  @Test func whoLeftNoWordsIsToldInOurs() {
    #expect(labels.awayEvent(.waits(words: nil)) == "Waits")
    #expect(labels.awayEvent(.finished(words: nil)) == "Finished")
    #expect(labels.awayEvent(.stoodStill) == "Stopped moving")
  }

  @Test func withTwoAccountsEachLineSaysWhoseItIs() async throws {
    let state = try await shown(
      Sample.morning,
      accounts: [
        Sample.account(label: "Home"), Sample.account(id: "hub", label: "hub.example.org"),
      ])
    #expect(state.sections.flatMap(\.lines).map(\.account) == ["Home", "Home", "Home", "Home"])
  }

  @Test func itIsToldAgainWheneverTheOverviewChangesAndAFailureTakesNothingAway() async throws {
    let model = AwayModel(fleet: fleet, labels: labels)
    fleet.happened(Sample.morning)
    fleet.tells(Sample.overview([]))
    fleet.tells(Sample.overview([Sample.row("builder")]))
    fleet.ends()
    await model.follow()
    #expect(fleet.asked == ["overviews", "away", "away"])
    let before = try #require(model.state)
    fleet.fails(.Storage(reference: "s-1"))
    await model.follow()
    #expect(model.problem == "This device’s storage failed (reference s-1).")
    #expect(model.state == before)
  }
}
