//! Keys: made, found by hash, rotated, revoked. The raw key passes through on its way out and is never stored.

use std::sync::Arc;

use cachebash_core::domain::{Capability, KeyHash, ProgramId, RawKey, Span, Timestamp};
use rusqlite::{OptionalExtension, Row, Transaction};

use super::{FIRST_TENANT, Store, StoreError, Tenant};
use crate::access::{ALL, PROVISION, is_built_in};
use crate::mint::Mint;

/// Whose key the first start makes: a person's, not an agent's.
pub(super) const OWNER_PROGRAM: &str = "legacy";

/// How long a rotated key goes on working.
pub(crate) const GRACE: Span = Span::from_secs(30);

/// `last_used_at` may lag this much, so that reading costs no write.
const LAST_USED_LAG: Span = Span::from_mins(1);

/// A key as one may know it.
pub(crate) struct KeyRow {
    pub(crate) hash: KeyHash,
    pub(crate) tenant: Tenant,
    pub(crate) program: ProgramId,
    pub(crate) label: String,
    pub(crate) capabilities: Vec<Capability>,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Option<Timestamp>,
    /// In the future while the key lives out its grace.
    pub(crate) revoked_at: Option<Timestamp>,
    pub(crate) last_used_at: Option<Timestamp>,
}

impl KeyRow {
    /// Whether it opens the door at `now`.
    pub(crate) fn is_good(&self, now: Timestamp) -> bool {
        let before = |end: Option<Timestamp>| end.is_none_or(|end| now < end);
        before(self.revoked_at) && before(self.expires_at)
    }
}

/// A key to be made.
pub(crate) struct NewKey {
    pub(crate) program: ProgramId,
    pub(crate) label: String,
    pub(crate) capabilities: Vec<Capability>,
    /// `None`: never.
    pub(crate) expires_at: Option<Timestamp>,
}

/// A key that was made; the only moment at which it can be seen.
pub(crate) struct CreatedKey {
    pub(crate) key: RawKey,
    /// The program came into being with it.
    pub(crate) registered: bool,
}

/// How a rotation went.
pub(crate) enum Rotated {
    /// The new key, and the label it took over.
    Done { key: RawKey, label: String },
    /// The key had been rotated before and lives out its grace.
    InGrace,
}

/// How a revocation went.
pub(crate) enum Revoked {
    /// It opens no door any more, or had not for some time.
    Done,
    /// The tenant has no such key.
    Unknown,
}

impl Store {
    /// On the very first start makes the tenant and its owner key, and returns the key this once.
    pub(crate) fn first_start(&self, now: Timestamp) -> Result<Option<RawKey>, StoreError> {
        let mint = self.mint;
        self.write_now(|transaction| {
            let made: u32 = transaction.query_row("SELECT count(*) FROM tenant", [], |row| row.get(0))?;
            if made > 0 {
                return Ok(None);
            }
            transaction.execute(
                "INSERT INTO tenant (id, created_at) VALUES (?1, ?2)",
                (FIRST_TENANT, now.as_millis()),
            )?;
            let owner = NewKey {
                program: ProgramId::from(OWNER_PROGRAM),
                label: "Owner".to_owned(),
                capabilities: vec![Capability::new(ALL), Capability::new(PROVISION)],
                expires_at: None,
            };
            let created = create(transaction, mint, &Tenant(Arc::from(FIRST_TENANT)), owner, now)?;
            Ok(Some(created.key))
        })
    }

    /// Finds the owner of a key that is good at `now`, and notes that it was used.
    pub(crate) async fn use_key(&self, hash: KeyHash, now: Timestamp) -> Result<Option<KeyRow>, StoreError> {
        let wanted = hash.clone();
        let found = self.read(move |transaction| Ok(by_hash(transaction, &wanted)?)).await?;
        let Some(row) = found.filter(|row| row.is_good(now)) else {
            return Ok(None);
        };
        // Also when the clock was set back.
        let noted = row
            .last_used_at
            .is_some_and(|last| last <= now && now.since(last) < LAST_USED_LAG);
        if !noted {
            self.write(move |transaction| {
                transaction
                    .prepare_cached("UPDATE api_key SET last_used_at = ?2 WHERE hash = ?1")?
                    .execute((hash.as_str(), now.as_millis()))?;
                Ok(())
            })
            .await?;
        }
        Ok(Some(row))
    }

    /// All keys of a tenant that are not revoked at `now`, or really all; oldest first.
    pub(crate) async fn keys(
        &self,
        tenant: &Tenant,
        include_revoked: bool,
        now: Timestamp,
    ) -> Result<Vec<KeyRow>, StoreError> {
        let tenant = tenant.clone();
        self.read(move |transaction| {
            let mut question = transaction.prepare_cached(
                "SELECT hash, tenant, program, label, capabilities, created_at, expires_at, revoked_at, last_used_at
                 FROM api_key WHERE tenant = ?1 AND (?2 OR revoked_at IS NULL OR revoked_at > ?3)
                 ORDER BY created_at, hash",
            )?;
            let rows = question.query_map((&tenant.0, include_revoked, now.as_millis()), key_row)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Makes a key, and its program if that is new.
    pub(crate) async fn create_key(
        &self,
        tenant: &Tenant,
        new: NewKey,
        now: Timestamp,
    ) -> Result<CreatedKey, StoreError> {
        let (tenant, mint) = (tenant.clone(), self.mint);
        self.write(move |transaction| create(transaction, mint, &tenant, new, now))
            .await
    }

    /// Revokes a key at once; again does nothing.
    pub(crate) async fn revoke_key(
        &self,
        tenant: &Tenant,
        hash: KeyHash,
        now: Timestamp,
    ) -> Result<Revoked, StoreError> {
        let tenant = tenant.clone();
        self.write(move |transaction| {
            let found = by_hash(transaction, &hash)?.is_some_and(|row| row.tenant == tenant);
            if !found {
                return Ok(Revoked::Unknown);
            }
            transaction.execute(
                "UPDATE api_key SET revoked_at = ?3
                 WHERE tenant = ?1 AND hash = ?2 AND (revoked_at IS NULL OR revoked_at > ?3)",
                (&tenant.0, hash.as_str(), now.as_millis()),
            )?;
            Ok(Revoked::Done)
        })
        .await
    }

    /// Makes a key with the same owner, label, capabilities and expiry, and lets the old one work for [`GRACE`].
    pub(crate) async fn rotate_key(
        &self,
        tenant: &Tenant,
        hash: KeyHash,
        now: Timestamp,
    ) -> Result<Option<Rotated>, StoreError> {
        let (tenant, mint) = (tenant.clone(), self.mint);
        self.write(move |transaction| {
            let Some(old) = by_hash(transaction, &hash)?.filter(|row| row.tenant == tenant && row.is_good(now)) else {
                return Ok(None);
            };
            if old.revoked_at.is_some() {
                return Ok(Some(Rotated::InGrace));
            }
            transaction.execute(
                "UPDATE api_key SET revoked_at = ?3 WHERE tenant = ?1 AND hash = ?2",
                (&tenant.0, hash.as_str(), now.plus(GRACE).as_millis()),
            )?;
            let label = old.label.clone();
            let new = NewKey {
                program: old.program,
                label: old.label,
                capabilities: old.capabilities,
                expires_at: old.expires_at,
            };
            let created = create(transaction, mint, &tenant, new, now)?;
            Ok(Some(Rotated::Done {
                key: created.key,
                label,
            }))
        })
        .await
    }
}

fn create(
    transaction: &Transaction<'_>,
    mint: Mint,
    tenant: &Tenant,
    new: NewKey,
    now: Timestamp,
) -> Result<CreatedKey, StoreError> {
    let made: u32 = transaction.query_row("SELECT count(*) FROM api_key", [], |row| row.get(0))?;
    let key = mint.key(made.into())?;
    let added = transaction.execute(
        "INSERT INTO program (tenant, id, created_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        (&tenant.0, new.program.as_str(), now.as_millis()),
    )?;
    transaction.execute(
        "INSERT INTO api_key (hash, tenant, program, label, capabilities, created_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (
            key.hash().as_str(),
            &tenant.0,
            new.program.as_str(),
            new.label,
            serde_json::to_string(&new.capabilities)?,
            now.as_millis(),
            new.expires_at.map(Timestamp::as_millis),
        ),
    )?;
    Ok(CreatedKey {
        key,
        registered: added > 0 && !is_built_in(&new.program),
    })
}

fn by_hash(transaction: &Transaction<'_>, hash: &KeyHash) -> rusqlite::Result<Option<KeyRow>> {
    transaction
        .prepare_cached(
            "SELECT hash, tenant, program, label, capabilities, created_at, expires_at, revoked_at, last_used_at
             FROM api_key WHERE hash = ?1",
        )?
        .query_row([hash.as_str()], key_row)
        .optional()
}

fn key_row(row: &Row<'_>) -> rusqlite::Result<KeyRow> {
    let words: String = row.get(4)?;
    let capabilities = serde_json::from_str(&words)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(4, rusqlite::types::Type::Text, error.into()))?;
    let moment = |place: usize| -> rusqlite::Result<Option<Timestamp>> {
        Ok(row.get::<_, Option<i64>>(place)?.map(Timestamp::from_millis))
    };
    Ok(KeyRow {
        hash: KeyHash::new(row.get::<_, String>(0)?),
        tenant: Tenant(row.get::<_, Arc<str>>(1)?),
        program: ProgramId::new(row.get::<_, String>(2)?),
        label: row.get(3)?,
        capabilities,
        created_at: Timestamp::from_millis(row.get(5)?),
        expires_at: moment(6)?,
        revoked_at: moment(7)?,
        last_used_at: moment(8)?,
    })
}
