import CacheBash
import Observation

/// One of the app's places; a tab leads to each.
public enum Place: Hashable, Sendable {
  /// The overview.
  case fleet
  /// What happened while nobody looked.
  case away
  /// The search.
  case search
  /// What was asked for and is not done yet.
  case outbox
}

/// The app's places, which of them is shown, and what is being said over it. Lives as long as there is an account.
@MainActor @Observable public final class FleetModel {
  /// The place that is shown.
  public var place = Place.fleet
  /// The overview.
  public let overview: OverviewModel
  /// What happened while nobody looked.
  public let away: AwayModel
  /// The search.
  public let search: SearchModel
  /// The outbox.
  public let outbox: OutboxModel
  /// What is open over the place. There is one: the system loses a second that is opened while a first is still there.
  public var sheet: OpenSheet? {
    didSet {
      guard sheet == nil, let next else { return }
      self.next = nil
      sheet = next
    }
  }

  @ObservationIgnored private let fleet: any Fleet & Acting
  @ObservationIgnored private let labels: Labels
  @ObservationIgnored private let clock: any ScreenClock
  @ObservationIgnored private let clipboard: (any KeyClipboard)?
  @ObservationIgnored private let drafts = Drafts()
  @ObservationIgnored private var known: [String] = []
  @ObservationIgnored private var next: OpenSheet?
  @ObservationIgnored private let emptied: @MainActor () -> Void

  /// Places over this fleet; `emptied` is told when its last account was signed out.
  public init(
    fleet: any Fleet & Acting, labels: Labels, clock: any ScreenClock = SystemScreenClock(),
    clipboard: (any KeyClipboard)? = nil, emptied: @escaping @MainActor () -> Void = {}
  ) {
    self.emptied = emptied
    self.fleet = fleet
    self.labels = labels
    self.clock = clock
    self.clipboard = clipboard
    overview = OverviewModel(fleet: fleet, labels: labels, clock: clock)
    away = AwayModel(fleet: fleet, labels: labels)
    search = SearchModel(fleet: fleet, labels: labels)
    outbox = OutboxModel(fleet: fleet, acting: fleet, labels: labels, clock: clock)
    overview.say = { [weak self] in self?.say($0) }
    overview.wishKey = { [weak self] in self?.makeKey($0) }
    overview.wishOtherKey = { [weak self] in self?.useAnotherKey($0) }
    outbox.showKey = { [weak self] in self?.makeKey($0) }
    outbox.heard = { [weak self] in self?.keep(only: $0) }
  }

  /// Follows what is said of places that are not shown: their tabs' badges.
  public func follow() async {
    async let told: Void = away.follow()
    await outbox.follow()
    await told
  }

  /// The model of one program's page.
  public func page(of program: ProgramKey) -> ProgramModel {
    let page = ProgramModel(id: program, fleet: fleet, labels: labels, clock: clock)
    page.say = { [weak self] in self?.say($0) }
    page.wishKey = { [weak self] in self?.makeKey($0) }
    page.wishOtherKey = { [weak self] in self?.useAnotherKey($0) }
    return page
  }

  /// Opens a sheet to say something to this subject, with what was written to it before.
  public func say(_ subject: Subject) {
    show(
      .draft(
        DraftModel(
          subject, fleet: fleet, acting: fleet, drafts: drafts, labels: labels, clock: clock
        ) { [weak self] in self?.close($0) }))
  }

  /// Opens a sheet in which a key is made and shown once.
  public func makeKey(_ wish: KeyWish) {
    // One that is open may hold a key that nobody stored.
    guard sheet?.newKey == nil else { return }
    show(
      .newKey(
        NewKeyModel(
          wish, fleet: fleet, acting: fleet, clipboard: clipboard, labels: labels, clock: clock
        ) { [weak self] in self?.close($0) }))
  }

  /// Opens a sheet into which another key for an account is pasted.
  public func useAnotherKey(_ wish: OtherKeyWish) {
    show(
      .otherKey(
        OtherKeyModel(wish, fleet: fleet, acting: fleet, labels: labels) { [weak self] in self?.close($0) }))
  }

  /// Opens a sheet into which a link or a key is pasted, for an account of its own.
  public func pair() { _ = pairing() }

  /// The system hands over a pairing link: asked about before anything is sent.
  public func opened(_ link: String) { (sheet?.pairing ?? next?.pairing ?? pairing()).opened(link) }

  private func pairing() -> PairingModel {
    let model = PairingModel(fleet: fleet, labels: labels) { [weak self] in self?.close($0) }
    show(.pairing(model))
    return model
  }

  /// Whose fleet it is was tapped.
  public func accountsTapped() {
    let model = AccountsModel(fleet: fleet, acting: fleet, labels: labels, clock: clock) { [weak self] left in
      self?.keep(only: left)
      if left.isEmpty { self?.emptied() }
    } closed: { [weak self] in
      self?.close($0)
    }
    model.pair = { [weak self] in self?.pair() }
    show(.accounts(model))
  }

  /// In place of what is open. A new key is not taken from anybody's eyes: what comes meanwhile waits until it is closed.
  private func show(_ other: OpenSheet) {
    if sheet?.newKey == nil { sheet = other } else { next = other }
  }

  /// Another may have been opened since.
  private func close(_ model: AnyObject) {
    if sheet?.model === model { sheet = nil }
  }

  /// Forgets what was begun for an account that is gone, and closes what is open over it.
  private func keep(only accounts: [String]) {
    drafts.keep(only: accounts)
    // What was found was found in an account that is gone.
    if !known.allSatisfy(accounts.contains) { search.forget() }
    known = accounts
    if let newKey = sheet?.newKey, !accounts.contains(newKey.wish.account) { newKey.end() }
    if let other = sheet?.otherKey, !accounts.contains(other.wish.account) { other.closeTapped() }
    if let draft = sheet?.draft, !accounts.contains(draft.id.account) { sheet = nil }
    if let editor = outbox.editor, !accounts.contains(editor.id.account) { outbox.editor = nil }
  }
}
