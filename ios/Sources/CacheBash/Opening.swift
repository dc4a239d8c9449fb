import Foundation

extension OpenOptions {
  /// The usual options for this folder: the system's zone, https only, a refresh every 30 s unless told otherwise.
  public init(
    folder: URL, zone: TimeZone? = nil, syncPeriod: Duration = .seconds(30), allowPlainHTTP: Bool = false,
    authorities: String? = nil
  ) {
    self.init(
      dataDir: folder.path, zone: zone?.identifier, syncPeriod: syncPeriod.milliseconds,
      allowPlainHttp: allowPlainHTTP, authorities: authorities)
  }
}

extension Companion {
  /// Opens this app's companion: its files in Application Support, its keys where `secrets` keeps them. No network.
  ///
  /// The files are shut from a restart until the first unlock, not longer: a background wake writes while the phone is
  /// locked. They stay out of backups.
  ///
  /// - Throws: `CompanionError.Storage` when the files cannot be opened.
  public static func onThisDevice(secrets: any SecretStore) throws -> Companion {
    let support = try FileManager.default.url(
      for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
    var folder = support.appendingPathComponent("CacheBash", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    #if os(iOS)
      try FileManager.default.setAttributes(
        [.protectionKey: FileProtectionType.completeUntilFirstUserAuthentication], ofItemAtPath: folder.path)
    #endif
    #if canImport(Darwin)
      var values = URLResourceValues()
      values.isExcludedFromBackup = true
      try folder.setResourceValues(values)
    #endif
    return try Companion(options: OpenOptions(folder: folder), secrets: secrets)
  }
}
