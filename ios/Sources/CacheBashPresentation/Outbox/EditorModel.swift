import CacheBash
import Observation

/// A line of the outbox that is being written anew. What was written stays until it was taken or the person leaves.
@MainActor @Observable public final class EditorModel: Identifiable {
  /// Which line.
  public nonisolated let id: ActionKey
  /// What it is, and for whom.
  public let title: String
  /// What the server has instead, where that is why it is edited.
  public let theirs: VersionState?
  /// What is written, a text per field.
  public var texts: [String] {
    get { written }
    set {
      guard newValue != written, !saving else { return }
      written = newValue
      problem = nil
    }
  }
  /// Why it was not taken, in a sentence.
  public private(set) var problem: String?

  private var written: [String]
  private var saving = false
  @ObservationIgnored private let action: Action
  @ObservationIgnored private let shown: Delivery
  @ObservationIgnored private let acting: any Acting
  @ObservationIgnored private let labels: Labels
  @ObservationIgnored private let closed: @MainActor () -> Void

  /// An editor of this line as it stands now; `closed` is told when it is to go.
  init(_ line: OutboxLine, acting: any Acting, labels: Labels, closed: @escaping @MainActor () -> Void) {
    id = line.key
    title = labels.action(line.action)
    theirs = line.delivery.theirs
    written = line.action.texts.map(\.text)
    action = line.action
    shown = line.delivery
    self.acting = acting
    self.labels = labels
    self.closed = closed
  }

  /// Name and length of each text.
  public var fields: [FieldState] {
    zip(action.texts, written).map { labels.field($0.label, $1, limit: $0.limit) }
  }

  /// The texts could be taken, and are not being saved already.
  public var canSave: Bool { !saving && zip(action.texts, written).allSatisfy { $0.takes($1) } }

  /// Puts what was written in place of what was there.
  public func saveTapped() async {
    guard canSave else { return }
    saving = true
    defer { saving = false }
    problem = nil
    do {
      _ = try await acting.editAction(
        account: id.account, action: id.action, instead: action.written(written, shown: shown))
      closed()
    } catch CompanionError.NotFound {
      problem = Words.noLongerInTheOutbox
    } catch {
      problem = labels.problem(error)
    }
  }

  /// Leaves the line as it was.
  public func closeTapped() { closed() }
}
