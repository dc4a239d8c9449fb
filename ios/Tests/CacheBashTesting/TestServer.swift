import Foundation

/// A real server process for the life of one test: on a free port, in a folder of its own, with a clock that stands
/// still until it is set.
public final class TestServer {
  /// Its address.
  public let url: URL
  /// The key of its owner, who may do everything.
  public let ownerKey: String

  private var process: Process
  private var input: FileHandle
  private var output: LineReader
  private let folder: URL
  private let seed: Int
  private let certificate: Certificate?

  /// What a server that does not come up leaves behind.
  public struct NotStarted: Error, CustomStringConvertible {
    /// What it said, or where it was looked for.
    public let description: String
  }

  private struct Ready: Decodable {
    var url: URL
    var ownerKey: String?
  }

  /// Starts it, and comes back when it answers.
  public init(at now: Int64, seed: Int = 1, certificate: Certificate? = nil) throws {
    folder = try Temporary.folder()
    self.seed = seed
    self.certificate = certificate
    let ready: Ready
    (process, input, output, ready) = try TestServer.run(
      on: "127.0.0.1:0", at: now, seed: seed, in: folder, certificate: certificate)
    guard let key = ready.ownerKey else {
      process.terminate()
      throw NotStarted(description: "the server made no key for its owner")
    }
    url = ready.url
    ownerKey = key
  }

  /// Starts it again where it was, with all that it had: the network is back.
  public func comesBack(at now: Int64) throws {
    // Its ids are counted from the seed at each start.
    (process, input, output, _) = try TestServer.run(
      on: "127.0.0.1:\(url.port ?? 0)", at: now, seed: seed + 1, in: folder, certificate: certificate)
  }

  private static func run(
    on address: String, at now: Int64, seed: Int, in folder: URL, certificate: Certificate?
  ) throws -> (Process, FileHandle, LineReader, Ready) {
    let process = Process()
    process.executableURL = try TestServer.program()
    process.arguments = [
      "serve", "--listen", address, "--data", folder.path, "--json", "--clock", String(now), "--seed",
      String(seed),
    ]
    if let certificate {
      process.arguments? += ["--tls-cert", certificate.file.path, "--tls-key", certificate.key.path]
    }
    let (toServer, fromServer) = (Pipe(), Pipe())
    process.standardInput = toServer
    process.standardOutput = fromServer
    process.standardError = FileHandle.nullDevice
    try process.run()
    let output = LineReader(fromServer.fileHandleForReading)
    guard let line = output.next() else {
      process.terminate()
      throw NotStarted(description: "the server ended before it was ready")
    }
    let ready = try JSONDecoder().decode(Ready.self, from: Data(line.utf8))
    return (process, toServer.fileHandleForWriting, output, ready)
  }

  deinit {
    stop()
    try? FileManager.default.removeItem(at: folder)
  }

  /// Sets its clock, and comes back when it is set.
  public func setClock(_ now: Int64) throws {
    try input.write(contentsOf: Data("\(now)\n".utf8))
    guard output.next() != nil else { throw NotStarted(description: "the server ended") }
  }

  /// Kills it, and comes back when it is dead: for its clients the network is gone.
  public func stop() {
    guard process.isRunning else { return }
    kill(process.processIdentifier, SIGKILL)
    // The pipe ends with the process. `waitUntilExit` would turn a run loop, of which a task's thread has none.
    while output.next() != nil {}
  }

  /// An agent of this program, with a key of its own.
  public func agent(_ program: String) async throws -> Agent {
    let owner = Agent(server: url, key: ownerKey)
    let made = try await owner.post("/v1/keys", ["programId": program, "label": "\(program) agent"])
    guard let key = (made["key"] ?? made["rawKey"]) as? String else {
      throw NotStarted(description: "no key for \(program): \(made.keys.sorted())")
    }
    return Agent(server: url, key: key)
  }

  private static func program() throws -> URL {
    let named = ProcessInfo.processInfo.environment["CACHEBASH_BIN"].map(URL.init(fileURLWithPath:))
    let program = named ?? repository.appendingPathComponent("target/debug/cachebash")
    guard FileManager.default.isExecutableFile(atPath: program.path) else {
      throw NotStarted(description: "no server at \(program.path): `cargo build` makes it")
    }
    return program
  }
}

/// Lines of a pipe, one at a time.
private final class LineReader {
  private let handle: FileHandle
  private var rest = Data()

  init(_ handle: FileHandle) { self.handle = handle }

  /// The next line; nil at the end.
  func next() -> String? {
    while true {
      if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        let line = rest[rest.startIndex..<end]
        rest = Data(rest[rest.index(after: end)...])
        return String(decoding: line, as: UTF8.self)
      }
      let more = handle.availableData
      if more.isEmpty { return nil }
      rest.append(more)
    }
  }
}

/// The repository this file lies in: fixtures and the built server are in it.
public let repository = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// Folders that nobody else uses.
public enum Temporary {
  /// A new one.
  public static func folder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("cachebash-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }
}
