import CacheBash

/// From core's page to what the screen draws. Pure: labels and a moment in, words out.
extension ProgramPageState {
  /// The page in words. `now` is the server's time at which it is looked at.
  public init(_ page: ProgramPage, labels: Labels, now: Int64) {
    let row = page.row
    var cards: [ProgramCard] = page.asked.map {
      .asked(AskedState($0, account: nil, labels: labels, now: now))
    }
    if let card = NowCard(page, labels: labels, now: now) { cards.append(.now(card)) }
    cards += ProgramCard.ofContext(page, labels: labels, now: now)
    if !page.sessions.isEmpty { cards.append(.chain(ChainCard(page, labels: labels, now: now))) }
    cards.append(.sessions(SessionsCard(count: labels.number(Int(page.sessionTotal)))))
    cards.append(.keys(KeysCard(page.keys, labels: labels, now: now, fresh: page.fresh)))
    self.init(
      name: row.program, shape: row.shape, turns: row.shape == .working && page.fresh,
      word: row.state.map { StateWord($0, labels: labels) },
      role: row.registered,
      heard: labels.heard(row.lastHeard, read: page.asOf, now: now, fresh: page.fresh),
      live: page.liveSessions > 1 ? labels.count(.liveSessions, Int(page.liveSessions)) : nil,
      ahead: page.ahead.map(labels.serverAhead),
      bar: page.notice.map { BarState($0, sources: page.sources, labels: labels, now: now) },
      sources: page.sources.map { SourceState($0, account: nil, labels: labels, now: now) },
      cards: cards)
  }
}

extension ProgramRow {
  /// Name and role in the words of its server; nil where nobody gave it any.
  fileprivate var registered: String? {
    let words = [name, role].compactMap { $0 }
    return words.isEmpty ? nil : words.joined(separator: " · ")
  }
}

extension ProgramPage {
  /// How far this program's time lies ahead of its server's clock; nil where clocks differ that much.
  fileprivate var ahead: Int64? {
    row.lastHeard.map { $0 - self.now }.flatMap { $0 > Labels.ahead ? $0 : nil }
  }
}

extension NowCard {
  /// Nil where the program never had a session.
  fileprivate init?(_ page: ProgramPage, labels: Labels, now: Int64) {
    guard let session = page.session else { return nil }
    let row = page.row
    let waiting = row.waiting.map {
      labels.waiting($0, orPinned: row.state == .blockedOrPinned, now: now, fresh: page.fresh)
    }
    var number: String?
    var words: String?
    switch row.progress {
    case .percent(let percent): number = labels.number(Int(percent))
    case .last: words = labels.rowProgress(row.progress, now: now)
    case .notReported: words = row.live && row.state != .pinned ? Phrase.noProgress.text : nil
    }
    self.init(
      title: (row.live ? Phrase.now : Phrase.lastSession).text, project: row.project, status: row.status,
      number: number, words: words,
      finding: row.finding.map { FindingState($0, labels: labels, now: now, fresh: page.fresh) },
      eta: row.estimate.map {
        EtaState(
          text: labels.eta($0, now: now, fresh: page.fresh), basis: labels.etaBasis($0.basis))
      },
      waiting: waiting == "" ? nil : waiting,
      chart: page.history.flatMap { ChartState($0, of: row, labels: labels, now: now) },
      context: GaugeState(session.contextLeft, labels: labels),
      session: labels.sessionLine(
        session.session, started: session.startedAt, startKnown: session.startKnown,
        ended: session.endedAt, now: now),
      handOff: row.handOffRequired ? Phrase.handOffRequired.text : nil)
  }
}

extension GaugeState {
  fileprivate init?(_ left: ContextLeft, labels: Labels) {
    switch left {
    case .notReported: return nil
    case .percent(let percent): self.init(fraction: percent / 100, text: labels.contextLeft(left))
    case .rawBytes: self.init(fraction: nil, text: labels.contextLeft(left))
    }
  }
}

extension ProgramCard {
  /// Notes, questions, work items and last task, or why they are not here.
  fileprivate static func ofContext(_ page: ProgramPage, labels: Labels, now: Int64) -> [ProgramCard] {
    switch page.context.reading {
    case .notRead: return [.notes(NotesCard(text: Phrase.notReadYet.text))]
    case .nothing: return [.notes(NotesCard(text: Phrase.nothingStored.text))]
    case .noPermission(let capability):
      let refused = PermissionCard(
        title: labels.mayNotRead(page.row.program), text: labels.mayNotReadWhy(capability))
      return [.noPermission(refused)] + (RightsCard(page).map { [.rights($0)] } ?? [])
    case .read: return ofState(page, labels: labels, now: now)
    }
  }

  private static func ofState(_ page: ProgramPage, labels: Labels, now: Int64) -> [ProgramCard] {
    let view = page.context
    let context = view.cleared?.context ?? view.context
    let kept = view.cleared.map { labels.cleared($0.clearedAt, now: now) }
    var cards: [ProgramCard] = [.notes(NotesCard(page, labels: labels, now: now))]
    if let card = QuestionsCard(page, labels: labels, now: now) { cards.append(.questions(card)) }
    if !context.activeWorkItems.isEmpty {
      cards.append(
        .workItems(
          ItemsCard(
            count: labels.number(context.activeWorkItems.count), kept: kept,
            items: context.activeWorkItems, by: labels.writtenApart(.workItems, in: view, now: now))))
    }
    if let task = context.lastTask {
      let by = labels.writtenApart(.lastTask, in: view, now: now)
      cards.append(.lastTask(LastTaskCard(task, kept: kept, by: by, labels: labels)))
    }
    return cards
  }
}

extension NotesCard {
  /// Notes up to so many lines stand whole.
  private static let lines = 10
  /// About as many letters fit on a line of a phone; only for guessing whether there are more than ten lines.
  private static let lettersOnLine = 38

  fileprivate init(text: String) {
    self.init(time: nil, kept: nil, text: text, by: nil, showAll: nil)
  }

  fileprivate init(_ page: ProgramPage, labels: Labels, now: Int64) {
    let view = page.context
    let kept = view.cleared
    let notes = (kept?.context ?? view.context).handOffNotes
    let pending = page.pendingEdit { if case .editHandOffNotes = $0 { true } else { false } }
    self.init(text: notes.isEmpty ? Phrase.noNotes.text : notes)
    self.pending = pending.map(labels.delivery)
    // What the server cleared is no longer there to be written.
    canEdit = kept == nil
    guard !notes.isEmpty else { return }
    let lines = notes.split(separator: "\n", omittingEmptySubsequences: false)
      .reduce(0) { $0 + max(1, ($1.count + Self.lettersOnLine - 1) / Self.lettersOnLine) }
    // As the contract counts them: in UTF-16 units.
    showAll = lines > Self.lines ? labels.count(.showAllCharacters, notes.utf16.count) : nil
    self.kept = kept.map { labels.cleared($0.clearedAt, now: now) }
    // Of text that only waits here nobody else is the writer.
    guard pending == nil || kept != nil else { return }
    let written = view.written(.handOffNotes)
    time = (kept == nil ? written.at : kept?.writtenAt).map { labels.dayClock($0, now: now) }
    by = kept == nil ? labels.by(written) : Phrase.agentNoLongerSees.text
  }
}

extension ContextView {
  /// When a part became what it is and by whom, as far as that is known; else what is known of the whole.
  fileprivate func written(_ part: ContextPart) -> Writing {
    parts.first { $0.part == part }?.written ?? Writing(at: writtenAt, by: writtenBy, session: writtenIn)
  }
}

extension Labels {
  fileprivate func by(_ written: Writing) -> String? {
    let by = writtenBy(written.by, session: written.session)
    return by.isEmpty ? nil : by
  }

  /// Who wrote a part and when, where that was another write than the one the notes name.
  fileprivate func writtenApart(_ part: ContextPart, in view: ContextView, now: Int64) -> String? {
    let written = view.written(part)
    guard view.cleared == nil, written != view.written(.handOffNotes) else { return nil }
    let at = written.at.map { dayClock($0, now: now) }
    guard let by = by(written) else { return at }
    return at.map { Words.written(by, $0) } ?? by
  }
}

extension LastTaskCard {
  fileprivate init(_ task: LastTask, kept: String?, by: String?, labels: Labels) {
    self.init(
      kept: kept, title: task.title, shape: task.outcome?.shape,
      outcome: task.outcome.map {
        StateWord(text: labels.outcome($0), colour: $0.colour, doubt: nil)
      }, notes: task.notes, by: by)
  }
}

extension Outcome {
  fileprivate var shape: ProgramShape {
    switch self {
    case .completed: .complete
    case .inProgress: .working
    case .blocked: .blocked
    case .deferred: .quiet
    case .other: .otherWord
    }
  }

  fileprivate var colour: ColourToken {
    switch self {
    case .completed: .complete
    case .inProgress: .working
    case .blocked: .blocked
    case .deferred, .other: .ink3
    }
  }
}

extension ChainCard {
  fileprivate init(_ page: ProgramPage, labels: Labels, now: Int64) {
    let sessions = page.sessions
    self.init(
      count: labels.count(.sessions, Int(page.sessionTotal)),
      nodes: sessions.enumerated().map { index, session in
        let older = index + 1 < sessions.count ? sessions[index + 1] : nil
        return ChainNode(session, older: older, labels: labels, now: now)
      })
  }
}

extension ChainNode {
  fileprivate init(_ session: SessionRow, older: SessionRow?, labels: Labels, now: Int64) {
    let span = labels.sessionSpan(
      started: session.startedAt, startKnown: session.startKnown, ended: session.endedAt, now: now)
    let known =
      session.live
      ? [session.percent.map(labels.percent)]
      : [labels.contextLastSeen(session.contextLeft), session.name ?? session.status]
    let gap = session.unrecordedBefore.map { Words.noRecord(labels.span($0.from, $0.until, now: now)) }
    self.init(
      id: session.session, shape: session.shape,
      text: ([span] + known.compactMap(\.self)).filter { !$0.isEmpty }.joined(separator: Words.dot),
      tookOver: session.tookOver.map(labels.tookOver), gap: gap,
      last: older == nil)
  }
}

extension KeysCard {
  fileprivate init(_ view: KeysView, labels: Labels, now: Int64, fresh: Bool) {
    switch view.reading {
    case .notRead: self.init(count: nil, unread: Phrase.notReadYet.text, keys: [])
    case .noPermission(let capability):
      self.init(
        count: nil,
        unread: labels.cause(
          .forbidden(capability: capability), of: .programState, now: now), keys: [])
    case .nothing, .read:
      self.init(
        count: labels.number(view.keys.count), unread: nil,
        keys: view.keys.map { KeyState($0, labels: labels, now: now, fresh: fresh) })
    }
  }
}

extension KeyState {
  fileprivate init(_ key: KeyFacts, labels: Labels, now: Int64, fresh: Bool) {
    let missing = key.active ? key.missingForJob.map(labels.missingCapability) : []
    self.init(
      id: key.hash, label: key.label, used: labels.keyUsed(key.lastUsedAt, now: now, fresh: fresh),
      end: key.active
        ? labels.expiryEstimate(key.expiresEstimate, now: now) : labels.revoked(key.revokedAt, now: now),
      missing: missing.isEmpty ? nil : missing.joined(separator: "\n"))
  }
}
