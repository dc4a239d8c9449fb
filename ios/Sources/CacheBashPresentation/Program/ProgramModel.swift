import CacheBash
import Observation

/// One program's page as a screen follows it.
@MainActor @Observable public final class ProgramModel {
  /// Whose page.
  public let id: ProgramKey
  /// What the screen draws; nil until the first value, which comes from the cache.
  public private(set) var state: ProgramPageState?
  /// The line per source is open.
  public private(set) var showsSources = false
  /// Long notes are shown whole.
  public private(set) var showsAllNotes = false
  /// What went wrong on this device, in a sentence.
  public private(set) var problem: String?

  /// Opens a sheet to say something.
  @ObservationIgnored var say: @MainActor (Subject) -> Void = { _ in }
  /// Opens a sheet to make a key.
  @ObservationIgnored var wishKey: @MainActor (KeyWish) -> Void = { _ in }
  /// Opens a sheet for another key.
  @ObservationIgnored var wishOtherKey: @MainActor (OtherKeyWish) -> Void = { _ in }
  @ObservationIgnored private let fleet: any Fleet
  @ObservationIgnored private let labels: Labels
  @ObservationIgnored private let clock: any ScreenClock
  @ObservationIgnored private let ticking: Ticking
  @ObservationIgnored private var page: ProgramPage?

  /// A model of this program; it does nothing until it is followed.
  public init(
    id: ProgramKey, fleet: any Fleet, labels: Labels, clock: any ScreenClock = SystemScreenClock()
  ) {
    self.id = id
    self.fleet = fleet
    self.labels = labels
    self.clock = clock
    ticking = Ticking(clock: clock)
  }

  /// Follows the program until its task is cancelled or the companion ends the stream.
  public func follow() async {
    defer { ticking.stop() }
    do {
      let pages = try await offMain { [fleet, id] in try fleet.pages(of: id.program, in: id.account) }
      for await page in pages {
        self.page = page
        problem = nil
        word()
        ticking.start(every: period) { [weak self] in self?.word() }
      }
    } catch {
      problem = labels.problem(error)
    }
  }

  /// The page was opened, or the reader asks for what is new: its state and keys are read whether due or not.
  public func refresh() async {
    do {
      try await fleet.refreshNow(id)
      problem = nil
    } catch {
      problem = labels.problem(error)
    }
  }

  /// A bar that opens was tapped.
  public func sourcesTapped() { showsSources.toggle() }

  /// "Show all 2,000 characters" was tapped.
  public func showAllNotesTapped() { showsAllNotes = true }

  /// Answer was tapped; a question that was taken back meanwhile opens nothing.
  public func answerTapped(_ key: AskedKey) {
    if let asked = page?.asked.first(where: { $0.key == key && $0.answerable }) { say(.answer(asked)) }
  }

  /// Reply was tapped at the open question in this place.
  public func replyTapped(_ place: Int) {
    guard let page, let question = page.openQuestion(at: place) else { return }
    say(.reply(account: id.account, question: question, since: page.sinceWhen(place)))
  }

  /// "Send a message" was tapped.
  public func messageTapped() { say(.message(account: id.account, to: id.program)) }

  /// "Create a key" was tapped.
  public func createKeyTapped() { wishKey(KeyWish(account: id.account, program: id.program)) }

  /// "Use another key" or "Replace key" was tapped.
  public func otherKeyTapped() {
    let refused = if case .keyRefused = page?.notice { true } else { false }
    wishOtherKey(OtherKeyWish(account: id.account, program: id.program, ownIsRefused: refused))
  }

  /// Edit was tapped at the hand-off notes.
  public func editNotesTapped() {
    guard let context = page?.context.context else { return }
    say(.edit(account: id.account, program: id.program, part: .notes(context.handOffNotes)))
  }

  /// Edit was tapped at the open questions.
  public func editQuestionsTapped() {
    guard let context = page?.context.context else { return }
    say(.edit(account: id.account, program: id.program, part: .questions(context.openQuestions)))
  }

  private func word() {
    guard let page else { return }
    let worded = ProgramPageState(page, labels: labels, now: now(page))
    if worded != state { state = worded }
  }

  private func now(_ page: ProgramPage) -> Int64 { clock.now() + page.serverOffset }

  private var period: Duration {
    guard let page, page.fresh, let heard = page.row.lastHeard else { return Ticking.calm }
    return now(page) - heard < 60_000 ? Ticking.seconds : Ticking.calm
  }
}
