//! How much something matters to whoever it is for.

use serde::{Deserialize, Serialize};

/// How much something matters; the greater one goes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Priority {
    Low,
    #[default]
    Normal,
    High,
}

impl Priority {
    /// The words of the contract.
    pub(crate) const WORDS: [(&'static str, Priority); 3] = [
        ("low", Priority::Low),
        ("normal", Priority::Normal),
        ("high", Priority::High),
    ];
}
