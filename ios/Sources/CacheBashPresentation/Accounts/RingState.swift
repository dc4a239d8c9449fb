import CacheBash

/// The keys that this device holds for an account.
public struct RingState: Equatable, Sendable {
  /// Whose account, on which server.
  public var aside: String
  /// The account's own first, then in the order they came.
  public var keys: [RingKeyState]
}

/// One of them, never the key itself.
public struct RingKeyState: Equatable, Sendable, Identifiable {
  /// Its fingerprint, whole.
  public var id: String
  /// What a person calls it.
  public var label: String
  /// What it is used for.
  public var use: String
  /// What it may read and what not, its fingerprint, since when it is here; a line each.
  public var facts: [String]
  /// What is asked before it is forgotten; nil of the account's own, which goes with the account.
  public var removal: String?
}

extension RingState {
  /// `now` is this device's time, by which the keys came.
  init(_ keys: [RingKey], of account: Account, labels: Labels, now: Int64) {
    self.init(aside: account.inALine, keys: keys.map { RingKeyState($0, labels: labels, now: now) })
  }
}

extension RingKeyState {
  init(_ key: RingKey, labels: Labels, now: Int64) {
    let use =
      if key.own { Words.keyIsOwn } else if key.asks { Words.keyReads } else { Words.keyOnlyOpens }
    let removal = key.asks ? Words.removeAsks : Words.removeAsksOpener
    self.init(
      id: key.hash, label: key.label, use: use,
      facts: (key.asks ? labels.abilities(key.abilities) : [])
        + [labels.fingerprint(key.hash)]
        + [key.addedAt.map { Words.addedHere(labels.dayClock($0, now: now)) }].compactMap(\.self),
      removal: key.own ? nil : removal)
  }
}

extension Labels {
  /// What a key was given and refused, as far as it was told.
  func abilities(_ told: [Ability]) -> [String] {
    guard !told.isEmpty else { return [Words.mayReadNotKnown] }
    let given = told.filter(\.allowed).map { Words.name(of: $0.source) }
    let refused = told.filter { !$0.allowed }.map { ability in
      let name = Words.name(of: ability.source)
      return ability.missing.map { Words.needs(name, $0) } ?? name
    }
    return [
      given.isEmpty ? nil : Words.mayReadThese(given.joined(separator: ", ")),
      refused.isEmpty ? nil : Words.mayNotReadThese(refused.joined(separator: ", ")),
    ].compactMap(\.self)
  }
}
