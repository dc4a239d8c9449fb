//! Keys by their SHA-256. The raw key passes through on its way out and is never stored. Records of keys are never
//! removed, so that their number counts the keys ever made.

use std::borrow::Cow;

use cachebash_core::domain::{Capability, KeyHash, ProgramId, RawKey, Timestamp};
use serde::{Deserialize, Serialize};

use super::Program;
use crate::rules::access::{ALL, OWNER_PROGRAM, PROVISION, is_built_in};
use crate::store::{Record, Stored, Tx};

/// A key as one may know it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Key {
    pub(crate) hash: KeyHash,
    pub(crate) program: ProgramId,
    pub(crate) label: String,
    pub(crate) capabilities: Vec<Capability>,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Option<Timestamp>,
    /// In the future while a rotated key lives out its grace.
    pub(crate) revoked_at: Option<Timestamp>,
}

impl Key {
    /// Whether it opens the door at `now`.
    pub(crate) fn is_good(&self, now: Timestamp) -> bool {
        let before = |end: Option<Timestamp>| end.is_none_or(|end| now < end);
        before(self.revoked_at) && before(self.expires_at)
    }
}

impl Record for Key {
    const KIND: &'static str = "key";
    const TAGS: &'static [&'static str] = &["good", "revoked"];

    fn id(&self) -> Cow<'_, str> {
        self.hash.as_str().into()
    }

    fn owner(&self) -> Option<&str> {
        Some(self.program.as_str())
    }

    fn tag(&self) -> &'static str {
        if self.revoked_at.is_some() { "revoked" } else { "good" }
    }

    fn rank(&self) -> i64 {
        self.created_at.as_millis()
    }
}

/// A key to be made.
pub(crate) struct NewKey {
    pub(crate) program: ProgramId,
    pub(crate) label: String,
    pub(crate) capabilities: Vec<Capability>,
    /// `None`: never.
    pub(crate) expires_at: Option<Timestamp>,
    /// Whose key asked for it; `None`: nobody's.
    pub(crate) made_by: Option<ProgramId>,
}

/// A key that was made; the only moment at which it can be seen.
pub(crate) struct Issued {
    pub(crate) key: RawKey,
    /// The program came into being with it.
    pub(crate) registered: bool,
}

/// Makes the key that a tenant begins with, and shows it this once.
pub(crate) fn owner_key(tx: &mut Tx<'_>) -> Stored<RawKey> {
    let owner = NewKey {
        program: ProgramId::from(OWNER_PROGRAM),
        label: "Owner".to_owned(),
        capabilities: vec![Capability::new(ALL), Capability::new(PROVISION)],
        expires_at: None,
        made_by: None,
    };
    Ok(issue(tx, owner)?.key)
}

/// Makes a key, and its program if that is new.
pub(crate) fn issue(tx: &mut Tx<'_>, new: NewKey) -> Stored<Issued> {
    let made = tx.keys_made()?;
    let key = tx.world.mint.key(made.unsigned_abs())?;
    let registered = !tx.has::<Program>(new.program.as_str())?;
    if registered {
        let program = Program {
            created_by: new.made_by,
            ..Program::new(new.program.clone(), tx.now)
        };
        tx.put(&program)?;
    }
    let built_in = is_built_in(&new.program);
    let record = Key {
        hash: key.hash(),
        program: new.program,
        label: new.label,
        capabilities: new.capabilities,
        created_at: tx.now,
        expires_at: new.expires_at,
        revoked_at: None,
    };
    tx.put(&record)?;
    Ok(Issued {
        key,
        registered: registered && !built_in,
    })
}
