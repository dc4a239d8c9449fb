//! The doors to the world: clock, ids and secrets come in here, so that tests and demos can hold them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::domain::{AccountId, RawKey, Span, Timestamp};

/// This device's clock.
pub trait Clock: Send + Sync {
    /// Now, on this device.
    fn now(&self) -> Timestamp;

    /// How long a span of this clock lasts in the real world; a demo's clock may run faster.
    fn lasts(&self, span: Span) -> Duration {
        Duration::from_millis(span.as_millis().max(0).unsigned_abs())
    }
}

/// Ids that nobody else makes.
pub trait Ids: Send + Sync {
    /// A new id, sortable by time where that is possible.
    fn next(&self) -> String;
}

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// UUIDs of version 7.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    fn next(&self) -> String {
        uuid::Uuid::now_v7().to_string()
    }
}

/// Where raw keys live: Keychain, Keystore, or a file of mode 0600. Called on the companion's threads; may block shortly.
/// `account` is the name of a place: an account's id for its own key, else one made of that and a key's hash, of letters,
/// digits and hyphens.
pub trait SecretStore: Send + Sync {
    /// Keeps the key, replacing one it had.
    fn put(&self, account: &AccountId, key: &RawKey) -> Result<(), SecretError>;
    /// The key, if there is one.
    fn get(&self, account: &AccountId) -> Result<Option<RawKey>, SecretError>;
    /// Forgets the key; no error when there is none.
    fn remove(&self, account: &AccountId) -> Result<(), SecretError>;
}

/// The secret store could not do it. It says no more: its reasons are the platform's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the secret store failed")]
pub struct SecretError;
