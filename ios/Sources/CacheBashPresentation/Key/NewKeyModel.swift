import CacheBash
import Observation

/// The device's clipboard, as far as a key needs it.
@MainActor public protocol KeyClipboard: AnyObject {
  /// Puts the key there, marked sensitive where the device knows such a mark.
  func put(_ key: Secret)
  /// Takes the key away, if it is still what is there.
  func clear(_ key: Secret)
}

/// Makes a key and shows it until the person has it. The raw key is in this model, and in the secret store.
///
/// The wish is kept in the outbox first: whoever closes the sheet while the key is being made finds it there, as after the
/// app was ended, and so is one that the server could not make yet.
@MainActor @Observable public final class NewKeyModel: Identifiable {
  /// What the sheet shows.
  public enum Step: Equatable, Sendable {
    /// Whether this device may act at all is asked first.
    case allowing(AllowState)
    /// Whom the key is for is being said, or the key is being made.
    case writing(KeyFormState)
    /// This account's key may not create keys.
    case refused(KeyRefusedState)
    /// It could not be made yet.
    case waiting(KeyWaitsState)
    /// The key.
    case shown(ShownKeyState)
  }

  /// For whom it is wished.
  public let wish: KeyWish
  /// What the sheet shows; nil until it is known whose account it is.
  public private(set) var step: Step?
  /// For which program.
  public var program: String { didSet { wrote() } }
  /// What it is for.
  public var label = "" { didSet { wrote() } }
  /// The person says that it is stored.
  public var isStored = false
  /// "Close and lose this key?" is being asked.
  public var asksWhetherToLose = false
  /// What went wrong, in a sentence.
  public private(set) var problem: String?

  @ObservationIgnored private let fleet: any Fleet
  @ObservationIgnored private let acting: any Acting
  @ObservationIgnored private let clipboard: (any KeyClipboard)?
  @ObservationIgnored private let labels: Labels
  @ObservationIgnored private let clock: any ScreenClock
  @ObservationIgnored private let closed: @MainActor (NewKeyModel) -> Void
  @ObservationIgnored private var account: Account?
  @ObservationIgnored private var serverOffset: Int64 = 0
  @ObservationIgnored private let leave: Leave
  @ObservationIgnored private var making = false
  @ObservationIgnored private var gone = false
  @ObservationIgnored private var refused: KeyRefusedState?
  @ObservationIgnored private var shown: ShownKeyState?
  @ObservationIgnored private var waits = false
  /// The outbox's line of the key that is shown, and the key's fingerprint.
  @ObservationIgnored private var line: String?
  @ObservationIgnored private var hash: String?
  /// What is told to the outbox after the sheet is gone.
  @ObservationIgnored private(set) var settling: Task<Void, Never>?
  @ObservationIgnored private var clearing: Task<Void, Never>?

  /// So long a copied key may lie on the clipboard.
  private static let onClipboard = Duration.seconds(60)

  /// A key as it is wished for; `closed` is told when its sheet is to go.
  init(
    _ wish: KeyWish, fleet: any Fleet, acting: any Acting, clipboard: (any KeyClipboard)?, labels: Labels,
    clock: any ScreenClock = SystemScreenClock(), closed: @escaping @MainActor (NewKeyModel) -> Void
  ) {
    self.wish = wish
    self.fleet = fleet
    self.acting = acting
    leave = Leave(wish.account, acting: acting)
    self.clipboard = clipboard
    self.labels = labels
    self.clock = clock
    self.closed = closed
    program = wish.program
  }

  /// Follows the account until its task is cancelled: whether it may act, and its server's time.
  public func follow() async {
    do {
      let query = ProgramQuery(account: wish.account, limit: 1)
      for await overview in try await offMain({ [fleet] in try fleet.overviews(query) }) {
        account = overview.accounts.first { $0.id == wish.account }
        serverOffset = overview.serverOffset
        await showWhatIsMade()
        word()
      }
    } catch {
      problem = labels.problem(error)
    }
  }

  /// One that was made while nobody was there to see it.
  private func showWhatIsMade() async {
    guard let account, let line = wish.line, shown == nil, !gone else { return }
    do {
      show(try await acting.showKey(account: account.id, action: line), of: account, line: line)
    } catch {
      problem = labels.problem(error)
    }
  }

  private func show(_ issued: IssuedKey, of account: Account, line: String) {
    // Nobody looks any more: it stays in the outbox.
    guard !gone else { return }
    self.line = line
    hash = issued.hash
    shown = ShownKeyState(
      issued, program: issued.program ?? program.trimmed, account: account,
      madeAt: clock.now() + serverOffset, labels: labels)
  }

  /// Lets this device act, and goes on.
  public func allowTapped() async {
    await leave.take { trouble in
      problem = trouble.map(labels.problem)
      word()
    }
  }

  /// Makes the key.
  public func createTapped() async {
    guard isCreatable, shown == nil, let account else { return }
    making = true
    problem = nil
    word()
    do {
      let wanted = NewKey(program: program.trimmed, label: label.trimmed)
      let request = try await acting.createKey(account: account.id, key: wanted)
      making = false
      switch request {
      case .issued(let issued, let action): show(issued, of: account, line: action)
      case .waiting: waits = true
      }
    } catch {
      making = false
      failed(error, account)
    }
    word()
  }

  /// This device has a clipboard.
  public var canCopy: Bool { clipboard != nil }

  /// Puts the key on the clipboard, for a minute.
  public func copyTapped() {
    guard let key = shown?.key, let clipboard else { return }
    clipboard.put(key)
    clearing?.cancel()
    // Also when the sheet is gone: this holds what it needs.
    clearing = Task { [clock] in
      guard (try? await clock.wait(for: Self.onClipboard)) != nil else { return }
      clipboard.clear(key)
    }
  }

  /// Leaves; a key that nobody stored is not lost by a slip of the finger.
  public func closeTapped() {
    if shown != nil, !isStored {
      asksWhetherToLose = true
    } else {
      settle { _, _ in }
      end()
    }
  }

  /// Stays with the key after all.
  public func keepTapped() { asksWhetherToLose = false }

  /// Closes and loses it: a key that nobody has opens nothing any more. This phone's own goes on, for this phone has it.
  public func loseTapped() {
    settle { [hash, wish] acting, account in
      guard let hash, !wish.replaces else { return }
      _ = try await acting.revokeKey(account: account, keyHash: hash)
    }
    end()
  }

  /// The outbox need not show it any longer.
  private func settle(_ first: @escaping @Sendable (any Acting, String) async throws -> Void) {
    guard let line, shown != nil else { return }
    settling = Task { [acting, account = wish.account] in
      // Where that fails the key stays in the outbox, and nothing is lost.
      do {
        try await first(acting, account)
        try await acting.discardAction(account: account, action: line)
      } catch {}
    }
  }

  /// Its sheet is to go, whatever is in it.
  func end() {
    gone = true
    asksWhetherToLose = false
    shown = nil
    step = nil
    closed(self)
  }

  private func failed(_ error: any Error, _ account: Account) {
    switch error as? CompanionError {
    case .ReadOnly: leave.isMissed()
    case .Forbidden(let missing): refused = KeyRefusedState(account, missing: missing)
    default: problem = labels.problem(error)
    }
  }

  private func wrote() {
    problem = nil
    word()
  }

  private var isCreatable: Bool {
    !making && [program, label].allSatisfy { !$0.trimmed.isEmpty && $0.utf16.count <= longestName }
  }

  private func word() {
    let worded = gone ? nil : worded
    if worded != step { step = worded }
  }

  private var worded: Step? {
    guard let account else { return nil }
    if let shown { return .shown(shown) }
    if waits { return .waiting(KeyWaitsState(account)) }
    if wish.line != nil { return nil }
    if let allow = leave.asks(of: account) { return .allowing(allow) }
    if let refused { return .refused(refused) }
    return .writing(
      KeyFormState(account, program: program, label: label, creatable: isCreatable, labels: labels))
  }
}
