//! What stands above the tenants: who they are, whose a key is, and what is cleared away for all of them.

use cachebash_core::domain::{KeyHash, Timestamp};

use super::sql::{Sql, Stored, cells};
use super::{Record, StoreError, Tenant};

/// One tenant, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantRow {
    /// Its name.
    pub name: String,
    /// When it was added.
    pub created_at: Timestamp,
}

pub(super) fn list(sql: &mut dyn Sql) -> Stored<Vec<TenantRow>> {
    let rows = sql.query("SELECT id, created_at FROM tenant ORDER BY created_at, id", &[])?;
    rows.into_iter()
        .map(|row| {
            let [name, created_at] = <[_; 2]>::try_from(row).map_err(|_| StoreError::Unexpected)?;
            Ok(TenantRow {
                name: name.text()?,
                created_at: Timestamp::from_millis(created_at.int()?),
            })
        })
        .collect()
}

/// False: there is one of that name.
pub(super) fn add(sql: &mut dyn Sql, tenant: &Tenant, feed: &str, now: Timestamp) -> Stored<bool> {
    let statement =
        "INSERT INTO tenant (id, feed, seq, horizon, created_at) VALUES ($1, $2, 0, 0, $3) ON CONFLICT DO NOTHING";
    Ok(sql.execute(statement, cells![&*tenant.0, feed, now])? > 0)
}

/// Takes a tenant away with everything it has. False: there was none of that name.
pub(super) fn remove(sql: &mut dyn Sql, tenant: &Tenant) -> Stored<bool> {
    // Its pen first: whoever writes for it on another node comes before all of this or finds nothing.
    let statement = format!("SELECT id FROM tenant WHERE id = $1{}", sql.locking());
    if sql.one(&statement, cells![&*tenant.0])?.is_none() {
        return Ok(false);
    }
    sql.execute(
        "DELETE FROM key_use WHERE hash IN (SELECT id FROM record WHERE tenant = $1 AND kind = 'key')",
        cells![&*tenant.0],
    )?;
    for statement in [
        "DELETE FROM record WHERE tenant = $1",
        "DELETE FROM reply WHERE tenant = $1",
    ] {
        sql.execute(statement, cells![&*tenant.0])?;
    }
    Ok(sql.execute("DELETE FROM tenant WHERE id = $1", cells![&*tenant.0])? > 0)
}

/// Of every tenant the name of its history of changes, and the last one.
pub(super) fn versions(sql: &mut dyn Sql) -> Stored<Vec<(Tenant, String, i64)>> {
    let rows = sql.query("SELECT id, feed, seq FROM tenant", &[])?;
    rows.into_iter()
        .map(|row| {
            let [id, feed, seq] = <[_; 3]>::try_from(row).map_err(|_| StoreError::Unexpected)?;
            Ok((Tenant::from(id.text()?.as_str()), feed.text()?, seq.int()?))
        })
        .collect()
}

/// The record of an id, whosever it is, and whose.
pub(super) fn anybodys<R: Record>(sql: &mut dyn Sql, id: &str) -> Stored<Option<(Tenant, R)>> {
    let statement = "SELECT tenant, body FROM record WHERE kind = $1 AND id = $2 AND body IS NOT NULL";
    let Some(row) = sql.one(statement, cells![R::KIND, id])? else {
        return Ok(None);
    };
    let [tenant, body] = <[_; 2]>::try_from(row).map_err(|_| StoreError::Unexpected)?;
    Ok(Some((
        Tenant::from(tenant.text()?.as_str()),
        serde_json::from_str(&body.text()?)?,
    )))
}

/// Notes that a key was used, unless that was noted after `since`.
pub(super) fn note_use(sql: &mut dyn Sql, hash: &KeyHash, now: Timestamp) -> Stored<()> {
    let statement = "INSERT INTO key_use (hash, used_at) VALUES ($1, $2)
         ON CONFLICT (hash) DO UPDATE SET used_at = excluded.used_at";
    sql.execute(statement, cells![hash.as_str(), now]).map(drop)
}

pub(super) fn keys_made(sql: &mut dyn Sql) -> Stored<i64> {
    let row = sql.one("SELECT count(*) FROM record WHERE kind = 'key'", &[])?;
    row.and_then(|cells| cells.into_iter().next())
        .ok_or(StoreError::Unexpected)?
        .int()
}

/// Forgets the oldest answers, as far as they are from before a moment.
pub(super) fn forget_answers(sql: &mut dyn Sql, before: Timestamp, at_once: u32) -> Stored<u64> {
    let statement = "DELETE FROM reply WHERE (tenant, key_hash, route, idempotency_key) IN (
             SELECT tenant, key_hash, route, idempotency_key FROM reply WHERE answered_at <= $1
             ORDER BY answered_at LIMIT $2)";
    sql.execute(statement, cells![before, at_once])
}

/// A fact about the data as a whole, written down if it is not yet.
pub(super) fn fact(sql: &mut dyn Sql, name: &str, value: &str) -> Stored<String> {
    sql.execute(
        "INSERT INTO fact (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        cells![name, value],
    )?;
    let row = sql.one("SELECT value FROM fact WHERE name = $1", cells![name])?;
    row.and_then(|cells| cells.into_iter().next())
        .ok_or(StoreError::Unexpected)?
        .text()
}
