//! Programs. One comes into being with its first key; what people say about it comes later.

use std::borrow::Cow;

use cachebash_core::domain::{ProgramId, Timestamp};
use serde::{Deserialize, Serialize};

use super::Session;
use super::recipients::groups_by_name;
use crate::rules::access::is_built_in;
use crate::store::{Listing, Record, Stored, View};

/// The role of a program that nobody gave one.
pub(crate) const NO_ROLE: &str = "custom";

/// The programs that the contract gives a role (section 4); the others are `custom` until someone says otherwise.
const ROLES: [(&str, &str); 9] = [
    ("admin", "Admin"),
    ("architect", "Architect"),
    ("auditor", "Auditor"),
    ("basher", "Builder"),
    ("builder", "Builder"),
    ("memory", "Memory"),
    ("ops", "Ops"),
    ("orchestrator", "Orchestrator"),
    ("reviewer", "Reviewer"),
];

/// A program as the tenant knows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Program {
    pub(crate) id: ProgramId,
    #[serde(default)]
    pub(crate) display_name: Option<String>,
    /// What `@role` finds it by.
    #[serde(default)]
    pub(crate) role: Option<String>,
    #[serde(default)]
    pub(crate) color: Option<String>,
    /// Apart from `all`, which every program is in.
    #[serde(default)]
    pub(crate) groups: Vec<String>,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    #[serde(default)]
    pub(crate) paused: Option<Pause>,
    /// Whose key made it.
    #[serde(default)]
    pub(crate) created_by: Option<ProgramId>,
    pub(crate) created_at: Timestamp,
}

/// Why and since when a program is to take no new work.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Pause {
    pub(crate) reason: String,
    pub(crate) by: ProgramId,
    pub(crate) at: Timestamp,
}

impl Program {
    /// One of that name, with the role and the groups that the contract knows the name by.
    pub(crate) fn new(id: ProgramId, now: Timestamp) -> Self {
        let role = ROLES.iter().find(|(name, _)| *name == id.as_str());
        Self {
            groups: groups_by_name(&id),
            role: role.map(|(_, role)| (*role).to_owned()),
            id,
            display_name: None,
            color: None,
            tags: Vec::new(),
            paused: None,
            created_by: None,
            created_at: now,
        }
    }

    /// The role by which others may mean it.
    pub(crate) fn role(&self) -> &str {
        self.role.as_deref().unwrap_or(NO_ROLE)
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
