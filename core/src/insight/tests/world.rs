//! Programs and moments to judge, built by saying only what matters.

use crate::domain::{
    AccountId, ContextLeft, FleetProgram, ProgramId, Progress, ReportedState, Session, SessionId, Span, Timestamp,
    program_of_session_id,
};
use crate::insight::{Judged, Look, Moment, ProgramRecord, SessionRecord, Trace, row};

/// Monday 23 November 2026, 14:02:10 in Berlin; local midnight was 14 h 2 min 10 s before.
pub(super) const NOW: Timestamp = Timestamp::from_millis(1_795_438_930_000);

pub(super) const SYNC_PERIOD: Span = Span::from_secs(15);

pub(super) const DAY: Span = Span::from_mins(24 * 60);

pub(super) const fn secs(n: i64) -> Span {
    Span::from_secs(n)
}

pub(super) const fn mins(n: i64) -> Span {
    Span::from_mins(n)
}

pub(super) fn moment_at(judged_at: Timestamp) -> Moment {
    Moment {
        judged_at,
        midnight: NOW.minus(secs(14 * 3600 + 130)),
        sync_period: SYNC_PERIOD,
    }
}

pub(super) fn now() -> Moment {
    moment_at(NOW)
}

/// A live session heard at `at`, with a wire word for its state.
pub(super) fn session(id: &str, word: &str, at: Timestamp) -> Session {
    let id = SessionId::from(id);
    Session {
        program: program_of_session_id(&id),
        id,
        program_derived: false,
        name: None,
        status: None,
        state: ReportedState::new(Some(word.to_owned())),
        progress: Progress::NotReported,
        project: None,
        last_update: Some(at),
        last_heartbeat: Some(at),
        archived: false,
        hand_off_required: false,
        context_left: ContextLeft::NotReported,
    }
}

pub(super) fn ended(id: &str, at: Timestamp) -> Session {
    Session {
        archived: true,
        ..session(id, "done", at)
    }
}

pub(super) fn with_progress(session: Session, value: f64) -> Session {
    Session {
        progress: Progress::Reported(value),
        ..session
    }
}

pub(super) fn look(at: Timestamp, session: &Session) -> Look<'_> {
    Look {
        at,
        session,
        fleet_word: None,
        fleet_heartbeat: None,
        own_write: None,
        continuous: true,
    }
}

/// Looks at the same session again and again, each time as the update of that moment left it.
pub(super) fn watched(sessions: &[Session]) -> Trace {
    let looked = |session: &Session| session.last_update.unwrap();
    let first = Look {
        continuous: false,
        ..look(looked(&sessions[0]), &sessions[0])
    };
    sessions.iter().skip(1).fold(Trace::begin(&first), |trace, next| {
        trace.advance(&look(looked(next), next))
    })
}

pub(super) fn record(session: Session, trace: Option<Trace>) -> ProgramRecord {
    ProgramRecord {
        account: AccountId::from("home"),
        program: session.program.clone(),
        derived: false,
        listed_at: NOW.minus(DAY),
        current: Some(SessionRecord {
            session,
            first_name: None,
            fleet_word: None,
            fleet_heartbeat: None,
            own_write: None,
            created_at: None,
            ended_at: None,
            trace,
        }),
        fleet: None,
        registered: None,
        open_questions: 0,
        asked: Vec::new(),
    }
}

/// A program that was watched through these updates, judged at `at`.
pub(super) fn judged(updates: &[Session], at: Timestamp) -> Judged {
    let newest = updates.last().unwrap().clone();
    row(&record(newest, Some(watched(updates))), &moment_at(at))
}

pub(super) fn fleet_program(program: &str, session: &str, word: &str) -> FleetProgram {
    FleetProgram {
        program: ProgramId::from(program),
        state: Some("stale".to_owned()),
        last_reported_state: Some(word.to_owned()),
        session: Some(SessionId::from(session)),
        last_heartbeat: Some(NOW),
        pending_messages: 0,
        pending_tasks: 0,
        context_left: ContextLeft::NotReported,
        hand_off_required: false,
    }
}
