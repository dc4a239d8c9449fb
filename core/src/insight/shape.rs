//! The one sign a program has in the strip, in its row and on a widget (visual language, "Shapes").

use serde::{Deserialize, Serialize};

/// Form says what the agent reports; dashes and bars say what we found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Shape {
    /// Working and heard.
    Working,
    /// Working, heard, and its progress has not risen.
    WorkingStalled,
    /// Said working, then fell silent.
    WorkingSilent,
    /// Blocked (or blocked or pinned) and heard.
    Blocked,
    /// Said blocked, then fell silent.
    BlockedSilent,
    /// Pinned and heard.
    Pinned,
    /// Said pinned, then fell silent.
    PinnedSilent,
    /// Finished; never dashed.
    Complete,
    /// A word we do not know.
    OtherWord,
    /// Not heard for a day, or ended before today.
    Quiet,
    /// Never checked in.
    NeverSeen,
}
