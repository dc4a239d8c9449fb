import Foundation

/// Core counts in milliseconds; these turn them into what Swift programs use.
extension Date {
  /// A moment of core's: milliseconds since the epoch.
  public init(milliseconds: Int64) {
    self.init(timeIntervalSince1970: Double(milliseconds) / 1_000)
  }

  /// As core counts it: whole milliseconds since the epoch.
  public var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1_000).rounded(.down)) }
}

extension Duration {
  /// A span of core's.
  public static func span(_ milliseconds: Int64) -> Duration { .milliseconds(milliseconds) }

  /// As core counts it: whole milliseconds, rounded towards zero.
  public var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
  }
}

extension Overview {
  /// When what is shown was true.
  public var asOfDate: Date? { asOf.map(Date.init(milliseconds:)) }
}

extension ProgramRow {
  /// When it was last heard.
  public var lastHeardDate: Date? { lastHeard.map(Date.init(milliseconds:)) }
}
