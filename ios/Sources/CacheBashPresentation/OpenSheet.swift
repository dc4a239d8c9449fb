/// What is open over the places: one sheet or none, so that one which opens in place of another is not lost.
@MainActor public enum OpenSheet: Identifiable {
  /// Something is being said.
  case draft(DraftModel)
  /// A key is being made, and seen.
  case newKey(NewKeyModel)
  /// A link or a key is being pasted, for an account.
  case pairing(PairingModel)
  /// Another key for an account is being pasted.
  case otherKey(OtherKeyModel)
  /// The accounts.
  case accounts(AccountsModel)

  /// Its model tells it from all others.
  public nonisolated var id: ObjectIdentifier { ObjectIdentifier(model) }

  /// The draft, if that is what is open.
  public var draft: DraftModel? { if case .draft(let model) = self { model } else { nil } }
  /// The key that is being made.
  public var newKey: NewKeyModel? { if case .newKey(let model) = self { model } else { nil } }
  /// What is pasted.
  public var pairing: PairingModel? { if case .pairing(let model) = self { model } else { nil } }
  /// The other key.
  public var otherKey: OtherKeyModel? { if case .otherKey(let model) = self { model } else { nil } }
  /// The accounts.
  public var accounts: AccountsModel? { if case .accounts(let model) = self { model } else { nil } }

  /// What draws it.
  nonisolated var model: AnyObject {
    switch self {
    case .draft(let model): model
    case .newKey(let model): model
    case .pairing(let model): model
    case .otherKey(let model): model
    case .accounts(let model): model
    }
  }
}
