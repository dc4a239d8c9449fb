//! An account: one server, and the key this device has for it.

use serde::{Deserialize, Serialize};

use super::{AccountId, KeyHash};

/// A (server, key) pair this device knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Made here.
    pub id: AccountId,
    /// Base URL of its server.
    pub server: String,
    /// At first its host.
    pub label: String,
    /// SHA-256 of its key.
    pub key_hash: KeyHash,
    /// False: a write is refused before any request.
    pub writes_allowed: bool,
}
