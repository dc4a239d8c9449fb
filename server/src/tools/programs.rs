//! Programs: listed, described, paused, resumed (contract section 8).

use super::Entry;

pub(super) fn tools() -> Vec<Entry> {
    Vec::new()
}
