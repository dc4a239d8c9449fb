//! One window of a list, with all that its frame needs.

use super::{Notice, Receipt, SourceReport};
use crate::domain::{AccountId, Alert, CostSummary, Message, Sprint, Task, Timestamp};

/// A task, and whose server knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskRow {
    /// Whose server.
    pub account: AccountId,
    /// The task.
    pub task: Task,
}

/// A message, likewise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRow {
    /// Whose server.
    pub account: AccountId,
    /// The message. One that was sent from here stands as it was sent, once its server has forgotten it.
    pub message: Message,
    /// What became of it, where it was sent from here.
    pub receipt: Option<Receipt>,
}

/// An alert, likewise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertRow {
    /// Whose server.
    pub account: AccountId,
    /// The alert.
    pub alert: Alert,
}

/// A sprint, likewise.
#[derive(Clone, Debug, PartialEq)]
pub struct SprintRow {
    /// Whose server.
    pub account: AccountId,
    /// The sprint.
    pub sprint: Sprint,
    /// How many of its stories are done.
    pub done: u32,
}

/// The sprints that are under way.
#[derive(Clone, Debug, PartialEq)]
pub struct SprintsView {
    /// Newest first.
    pub list: ListWindow<SprintRow>,
    /// The accounts whose servers do not offer them.
    pub not_offered: Vec<AccountId>,
}

/// What a period cost, as far as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct CostView {
    /// What was told; `None`: it was never read.
    pub summary: Option<CostSummary>,
    /// When that was true.
    pub as_of: Option<Timestamp>,
}

/// Rows of one kind, of one account or of all, and whether they can be believed.
#[derive(Clone, Debug, PartialEq)]
pub struct ListWindow<T> {
    /// The rows of this window.
    pub rows: Vec<T>,
    /// Where it begins.
    pub offset: u32,
    /// Rows in all.
    pub total: u32,
    /// When this was true: the oldest account's last reply of this source. `None`: it was never read.
    pub as_of: Option<Timestamp>,
    /// Server time now.
    pub now: Timestamp,
    /// This source is fresh for every account: ages may be relative.
    pub fresh: bool,
    /// The bar, if any.
    pub notice: Option<Notice>,
    /// A line per account and source.
    pub sources: Vec<SourceReport>,
}
