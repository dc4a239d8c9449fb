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
    case .fleetHealth, .sessionHistory, .alerts, .groups, .cost: nil
    }
  }
  /// A right that is missing, as it is read aloud; a lock shows it.
  static func spokenMissing(_ right: String) -> String { "\(right): not allowed" }
}
