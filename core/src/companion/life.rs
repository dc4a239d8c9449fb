//! Open, start, suspend, resume: when the companion does something, and when it must not.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::ring::{OwnKeys, keep_learnt};
use super::{Companion, CompanionError, Conditions, Inner, OpenAccount, Opened, Options, ProgramQuery, Schedule};
use crate::api::{self, Authorities, Client, Endpoint};
use crate::domain::{AccountId, RawKey};
use crate::error::reference;
use crate::flight::{Recorder, Tape};
use crate::observe::Topics;
use crate::outbox::{self, KeyCase, Outbox};
use crate::store::{AccountRow, AccountStore, Registry, StoreError};
use crate::sync::{self, AccountSync, Connected};
use crate::world::Clock;

/// How long a suspend waits for what is being sent, and then for running refreshes, of all accounts together: a phone gives
/// an app about five seconds.
const SETTLE: Duration = Duration::from_secs(2);

/// A client for an account that is kept. Whether it may talk plain http to another machine was asked when it was added:
/// one that was refused is not here.
pub(super) fn client_to(
    server: &str,
    authorities: &Authorities,
    key: RawKey,
    clock: Arc<dyn Clock>,
) -> Result<Client, api::Error> {
    let plain_http_was_allowed = true;
    let endpoint = Endpoint::parse(server, plain_http_was_allowed)?;
    Client::new(endpoint.trusting(authorities.clone()), key, clock)
}

impl Companion {
    /// Opens the files in `data_dir`, makes them if absent. No network.
    ///
    /// # Errors
    /// [`CompanionError::Storage`] when the files cannot be opened, or a later version wrote them (they stay as they
    /// are); [`CompanionError::Rejected`] for a zone that does not exist.
    pub fn open(options: Options) -> Result<Arc<Self>, CompanionError> {
        Self::open_on(options, None)
    }

    /// As [`open`](Companion::open), led by a tape that plays instead of by the network, if there is one.
    pub(super) fn open_on(options: Options, played: Option<Arc<dyn Tape>>) -> Result<Arc<Self>, CompanionError> {
        let Options {
            data_dir,
            secrets,
            clock,
            ids,
            zone,
            sync_period,
            allow_plain_http,
            asks_nobody,
            authorities,
        } = options;
        let zone = match zone {
            Some(name) => jiff::tz::TimeZone::get(&name).map_err(|_| CompanionError::Rejected {
                reason: super::RejectedReason::Invalid {
                    field: "zone".to_owned(),
                },
            })?,
            None => jiff::tz::TimeZone::system(),
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("cachebash")
            .enable_all()
            .build()
            .map_err(|_| CompanionError::Internal {
                reference: reference("runtime"),
            })?;
        let folder = data_dir.clone();
        let inner = Arc::new_cyclic(|me| Inner {
            me: me.clone(),
            data_dir,
            secrets,
            clock,
            ids,
            zone,
            sync_period,
            allow_plain_http,
            asks_nobody,
            authorities,
            played,
            device: Arc::default(),
            topics: Arc::new(Topics::default()),
            runtime: runtime.handle().clone(),
            open: RwLock::new(None),
            schedule: Mutex::new(Schedule::default()),
            looked: Mutex::new(Self::last_looked(&folder)),
            painted: Mutex::new(None),
            turning: tokio::sync::Mutex::new(()),
            adding: Mutex::new(()),
        });
        if let Err(error) = inner.open_files() {
            // Dropping a runtime blocks, and this may be called where one must not.
            runtime.shutdown_background();
            return Err(error);
        }
        Ok(Arc::new(Self {
            inner,
            runtime: Some(runtime),
        }))
    }

    /// Starts refreshing every sync period, one refresh at a time, until suspended.
    ///
    /// # Errors
    /// [`CompanionError::Suspended`].
    pub fn start(self: &Arc<Self>) -> Result<(), CompanionError> {
        let accounts = self.inner.accounts()?;
        self.inner.schedule().started = true;
        for account in &accounts {
            self.inner.schedule_account(account);
        }
        Ok(())
    }

    /// Says what looking costs the device just now. What the clock asks for is asked less often while a network is metered
    /// or the battery is low, and no stream of events is kept open; what somebody asks for is asked as ever. Not kept: say it
    /// after each [`open`](Companion::open).
    pub fn set_conditions(&self, conditions: Conditions) {
        self.inner.device.set_conditions(conditions);
    }

    /// Stops refreshing, finishes what runs (or drops it after two seconds), checkpoints and closes the files. Every
    /// call but [`resume`](Companion::resume) then fails with [`CompanionError::Suspended`]; observations stay and say
    /// nothing.
    ///
    /// # Errors
    /// [`CompanionError::Storage`]; the files are closed all the same.
    pub async fn suspend(&self) -> Result<(), CompanionError> {
        let inner = Arc::clone(&self.inner);
        self.on_runtime(async move {
            let _turn = inner.turning.lock().await;
            inner.close_files().await
        })
        .await
    }

    /// Reopens the files with fresh connections, and refreshes again if it did before. One that comes while a suspend is under
    /// way waits for its end.
    ///
    /// # Errors
    /// [`CompanionError::Storage`].
    pub async fn resume(self: &Arc<Self>) -> Result<(), CompanionError> {
        let inner = Arc::clone(&self.inner);
        let blocking = Arc::clone(&inner);
        self.on_runtime(async move {
            let _turn = inner.turning.lock().await;
            inner.on_disk(move || blocking.open_files()).await?;
            if inner.schedule().started {
                for account in inner.accounts()? {
                    inner.schedule_account(&account);
                }
            }
            inner.topics.mark_all();
            Ok(())
        })
        .await
    }

    /// As [`on_runtime`](Self::on_runtime), for work that is dropped where it waits when nobody waits for it any more.
    pub(super) async fn while_awaited<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, CompanionError>> + Send + 'static,
    ) -> Result<T, CompanionError> {
        let mut tasks = tokio::task::JoinSet::new();
        tasks.spawn_on(work, &self.inner.runtime);
        let done = tasks.join_next().await;
        done.and_then(Result::ok).unwrap_or_else(|| {
            Err(CompanionError::Internal {
                reference: reference("task"),
            })
        })
    }

    /// Runs work on the companion's own runtime and waits for it. Whoever waits may go away; the work is done all the same.
    pub(super) async fn on_runtime<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, CompanionError>> + Send + 'static,
    ) -> Result<T, CompanionError> {
        let task = self.inner.runtime.spawn(work);
        task.await.unwrap_or_else(|_| {
            Err(CompanionError::Internal {
                reference: reference("task"),
            })
        })
    }
}

impl Drop for Companion {
    fn drop(&mut self) {
        for task in std::mem::take(&mut self.inner.schedule().tasks).into_values().flatten() {
            task.abort();
        }
        if let Some(opened) = self.inner.open.write().unwrap_or_else(PoisonError::into_inner).take() {
            for account in opened.accounts {
                account.outbox.stop();
                // Best effort: without it the as-of is at most a minute too old, and a refusal is met once more.
                let _ = account.sync.flush();
                let _ = keep_learnt(&opened.registry, &account);
            }
        }
        if let Some(runtime) = self.runtime.take() {
            // Not awaited: a companion may be dropped on a thread that must not block.
            runtime.shutdown_background();
        }
    }
}

impl Inner {
    /// All open accounts.
    pub(super) fn accounts(&self) -> Result<Vec<OpenAccount>, CompanionError> {
        self.opened(|opened| Ok(opened.accounts.clone()))
    }

    /// Does what may wait for the disk or the secret store on a thread that may wait.
    pub(super) async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, CompanionError> + Send + 'static,
    ) -> Result<T, CompanionError> {
        self.runtime.spawn_blocking(work).await.unwrap_or_else(|_| {
            Err(CompanionError::Internal {
                reference: reference("disk"),
            })
        })
    }

    /// One open account.
    pub(super) fn account(&self, id: &AccountId) -> Result<OpenAccount, CompanionError> {
        self.opened(|opened| {
            let found = opened.accounts.iter().find(|account| account.row.id == *id);
            found.cloned().ok_or(CompanionError::NotFound)
        })
    }

    /// Asks something of the open files.
    pub(super) fn opened<T>(
        &self,
        ask: impl FnOnce(&Opened) -> Result<T, CompanionError>,
    ) -> Result<T, CompanionError> {
        let guard = self.open.read().unwrap_or_else(PoisonError::into_inner);
        ask(guard.as_ref().ok_or(CompanionError::Suspended)?)
    }

    /// Changes something of the open files.
    pub(super) fn opened_mut<T>(
        &self,
        change: impl FnOnce(&mut Opened) -> Result<T, CompanionError>,
    ) -> Result<T, CompanionError> {
        let mut guard = self.open.write().unwrap_or_else(PoisonError::into_inner);
        change(guard.as_mut().ok_or(CompanionError::Suspended)?)
    }

    pub(super) fn schedule(&self) -> MutexGuard<'_, Schedule> {
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens one account's files and readies its client, which connects when it is first needed.
    pub(super) fn open_account(&self, registry: &Registry, row: AccountRow) -> Result<OpenAccount, StoreError> {
        let store = AccountStore::open(&self.data_dir, &row.id)?;
        let ring = self.open_ring(registry, &row)?;
        let with_ring = Arc::clone(&ring);
        let (secrets, clock, id) = (Arc::clone(&self.secrets), Arc::clone(&self.clock), row.id.clone());
        let (server, authorities) = (row.server.clone(), self.authorities.clone());
        let asks_nobody = self.asks_nobody;
        let keys = Arc::new(OwnKeys::new(self.me.clone(), row.id.clone()));
        let (own_keys, opened_with) = (Arc::clone(&keys), row.key_hash.clone());
        let connect = move || match secrets.get(&id) {
            Ok(Some(_)) if asks_nobody => Connected::Unusable,
            Ok(Some(key)) => {
                if key.hash() != opened_with {
                    // Another process put another key in its place: the list of accounts is read anew.
                    let _ = own_keys.own();
                }
                let own = client_to(&server, &authorities, key, Arc::clone(&clock));
                own.map_or(Connected::Unusable, |own| Connected::Yes(with_ring.behind(&own)))
            }
            Ok(None) => Connected::NoKey,
            Err(_) => Connected::Unusable,
        };
        let recorder = Recorder::open(store.folder(), self.facts_of(&row), Arc::clone(&self.clock));
        let tape = self
            .played
            .clone()
            .unwrap_or_else(|| Arc::clone(&recorder) as Arc<dyn Tape>);
        let sync = AccountSync::new(
            row.id.clone(),
            store,
            Box::new(connect),
            tape,
            self.sync_period,
            Arc::clone(&self.device),
            Arc::clone(&self.topics),
        )?;
        let sync = Arc::new(sync);
        let kept_in = Arc::clone(&keys) as Arc<dyn KeyCase>;
        let outbox = Outbox::open(Arc::clone(&sync), row.key_hash.clone(), kept_in, Arc::clone(&self.ids))?;
        outbox.allow(row.writes_allowed);
        Ok(OpenAccount {
            row,
            ring,
            keys,
            sync,
            outbox: Arc::new(outbox),
            recorder,
        })
    }

    /// Has the account refreshed by the clock, if the companion was started.
    pub(super) fn schedule_account(&self, account: &OpenAccount) {
        let mut schedule = self.schedule();
        let running = schedule.tasks.get(&account.row.id);
        let running = running.is_some_and(|tasks| tasks.iter().all(|task| !task.is_finished()));
        if !schedule.started || running {
            return;
        }
        let (clock, runtime) = (Arc::clone(&self.clock), self.runtime.clone());
        let delivering = outbox::keep_delivering(Arc::clone(&account.outbox));
        let refreshing = sync::keep_fresh(Arc::clone(&account.sync), clock, self.sync_period, runtime.clone());
        let listening = sync::keep_listening(Arc::clone(&account.sync), runtime.clone());
        let tasks = [
            runtime.spawn(delivering),
            runtime.spawn(refreshing),
            runtime.spawn(listening),
        ];
        schedule.tasks.insert(account.row.id.clone(), tasks);
    }

    /// Not to be called twice at once. Nothing is locked meanwhile: who asks while files are opened is told that they are not.
    fn open_files(&self) -> Result<(), CompanionError> {
        if self.opened(|_| Ok(())).is_ok() {
            return Ok(());
        }
        let registry = Registry::open(&self.data_dir)?;
        let condemned = registry.condemned()?;
        if !condemned.is_empty() {
            self.unpaint().map_err(StoreError::from)?;
        }
        for removed in condemned {
            // A wipe that was cut short. If the secret store fails again, the next open tries again.
            if self.forget_keys(&registry, &removed).is_ok() {
                registry.wipe(&removed)?;
            }
        }
        let rows = registry.accounts()?;
        let accounts = rows
            .into_iter()
            .map(|row| self.open_account(&registry, row))
            .collect::<Result<_, _>>()?;
        let opened = Opened { registry, accounts };
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = Some(opened);
        Ok(())
    }

    async fn close_files(&self) -> Result<(), CompanionError> {
        // First what is being sent: one that is cut off is one of which nobody knows whether it arrived.
        let accounts = self.accounts().unwrap_or_default();
        for account in &accounts {
            account.outbox.allow(false);
        }
        let until = Instant::now() + SETTLE;
        for account in &accounts {
            account
                .outbox
                .settle(until.saturating_duration_since(Instant::now()))
                .await;
        }
        let tasks = std::mem::take(&mut self.schedule().tasks);
        for task in tasks.into_values().flatten() {
            task.abort();
            let _ = task.await;
        }
        if let Ok(overview) = self.overview(&ProgramQuery::default()) {
            self.paint_now(&overview, self.clock.now());
            self.looked_until(overview.now);
        }
        let opened = self.open.write().unwrap_or_else(PoisonError::into_inner).take();
        let Some(opened) = opened else { return Ok(()) };
        let until = Instant::now() + SETTLE;
        for account in &opened.accounts {
            account
                .sync
                .settle(until.saturating_duration_since(Instant::now()))
                .await;
        }
        let closing = move || -> Result<(), StoreError> {
            let mut first_failure = Ok(());
            for account in &opened.accounts {
                let learnt = keep_learnt(&opened.registry, account);
                first_failure = first_failure.and(account.sync.flush()).and(learnt);
                first_failure = first_failure.and(account.sync.store.close());
            }
            first_failure.and(opened.registry.close())
        };
        let closed = self
            .runtime
            .spawn_blocking(closing)
            .await
            .unwrap_or(Err(StoreError::Unexpected));
        Ok(closed?)
    }
}
