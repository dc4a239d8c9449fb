//! The fields that the contract names, endpoint by endpoint, written down apart from the client's types: a field that
//! a type forgets is missed here.

use serde_json::Value;

use crate::mock_server::Endpoint;

/// What of a value is named.
#[derive(Clone, Copy)]
pub(super) enum Named {
    /// All of it.
    Whole,
    /// These fields of an object.
    Fields(&'static [(&'static str, Named)]),
    /// These fields of every object in an array.
    Rows(&'static [(&'static str, Named)]),
}

use Named::{Fields, Rows, Whole};

macro_rules! all_whole {
    ($($name:literal),* $(,)?) => { &[$(($name, Whole)),*] };
}

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

const TASK: &[(&str, Named)] = all_whole![
    "id",
    "type",
    "title",
    "instructions",
    "action",
    "priority",
    "status",
    "source",
    "target",
    "projectId",
    "requires_action",
    "auto_archived",
    "ttl",
    "replyTo",
    "threadId",
    "provenance",
    "fallback",
    "expiresAt",
    "createdAt",
    "result",
    "completed_status",
    "completedAt",
    "claimedBy",
    "claimedAt",
];
const MESSAGE: &[(&str, Named)] = all_whole![
    "id",
    "source",
    "target",
    "message_type",
    "message",
    "status",
    "priority",
    "action",
    "context",
    "threadId",
    "reply_to",
    "deliveryAttempts",
    "createdAt",
    "deliveredAt",
    "expiresAt",
];
const UNREAD: &[(&str, Named)] = all_whole![
    "id",
    "source",
    "target",
    "message_type",
    "alertType",
    "payload",
    "priority",
    "action",
    "context",
    "sessionId",
    "status",
    "createdAt",
    "expiresAt",
];
const QUESTION: &[(&str, Named)] = all_whole![
    "questionId",
    "question",
    "options",
    "context",
    "askedBy",
    "priority",
    "status",
    "encrypted",
    "threadId",
    "inReplyTo",
    "projectId",
    "createdAt",
    "answered",
    "response",
    "answeredBy",
    "answeredAt",
];
const OFFER: &[(&str, Named)] = all_whole!["version", "path"];
const COST: &[(&str, Named)] = all_whole!["key", "tokens_in", "tokens_out", "cost_usd", "task_count"];

/// What the contract names in the `data` of an endpoint (for health: in the body). `None` for endpoints not called.
pub(super) fn named(endpoint: Endpoint) -> Option<Named> {
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
        Endpoint::ListTasks => &[
            ("success", Whole),
            ("hasTasks", Whole),
            ("count", Whole),
            ("tasks", Rows(TASK)),
            ("hasMore", Whole),
            ("cursor", Whole),
            ("totalCandidates", Whole),
            ("degraded", Whole),
            ("degradedReason", Whole),
            ("message", Whole),
        ],
        Endpoint::ReadTask => &[("success", Whole), ("task", Fields(TASK))],
        Endpoint::SentMessages => &[
            ("success", Whole),
            ("count", Whole),
            ("source", Whole),
            ("messages", Rows(MESSAGE)),
        ],
        Endpoint::MessageHistory => &[
            ("success", Whole),
            ("count", Whole),
            ("sort", Whole),
            ("messages", Rows(MESSAGE)),
        ],
        Endpoint::UnreadMessages => &[("count", Whole), ("messages", Rows(UNREAD))],
        Endpoint::RelayGroups => all_whole!["success", "groups", "roleTargeting", "message"],
        Endpoint::SendMessage => all_whole![
            "success",
            "messageId",
            "multicastId",
            "recipients",
            "targets",
            "action",
            "relay",
            "schemaValid",
            "idempotent",
            "message",
        ],
        Endpoint::CreateTask => all_whole![
            "success",
            "taskId",
            "title",
            "action",
            "targetState",
            "heartbeatAge",
            "warning",
            "message",
        ],
        Endpoint::ClaimTask => all_whole![
            "success",
            "taskId",
            "title",
            "instructions",
            "action",
            "priority",
            "alreadyClaimed",
            "message",
        ],
        Endpoint::CompleteTask => all_whole!["success", "taskId", "message"],
        Endpoint::CostSummary => &[
            ("success", Whole),
            ("total_tokens_in", Whole),
            ("total_tokens_out", Whole),
            ("total_cost_usd", Whole),
            ("task_count", Whole),
            ("period", Whole),
            ("groupBy", Whole),
            ("programFilter", Whole),
            ("breakdown", Rows(COST)),
        ],
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
        Endpoint::ListQuestions => &[
            ("success", Whole),
            ("count", Whole),
            ("questions", Rows(QUESTION)),
            ("hasMore", Whole),
            ("cursor", Whole),
        ],
        Endpoint::QuestionResponse => all_whole![
            "success",
            "answered",
            "response",
            "decryptionFailed",
            "encrypted",
            "answeredAt",
            "expired",
            "status",
            "message",
        ],
        Endpoint::Messages | Endpoint::Any => return None,
    }))
}

impl Named {
    /// Where `got` says something else than `recorded`, as lines. Absent, null and values are three things, and
    /// numbers are compared as they were written.
    pub(super) fn differences(self, recorded: Option<&Value>, got: Option<&Value>) -> Vec<String> {
        let mut lines = Vec::new();
        self.compare("data", recorded, got, &mut lines);
        lines
    }

    fn compare(self, at: &str, recorded: Option<&Value>, got: Option<&Value>, lines: &mut Vec<String>) {
        match (self, recorded, got) {
            (Fields(fields), Some(Value::Object(recorded)), Some(Value::Object(got))) => {
                for (name, named) in fields {
                    named.compare(&format!("{at}.{name}"), recorded.get(*name), got.get(*name), lines);
                }
            }
            (Rows(fields), Some(Value::Array(recorded)), Some(Value::Array(got))) if recorded.len() == got.len() => {
                for (index, (recorded, got)) in recorded.iter().zip(got).enumerate() {
                    Fields(fields).compare(&format!("{at}[{index}]"), Some(recorded), Some(got), lines);
                }
            }
            (_, recorded, got) if recorded == got => {}
            (_, recorded, got) => lines.push(format!("{at}: recorded {}, read {}", brief(recorded), brief(got))),
        }
    }

    /// The places of `value` that are named and there, as JSON pointers, objects and arrays included.
    pub(super) fn places(self, value: &Value) -> Vec<String> {
        let mut places = Vec::new();
        self.collect(String::new(), value, &mut places);
        places
    }

    fn collect(self, at: String, value: &Value, places: &mut Vec<String>) {
        match (self, value) {
            (Fields(fields), Value::Object(object)) => {
                for (name, named) in fields {
                    if let Some(value) = object.get(*name) {
                        places.push(format!("{at}/{name}"));
                        named.collect(format!("{at}/{name}"), value, places);
                    }
                }
            }
            (Rows(fields), Value::Array(rows)) => {
                for (index, row) in rows.iter().enumerate() {
                    Fields(fields).collect(format!("{at}/{index}"), row, places);
                }
            }
            _ => {}
        }
    }
}

fn brief(value: Option<&Value>) -> String {
    let text = value.map_or_else(|| "nothing".to_owned(), Value::to_string);
    // Keys are fake in recordings; a habit is a habit.
    let text = if text.contains("cb_") { "a key".to_owned() } else { text };
    text.chars().take(120).collect()
}
