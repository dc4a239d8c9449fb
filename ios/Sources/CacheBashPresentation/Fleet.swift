import CacheBash
import Foundation

/// What the screens need of a companion; the real one is it, and a test can be it.
public protocol Fleet: AnyObject, Sendable {
  /// The list of programs: the present value at once, then each new one.
  func overviews(_ query: ProgramQuery) throws -> AsyncStream<Overview>
  /// One program: the present value at once, then each new one.
  func pages(of program: String, in account: String) throws -> AsyncStream<ProgramPage>
  /// Fetches what is due; what came of it arrives on the streams.
  func refreshNow() async throws
  /// Fetches this program's state and keys too, whether they are due or not.
  func refreshNow(_ program: ProgramKey) async throws
  /// Looks for words in all that is kept on this device.
  func search(query: SearchQuery) async throws -> SearchPage
  /// What happened since a person last looked, before this start or resume.
  func away() throws -> AwayDigest
  /// The accounts this device knows.
  func accounts() throws -> [Account]
  /// The keys that this device holds for an account, its own first. Asks nobody.
  func ring(account: String) throws -> [RingKey]
  /// Asks the server whether it accepts the key, then keeps the account.
  func addAccount(account: NewAccount) async throws -> Account
  /// Begins to refresh on its own.
  func start() throws
  /// Stops and closes the files: the system may stop an app that holds a lock while it sleeps.
  func suspend() async throws
  /// Opens them again, and refreshes again if it did before.
  func resume() async throws
}

extension Companion: Fleet {
  /// Fetches what is due from every account.
  public func refreshNow() async throws { _ = try await refresh() }

  /// What happened in every account since a person last looked.
  public func away() throws -> AwayDigest { try away(account: nil, since: nil) }

  /// Fetches what is due, and this program's state and keys.
  public func refreshNow(_ program: ProgramKey) async throws {
    _ = try await refreshProgram(account: program.account, program: program.program)
  }
}

/// Does what waits for a disk away from the main actor, so that no frame waits for it.
func offMain<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await Task.detached(priority: .userInitiated) { try work() }.value
}

/// This device's clock, and how a screen lets time pass.
public protocol ScreenClock: Sendable {
  /// Now on this device, in milliseconds since the epoch.
  func now() -> Int64
  /// Comes back when this long has passed; throws when its task is cancelled.
  func wait(for span: Duration) async throws
}

/// The system's clock.
public struct SystemScreenClock: ScreenClock {
  /// The system's clock.
  public init() {}

  /// Now on this device, in milliseconds since the epoch.
  public func now() -> Int64 { Date.now.milliseconds }

  /// Comes back when this long has passed.
  public func wait(for span: Duration) async throws { try await Task.sleep(for: span) }
}
