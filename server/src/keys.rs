//! Keys over HTTP: made, listed, rotated, revoked (contract section 7).

use axum::extract::State;
use cachebash_core::domain::{Capability, KeyHash, ProgramId, Span};
use serde_json::{Value, json};

use crate::access::{CREATE_KEY, DEFAULTS, LIST_KEYS, PROVISION, REVOKE_KEY, ROTATE_KEY, covers};
use crate::app::App;
use crate::auth::Caller;
use crate::envelope::{Answer, Refusal, Reply, refused};
use crate::request::{PathId, Query, Sent};
use crate::store::{KeyRow, NewKey, Revoked, Rotated};
use crate::validation::{Fields, FromFields, must_be_addressable};
use crate::wire_values::{iso, iso_or_null};

const PROGRAM_ID: usize = 50;
const LABEL: usize = 200;
const CAPABILITY: usize = 100;
const MOST_CAPABILITIES: usize = 100;
const DEFAULT_TTL_DAYS: f64 = 90.0;
/// A hundred years; 0 is the way to say never.
const MOST_TTL_DAYS: f64 = 36_500.0;
const DAY_MILLIS: f64 = 86_400_000.0;

/// `GET /v1/keys`
pub(crate) async fn list(State(app): State<App>, caller: Caller, query: Query) -> Answer {
    caller.may(&LIST_KEYS)?;
    let ListQuery { include_revoked } = query.checked()?;
    let now = app.now();
    let keys = app.store.keys(&caller.tenant, include_revoked, now).await?;
    let keys: Vec<Value> = keys.iter().map(|key| listed(key, now)).collect();
    Ok(Reply::ok(json!({ "success": true, "count": keys.len(), "keys": keys })))
}

/// `POST /v1/keys`
pub(crate) async fn create(State(app): State<App>, caller: Caller, sent: Sent) -> Answer {
    caller.may(&CREATE_KEY)?;
    let asked: Asked = sent.checked()?;
    let (program, label, capabilities, ttl_days) = match grantable(&caller, asked) {
        Ok(granted) => granted,
        Err(sentence) => return Ok(Reply::created(refused(sentence))),
    };
    let now = app.now();
    let expires_at = (ttl_days > 0.0).then(|| now.plus(Span::from_millis((ttl_days * DAY_MILLIS) as i64)));
    let new = NewKey {
        program: program.clone(),
        label: label.clone(),
        capabilities: capabilities.clone(),
        expires_at,
    };
    let created = app.store.create_key(&caller.tenant, new, now).await?;
    Ok(Reply::created(json!({
        "success": true,
        "key": created.key.reveal(),
        "keyHash": created.key.hash(),
        "programId": program,
        "label": label,
        "capabilities": capabilities,
        "registered": created.registered,
        "message": "Store this key securely. It will not be shown again.",
    })))
}

/// `DELETE /v1/keys/:keyHash`
pub(crate) async fn revoke(State(app): State<App>, caller: Caller, path: PathId) -> Answer {
    caller.may(&REVOKE_KEY)?;
    let hash = KeyHash::new(path.0);
    let revoked = app.store.revoke_key(&caller.tenant, hash.clone(), app.now()).await?;
    Ok(Reply::ok(match revoked {
        Revoked::Unknown => refused("Key not found"),
        Revoked::Done => json!({
            "success": true, "keyHash": hash, "message": "Key revoked. It will no longer authenticate.",
        }),
    }))
}

/// `POST /v1/keys/rotate`: makes a successor of the calling key.
pub(crate) async fn rotate(State(app): State<App>, caller: Caller) -> Answer {
    caller.may(&ROTATE_KEY)?;
    let rotated = app
        .store
        .rotate_key(&caller.tenant, caller.key.clone(), app.now())
        .await?;
    Ok(Reply::ok(match rotated {
        // Revoked by another request since it was let in.
        None => return Err(Refusal::Unauthorized("Invalid API key")),
        Some(Rotated::InGrace) => refused("Key is in its grace period"),
        Some(Rotated::Done { key, label }) => json!({
            "success": true,
            "key": key.reveal(),
            "keyHash": key.hash(),
            "label": label,
            "graceWindowSeconds": 30,
            "message": "Key rotated. Old key expires in 30 seconds.",
        }),
    }))
}

type Grant = (ProgramId, String, Vec<Capability>, f64);

/// What may be granted of what was asked, or the sentence that says why nothing is.
fn grantable(caller: &Caller, asked: Asked) -> Result<Grant, String> {
    if !caller.capabilities.iter().any(|held| held.as_str() == PROVISION) {
        return Err("Forbidden: creating API keys requires an explicit keys.provision grant".to_owned());
    }
    let program = asked
        .program
        .filter(|program| !program.is_empty())
        .ok_or("programId is required")?;
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

fn listed(key: &KeyRow, now: cachebash_core::domain::Timestamp) -> Value {
    json!({
        "keyHash": key.hash,
        "programId": key.program,
        "label": key.label,
        "capabilities": key.capabilities,
        "active": key.is_good(now),
        "createdAt": iso(key.created_at),
        "lastUsedAt": iso_or_null(key.last_used_at),
        // A rotated key is not revoked before its grace is over.
        "revokedAt": iso_or_null(key.revoked_at.filter(|at| *at <= now)),
    })
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
        let program = fields.text("programId", PROGRAM_ID);
        if let Some(program) = &program {
            must_be_addressable(fields, "programId", program);
        }
        Asked {
            program,
            label: fields.text("label", LABEL),
            capabilities: fields.texts("capabilities", MOST_CAPABILITIES, CAPABILITY),
            ttl_days: fields.number("ttlDays", 0.0, MOST_TTL_DAYS),
        }
    }
}
