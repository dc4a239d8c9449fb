//! Keys over the client: listed, and the two calls whose answer holds what is told once.

use super::acts::Keyed;
use super::calls::{Call, CreateKeyFor, KeysOf, RevokeKeyOf, RotateOwnKey};
use super::client::{Client, Reply};
use super::error::Error;
use crate::domain::{ActionId, ApiKey, IssuedKey, KeyHash, MissingForJob, NewKey, ProgramId, RawKey};
use crate::wire::{self, Field};

impl Client {
    /// The tenant's keys.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn keys(&self, include_revoked: bool) -> Result<Reply<Vec<ApiKey>>, Error> {
        let reply = self.send(&KeysOf { include_revoked }).await?;
        reply.rows(|page| (page.keys, page.count), wire::KeyRow::into_key)
    }

    /// Creates a key, and says what it lacks for an agent's job. A caller without the literal grant gets
    /// `Refused(Missing("keys.provision"))`, an ordinary state (trap T6).
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn create_key(&self, key: &NewKey) -> Result<Reply<IssuedKey>, Error> {
        self.created(&CreateKeyFor::of(key), key).await
    }

    /// The same under an idempotency key: a server that knows it makes no second one, and cannot tell the first again.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn create_key_once(&self, key: &NewKey, id: &ActionId) -> Result<Reply<IssuedKey>, Error> {
        let call = CreateKeyFor::of(key);
        self.created(&Keyed { call, key: id }, key).await
    }

    async fn created(
        &self,
        call: &impl Call<Data = wire::CreatedKey>,
        key: &NewKey,
    ) -> Result<Reply<IssuedKey>, Error> {
        let reply = self.send(call).await?;
        let raw = reply.value.key.get().cloned().ok_or(Error::Unreadable)?.into_key();
        Ok(reply.map(|created| {
            let capabilities = created.capabilities.into_option();
            IssuedKey {
                hash: hash_of(&raw, created.key_hash),
                program: Some(
                    created
                        .program_id
                        .into_option()
                        .map_or_else(|| key.program.clone(), ProgramId::new),
                ),
                label: created.label.into_option().unwrap_or_else(|| key.label.clone()),
                missing_for_job: capabilities
                    .as_deref()
                    .map(|c| MissingForJob::of(c).0)
                    .unwrap_or_default(),
                capabilities,
                key: raw,
            }
        }))
    }

    /// Revokes a key, at once and for good. Revoking one that is revoked changes nothing.
    ///
    /// # Errors
    /// Any [`Error`]; an unknown hash is `Refused(NotFound)`.
    pub async fn revoke_key(&self, key: &KeyHash) -> Result<Reply<()>, Error> {
        Ok(self.send(&RevokeKeyOf(key.clone())).await?.map(|_| ()))
    }

    /// Rotates this client's own key: it dies within 30 s. Store the new one before anything else (trap T7).
    ///
    /// # Errors
    /// Any [`Error`]. After [`Error::Interrupted`] or [`Error::TimedOut`] the new key may exist and be lost.
    pub async fn rotate_key(&self) -> Result<Reply<IssuedKey>, Error> {
        self.rotated(&RotateOwnKey).await
    }

    /// The same under an idempotency key, as [`create_key_once`](Self::create_key_once).
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn rotate_key_once(&self, id: &ActionId) -> Result<Reply<IssuedKey>, Error> {
        let call = RotateOwnKey;
        self.rotated(&Keyed { call, key: id }).await
    }

    async fn rotated(&self, call: &impl Call<Data = wire::RotatedKey>) -> Result<Reply<IssuedKey>, Error> {
        let reply = self.send(call).await?;
        let raw = reply.value.key.get().cloned().ok_or(Error::Unreadable)?.into_key();
        Ok(reply.map(|rotated| IssuedKey {
            hash: hash_of(&raw, rotated.key_hash),
            program: None,
            label: rotated.label.into_option().unwrap_or_default(),
            capabilities: None,
            missing_for_job: Vec::new(),
            key: raw,
        }))
    }
}

/// The fingerprint. The answer's own word counts only where a recording left the key itself out (ADR 0028).
fn hash_of(key: &RawKey, told: Field<String>) -> KeyHash {
    match told.into_option() {
        Some(told) if !key.is_well_formed() => KeyHash::new(told),
        _ => key.hash(),
    }
}
