//! Keys: create, list, revoke, rotate. A raw key passes through here once and is kept nowhere but in the secret store.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::life::client_to;
use super::{Companion, CompanionError, Inner, IssuedKey, NewKey, OpenAccount};
use crate::api::Client;
use crate::domain::{AccountId, Action, KeyHash, RawKey};
use crate::error::reference;
use crate::insight::{self, KeyFacts};

impl Companion {
    /// Creates a key, and with it its program if that is new. The raw key is in the answer and in the account's ring: if nobody
    /// waits for the answer any more, the key is revoked again.
    ///
    /// # Errors
    /// [`CompanionError::ReadOnly`] before any request; [`CompanionError::Forbidden`] with `keys.provision` for a key
    /// without that grant, which even `*` does not include.
    pub async fn create_key(&self, account: &AccountId, key: NewKey) -> Result<IssuedKey, CompanionError> {
        let account = self.inner.writable(account)?;
        let inner = Arc::clone(&self.inner);
        let (hand_over, handed_over) = oneshot::channel();
        self.inner.runtime.spawn(async move {
            let created = inner.create_key(&account, &key).await;
            if let Err(Ok(orphan)) = hand_over.send(created) {
                // Nobody waits for it any more and nobody else will ever see it: a key that lives on unseen is a hole.
                inner.take_back(&account, orphan.hash).await;
            }
        });
        handed_over.await.unwrap_or_else(|_| {
            Err(CompanionError::Internal {
                reference: reference("task"),
            })
        })
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
            let mut keys = reply?.value;
            keys.sort_by(|a, b| b.created_at.cmp(&a.created_at).then_with(|| a.hash.cmp(&b.hash)));
            Ok(keys.iter().map(insight::key_facts).collect())
        })
        .await
    }

    /// Revokes a key, at once and for good. Revoking twice changes nothing.
    ///
    /// # Errors
    /// [`CompanionError::ReadOnly`] before any request; [`CompanionError::NotFound`] for an unknown hash.
    pub async fn revoke_key(&self, account: &AccountId, key: &KeyHash) -> Result<(), CompanionError> {
        let account = self.inner.writable(account)?;
        let (inner, key) = (Arc::clone(&self.inner), key.clone());
        self.on_runtime(async move {
            let client = inner.client_of(&account).await?;
            client.revoke_key(&key).await?;
            let (this, revoked) = (Arc::clone(&inner), account.clone());
            let _ = inner.on_disk(move || this.silence(&revoked, &key)).await;
            inner.note_keys(&account, &client).await;
            Ok(())
        })
        .await
    }

    /// Rotates the account's own key: the old one dies within 30 s (trap T7). The new key is in the secret store before
    /// this returns and before anything else is done with it. The old one stays in the ring, for what was sealed for it.
    ///
    /// Should the secret store fail, the new key is still used until the companion closes, and is in the answer, so that
    /// whoever called can store it: it is the only copy.
    ///
    /// # Errors
    /// [`CompanionError::ReadOnly`] before any request. After [`CompanionError::Offline`] the key may have been rotated and
    /// be lost; it is never tried again by itself.
    pub async fn rotate_key(&self, account: &AccountId) -> Result<IssuedKey, CompanionError> {
        let account = self.inner.writable(account)?;
        let inner = Arc::clone(&self.inner);
        self.on_runtime(async move { inner.rotate(account).await }).await
    }
}

impl Inner {
    async fn create_key(self: &Arc<Self>, account: &OpenAccount, key: &NewKey) -> Result<IssuedKey, CompanionError> {
        let client = self.client_of(account).await?;
        let issued = client.create_key(key).await?.value;
        self.keep_beside(account, issued.key.clone(), &issued.label).await;
        self.note_keys(account, &client).await;
        Ok(issued)
    }

    pub(super) async fn client_of(&self, account: &OpenAccount) -> Result<Client, CompanionError> {
        let sync = Arc::clone(&account.sync);
        let connected = self.runtime.spawn_blocking(move || sync.connected()).await;
        match connected {
            Ok(crate::sync::Connected::Yes(client)) => Ok(client),
            Ok(crate::sync::Connected::NoKey) => Err(CompanionError::Unauthorized),
            Ok(crate::sync::Connected::Unusable) => Err(super::SecretError.into()),
            Err(_) => Err(CompanionError::Internal {
                reference: reference("secret-store"),
            }),
        }
    }

    /// Keeps a key in the account's ring, to open what was sealed for it: a key that was made for an agent is the agent's, and
    /// its use would look like the agent's. Best effort: it is in the answer of whoever asked for it.
    async fn keep_beside(self: &Arc<Self>, account: &OpenAccount, key: RawKey, label: &str) {
        let (this, account, label) = (Arc::clone(self), account.clone(), label.to_owned());
        let label = Some(label).filter(|label| !label.trim().is_empty());
        let kept = self
            .on_disk(move || this.keep_in_ring(&account, &key, label, false))
            .await;
        if kept.is_err() {
            let _ = reference("key-not-in-ring");
        }
    }

    /// Revokes a key that nobody was shown; later, over the outbox, where that is not possible now.
    async fn take_back(self: &Arc<Self>, account: &OpenAccount, key: KeyHash) {
        let revoked = match self.client_of(account).await {
            Ok(client) => {
                let revoked = client.revoke_key(&key).await.is_ok();
                self.note_keys(account, &client).await;
                revoked
            }
            Err(_) => false,
        };
        let (this, account) = (Arc::clone(self), account.clone());
        let dropped = self.on_disk(move || {
            if !revoked {
                account.outbox.ask(Action::RevokeKey { key: key.clone() })?;
            }
            this.drop_from_ring(&account, &key)
        });
        if dropped.await.is_err() {
            let _ = reference("key-not-taken-back");
        }
    }

    /// Reads the list again after it changed. Best effort: what was asked for is done.
    async fn note_keys(&self, account: &OpenAccount, client: &Client) {
        let reply = client.keys(true).await;
        let _ = account.sync.take_in_keys(reply);
    }

    async fn rotate(self: Arc<Self>, account: OpenAccount) -> Result<IssuedKey, CompanionError> {
        let client = self.client_of(&account).await?;
        let old = account.row.key_hash.clone();
        let (this, id) = (Arc::clone(&self), account.row.id.clone());
        let rotated_away = self.on_disk(move || Ok(this.secrets.get(&id)?)).await.ok().flatten();
        let mut issued = client.rotate_key().await?.value;

        let (this, id, key) = (Arc::clone(&self), account.row.id.clone(), issued.key.clone());
        let stored = self.runtime.spawn_blocking(move || this.secrets.put(&id, &key)).await;
        if !matches!(stored, Ok(Ok(()))) {
            let _ = reference("rotated-key-not-stored");
        }
        let with_new_key = client_to(
            &account.row.server,
            &self.authorities,
            issued.key.clone(),
            Arc::clone(&self.clock),
        );
        account
            .sync
            .use_client(with_new_key.ok().map(|own| account.ring.behind(&own)));
        // What was sealed for the old one is opened with it alone.
        if let Some(rotated_away) = rotated_away.filter(|key| key.hash() == old) {
            self.keep_beside(&account, rotated_away, &issued.label).await;
        }
        let (this, id, hash) = (Arc::clone(&self), account.row.id.clone(), issued.hash.clone());
        let kept = self
            .runtime
            .spawn_blocking(move || this.change_account(&id, |row| row.key_hash = hash))
            .await;
        if !matches!(kept, Ok(Ok(_))) {
            let _ = reference("rotated-key-not-listed");
        }
        let known = account.sync.store.read(|reader| reader.keys(None)).unwrap_or_default();
        issued.program = issued
            .program
            .or_else(|| known.into_iter().find(|key| key.hash == old).map(|key| key.program));
        Ok(issued)
    }
}
