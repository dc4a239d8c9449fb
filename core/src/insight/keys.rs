//! What can be said of a key from the little that a list of keys tells.

use super::KeyFacts;
use crate::domain::{ApiKey, MissingForJob, Span};

/// The server's usual term. The list omits the real one (trap T8), so an end worked out from it is an estimate.
const USUAL_TERM: Span = Span::from_mins(90 * 24 * 60);

/// The facts of one key. A revoked key has no estimated end: it has ended.
pub fn key_facts(key: &ApiKey) -> KeyFacts {
    let created = key.created_at.filter(|_| key.active && key.revoked_at.is_none());
    KeyFacts {
        hash: key.hash.clone(),
        program: key.program.clone(),
        label: key.label.clone(),
        capabilities: key.capabilities.clone(),
        active: key.active,
        created_at: key.created_at,
        last_used_at: key.last_used_at,
        revoked_at: key.revoked_at,
        expires_estimate: created.map(|at| at.plus(USUAL_TERM)),
        missing_for_job: MissingForJob::of(&key.capabilities).0,
    }
}
