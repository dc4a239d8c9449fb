//! Sessions, and the fleet as a whole.

use crate::http::openapi::shapes::{
    Data, Schema, always, done, each, flag, list, moment, named, number, object, or_null, plain, text, whole, words,
};

/// A stored session's word for what it does.
const LIFECYCLE: [&str; 4] = ["active", "blocked", "pinned", "done"];
/// The word that an agent reports.
const REPORTED: [&str; 4] = ["working", "blocked", "complete", "pinned"];

const PERIODS: [&str; 3] = ["today", "this_week", "this_month"];

pub(super) fn data(tool: &str) -> Option<Data> {
    Some(match tool {
        "list_sessions" => always(&[
            ("count", whole()),
            ("sessions", list(&named("Session"))),
            ("hasMore", flag()),
        ]),
        "session_history" => plain(&[
            ("count", whole()),
            ("sessions", list(&named("EndedSession"))),
            ("hasMore", flag()),
        ]),
        "create_session" | "update_session" => done(&[("sessionId", text()), ("message", text())]),
        "get_session_timeline" => always(&[
            ("sessionId", text()),
            ("count", whole()),
            ("updates", list(&named("SessionUpdate"))),
            ("hasMore", flag()),
            ("cursor", or_null(text())),
        ]),
        "get_context_utilization" => always(&[
            ("sessionId", or_null(text())),
            ("period", words(&PERIODS)),
            ("count", whole()),
            ("contextHistory", list(&named("ContextUse"))),
            ("hasMore", flag()),
        ]),
        "get_fleet_timeline" => always(&[
            ("period", words(&PERIODS)),
            ("resolution", words(&["30s", "1m", "5m", "1h"])),
            ("count", whole()),
            ("timeline", list(&named("FleetBucket"))),
            ("hasMore", flag()),
            ("message", text()),
        ]),
        "get_fleet_health" => always(&[
            ("detail", words(&["summary"])),
            ("programs", list(&named("FleetProgram"))),
            (
                "summary",
                object(&[
                    ("working", whole()),
                    ("blocked", whole()),
                    ("idle", whole()),
                    ("stale", whole()),
                ]),
            ),
            (
                "subscriptionBudget",
                object(&[
                    ("activeSessionCount", whole()),
                    ("byModelTier", each(&whole())),
                    ("maxSessions", whole()),
                    ("utilizationPercent", whole()),
                    ("staleSessionsExcluded", whole()),
                ]),
            ),
        ]),
        _ => return None,
    })
}

pub(super) fn rows() -> Vec<(&'static str, Schema)> {
    let lifecycle = words(&LIFECYCLE);
    vec![
        (
            "ContextUse",
            object(&[
                ("timestamp", moment()),
                ("sessionId", text()),
                ("contextBytes", or_null(number())),
                ("contextUsedPct", or_null(number())),
            ]),
        ),
        (
            "FleetBucket",
            object(&[
                ("bucketStart", moment()),
                ("samplesInBucket", whole()),
                (
                    "activeSessions",
                    object(&[
                        ("total", whole()),
                        ("byTier", each(&whole())),
                        ("byProgram", each(&whole())),
                    ]),
                ),
                ("tasksInFlight", or_null(whole())),
                ("messagesPending", or_null(whole())),
                ("heartbeatHealth", or_null(whole())),
            ]),
        ),
        (
            "Session",
            object(&[
                ("sessionId", text()),
                ("name", text()),
                ("programId", text()),
                ("status", text()),
                ("state", lifecycle.clone()),
                ("effectiveState", words(&[&LIFECYCLE[..], &["stale"]].concat())),
                ("lastUpdateAgeSeconds", whole()),
                ("progress", or_null(number())),
                ("projectName?", or_null(text())),
                ("lastUpdate", moment()),
                ("archived", flag()),
                ("handoffRequired", flag()),
                ("lastHeartbeat", or_null(moment())),
                ("contextBytes", or_null(number())),
            ]),
        ),
        (
            "EndedSession",
            object(&[
                ("sessionId", text()),
                ("name", text()),
                ("programId", text()),
                ("status", text()),
                ("state", lifecycle),
                ("progress", or_null(number())),
                ("projectName", or_null(text())),
                ("durationMs", or_null(whole())),
                ("durationMinutes", or_null(whole())),
                ("createdAt", moment()),
                ("completedAt", or_null(moment())),
            ]),
        ),
        (
            "FleetProgram",
            object(&[
                ("programId", text()),
                ("state", words(&[&REPORTED[..], &["stale", "idle"]].concat())),
                ("lastReportedState", words(&[&REPORTED[..], &["idle"]].concat())),
                ("sessionId", or_null(text())),
                ("lastHeartbeat", or_null(moment())),
                ("heartbeatAgeMinutes", or_null(whole())),
                ("heartbeatAgeSeconds", or_null(whole())),
                ("pendingMessages", whole()),
                ("pendingTasks", whole()),
                ("contextBytes", or_null(number())),
                ("contextUsedPct", or_null(number())),
                ("handoffRequired", flag()),
            ]),
        ),
    ]
}
