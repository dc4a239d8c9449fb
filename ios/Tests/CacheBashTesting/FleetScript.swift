import CacheBash
import Foundation

/// The fleet that every face shows, as a script: tests/fixtures/fleet.json.
public struct FleetScript {
  /// Where its reader sits.
  public let zone: String
  /// When it ends.
  public let end: Int64
  private let start: Int64
  private let seed: Int
  private let period: Int64
  private let label: String
  private let programs: [String]
  private let steps: [[String: Any]]

  /// Reads it.
  public init() throws {
    let data = try Data(contentsOf: repository.appendingPathComponent("tests/fixtures/fleet.json"))
    guard let script = try JSONSerialization.jsonObject(with: data) as? [String: Any],
      let zone = script["zone"] as? String, let start = script["start"] as? String,
      let end = script["end"] as? String, let seed = script["seed"] as? Int,
      let period = script["syncPeriodMs"] as? Int, let account = script["account"] as? [String: String],
      let programs = script["programs"] as? [String], let steps = script["steps"] as? [[String: Any]]
    else { throw Unreadable() }
    self.zone = zone
    self.end = moment(end)
    self.start = moment(start)
    self.seed = seed
    self.period = Int64(period)
    label = account["label"] ?? ""
    self.programs = programs
    self.steps = steps
  }

  /// The script is not as its header says.
  public struct Unreadable: Error {}

  /// What is left on the stage.
  public struct Played {
    /// The server; stop it to lose the network.
    public let server: TestServer
    /// What watched.
    public let companion: Companion
    /// The companion's clock, at the end.
    public let clock: SteppedClock
    /// The account it watched through.
    public let account: Account
  }

  /// Plays it: a real server, agents that call it, and a companion that looks every now and then.
  public func play(in folder: URL) async throws -> Played {
    let server = try TestServer(at: start, seed: seed)
    let clock = SteppedClock(start)
    let companion = try Companion(
      options: OpenOptions(dataDir: folder.path, zone: zone, syncPeriod: period), secrets: MemorySecrets(),
      clock: clock)
    let account = try await companion.addAccount(
      account: NewAccount(server: server.url.absoluteString, key: server.ownerKey, label: label))
    var agents: [String: Agent] = [:]
    for program in programs { agents[program] = try await server.agent(program) }
    for step in steps {
      guard let at = step["at"] as? String else { throw Unreadable() }
      clock.set(moment(at))
      try server.setClock(moment(at))
      if step["refresh"] as? Bool == true {
        _ = try await companion.refresh()
      } else if let program = step["as"] as? String, let agent = agents[program],
        let method = step["method"] as? String, let path = step["path"] as? String
      {
        try await agent.call(method, path, step["body"] as? [String: Any] ?? [:])
      } else {
        throw Unreadable()
      }
    }
    return Played(server: server, companion: companion, clock: clock, account: account)
  }
}
