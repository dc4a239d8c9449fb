import CacheBash

/// Whether this device may act for an account, as far as a sheet knows. The companion decides; this only knows what it
/// said.
enum Leave {
  /// As the account has it.
  case asTheAccountHas
  /// The companion refused for want of it.
  case missed
  /// It is being noted.
  case taking
  /// It was given here.
  case given

  /// What asks for it, if it has to be asked for.
  func asks(of account: Account) -> AllowState? {
    switch self {
    case .given: nil
    case .asTheAccountHas: account.writesAllowed ? nil : AllowState(account, busy: false)
    case .missed: AllowState(account, busy: false)
    case .taking: AllowState(account, busy: true)
    }
  }
}

extension Acting {
  /// Notes that this device may act for the account's owner.
  func takeLeave(for account: String) async throws {
    _ = try await offMain { try self.allowWrites(account: account, allowed: true) }
  }
}
