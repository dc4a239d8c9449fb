import CacheBash
import Foundation
import Testing

@testable import CacheBashPresentation

/// The ways to a new key, to another key, and what becomes of a place whose account is gone.
@MainActor @Suite(.timeLimit(.minutes(1))) struct PlacesTests {
  private let labels = Labels(zone: TimeZone(identifier: "Europe/Berlin") ?? .gmt, hours24: true)
  private let fleet = FakeFleet(accounts: [Sample.account()])

  private func places() -> FleetModel {
    FleetModel(fleet: fleet, labels: labels, clock: HandClock(Sample.now))
  }

  @Test func whereNobodyIsHereYetTheFirstKeyCanBeMade() async {
    let places = places()
    fleet.tells(Sample.overview([], headline: .nobody))
    fleet.ends()
    await places.overview.follow()
    #expect(places.overview.state?.createKey == KeyWish(account: "home"))
    places.overview.createKeyTapped()
    #expect(places.sheet?.newKey?.wish == KeyWish(account: "home") && places.sheet?.newKey?.program == "")
    places.sheet?.newKey?.closeTapped()
    #expect(places.sheet?.newKey == nil)
  }

  @Test func whereSomebodyIsThePageMakesTheKeyOfItsProgram() async {
    let places = places()
    fleet.tells(Sample.overview([Sample.row("builder")]))
    fleet.ends()
    await places.overview.follow()
    #expect(places.overview.state?.createKey == nil)
    places.overview.createKeyTapped()
    #expect(places.sheet?.newKey == nil)
    places.page(of: ProgramKey(account: "home", program: "builder")).createKeyTapped()
    #expect(places.sheet?.newKey?.program == "builder")
  }

  @Test func aKeyThatIsNoLongerAcceptedCanBeReplacedAndTheDataStays() async throws {
    let places = places()
    fleet.tells(
      Sample.overview([Sample.row("builder")], fresh: false, notice: .keyRefused(asOf: Sample.now)))
    fleet.ends()
    await places.overview.follow()
    #expect(
      places.overview.state?.bar
        == BarState(
          icon: .refused, text: "This key is no longer accepted · as of 14:02", opens: false,
          action: "Replace key"))
    #expect(places.overview.state?.sections.flatMap(\.rows).map(\.name) == ["builder"])
    places.overview.otherKeyTapped()
    #expect(places.sheet?.otherKey?.wish == OtherKeyWish(account: "home", ownIsRefused: true))
  }

  @Test func ofSeveralAccountsTheKeyOfTheRefusedOneIsReplaced() async {
    let places = places()
    fleet.tells(
      Sample.overview(
        [], accounts: [Sample.account(), Sample.account(id: "work", label: "Work")], fresh: false,
        notice: .keyRefused(asOf: Sample.now),
        sources: [
          Sample.source(.sessions, .fresh),
          Sample.source(.sessions, .failed, cause: .unauthorized, account: "work", inBar: true),
        ]))
    fleet.ends()
    await places.overview.follow()
    places.overview.otherKeyTapped()
    #expect(places.sheet?.otherKey?.wish.account == "work")
  }

  @Test func aPairingCodeThatTheCameraReadIsAskedAboutOverTheFleet() {
    let places = places()
    places.opened("cachebash://pair?v=1&url=https%3A%2F%2Fhub.example.org&key=\(Sample.rawKey)")
    #expect(places.sheet?.pairing?.step == .confirming(question: "Connect to hub.example.org?"))
    #expect(fleet.asked == [])
  }

  @Test func whatComesWhileAKeyIsMadeWaitsUntilItsSheetIsClosed() {
    let places = places()
    places.makeKey(KeyWish(account: "home"))
    let making = places.sheet?.newKey
    places.opened("cachebash://pair?v=1&url=https%3A%2F%2Fhub.example.org&key=\(Sample.rawKey)")
    #expect(making != nil && places.sheet?.newKey === making)
    places.opened("cachebash://pair?v=1&url=https%3A%2F%2Fwork.example.org&key=\(Sample.rawKey)")
    making?.closeTapped()
    #expect(places.sheet?.pairing?.step == .confirming(question: "Connect to work.example.org?"))
    places.sheet = nil
    #expect(places.sheet?.id == nil, "it waited once")
  }

  @Test func aSheetThatOpensFromAnotherTakesItsPlace() {
    let places = places()
    places.accountsTapped()
    let accounts = places.sheet?.accounts
    accounts?.anotherTapped()
    #expect(accounts != nil && places.sheet?.pairing != nil)
    // What was asked of the first closes nothing any more.
    accounts?.closeTapped()
    #expect(places.sheet?.pairing != nil)
  }

  @Test func whatWasFoundAndBegunGoesWithItsAccount() async {
    let places = places()
    fleet.finds { _ in Sample.found(Sample.hit) }
    places.search.text = "refresh"
    await places.search.look()
    places.makeKey(KeyWish(account: "home"))
    fleet.tells(Sample.outbox())
    fleet.tells(Sample.outbox(accounts: []))
    fleet.ends()
    await places.outbox.follow()
    #expect(places.search.text == "" && places.search.state.hits == [])
    #expect(places.sheet?.newKey == nil)
  }

  @Test func theTabOfWhatHappenedCountsThoughItsPlaceIsNotShown() async {
    let places = places()
    fleet.happened(Sample.morning)
    fleet.tells(Sample.overview([]))
    fleet.ends()
    await places.follow()
    #expect(places.place == .fleet && places.away.state?.badge == "3")
  }
}
