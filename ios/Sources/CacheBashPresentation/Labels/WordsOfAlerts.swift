import CacheBash

extension Words {
  // MARK: Alerts

  static let aProgram = "A program"
  static let anAgent = "an agent"
  static func isBlocked(_ program: String, orPinned: Bool) -> String {
    orPinned ? "\(program) is blocked or pinned" : "\(program) is blocked"
  }
  static func programAsks(_ program: String) -> String { "\(program) asks" }
  static func alertFrom(_ who: String) -> String { "Alert from \(who)" }
  static func wentSilent(_ program: String) -> String { "\(program) went silent" }
  static func stoodStill(_ program: String) -> String { "\(program) stopped moving" }
  static func fellBack(_ program: String, _ from: String, _ to: String) -> String {
    "\(program) fell from \(from) to \(to)"
  }
  static func hasFinished(_ program: String) -> String { "\(program) finished" }
  static func keyEnding(_ program: String?, _ ends: String) -> String {
    if let program { "The key of \(program): \(ends)" } else { "A key: \(ends)" }
  }
  static func alertOver(_ began: String) -> String { "\(began), and no longer" }
  static func alertSaying(_ what: String, _ words: String) -> String { "\(what): \(words)" }
}
