//! Sessions and the fleet over time (docs/contract-extensions.md).

use super::Entry;

pub(super) fn tools() -> Vec<Entry> {
    Vec::new()
}
