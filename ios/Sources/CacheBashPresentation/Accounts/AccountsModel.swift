import CacheBash
import Observation

/// The accounts on this device: the leave to act, given or taken back, and the way out.
@MainActor @Observable public final class AccountsModel: Identifiable {
  /// An account a line; nil until they were read.
  public private(set) var accounts: [AccountState]?
  /// What could not be done, in a sentence.
  public private(set) var problem: String?
  /// The account that was asked about before it is signed out.
  public private(set) var leaving: String?
  /// The account that was asked about before its key is replaced.
  public private(set) var replacing: String?
  /// What was done, in a sentence.
  public private(set) var done: String?

  /// The keys of one of them, where they are shown in place of the list.
  public private(set) var ring: RingModel?

  /// Opens a sheet for another account in place of this one.
  @ObservationIgnored var pair: @MainActor () -> Void = {}
  @ObservationIgnored private let fleet: any Fleet
  @ObservationIgnored private let acting: any Acting
  @ObservationIgnored private let labels: Labels
  @ObservationIgnored private let clock: any ScreenClock
  @ObservationIgnored private let signedOut: @MainActor ([String]) async -> Void
  @ObservationIgnored private let closed: @MainActor (AccountsModel) -> Void

  /// A model of all accounts. `signedOut` is told which are left, `closed` that the sheet is to go.
  init(
    fleet: any Fleet, acting: any Acting, labels: Labels, clock: any ScreenClock = SystemScreenClock(),
    signedOut: @escaping @MainActor ([String]) async -> Void,
    closed: @escaping @MainActor (AccountsModel) -> Void
  ) {
    self.fleet = fleet
    self.acting = acting
    self.labels = labels
    self.clock = clock
    self.signedOut = signedOut
    self.closed = closed
  }

  /// Reads them.
  public func read() async {
    do {
      accounts = try await offMain { [fleet] in try fleet.accounts() }.map(AccountState.init)
    } catch {
      problem = labels.problem(error)
    }
  }

  /// The leave to act was given or taken back.
  public func allow(_ account: String, _ allowed: Bool) async {
    await attempt { [acting] in
      _ = try await offMain { try acting.allowWrites(account: account, allowed: allowed) }
    }
  }

  /// Keys was tapped: shows those of this account.
  public func keysTapped(_ account: String) {
    stayTapped()
    ring = RingModel(account, fleet: fleet, acting: acting, labels: labels, clock: clock) { [weak self] in
      self?.ring = nil
    }
  }

  /// Sign out was tapped: asks first.
  public func signOutTapped(_ account: String) {
    leaving = account
    replacing = nil
  }

  /// The account stays, and its key.
  public func stayTapped() {
    leaving = nil
    replacing = nil
  }

  /// Replace key was tapped: asks first.
  public func replaceKeyTapped(_ account: String) {
    replacing = account
    leaving = nil
  }

  /// Another key in place of the one this device has; core keeps it before anything else happens.
  public func replaceKeyConfirmed() async {
    guard let account = replacing else { return }
    replacing = nil
    var waits = false
    await attempt { [acting] in
      switch try await acting.rotateKey(account: account) {
      // This phone has it where it needs it; nobody has to store it elsewhere.
      case .issued(_, let line): try await acting.discardAction(account: account, action: line)
      case .waiting: waits = true
      }
    }
    guard problem == nil, let label = accounts?.first(where: { $0.id == account })?.label else { return }
    done = waits ? Words.replacementWaits(label) : Words.replaced(label, labels.duration(Self.oldKeyLives))
  }

  /// So long the server takes the old key after it was replaced.
  private static let oldKeyLives = 30 * TimeUnit.second.length

  /// Another account.
  public func anotherTapped() { pair() }

  /// Wipes all of the account that is on this device.
  public func signOutConfirmed() async {
    guard let account = leaving else { return }
    leaving = nil
    await attempt { [acting] in try await acting.removeAccount(account: account) }
    guard problem == nil, let accounts else { return }
    await signedOut(accounts.map(\.id))
  }

  /// Leaves.
  public func closeTapped() { closed(self) }

  /// What is shown is read again, whatever came of it.
  private func attempt(_ work: () async throws -> Void) async {
    problem = nil
    done = nil
    do {
      try await work()
    } catch {
      problem = labels.problem(error)
    }
    let failed = problem
    await read()
    problem = failed ?? problem
  }
}

/// One account.
public struct AccountState: Equatable, Sendable, Identifiable {
  /// Which.
  public var id: String
  /// What its owner calls it.
  public var label: String
  /// Its server; nil where that is its label.
  public var host: String?
  /// This device may act for its owner.
  public var acts: Bool
}

extension AccountState {
  init(_ account: Account) {
    let host = account.host
    self.init(
      id: account.id, label: account.label, host: account.label == host ? nil : host,
      acts: account.writesAllowed)
  }
}
