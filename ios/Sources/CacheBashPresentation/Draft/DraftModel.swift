import CacheBash
import Foundation
import Observation

/// One answer, reply, message or edit, from the first letter until the companion has it on the disk. What was written is in
/// `Drafts` at every moment until then: closing the sheet, asking for leave, and a refusal lose nothing. It outlives its
/// sheet, so that closing it stops nothing that was sent.
@MainActor @Observable public final class DraftModel: Identifiable {
  /// What tells it from all others.
  public nonisolated let id: SubjectKey
  /// What the sheet draws; nil until it is known whether this device may act.
  public private(set) var state: DraftState?
  /// What was refused and why, in a sentence.
  public private(set) var problem: String?
  /// The person's own words.
  public var text: String {
    get { draft.text }
    set { write { $0.text = newValue } }
  }

  private var draft: Draft
  @ObservationIgnored private let subject: Subject
  @ObservationIgnored private let fleet: any Fleet
  @ObservationIgnored private let acting: any Acting
  @ObservationIgnored private let drafts: Drafts
  @ObservationIgnored private let labels: Labels
  @ObservationIgnored private let clock: any ScreenClock
  @ObservationIgnored private let closed: @MainActor (DraftModel) -> Void
  @ObservationIgnored private let leave: Leave
  @ObservationIgnored private var sending = false
  @ObservationIgnored private var ground: DraftGround
  @ObservationIgnored private var several = false
  @ObservationIgnored private var account: Account?

  /// A draft to this subject; `closed` is told when its sheet is to go.
  init(
    _ subject: Subject, fleet: any Fleet, acting: any Acting, drafts: Drafts, labels: Labels,
    clock: any ScreenClock = SystemScreenClock(), closed: @escaping @MainActor (DraftModel) -> Void
  ) {
    id = subject.key
    self.subject = subject
    self.fleet = fleet
    self.acting = acting
    leave = Leave(subject.account, acting: acting)
    self.drafts = drafts
    self.labels = labels
    self.clock = clock
    self.closed = closed
    draft = drafts[subject]
    ground = DraftGround(fresh: false, now: clock.now())
  }

  /// Follows the account until its task is cancelled: whether it may act, whether its server answers, who is there.
  public func follow() async {
    do {
      let account = subject.account
      several = try await offMain { [fleet] in try fleet.accounts().count > 1 }
      if case .message = subject {
        // Without them one can still write to a program.
        ground.groups =
          (try? await offMain { [acting] in try acting.groups(account: account) })?.map(\.name) ?? []
      }
      let query = ProgramQuery(account: account, limit: Self.window)
      for await overview in try await offMain({ [fleet] in try fleet.overviews(query) }) {
        self.account = overview.accounts.first { $0.id == account }
        ground.fresh = overview.fresh
        ground.now = clock.now() + overview.serverOffset
        ground.programs = overview.rows.filter { $0.account == account }.map(\.program)
        word()
      }
    } catch {
      problem = labels.problem(error)
      word()
    }
  }

  /// An option was chosen, or the choice taken back by choosing it again.
  public func chooseTapped(_ option: Int) { write { $0.option = $0.option == option ? nil : option } }

  /// A program or group was chosen for a message to go to.
  public func addressTapped(_ to: String) { write { $0.to = to } }

  /// Lets this device act, and goes on to what was tapped.
  public func allowTapped() async {
    await leave.take { trouble in
      problem = trouble.map(labels.problem)
      word()
    }
  }

  /// Keeps what was written and asks the companion to send it.
  public func sendTapped() async {
    guard !sending, draft.isWhole(for: subject) else { return }
    sending = true
    problem = nil
    word()
    drafts.handOver(subject)
    do {
      _ = try await acting.ask(account: subject.account, action: draft.action(for: subject))
      drafts.taken(subject)
      closed(self)
      return
    } catch CompanionError.ReadOnly {
      leave.isMissed()
    } catch {
      problem = labels.problem(error)
    }
    drafts.refused(subject)
    sending = false
    word()
  }

  /// Leaves; what was written stays as a draft.
  public func closeTapped() { closed(self) }

  private func write(_ change: (inout Draft) -> Void) {
    guard !sending else { return }
    var written = draft
    change(&written)
    guard written != draft else { return }
    draft = written
    drafts[subject] = written
    problem = nil
    word()
  }

  private func word() {
    var worded = DraftState(draft, to: subject, ground: ground, labels: labels)
    worded.account = several ? account?.label : nil
    worded.allow = allow
    worded.canSend = worded.canSend && !sending
    if worded != state { state = worded }
  }

  /// Nothing is asked before the account is known.
  private var allow: AllowState? { account.flatMap(leave.asks(of:)) }

  /// The most rows that one window holds.
  private static let window: UInt32 = 100
}
