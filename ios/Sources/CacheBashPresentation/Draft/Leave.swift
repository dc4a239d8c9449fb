import CacheBash

/// Whether this device may act for an account, as one sheet that acts knows it, and the one way to ask for it. The companion
/// decides; this only knows what it said.
@MainActor final class Leave {
  private enum Step {
    /// As the account has it.
    case asTheAccountHas
    /// The companion refused for want of it.
    case missed
    /// It is being noted.
    case taking
    /// It was given here.
    case given
  }

  private let account: String
  private let acting: any Acting
  private var step = Step.asTheAccountHas

  /// The leave to act for this account.
  init(_ account: String, acting: any Acting) {
    self.account = account
    self.acting = acting
  }

  /// What asks for it, if it has to be asked for.
  func asks(of account: Account) -> AllowState? {
    switch step {
    case .given: nil
    case .asTheAccountHas: account.writesAllowed ? nil : AllowState(account, busy: false)
    case .missed: AllowState(account, busy: false)
    case .taking: AllowState(account, busy: true)
    }
  }

  /// The companion refused for want of it: it is asked for, whatever the account was last heard to have.
  func isMissed() { step = .missed }

  /// Lets this device act. `told` hears that it began and how it ended, with what went wrong.
  func take(_ told: (_ problem: (any Error)?) -> Void) async {
    guard step != .taking else { return }
    step = .taking
    told(nil)
    do {
      _ = try await offMain { [acting, account] in try acting.allowWrites(account: account, allowed: true) }
      step = .given
      told(nil)
    } catch {
      step = .missed
      told(error)
    }
  }
}
