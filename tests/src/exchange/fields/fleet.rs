//! Of programs, sessions, state, keys, and of the server itself.

use super::super::named::Named::{self, Fields, Rows, Whole};
use super::all_whole;
use crate::mock_server::Endpoint;

const SESSION: &[(&str, Named)] = all_whole![
    "sessionId",
    "name",
    "programId",
    "status",
    "state",
    "effectiveState",
    "lastUpdateAgeSeconds",
    "progress",
    "projectName",
    "lastUpdate",
    "lastHeartbeat",
    "archived",
    "handoffRequired",
    "contextBytes",
];
const ENDED: &[(&str, Named)] = all_whole![
    "sessionId",
    "name",
    "programId",
    "status",
    "state",
    "progress",
    "projectName",
    "durationMs",
    "durationMinutes",
    "createdAt",
    "completedAt",
];
const FLEET_PROGRAM: &[(&str, Named)] = all_whole![
    "programId",
    "state",
    "lastReportedState",
    "sessionId",
    "lastHeartbeat",
    "heartbeatAgeMinutes",
    "heartbeatAgeSeconds",
    "pendingMessages",
    "pendingTasks",
    "contextBytes",
    "contextUsedPct",
    "handoffRequired",
];
const BUDGET: &[(&str, Named)] = all_whole![
    "activeSessionCount",
    "byModelTier",
    "maxSessions",
    "utilizationPercent",
    "staleSessionsExcluded",
];
const CONTEXT: &[(&str, Named)] = &[
    ("lastTask", Fields(all_whole!["taskId", "title", "outcome", "notes"])),
    ("activeWorkItems", Whole),
    ("handoffNotes", Whole),
    ("openQuestions", Whole),
];
const PATTERN: &[(&str, Named)] = all_whole![
    "id",
    "domain",
    "pattern",
    "confidence",
    "evidence",
    "discoveredAt",
    "lastReinforced",
    "promotedToStore",
    "stale",
    "projectId",
];
const STATE: &[(&str, Named)] = &[
    ("programId", Whole),
    ("version", Whole),
    ("lastUpdatedBy", Whole),
    ("lastUpdatedAt", Whole),
    ("sessionId", Whole),
    ("contextSummary", Fields(CONTEXT)),
    ("learnedPatterns", Rows(PATTERN)),
    (
        "config",
        Fields(all_whole![
            "preferredOutputFormat",
            "toolPreferences",
            "knownQuirks",
            "customSettings"
        ]),
    ),
    (
        "baselines",
        Fields(all_whole![
            "avgTaskDurationMinutes",
            "commonFailureModes",
            "sessionsCompleted",
            "lastSessionDurationMinutes",
        ]),
    ),
    (
        "decay",
        Fields(&[
            ("contextSummaryTTLDays", Whole),
            ("learnedPatternMaxAge", Whole),
            ("maxUnpromotedPatterns", Whole),
            ("lastDecayRun", Whole),
            (
                "decayLog",
                Rows(all_whole!["timestamp", "patternsMarkedStale", "contextCleared"]),
            ),
        ]),
    ),
];
const ENTRY: &[(&str, Named)] = &[
    ("id", Whole),
    ("timestamp", Whole),
    ("contextSummary", Fields(CONTEXT)),
    ("sessionId", Whole),
    ("updatedBy", Whole),
];
const KEY: &[(&str, Named)] = all_whole![
    "keyHash",
    "programId",
    "label",
    "capabilities",
    "active",
    "createdAt",
    "lastUsedAt",
    "revokedAt",
];
const OFFER: &[(&str, Named)] = all_whole!["version", "path"];

pub(super) fn of(endpoint: Endpoint) -> Option<Named> {
    Some(Fields(match endpoint {
        Endpoint::ListSessions => &[("success", Whole), ("count", Whole), ("sessions", Rows(SESSION))],
        Endpoint::SessionHistory => &[("count", Whole), ("sessions", Rows(ENDED))],
        Endpoint::CreateSession | Endpoint::UpdateSession => all_whole!["success", "sessionId", "message"],
        Endpoint::FleetHealth => &[
            ("success", Whole),
            ("detail", Whole),
            ("programs", Rows(FLEET_PROGRAM)),
            ("summary", Fields(all_whole!["working", "blocked", "idle", "stale"])),
            ("subscriptionBudget", Fields(BUDGET)),
        ],
        Endpoint::ProgramState => &[
            ("success", Whole),
            ("exists", Whole),
            ("state", Fields(STATE)),
            ("message", Whole),
        ],
        Endpoint::ContextHistory => &[
            ("success", Whole),
            ("programId", Whole),
            ("entries", Rows(ENTRY)),
            ("count", Whole),
            ("message", Whole),
        ],
        Endpoint::UpdateProgramState => all_whole!["success", "programId", "patternsCount", "message"],
        Endpoint::ListKeys => &[("success", Whole), ("count", Whole), ("keys", Rows(KEY))],
        Endpoint::CreateKey => all_whole![
            "success",
            "key",
            "keyHash",
            "programId",
            "label",
            "capabilities",
            "registered",
            "message",
        ],
        Endpoint::RevokeKey => all_whole!["success", "keyHash", "message"],
        Endpoint::RotateKey => all_whole!["success", "key", "keyHash", "label", "graceWindowSeconds", "message"],
        Endpoint::Health => all_whole!["status", "version", "timestamp"],
        Endpoint::Capabilities => &[
            ("success", Whole),
            (
                "offers",
                Fields(&[
                    ("sync", Fields(OFFER)),
                    ("events", Fields(OFFER)),
                    ("questions", Fields(OFFER)),
                    ("timeline", Fields(OFFER)),
                    ("idempotency", Fields(OFFER)),
                ]),
            ),
            ("limits", Fields(all_whole!["answerCharacters"])),
        ],
        _ => return None,
    }))
}
