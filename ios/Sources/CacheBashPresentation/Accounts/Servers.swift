import CacheBash
import Foundation

/// Servers as a person knows them, and whether two addresses are one server: a key must reach no other than it was meant for.
extension String {
  /// A server's name; the whole address where it has no host.
  var serverName: String { URLComponents(string: self)?.host ?? self }

  /// A key by itself: it names no server.
  var isBareKey: Bool { trimmed.hasPrefix("cb_") }

  /// Whether both are addresses of one server, however they are written.
  func isServer(_ other: String) -> Bool { serverParts == other.serverParts }

  /// Without white space around it.
  var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }

  private var serverParts: [String] {
    guard let parts = URLComponents(string: self), let host = parts.host else { return [self] }
    let scheme = parts.scheme?.lowercased() ?? ""
    let port = parts.port ?? (scheme == "https" ? 443 : 80)
    let path = parts.path.split(separator: "/").joined(separator: "/")
    return [scheme, host.lowercased(), "\(port)", path]
  }
}

extension Account {
  /// Its server's name.
  var host: String { server.serverName }

  /// What its owner calls it, and its server where that is not the same.
  var inALine: String { label == host ? host : "\(label), \(host)" }
}
