//! Sessions as the API lists them, live and ended (contract section 5).

use serde_json::{Number, Value};

use super::field::{number, object};
use super::{Field, Salvage, parse_time, salvage};
use crate::domain::{
    ContextLeft, EndedSession, ProgramId, Progress, ReportedState, Session, SessionId, Timestamp, program_of_session_id,
};

object! {
    /// `data` of `GET /v1/sessions`.
    SessionsPage {
        /// Inner success.
        success: bool,
        /// How many rows; no total, and no sign that there are more.
        count: Number,
        /// The rows, newest `lastUpdate` first.
        sessions: Vec<SessionRow>,
    }
}

object! {
    /// One session as listed.
    SessionRow {
        /// Its id. A row without one is left out.
        session_id: String,
        /// Equal to the status after any update.
        name: String,
        /// Absent on sessions that an update brought into being.
        program_id: String,
        /// Free text.
        status: String,
        /// Stored word: `active`, `blocked`, `done`.
        state: String,
        /// `state`, or `stale`.
        effective_state: String,
        /// By the server's clock.
        last_update_age_seconds: Number,
        /// 0 to 100, fractions allowed.
        progress: Number,
        /// Its project.
        project_name: String,
        /// ISO.
        last_update: String,
        /// ISO.
        last_heartbeat: String,
        /// Ended.
        archived: bool,
        /// The agent asks for a fresh session.
        handoff_required: bool,
        /// Percent remaining; over 100 an old raw byte count.
        context_bytes: Number,
    }
}

object! {
    /// `data` of `GET /v1/sessions/history`; it has no inner success.
    HistoryPage {
        /// Archived sessions only.
        sessions: Vec<HistoryRow>,
        /// How many rows.
        count: Number,
    }
}

object! {
    /// One ended session.
    HistoryRow {
        /// Its id.
        session_id: String,
        /// Its name.
        name: String,
        /// Its program.
        program_id: String,
        /// Its last words.
        status: String,
        /// Stored word.
        state: String,
        /// Its last progress.
        progress: Number,
        /// Its project.
        project_name: String,
        /// Milliseconds.
        duration_ms: Number,
        /// Minutes.
        duration_minutes: Number,
        /// ISO.
        created_at: String,
        /// ISO.
        completed_at: String,
    }
}

object! {
    /// `data` of creating or updating a session.
    SessionAck {
        /// Inner success.
        success: bool,
        /// The session that was written; a body's id wins over the path's.
        session_id: String,
        /// A sentence.
        message: String,
    }
}

impl Salvage for SessionsPage {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        salvage::part::<Number>(data, "count");
        salvage::rows::<SessionRow>(data, "sessions")
    }
}

impl Salvage for HistoryPage {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        salvage::part::<Number>(data, "count");
        salvage::rows::<HistoryRow>(data, "sessions")
    }
}

impl Salvage for SessionAck {}

pub(crate) fn time(field: &Field<String>) -> Option<Timestamp> {
    field.get().and_then(|text| parse_time(text))
}

fn progress(field: &Field<Number>) -> Progress {
    number(field).map_or(Progress::NotReported, Progress::Reported)
}

/// The program a row names, else the one its id speaks of; the flag says that it was derived.
fn program_of(row: &Field<String>, session: &SessionId) -> (ProgramId, bool) {
    match row.get() {
        Some(named) if !named.is_empty() => (ProgramId::new(named.clone()), false),
        _ => (program_of_session_id(session), true),
    }
}

impl SessionRow {
    /// The session it speaks of; `None` when it has no id.
    pub fn into_session(self) -> Option<Session> {
        let id = SessionId::new(self.session_id.into_option().filter(|id| !id.is_empty())?);
        let (program, program_derived) = program_of(&self.program_id, &id);
        Some(Session {
            program,
            program_derived,
            name: self.name.into_option(),
            status: self.status.into_option(),
            state: ReportedState::new(self.state.into_option()),
            progress: progress(&self.progress),
            project: self.project_name.into_option(),
            last_update: time(&self.last_update),
            last_heartbeat: time(&self.last_heartbeat),
            archived: self.archived.into_option().unwrap_or(false),
            hand_off_required: self.handoff_required.into_option().unwrap_or(false),
            context_left: ContextLeft::of(number(&self.context_bytes)),
            id,
        })
    }
}

impl HistoryRow {
    /// The ended session it speaks of; `None` when it has no id.
    pub fn into_ended(self) -> Option<EndedSession> {
        let id = SessionId::new(self.session_id.into_option().filter(|id| !id.is_empty())?);
        let (program, program_derived) = program_of(&self.program_id, &id);
        Some(EndedSession {
            program,
            program_derived,
            name: self.name.into_option(),
            status: self.status.into_option(),
            state: ReportedState::new(self.state.into_option()),
            progress: progress(&self.progress),
            project: self.project_name.into_option(),
            created_at: time(&self.created_at),
            completed_at: time(&self.completed_at),
            id,
        })
    }
}
