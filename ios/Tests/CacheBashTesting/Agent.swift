import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Somebody who talks to the server with a key of his own, by plain HTTP.
public struct Agent: Sendable {
  private let server: URL
  private let key: String

  /// Somebody with this key.
  public init(server: URL, key: String) {
    self.server = server
    self.key = key
  }

  /// A call that did not go well.
  public struct Refused: Error, CustomStringConvertible {
    /// Method, path and status.
    public let description: String
  }

  /// Reads something.
  public func get(_ path: String) async throws -> [String: Any] { try await call("GET", path, [:]) }

  /// Makes something; gives what the reply carries.
  @discardableResult
  public func post(_ path: String, _ body: [String: Any]) async throws -> [String: Any] {
    try await call("POST", path, body)
  }

  /// Changes something.
  @discardableResult
  public func patch(_ path: String, _ body: [String: Any]) async throws -> [String: Any] {
    try await call("PATCH", path, body)
  }

  /// Any call of the contract.
  @discardableResult
  public func call(_ method: String, _ path: String, _ body: [String: Any]) async throws -> [String: Any] {
    var request = URLRequest(url: server.appendingPathComponent(path))
    request.httpMethod = method
    if method != "GET" { request.httpBody = try JSONSerialization.data(withJSONObject: body) }
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization")
    let (data, response) = try await URLSession.shared.data(for: request)
    let status = (response as? HTTPURLResponse)?.statusCode ?? 0
    guard let reply = try JSONSerialization.jsonObject(with: data) as? [String: Any],
      (200..<300).contains(status), reply["success"] as? Bool == true
    else { throw Refused(description: "\(method) \(path): \(status)") }
    return reply["data"] as? [String: Any] ?? [:]
  }
}
