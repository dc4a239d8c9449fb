import CacheBash
import Observation

/// What is looked for: a screen looks again whenever it is another.
public struct SearchWish: Equatable, Sendable {
  /// Words as they were typed.
  public var text: String
  /// Of one kind, or of all.
  public var kind: HitKind?
  /// Hits at most.
  public var limit: UInt32
}

/// Looks for words in all that is kept on this device while they are typed. No network is asked.
@MainActor @Observable public final class SearchModel {
  /// What the reader types. Other words begin anew: all kinds, the first hits.
  public var text = "" {
    didSet {
      guard text != oldValue else { return }
      wish = SearchWish(text: text, kind: nil, limit: Self.first)
    }
  }
  /// What is looked for.
  public private(set) var wish = SearchWish(text: "", kind: nil, limit: SearchModel.first)
  /// What the screen draws. What was found stays until the next is known.
  public private(set) var state = SearchState.nothingTyped
  /// What went wrong on this device, in a sentence.
  public private(set) var problem: String?

  @ObservationIgnored private let fleet: any Fleet
  @ObservationIgnored private let labels: Labels

  private static let first: UInt32 = 50
  private static let most: UInt32 = 200

  /// A model over this fleet; it does nothing until something is typed.
  public init(fleet: any Fleet, labels: Labels) {
    self.fleet = fleet
    self.labels = labels
  }

  /// One kind alone, or all.
  public func showTapped(_ kind: HitKind?) {
    wish = SearchWish(text: wish.text, kind: kind, limit: Self.first)
  }

  /// "… more hits are not shown" was tapped.
  public func moreTapped() { wish.limit = Self.most }

  /// Forgets what was typed and found.
  public func forget() {
    text = ""
    show(.nothingTyped, nil)
  }

  /// Looks for what is wished now. Of two searches the later one is shown, whichever ends first.
  public func look() async {
    let wish = wish
    guard !wish.text.allSatisfy(\.isWhitespace) else {
      show(.nothingTyped, nil)
      return
    }
    do {
      let accounts = try await offMain { [fleet] in try fleet.accounts() }
      let page = try await fleet.search(
        query: SearchQuery(text: wish.text, kind: wish.kind, limit: wish.limit))
      guard wish == self.wish else { return }
      show(SearchState(page, chosen: wish.kind, accounts: accounts, labels: labels), nil)
    } catch {
      guard wish == self.wish else { return }
      show(.nothingKnown, labels.problem(error))
    }
  }

  private func show(_ state: SearchState, _ problem: String?) {
    if self.state != state { self.state = state }
    self.problem = problem
  }
}
