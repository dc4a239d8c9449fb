//! One window of a list, with all that its frame needs.

use super::{Notice, SourceReport};
use crate::domain::Timestamp;

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
