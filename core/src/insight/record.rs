//! What judgement needs to know: one program's newest session and the trace it left, never the whole history.

use super::{AskedRow, Trace};
use crate::domain::{
    AccountId, FleetProgram, OwnWrite, ProgramId, RegisteredProgram, Session, SessionState, Span, Timestamp,
};

/// The moment at which everything in one answer is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Server time: now while fresh, else the as-of, so that no agent falls silent because this device was offline.
    pub judged_at: Timestamp,
    /// The last local midnight before it.
    pub midnight: Timestamp,
    /// How often a running companion refreshes.
    pub sync_period: Span,
}

/// One look at one session, as a refresh saw it.
#[derive(Clone, Debug, PartialEq)]
pub struct Look<'a> {
    /// Server time of the reply.
    pub at: Timestamp,
    /// What the server said.
    pub session: &'a Session,
    /// What fleet health last reported for it, when it is its program's current session.
    pub fleet_word: Option<&'a str>,
    /// Fleet health's heartbeat of that session.
    pub fleet_heartbeat: Option<Timestamp>,
    /// This device's last write to it.
    pub own_write: Option<OwnWrite>,
    /// The look before this one came within two sync periods, so a change between them was seen. For a session's first
    /// look: the account was looked at within two sync periods before, and the session was not there.
    pub continuous: bool,
}

impl Look<'_> {
    /// When the agent was last heard, by this look.
    pub fn heard(&self) -> Option<Timestamp> {
        last_heard(self.session, self.fleet_heartbeat, self.own_write)
    }

    /// What the agent reports, by this look.
    pub fn state(&self) -> Option<SessionState> {
        self.session.state.read(self.fleet_word)
    }

    /// When the update was made that carried what this look saw: the record's own time, never later than the look.
    pub fn carried_at(&self) -> Timestamp {
        self.session.last_update.map_or(self.at, |updated| updated.min(self.at))
    }
}

/// The latest of a session's update, its heartbeat, and fleet health's heartbeat of it, but for what this device wrote.
fn last_heard(session: &Session, fleet_heartbeat: Option<Timestamp>, own_write: Option<OwnWrite>) -> Option<Timestamp> {
    let theirs = |at: &Timestamp| own_write.is_none_or(|own| !own.covers(*at));
    let update = session.last_update.filter(theirs);
    update.max(session.last_heartbeat.filter(theirs)).max(fleet_heartbeat)
}

/// One session as the store knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionRecord {
    /// What the server said last.
    pub session: Session,
    /// The first name it had; the hosted server overwrites it with each status (trap T10).
    pub first_name: Option<String>,
    /// What fleet health last reported for it, when it is its program's current session.
    pub fleet_word: Option<String>,
    /// Fleet health's heartbeat of that session.
    pub fleet_heartbeat: Option<Timestamp>,
    /// This device's last write to it.
    pub own_write: Option<OwnWrite>,
    /// When it was created, where the server said so (ended sessions).
    pub created_at: Option<Timestamp>,
    /// When it ended, where the server said so; else its last update, once archived.
    pub ended_at: Option<Timestamp>,
    /// How it behaved while this device watched; `None` if it never did.
    pub trace: Option<Trace>,
}

impl SessionRecord {
    /// What the agent reports.
    pub fn state(&self) -> Option<SessionState> {
        self.session.state.read(self.fleet_word.as_deref())
    }

    /// When the agent was last heard.
    pub fn last_heard(&self) -> Option<Timestamp> {
        let told = last_heard(&self.session, self.fleet_heartbeat, self.own_write);
        // Our own write stands where the agent's last one stood; the trace remembers that.
        let is_hidden = self
            .own_write
            .is_some_and(|own| self.session.last_update.is_some_and(|at| own.covers(at)));
        let remembered = self
            .trace
            .as_ref()
            .filter(|_| is_hidden)
            .and_then(|trace| trace.last_heard);
        // The history of ended sessions tells no update times: the last that was heard of one is its end.
        told.max(remembered).or(self.ended_at)
    }

    /// It is over: archived, or its agent says complete.
    pub fn is_over(&self) -> bool {
        self.session.archived || self.state() == Some(SessionState::Complete)
    }

    /// When it ended; `None` while it is not over, or where no time is known.
    pub fn ended_at(&self) -> Option<Timestamp> {
        if self.is_over() {
            self.ended_at.or(self.session.last_update).or_else(|| self.last_heard())
        } else {
            None
        }
    }
}

/// One program as the store knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct ProgramRecord {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub program: ProgramId,
    /// No record named it.
    pub derived: bool,
    /// First listed on this device.
    pub listed_at: Timestamp,
    /// The session that speaks for it, see [`pick`](super::pick).
    pub current: Option<SessionRecord>,
    /// What fleet health says of it.
    pub fleet: Option<FleetProgram>,
    /// What the register of programs says of it.
    pub registered: Option<RegisteredProgram>,
    /// Open questions in its state.
    pub open_questions: u32,
    /// The questions it asked and that wait, oldest first.
    pub asked: Vec<AskedRow>,
}
