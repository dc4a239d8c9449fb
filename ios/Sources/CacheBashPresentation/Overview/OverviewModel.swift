import CacheBash
import Observation

/// The overview as a screen follows it: words again on each new value and on each tick, trouble beside the content.
@MainActor @Observable public final class OverviewModel {
  /// What the screen draws; nil until the first value, which comes from the cache.
  public private(set) var state: OverviewState?
  /// The line per source is open.
  public private(set) var showsSources = false
  /// What went wrong on this device, in a sentence; never what a source did, which the bar says.
  public private(set) var problem: String?

  /// Opens a sheet to say something.
  @ObservationIgnored var say: @MainActor (Subject) -> Void = { _ in }
  /// Opens a sheet to make a key.
  @ObservationIgnored var wishKey: @MainActor (KeyWish) -> Void = { _ in }
  /// Opens a sheet for another key.
  @ObservationIgnored var wishOtherKey: @MainActor (OtherKeyWish) -> Void = { _ in }
  @ObservationIgnored private let fleet: any Fleet
  @ObservationIgnored private let labels: Labels
  @ObservationIgnored private let clock: any ScreenClock
  @ObservationIgnored private let ticking: Ticking
  @ObservationIgnored private var overview: Overview?

  /// The most rows that one window holds.
  private static let window: UInt32 = 100

  /// A model over this fleet; it does nothing until it is followed.
  public init(fleet: any Fleet, labels: Labels, clock: any ScreenClock = SystemScreenClock()) {
    self.fleet = fleet
    self.labels = labels
    self.clock = clock
    ticking = Ticking(clock: clock)
  }

  /// Follows the fleet until its task is cancelled or the companion ends the stream.
  public func follow() async {
    defer { ticking.stop() }
    do {
      let query = ProgramQuery(limit: Self.window)
      let overviews = try await offMain { [fleet] in try fleet.overviews(query) }
      for await overview in overviews {
        self.overview = overview
        problem = nil
        word()
        ticking.start(every: period) { [weak self] in self?.word() }
      }
    } catch {
      problem = labels.problem(error)
    }
  }

  /// The reader asks for what is new.
  public func refresh() async {
    do {
      try await fleet.refreshNow()
      problem = nil
    } catch {
      problem = labels.problem(error)
    }
  }

  /// The as-of or a bar that opens was tapped.
  public func sourcesTapped() { showsSources.toggle() }

  /// "Create a key" was tapped, where nobody is here yet.
  public func createKeyTapped() {
    if let wish = state?.createKey { wishKey(wish) }
  }

  /// "Replace key" was tapped: of the account whose key is refused.
  public func otherKeyTapped() {
    guard let overview, case .keyRefused = overview.notice else { return }
    let refused = overview.sources.first { $0.cause == .unauthorized }?.account
    guard let account = refused ?? overview.accounts.first?.id else { return }
    wishOtherKey(OtherKeyWish(account: account, ownIsRefused: true))
  }

  /// Answer was tapped. The question is taken from the overview that showed it; one that was taken back opens nothing.
  public func answerTapped(_ key: AskedKey) {
    guard let overview else { return }
    let asked = overview.asked + overview.rows.compactMap(\.asked)
    if let asked = asked.first(where: { $0.key == key && $0.answerable }) { say(.answer(asked)) }
  }

  /// Says everything again: time has passed. Assigned only where it differs, so that a quiet screen is not drawn.
  private func word() {
    guard let overview else { return }
    let worded = OverviewState(overview, labels: labels, now: now(overview))
    if worded != state { state = worded }
    if worded.sources.isEmpty { showsSources = false }
  }

  /// The server's time: this device's, corrected by what its replies said.
  private func now(_ overview: Overview) -> Int64 { clock.now() + overview.serverOffset }

  private var period: Duration {
    guard let overview else { return Ticking.calm }
    if case .rateLimited = overview.notice { return Ticking.seconds }
    let now = now(overview)
    let counts = overview.rows.contains { row in row.lastHeard.map { now - $0 < 60_000 } ?? false }
    return overview.fresh && counts ? Ticking.seconds : Ticking.calm
  }
}

extension Labels {
  /// What went wrong, whatever was thrown.
  func problem(_ error: any Error) -> String {
    (error as? CompanionError).map(self.error) ?? Words.companionFailed
  }
}
