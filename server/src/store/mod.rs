//! What the server keeps, in one SQLite file, in memory, or in PostgreSQL.
//!
//! Handlers hand in a piece of work that sees one tenant's records through a [`View`] or a [`Tx`] (`transaction`), and so
//! cannot forget whose data a question is about. Writes go through one thread, which commits those that wait together at
//! once (`writer`), and are answered when they are on the disk. Either database stands behind one small trait (`sql`);
//! every statement is written once, for both (docs/adr/0052).

mod backup;
mod calls;
mod commits;
mod error;
mod files;
mod listening;
mod opening;
mod postgres;
mod seal;
mod sql;
mod sqlite;
mod tenants;
mod transaction;
mod versions;
mod writer;

use std::fs::File;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use cachebash_core::domain::{KeyHash, Timestamp};
use tokio::sync::watch;

use crate::mint::Mint;

pub(crate) use backup::Draft;
pub use backup::{Backup, Restoring};
pub(crate) use calls::{Counted, WINDOW, Window};
pub(crate) use commits::Commits;
pub(crate) use error::StoreError;
pub(crate) use opening::{Opener, Place, is_kept_in};
pub(crate) use seal::{SEALED, Seal};
pub(crate) use sql::{Cell, Stored};
pub use tenants::TenantRow;
pub(crate) use transaction::{Answered, Change, Feed, Listing, Record, Tx, View};

use sql::{Database, News, Sql, Watched};
use versions::Versions;
use writer::{Kept, Lane, Writer};

/// Whose data a question is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Tenant(pub(crate) Arc<str>);

impl From<&str> for Tenant {
    fn from(name: &str) -> Self {
        Self(Arc::from(name))
    }
}

/// The tenant that the first start makes.
pub(crate) const FIRST_TENANT: &str = "home";

/// What is done in a new tenant before anybody else sees it.
pub(crate) type Begin<T> = fn(&mut Tx<'_>) -> Stored<T>;

/// What a piece of work may use besides the records.
pub(crate) struct World {
    pub(crate) mint: Mint,
    pub(crate) seal: Seal,
}

/// The store; cheap to clone.
#[derive(Clone)]
pub(crate) struct Store {
    database: Arc<dyn Database>,
    writer: Writer,
    versions: Arc<Versions>,
    world: Arc<World>,
    counted: Arc<AtomicU64>,
    // Held as long as any clone lives.
    _lock: Option<Arc<File>>,
}

impl Store {
    /// On the very first start makes the tenant, and returns what it begins with.
    pub(crate) fn first_start<T: Send + 'static>(&self, now: Timestamp, begin: Begin<T>) -> Stored<Option<T>> {
        if !self.tenants_now()?.is_empty() {
            return Ok(None);
        }
        self.add_tenant(&Tenant::from(FIRST_TENANT), now, begin)
    }

    /// Adds a tenant and returns what it begins with. `None`: there is one of that name.
    pub(crate) fn add_tenant<T: Send + 'static>(
        &self,
        tenant: &Tenant,
        now: Timestamp,
        begin: Begin<T>,
    ) -> Stored<Option<T>> {
        let (world, own) = (Arc::clone(&self.world), tenant.clone());
        let feed = self.world.mint.feed_name(&tenant.0)?;
        self.writer.write_now(Lane::Tenant(tenant.clone()), move |sql| {
            if !tenants::add(sql, &own, &feed, now)? {
                return kept(None::<T>);
            }
            let mut tx = Tx::begin(sql, &own, &world, now)?;
            let begun = begin(&mut tx)?;
            let seq = tx.end()?;
            Ok(Kept {
                outcome: Box::new(Some(begun)),
                seq,
                keys_changed: true,
                tenants_changed: true,
            })
        })
    }

    /// Removes a tenant with everything it has. False: there was none of that name.
    pub(crate) fn remove_tenant(&self, tenant: &Tenant) -> Stored<bool> {
        let own = tenant.clone();
        let removed = self.writer.write_now(Lane::Tenant(tenant.clone()), move |sql| {
            let removed = tenants::remove(sql, &own)?;
            Ok(Kept {
                keys_changed: removed,
                tenants_changed: removed,
                ..kept(removed)?
            })
        })?;
        // Whoever follows it hears of its end; if not now, then at the watch's next look.
        if let Err(error) = self.look_around() {
            tracing::debug!(%error, "could not look around after a tenant was removed");
        }
        Ok(removed)
    }

    /// All tenants, oldest first.
    pub(crate) fn tenants_now(&self) -> Stored<Vec<TenantRow>> {
        read_now(&*self.database, tenants::list)
    }

    /// Runs `work` in one transaction of the tenant, which is kept when it returns `Ok` and undone when it does not.
    pub(crate) async fn write<T, E, F>(&self, tenant: &Tenant, now: Timestamp, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (world, own) = (Arc::clone(&self.world), tenant.clone());
        let refusal = Arc::new(Mutex::new(None));
        let told = Arc::clone(&refusal);
        let outcome = self
            .writer
            .write(Lane::Tenant(tenant.clone()), move |sql| {
                let mut tx = Tx::begin(sql, &own, &world, now)?;
                match work(&mut tx) {
                    Ok(outcome) => {
                        let keys_changed = tx.keys_changed;
                        let seq = tx.end()?;
                        Ok(Kept {
                            outcome: Box::new(outcome),
                            seq,
                            keys_changed,
                            tenants_changed: false,
                        })
                    }
                    Err(error) => {
                        *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                        Err(StoreError::Refused)
                    }
                }
            })
            .await;
        outcome.map_err(
            |error| match refusal.lock().unwrap_or_else(PoisonError::into_inner).take() {
                Some(refusal) => refusal,
                None => error.into(),
            },
        )
    }

    /// Runs `work` on one unchanging view of the tenant's records.
    pub(crate) async fn read<T, E, F>(&self, tenant: &Tenant, now: Timestamp, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut View<'_>) -> Result<T, E> + Send + 'static,
    {
        let (database, world, tenant) = (Arc::clone(&self.database), Arc::clone(&self.world), tenant.clone());
        let done = tokio::task::spawn_blocking(move || {
            let mut work = Some(work);
            let mut outcome = None;
            database.read(&mut |sql| {
                if let Some(work) = work.take() {
                    outcome = Some(work(&mut View::new(sql, &tenant, &world, now)));
                }
                Ok(())
            })?;
            outcome.unwrap_or_else(|| Err(StoreError::Ended.into()))
        });
        done.await.unwrap_or_else(|_| Err(StoreError::Ended.into()))
    }

    /// All tenants by name.
    pub(crate) async fn all_tenants(&self) -> Stored<Vec<Tenant>> {
        let rows = self.look(tenants::list).await?;
        Ok(rows.iter().map(|row| Tenant::from(row.name.as_str())).collect())
    }

    /// Forgets the oldest answers, as far as they are from before a moment.
    pub(crate) async fn forget_answers(&self, before: Timestamp, at_once: u32) -> Stored<u64> {
        let work = move |sql: &mut dyn Sql| kept(tenants::forget_answers(sql, before, at_once)?);
        self.writer.write(Lane::Whole, work).await
    }

    /// The record of an id, whosever it is, and whose: for what is asked before it is known who asks.
    pub(crate) async fn anybodys<R: Record + Send + 'static>(&self, id: String) -> Stored<Option<(Tenant, R)>> {
        self.look(move |sql| tenants::anybodys(sql, &id)).await
    }

    /// Notes that a key was used.
    pub(crate) async fn note_use(&self, hash: KeyHash, now: Timestamp) -> Stored<()> {
        let work = {
            let hash = hash.clone();
            move |sql: &mut dyn Sql| kept(tenants::note_use(sql, &hash, now)?)
        };
        self.writer.write(Lane::Key(hash), work).await
    }

    /// How far the tenant's changes have come.
    pub(crate) async fn version(&self, tenant: &Tenant) -> Stored<i64> {
        // Where others write as well, what this process heard last may be old.
        if !self.database.is_shared()
            && let Some(known) = self.versions.known(tenant)
        {
            return Ok(known);
        }
        let own = tenant.clone();
        let world = Arc::clone(&self.world);
        self.look(move |sql| Ok(View::new(sql, &own, &world, Timestamp::from_millis(0)).feed()?.seq))
            .await
    }

    /// Hears of every change to come.
    pub(crate) fn subscribe(&self, tenant: &Tenant) -> watch::Receiver<i64> {
        self.versions.subscribe(tenant)
    }

    /// Changes whenever what was remembered of keys is out of date.
    pub(crate) fn key_generation(&self) -> u64 {
        self.versions.key_generation()
    }

    /// What was committed so far.
    pub(crate) fn commits(&self) -> &Commits {
        self.writer.commits()
    }

    /// Whether the database answers just now.
    pub(crate) async fn answers(&self) -> bool {
        self.look(|sql| sql.query("SELECT 1", &[])).await.is_ok()
    }

    /// The server's own seal.
    pub(crate) fn seal(&self) -> &Seal {
        &self.world.seal
    }

    /// Whether other nodes use the same data, so that counts of calls must be kept there.
    pub(crate) fn is_shared(&self) -> bool {
        self.database.is_shared()
    }

    /// Counts a call in all of its windows, or in none and says what the full one is called: for nodes that share a count.
    pub(crate) async fn count_call(&self, windows: Vec<Window>, now: Timestamp) -> Stored<Counted> {
        let database = Arc::clone(&self.database);
        let tidy = self.counted.fetch_add(1, Ordering::Relaxed) % TIDY_EVERY == TIDY_EVERY - 1;
        let done = tokio::task::spawn_blocking(move || {
            let mut outcome = None;
            database.write_aside(&mut |sql| {
                outcome = Some(calls::count(sql, &windows, now)?);
                Ok(())
            })?;
            if tidy && let Err(error) = forget_quiet_callers(&*database, now) {
                tracing::debug!(%error, "old counts were not forgotten");
            }
            outcome.ok_or(StoreError::Ended)
        });
        done.await.map_err(|_| StoreError::Ended)?
    }

    /// A store in memory, for tests of what needs one.
    #[cfg(test)]
    pub(crate) fn in_memory() -> Self {
        let place = Place {
            folder: None,
            database: None,
            secret: None,
            most_writes: 64,
        };
        Self::open(place, Mint::seeded(7), Opener::Server).unwrap()
    }

    /// What a piece of work would have at hand.
    #[cfg(test)]
    pub(crate) fn world(&self) -> &World {
        &self.world
    }

    /// Looks at what stands above the tenants.
    async fn look<T, F>(&self, work: F) -> Stored<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut dyn Sql) -> Stored<T> + Send + 'static,
    {
        let database = Arc::clone(&self.database);
        let done = tokio::task::spawn_blocking(move || read_now(&*database, work));
        done.await.map_err(|_| StoreError::Ended)?
    }

    /// Writes what stands above the tenants.
    fn above_now<T, F>(&self, work: F) -> Stored<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut dyn Sql) -> Stored<T> + Send + 'static,
    {
        self.writer.write_now(Lane::Whole, move |sql| kept(work(sql)?))
    }

    /// Learns how far every tenant has come, and that keys may have changed.
    fn look_around(&self) -> Stored<()> {
        look_around(&*self.database, &self.versions)
    }

    /// Follows what other processes write, until the store is gone.
    fn watch_others(&self) -> Stored<()> {
        let Some(mut watcher) = self.database.watcher()? else {
            return Ok(());
        };
        let database: Weak<dyn Database> = Arc::downgrade(&self.database);
        let versions = Arc::clone(&self.versions);
        let watch = move || {
            loop {
                let seen = watcher.wait();
                let Some(database) = database.upgrade() else { return };
                let around = match seen {
                    Watched::Closed => return,
                    Watched::Nothing => false,
                    Watched::Something => true,
                    // All of them are told, whatever the first says.
                    Watched::News(all) => all.iter().filter(|news| tell(&versions, news)).count() > 0,
                };
                // One that failed is tried again after the next write, and on PostgreSQL in any case.
                if around && let Err(error) = look_around(&*database, &versions) {
                    tracing::debug!(%error, "could not look what others wrote");
                }
            }
        };
        std::thread::Builder::new().name("watch".to_owned()).spawn(watch)?;
        Ok(())
    }
}

/// How many calls are counted before those who no longer call are forgotten.
const TIDY_EVERY: u64 = 1_000;

fn forget_quiet_callers(database: &dyn Database, now: Timestamp) -> Stored<()> {
    // Each in a transaction of its own, which therefore waits for no other while it holds one.
    for caller in read_now(database, |sql| calls::quiet_callers(sql, now))? {
        database.write_aside(&mut |sql| calls::forget_caller(sql, &caller, now))?;
    }
    Ok(())
}

/// Passes on what another process wrote. True: it takes a look around to know all of it.
fn tell(versions: &Versions, news: &News) -> bool {
    if news.keys {
        versions.forget_keys();
    }
    if let (Some(tenant), Some(seq)) = (&news.tenant, news.seq) {
        versions.publish(&Tenant::from(tenant.as_str()), seq);
    }
    news.tenants
}

fn kept<T: Send + 'static>(outcome: T) -> Stored<Kept> {
    Ok(Kept {
        outcome: Box::new(outcome),
        seq: None,
        keys_changed: false,
        tenants_changed: false,
    })
}

fn look_around(database: &dyn Database, versions: &Versions) -> Stored<()> {
    versions.look_around(read_now(database, tenants::versions)?);
    versions.forget_keys();
    Ok(())
}

fn read_now<T>(database: &dyn Database, work: impl FnOnce(&mut dyn Sql) -> Stored<T>) -> Stored<T> {
    let mut work = Some(work);
    let mut outcome = None;
    database.read(&mut |sql| {
        outcome = work.take().map(|work| work(sql)).transpose()?;
        Ok(())
    })?;
    outcome.ok_or(StoreError::Ended)
}

#[cfg(test)]
mod tests;
