extension Words {
  // MARK: Another key for an account

  static func otherKeyLead(_ account: String, _ server: String) -> String {
    "Paste a key for \(server), or a pairing link. It reads where the key of \(account) may not; "
      + "what you send goes out with that of \(account)."
  }
  static func otherKeyLeadRefused(_ account: String, _ server: String) -> String {
    "The key of \(account) is no longer accepted. Paste another for \(server), or a pairing link. "
      + "All that is kept of the account stays, and what waits in its outbox."
  }
  static func otherKeyElsewhere(_ account: String, _ server: String) -> String {
    "This link is for \(server), not for the server of \(account). It can be a new account; "
      + "nothing was sent so far."
  }
  static func otherKeyOfAnother(_ account: String) -> String {
    "This key belongs to another owner than the key of \(account), and cannot read for that account. "
      + "It can be a new account."
  }
  static func otherKeyIsOwn(_ account: String) -> String {
    "This is the key that \(account) has already."
  }
  static func otherKeyIsInRing(_ account: String, _ label: String) -> String {
    "\(account) has this key already: “\(label)”."
  }
  /// Sends the key to the account's server, and keeps it there beside the account's own.
  public static let useThisKey = "Use this key"

  // MARK: The keys of an account

  /// What a tap on the line does, for a screen reader.
  public static let keysHint = "Shows the keys that this phone holds for the account"
  static let keyIsOwn = "The account’s own: what you send goes out with it"
  static let keyReads = "Reads where the account’s own may not"
  static let keyOnlyOpens = "Only opens answers that were sealed for it"
  static let mayReadNotKnown = "What it may read is not known yet"
  static func mayReadThese(_ sources: String) -> String { "May read: \(sources)" }
  static func mayNotReadThese(_ sources: String) -> String { "May not read: \(sources)" }
  static func needs(_ source: String, _ capability: String) -> String { "\(source) (needs \(capability))" }
  static func addedHere(_ when: String) -> String { "On this phone since \(when)" }
  /// Forgets a key.
  public static let remove = "Remove"
  static let removeAsks =
    "This phone forgets the key, reads no more with it, and can no longer open answers that were sealed for it. "
    + "On the server the key lives on."
  static let removeAsksOpener =
    "This phone forgets the key and can no longer open answers that were sealed for it. "
    + "On the server the key lives on."
  static func removed(_ label: String) -> String { "“\(label)” was removed from this phone." }
}
