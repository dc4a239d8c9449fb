//! Programs. One comes into being with its first key; what people may say about it comes later.

use std::borrow::Cow;

use cachebash_core::domain::{ProgramId, Timestamp};
use serde::{Deserialize, Serialize};

use super::Session;
use crate::rules::access::is_built_in;
use crate::store::{Listing, Record, Stored, View};

/// A program as the tenant knows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Program {
    pub(crate) id: ProgramId,
    #[serde(default)]
    pub(crate) display_name: Option<String>,
    #[serde(default)]
    pub(crate) role: Option<String>,
    #[serde(default)]
    pub(crate) color: Option<String>,
    #[serde(default)]
    pub(crate) groups: Vec<String>,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    #[serde(default)]
    pub(crate) paused: Option<Pause>,
    #[serde(default)]
    pub(crate) created_by: Option<String>,
    pub(crate) created_at: Timestamp,
}

/// Why and since when a program is to do nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Pause {
    pub(crate) reason: String,
    pub(crate) by: ProgramId,
    pub(crate) at: Timestamp,
}

impl Program {
    pub(crate) fn new(id: ProgramId, now: Timestamp) -> Self {
        Self {
            id,
            display_name: None,
            role: None,
            color: None,
            groups: Vec::new(),
            tags: Vec::new(),
            paused: None,
            created_by: None,
            created_at: now,
        }
    }
}

impl Record for Program {
    const KIND: &'static str = "program";
    const TAGS: &'static [&'static str] = &["active"];

    fn id(&self) -> Cow<'_, str> {
        self.id.as_str().into()
    }

    fn tag(&self) -> &'static str {
        "active"
    }

    fn rank(&self) -> i64 {
        self.created_at.as_millis()
    }
}

/// Whether the tenant has heard of a program: through a key, through a session, or because everybody has.
pub(crate) fn knows_program(view: &mut View<'_>, program: &ProgramId) -> Stored<bool> {
    if is_built_in(program) || view.has::<Program>(program.as_str())? {
        return Ok(true);
    }
    has_sessions(view, program)
}

/// Whether a session of the program was ever reported.
pub(crate) fn has_sessions(view: &mut View<'_>, program: &ProgramId) -> Stored<bool> {
    let any = Listing {
        owner: Some(program.as_str()),
        limit: 1,
        ..Listing::default()
    };
    Ok(!view.list::<Session>(&any)?.is_empty())
}
