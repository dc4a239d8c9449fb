//! Sessions as their agents last described them, and every description on the way there.

use std::borrow::Cow;

use cachebash_core::domain::{ProgramId, SessionId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::store::Record;

/// The state in the words agents send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SessionWord {
    Working,
    Blocked,
    Complete,
    Pinned,
}

impl SessionWord {
    /// The word as agents send it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            SessionWord::Working => "working",
            SessionWord::Blocked => "blocked",
            SessionWord::Complete => "complete",
            SessionWord::Pinned => "pinned",
        }
    }

    /// The lifecycle word that lists carry. The hosted server says `blocked` for pinned too (docs/adr/hosted-differences.md).
    pub(crate) const fn lifecycle(self) -> &'static str {
        match self {
            SessionWord::Working => "active",
            SessionWord::Blocked => "blocked",
            SessionWord::Complete => "done",
            SessionWord::Pinned => "pinned",
        }
    }
}

/// One session.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) program: ProgramId,
    pub(crate) name: String,
    pub(crate) status: String,
    pub(crate) state: SessionWord,
    /// Percent. `None`: nothing was reported.
    pub(crate) progress: Option<f64>,
    pub(crate) project: Option<String>,
    /// Born from an update, so that a project nobody named is absent and not null.
    pub(crate) born_from_update: bool,
    pub(crate) created_at: Timestamp,
    /// By anyone.
    pub(crate) last_update: Timestamp,
    /// When its agent last checked in.
    pub(crate) last_heartbeat: Option<Timestamp>,
    /// When its own program's key last wrote it.
    pub(crate) heard_at: Option<Timestamp>,
    /// `None` unless its state is complete.
    pub(crate) completed_at: Option<Timestamp>,
    /// Percent; above 100 an old agent's byte count.
    pub(crate) context_left: Option<f64>,
    /// Percent.
    pub(crate) context_used: Option<f64>,
    pub(crate) hand_off_required: bool,
}

impl Record for Session {
    const KIND: &'static str = "session";
    const TAGS: &'static [&'static str] = &["working", "blocked", "complete", "pinned"];

    fn id(&self) -> Cow<'_, str> {
        self.id.as_str().into()
    }

    fn owner(&self) -> Option<&str> {
        Some(self.program.as_str())
    }

    fn tag(&self) -> &'static str {
        self.state.as_str()
    }

    fn rank(&self) -> i64 {
        self.last_update.as_millis()
    }
}

/// What a session's agent said at one moment: one point of its timeline.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Update {
    pub(crate) id: String,
    pub(crate) session: SessionId,
    pub(crate) program: ProgramId,
    pub(crate) at: Timestamp,
    pub(crate) status: String,
    pub(crate) state: SessionWord,
    pub(crate) progress: Option<f64>,
    /// Percent, only where this update told it.
    pub(crate) context_left: Option<f64>,
    /// Percent, only where this update told it.
    pub(crate) context_used: Option<f64>,
    pub(crate) heartbeat: bool,
}

/// The part of the list of updates that told of the context.
pub(crate) const TOLD_CONTEXT: &str = "context";

impl Record for Update {
    const KIND: &'static str = "session_update";
    const TAGS: &'static [&'static str] = &["", TOLD_CONTEXT];

    fn id(&self) -> Cow<'_, str> {
        self.id.as_str().into()
    }

    fn owner(&self) -> Option<&str> {
        Some(self.session.as_str())
    }

    fn tag(&self) -> &'static str {
        match (self.context_left, self.context_used) {
            (None, None) => "",
            _ => TOLD_CONTEXT,
        }
    }

    fn rank(&self) -> i64 {
        self.at.as_millis()
    }
}
