import CacheBash
import Observation

/// What happened since a person last looked, told again whenever the overview changes. No network is asked; what cannot be
/// read takes nothing away of what was shown.
@MainActor @Observable public final class AwayModel {
  /// What the screen draws; nil until the first value, which comes from the files.
  public private(set) var state: AwayState?
  /// What went wrong on this device, in a sentence.
  public private(set) var problem: String?

  @ObservationIgnored private let fleet: any Fleet
  @ObservationIgnored private let labels: Labels

  /// A model over this fleet; it does nothing until it is followed.
  public init(fleet: any Fleet, labels: Labels) {
    self.fleet = fleet
    self.labels = labels
  }

  /// Follows the fleet until its task is cancelled or the companion ends the stream.
  public func follow() async {
    do {
      let overviews = try await offMain { [fleet] in try fleet.overviews(ProgramQuery(limit: 1)) }
      for await overview in overviews { await tell(overview) }
    } catch {
      problem = labels.problem(error)
    }
  }

  private func tell(_ overview: Overview) async {
    do {
      let digest = try await offMain { [fleet] in try fleet.away() }
      let told = AwayState(digest, accounts: overview.accounts, labels: labels, now: overview.now)
      if told != state { state = told }
      problem = nil
    } catch {
      problem = labels.problem(error)
    }
  }
}
