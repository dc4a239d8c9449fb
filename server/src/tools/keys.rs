//! Keys: made, listed, rotated, revoked (contract section 7). A raw key is in the answer that issues it, and nowhere else.

use cachebash_core::domain::{Capability, KeyHash, ProgramId, Span, Timestamp};
use serde_json::{Value, json};

use super::{Entry, Nothing, Outcome, Tool, act, look};
use crate::caller::Caller;
use crate::records::{Key, NewKey, issue};
use crate::refusal::{Refusal, refused};
use crate::rules::access::{CAPABILITIES, DEFAULTS, PROVISION, covers};
use crate::rules::validation::{Fields, FromFields};
use crate::store::{Listing, Tx, View};
use crate::wire_values::{iso, iso_or_null};

const PROGRAM_ID: usize = 50;
const LABEL: usize = 200;
const MOST_CAPABILITIES: usize = 100;
const HASH: usize = 100;
const DEFAULT_TTL_DAYS: f64 = 90.0;
/// A hundred years; 0 is the way to say never.
const MOST_TTL_DAYS: f64 = 36_500.0;
const DAY_MILLIS: f64 = 86_400_000.0;
/// How many keys one list holds.
const MOST_LISTED: u32 = 10_000;

/// How long a rotated key goes on working.
const GRACE: Span = Span::from_secs(30);

const LIST: Tool = Tool::new(
    "keys",
    "list_keys",
    "keys.read",
    "List the tenant's API keys, never the keys themselves",
);
const CREATE: Tool = Tool::new(
    "keys",
    "create_key",
    "keys.write",
    "Create an API key for a program, and the program if it is new; the key is shown this once",
)
.issuing_key();
const REVOKE: Tool = Tool::new(
    "keys",
    "revoke_key",
    "keys.write",
    "Revoke an API key, at once and for good",
);
const ROTATE: Tool = Tool::new(
    "keys",
    "rotate_key",
    "keys.write",
    "Replace the calling API key; the old one works for 30 seconds more",
)
.issuing_key();

pub(super) fn tools() -> [Entry; 4] {
    [
        look(LIST, list),
        act(CREATE, create),
        act(REVOKE, revoke),
        act(ROTATE, rotate),
    ]
}

fn list(view: &mut View<'_>, _: &Caller, ListQuery { include_revoked }: ListQuery) -> Outcome {
    let now = view.now;
    let keys: Vec<Key> = view.list(&Listing {
        ascending: true,
        limit: MOST_LISTED,
        ..Listing::default()
    })?;
    let mut rows = Vec::new();
    for key in &keys {
        if include_revoked || key.revoked_at.is_none_or(|at| now < at) {
            let used_at = view.key_used_at(key.hash.as_str())?;
            rows.push(listed(key, used_at, now));
        }
    }
    Ok(json!({ "success": true, "count": rows.len(), "keys": rows }))
}

fn create(tx: &mut Tx<'_>, caller: &Caller, asked: Asked) -> Outcome {
    let (program, label, capabilities, ttl_days) = match grantable(caller, asked) {
        Ok(granted) => granted,
        Err(sentence) => return Ok(refused(sentence)),
    };
    let expires_at = (ttl_days > 0.0).then(|| tx.now.plus(Span::from_millis((ttl_days * DAY_MILLIS) as i64)));
    let new = NewKey {
        program: program.clone(),
        label: label.clone(),
        capabilities: capabilities.clone(),
        expires_at,
        made_by: Some(caller.program.clone()),
    };
    let issued = issue(tx, new)?;
    Ok(json!({
        "success": true,
        "key": issued.key.reveal(),
        "keyHash": issued.key.hash(),
        "programId": program,
        "label": label,
        "capabilities": capabilities,
        "registered": issued.registered,
        "message": "Store this key securely. It will not be shown again.",
    }))
}

/// At once; again does nothing.
fn revoke(tx: &mut Tx<'_>, _: &Caller, Revocation(hash): Revocation) -> Outcome {
    let Some(mut key) = tx.get::<Key>(hash.as_str())? else {
        return Ok(refused("Key not found"));
    };
    let now = tx.now;
    if key.revoked_at.is_none_or(|at| now < at) {
        key.revoked_at = Some(now);
        tx.put(&key)?;
    }
    Ok(json!({ "success": true, "keyHash": hash, "message": "Key revoked. It will no longer authenticate." }))
}

/// Makes a key with the same owner, label, capabilities and expiry as the caller's.
fn rotate(tx: &mut Tx<'_>, caller: &Caller, _: Nothing) -> Outcome {
    let now = tx.now;
    let own: Option<Key> = tx.get(caller.key.as_str())?;
    // Revoked by another request since it was let in.
    let Some(mut old) = own.filter(|key| key.is_good(now)) else {
        return Err(Refusal::Unauthorized("Invalid API key"));
    };
    if old.revoked_at.is_some() {
        return Ok(refused("Key is in its grace period"));
    }
    old.revoked_at = Some(now.plus(GRACE));
    tx.put(&old)?;
    let new = NewKey {
        program: old.program,
        label: old.label.clone(),
        capabilities: old.capabilities,
        expires_at: old.expires_at,
        made_by: Some(caller.program.clone()),
    };
    let issued = issue(tx, new)?;
    Ok(json!({
        "success": true,
        "key": issued.key.reveal(),
        "keyHash": issued.key.hash(),
        "label": old.label,
        "graceWindowSeconds": GRACE.as_millis() / 1_000,
        "message": "Key rotated. Old key expires in 30 seconds.",
    }))
}

type Grant = (ProgramId, String, Vec<Capability>, f64);

/// What may be granted of what was asked, or the sentence that says why nothing is.
fn grantable(caller: &Caller, asked: Asked) -> Result<Grant, String> {
    if !caller.capabilities.iter().any(|held| held.as_str() == PROVISION) {
        return Err("Forbidden: creating API keys requires an explicit keys.provision grant".to_owned());
    }
    let program = asked.program.ok_or("programId is required")?;
    let label = asked
        .label
        .filter(|label| !label.is_empty())
        .ok_or("label is required")?;
    let capabilities: Vec<Capability> = match asked.capabilities {
        Some(words) => words.into_iter().map(Capability::new).collect(),
        None => DEFAULTS.iter().map(|word| Capability::new(*word)).collect(),
    };
    let beyond: Vec<&str> = capabilities
        .iter()
        .map(Capability::as_str)
        .filter(|word| !covers(&caller.capabilities, word))
        .collect();
    if !beyond.is_empty() {
        return Err(format!(
            "Forbidden: cannot grant capabilities you do not hold: {}",
            beyond.join(", ")
        ));
    }
    Ok((
        ProgramId::new(program),
        label,
        capabilities,
        asked.ttl_days.unwrap_or(DEFAULT_TTL_DAYS),
    ))
}

fn listed(key: &Key, used_at: Option<Timestamp>, now: Timestamp) -> Value {
    json!({
        "keyHash": key.hash,
        "programId": key.program,
        "label": key.label,
        "capabilities": key.capabilities,
        "active": key.is_good(now),
        "createdAt": iso(key.created_at),
        "lastUsedAt": iso_or_null(used_at),
        // A rotated key is not revoked before its grace is over.
        "revokedAt": iso_or_null(key.revoked_at.filter(|at| *at <= now)),
    })
}

struct Revocation(KeyHash);

impl FromFields for Revocation {
    fn read(fields: &mut Fields<'_>) -> Self {
        Revocation(KeyHash::new(fields.required_text("keyHash", HASH)))
    }
}

struct ListQuery {
    include_revoked: bool,
}

impl FromFields for ListQuery {
    fn read(fields: &mut Fields<'_>) -> Self {
        ListQuery {
            include_revoked: fields.flag("includeRevoked").unwrap_or_default(),
        }
    }
}

/// A missing program or label is the tool's refusal and not a malformed request (contract section 7).
struct Asked {
    program: Option<String>,
    label: Option<String>,
    capabilities: Option<Vec<String>>,
    ttl_days: Option<f64>,
}

impl FromFields for Asked {
    fn read(fields: &mut Fields<'_>) -> Self {
        Asked {
            program: fields.id("programId", PROGRAM_ID),
            label: fields.text("label", LABEL),
            capabilities: fields.texts_among("capabilities", MOST_CAPABILITIES, &CAPABILITIES),
            ttl_days: fields.number("ttlDays", 0.0, MOST_TTL_DAYS),
        }
    }
}
