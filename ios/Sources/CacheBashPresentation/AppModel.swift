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

  @ObservationIgnored private let open: @Sendable () throws -> any Fleet
  @ObservationIgnored private let labels: Labels
  @ObservationIgnored private let clock: any ScreenClock
  @ObservationIgnored private var fleet: (any Fleet)?
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

  /// The app was launched.
  public func launched() {
    guard fleet == nil else { return }
    do {
      let fleet = try open()
      self.fleet = fleet
      try show(fleet)
    } catch {
      stage = .failed(labels.problem(error))
    }
  }

  /// The app left the screen.
  public func wentToBack() async {
    guard let fleet, !asleep else { return }
    asleep = true
    do { try await fleet.suspend() } catch { fail(error) }
  }

  /// The app is on the screen again.
  public func cameToFront() async {
    guard let fleet, asleep else { return }
    asleep = false
    do { try await fleet.resume() } catch { fail(error) }
  }

  /// The model of one program's page.
  public func page(of program: ProgramKey) -> ProgramModel? {
    fleet.map { ProgramModel(id: program, fleet: $0, labels: labels, clock: clock) }
  }

  private func show(_ fleet: any Fleet) throws {
    if try fleet.accounts().isEmpty {
      stage = .firstRun(
        PairingModel(fleet: fleet, labels: labels) { [weak self] in
          self?.connected(fleet)
        })
    } else {
      begin(fleet)
    }
  }

  private func connected(_ fleet: any Fleet) { begin(fleet) }

  private func begin(_ fleet: any Fleet) {
    do {
      try fleet.start()
      stage = .fleet(OverviewModel(fleet: fleet, labels: labels, clock: clock))
    } catch { fail(error) }
  }

  private func fail(_ error: any Error) { stage = .failed(labels.problem(error)) }
}
