import Foundation

/// A certificate that nobody but itself vouches for, as somebody's own server has one.
public struct Certificate {
  /// Where it and its key lie, as PEM.
  public let file: URL
  /// Its private key's file.
  public let key: URL
  /// The certificate as text: what whoever trusts it is given.
  public let text: String

  /// Made by `openssl`, for this machine's own address, in this folder.
  public init(in folder: URL) throws {
    let settings = folder.appendingPathComponent("openssl.cnf")
    file = folder.appendingPathComponent("certificate.pem")
    key = folder.appendingPathComponent("key.pem")
    try """
    [req]
    distinguished_name = name
    x509_extensions = extensions
    prompt = no
    [name]
    CN = a server of one's own
    [extensions]
    subjectAltName = IP:127.0.0.1
    basicConstraints = critical, CA:FALSE
    """.write(to: settings, atomically: true, encoding: .utf8)
    let openssl = Process()
    openssl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    openssl.arguments = [
      // As every system's `openssl` understands it.
      "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "36500", "-config", settings.path,
      "-keyout", key.path, "-out", file.path,
    ]
    let said = Pipe()
    openssl.standardError = said
    openssl.standardOutput = FileHandle.nullDevice
    try openssl.run()
    // Its end is the end of what it says.
    let words = said.fileHandleForReading.readDataToEndOfFile()
    guard let text = try? String(contentsOf: file, encoding: .utf8) else {
      throw TestServer.NotStarted(description: "no certificate: \(String(decoding: words, as: UTF8.self))")
    }
    self.text = text
  }
}
