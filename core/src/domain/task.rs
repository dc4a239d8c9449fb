//! A task: what one program is to do for another, or for whoever takes it.

use super::{TaskId, Timestamp};

/// One task, as it is listed. Programs, groups and people are named in words of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Unique within an account.
    pub id: TaskId,
    /// `task`, `question`, `sprint`, or another word.
    pub kind: Option<String>,
    /// What it is about.
    pub title: String,
    /// What to do, whole; lists leave it out, so `None` until the task was opened.
    pub instructions: Option<String>,
    /// How urgent its sender thinks it is: `interrupt`, `queue`, or another word.
    pub action: Option<String>,
    /// `low`, `normal`, `high`, or another word.
    pub priority: Option<String>,
    /// `created`, `active`, `done`, or another word.
    pub status: Option<String>,
    /// Who gave it.
    pub source: Option<String>,
    /// Whom it is for.
    pub target: Option<String>,
    /// The project.
    pub project: Option<String>,
    /// The thread it belongs to.
    pub thread: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it falls due to be forgotten.
    pub expires_at: Option<Timestamp>,
    /// Which session took it.
    pub claimed_by: Option<String>,
    /// When.
    pub claimed_at: Option<Timestamp>,
    /// When it was done.
    pub completed_at: Option<Timestamp>,
    /// How it ended: `SUCCESS`, or another word.
    pub completed_status: Option<String>,
    /// What came of it.
    pub result: Option<String>,
}
