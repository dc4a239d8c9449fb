//! Which (server, key) pairs this device knows, and how they come and go.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use super::{Account, Companion, CompanionError, Inner, NewAccount, OpenAccount, RejectedReason};
use crate::api::{self, Client, Endpoint, SessionsQuery};
use crate::domain::AccountId;
use crate::insight::{self, Ability, Source};
use crate::pairing::PUBLIC_SERVER;
use crate::store::{AccountRow, StoreError};

/// How long a removal waits for a running refresh.
const SETTLE: Duration = Duration::from_secs(2);

impl Companion {
    /// The accounts, in the order they were added.
    ///
    /// # Errors
    /// [`CompanionError::Suspended`].
    pub fn accounts(&self) -> Result<Vec<Account>, CompanionError> {
        Ok(self.inner.accounts()?.iter().map(OpenAccount::facts).collect())
    }

    /// What may be read over an account, with whichever key of its ring, as far as the server's replies told it; kept with
    /// what they told. Asks nobody. What each key may is in [`ring`](Companion::ring).
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] for an unknown account, [`CompanionError::Suspended`].
    pub fn abilities(&self, account: &AccountId) -> Result<Vec<Ability>, CompanionError> {
        let standings = self.inner.account(account)?.sync.standings();
        let told = Source::ALL.map(|source| insight::ability(source, &standings.together(source)));
        Ok(told.into_iter().flatten().collect())
    }

    /// Asks the server whether it accepts the key, then keeps the account (read only) and gives the key to the secret
    /// store. The same server and key twice is the same account. Whoever stops waiting before the server answered has
    /// added nothing.
    ///
    /// # Errors
    /// [`CompanionError::Rejected`] for an address or a key that cannot be one, [`CompanionError::Unauthorized`],
    /// [`CompanionError::Offline`] and the like: then nothing is kept.
    pub async fn add_account(&self, account: NewAccount) -> Result<Account, CompanionError> {
        // Refused while suspended before anything is sent.
        self.inner.opened(|_| Ok(()))?;
        let inner = Arc::clone(&self.inner);
        self.while_awaited(async move { inner.add_account(account).await })
            .await
    }

    /// Forgets the account: its ring of keys, its rows, its history.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`]; [`CompanionError::Storage`] when the secret store or the disk refuses: the account
    /// is gone from every list, and the rest of it goes at the next open.
    pub async fn remove_account(&self, account: &AccountId) -> Result<(), CompanionError> {
        let inner = Arc::clone(&self.inner);
        let account = account.clone();
        self.on_runtime(async move { inner.remove_account(&account).await })
            .await
    }

    /// Gives the account another label.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`].
    pub fn rename_account(&self, account: &AccountId, label: String) -> Result<Account, CompanionError> {
        self.inner.change_account(account, |row| row.label = label)
    }

    /// Lets this device write with the account's key, or no longer.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`].
    pub fn allow_writes(&self, account: &AccountId, allowed: bool) -> Result<Account, CompanionError> {
        self.inner.change_account(account, |row| row.writes_allowed = allowed)
    }
}

impl OpenAccount {
    /// What a face may know of it.
    pub(super) fn facts(&self) -> Account {
        let AccountRow {
            id,
            server,
            label,
            key_hash,
            writes_allowed,
        } = self.row.clone();
        Account {
            id,
            server,
            label,
            key_hash,
            writes_allowed,
        }
    }
}

impl Inner {
    /// Keeps a change of the account's row.
    pub(super) fn change_account(
        &self,
        id: &AccountId,
        change: impl FnOnce(&mut AccountRow),
    ) -> Result<Account, CompanionError> {
        let changed = self.opened_mut(|opened| {
            let account = opened.accounts.iter_mut().find(|account| account.row.id == *id);
            let account = account.ok_or(CompanionError::NotFound)?;
            let mut row = account.row.clone();
            change(&mut row);
            opened.registry.keep(&row, self.clock.now())?;
            account.outbox.allow(row.writes_allowed);
            account.row = row;
            Ok(account.facts())
        })?;
        self.topics.mark_all();
        Ok(changed)
    }

    async fn add_account(self: Arc<Self>, new: NewAccount) -> Result<Account, CompanionError> {
        let endpoint = endpoint_of(new.server.as_deref(), self.allow_plain_http)?.trusting(self.authorities.clone());
        if !new.key.is_well_formed() {
            return Err(CompanionError::Rejected {
                reason: RejectedReason::Invalid {
                    field: "key".to_owned(),
                },
            });
        }
        let server = endpoint.base.as_str().trim_end_matches('/').to_owned();
        let label = new
            .label
            .filter(|label| !label.trim().is_empty())
            .unwrap_or_else(|| host_of(&endpoint));
        let hash = new.key.hash();
        let client = Client::new(endpoint, new.key.clone(), Arc::clone(&self.clock))?;
        ask_whether_accepted(&client).await?;

        let this = Arc::clone(&self);
        let keep = move || -> Result<Account, CompanionError> {
            let _alone = this.adding.lock().unwrap_or_else(PoisonError::into_inner);
            let known = this.opened(|opened| Ok(opened.registry.account_with(&server, &hash)?))?;
            let row = known.clone().unwrap_or_else(|| AccountRow {
                id: AccountId::new(this.ids.next()),
                server,
                label,
                key_hash: hash,
                writes_allowed: false,
            });
            this.secrets.put(&row.id, &new.key)?;
            if known.is_some() {
                let account = this.account(&row.id)?;
                account.sync.use_client(Some(account.ring.behind(&client)));
                return Ok(account.facts());
            }
            let kept = this.opened_mut(|opened| {
                opened.registry.keep(&row, this.clock.now())?;
                let account = this.open_account(&opened.registry, row.clone())?;
                account.sync.use_client(Some(account.ring.behind(&client)));
                opened.accounts.push(account.clone());
                Ok(account)
            });
            if kept.is_err() {
                // A key without an account would never be found again.
                let _ = this.secrets.remove(&row.id);
            }
            let account = kept?;
            this.schedule_account(&account);
            this.topics.mark_all();
            Ok(account.facts())
        };
        self.on_disk(keep).await
    }

    async fn remove_account(self: Arc<Self>, id: &AccountId) -> Result<(), CompanionError> {
        let removed = self.opened_mut(|opened| {
            let place = opened.accounts.iter().position(|account| account.row.id == *id);
            let place = place.ok_or(CompanionError::NotFound)?;
            // First, and for good: whatever fails from here on is finished at the next open.
            opened.registry.condemn(id)?;
            Ok(opened.accounts.remove(place))
        })?;
        removed.outbox.settle(SETTLE).await;
        let tasks = self.schedule().tasks.remove(id);
        for task in tasks.into_iter().flatten() {
            task.abort();
        }
        removed.sync.settle(SETTLE).await;
        self.topics.mark_all();
        let (this, id) = (Arc::clone(&self), id.clone());
        let wipe = move || -> Result<(), CompanionError> {
            let _ = removed.sync.store.close();
            this.unpaint().map_err(StoreError::from)?;
            this.opened(|opened| {
                this.forget_keys(&opened.registry, &id)?;
                Ok(opened.registry.wipe(&id)?)
            })
        };
        self.on_disk(wipe).await
    }
}

/// The address as a person types it: https unless they say otherwise, no slash at its end.
fn endpoint_of(server: Option<&str>, allow_plain_http: bool) -> Result<Endpoint, api::Error> {
    let typed = server
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .unwrap_or(PUBLIC_SERVER);
    if typed.contains("://") {
        Endpoint::parse(typed, allow_plain_http)
    } else {
        Endpoint::parse(&format!("https://{typed}"), allow_plain_http)
    }
}

fn host_of(endpoint: &Endpoint) -> String {
    let host = endpoint.base.host_str().unwrap_or_default();
    endpoint
        .base
        .port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// One cheap question. That the key may not ask it shows that the key is known.
pub(super) async fn ask_whether_accepted(client: &Client) -> Result<(), CompanionError> {
    use api::Error as E;
    match client
        .sessions(&SessionsQuery {
            limit: Some(1),
            ..SessionsQuery::default()
        })
        .await
    {
        Ok(_) | Err(E::Forbidden | E::MissingCapability(_) | E::ComplianceBlocked | E::Refused(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
