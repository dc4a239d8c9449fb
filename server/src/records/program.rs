//! Programs. One comes into being with its first key; what people say about it comes later.

use std::borrow::Cow;

use cachebash_core::domain::{ProgramId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Session;
use super::recipients::{EVERYONE, groups_by_name};
use crate::rules::access::is_built_in;
use crate::store::{Listing, Record, Stored, View};
use crate::wire_values::iso;

/// The role of a program that nobody gave one.
pub(crate) const NO_ROLE: &str = "custom";

/// What a program without a colour of its own is drawn in.
const NO_COLOUR: &str = "#808080";
/// Who made what nobody asked for.
const NOBODY: &str = "system";

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

    /// All there is to say about it.
    pub(crate) fn shown(&self) -> Value {
        let groups: Vec<&str> = self.groups.iter().map(String::as_str).chain([EVERYONE]).collect();
        let mut shown = json!({
            "programId": self.id,
            "displayName": self.display_name.as_deref().unwrap_or(self.id.as_str()),
            "role": self.role(),
            "color": self.color.as_deref().unwrap_or(NO_COLOUR),
            "groups": groups,
            "tags": self.tags,
            "createdBy": self.created_by.as_ref().map_or(NOBODY, ProgramId::as_str),
            "createdAt": iso(self.created_at),
        });
        if let Some(pause) = &self.paused {
            shown["paused"] = pause.told();
        }
        shown
    }
}

impl Pause {
    /// As the contract writes it.
    pub(crate) fn told(&self) -> Value {
        json!({ "reason": self.reason, "by": self.by, "at": iso(self.at) })
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
