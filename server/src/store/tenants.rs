//! What stands above the tenants: who they are, whose a key is, and what is cleared away for all of them.

use cachebash_core::domain::{KeyHash, Timestamp};

use super::sql::{Sql, Stored, cells};
use super::{StoreError, Tenant};
use crate::limiter::{Counted, WINDOW, Window};
use crate::records::Key;

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

/// The key of a hash, and whose it is.
pub(super) fn key_of(sql: &mut dyn Sql, hash: &KeyHash) -> Stored<Option<(Tenant, Key)>> {
    let statement = "SELECT tenant, body FROM record WHERE kind = 'key' AND id = $1 AND body IS NOT NULL";
    let Some(row) = sql.one(statement, cells![hash.as_str()])? else {
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

/// The counter of a caller, held until the end of the transaction, so that no two count at once.
fn hold_counter(sql: &mut dyn Sql, caller: &str) -> Stored<()> {
    let statement = "INSERT INTO call (caller, second, calls) VALUES ($1, -1, 0)
         ON CONFLICT (caller, second) DO UPDATE SET calls = 0";
    sql.execute(statement, cells![caller]).map(drop)
}

/// The last whole second whose calls no longer count.
fn oldest(now: Timestamp) -> i64 {
    now.minus(WINDOW).as_millis().div_euclid(1_000)
}

/// Counts a call in all of its windows, or in none and says what the full one is called. Calls slide by whole seconds.
pub(super) fn count_call(sql: &mut dyn Sql, windows: &[Window], now: Timestamp) -> Stored<Counted> {
    let second = now.as_millis().div_euclid(1_000);
    let oldest = oldest(now);
    // In one order on every node, so that two calls of one key wait for each other and never in a circle.
    let mut callers: Vec<&str> = windows.iter().map(|window| window.caller.as_str()).collect();
    callers.sort_unstable();
    for caller in callers {
        hold_counter(sql, caller)?;
        sql.execute(
            "DELETE FROM call WHERE caller = $1 AND second >= 0 AND second <= $2",
            cells![caller, oldest],
        )?;
    }
    let mut before = 0;
    for window in windows {
        let statement = "SELECT CAST(coalesce(sum(calls), 0) AS BIGINT) FROM call WHERE caller = $1 AND second <= $2";
        let row = sql.one(statement, cells![&*window.caller, second])?;
        before = row
            .and_then(|cells| cells.into_iter().next())
            .ok_or(StoreError::Unexpected)?
            .int()?;
        if before >= i64::from(window.most) {
            return Ok(Counted::Full { named: window.named });
        }
    }
    for window in windows {
        let statement = "INSERT INTO call (caller, second, calls) VALUES ($1, $2, 1)
             ON CONFLICT (caller, second) DO UPDATE SET calls = call.calls + 1";
        sql.execute(statement, cells![&*window.caller, second])?;
    }
    let before = u32::try_from(before).unwrap_or(u32::MAX);
    Ok(Counted::In { before })
}

/// Some of the callers who have not called for a minute.
pub(super) fn quiet_callers(sql: &mut dyn Sql, now: Timestamp) -> Stored<Vec<String>> {
    let statement = "SELECT caller FROM call GROUP BY caller HAVING max(second) <= $1 LIMIT 500";
    let rows = sql.query(statement, cells![oldest(now)])?;
    let callers = rows.into_iter().flatten().map(super::sql::Cell::text);
    callers.collect()
}

/// Forgets a caller, unless it has called again.
pub(super) fn forget_caller(sql: &mut dyn Sql, caller: &str, now: Timestamp) -> Stored<()> {
    hold_counter(sql, caller)?;
    let statement = "DELETE FROM call WHERE caller = $1
         AND NOT EXISTS (SELECT 1 FROM call AS later WHERE later.caller = $1 AND later.second > $2)";
    sql.execute(statement, cells![caller, oldest(now)]).map(drop)
}
