//! What the server keeps, in one SQLite file or in memory.
//!
//! There is one connection and so one writer; each request is one transaction, which either happened whole or not at
//! all, and is on the disk before it is answered (`synchronous=FULL`). Work runs on tokio's blocking threads, so that a
//! slow disk never holds up the others. Every question takes the tenant it is asked for. Handlers know only the
//! methods of [`Store`]; each file of this folder holds one resource's questions with their SQL.

mod fleet;
mod keys;
mod program_state;
mod sessions;

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use rusqlite_migration::{M, Migrations};

use crate::envelope::Refusal;
use crate::mint::{Mint, NoRandomness};

pub(crate) use fleet::FleetRow;
pub(crate) use keys::{KeyRow, NewKey, Revoked, Rotated};
pub(crate) use program_state::{ContextRow, StateChange, StoredState, Written};
pub(crate) use sessions::{
    Began, HistoryRow, NewSession, Reported, SessionChange, SessionFilter, SessionRow, SessionWord,
};

/// The name of the file inside the data folder.
const FILE: &str = "server.sqlite";

/// The name of the file whose lock says that a server uses the folder.
const LOCK: &str = "server.lock";

const MIGRATIONS: &[M<'static>] = &[M::up(include_str!("migrations/0001_first_house.sql"))];

/// Whose data a question is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tenant(pub(crate) Arc<str>);

/// The tenant that the first start makes.
const FIRST_TENANT: &str = "home";

/// The store could not do its work. The text of the cause is for the log of whoever opens a server, and holds no data.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("SQLite")]
    Sqlite(#[from] rusqlite::Error),
    #[error("bringing the data up to date")]
    Migration(#[from] rusqlite_migration::Error),
    #[error("the data folder")]
    Folder(#[from] std::io::Error),
    #[error("another server uses this folder")]
    InUse,
    #[error("a stored document is damaged")]
    Damaged(#[from] serde_json::Error),
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    #[error("a task of the store ended early")]
    Ended,
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        // Only the variant and SQLite's code: its text may quote what people wrote.
        let code = match &error {
            StoreError::Sqlite(cause) => cause.sqlite_error_code().map(|code| format!("{code:?}")),
            _ => None,
        };
        tracing::error!(%error, code, "a request failed in the store");
        Refusal::Internal
    }
}

/// The store; cheap to clone.
#[derive(Clone)]
pub(crate) struct Store {
    connection: Arc<Mutex<Connection>>,
    mint: Mint,
    // Held as long as any clone lives. The system takes it back with the process, however that ends.
    _lock: Option<Arc<File>>,
}

impl Store {
    /// Opens `folder/server.sqlite`, made if missing, or a store in memory, and brings it up to date. A folder has one
    /// server at a time: two would each keep their own count of what callers may still ask.
    pub(crate) fn open(folder: Option<&Path>, mint: Mint) -> Result<Self, StoreError> {
        let mut lock = None;
        let mut connection = match folder {
            Some(folder) => {
                make_folder(folder)?;
                lock = Some(Arc::new(take(&folder.join(LOCK))?));
                Connection::open(folder.join(FILE))?
            }
            None => Connection::open_in_memory()?,
        };
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY;",
        )?;
        connection.set_prepared_statement_cache_capacity(64);
        Migrations::from_slice(MIGRATIONS).to_latest(&mut connection)?;
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
            mint,
            _lock: lock,
        })
    }

    /// Runs `work` in one transaction that is committed when it returns `Ok` and undone when it does not, or panics.
    async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let connection = Arc::clone(&self.connection);
        let done = tokio::task::spawn_blocking(move || {
            // A panic elsewhere rolled its transaction back, so the connection is as good as before.
            let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            within(&mut connection, TransactionBehavior::Immediate, work)
        });
        done.await.map_err(|_| StoreError::Ended)?
    }

    /// Runs `work` on one unchanging view of the data.
    async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let connection = Arc::clone(&self.connection);
        let done = tokio::task::spawn_blocking(move || {
            let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            within(&mut connection, TransactionBehavior::Deferred, work)
        });
        done.await.map_err(|_| StoreError::Ended)?
    }

    /// The same on the calling thread, for the time before the server runs.
    fn write_now<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        within(&mut connection, TransactionBehavior::Immediate, work)
    }
}

fn within<T>(
    connection: &mut Connection,
    behavior: TransactionBehavior,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let transaction = connection.transaction_with_behavior(behavior)?;
    let outcome = work(&transaction)?;
    transaction.commit()?;
    Ok(outcome)
}

/// Makes the folder for its owner alone: what agents write is nobody else's business.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Takes the lock, at once or not at all.
fn take(file: &Path) -> Result<File, StoreError> {
    let file = File::options().create(true).append(true).open(file)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Whether the tenant has heard of a program: through a key or through a session.
fn knows_program(transaction: &Transaction<'_>, tenant: &Tenant, program: &str) -> rusqlite::Result<bool> {
    transaction
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM program WHERE tenant = ?1 AND id = ?2)
                 OR EXISTS (SELECT 1 FROM session WHERE tenant = ?1 AND program = ?2)",
        )?
        .query_row((&tenant.0, program), |row| row.get(0))
}

#[cfg(test)]
mod tests;
