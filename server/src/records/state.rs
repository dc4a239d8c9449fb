//! What a program remembers: one document, and the context summaries it held before.

use std::borrow::Cow;

use cachebash_core::domain::{ProgramId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::store::Record;

/// A program's state: the contract's document, section by section; old ones may lack sections.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ProgramState {
    pub(crate) program: ProgramId,
    pub(crate) version: i64,
    pub(crate) document: Map<String, Value>,
}

impl Record for ProgramState {
    const KIND: &'static str = "program_state";

    fn id(&self) -> Cow<'_, str> {
        self.program.as_str().into()
    }

    fn rank(&self) -> i64 {
        self.version
    }
}

/// What one write of a context summary left behind.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContextEntry {
    pub(crate) program: ProgramId,
    /// Of the state, after the write.
    pub(crate) version: i64,
    pub(crate) written_at: Timestamp,
    pub(crate) context: Value,
    pub(crate) session: String,
    pub(crate) updated_by: String,
}

impl Record for ContextEntry {
    const KIND: &'static str = "context";

    /// One entry per version at most, so this is an id within the tenant.
    fn id(&self) -> Cow<'_, str> {
        format!("{}.{}", self.program, self.version).into()
    }

    fn owner(&self) -> Option<&str> {
        Some(self.program.as_str())
    }

    fn rank(&self) -> i64 {
        self.version
    }
}
