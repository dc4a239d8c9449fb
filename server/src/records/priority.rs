//! How much something matters to whoever it is for, and how it is to be taken up.

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

/// How something is to be taken up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Action {
    Interrupt,
    Sprint,
    Parallel,
    #[default]
    Queue,
    Backlog,
}

impl Action {
    /// The words of the contract.
    pub(crate) const WORDS: [(&'static str, Action); 5] = [
        ("interrupt", Action::Interrupt),
        ("sprint", Action::Sprint),
        ("parallel", Action::Parallel),
        ("queue", Action::Queue),
        ("backlog", Action::Backlog),
    ];
}
