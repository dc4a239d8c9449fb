//! API keys on their way: listed by hash, and handed out once (contract section 7).

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use super::field::object;
use super::sessions::time;
use super::{Salvage, salvage};
use crate::domain::{ApiKey, Capability, KeyHash, ProgramId, RawKey};

/// A raw key in the one answer that carries it. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyText(String);

impl KeyText {
    /// For the answer that hands it out.
    pub fn new(key: &RawKey) -> Self {
        Self(key.reveal().to_owned())
    }

    /// The key.
    pub fn into_key(self) -> RawKey {
        RawKey::new(self.0)
    }
}

impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyText(…)")
    }
}

object! {
    /// `data` of `GET /v1/keys`.
    KeysPage {
        /// Inner success.
        success: bool,
        /// How many rows.
        count: Number,
        /// The tenant's keys, in no order.
        keys: Vec<KeyRow>,
    }
}

object! {
    /// One key, without the key.
    KeyRow {
        /// SHA-256, hex. A row without one is left out.
        key_hash: String,
        /// Whose key it is.
        program_id: String,
        /// Its label.
        label: String,
        /// What it may do; a key stored without a list shows `*`.
        capabilities: Vec<Capability>,
        /// False once revoked; expired keys still say true.
        active: bool,
        /// ISO.
        created_at: String,
        /// ISO.
        last_used_at: String,
        /// ISO.
        revoked_at: String,
    }
}

object! {
    /// `data` of creating a key.
    CreatedKey {
        /// Inner success.
        success: bool,
        /// The raw key, this once.
        key: KeyText,
        /// Its hash.
        key_hash: String,
        /// Its program.
        program_id: String,
        /// Its label.
        label: String,
        /// What was granted.
        capabilities: Vec<Capability>,
        /// Whether the program came into being with it.
        registered: bool,
        /// A sentence.
        message: String,
    }
}

object! {
    /// `data` of revoking a key.
    RevokedKey {
        /// Inner success.
        success: bool,
        /// The key that is dead now.
        key_hash: String,
        /// A sentence.
        message: String,
    }
}

object! {
    /// `data` of rotating the calling key.
    RotatedKey {
        /// Inner success.
        success: bool,
        /// The new raw key, this once.
        key: KeyText,
        /// Its hash.
        key_hash: String,
        /// Its label.
        label: String,
        /// How long the old key still works.
        grace_window_seconds: Number,
        /// A sentence.
        message: String,
    }
}

impl Salvage for KeysPage {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        salvage::part::<Number>(data, "count");
        salvage::rows::<KeyRow>(data, "keys")
    }
}

// What surrounds a raw key may be odd; the key must still arrive, for it is seen only once.
impl Salvage for CreatedKey {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        ["keyHash", "programId", "label", "message"]
            .iter()
            .map(|field| salvage::part::<String>(data, field))
            .sum::<u32>()
            + salvage::part::<Vec<Capability>>(data, "capabilities")
            + salvage::part::<bool>(data, "registered")
    }
}

impl Salvage for RotatedKey {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        ["keyHash", "label", "message"]
            .iter()
            .map(|field| salvage::part::<String>(data, field))
            .sum::<u32>()
            + salvage::part::<Number>(data, "graceWindowSeconds")
    }
}

impl Salvage for RevokedKey {}

impl KeyRow {
    /// What it says of its key; `None` when it has no hash.
    pub fn into_key(self) -> Option<ApiKey> {
        Some(ApiKey {
            hash: KeyHash::new(self.key_hash.into_option().filter(|hash| !hash.is_empty())?),
            program: ProgramId::new(self.program_id.into_option().unwrap_or_default()),
            label: self.label.into_option().unwrap_or_default(),
            capabilities: self.capabilities.into_option().unwrap_or_default(),
            active: self.active.into_option().unwrap_or(false),
            created_at: time(&self.created_at),
            last_used_at: time(&self.last_used_at),
            revoked_at: time(&self.revoked_at),
        })
    }
}
