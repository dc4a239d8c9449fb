//! Calls of the last minute, counted where several nodes see them: what one node counts in memory, those that share a
//! database count there.

use cachebash_core::domain::{Span, Timestamp};

use super::StoreError;
use super::sql::{Cell, Sql, Stored, cells};

/// How far back calls count.
pub(crate) const WINDOW: Span = Span::from_secs(60);

/// What may be done so often within a [`WINDOW`].
#[derive(Clone, Debug)]
pub(crate) struct Window {
    /// Whose calls are counted.
    pub(crate) caller: String,
    /// How many there may be.
    pub(crate) most: u32,
    /// What `X-RateLimit-Limit` says of it.
    pub(crate) named: u32,
}

/// What became of a call that was to be counted in some windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    /// It is in all of them; in the last there were so many before it.
    In { before: u32 },
    /// It is in none, because the one of that name is full.
    Full { named: u32 },
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
pub(super) fn count(sql: &mut dyn Sql, windows: &[Window], now: Timestamp) -> Stored<Counted> {
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
    let callers = rows.into_iter().flatten().map(Cell::text);
    callers.collect()
}

/// Forgets a caller, unless it has called again.
pub(super) fn forget_caller(sql: &mut dyn Sql, caller: &str, now: Timestamp) -> Stored<()> {
    hold_counter(sql, caller)?;
    let statement = "DELETE FROM call WHERE caller = $1
         AND NOT EXISTS (SELECT 1 FROM call AS later WHERE later.caller = $1 AND later.second > $2)";
    sql.execute(statement, cells![caller, oldest(now)]).map(drop)
}
