import CacheBash
import Observation

/// Another key for an account: into its ring, where it reads what the account's own may not. One that cannot go there is asked
/// about before anything is sent with it, for it can only be an account of its own.
///
/// What was pasted is in this model and nowhere else. It stays in its field until the key was taken: a refusal loses nothing.
@MainActor @Observable public final class OtherKeyModel: Identifiable {
  /// For which account.
  public let wish: OtherKeyWish
  /// What the sheet shows; nil until the account is known.
  public private(set) var state: OtherKeyState?
  /// Why it did not work, in a sentence.
  public private(set) var problem: String?
  /// What was pasted.
  public var text = "" {
    didSet {
      guard text != oldValue else { return }
      problem = nil
      astray = nil
      word()
    }
  }

  private struct Stray {
    var why: Astray
    var server: String
    var key: String
    var host: String { server.serverName }
  }

  @ObservationIgnored private let fleet: any Fleet
  @ObservationIgnored private let acting: any Acting
  @ObservationIgnored private let labels: Labels
  @ObservationIgnored private let closed: @MainActor (OtherKeyModel) -> Void
  @ObservationIgnored private var account: Account?
  @ObservationIgnored private var astray: Stray?
  @ObservationIgnored private var busy = false

  /// Another key as it is wished for; `closed` is told when its sheet is to go.
  init(
    _ wish: OtherKeyWish, fleet: any Fleet, acting: any Acting, labels: Labels,
    closed: @escaping @MainActor (OtherKeyModel) -> Void
  ) {
    self.wish = wish
    self.fleet = fleet
    self.acting = acting
    self.labels = labels
    self.closed = closed
  }

  /// Reads whose account it is.
  public func read() async {
    do {
      let accounts = try await offMain { [fleet] in try fleet.accounts() }
      account = accounts.first { $0.id == wish.account }
      if account == nil { problem = labels.error(.NotFound) }
    } catch {
      problem = labels.problem(error)
    }
    word()
  }

  /// Goes on with what was pasted. Sends it to no other server than the account's.
  public func useTapped() async {
    guard isReady, let account else { return }
    problem = nil
    let pasted: Pairing
    do {
      pasted = try parsePairing(text: text)
    } catch {
      problem = Words.pairingProblem(error)
      return
    }
    if !text.isBareKey, !pasted.server.isServer(account.server) {
      astray = Stray(why: .elsewhere, server: pasted.server, key: pasted.key)
    } else if wish.ownIsRefused {
      await replace(pasted, of: account)
    } else {
      await add(pasted, to: account)
    }
    word()
  }

  /// Makes an account of its own with it, on the server that was named.
  public func connectTapped() async {
    guard !busy, let astray else { return }
    await attempt {
      _ = try await fleet.addAccount(account: NewAccount(server: astray.server, key: astray.key))
      return .connected
    }
  }

  /// Back to the field, with what was pasted.
  public func cancelTapped() {
    guard !busy else { return }
    astray = nil
    problem = nil
    word()
  }

  /// Leaves, and forgets what was pasted.
  public func closeTapped() {
    text = ""
    closed(self)
  }

  private func add(_ pasted: Pairing, to account: Account) async {
    await attempt {
      let before = try await offMain { [fleet] in try fleet.ring(account: account.id) }
      do {
        let added = try await acting.addToRing(account: account.id, key: pasted.key, label: pasted.program)
        let asked = before.contains { $0.hash == added.hash && $0.asks }
        guard added.own || asked else { return .added }
        problem =
          added.own
          ? Words.otherKeyIsOwn(account.label) : Words.otherKeyIsInRing(account.label, added.label)
      } catch CompanionError.Rejected(.notYours) {
        astray = Stray(why: .ofAnother, server: account.server, key: pasted.key)
      }
      return .stays
    }
  }

  /// In the place of one that is no longer accepted: the account keeps all it has.
  private func replace(_ pasted: Pairing, of account: Account) async {
    await attempt {
      do {
        try await acting.replaceKey(account: account.id, key: pasted.key)
        return .added
      } catch CompanionError.Rejected(.notYours) {
        astray = Stray(why: .ofAnother, server: account.server, key: pasted.key)
        return .stays
      }
    }
  }

  private enum Outcome {
    case stays
    case added
    case connected
  }

  /// One thing at a time.
  private func attempt(_ work: () async throws -> Outcome) async {
    busy = true
    problem = nil
    word()
    var outcome = Outcome.stays
    do {
      outcome = try await work()
    } catch {
      problem = labels.problem(error)
    }
    busy = false
    word()
    if outcome != .stays { await look(afterAdding: outcome == .added) }
  }

  /// What may be read now is read at once. Nobody asked for that: what comes of it is said where it stands.
  private func look(afterAdding: Bool) async {
    closeTapped()
    if afterAdding, let program = wish.program {
      try? await fleet.refreshNow(ProgramKey(account: wish.account, program: program))
    } else {
      try? await fleet.refreshNow()
    }
  }

  private var isReady: Bool { !busy && astray == nil && !text.trimmed.isEmpty }

  private func word() {
    let worded = account.map { account in
      let step: OtherKeyState.Step =
        if busy { .busy } else if let astray {
          .confirming(question: Words.connectTo(astray.host))
        } else { .pasting(ready: isReady) }
      return OtherKeyState(account, wish, step: step, astray: astray.map { ($0.why, $0.host) })
    }
    if worded != state { state = worded }
  }
}
