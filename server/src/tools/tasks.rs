//! Tasks: created, listed, claimed, completed (contract section 8).

use super::Entry;

pub(super) fn tools() -> Vec<Entry> {
    Vec::new()
}
