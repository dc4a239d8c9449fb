import CacheBash
import CacheBashTesting

/// Small values of core's, with one thing said and the rest as usual.
enum Sample {
  static let now = moment("2026-11-23T13:02:10Z")

  static func account(
    id: String = "home", label: String = "Home fleet", writesAllowed: Bool = false
  ) -> Account {
    Account(
      id: id, server: "https://agents.example.org", label: label,
      keyHash: String(repeating: "0", count: 64), writesAllowed: writesAllowed)
  }

  static func row(
    _ program: String, account: String = "home", section: CacheBash.Section = .working,
    shape: CacheBash.Shape = .working, state: SessionState? = .working, live: Bool = true,
    status: String? = nil, progress: RowProgress = .notReported, moving: Bool = false,
    heard: Int64? = nil, ended: Int64? = nil, finding: Finding? = nil, estimate: Estimate? = nil,
    waiting: Waiting? = nil, asked: AskedRow? = nil,
    project: String? = nil, questions: UInt32 = 0, handOff: Bool = false,
    name: String? = nil, role: String? = nil
  ) -> ProgramRow {
    ProgramRow(
      account: account, program: program, derived: false, section: section, shape: shape, state: state,
      session: "\(program).1", live: live, status: status, progress: progress, moving: moving,
      lastHeard: heard, endedAt: ended, finding: finding, estimate: estimate, waiting: waiting, asked: asked,
      project: project, openQuestions: questions, handOffRequired: handOff, name: name, role: role)
  }

  static func overview(
    _ rows: [ProgramRow], headline: Headline = .nothingNeedsYou, accounts: [Account] = [account()],
    asOf: Int64? = now, now: Int64 = now, offset: Int64 = 0, fresh: Bool = true, ahead: Int64? = nil,
    notice: Notice? = nil, sources: [SourceReport] = [], next: Int64? = nil, total: Int? = nil,
    asked: [AskedRow] = []
  ) -> Overview {
    let sections = CacheBash.Section.allCases.compactMap { section -> SectionSummary? in
      let members = rows.filter { $0.section == section }
      return members.isEmpty
        ? nil : SectionSummary(section: section, count: UInt32(members.count), shapes: members.map(\.shape))
    }
    return Overview(
      headline: headline, sections: sections, asked: asked, rows: rows, offset: 0,
      total: UInt32(total ?? rows.count),
      accounts: accounts, asOf: asOf, judgedAt: now, now: now, serverOffset: offset, fresh: fresh,
      serverAhead: ahead, notice: notice, sources: sources, nextCheck: next)
  }

  static func source(
    _ source: Source, _ standing: Standing, asOf: Int64? = now, since: Int64? = nil, cause: Cause? = nil,
    account: String = "home", inBar: Bool = false, canRetry: Bool = false
  ) -> SourceReport {
    SourceReport(
      account: account, source: source, standing: standing, asOf: asOf, since: since, cause: cause,
      inBar: inBar, canRetry: canRetry)
  }
}

extension Sample {
  static func context(
    _ reading: Reading,
    _ context: ContextSummary = ContextSummary(
      lastTask: nil, activeWorkItems: [], handOffNotes: "", openQuestions: []),
    cleared: KeptContext? = nil, writtenAt: Int64? = nil, parts: [PartWritten] = [],
    questions: [QuestionTime] = []
  ) -> ContextView {
    ContextView(
      reading: reading, context: context, cleared: cleared, version: nil, writtenBy: nil,
      writtenAt: writtenAt,
      writtenIn: nil, asOf: now, learnedPatterns: 0, parts: parts, questions: questions)
  }

  static func session(
    _ id: String, name: String? = nil, live: Bool = true, started: Int64? = nil, ended: Int64? = nil,
    percent: UInt8? = nil, left: ContextLeft = .notReported, unrecordedBefore: Gap? = nil,
    tookOver: TookOver? = nil
  ) -> SessionRow {
    SessionRow(
      account: "home", session: id, program: "builder", programDerived: false, name: name, status: nil,
      state: live ? .working : .complete, stateWord: nil, shape: live ? .working : .complete,
      progress: percent.map(Double.init), percent: percent, project: nil, lastHeard: nil, live: live,
      startedAt: started, startKnown: true, endedAt: ended, contextLeft: left,
      handOffRequired: false, unrecordedBefore: unrecordedBefore, tookOver: tookOver)
  }

  static func asked(
    _ question: String = "q-1", asker: String? = "deployer", options: [String] = [], answerable: Bool = true
  ) -> AskedRow {
    AskedRow(
      account: "home", question: question, asker: asker, text: "Run it now or at 22:00?", cut: false,
      options: options, context: "Sessions stay valid.", priority: nil, status: "pending",
      askedAt: now - 250_000, thread: nil, answerable: answerable)
  }

  static func page(
    _ row: ProgramRow, context: ContextView = context(.notRead), sessions: [SessionRow] = [],
    keys: KeysView = KeysView(reading: .notRead, keys: [], asOf: nil), asked: [AskedRow] = [],
    replies: [QuestionReply] = [], pending: [OutboxLine] = [], sources: [SourceReport] = []
  ) -> ProgramPage {
    ProgramPage(
      row: row, session: nil, liveSessions: 1, history: nil, asked: asked, context: context,
      replies: replies, pending: pending,
      sessions: sessions,
      sessionTotal: UInt32(sessions.count), keys: keys, asOf: now, now: now, serverOffset: 0, fresh: true,
      notice: nil, sources: sources)
  }
}
