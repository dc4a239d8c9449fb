import CacheBash

/// So long may a program's id and a key's label be, in UTF-16 units (contract section 9).
let longestName = 100

extension KeyFormState {
  init(_ account: Account, program: String, label: String, creatable: Bool, labels: Labels) {
    self.init(
      aside: account.label, title: Words.newKey, lead: Words.newKeyLead,
      program: labels.field(Words.fieldProgram, program, limit: longestName),
      label: labels.field(Words.fieldLabel, label, limit: longestName), creatable: creatable)
  }
}

extension KeyRefusedState {
  init(_ account: Account, missing: String?) {
    self.init(
      aside: account.label, title: Words.newKey,
      cause: PermissionCard(title: Words.mayNotCreate, text: Words.mayNotCreateWhy(missing)))
  }
}

extension KeyWaitsState {
  init(_ account: Account) {
    self.init(aside: account.label, title: Words.newKey, text: Words.keyWaits)
  }
}

extension ShownKeyState {
  /// The usual term of a key, which no reply tells.
  private static let term = 90 * TimeUnit.day.length

  /// `madeAt` is the server's time.
  init(_ issued: IssuedKey, program: String, account: Account, madeAt: Int64, labels: Labels) {
    let link = pairingLink(pairing: Pairing(server: account.server, key: issued.key, program: program))
    self.init(
      aside: Words.newKey(for: program), title: Words.shownOnce, lead: Words.shownOnceLead,
      key: Secret(issued.key), link: Secret(link), code: Words.pairingCode,
      fingerprint: labels.fingerprint(issued.hash),
      facts: [labels.expiryEstimate(madeAt + Self.term, now: madeAt)]
        + issued.missingForJob.map(labels.missingCapability))
  }
}

extension Labels {
  /// So much of it that two are told apart at both ends: "1828 ece3 … 3cf5 9f54".
  func fingerprint(_ hash: String) -> String {
    let letters = Array(hash)
    let groups = stride(from: 0, to: letters.count, by: 4).map {
      String(letters[$0..<min($0 + 4, letters.count)])
    }
    let ends = groups.count <= 4 ? groups : groups.prefix(2) + ["…"] + groups.suffix(2)
    return Words.fingerprint(ends.joined(separator: " "))
  }
}
