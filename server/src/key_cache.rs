//! Keys that were seen a moment ago, so that a request costs one hash and no question to the database. What is
//! remembered is thrown away as soon as this process hears that any key changed, and after half a second in any case, so
//! that a key revoked elsewhere stops within a second.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use cachebash_core::domain::{KeyHash, RawKey, Span, Timestamp};
use subtle::ConstantTimeEq;

use crate::caller::Caller;
use crate::records::Key;
use crate::store::{Store, Stored, Tenant};

/// How long a key is believed without asking again.
const BELIEVED: Duration = Duration::from_millis(500);

/// The last use of a key may lag this much, so that reading costs no write.
const LAST_USED_LAG: Span = Span::from_mins(1);

/// Above this many keys all are forgotten.
const MOST: usize = 10_000;

#[derive(Default)]
pub(crate) struct KeyCache {
    remembered: Mutex<Remembered>,
}

#[derive(Default)]
struct Remembered {
    generation: u64,
    keys: HashMap<KeyHash, Seen>,
    used: HashMap<KeyHash, Timestamp>,
}

#[derive(Clone)]
struct Seen {
    at: Instant,
    key: Arc<(Tenant, Key)>,
    caller: Caller,
}

impl KeyCache {
    /// The owner of a raw key that is good at `now`. Notes that it was used.
    pub(crate) async fn find(&self, store: &Store, raw: &RawKey, now: Timestamp) -> Stored<Option<Caller>> {
        if !raw.is_well_formed() {
            return Ok(None);
        }
        let hash = raw.hash();
        let Some(seen) = self.see(store, &hash).await? else {
            return Ok(None);
        };
        // The index found it by its hash; whether it is that key is asked in constant time.
        let same: bool = seen
            .key
            .1
            .hash
            .as_str()
            .as_bytes()
            .ct_eq(hash.as_str().as_bytes())
            .into();
        if !same || !seen.key.1.is_good(now) {
            return Ok(None);
        }
        if self.is_news(&hash, now) {
            // A note that is lost is no reason to shut anybody out.
            if let Err(error) = store.note_use(hash, now).await {
                tracing::debug!(%error, "the use of a key was not noted");
            }
        }
        Ok(Some(seen.caller))
    }

    /// Whether a key that was let in before is still good at `now`.
    pub(crate) async fn is_good(&self, store: &Store, hash: &KeyHash, now: Timestamp) -> Stored<bool> {
        Ok(self.see(store, hash).await?.is_some_and(|seen| seen.key.1.is_good(now)))
    }

    async fn see(&self, store: &Store, hash: &KeyHash) -> Stored<Option<Seen>> {
        let generation = store.key_generation();
        if let Some(seen) = self.remembered(hash, generation) {
            return Ok(Some(seen));
        }
        let found = store.anybodys(hash.to_string()).await?;
        Ok(found.map(|found| self.remember(found, generation)))
    }

    fn remembered(&self, hash: &KeyHash, generation: u64) -> Option<Seen> {
        let mut remembered = self.lock();
        if remembered.generation != generation {
            remembered.generation = generation;
            remembered.keys.clear();
        }
        remembered
            .keys
            .get(hash)
            .filter(|seen| seen.at.elapsed() < BELIEVED)
            .cloned()
    }

    fn remember(&self, (tenant, key): (Tenant, Key), generation: u64) -> Seen {
        let caller = Caller {
            tenant: tenant.clone(),
            program: key.program.clone(),
            key: key.hash.clone(),
            capabilities: key.capabilities.clone().into(),
        };
        let seen = Seen {
            at: Instant::now(),
            key: Arc::new((tenant, key)),
            caller,
        };
        let mut remembered = self.lock();
        // Read before the latest change, it is good for this one request.
        if remembered.generation == generation {
            if remembered.keys.len() >= MOST {
                remembered.keys.clear();
            }
            remembered.keys.insert(seen.caller.key.clone(), seen.clone());
        }
        seen
    }

    /// Whether the use is to be noted. Also when the clock was set back.
    fn is_news(&self, hash: &KeyHash, now: Timestamp) -> bool {
        let mut remembered = self.lock();
        let noted = remembered.used.get(hash);
        if noted.is_some_and(|last| *last <= now && now.since(*last) < LAST_USED_LAG) {
            return false;
        }
        if remembered.used.len() >= MOST {
            remembered.used.clear();
        }
        remembered.used.insert(hash.clone(), now);
        true
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Remembered> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
