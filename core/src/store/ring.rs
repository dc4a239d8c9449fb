//! The keys of an account beside its own, by hash and label: what sign-out must wipe from the secret store.

use rusqlite::{Row, params};

use super::columns::{json, optional_json_of, readable};
use super::{Registry, StoreError};
use crate::domain::{AccountId, KeyHash, Timestamp};
use crate::insight::Learnt;

/// One of them as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RingRow {
    /// SHA-256 of it.
    pub hash: KeyHash,
    /// What the person calls it.
    pub label: String,
    /// When it came, by this device's clock.
    pub added_at: Timestamp,
    /// It may ask in the place of the account's own; otherwise it only opens what was sealed for it.
    pub asks: bool,
    /// What it was told of its rights.
    pub learnt: Learnt,
}

impl Registry {
    /// An account's, in the order they came.
    pub fn ring(&self, account: &AccountId) -> Result<Vec<RingRow>, StoreError> {
        self.with(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT key_hash, label, added_at, asks, learnt FROM ring_key WHERE account = ?1 ORDER BY added_at, rowid",
            )?;
            let rows = statement.query_map([account.as_str()], row_of)?;
            readable(rows)
        })
    }

    /// Keeps a new one, or what changed of a known one.
    pub fn keep_in_ring(&self, account: &AccountId, key: &RingRow) -> Result<(), StoreError> {
        let learnt = json(&key.learnt)?;
        self.with(|connection| {
            connection.execute(
                "INSERT INTO ring_key (account, key_hash, label, added_at, asks, learnt) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (account, key_hash) DO UPDATE SET label = excluded.label, asks = excluded.asks,
                   learnt = excluded.learnt",
                params![
                    account.as_str(),
                    key.hash.as_str(),
                    key.label,
                    key.added_at.as_millis(),
                    key.asks,
                    learnt
                ],
            )?;
            Ok(())
        })
    }

    /// Forgets one. Its raw key must be gone from the secret store.
    pub fn drop_from_ring(&self, account: &AccountId, key: &KeyHash) -> Result<(), StoreError> {
        self.with(|connection| {
            connection.execute(
                "DELETE FROM ring_key WHERE account = ?1 AND key_hash = ?2",
                [account.as_str(), key.as_str()],
            )?;
            Ok(())
        })
    }

    /// What the account's own key was told of its rights while others stood in for it.
    pub fn own_learnt(&self, account: &AccountId) -> Result<Learnt, StoreError> {
        self.with(|connection| {
            let mut statement = connection.prepare_cached("SELECT learnt FROM account WHERE id = ?1")?;
            let rows = statement.query_map([account.as_str()], |row| optional_json_of(row, 0))?;
            let rows: Vec<Option<Learnt>> = readable(rows)?;
            Ok(rows.into_iter().flatten().next().unwrap_or_default())
        })
    }

    /// Keeps it.
    pub fn keep_own_learnt(&self, account: &AccountId, learnt: &Learnt) -> Result<(), StoreError> {
        let learnt = json(learnt)?;
        self.with(|connection| {
            connection.execute(
                "UPDATE account SET learnt = ?2 WHERE id = ?1",
                [account.as_str(), &learnt],
            )?;
            Ok(())
        })
    }
}

fn row_of(row: &Row<'_>) -> rusqlite::Result<RingRow> {
    Ok(RingRow {
        hash: KeyHash::new(row.get::<_, String>(0)?),
        label: row.get(1)?,
        added_at: Timestamp::from_millis(row.get(2)?),
        asks: row.get(3)?,
        learnt: optional_json_of(row, 4)?.unwrap_or_default(),
    })
}
