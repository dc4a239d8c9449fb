import CacheBash
import Observation

/// What the app shows: the first run, or the fleet. Opens the files and no connection.
@MainActor @Observable public final class AppModel {
  /// Which screen is the root.
  public enum Stage {
    /// Nothing is open yet.
    case closed
    /// The files could not be opened.
    case failed(String)
    /// No account yet.
    case firstRun(PairingModel)
    /// The overview.
    case fleet(OverviewModel)
  }

  /// Which screen is the root.
  public private(set) var stage = Stage.closed
  /// The search; nil until there is an account.
  public private(set) var search: SearchModel?
  /// What happened while nobody looked; nil until there is an account.
  public private(set) var away: AwayModel?

  @ObservationIgnored private let open: @Sendable () throws -> any Fleet
  @ObservationIgnored private let labels: Labels
  @ObservationIgnored private let clock: any ScreenClock
  @ObservationIgnored private var fleet: (any Fleet)?
  @ObservationIgnored private var opening = false
  @ObservationIgnored private var hidden = false
  @ObservationIgnored private var asleep = false

  /// An app over the fleet that `open` gives.
  public init(
    labels: Labels, clock: any ScreenClock = SystemScreenClock(),
    open: @escaping @Sendable () throws -> any Fleet
  ) {
    self.open = open
    self.labels = labels
    self.clock = clock
  }

  /// The app was launched: opens the files and asks for the accounts once, away from the main actor.
  public func launched() async {
    guard fleet == nil, !opening else { return }
    opening = true
    defer { opening = false }
    do {
      let opened = try await offMain { [open] in
        let fleet = try open()
        let accounts = try fleet.accounts()
        if !accounts.isEmpty { try fleet.start() }
        return (fleet: fleet, isNew: accounts.isEmpty)
      }
      fleet = opened.fleet
      show(opened.fleet, isNew: opened.isNew)
      // It may have left the screen while its files were opened.
      if hidden { await sleep() }
    } catch { fail(error) }
  }

  /// The system hands over a pairing link.
  public func opened(_ link: String) {
    if case .firstRun(let pairing) = stage { pairing.opened(link) }
  }

  /// The app left the screen.
  public func wentToBack() async {
    hidden = true
    await sleep()
  }

  /// The app is on the screen again.
  public func cameToFront() async {
    hidden = false
    guard let fleet, asleep else { return }
    asleep = false
    do { try await fleet.resume() } catch { fail(error) }
  }

  /// The model of one program's page.
  public func page(of program: ProgramKey) -> ProgramModel? {
    fleet.map { ProgramModel(id: program, fleet: $0, labels: labels, clock: clock) }
  }

  private func sleep() async {
    guard let fleet, !asleep else { return }
    asleep = true
    do { try await fleet.suspend() } catch { fail(error) }
  }

  private func show(_ fleet: any Fleet, isNew: Bool) {
    guard isNew else {
      search = SearchModel(fleet: fleet, labels: labels)
      away = AwayModel(fleet: fleet, labels: labels)
      stage = .fleet(OverviewModel(fleet: fleet, labels: labels, clock: clock))
      return
    }
    stage = .firstRun(
      PairingModel(fleet: fleet, labels: labels) { [weak self] in
        await self?.connected(fleet)
      })
  }

  private func connected(_ fleet: any Fleet) async {
    do {
      try await offMain { try fleet.start() }
      show(fleet, isNew: false)
    } catch { fail(error) }
  }

  private func fail(_ error: any Error) { stage = .failed(labels.problem(error)) }
}
