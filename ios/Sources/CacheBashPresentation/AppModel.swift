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
    /// The places of the app, the overview first.
    case fleet(FleetModel)
  }

  /// Which screen is the root.
  public private(set) var stage = Stage.closed

  @ObservationIgnored private let open: @Sendable () throws -> any Fleet & Acting
  @ObservationIgnored private let labels: Labels
  @ObservationIgnored private let clock: any ScreenClock
  @ObservationIgnored private let clipboard: (any KeyClipboard)?
  @ObservationIgnored private var fleet: (any Fleet & Acting)?
  @ObservationIgnored private var opening = false
  @ObservationIgnored private var hidden = false
  @ObservationIgnored private var asleep = false
  @ObservationIgnored private var waiting: String?

  /// An app over the fleet that `open` gives.
  public init(
    labels: Labels, clock: any ScreenClock = SystemScreenClock(), clipboard: (any KeyClipboard)? = nil,
    open: @escaping @Sendable () throws -> any Fleet & Acting
  ) {
    self.open = open
    self.labels = labels
    self.clock = clock
    self.clipboard = clipboard
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
      if let link = waiting {
        waiting = nil
        self.opened(link)
      }
      // It may have left the screen while its files were opened.
      if hidden { await sleep() }
    } catch { fail(error) }
  }

  /// The system hands over a pairing link. One that opened the app waits until its files are open.
  public func opened(_ link: String) {
    switch stage {
    case .firstRun(let pairing): pairing.opened(link)
    case .fleet(let fleet): fleet.opened(link)
    case .closed, .failed: waiting = link
    }
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

  private func sleep() async {
    guard let fleet, !asleep else { return }
    asleep = true
    do { try await fleet.suspend() } catch { fail(error) }
  }

  private func show(_ fleet: any Fleet & Acting, isNew: Bool) {
    guard isNew else {
      stage = .fleet(
        FleetModel(fleet: fleet, labels: labels, clock: clock, clipboard: clipboard) { [weak self] in
          self?.show(fleet, isNew: true)
        })
      return
    }
    stage = .firstRun(
      PairingModel(fleet: fleet, labels: labels) { [weak self] _ in
        await self?.connected(fleet)
      })
  }

  private func connected(_ fleet: any Fleet & Acting) async {
    do {
      try await offMain { try fleet.start() }
      show(fleet, isNew: false)
    } catch { fail(error) }
  }

  private func fail(_ error: any Error) { stage = .failed(labels.problem(error)) }
}
