import CacheBash
import Observation

/// The keys that this device holds for one account: seen, added to, and forgotten. What each may read is learnt as it asks,
/// so the list is read again with each overview.
@MainActor @Observable public final class RingModel {
  /// What is drawn; nil until they were read.
  public private(set) var state: RingState?
  /// What could not be done, in a sentence.
  public private(set) var problem: String?
  /// What was done, in a sentence.
  public private(set) var done: String?
  /// The key that was asked about before it is forgotten.
  public private(set) var removing: String?
  /// Another key that is being pasted in place of the list.
  public private(set) var adding: OtherKeyModel?

  @ObservationIgnored private let account: String
  @ObservationIgnored private let fleet: any Fleet
  @ObservationIgnored private let acting: any Acting
  @ObservationIgnored private let labels: Labels
  @ObservationIgnored private let clock: any ScreenClock
  @ObservationIgnored private let closed: @MainActor () -> Void

  /// The keys of this account; `closed` is told when the list is to go.
  init(
    _ account: String, fleet: any Fleet, acting: any Acting, labels: Labels, clock: any ScreenClock,
    closed: @escaping @MainActor () -> Void
  ) {
    self.account = account
    self.fleet = fleet
    self.acting = acting
    self.labels = labels
    self.clock = clock
    self.closed = closed
  }

  /// Follows the account until its task is cancelled.
  public func follow() async {
    do {
      let query = ProgramQuery(account: account, limit: 1)
      for await _ in try await offMain({ [fleet] in try fleet.overviews(query) }) { await read() }
    } catch {
      problem = labels.problem(error)
    }
  }

  /// Reads them.
  public func read() async {
    do {
      let (known, keys) = try await offMain { [fleet, account] in
        (try fleet.accounts().first { $0.id == account }, try fleet.ring(account: account))
      }
      guard let known else { throw CompanionError.NotFound }
      state = RingState(keys, of: known, labels: labels, now: clock.now())
    } catch {
      problem = labels.problem(error)
    }
  }

  /// Remove was tapped: asks first.
  public func removeTapped(_ key: String) {
    removing = key
    done = nil
  }

  /// The key stays.
  public func stayTapped() { removing = nil }

  /// Forgets it.
  public func removeConfirmed() async {
    guard let hash = removing else { return }
    let label = state?.keys.first { $0.id == hash }?.label
    removing = nil
    problem = nil
    done = nil
    do {
      try await acting.removeFromRing(account: account, hash: hash)
      done = label.map(Words.removed)
    } catch {
      problem = labels.problem(error)
    }
    await read()
  }

  /// "Use another key" was tapped.
  public func addTapped() {
    stayTapped()
    done = nil
    problem = nil
    adding = OtherKeyModel(OtherKeyWish(account: account), fleet: fleet, acting: acting, labels: labels) {
      [weak self] in
      if self?.adding === $0 { self?.adding = nil }
    }
  }

  /// Leaves.
  public func closeTapped() { closed() }
}
