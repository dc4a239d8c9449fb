//! Where a raw key goes the moment it arrives. The outbox makes keys and holds none: whoever opens it says where they live.

use crate::domain::{IssuedKey, KeyHash, Timestamp};

/// The keys of an account on this device. Every call may block on the secret store.
pub(crate) trait KeyCase: Send + Sync {
    /// Keeps a key that was made for a program. What the secret store does not take is kept in memory.
    fn keep(&self, issued: &IssuedKey);

    /// Puts a key in the place of the account's own, likewise; the one it replaces is kept beside.
    fn replace_own(&self, issued: &IssuedKey);

    /// A key was revoked: if it is kept here, it asks nothing any more.
    fn revoked(&self, key: &KeyHash);

    /// The account's own, as the secret store has it; where the list of accounts names another, that is put right.
    fn own(&self) -> Option<KeyHash>;

    /// When a key that is kept here came, by this device's clock.
    fn came_at(&self, key: &KeyHash) -> Option<Timestamp>;
}
