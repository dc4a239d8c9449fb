#if DEBUG
  import CacheBash
  import CacheBashPresentation
  import SwiftUI

  /// The search with hits, and a morning nobody looked at.
  struct FindPreviews: PreviewProvider {
    static var previews: some View {
      Group {
        NavigationStack { ScrollView { SearchView(state: SampleFinds.search) } }
        NavigationStack { ScrollView { AwayView(state: SampleFinds.away) } }
        NavigationStack { ScrollView { AwayView(state: SampleFinds.away) } }.preferredColorScheme(.dark)
      }
    }
  }

  /// What core would say of a search and of a morning.
  @MainActor enum SampleFinds {
    private static let labels = Labels(zone: TimeZone(identifier: "Europe/Berlin") ?? .gmt, hours24: true)
    private static func ago(_ minutes: Int64) -> Int64 { SampleFleet.now - minutes * 60_000 }

    static var search: SearchState {
      let hit = SearchHit(
        account: "home", kind: .openQuestion, program: "builder", opens: .program(program: "builder"),
        at: ago(8), piece: "Should an expired refresh token answer 401 or 403?",
        marks: [HitMark(start: 18, end: 25), HitMark(start: 26, end: 29)], cutBefore: false,
        cutAfter: false, keptHere: false)
      return SearchState(
        SearchPage(
          hits: [hit], offset: 0, total: 1, kinds: [KindCount(kind: .openQuestion, count: 1)],
          now: SampleFleet.now,
          reach: SearchReach(
            programs: 13, statesRead: 13, tasks: 50, messagesSince: ago(7_200), questionsWhole: true)),
        chosen: nil, accounts: [], labels: labels)
    }

    static var away: AwayState {
      let pieces = [
        AwayPiece(session: "deployer.1", from: ago(350), until: ago(50), what: .reported(state: .pinned)),
        AwayPiece(session: "deployer.1", from: ago(50), until: ago(0), what: .reported(state: .blocked)),
      ]
      let waits = AwayLine(
        account: "home", program: "deployer", at: ago(4),
        event: .waits(words: "The migration locks users for 40 s. Run it now or at 22:00?"))
      return AwayState(
        AwayDigest(
          from: ago(350), until: ago(0),
          lanes: [
            AwayLane(account: "home", program: "deployer", pieces: pieces, handOffs: 0, eventful: true)
          ], waiting: [waits], finished: [], changed: [], unseen: [Gap(from: ago(292), until: ago(237))]),
        accounts: [], labels: labels, now: SampleFleet.now)
    }
  }
#endif
