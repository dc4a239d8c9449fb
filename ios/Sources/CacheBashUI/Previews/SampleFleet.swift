#if DEBUG
  import CacheBash
  import CacheBashPresentation
  import Foundation

  /// A fleet for previews: what core would say of it at two minutes past two.
  enum SampleFleet {
    static let now: Int64 = 1_795_438_930_000
    private static let minute: Int64 = 60_000
    private static let labels = Labels(
      zone: TimeZone(identifier: "Europe/Berlin") ?? .gmt, hours24: true)

    static var online: OverviewState { OverviewState(overview(notice: nil), labels: labels, now: now) }

    static var offline: OverviewState {
      OverviewState(overview(notice: .offline(asOf: now)), labels: labels, now: now + 37 * minute)
    }

    static var page: ProgramPageState { ProgramPageState(builderPage, labels: labels, now: now) }

    private static func overview(notice: Notice?) -> Overview {
      let sections = CacheBash.Section.allCases.compactMap { section -> SectionSummary? in
        let members = rows.filter { $0.section == section }
        guard !members.isEmpty else { return nil }
        return SectionSummary(
          section: section, count: UInt32(members.count), shapes: members.map(\.shape))
      }
      return Overview(
        headline: .needYou(count: 1), sections: sections, rows: rows, offset: 0,
        total: UInt32(rows.count),
        accounts: [
          Account(
            id: "home", server: "https://agents.example.org", label: "Home fleet", keyHash: "",
            writesAllowed: false)
        ], asOf: now, judgedAt: now, now: now, serverOffset: 0, fresh: notice == nil, serverAhead: nil,
        notice: notice, sources: [], nextCheck: nil)
    }

    private static var rows: [ProgramRow] {
      [
        row(
          "deployer", .needsYou, .blocked, .blocked, "Holding the session table migration", 80,
          heard: 40_000, waiting: Waiting(since: now - 4 * minute, changeSeen: true)),
        row(
          "scribe", .stalledOrSilent, .workingSilent, .working, "Drafting the token rotation guide", 30,
          heard: 124 * minute, finding: .silent(since: now - 124 * minute, usualEvery: 5 * minute)),
        row(
          "indexer", .stalledOrSilent, .workingStalled, .working,
          "Rebuilding the symbol index for packages/auth", 62, heard: 20_000,
          finding: .noChange(since: now - 18 * minute)),
        row(
          "builder", .working, .working, .working, "Implementing JWT validation", 45, heard: 12_000,
          estimate: Estimate(judgedAt: now, from: 50 * minute, to: 80 * minute, basis: 40 * minute),
          project: "auth", questions: 1),
        row(
          "sentinel", .pinned, .pinned, .pinned, "Watching sign-in errors on staging", nil, heard: 50_000),
        row(
          "linter", .finishedToday, .complete, .complete, "Auth package is clean", 100,
          heard: 290 * minute),
        row("archivist", .quiet, .neverSeen, nil, nil, nil, heard: nil),
      ]
    }

    private static func row(
      _ program: String, _ section: CacheBash.Section, _ shape: CacheBash.Shape, _ state: SessionState?,
      _ status: String?, _ percent: UInt8?, heard: Int64?, finding: Finding? = nil,
      estimate: Estimate? = nil, waiting: Waiting? = nil, project: String? = nil, questions: UInt32 = 0
    ) -> ProgramRow {
      ProgramRow(
        account: "home", program: program, derived: false, section: section, shape: shape, state: state,
        session: nil, live: shape != .complete, status: status,
        progress: percent.map { .percent(percent: $0) } ?? .notReported, moving: shape == .working,
        lastHeard: heard.map { now - $0 }, endedAt: shape == .complete ? heard.map { now - $0 } : nil,
        finding: finding, estimate: estimate, waiting: waiting, project: project, openQuestions: questions,
        handOffRequired: false)
    }

    private static var builderPage: ProgramPage {
      let session = SessionRow(
        account: "home", session: "builder.auth-7", program: "builder", programDerived: false, name: nil,
        status: "Implementing JWT validation", state: .working, stateWord: "working", shape: .working,
        progress: 45, percent: 45, project: "auth", lastHeard: now - 12_000, live: true,
        startedAt: now - 90 * minute, startKnown: false, endedAt: nil,
        contextLeft: .percent(percent: 38), handOffRequired: false, unrecordedBefore: nil,
        tookOver: TookOver(from: "builder.auth-6", workItems: 2, questions: 1))
      let steps: [(Int64, Double)] = [
        (90, 0), (81, 4), (74, 8), (66, 14), (56, 18), (49, 10), (38, 12), (18, 24), (8, 37), (0, 45),
      ]
      let history = ProgressHistory(
        session: "builder.auth-7",
        samples: steps.map { ProgressSample(at: now - $0.0 * minute, progress: $0.1) },
        falls: [FallSeen(from: 18, to: 10, at: now - 49 * minute)],
        beats: stride(from: Int64(90), through: 0, by: -2).map { now - $0 * minute },
        nextBeatBy: now + 108_000,
        gaps: [Gap(from: now - 29 * minute, until: now - 18 * minute)],
        seenSince: now - 90 * minute, seenUntil: now)
      let context = ContextView(
        reading: .read,
        context: ContextSummary(
          lastTask: LastTask(
            taskId: nil, title: "Implement the auth module", outcome: .completed,
            notes: "Token checks pass."),
          activeWorkItems: ["Refresh token edge cases", "Key rotation without downtime"],
          handOffNotes: "Signature and audience checks are in and tested.",
          openQuestions: ["Should an expired refresh token answer 401 or 403?"]), cleared: nil, version: 4,
        writtenBy: "builder", writtenAt: now - 92 * minute, writtenIn: "builder.auth-6", asOf: now,
        learnedPatterns: 0)
      return ProgramPage(
        row: rows[3], session: session, liveSessions: 1, history: history, context: context,
        replies: [], pending: [], sessions: [session], sessionTotal: 1,
        keys: KeysView(reading: .read, keys: [], asOf: now), asOf: now, now: now, serverOffset: 0,
        fresh: true, notice: nil, sources: [])
    }
  }
#endif
