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
  /// What is being said over the place, if something is.
  public var draft: DraftModel?
  /// The key that is being made, where its sheet is open.
  public var newKey: NewKeyModel?
  /// The key that is being pasted in place of another, where its sheet is open.
  public var pairing: PairingModel?
  /// The accounts, where their sheet is open.
  public var accounts: AccountsModel?

  @ObservationIgnored private let fleet: any Fleet & Acting
  @ObservationIgnored private let labels: Labels
  @ObservationIgnored private let clock: any ScreenClock
  @ObservationIgnored private let clipboard: (any KeyClipboard)?
  @ObservationIgnored private let drafts = Drafts()
  @ObservationIgnored private var known: [String] = []
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
    overview.pair = { [weak self] in self?.pair() }
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
    page.pair = { [weak self] in self?.pair() }
    return page
  }

  /// Opens a sheet to say something to this subject, with what was written to it before.
  public func say(_ subject: Subject) {
    draft = DraftModel(
      subject, fleet: fleet, acting: fleet, drafts: drafts, labels: labels, clock: clock
    ) { [weak self] done in
      // Another may have been opened since.
      if self?.draft === done { self?.draft = nil }
    }
  }

  /// Opens a sheet in which a key is made and shown once.
  public func makeKey(_ wish: KeyWish) {
    // One that is open may hold a key that nobody stored.
    guard newKey == nil else { return }
    newKey = NewKeyModel(
      wish, fleet: fleet, acting: fleet, clipboard: clipboard, labels: labels, clock: clock
    ) { [weak self] done in
      if self?.newKey === done { self?.newKey = nil }
    }
  }

  /// Opens a sheet into which another key is pasted.
  public func pair() {
    pairing = PairingModel(fleet: fleet, labels: labels) { [weak self] in self?.pairing = nil }
  }

  /// The system hands over a pairing link: asked about before anything is sent.
  public func opened(_ link: String) {
    if pairing == nil { pair() }
    pairing?.opened(link)
  }

  /// Whose fleet it is was tapped.
  public func accountsTapped() {
    accounts = AccountsModel(fleet: fleet, acting: fleet, labels: labels) { [weak self] left in
      self?.keep(only: left)
      if left.isEmpty { self?.emptied() }
    } closed: { [weak self] in
      self?.accounts = nil
    }
    accounts?.pair = { [weak self] in self?.pair() }
  }

  /// Forgets what was begun for an account that is gone, and closes what is open over it.
  private func keep(only accounts: [String]) {
    drafts.keep(only: accounts)
    // What was found was found in an account that is gone.
    if !known.allSatisfy(accounts.contains) { search.forget() }
    known = accounts
    if let newKey, !accounts.contains(newKey.wish.account) { newKey.end() }
    if let draft, !accounts.contains(draft.id.account) { self.draft = nil }
    if let editor = outbox.editor, !accounts.contains(editor.id.account) { outbox.editor = nil }
  }
}
