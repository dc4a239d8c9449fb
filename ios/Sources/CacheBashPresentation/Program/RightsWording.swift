import CacheBash

/// What a key may do, as far as its server's replies told. What nobody asked for yet is left out: nothing is guessed.
public struct RightsCard: Equatable, Sendable {
  /// In the order in which a person thinks of them.
  public var rights: [RightState]
}

/// One of them.
public struct RightState: Equatable, Sendable, Identifiable {
  /// Its words tell it from the others.
  public var id: String { text }
  /// What it is.
  public var text: String
  /// The key may.
  public var may: Bool
  /// As it is read aloud: the sign before it is not.
  public var spoken: String
}

extension RightsCard {
  private static let told: [Source] = [.sessions, .messages, .tasks, .questions, .programState, .keys]

  /// Nil while all that was asked for was given.
  init?(_ page: ProgramPage) {
    let rights = Self.told.compactMap { source -> RightState? in
      guard let may = page.allows(source), let text = Words.right(to: source) else { return nil }
      return RightState(text: text, may: may, spoken: may ? text : Words.spokenMissing(text))
    }
    guard !rights.allSatisfy(\.may) else { return nil }
    self.init(rights: rights)
  }
}

extension ProgramPage {
  /// Whether it was given or refused; nil where neither happened.
  fileprivate func allows(_ source: Source) -> Bool? {
    let reports = sources.filter { $0.source == source && $0.account == row.account }
    let isRefused = reports.contains { report in
      if case .forbidden = report.cause { true } else { false }
    }
    if isRefused { return false }
    if case .noPermission = reading(of: source) { return false }
    return reports.contains { $0.asOf != nil } ? true : nil
  }

  private func reading(of source: Source) -> Reading? {
    switch source {
    case .programState: context.reading
    case .keys: keys.reading
    case .sessions, .fleetHealth, .sessionHistory, .questions, .alerts, .tasks, .messages, .groups, .cost,
      .sprints:
      nil
    }
  }
}
