//! The keys of an account beside its own: added by a person, created by this device, or rotated away. Their raw forms live
//! in the secret store, each under a name of its own; the list of accounts holds hash and label, so that sign-out finds all of
//! them. They open answers that were sealed for them, and read what the account's own key may not (ADR 0035).

mod keys;
mod own_keys;
mod standing_in;

use std::sync::Arc;

use super::accounts::ask_whether_accepted;
use super::life::client_to;
use super::{Companion, CompanionError, Inner, OpenAccount, RejectedReason};
use crate::api::Client;
use crate::domain::{AccountId, KeyHash, RawKey};
use crate::insight::{self, Ability, Learnt, RingKey, Source};
use crate::store::{Registry, RingRow};

pub(super) use keys::KeyRing;
pub(super) use own_keys::OwnKeys;

impl Companion {
    /// The keys that this device holds for an account, its own first. Asks nobody.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] for an unknown account, [`CompanionError::Suspended`].
    pub fn ring(&self, account: &AccountId) -> Result<Vec<RingKey>, CompanionError> {
        Ok(self.inner.account(account)?.ring_keys())
    }

    /// Asks the server whether it accepts the key, then keeps it beside the account's own. One that is there already gets the
    /// label, if there is one. Whoever stops waiting before the server answered has added nothing.
    ///
    /// # Errors
    /// [`CompanionError::Rejected`] for a key that cannot be one, and with `NotYours` where a list of the tenant's keys shows
    /// that it is another tenant's; [`CompanionError::Unauthorized`], [`CompanionError::Offline`] and the like: then nothing
    /// is kept.
    pub async fn add_to_ring(
        &self,
        account: &AccountId,
        key: RawKey,
        label: Option<String>,
    ) -> Result<RingKey, CompanionError> {
        let account = self.inner.account(account)?;
        let inner = Arc::clone(&self.inner);
        self.while_awaited(async move { inner.add_to_ring(account, key, label).await })
            .await
    }

    /// Puts another key in the place of the account's own, which the server need not accept any more: what is kept of the
    /// account stays, its outbox too. The old one stays in the ring, for what was sealed for it.
    ///
    /// # Errors
    /// As [`add_to_ring`](Self::add_to_ring), and [`CompanionError::Rejected`] with `AlreadyTaken` for the key of another
    /// account here; then nothing has changed.
    pub async fn replace_key(&self, account: &AccountId, key: RawKey) -> Result<(), CompanionError> {
        let account = self.inner.account(account)?;
        let inner = Arc::clone(&self.inner);
        self.while_awaited(async move { inner.replace_key(account, key).await })
            .await
    }

    /// Forgets a key of an account's ring. What was sealed for it cannot be opened any more; on the server it lives on.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] for an unknown account or key, and for the account's own key, which goes with the account;
    /// [`CompanionError::Storage`].
    pub async fn remove_from_ring(&self, account: &AccountId, key: &KeyHash) -> Result<(), CompanionError> {
        let account = self.inner.account(account)?;
        if !account.ring.holds(key) {
            return Err(CompanionError::NotFound);
        }
        let (inner, key) = (Arc::clone(&self.inner), key.clone());
        self.on_runtime(async move {
            let this = Arc::clone(&inner);
            inner.on_disk(move || this.drop_from_ring(&account, &key)).await
        })
        .await
    }
}

impl OpenAccount {
    /// The keys that this device holds for it, its own first.
    fn ring_keys(&self) -> Vec<RingKey> {
        let standings = self.sync.standings();
        let offset = standings.offset;
        let (learnt, rows) = self.ring.listed();
        let told = |source: Source| {
            // Others may have read it in its place.
            if !rows.is_empty() && Learnt::SHARED.contains(&source) {
                learnt.ability(source, offset)
            } else {
                insight::ability(source, &standings.together(source))
            }
        };
        let own = RingKey {
            hash: self.row.key_hash.clone(),
            label: self.row.label.clone(),
            own: true,
            asks: true,
            added_at: None,
            abilities: Source::ALL.into_iter().filter_map(told).collect(),
        };
        let others = rows.iter().map(|row| RingKey {
            hash: row.hash.clone(),
            label: row.label.clone(),
            own: false,
            asks: row.asks,
            added_at: Some(row.added_at),
            abilities: if row.asks {
                row.learnt.abilities(offset)
            } else {
                Vec::new()
            },
        });
        std::iter::once(own).chain(others).collect()
    }

    /// What its own key may read, as far as it was told.
    fn own_abilities(&self) -> Vec<Ability> {
        self.ring_keys()
            .into_iter()
            .next()
            .map(|own| own.abilities)
            .unwrap_or_default()
    }
}

impl Inner {
    async fn add_to_ring(
        self: Arc<Self>,
        account: OpenAccount,
        key: RawKey,
        label: Option<String>,
    ) -> Result<RingKey, CompanionError> {
        let hash = key.hash();
        if hash != account.row.key_hash {
            self.ask_whether_it_fits(&account, &key).await?;
            let label = label
                .map(|label| label.trim().to_owned())
                .filter(|label| !label.is_empty());
            let (this, account) = (Arc::clone(&self), account.clone());
            self.on_disk(move || this.keep_in_ring(&account, &key, label, true))
                .await?;
        }
        let keys = self.account(&account.row.id)?.ring_keys();
        keys.into_iter()
            .find(|key| key.hash == hash)
            .ok_or(CompanionError::NotFound)
    }

    async fn replace_key(self: Arc<Self>, account: OpenAccount, key: RawKey) -> Result<(), CompanionError> {
        let (hash, own) = (key.hash(), &account.row);
        let is_anothers = |other: &OpenAccount| {
            let other = &other.row;
            other.id != own.id && other.server == own.server && other.key_hash == hash
        };
        if self.accounts()?.iter().any(is_anothers) {
            return Err(CompanionError::Rejected {
                reason: RejectedReason::AlreadyTaken,
            });
        }
        self.ask_whether_it_fits(&account, &key).await?;
        self.on_disk(move || account.keys.replace_with(&key)).await
    }

    /// Whether the server accepts a key, and it is one of the account's tenant.
    async fn ask_whether_it_fits(&self, account: &OpenAccount, key: &RawKey) -> Result<(), CompanionError> {
        if !key.is_well_formed() {
            return Err(CompanionError::Rejected {
                reason: RejectedReason::Invalid {
                    field: "key".to_owned(),
                },
            });
        }
        let clock = Arc::clone(&self.clock);
        let client = client_to(&account.row.server, &self.authorities, key.clone(), clock)?;
        ask_whether_accepted(&client).await?;
        self.ask_whether_of_one_tenant(account, &client, &key.hash()).await
    }

    /// Rows of two tenants in one account would be a lie. Only a list of keys can tell; where neither key may read it, the
    /// person's word counts.
    async fn ask_whether_of_one_tenant(
        &self,
        account: &OpenAccount,
        new: &Client,
        hash: &KeyHash,
    ) -> Result<(), CompanionError> {
        let lists = |keys: Vec<crate::domain::ApiKey>, hash: &KeyHash| keys.iter().any(|key| key.hash == *hash);
        let is_ours = match new.keys(true).await {
            Ok(told) if told.skipped == 0 => lists(told.value, &account.row.key_hash),
            _ => {
                let own = self.client_of(account).await?;
                match own.keys(true).await {
                    Ok(told) if told.skipped == 0 => lists(told.value, hash),
                    _ => true,
                }
            }
        };
        if is_ours {
            Ok(())
        } else {
            Err(CompanionError::Rejected {
                reason: RejectedReason::NotYours,
            })
        }
    }

    /// Keeps a key beside an account's own: first its hash, then the key, so that no key is in the secret store of which
    /// nobody knows.
    pub(super) fn keep_in_ring(
        &self,
        account: &OpenAccount,
        key: &RawKey,
        label: Option<String>,
        asks: bool,
    ) -> Result<(), CompanionError> {
        let _alone = self.adding.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let id = &account.row.id;
        let hash = key.hash();
        let known = account.ring.row(&hash);
        let usual = || hash.as_str().chars().take(8).collect();
        let row = match known.clone() {
            Some(row) => RingRow {
                label: label.unwrap_or(row.label),
                asks,
                ..row
            },
            None => RingRow {
                hash: hash.clone(),
                label: label.unwrap_or_else(usual),
                added_at: self.clock.now(),
                asks,
                learnt: Learnt::default(),
            },
        };
        // Gone meanwhile: then its ring is gone, too.
        self.account(id)?;
        self.opened(|opened| Ok(opened.registry.keep_in_ring(id, &row)?))?;
        if let Err(error) = self.secrets.put(&place_of(id, &hash), key) {
            if known.is_none() {
                self.opened(|opened| Ok(opened.registry.drop_from_ring(id, &hash)?))?;
            }
            return Err(error.into());
        }
        if self.account(id).is_err() {
            let _ = self.secrets.remove(&place_of(id, &hash));
            return Err(CompanionError::NotFound);
        }
        account.ring.keep(row, || {
            Learnt::of(&account.own_abilities(), account.sync.standings().offset)
        });
        self.topics.mark_all();
        Ok(())
    }

    pub(super) fn drop_from_ring(&self, account: &OpenAccount, key: &KeyHash) -> Result<(), CompanionError> {
        let id = &account.row.id;
        self.secrets.remove(&place_of(id, key))?;
        self.opened(|opened| Ok(opened.registry.drop_from_ring(id, key)?))?;
        account.ring.drop_key(key);
        self.topics.mark_all();
        Ok(())
    }

    /// A key was revoked: if it is in the ring it asks nothing any more.
    pub(super) fn silence(&self, account: &OpenAccount, key: &KeyHash) -> Result<(), CompanionError> {
        let Some(row) = account.ring.silence(key) else {
            return Ok(());
        };
        self.opened(|opened| Ok(opened.registry.keep_in_ring(&account.row.id, &row)?))
    }

    /// The ring of an account that is opened.
    pub(super) fn open_ring(
        &self,
        registry: &Registry,
        row: &crate::store::AccountRow,
    ) -> Result<Arc<KeyRing>, crate::store::StoreError> {
        let (rows, learnt) = (registry.ring(&row.id)?, registry.own_learnt(&row.id)?);
        let (secrets, clock, id) = (Arc::clone(&self.secrets), Arc::clone(&self.clock), row.id.clone());
        let (server, authorities) = (row.server.clone(), self.authorities.clone());
        let connect = move |key: &KeyHash| {
            let raw = secrets.get(&place_of(&id, key)).ok().flatten()?;
            client_to(&server, &authorities, raw, Arc::clone(&clock)).ok()
        };
        Ok(Arc::new(KeyRing::new(
            rows,
            learnt,
            Box::new(connect),
            Arc::clone(&self.clock),
        )))
    }

    /// The raw keys of an account, and of the other accounts on its server.
    pub(super) fn raw_ring(&self, account: &OpenAccount) -> Result<Vec<RawKey>, CompanionError> {
        let accounts = self.accounts()?;
        let (own, others): (Vec<_>, Vec<_>) = accounts
            .into_iter()
            .filter(|other| other.row.server == account.row.server)
            .partition(|other| other.row.id == account.row.id);
        let places = own.iter().chain(&others).flat_map(|account| {
            let further = account.ring.listed().1;
            let further = further.into_iter().map(|row| place_of(&account.row.id, &row.hash));
            std::iter::once(account.row.id.clone())
                .chain(further)
                .collect::<Vec<_>>()
        });
        Ok(places
            .filter_map(|place| self.secrets.get(&place).ok().flatten())
            .collect())
    }

    /// Forgets every key of an account that goes.
    pub(super) fn forget_keys(&self, registry: &Registry, account: &AccountId) -> Result<(), CompanionError> {
        for key in registry.ring(account)? {
            self.secrets.remove(&place_of(account, &key.hash))?;
        }
        Ok(self.secrets.remove(account)?)
    }
}

/// Writes what was learnt of rights since it was last written.
pub(super) fn keep_learnt(registry: &Registry, account: &OpenAccount) -> Result<(), crate::store::StoreError> {
    let Some((learnt, rows)) = account.ring.news() else {
        return Ok(());
    };
    registry.keep_own_learnt(&account.row.id, &learnt)?;
    rows.iter()
        .try_for_each(|row| registry.keep_in_ring(&account.row.id, row))
}

/// Under which name a further key of an account is in the secret store: letters, digits and hyphens, as an account's id is.
fn place_of(account: &AccountId, key: &KeyHash) -> AccountId {
    AccountId::new(format!("{account}-{key}"))
}
