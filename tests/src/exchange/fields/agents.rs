//! Of what agents ask and the client only reads, and of what only the server counts.

use super::super::named::Named::{self, Fields, Rows, Whole};
use super::all_whole;
use crate::mock_server::Endpoint;

const INTERRUPT: &[(&str, Named)] = all_whole![
    "id",
    "message",
    "source",
    "message_type",
    "status",
    "action",
    "priority",
    "context",
    "reply_to",
    "threadId",
    "ttl",
    "provenance",
    "multicastId",
    "multicastSource",
    "createdAt",
];
const DEAD_LETTER: &[(&str, Named)] = all_whole![
    "id",
    "source",
    "target",
    "message_type",
    "payload",
    "priority",
    "action",
    "context",
    "deliveryAttempts",
    "maxDeliveryAttempts",
    "dead_letter_reason",
    "dead_letter_class",
    "createdAt",
    "deadLetteredAt",
    "expiresAt",
];
const STORY: &[(&str, Named)] = &[
    ("id", Whole),
    ("title", Whole),
    ("status", Whole),
    ("wave", Whole),
    ("dependencies", Whole),
    ("complexity", Whole),
    ("currentAction", Whole),
    (
        "retry",
        Fields(all_whole!["policy", "maxRetries", "retryCount", "retryHistory"]),
    ),
    ("startedAt", Whole),
    ("completedAt", Whole),
];
const PLANNED: &[(&str, Named)] = all_whole![
    "id",
    "title",
    "wave",
    "dependencies",
    "complexity",
    "retryPolicy",
    "maxRetries",
];
const STATS: &[(&str, Named)] = all_whole!["total", "completed", "failed", "active", "queued"];
const SPRINT: &[(&str, Named)] = &[
    ("id", Whole),
    ("title", Whole),
    ("status", Whole),
    ("projectName", Whole),
    ("branch", Whole),
    ("config", Whole),
    ("definition", Rows(PLANNED)),
    ("createdAt", Whole),
    ("startedAt", Whole),
    ("completedAt", Whole),
    ("stories", Rows(STORY)),
    ("stats", Fields(STATS)),
];
const PROGRAM: &[(&str, Named)] = all_whole![
    "programId",
    "displayName",
    "role",
    "color",
    "groups",
    "tags",
    "active",
    "createdBy",
    "createdAt",
];
const BUCKET: &[(&str, Named)] = &[
    ("bucketStart", Whole),
    ("samplesInBucket", Whole),
    ("activeSessions", Fields(all_whole!["total", "byTier", "byProgram"])),
    ("tasksInFlight", Whole),
    ("messagesPending", Whole),
    ("heartbeatHealth", Whole),
];
const PERIOD: &[(&str, Named)] = all_whole![
    "dream_consumed_usd",
    "dream_budget_cap_usd",
    "dream_count",
    "task_cost_usd",
    "task_count",
];

pub(super) fn of(endpoint: Endpoint) -> Option<Named> {
    Some(Fields(match endpoint {
        Endpoint::Messages | Endpoint::PeekInterrupts => &[
            ("success", Whole),
            ("hasInterrupts", Whole),
            ("interrupts", Rows(INTERRUPT)),
            ("message", Whole),
        ],
        Endpoint::MarkRead => all_whole!["updated"],
        Endpoint::DeadLetters => &[
            ("success", Whole),
            ("count", Whole),
            ("deadLetters", Rows(DEAD_LETTER)),
            ("message", Whole),
        ],
        Endpoint::AskQuestion => all_whole!["success", "questionId", "encrypted", "message"],
        Endpoint::SendAlert => all_whole!["success", "alertId", "alertType", "message"],
        Endpoint::UnclaimTask => all_whole!["success", "taskId", "unclaimCount", "flagged", "message"],
        Endpoint::ClaimTasks | Endpoint::CompleteTasks => &[
            ("success", Whole),
            ("results", Rows(all_whole!["taskId", "success", "title", "error"])),
            ("claimed", Whole),
            ("completed", Whole),
            ("failed", Whole),
        ],
        Endpoint::TaskCounts => all_whole!["created", "active", "done", "failed", "total"],
        Endpoint::ActiveSprints => &[("sprints", Rows(SPRINT)), ("count", Whole)],
        Endpoint::ReadSprint => &[
            ("success", Whole),
            ("sprint", Fields(SPRINT)),
            ("stories", Rows(STORY)),
            ("stats", Fields(STATS)),
        ],
        Endpoint::CreateSprint => all_whole!["success", "sprintId", "storiesCreated", "message"],
        Endpoint::AddStory => all_whole!["success", "sprintId", "storyId", "wave", "message"],
        Endpoint::UpdateStory => all_whole!["success", "sprintId", "storyId", "message"],
        Endpoint::CompleteSprint => &[
            ("success", Whole),
            ("sprintId", Whole),
            (
                "summary",
                Fields(all_whole!["completed", "failed", "skipped", "duration"]),
            ),
            ("message", Whole),
        ],
        Endpoint::ContextUse => &[
            ("success", Whole),
            ("sessionId", Whole),
            ("period", Whole),
            ("count", Whole),
            (
                "contextHistory",
                Rows(all_whole!["timestamp", "sessionId", "contextBytes", "contextUsedPct"]),
            ),
            ("message", Whole),
        ],
        Endpoint::FleetTimeline => &[
            ("success", Whole),
            ("period", Whole),
            ("resolution", Whole),
            ("count", Whole),
            ("timeline", Rows(BUCKET)),
            ("message", Whole),
        ],
        Endpoint::CommsMetrics => &[
            ("success", Whole),
            ("period", Whole),
            ("totalMessages", Whole),
            ("statusCounts", Whole),
            ("avgDeliveryLatencyMs", Whole),
            ("perProgram", Rows(all_whole!["program", "sent", "delivered"])),
        ],
        Endpoint::BudgetSummary => &[
            ("success", Whole),
            (
                "periods",
                Fields(&[
                    ("today", Fields(PERIOD)),
                    ("this_week", Fields(PERIOD)),
                    ("this_month", Fields(PERIOD)),
                ]),
            ),
        ],
        Endpoint::McpInitialize => &[
            ("protocolVersion", Whole),
            ("capabilities", Whole),
            ("serverInfo", Fields(all_whole!["name", "version"])),
        ],
        Endpoint::Mcp => &[("tools", Rows(all_whole!["name", "description", "inputSchema"]))],
        Endpoint::McpNotification => &[],
        Endpoint::McpHeartbeat => all_whole!["status", "session_id", "session_expires_in_ms"],
        Endpoint::ListPrograms => &[("success", Whole), ("count", Whole), ("programs", Rows(PROGRAM))],
        Endpoint::UpdateProgram => all_whole!["success", "programId", "message"],
        _ => return None,
    }))
}
