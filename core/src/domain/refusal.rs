//! Why a server says no, as far as its sentences can be told apart. The API has no codes for these (contract section 2).

use serde::{Deserialize, Serialize};

/// Why a server refused, read from its sentence (the API has no codes for these).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum RejectedReason {
    /// No such program, group or role.
    #[error("unknown target")]
    UnknownTarget,
    /// Another program's session, state or task.
    #[error("it belongs to another program")]
    NotYours,
    /// Somebody was faster.
    #[error("already taken")]
    AlreadyTaken,
    /// A text is too long.
    #[error("{field} is longer than {limit}")]
    TooLong {
        /// The field's path.
        field: String,
        /// The limit, in UTF-16 units.
        limit: u32,
    },
    /// A field is missing or wrong.
    #[error("{field} is not valid")]
    Invalid {
        /// The field's path; empty for the whole body.
        field: String,
    },
    /// The plan allows no more.
    #[error("the plan's limit is reached")]
    PlanLimit,
    /// Writes are paused for the whole tenant.
    #[error("writes are paused")]
    Paused,
    /// It changed since it was looked at.
    #[error("it changed since you looked")]
    ChangedSince,
    /// A refusal this version does not know.
    #[error("another reason (reference {reference})")]
    Other {
        /// Names the sentence's place in the log, never the sentence.
        reference: String,
    },
}
