//! Keys: create, list, revoke, rotate. Making one goes through the outbox as every act does, so that a wish survives a lost
//! connection and an answer survives an app that was killed; a raw key is kept nowhere but in the secret store.

use std::sync::Arc;

use super::{Companion, CompanionError, Inner, IssuedKey, NewKey, OpenAccount};
use crate::api::Client;
use crate::domain::{AccountId, Action, ActionId, ApiKey, Delivery, KeyHash, MissingForJob, OutboxEntry};
use crate::insight::{self, KeyFacts};
use crate::outbox::{Outbox, Then};

/// What became of the wish for a key by the time the call returned.
#[derive(Clone, Debug)]
pub enum KeyRequest {
    /// It is made and in the secret store. It stays in the outbox until [`Companion::discard_action`] says that a person has
    /// it, too; until then [`Companion::show_key`] shows it again.
    Issued {
        /// The key.
        key: IssuedKey,
        /// Its line of the outbox.
        action: ActionId,
    },
    /// It could not be made yet, or nobody knows whether it was: its line of the outbox tells.
    Waiting {
        /// That line.
        action: ActionId,
    },
}

impl Companion {
    /// Creates a key, and with it its program if that is new: kept first, then sent and waited for. Whoever goes away
    /// meanwhile finds it in the outbox.
    ///
    /// # Errors
    /// [`CompanionError::ReadOnly`] before any request; [`CompanionError::Forbidden`] with `keys.provision` for a key
    /// without that grant, which even `*` does not include; what else [`ask`](Self::ask) gives. What was refused while one
    /// waited is in no outbox.
    pub async fn create_key(&self, account: &AccountId, key: NewKey) -> Result<KeyRequest, CompanionError> {
        let instead_of = None;
        self.ask_for_key(account, Action::CreateKey { key, instead_of }).await
    }

    /// Rotates the account's own key: the old one dies within 30 s (trap T7). Kept first, then sent and waited for, once. The
    /// new key is in the secret store before anything else is done with it. The old one stays in the ring, for what was sealed
    /// for it.
    ///
    /// Should the secret store fail, the new key is still used until the companion closes, and is in the answer, so that
    /// whoever called can store it: it is the only copy.
    ///
    /// # Errors
    /// As [`create_key`](Self::create_key).
    pub async fn rotate_key(&self, account: &AccountId) -> Result<KeyRequest, CompanionError> {
        let key = self.inner.account(account)?.row.key_hash;
        self.ask_for_key(account, Action::RotateKey { key }).await
    }

    /// A key that was made and that nobody has said to have yet.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] when there is none under this id (any more), and [`CompanionError::Storage`] when the
    /// secret store does not have it.
    pub async fn show_key(&self, account: &AccountId, action: &ActionId) -> Result<IssuedKey, CompanionError> {
        let account = self.inner.account(account)?;
        let (inner, action) = (Arc::clone(&self.inner), action.clone());
        self.on_runtime(async move {
            let this = Arc::clone(&inner);
            inner.on_disk(move || this.issued(&account, &action)).await
        })
        .await
    }

    /// The tenant's keys, read now.
    ///
    /// # Errors
    /// [`CompanionError::Forbidden`] where `keys.read` is missing, and any failure of the connection.
    pub async fn list_keys(&self, account: &AccountId) -> Result<Vec<KeyFacts>, CompanionError> {
        let account = self.inner.account(account)?;
        let inner = Arc::clone(&self.inner);
        self.on_runtime(async move {
            let client = inner.client_of(&account).await?;
            let reply = client.keys(true).await;
            account.sync.take_in_keys(reply.clone())?;
            Ok(facts_of(reply?.value))
        })
        .await
    }

    /// The tenant's keys as they were last read; no network. Blocks on the disk.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] for an unknown account, [`CompanionError::Suspended`], [`CompanionError::Storage`].
    pub fn known_keys(&self, account: &AccountId) -> Result<Vec<KeyFacts>, CompanionError> {
        let account = self.inner.account(account)?;
        Ok(facts_of(account.sync.store.read(|reader| reader.keys(None))?))
    }

    /// Revokes a key, at once and for good: kept first, then sent and waited for. Revoking twice changes nothing. Gives the
    /// line of the outbox in which it waits where it could not be done yet.
    ///
    /// # Errors
    /// [`CompanionError::ReadOnly`] before any request; [`CompanionError::NotFound`] for an unknown hash; what else
    /// [`ask`](Self::ask) gives.
    pub async fn revoke_key(&self, account: &AccountId, key: &KeyHash) -> Result<Option<ActionId>, CompanionError> {
        let action = Action::RevokeKey { key: key.clone() };
        self.ask_and_wait(account, action, |inner, account, asked| {
            let left = account.outbox.entries()?.into_iter().find(|entry| entry.id == asked);
            let Some(entry) = left else { return Ok(None) };
            inner.refused(account, &entry)?;
            Ok(Some(asked))
        })
        .await
    }

    async fn ask_for_key(&self, account: &AccountId, action: Action) -> Result<KeyRequest, CompanionError> {
        self.ask_and_wait(account, action, |inner, account, asked| {
            let entry = entry_of(&account.outbox, &asked)?;
            inner.refused(account, &entry)?;
            if !matches!(entry.delivery, Delivery::Issued { .. }) {
                return Ok(KeyRequest::Waiting { action: asked });
            }
            let key = inner.issued(account, &asked)?;
            Ok(KeyRequest::Issued { key, action: asked })
        })
        .await
    }

    /// Keeps an action, sends it, and says what came of it by then.
    async fn ask_and_wait<T: Send + 'static>(
        &self,
        account: &AccountId,
        action: Action,
        came_of_it: impl FnOnce(&Inner, &OpenAccount, ActionId) -> Result<T, CompanionError> + Send + 'static,
    ) -> Result<T, CompanionError> {
        let account = self.inner.writable(account)?;
        let inner = Arc::clone(&self.inner);
        self.on_runtime(async move {
            let outbox = Arc::clone(&account.outbox);
            let asked = inner.on_disk(move || outbox.ask(action)).await?;
            account.outbox.wake(Then::Look, &inner.runtime).await?;
            let this = Arc::clone(&inner);
            inner.on_disk(move || came_of_it(&this, &account, asked)).await
        })
        .await
    }
}

impl Inner {
    /// What was refused while somebody waited is told to them and has no place in an outbox.
    fn refused(&self, account: &OpenAccount, entry: &OutboxEntry) -> Result<(), CompanionError> {
        let why = match &entry.delivery {
            Delivery::Refused(setback) => setback.clone().into(),
            Delivery::KeyRefused => CompanionError::Unauthorized,
            _ => return Ok(()),
        };
        account.outbox.discard(&entry.id)?;
        Err(why)
    }

    /// The key that an entry of the outbox is about, with what was told of it.
    fn issued(&self, account: &OpenAccount, action: &ActionId) -> Result<IssuedKey, CompanionError> {
        let entry = entry_of(&account.outbox, action)?;
        let Delivery::Issued {
            key: hash,
            capabilities,
        } = entry.delivery
        else {
            return Err(CompanionError::NotFound);
        };
        let key = account.keys.raw(&hash)?.ok_or(super::SecretError)?;
        let known = account.sync.store.read(|reader| reader.keys(None))?;
        let (program, label) = match entry.action {
            Action::CreateKey { key, .. } => (Some(key.program), key.label),
            _ => known.iter().find(|known| known.hash == hash).map_or_else(
                || (None, account.row.label.clone()),
                |own| (Some(own.program.clone()), own.label.clone()),
            ),
        };
        let missing_for_job = capabilities.as_deref().map(MissingForJob::of).map(|missing| missing.0);
        Ok(IssuedKey {
            key,
            hash,
            program,
            label,
            capabilities,
            missing_for_job: missing_for_job.unwrap_or_default(),
        })
    }

    pub(super) async fn client_of(&self, account: &OpenAccount) -> Result<Client, CompanionError> {
        if self.asks_nobody {
            return Err(CompanionError::Offline);
        }
        let sync = Arc::clone(&account.sync);
        match self.on_disk(move || Ok(sync.connected())).await? {
            crate::sync::Connected::Yes(client) => Ok(client),
            crate::sync::Connected::NoKey => Err(CompanionError::Unauthorized),
            crate::sync::Connected::Unusable => Err(super::SecretError.into()),
        }
    }
}

/// The newest first.
fn facts_of(mut keys: Vec<ApiKey>) -> Vec<KeyFacts> {
    keys.sort_by(|a, b| b.created_at.cmp(&a.created_at).then_with(|| a.hash.cmp(&b.hash)));
    keys.iter().map(insight::key_facts).collect()
}

fn entry_of(outbox: &Outbox, action: &ActionId) -> Result<OutboxEntry, CompanionError> {
    let found = outbox.entries()?.into_iter().find(|entry| entry.id == *action);
    found.ok_or(CompanionError::NotFound)
}
