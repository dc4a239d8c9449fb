//! Questions to people, and their answers (docs/contract-extensions.md).

use super::Entry;

pub(super) fn tools() -> Vec<Entry> {
    Vec::new()
}
