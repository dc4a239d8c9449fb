//! The fleet of the mock screens as values: thirteen programs at 14:02:10, judged by hand.

use cachebash_core::companion::Account;
use cachebash_core::domain::{
    AccountId, ContextLeft, ContextSummary, KeyHash, LastTask, Outcome, Percent, ProgramId, Progress, SessionId,
    SessionState, Span, Timestamp,
};
use cachebash_core::insight::{
    ContextView, Estimate, Finding, Gap, Headline, KeysView, Notice, Overview, ProgramPage, ProgramRow,
    ProgressHistory, ProgressSample, Reading, RowProgress, Section, SectionSummary, SessionRow, Shape, Waiting, falls,
};

/// Monday 23 November 2026, 14:02:10 in UTC.
pub(super) const NOW: Timestamp = Timestamp::from_millis(1_795_442_530_000);

pub(super) fn ago(seconds: i64) -> Timestamp {
    NOW.minus(Span::from_secs(seconds))
}

pub(super) fn account(label: &str) -> Account {
    Account {
        id: AccountId::new(label.to_lowercase()),
        server: format!("https://{}.example", label.to_lowercase()),
        label: label.to_owned(),
        key_hash: KeyHash::new("0".repeat(64)),
        writes_allowed: false,
    }
}

pub(super) fn row(program: &str, section: Section, shape: Shape, status: &str, heard: i64) -> ProgramRow {
    ProgramRow {
        account: AccountId::new("home fleet"),
        program: ProgramId::new(program),
        derived: false,
        section,
        shape,
        state: Some(SessionState::Working),
        session: Some(SessionId::new(format!("{program}.auth-7"))),
        live: true,
        status: Some(status.to_owned()),
        progress: RowProgress::NotReported,
        moving: false,
        last_heard: Some(ago(heard)),
        ended_at: None,
        finding: None,
        estimate: None,
        waiting: None,
        asked: None,
        project: Some("auth".to_owned()),
        open_questions: 0,
        hand_off_required: false,
        name: None,
        role: None,
    }
}

/// From so many minutes to so many, from now on.
fn due_in(from: i64, to: i64) -> Option<Estimate> {
    Some(Estimate {
        judged_at: NOW,
        from: Span::from_mins(from),
        to: Span::from_mins(to),
        basis: Span::from_mins(40),
    })
}

pub(super) fn percent(value: u8) -> RowProgress {
    RowProgress::Percent(Percent::of(f64::from(value)))
}

/// Ended at 14:02:10 less so many minutes.
fn finished(program: &str, status: &str, minutes: i64) -> ProgramRow {
    ProgramRow {
        state: Some(SessionState::Complete),
        live: false,
        ended_at: Some(ago(minutes * 60)),
        ..row(program, Section::FinishedToday, Shape::Complete, status, minutes * 60)
    }
}

fn quiet(program: &str, status: &str, days: i64) -> ProgramRow {
    ProgramRow {
        live: false,
        ..row(program, Section::Quiet, Shape::Quiet, status, days * 86_400)
    }
}

pub(super) fn rows() -> Vec<ProgramRow> {
    use Section::{NeedsYou, Pinned, Quiet, StalledOrSilent, Working};
    vec![
        ProgramRow {
            state: Some(SessionState::Blocked),
            progress: percent(80),
            waiting: Some(Waiting {
                since: ago(250),
                change_seen: true,
            }),
            ..row(
                "deployer",
                NeedsYou,
                Shape::Blocked,
                "The migration locks users for 40 s. Run it now or at 22:00?",
                40,
            )
        },
        ProgramRow {
            progress: percent(30),
            finding: Some(Finding::Silent {
                since: ago(7_450),
                usual_every: Some(Span::from_mins(5)),
            }),
            ..row(
                "scribe",
                StalledOrSilent,
                Shape::WorkingSilent,
                "Drafting the token rotation guide",
                7_450,
            )
        },
        ProgramRow {
            progress: percent(62),
            finding: Some(Finding::NoChange { since: ago(1_085) }),
            ..row(
                "indexer",
                StalledOrSilent,
                Shape::WorkingStalled,
                "Rebuilding the symbol index for packages/auth",
                20,
            )
        },
        ProgramRow {
            progress: percent(70),
            moving: true,
            estimate: due_in(25, 40),
            open_questions: 1,
            ..row(
                "orchestrator",
                Working,
                Shape::Working,
                "Handing out the six tasks of the auth module",
                5,
            )
        },
        row(
            "tester",
            Working,
            Shape::Working,
            "Running the integration suite on staging",
            70,
        ),
        ProgramRow {
            progress: percent(82),
            moving: true,
            estimate: due_in(8, 14),
            ..row("reviewer", Working, Shape::Working, "Auditing the login path", 35)
        },
        ProgramRow {
            progress: percent(45),
            moving: true,
            estimate: due_in(50, 80),
            open_questions: 2,
            ..row("builder", Working, Shape::Working, "Implementing JWT validation", 12)
        },
        ProgramRow {
            state: Some(SessionState::Pinned),
            ..row(
                "sentinel",
                Pinned,
                Shape::Pinned,
                "Watching sign-in errors on staging",
                50,
            )
        },
        finished("linter", "Auth package is clean", 290),
        finished("migrator", "Moved the session table", 142),
        quiet("translator", "Sign-in texts in nine languages", 3),
        quiet("researcher", "Compared the token formats", 1),
        ProgramRow {
            state: None,
            session: None,
            live: false,
            status: None,
            last_heard: None,
            ..row("archivist", Quiet, Shape::NeverSeen, "", 0)
        },
    ]
}

/// An overview of these rows, fresh.
pub(super) fn overview_of(rows: Vec<ProgramRow>) -> Overview {
    let mut sections: Vec<SectionSummary> = Vec::new();
    for row in &rows {
        match sections.last_mut().filter(|last| last.section == row.section) {
            Some(last) => {
                last.count += 1;
                last.shapes.push(row.shape);
            }
            None => sections.push(SectionSummary {
                section: row.section,
                count: 1,
                shapes: vec![row.shape],
            }),
        }
    }
    let need = rows.iter().filter(|row| row.section == Section::NeedsYou).count();
    Overview {
        headline: match (rows.len(), u32::try_from(need).unwrap()) {
            (0, _) => Headline::Nobody,
            (_, 0) => Headline::NothingNeedsYou,
            (_, count) => Headline::NeedYou(count),
        },
        sections,
        asked: Vec::new(),
        total: u32::try_from(rows.len()).unwrap(),
        rows,
        offset: 0,
        accounts: vec![account("Home fleet")],
        as_of: Some(NOW),
        judged_at: NOW,
        now: NOW,
        server_offset: Span::default(),
        fresh: true,
        server_ahead: None,
        notice: None,
        sources: Vec::new(),
        next_check: Some(NOW.plus(Span::from_secs(30))),
    }
}

/// The same, 37 minutes after the network was lost.
pub(super) fn offline(overview: Overview) -> Overview {
    Overview {
        now: NOW.plus(Span::from_mins(37)),
        fresh: false,
        notice: Some(Notice::Offline { as_of: Some(NOW) }),
        next_check: None,
        ..overview
    }
}

fn session(id: &str, shape: Shape, ended: Option<Timestamp>) -> SessionRow {
    SessionRow {
        account: AccountId::new("home fleet"),
        session: SessionId::new(id),
        program: ProgramId::new("builder"),
        program_derived: false,
        name: None,
        status: Some("Implementing JWT validation".to_owned()),
        state: Some(if ended.is_some() {
            SessionState::Complete
        } else {
            SessionState::Working
        }),
        state_word: None,
        shape,
        progress: Progress::Reported(45.0),
        percent: Some(Percent::of(45.0)),
        project: Some("auth".to_owned()),
        last_heard: Some(ago(12)),
        live: ended.is_none(),
        started_at: Some(ago(5_400)),
        start_known: ended.is_some(),
        ended_at: ended,
        context_left: if ended.is_some() {
            ContextLeft::NotReported
        } else {
            ContextLeft::Percent(38.0)
        },
        hand_off_required: false,
        unrecorded_before: None,
        took_over: None,
    }
}

/// Builder's page: a fall from 18 to 10 %, a gap of eleven minutes, notes, questions, work items.
pub(super) fn builder() -> ProgramPage {
    let minute = |minutes: i64| ago((90 - minutes) * 60);
    let samples = [
        (0, 0),
        (9, 4),
        (16, 8),
        (24, 14),
        (34, 18),
        (41, 10),
        (52, 12),
        (58, 16),
        (72, 24),
        (76, 31),
        (82, 37),
        (87, 42),
        (90, 45),
    ];
    let samples = samples.map(|(at, value)| ProgressSample {
        at: minute(at),
        progress: Progress::Reported(f64::from(value)),
    });
    let history = ProgressHistory {
        session: SessionId::new("builder.auth-7"),
        falls: falls(&samples),
        samples: samples.to_vec(),
        next_beat_by: Some(NOW.plus(Span::from_secs(108))),
        beats: (0..=90)
            .filter(|m| !(61..72).contains(m) && *m != 44 && *m != 45)
            .map(minute)
            .collect(),
        gaps: vec![Gap {
            from: minute(61),
            until: minute(72),
        }],
        seen_since: Some(minute(0)),
        seen_until: Some(NOW),
    };
    let row = rows()
        .into_iter()
        .find(|row| row.program.as_str() == "builder")
        .unwrap();
    ProgramPage {
        replies: Vec::new(),
        pending: Vec::new(),
        renames_sessions: false,
        row,
        session: Some(session("builder.auth-7", Shape::Working, None)),
        live_sessions: 1,
        history: Some(history),
        asked: Vec::new(),
        context: ContextView {
            reading: Reading::Read,
            context: ContextSummary {
                last_task: Some(LastTask {
                    task_id: Some("auth".to_owned()),
                    title: Some("Implement the auth module".to_owned()),
                    outcome: Some(Outcome::Completed),
                    notes: Some("Token checks pass.".to_owned()),
                }),
                active_work_items: [
                    "Refresh token edge cases",
                    "Key rotation without downtime",
                    "Sixty seconds of clock skew",
                ]
                .map(str::to_owned)
                .to_vec(),
                hand_off_notes:
                    "Signature and audience checks are in and tested. Left for the next session: a refresh \
                                 token that arrives in its last second."
                        .to_owned(),
                open_questions: [
                    "Should an expired refresh token answer 401 or 403?",
                    "May the audience list hold more than one service?",
                ]
                .map(str::to_owned)
                .to_vec(),
            },
            cleared: None,
            version: Some(4),
            written_by: Some("builder".to_owned()),
            written_at: Some(minute(-2)),
            written_in: Some(SessionId::new("builder.auth-6")),
            as_of: Some(NOW),
            learned_patterns: 0,
            parts: Vec::new(),
            questions: Vec::new(),
        },
        sessions: vec![
            session("builder.auth-7", Shape::Working, None),
            session("builder.auth-6", Shape::Complete, Some(minute(-2))),
            session("builder.auth-5", Shape::Complete, None),
        ],
        session_total: 3,
        keys: KeysView {
            reading: Reading::NotRead,
            keys: Vec::new(),
            as_of: None,
        },
        context_measured: Vec::new(),
        context_use_offered: None,
        as_of: Some(NOW),
        now: NOW,
        server_offset: Span::default(),
        fresh: true,
        notice: None,
        sources: Vec::new(),
    }
}
