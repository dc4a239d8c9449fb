//! What a server's feed of changes tells (docs/contract-extensions.md).

use super::{ProgramId, Session};

/// One page of changes.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangePage {
    /// In the order of commits; kinds that this client does not follow are left out.
    pub changes: Vec<Change>,
    /// Where to go on. Opaque.
    pub cursor: String,
    /// There are more behind the cursor already.
    pub has_more: bool,
}

/// One thing that changed.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A session, as it is now.
    Session(Box<Session>),
    /// A session that the server forgot.
    SessionGone,
    /// What a program remembers.
    State(ProgramId),
    /// A question.
    Questions,
    /// An alert.
    Alerts,
    /// A task.
    Tasks,
    /// A key.
    Keys,
    /// Something that fleet health counts and no list here follows.
    Fleet,
}
