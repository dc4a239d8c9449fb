//! The list of accounts, and the wiping of those that are removed.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rusqlite::{Connection, Row, params};

use super::columns::{json, json_of, readable};
use super::file::{self, Kind};
use super::{AccountStore, StoreError};
use crate::domain::{AccountId, KeyHash, Timestamp};
use crate::insight::AlertRules;

/// One account as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// Made here.
    pub id: AccountId,
    /// Base URL, normalised.
    pub server: String,
    /// What the person calls it.
    pub label: String,
    /// SHA-256 of its key.
    pub key_hash: KeyHash,
    /// Whether writes are allowed.
    pub writes_allowed: bool,
}

/// The open list of accounts.
pub struct Registry {
    folder: PathBuf,
    connection: Mutex<Option<Connection>>,
}

impl Registry {
    /// Opens it in the companion's folder, makes it if absent.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder)?;
        let connection = file::open_writer(folder, Kind::Accounts)?;
        Ok(Self {
            folder: folder.to_owned(),
            connection: Mutex::new(Some(connection)),
        })
    }

    /// All accounts, in the order they were added.
    pub fn accounts(&self) -> Result<Vec<AccountRow>, StoreError> {
        self.with(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, server, label, key_hash, writes_allowed FROM account WHERE removed = 0 ORDER BY added_at, rowid",
            )?;
            let rows = statement.query_map([], account_of)?;
            readable(rows)
        })
    }

    /// The account with this server and key, if it is known.
    pub fn account_with(&self, server: &str, key: &KeyHash) -> Result<Option<AccountRow>, StoreError> {
        self.with(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, server, label, key_hash, writes_allowed FROM account
                 WHERE removed = 0 AND server = ?1 AND key_hash = ?2",
            )?;
            let rows = statement.query_map(params![server, key.as_str()], account_of)?;
            Ok(readable::<_, Vec<_>>(rows)?.pop())
        })
    }

    /// Keeps a new account, or what changed of a known one.
    pub fn keep(&self, account: &AccountRow, now: Timestamp) -> Result<(), StoreError> {
        self.with(|connection| {
            connection.execute(
                "INSERT INTO account (id, server, label, key_hash, writes_allowed, added_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (id) DO UPDATE SET label = excluded.label, key_hash = excluded.key_hash,
                   writes_allowed = excluded.writes_allowed",
                params![
                    account.id.as_str(),
                    account.server,
                    account.label,
                    account.key_hash.as_str(),
                    account.writes_allowed,
                    now.as_millis()
                ],
            )?;
            Ok(())
        })
    }

    /// Marks the account as going, so that a wipe that is cut short is finished at the next open.
    pub fn condemn(&self, account: &AccountId) -> Result<(), StoreError> {
        self.with(|connection| {
            connection.execute("UPDATE account SET removed = 1 WHERE id = ?1", [account.as_str()])?;
            Ok(())
        })
    }

    /// The accounts whose wipe is not finished.
    pub fn condemned(&self) -> Result<Vec<AccountId>, StoreError> {
        self.with(|connection| {
            let mut statement = connection.prepare_cached("SELECT id FROM account WHERE removed = 1")?;
            let rows = statement.query_map([], |row| row.get::<_, String>(0).map(AccountId::new))?;
            readable(rows)
        })
    }

    /// Deletes the condemned account's files, then its row. Its store must be closed.
    pub fn wipe(&self, account: &AccountId) -> Result<(), StoreError> {
        match std::fs::remove_dir_all(AccountStore::folder_of(&self.folder, account)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        self.with(|connection| {
            connection.execute(
                "DELETE FROM ring_key WHERE account IN (SELECT id FROM account WHERE id = ?1 AND removed = 1)",
                [account.as_str()],
            )?;
            connection.execute("DELETE FROM account WHERE id = ?1 AND removed = 1", [account.as_str()])?;
            Ok(())
        })
    }

    /// What the person wants to be told; the usual where they never said.
    pub(crate) fn alert_rules(&self) -> Result<AlertRules, StoreError> {
        self.with(|connection| {
            let mut statement = connection.prepare_cached("SELECT rules FROM alert_rules")?;
            let rows: Vec<_> = readable(statement.query_map([], |row| json_of(row, 0))?)?;
            Ok(rows.into_iter().next().unwrap_or_default())
        })
    }

    /// Keeps what the person wants to be told.
    pub(crate) fn keep_alert_rules(&self, rules: &AlertRules) -> Result<(), StoreError> {
        let rules = json(rules)?;
        self.with(|connection| {
            connection.execute(
                "INSERT INTO alert_rules (one, rules) VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET rules = excluded.rules",
                [&rules],
            )?;
            Ok(())
        })
    }

    /// Checkpoints and closes; every later call fails with [`StoreError::Closed`].
    pub fn close(&self) -> Result<(), StoreError> {
        let Some(connection) = self.connection.lock().map_err(|_| StoreError::Unexpected)?.take() else {
            return Ok(());
        };
        file::checkpoint(&connection)?;
        connection.close().map_err(|(_, error)| error.into())
    }

    /// A list that turns out to be damaged is set aside, and asked once more.
    pub(super) fn with<T>(&self, ask: impl Fn(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut guard = self.connection.lock().map_err(|_| StoreError::Unexpected)?;
        match ask(guard.as_ref().ok_or(StoreError::Closed)?) {
            Err(StoreError::Damaged) => {
                *guard = None;
                let anew = file::open_doubtful(&self.folder, Kind::Accounts)?;
                ask(guard.insert(anew))
            }
            other => other,
        }
    }
}

fn account_of(row: &Row<'_>) -> rusqlite::Result<AccountRow> {
    Ok(AccountRow {
        id: AccountId::new(row.get::<_, String>(0)?),
        server: row.get(1)?,
        label: row.get(2)?,
        key_hash: KeyHash::new(row.get::<_, String>(3)?),
        writes_allowed: row.get(4)?,
    })
}
