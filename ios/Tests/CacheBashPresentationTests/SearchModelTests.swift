import CacheBash
import Foundation
import Testing

@testable import CacheBashPresentation

/// Words that are looked for while they are typed.
@MainActor @Suite(.timeLimit(.minutes(1))) struct SearchModelTests {
  private let labels = Labels(zone: TimeZone(identifier: "Europe/Berlin") ?? .gmt, hours24: true)
  private let fleet = FakeFleet(accounts: [Sample.account()])

  private func model() -> SearchModel { SearchModel(fleet: fleet, labels: labels) }

  /// A model in which this was typed and looked for.
  private func typed(_ text: String) async -> SearchModel {
    let model = model()
    model.text = text
    await model.look()
    return model
  }

  @Test func whileNothingIsTypedNobodySearches() async {
    let model = await typed("  ")
    #expect(fleet.asked == [])
    #expect(model.state.hint == "Type words. Each must occur; of the last one its beginning will do.")
    #expect(model.state.hits == [] && model.state.kinds == [] && model.state.reach == nil)
  }

  @Test func aHitIsTakenApartAtWhatWasFoundAndSaysWhatItIsAndWhenItWasSaid() async throws {
    fleet.finds { _ in Sample.found(Sample.hit, Sample.alertHit) }
    let state = await typed("refresh tok").state
    let first = try #require(state.hits.first)
    #expect(
      first
        == HitState(
          id: 0, program: "builder", kind: "Open question", account: nil, kept: "kept here", time: "13:54",
          pieces: [
            PieceState(text: "… ", found: false), PieceState(text: "an expired ", found: false),
            PieceState(text: "refresh", found: true), PieceState(text: " ", found: false),
            PieceState(text: "tok", found: true), PieceState(text: "en", found: false),
          ], opens: ProgramKey(account: "home", program: "builder")))
    let second = try #require(state.hits.last)
    #expect(second.opens == nil && second.time == nil && second.kept == nil)
    #expect(second.pieces.map(\.text) == ["refresh", " the token", "…"])
    #expect(state.kinds.map(\.label) == ["All 2", "Questions 1", "Alerts 1"])
    #expect(state.kinds.map(\.chosen) == [true, false, false])
    #expect(state.hint == nil && state.more == nil)
    #expect(
      state.reach
        == ReachState(
          title: "Not everything is on this phone",
          lines: [
            "Notes, questions, work items: of 4 of 13 programs.",
            "Tasks: newest 50. Messages: since Wed 21:37.",
            "Asked questions: their first 50 characters.",
          ]))
  }

  @Test func aMatchBesideALetterOfTwoUnitsIsStillTheMatch() async {
    let hit = Sample.hit("🚀 日本語 ship", HitMark(start: 3, end: 4), HitMark(start: 7, end: 11))
    fleet.finds { _ in Sample.found(hit) }
    let pieces = await typed("日 ship").state.hits.first?.pieces
    #expect(pieces?.map(\.text) == ["🚀 ", "日", "本語 ", "ship"])
    #expect(pieces?.map(\.found) == [false, true, false, true])
  }

  @Test func whatIsWholeIsSaidToBeWhole() async {
    let whole = SearchReach(programs: 3, statesRead: 3, tasks: 0, messagesSince: nil, questionsWhole: true)
    fleet.finds { _ in Sample.found(Sample.hit, reach: whole) }
    #expect(
      await typed("refresh").state.reach?.lines == [
        "Notes, questions, work items: complete.", "Tasks: none known. Messages: none read yet.",
      ])
  }

  @Test func oneKindIsShownAloneMoreAreAskedForAndOtherWordsBeginAnew() async {
    fleet.finds { _ in Sample.found(Sample.hit, total: 51) }
    let model = await typed("refresh")
    model.showTapped(.openQuestion)
    await model.look()
    #expect(model.state.kinds.map(\.chosen) == [false, true])
    #expect(model.state.more == "50 more hits are not shown")
    model.moreTapped()
    await model.look()
    model.text = "token"
    await model.look()
    #expect(
      fleet.asked.filter { $0.hasPrefix("search") } == [
        "search refresh, all, 50", "search refresh, openQuestion, 50", "search refresh, openQuestion, 200",
        "search token, all, 50",
      ])
  }

  @Test func ofTwoSearchesTheLaterIsShownThoughTheEarlierEndsLast() async {
    let (held, letGo) = AsyncStream.makeStream(of: Void.self)
    let (arrived, arrives) = AsyncStream.makeStream(of: Void.self)
    fleet.finds { query in
      if query.text == "refresh" {
        arrives.yield()
        for await _ in held { break }
      }
      return Sample.found(Sample.hit(query.text))
    }
    let model = model()
    model.text = "refresh"
    let earlier = Task { await model.look() }
    for await _ in arrived { break }
    model.text = "token"
    await model.look()
    letGo.yield()
    await earlier.value
    #expect(model.state.hits.flatMap(\.pieces).map(\.text) == ["token"])
  }

  @Test func withTwoAccountsEachHitSaysWhoseItIs() async {
    let fleet = FakeFleet(accounts: [
      Sample.account(label: "Home"), Sample.account(id: "hub", label: "hub.example.org"),
    ])
    fleet.finds { _ in Sample.found(Sample.hit) }
    let model = SearchModel(fleet: fleet, labels: labels)
    model.text = "refresh"
    await model.look()
    #expect(model.state.hits.map(\.account) == ["Home"])
    #expect(fleet.askedOnMain.filter { $0 == "accounts" } == [])
  }

  @Test func nothingFoundAndAFailureAreDifferentThings() async {
    let model = await typed("horoscope")
    #expect(model.state.hint == "Nothing kept here has all of these words." && model.problem == nil)
    fleet.fails(.Storage(reference: "s-1"))
    model.text = "horoscopes"
    await model.look()
    #expect(model.state.hint == nil)
    #expect(model.problem == "This device’s storage failed (reference s-1).")
    fleet.fails(nil)
    model.text = ""
    await model.look()
    #expect(model.problem == nil && model.state.hint != nil)
  }

  @Test func theSearchKeepsItsWordsWhileAnotherPlaceIsShown() {
    let places = FleetModel(fleet: fleet, labels: labels)
    places.place = .search
    places.search.text = "refresh"
    places.place = .fleet
    places.place = .search
    #expect(places.search.text == "refresh")
  }
}
