import CacheBash

/// From core's overview to what the screen draws. Pure: labels and a moment in, words out.
extension OverviewState {
  /// The overview in words. `now` is the server's time at which it is looked at.
  public init(_ overview: Overview, labels: Labels, now: Int64) {
    let several = overview.accounts.count > 1
    let nobody = overview.headline == .nobody
    let names = Dictionary(
      overview.accounts.map { ($0.id, $0.label) }, uniquingKeysWith: { first, _ in first })
    let rows = overview.rows.map { row in
      RowState(
        row, account: several ? names[row.account] : nil, labels: labels, now: now, fresh: overview.fresh)
    }
    let shown = zip(overview.rows, rows)
    self.init(
      place: several
        ? labels.count(.servers, overview.accounts.count) : overview.accounts.first?.label ?? "",
      // Under an empty fleet it is said when it was checked.
      asOf: overview.notice == nil && !nobody ? labels.asOf(overview.asOf, now: now) : nil,
      headline: labels.headline(overview.headline),
      strip: StripState(overview.sections, labels: labels),
      asked: AskedSectionState(
        overview.asked, accounts: several ? names : [:], labels: labels, now: now),
      sections: overview.sections.compactMap { summary in
        let members = shown.filter { $0.0.section == summary.section }.map(\.1)
        guard !members.isEmpty else { return nil }
        return SectionState(
          id: summary.section, title: labels.sectionTitle(summary.section),
          count: labels.number(Int(summary.count)), rows: members)
      },
      empty: nobody
        ? [
          // Where nobody could look, nothing is known of agents either.
          [
            overview.asOf == nil ? nil : Phrase.noAgents.text,
            labels.nextCheck(last: overview.asOf, next: overview.nextCheck),
          ].compactMap(\.self).joined(separator: "\n"),
          Phrase.letOneIn.text,
        ] : [],
      createKey: nobody ? overview.accounts.first.map { KeyWish(account: $0.id) } : nil,
      ahead: overview.serverAhead.map(labels.serverAhead),
      bar: overview.notice.map { BarState($0, sources: overview.sources, labels: labels, now: now) },
      sources: overview.sources.map {
        SourceState($0, account: several ? names[$0.account] : nil, labels: labels, now: now)
      },
      more: overview.beyond > 0
        ? Words.notShown(overview.beyond, labels.number(overview.beyond)) : nil)
  }
}

extension AskedSectionState {
  init?(_ questions: [AskedRow], accounts: [String: String], labels: Labels, now: Int64) {
    guard !questions.isEmpty else { return nil }
    self.init(
      title: Phrase.askedOfYou.text, count: labels.number(questions.count),
      rows: questions.map { AskedState($0, account: accounts[$0.account], labels: labels, now: now) })
  }
}

extension AskedState {
  init(_ asked: AskedRow, account: String?, labels: Labels, now: Int64) {
    self.init(
      id: "\(asked.account) \(asked.question)", asker: asked.asker ?? Phrase.anAgentAsks.text,
      priority: asked.priority == "high" ? Phrase.highPriority.text : nil,
      time: asked.askedAt.map { labels.dayClock($0, now: now) } ?? "",
      text: Words.quoted(asked.text, cut: asked.cut),
      aside: asked.answerable ? nil : Phrase.answerElsewhere.text,
      answers: asked.answerable ? asked.key : nil, account: account)
  }
}

extension AskedRow {
  /// Its identity.
  var key: AskedKey { AskedKey(account: account, question: question) }
}

extension Overview {
  /// Programs after the rows of this window.
  fileprivate var beyond: Int { Int(total) - Int(offset) - rows.count }
}

extension StripState {
  init(_ sections: [SectionSummary], labels: Labels) {
    var left = StripState.limit
    var groups: [[ProgramShape]] = []
    for section in sections where left > 0 {
      groups.append(Array(section.shapes.prefix(left)))
      left -= min(left, section.shapes.count)
    }
    let hidden = sections.reduce(0) { $0 + $1.shapes.count } - groups.reduce(0) { $0 + $1.count }
    self.init(
      groups: groups, more: hidden > 0 ? Words.more(labels.number(hidden)) : nil,
      spoken: labels.strip(sections))
  }
}

extension RowState {
  init(_ row: ProgramRow, account: String?, labels: Labels, now: Int64, fresh: Bool) {
    let form = Form(row.section)
    let finished = row.section == .finishedToday
    let text = row.asked?.text ?? (row.shape == .neverSeen ? Phrase.neverCheckedIn.text : row.status)
    let doubt = row.state == .blockedOrPinned
    let spoken = SpokenRow(
      account: account, program: row.program, neverSeen: row.shape == .neverSeen, state: row.state,
      progress: row.progress, finding: row.finding, estimate: row.estimate, heard: row.lastHeard,
      endedAt: finished ? row.endedAt : nil, openQuestions: Int(row.openQuestions),
      waiting: row.waiting, orPinned: doubt, asks: row.asked?.text, says: form == .card ? row.status : nil)
    let waiting = row.waiting.map { labels.waiting($0, orPinned: doubt, now: now, fresh: fresh) } ?? ""
    self.init(
      id: ProgramKey(account: row.account, program: row.program), form: form, shape: row.shape,
      turns: row.shape == .working && fresh, name: row.program,
      word: form == .line ? nil : row.state.map { StateWord($0, labels: labels) },
      age: finished
        ? labels.ended(row.endedAt, now: now)
        : labels.age(row.lastHeard, now: now, fresh: fresh),
      text: text,
      progress: ProgressState(row, form: form, labels: labels, now: now),
      finding: form == .line
        ? nil : row.finding.map { FindingState($0, labels: labels, now: now, fresh: fresh) },
      eta: form == .row ? row.estimate.map { labels.eta($0, now: now, fresh: fresh) } : nil,
      waiting: waiting.isEmpty ? nil : waiting, account: account,
      project: form == .row ? row.project : nil,
      questions: form == .row && row.openQuestions > 0 ? labels.number(Int(row.openQuestions)) : nil,
      answers: form == .card ? row.asked.flatMap { $0.answerable ? $0.key : nil } : nil,
      spoken: labels.readAloud(spoken, now: now, fresh: fresh))
  }
}

extension RowState.Form {
  fileprivate init(_ section: CacheBash.Section) {
    switch section {
    case .needsYou: self = .card
    case .stalledOrSilent, .working, .pinned: self = .row
    case .finishedToday, .quiet: self = .line
    }
  }
}

extension StateWord {
  init(_ state: SessionState, labels: Labels) {
    self.init(
      text: labels.stateWord(state), colour: state.colour,
      doubt: state == .blockedOrPinned ? Phrase.orPinned.text : nil)
  }
}

extension SessionState {
  var colour: ColourToken {
    switch self {
    case .working: .working
    case .blocked, .blockedOrPinned: .blocked
    case .pinned: .pinned
    case .complete: .complete
    case .other: .ink3
    }
  }
}

extension ProgressState {
  fileprivate init?(_ row: ProgramRow, form: RowState.Form, labels: Labels, now: Int64) {
    let text = labels.rowProgress(row.progress, now: now)
    switch (form, row.progress) {
    case (.line, _): return nil
    // Who waits, or stays on watch, is not asked how far it is.
    case (.card, .notReported): return nil
    case (.row, .notReported) where row.state == .pinned: return nil
    case (.card, .percent): self = .number(text: text)
    case (.row, .percent(let percent)): self = .bar(percent: Int(percent), text: text, moving: row.moving)
    case (_, .notReported), (_, .last): self = .words(text)
    }
  }
}

extension FindingState {
  init(_ finding: Finding, labels: Labels, now: Int64, fresh: Bool) {
    self.init(
      glyph: FindingGlyph(finding), text: labels.finding(finding, now: now, fresh: fresh),
      short: labels.findingShort(finding, now: now, fresh: fresh))
  }
}

extension FindingGlyph {
  fileprivate init(_ finding: Finding) {
    switch finding {
    case .silent: self = .silent
    case .fell: self = .fell
    case .noChange: self = .noChange
    }
  }
}
