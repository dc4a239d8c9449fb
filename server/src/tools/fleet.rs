//! Fleet health: one line per program (contract section 8). A live session speaks for its program before an ended one, and
//! of two the one heard last. A program whose agent holds a key and never started is listed: it is one to know about.

use std::collections::BTreeMap;

use cachebash_core::domain::{ProgramId, Span, Timestamp};
use serde_json::{Value, json};

use super::sessions::STALE_AFTER;
use super::{Entry, Outcome, Tool, look};
use crate::caller::Caller;
use crate::records::{Key, Message, MessageWord, Session, SessionWord, look_through, waiting_tasks};
use crate::rules::access::{OWNER_PROGRAM, covers};
use crate::rules::validation::{Fields, FromFields};
use crate::store::{Listing, Stored, View};
use crate::wire_values::{iso_or_null, number_or_null};

/// Silent for longer, a program counts as stale here; the sessions list waits thrice as long.
pub(super) const STALE_PROGRAM_AFTER: Span = Span::from_mins(10);

/// The contract's word for a program that reports nothing; here, one whose agent never started.
const NEVER_STARTED: &str = "idle";

/// What the contract calls the plan's number of sessions. Nothing is refused beyond it here.
const MAX_SESSIONS: usize = 16;

/// Ended sessions that may still speak for their program: the newest so many of the tenant.
const ENDED_LOOKED_AT: u32 = 500;
/// Live sessions and keys that are looked at.
const MOST_LOOKED_AT: u32 = 10_000;
/// More messages of one program are not counted.
const MOST_COUNTED: usize = 1_000;

const HEALTH: Tool = Tool::new(
    "pulse",
    "get_fleet_health",
    "fleet.read",
    "See every program: its state, its session, its last sign of life",
);

pub(super) fn tools() -> [Entry; 1] {
    [look(HEALTH, health)]
}

struct Detail;

impl FromFields for Detail {
    fn read(fields: &mut Fields<'_>) -> Self {
        // Known and without effect, as on the hosted server (contract section 8).
        let _ = fields.word("detail", &[("summary", ()), ("full", ())]);
        Detail
    }
}

/// One program, and the session that speaks for it if it ever had one.
struct FleetRow {
    program: ProgramId,
    current: Option<Session>,
}

fn health(view: &mut View<'_>, _: &Caller, _: Detail) -> Outcome {
    let now = view.now;
    let live = ["working", "blocked", "pinned"];
    let sessions: Vec<Session> = view.list(&Listing {
        tags: &live,
        limit: MOST_LOOKED_AT,
        ..Listing::default()
    })?;
    let since = now.minus(STALE_AFTER);
    let active = sessions.iter().filter(|session| session.last_update >= since).count();
    let stale = sessions.len() - active;
    let fleet = fleet(view, sessions)?;
    let states: Vec<&str> = fleet.iter().map(|row| state_of(row, now)).collect();
    let mut programs = Vec::with_capacity(fleet.len());
    for (row, state) in fleet.iter().zip(&states) {
        let waiting = Waiting {
            messages: pending_messages(view, &row.program)?,
            tasks: waiting_tasks(view, &row.program)?,
        };
        programs.push(program(row, state, &waiting, now));
    }
    let count = |words: &[&str]| states.iter().filter(|state| words.contains(*state)).count();
    Ok(json!({
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
    }))
}

/// Every program that has a session or holds a key to report one, by id. The tenant's own key is no agent's.
fn fleet(view: &mut View<'_>, live: Vec<Session>) -> Stored<Vec<FleetRow>> {
    let ended = Listing {
        tags: &["complete"],
        limit: ENDED_LOOKED_AT,
        ..Listing::default()
    };
    let ended: Vec<Session> = view.list(&ended)?;
    let heard = |session: &Session| session.heard_at.unwrap_or(session.last_update);
    let mut rows: BTreeMap<String, Option<Session>> = BTreeMap::new();
    for session in live.into_iter().chain(ended) {
        let row = rows.entry(session.program.to_string()).or_default();
        let better = row.as_ref().is_none_or(|present| {
            let ended = |session: &Session| session.state == SessionWord::Complete;
            (!ended(&session), heard(&session), std::cmp::Reverse(&session.id))
                > (!ended(present), heard(present), std::cmp::Reverse(&present.id))
        });
        if better {
            *row = Some(session);
        }
    }
    let keys: Vec<Key> = view.list(&Listing {
        tags: &["good"],
        limit: MOST_LOOKED_AT,
        ..Listing::default()
    })?;
    for key in keys {
        if covers(&key.capabilities, "pulse.write") && key.program.as_str() != OWNER_PROGRAM {
            rows.entry(key.program.into_string()).or_default();
        }
    }
    Ok(rows
        .into_iter()
        .map(|(program, current)| FleetRow {
            program: ProgramId::new(program),
            current,
        })
        .collect())
}

fn state_of(row: &FleetRow, now: Timestamp) -> &'static str {
    let Some(current) = &row.current else {
        return NEVER_STARTED;
    };
    let silent = now.since(
        current
            .heard_at
            .or(current.last_heartbeat)
            .unwrap_or(current.last_update),
    ) > STALE_PROGRAM_AFTER;
    match current.state {
        SessionWord::Complete => "complete",
        _ if silent => "stale",
        word => word.as_str(),
    }
}

/// How many messages wait for the program itself; a broadcast waits for everyone, and is not counted.
fn pending_messages(view: &mut View<'_>, program: &ProgramId) -> Stored<usize> {
    let pending = Listing {
        owner: Some(program.as_str()),
        tags: &[MessageWord::Pending.as_str()],
        ..Listing::default()
    };
    let waits = |message: &Message| message.status == MessageWord::Pending;
    Ok(look_through(view, &pending, MOST_COUNTED, waits)?.len())
}

/// What waits for a program itself.
struct Waiting {
    messages: usize,
    tasks: u64,
}

fn program(row: &FleetRow, state: &str, waiting: &Waiting, now: Timestamp) -> Value {
    let current = row.current.as_ref();
    let heard_at = current.and_then(|current| current.heard_at.or(current.last_heartbeat));
    let age_seconds = heard_at.map(|at| now.since(at).as_millis().div_euclid(1_000));
    json!({
        "programId": row.program,
        "state": state,
        "lastReportedState": current.map_or(NEVER_STARTED, |current| current.state.as_str()),
        "sessionId": current.map(|current| &current.id),
        "lastHeartbeat": iso_or_null(heard_at),
        "heartbeatAgeMinutes": age_seconds.map(|seconds| seconds.div_euclid(60)),
        "heartbeatAgeSeconds": age_seconds,
        "pendingMessages": waiting.messages,
        "pendingTasks": waiting.tasks,
        "contextBytes": number_or_null(current.and_then(|current| current.context_left)),
        "contextUsedPct": number_or_null(current.and_then(|current| current.context_used)),
        "handoffRequired": current.is_some_and(|current| current.hand_off_required),
    })
}
