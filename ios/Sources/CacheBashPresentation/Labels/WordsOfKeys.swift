import CacheBash

extension Words {
  // MARK: What a key may do

  /// The card's title.
  public static let whatItMay = "What this key may do"
  static func right(to source: Source) -> String? {
    switch source {
    case .sessions: "See sessions and progress"
    case .messages: "See messages"
    case .tasks: "See tasks"
    case .questions: "See asked questions"
    case .programState: "Read program state"
    case .keys: "See keys"
    case .fleetHealth, .sessionHistory, .alerts, .groups, .cost, .sprints: nil
    }
  }
  /// A right that is missing, as it is read aloud; a lock shows it.
  static func spokenMissing(_ right: String) -> String { "\(right): not allowed" }

  // MARK: A new key

  /// Where one is made.
  public static let createKey = "Create a key"
  static let newKey = "New key"
  static func newKey(for program: String) -> String { "New key for \(program)" }
  static let newKeyLead =
    "A program appears with its first key. Give the key to the agent that is to run as it."
  static let fieldProgram = "Program"
  static let fieldLabel = "What it is for"
  static let mayNotCreate = "This key may not create keys"
  static func mayNotCreateWhy(_ missing: String?) -> String {
    if let missing {
      "Creating keys needs \(missing). Whoever made this key can make one that has it."
    } else {
      "Whoever made this key can make one that may."
    }
  }
  static let keyWaits =
    "It is kept in the outbox and made when the server can be reached. Then the outbox shows the key."

  // MARK: The one moment in which it is seen

  static let shownOnce = "This key is shown once"
  static let shownOnceLead =
    "The server keeps only its fingerprint. If you lose the key, make another and revoke this one."
  static let pairingCode = "Pairing code with this key"
  /// Puts it on the clipboard.
  public static let copy = "Copy"
  static func fingerprint(_ ends: String) -> String { "Fingerprint \(ends)" }
  /// The check box before leaving.
  public static let haveStored = "I have stored this key"
  /// Leaves.
  public static let done = "Done"
  /// Under a button that is off.
  public static let closingAsks = "Closing before that asks first"
  /// Asked of whoever closes without having stored it.
  public static let loseTitle = "Close and lose this key?"
  /// What that means.
  public static let loseText = "Nobody can show it again."
  /// Stays.
  public static let loseKeep = "Keep it open"
  /// Goes.
  public static let loseYes = "Close and lose it"

  // MARK: This phone's own key

  /// Before it is replaced.
  public static let replaceAsks =
    "The server makes another key for this phone and ends the old one. Whoever else uses it is shut out."
  static func replaced(_ account: String, _ span: String) -> String {
    "The key of \(account) was replaced; the old one works for at most \(span) more."
  }
  static func replacementWaits(_ account: String) -> String {
    "The key of \(account) is replaced when the server can be reached; the outbox tells."
  }
}
