import CacheBash
import Observation

/// The first run: a link or a key is pasted, its server is named, and only then is anything sent.
@MainActor @Observable public final class PairingModel: Identifiable {
  /// How far it is.
  public enum Step: Equatable, Sendable {
    /// The reader pastes.
    case entering
    /// The server is named, and the reader asked.
    case confirming(question: String)
    /// The server is asked whether it accepts the key.
    case connecting
  }

  /// What was pasted. It holds a key: it is cleared as soon as it was read.
  public var text = ""
  /// How far it is.
  public private(set) var step = Step.entering
  /// Why it did not work, in a sentence.
  public private(set) var problem: String?

  @ObservationIgnored private let fleet: any Fleet
  @ObservationIgnored private let labels: Labels
  @ObservationIgnored private let read: @Sendable (String) throws -> Pairing
  @ObservationIgnored private let connected: @MainActor (PairingModel) async -> Void
  @ObservationIgnored private var pairing: Pairing?

  /// A first run over this fleet; `connected` is told once there is an account. `read` is core's one parser.
  public init(
    fleet: any Fleet, labels: Labels,
    read: @escaping @Sendable (String) throws -> Pairing = { try parsePairing(text: $0) },
    connected: @escaping @MainActor (PairingModel) async -> Void
  ) {
    self.fleet = fleet
    self.labels = labels
    self.read = read
    self.connected = connected
  }

  /// Nothing was pasted yet, or something is under way.
  public var cannotGoOn: Bool { text.isEmpty || step != .entering }

  /// A pairing link was opened, as the system's camera does with the code it reads. Sends nothing.
  public func opened(_ link: String) {
    guard step != .connecting else { return }
    text = link
    continueTapped()
  }

  /// Goes on with what was pasted. Sends nothing.
  public func continueTapped() {
    do {
      let pairing = try read(text)
      self.pairing = pairing
      text = ""
      problem = nil
      step = .confirming(question: Words.connectTo(pairing.server.serverName))
    } catch {
      problem = Words.pairingProblem(error)
    }
  }

  /// Back to the field; what was read is forgotten.
  public func cancelTapped() {
    pairing = nil
    step = .entering
  }

  /// Sends the key to the server that was named.
  public func connectTapped() async {
    guard let pairing, step != .connecting else { return }
    step = .connecting
    do {
      _ = try await fleet.addAccount(
        account: NewAccount(server: pairing.server, key: pairing.key))
      self.pairing = nil
      step = .entering
      await connected(self)
    } catch {
      // Asked again without pasting again: it may have been the network.
      problem = labels.problem(error)
      step = .confirming(question: Words.connectTo(pairing.server.serverName))
    }
  }
}
