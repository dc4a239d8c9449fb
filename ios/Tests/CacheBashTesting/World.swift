import CacheBash
import Foundation

/// A secret store that forgets with the process.
public final class MemorySecrets: SecretStore, @unchecked Sendable {
  private let lock = NSLock()
  private var keys: [String: String] = [:]
  private var puts = 0

  /// An empty one.
  public init() {}

  /// How many keys it holds.
  public var count: Int { lock.withLock { keys.count } }

  /// How often it was given a key to keep, whether or not it still has it.
  public var kept: Int { lock.withLock { puts } }

  /// Keeps the key.
  public func put(account: String, key: String) {
    lock.withLock {
      keys[account] = key
      puts += 1
    }
  }

  /// The key, if there is one.
  public func get(account: String) -> String? { lock.withLock { keys[account] } }

  /// Forgets it.
  public func remove(account: String) { lock.withLock { keys[account] = nil } }
}

/// A clock that stands still until it is set.
public final class SteppedClock: Clock, @unchecked Sendable {
  private let lock = NSLock()
  private var at: Int64

  /// Stands at this moment.
  public init(_ at: Int64) { self.at = at }

  /// Milliseconds since the epoch.
  public func nowMs() -> Int64 { lock.withLock { at } }

  /// Stands there from now on.
  public func set(_ at: Int64) { lock.withLock { self.at = at } }
}

/// Moments as they are written in a story.
public func moment(_ text: String) -> Int64 {
  guard let date = ISO8601DateFormatter().date(from: text) else {
    preconditionFailure("not a moment: \(text)")
  }
  return date.milliseconds
}
