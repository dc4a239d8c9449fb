//! A session as one connection of a program: what its agent last said, and how we read the server's words.

use serde::{Deserialize, Serialize};

use super::{ProgramId, Progress, SessionId, Timestamp};

/// What a session's agent reports, read from either of the server's vocabularies (contract section 5, trap T1).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SessionState {
    /// Wire `active`, `working`, `created` or `completing`.
    Working,
    /// Wire `blocked`, and fleet health says so too.
    Blocked,
    /// Wire `blocked` where nothing tells it apart from pinned: the list says `blocked` for both.
    BlockedOrPinned,
    /// Wire `pinned`, or `blocked` whose program's fleet health says `pinned` of this very session.
    Pinned,
    /// Wire `done`, `complete` or `archived`.
    Complete,
    /// Any other word, kept as it came (`failed`, `stale`, or one of a later server).
    Other(String),
}

/// The `state` field of a session as it arrived, before fleet health settles blocked against pinned.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReportedState(Option<String>);

impl ReportedState {
    /// `None` where the record has no state.
    pub fn new(word: Option<String>) -> Self {
        Self(word)
    }

    /// The word as it came.
    pub fn word(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// How it reads, given what fleet health last reported for the program when this is the program's current
    /// session (`None` when it is not, or when fleet health is unknown). `None` where the record has no state.
    pub fn read(&self, fleet_word: Option<&str>) -> Option<SessionState> {
        let word = self.0.as_deref()?;
        Some(match word {
            "active" | "working" | "created" | "completing" => SessionState::Working,
            "blocked" => match fleet_word {
                Some("pinned") => SessionState::Pinned,
                Some(_) => SessionState::Blocked,
                None => SessionState::BlockedOrPinned,
            },
            "pinned" => SessionState::Pinned,
            "done" | "complete" | "archived" => SessionState::Complete,
            other => SessionState::Other(other.to_owned()),
        })
    }
}

/// How much of its context window an agent has left (contract section 5, `contextBytes`).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum ContextLeft {
    /// Nothing was said.
    NotReported,
    /// Percent remaining, 0 to 100.
    Percent(f64),
    /// Over 100: a raw byte count from an old agent, of which no percentage is known.
    RawBytes(f64),
}

impl ContextLeft {
    /// Reads the wire's number.
    pub fn of(number: Option<f64>) -> Self {
        match number {
            None => Self::NotReported,
            Some(n) if n <= 100.0 => Self::Percent(n),
            Some(n) => Self::RawBytes(n),
        }
    }
}

/// How much of a context window was left at one moment, as the server measured it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContextMeasured {
    /// Server time.
    pub at: Timestamp,
    /// Percent remaining, 0 to 100.
    pub left: f64,
}

/// One row of the sessions list.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// Unique within an account.
    pub id: SessionId,
    /// Whose session it is.
    pub program: ProgramId,
    /// The record named no program, so `program` was found from fleet health or from the id.
    pub program_derived: bool,
    /// What its creator called it; after any update on the hosted server, the status text (trap T10).
    pub name: Option<String>,
    /// What the agent is doing, in its own words.
    pub status: Option<String>,
    /// The lifecycle word as it came.
    pub state: ReportedState,
    /// How far along.
    pub progress: Progress,
    /// The project it works on.
    pub project: Option<String>,
    /// Last write to the record, by anyone.
    pub last_update: Option<Timestamp>,
    /// Last time the agent checked in.
    pub last_heartbeat: Option<Timestamp>,
    /// Ended: `complete` sets it, a later update without a state clears it.
    pub archived: bool,
    /// The agent asks to be replaced by a fresh session.
    pub hand_off_required: bool,
    /// How full its context is.
    pub context_left: ContextLeft,
}

/// One row of `GET /v1/sessions/history`: archived sessions only.
#[derive(Clone, Debug, PartialEq)]
pub struct EndedSession {
    /// Unique within an account.
    pub id: SessionId,
    /// Whose session it was.
    pub program: ProgramId,
    /// The record named no program.
    pub program_derived: bool,
    /// Its name.
    pub name: Option<String>,
    /// Its last words.
    pub status: Option<String>,
    /// The lifecycle word as it came.
    pub state: ReportedState,
    /// Its last progress.
    pub progress: Progress,
    /// The project it worked on.
    pub project: Option<String>,
    /// When it was created; unlike live ones, ended sessions have it.
    pub created_at: Option<Timestamp>,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
}

/// What fleet health says of one program (contract section 8).
#[derive(Clone, Debug, PartialEq)]
pub struct FleetProgram {
    /// The program.
    pub program: ProgramId,
    /// The server's own judgement (`working`, `idle`, `stale`, …). Not shown: its thresholds disagree (trap T12).
    pub state: Option<String>,
    /// The word the program's own key last sent, for `session` only. The one place where pinned and blocked differ.
    pub last_reported_state: Option<String>,
    /// The program's current session.
    pub session: Option<SessionId>,
    /// When the program's own key last checked in.
    pub last_heartbeat: Option<Timestamp>,
    /// Messages waiting for it.
    pub pending_messages: u64,
    /// Tasks waiting for it.
    pub pending_tasks: u64,
    /// How full its context is.
    pub context_left: ContextLeft,
    /// It asks to be replaced by a fresh session.
    pub hand_off_required: bool,
}

impl FleetProgram {
    /// Whether what it says is about this session.
    pub fn speaks_of(&self, session: &SessionId) -> bool {
        self.session.as_ref() == Some(session)
    }

    /// The word the program's own key last sent, if it was about this session (B18).
    pub fn word_for(&self, session: &SessionId) -> Option<&str> {
        self.last_reported_state.as_deref().filter(|_| self.speaks_of(session))
    }

    /// The heartbeat of the program's own key, if it was about this session.
    pub fn heartbeat_of(&self, session: &SessionId) -> Option<Timestamp> {
        self.last_heartbeat.filter(|_| self.speaks_of(session))
    }
}

/// When this device itself wrote a session. A server counts that as an update; of the agent it is no sign of life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnWrite {
    /// The server wrote it from then on, server time.
    pub from: Timestamp,
    /// And by then.
    pub until: Timestamp,
}

impl OwnWrite {
    /// A time that came with this write.
    pub fn covers(&self, at: Timestamp) -> bool {
        self.from <= at && at <= self.until
    }
}

#[cfg(test)]
mod tests {
    use super::{ContextLeft, ReportedState, SessionState};

    fn read(word: &str, fleet_word: Option<&str>) -> Option<SessionState> {
        ReportedState::new(Some(word.to_owned())).read(fleet_word)
    }

    #[test]
    fn t01_both_vocabularies_are_read_and_a_word_we_do_not_know_is_kept_as_it_came() {
        for word in ["working", "active", "created", "completing"] {
            assert_eq!(read(word, None), Some(SessionState::Working), "{word}");
        }
        for word in ["complete", "done", "archived"] {
            assert_eq!(read(word, None), Some(SessionState::Complete), "{word}");
        }
        assert_eq!(read("pinned", None), Some(SessionState::Pinned));
        assert_eq!(read("blocked", Some("blocked")), Some(SessionState::Blocked));
        for word in ["failed", "stale", "Active", "", "näht"] {
            assert_eq!(read(word, None), Some(SessionState::Other(word.to_owned())), "{word}");
        }
        assert_eq!(ReportedState::new(None).read(Some("working")), None);
        assert_eq!(ReportedState::new(Some("done".to_owned())).word(), Some("done"));
    }

    #[test]
    fn b18_fleet_health_settles_blocked_against_pinned_and_nothing_else() {
        assert_eq!(read("blocked", Some("pinned")), Some(SessionState::Pinned));
        assert_eq!(read("blocked", Some("working")), Some(SessionState::Blocked));
        assert_eq!(read("blocked", None), Some(SessionState::BlockedOrPinned));
        assert_eq!(read("active", Some("pinned")), Some(SessionState::Working));
        assert_eq!(read("done", Some("blocked")), Some(SessionState::Complete));
    }

    #[test]
    fn context_over_a_hundred_is_bytes_and_not_a_percentage() {
        assert_eq!(ContextLeft::of(None), ContextLeft::NotReported);
        assert_eq!(ContextLeft::of(Some(0.0)), ContextLeft::Percent(0.0));
        assert_eq!(ContextLeft::of(Some(100.0)), ContextLeft::Percent(100.0));
        assert_eq!(ContextLeft::of(Some(100.5)), ContextLeft::RawBytes(100.5));
    }
}
