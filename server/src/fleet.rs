//! Fleet health over HTTP: one line per program (contract section 8).

use axum::extract::State;
use cachebash_core::domain::{Span, Timestamp};
use serde_json::{Value, json};

use crate::access::GET_FLEET_HEALTH;
use crate::app::App;
use crate::auth::Caller;
use crate::envelope::{Answer, Reply};
use crate::sessions::STALE_AFTER;
use crate::store::{FleetRow, SessionWord};
use crate::wire_values::{iso_or_null, number_or_null};

/// Silent for longer, a program counts as stale here; the sessions list waits thrice as long.
const STALE_PROGRAM_AFTER: Span = Span::from_mins(10);

/// The contract's word for a program that reports nothing; here, one whose agent never started.
const NEVER_STARTED: &str = "idle";

/// What the contract calls the plan's number of sessions. Nothing is refused beyond it here.
const MAX_SESSIONS: u32 = 16;

/// `GET /v1/fleet/health`
pub(crate) async fn health(State(app): State<App>, caller: Caller) -> Answer {
    caller.may(&GET_FLEET_HEALTH)?;
    let now = app.now();
    let fleet = app.store.fleet(&caller.tenant).await?;
    let (active, stale) = app.store.live_sessions(&caller.tenant, now.minus(STALE_AFTER)).await?;
    let states: Vec<&str> = fleet.iter().map(|row| state_of(row, now)).collect();
    let programs: Vec<Value> = fleet
        .iter()
        .zip(&states)
        .map(|(row, state)| program(row, state, now))
        .collect();
    let count = |words: &[&str]| states.iter().filter(|state| words.contains(*state)).count();
    Ok(Reply::ok(json!({
        "success": true,
        "detail": "summary",
        "programs": programs,
        "summary": {
            "working": count(&["working"]),
            "blocked": count(&["blocked"]),
            "idle": count(&["pinned", "complete", NEVER_STARTED]),
            "stale": count(&["stale"]),
        },
        "subscriptionBudget": {
            "activeSessionCount": active,
            // Agents do not tell this server which model they run on.
            "byModelTier": {},
            "maxSessions": MAX_SESSIONS,
            "utilizationPercent": (active.min(MAX_SESSIONS) * 100).div_ceil(MAX_SESSIONS),
            "staleSessionsExcluded": stale,
        },
    })))
}

fn state_of(row: &FleetRow, now: Timestamp) -> &'static str {
    let Some(current) = &row.current else {
        return NEVER_STARTED;
    };
    let silent = now.since(current.heard_at.unwrap_or(current.last_update)) > STALE_PROGRAM_AFTER;
    match current.state {
        SessionWord::Complete => "complete",
        _ if silent => "stale",
        word => word.as_str(),
    }
}

fn program(row: &FleetRow, state: &str, now: Timestamp) -> Value {
    let current = row.current.as_ref();
    let heard_at = current.and_then(|current| current.heard_at);
    let age_seconds = heard_at.map(|at| now.since(at).as_millis().div_euclid(1_000));
    json!({
        "programId": row.program,
        "state": state,
        "lastReportedState": current.map_or(NEVER_STARTED, |current| current.state.as_str()),
        "sessionId": current.map(|current| &current.session),
        "lastHeartbeat": iso_or_null(heard_at),
        "heartbeatAgeMinutes": age_seconds.map(|seconds| seconds.div_euclid(60)),
        "heartbeatAgeSeconds": age_seconds,
        // This server has no messages and no tasks yet, so none are waiting.
        "pendingMessages": 0,
        "pendingTasks": 0,
        "contextBytes": number_or_null(current.and_then(|current| current.context_left)),
        "contextUsedPct": number_or_null(current.and_then(|current| current.context_used)),
        "handoffRequired": current.is_some_and(|current| current.hand_off_required),
    })
}
