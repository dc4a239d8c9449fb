import CacheBash

extension Words {
  // MARK: While nobody looked

  /// The place.
  public static let away = "Away"
  static let whileAway = "While you were away"
  static let waitingForYou = "Waiting for you"
  static let finished = "Finished"
  static let changedCourse = "Changed course"
  static func spanWithLength(_ span: String, _ length: String) -> String { "\(span), \(length)" }
  static func waitingFor(_ count: Int, _ number: String) -> String {
    switch count {
    case 0: "Nothing waits for you."
    case 1: "One program waits for you."
    default: "\(number) programs wait for you."
    }
  }
  static func finished(_ count: Int, _ number: String) -> String {
    count == 1 ? "One session finished" : "\(number) sessions finished"
  }
  static func handedOff(_ program: String, _ count: Int, _ number: String) -> String {
    switch count {
    case 1: "\(program) handed off once"
    case 2: "\(program) handed off twice"
    default: "\(program) handed off \(number) times"
    }
  }
  static func sentence(_ first: String, _ rest: [String]) -> String {
    rest.isEmpty ? first : "\(first) \(rest.joined(separator: ", "))."
  }
  static let waits = "Waits"
  static let wentSilent = "Went silent"
  static let stoodStill = "Stopped moving"
  static func fellBack(_ from: String, _ to: String) -> String { "Fell from \(from) to \(to)" }
  static let dottedSilent = "Dotted: silent."
}
