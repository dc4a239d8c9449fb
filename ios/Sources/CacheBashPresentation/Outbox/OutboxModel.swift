import CacheBash
import Observation

/// The outbox as a screen follows it, and what a person decides about what is in it.
@MainActor @Observable public final class OutboxModel {
  /// What the screen draws; nil until the outbox was read for the first time.
  public private(set) var state: OutboxState?
  /// The line that is being written anew, if one is.
  public var editor: EditorModel?
  /// Why what was asked for could not be done, in a sentence.
  public private(set) var problem: String?

  /// Opens a sheet with the key that a line is about.
  @ObservationIgnored var showKey: @MainActor (KeyWish) -> Void = { _ in }
  /// Told which accounts there are, with each outbox that is heard.
  @ObservationIgnored var heard: @MainActor ([String]) -> Void = { _ in }
  @ObservationIgnored private let fleet: any Fleet
  @ObservationIgnored private let acting: any Acting
  @ObservationIgnored private let labels: Labels
  @ObservationIgnored private let clock: any ScreenClock
  @ObservationIgnored private let ticking: Ticking
  @ObservationIgnored private var outbox: OutboxView?
  @ObservationIgnored private var overview: Overview?

  /// A model of all accounts' outboxes; it does nothing until it is followed.
  public init(
    fleet: any Fleet, acting: any Acting, labels: Labels, clock: any ScreenClock = SystemScreenClock()
  ) {
    self.fleet = fleet
    self.acting = acting
    self.labels = labels
    self.clock = clock
    ticking = Ticking(clock: clock)
  }

  /// Follows outbox and bar until its task is cancelled or the companion ends the streams.
  public func follow() async {
    defer { ticking.stop() }
    async let bars: Void = followBars()
    do {
      for await outbox in try await offMain({ [acting] in try acting.outboxes(nil) }) {
        self.outbox = outbox
        heard(outbox.accounts.map(\.id))
        word()
      }
    } catch {
      problem = labels.problem(error)
    }
    await bars
  }

  /// A line's button was tapped.
  public func tapped(_ act: OutboxAct, on line: ActionKey) async {
    problem = nil
    do {
      switch act {
      case .edit: edit(line)
      case .retry: try await acting.retryAction(account: line.account, action: line.action)
      case .discard: try await acting.discardAction(account: line.account, action: line.action)
      case .show: show(line)
      }
    } catch {
      problem = labels.problem(error)
    }
  }

  private func show(_ key: ActionKey) {
    guard let line = outbox?.lines.first(where: { $0.key == key }) else { return }
    let replaces = if case .rotateKey = line.action { true } else { false }
    showKey(KeyWish(account: key.account, line: key.action, replaces: replaces))
  }

  private func edit(_ key: ActionKey) {
    guard let line = outbox?.lines.first(where: { $0.key == key }) else { return }
    editor = EditorModel(line, acting: acting, labels: labels) { [weak self] in self?.editor = nil }
  }

  private func followBars() async {
    do {
      let overviews = try await offMain { [fleet] in try fleet.overviews(ProgramQuery(limit: 1)) }
      for await overview in overviews {
        self.overview = overview
        word()
        ticking.start(every: period) { [weak self] in self?.word() }
      }
    } catch {
      problem = labels.problem(error)
    }
  }

  /// Says everything again. Assigned only where it differs, so that a quiet screen is not drawn.
  private func word() {
    guard let outbox else { return }
    let now = overview.map { clock.now() + $0.serverOffset } ?? outbox.now
    let bar = overview.flatMap { overview in
      overview.notice.map { BarState($0, sources: overview.sources, labels: labels, now: now) }
    }
    let worded = OutboxState(outbox, bar: bar, labels: labels, now: now)
    if worded != state { state = worded }
  }

  /// Only what is left of a wait is said in seconds here.
  private var period: Duration {
    if case .rateLimited = overview?.notice { Ticking.seconds } else { Ticking.calm }
  }
}
