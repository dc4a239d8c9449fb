//! Where the outbox puts a key that was made: into the secret store first, then into the list of accounts.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError, Weak};

use super::place_of;
use crate::companion::life::client_to;
use crate::companion::{CompanionError, Inner};
use crate::domain::{AccountId, IssuedKey, KeyHash, RawKey, Timestamp};
use crate::error::reference;
use crate::outbox::KeyCase;

/// The raw keys of an account that this device made.
pub(in crate::companion) struct OwnKeys {
    inner: Weak<Inner>,
    account: AccountId,
    /// What the secret store did not take, and when it came: the only copies, until the files are closed.
    only_here: Mutex<BTreeMap<KeyHash, (RawKey, Timestamp)>>,
}

impl OwnKeys {
    pub(in crate::companion) fn new(inner: Weak<Inner>, account: AccountId) -> Self {
        Self {
            inner,
            account,
            only_here: Mutex::default(),
        }
    }

    /// A key that was made here. Blocks on the secret store.
    pub(in crate::companion) fn raw(&self, key: &KeyHash) -> Result<Option<RawKey>, CompanionError> {
        if let Some((raw, _)) = self.only_here().get(key) {
            return Ok(Some(raw.clone()));
        }
        let Some(inner) = self.inner.upgrade() else {
            return Ok(None);
        };
        let beside = inner.secrets.get(&place_of(&self.account, key))?;
        match beside {
            Some(raw) => Ok(Some(raw)),
            None => Ok(inner.secrets.get(&self.account)?.filter(|own| own.hash() == *key)),
        }
    }

    /// Puts a key that a person has in the place of the account's own. Blocks on the secret store.
    pub(in crate::companion) fn replace_with(&self, key: &RawKey) -> Result<(), CompanionError> {
        let Some(inner) = self.inner.upgrade() else {
            return Err(CompanionError::Suspended);
        };
        let (old, hash) = (inner.secrets.get(&self.account)?, key.hash());
        inner.secrets.put(&self.account, key)?;
        self.is_own(&inner, key, &hash)?;
        let account = inner.account(&self.account)?;
        if account.ring.holds(&hash) {
            inner.drop_from_ring(&account, &hash)?;
        }
        self.keep_old(&inner, old, &hash, "");
        Ok(())
    }

    /// What was sealed for the old key is opened with it alone.
    fn keep_old(&self, inner: &Inner, old: Option<RawKey>, new: &KeyHash, label: &str) {
        let old = old.filter(|old| old.hash() != *new);
        let kept = old.map(|old| self.keep_beside(inner, &old, label));
        if kept.is_some_and(|kept| kept.is_err()) {
            let _ = reference("key-not-in-ring");
        }
    }

    fn keep_here(&self, inner: &Inner, issued: &IssuedKey) {
        let came = (issued.key.clone(), inner.clock.now());
        self.only_here().insert(issued.hash.clone(), came);
    }

    fn keep_beside(&self, inner: &Inner, key: &RawKey, label: &str) -> Result<(), CompanionError> {
        let label = Some(label.to_owned()).filter(|label| !label.trim().is_empty());
        inner.keep_in_ring(&inner.account(&self.account)?, key, label, false)
    }

    /// The list of accounts names the key, and what asks from now on asks with it.
    fn is_own(&self, inner: &Inner, key: &RawKey, hash: &KeyHash) -> Result<(), CompanionError> {
        let account = inner.account(&self.account)?;
        let clock = std::sync::Arc::clone(&inner.clock);
        let client = client_to(&account.row.server, &inner.authorities, key.clone(), clock).ok();
        account
            .sync
            .use_another_key(client.map(|own| account.ring.behind(&own)));
        account.outbox.own_key_is(hash.clone());
        inner.change_account(&self.account, |row| row.key_hash = hash.clone())?;
        Ok(())
    }

    fn only_here(&self) -> MutexGuard<'_, BTreeMap<KeyHash, (RawKey, Timestamp)>> {
        self.only_here.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyCase for OwnKeys {
    /// A key that was made for an agent is the agent's, and its use would look like the agent's: it only opens.
    fn keep(&self, issued: &IssuedKey) {
        let Some(inner) = self.inner.upgrade() else { return };
        // A recording has no keys to keep.
        if inner.played.is_some() {
            return self.keep_here(&inner, issued);
        }
        match self.keep_beside(&inner, &issued.key, &issued.label) {
            // It came late: the files are closed, and it is listed when it is looked for.
            Err(CompanionError::Suspended) => {
                let _ = inner.secrets.put(&place_of(&self.account, &issued.hash), &issued.key);
            }
            Err(CompanionError::NotFound) | Ok(()) => {}
            Err(_) => {
                self.keep_here(&inner, issued);
                let _ = reference("key-not-in-ring");
            }
        }
    }

    fn replace_own(&self, issued: &IssuedKey) {
        let Some(inner) = self.inner.upgrade() else { return };
        let old = inner.secrets.get(&self.account).ok().flatten();
        if inner.secrets.put(&self.account, &issued.key).is_err() {
            self.keep_here(&inner, issued);
            let _ = reference("rotated-key-not-stored");
        }
        match self.is_own(&inner, &issued.key, &issued.hash) {
            // Signed out meanwhile: then no key of it stays.
            Err(CompanionError::NotFound) => {
                let _ = inner.secrets.remove(&self.account);
                return;
            }
            Err(_) => {
                let _ = reference("rotated-key-not-listed");
            }
            Ok(()) => {}
        }
        if inner.played.is_none() {
            self.keep_old(&inner, old, &issued.hash, &issued.label);
        }
    }

    fn revoked(&self, key: &KeyHash) {
        let Some(inner) = self.inner.upgrade() else { return };
        let silenced = inner
            .account(&self.account)
            .and_then(|account| inner.silence(&account, key));
        if silenced.is_err() {
            let _ = reference("key-not-silenced");
        }
    }

    fn own(&self) -> Option<KeyHash> {
        let inner = self.inner.upgrade()?;
        let listed = inner.account(&self.account).ok()?.row.key_hash;
        if self.only_here().contains_key(&listed) {
            // The secret store still has the one before.
            return Some(listed);
        }
        let stored = inner.secrets.get(&self.account).ok().flatten();
        let Some(stored) = stored.filter(|_| inner.played.is_none()) else {
            return Some(listed);
        };
        let hash = stored.hash();
        if hash != listed && self.is_own(&inner, &stored, &hash).is_err() {
            let _ = reference("rotated-key-not-listed");
        }
        Some(hash)
    }

    fn came_at(&self, key: &KeyHash) -> Option<Timestamp> {
        if let Some((_, came)) = self.only_here().get(key) {
            return Some(*came);
        }
        let inner = self.inner.upgrade().filter(|inner| inner.played.is_none())?;
        let here = inner.secrets.get(&place_of(&self.account, key)).ok().flatten()?;
        let listed = inner.account(&self.account).ok()?.ring.row(key).map(|row| row.added_at);
        listed.or_else(|| {
            // It came while the files were closed.
            self.keep_beside(&inner, &here, "").ok()?;
            Some(inner.clock.now())
        })
    }
}
