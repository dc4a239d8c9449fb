//! Where we differ from the recording on purpose, and what is not built. docs/adr/hosted-differences.md gives the reasons,
//! and a test holds the two together. Each line must be true: a case that no longer differs has to leave its table.

/// What a case gets instead of its recorded answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Instead {
    /// A failure: status and error code.
    Error(u16, &'static str),
    /// A success.
    Done(u16),
    /// A refusal inside a success.
    Refused(u16),
    /// The same answer but for these places and what is beneath them; a row's number is left out.
    Places(&'static [&'static str]),
}

use Instead::{Done, Error, Places, Refused};

/// Cases that get another answer here.
#[rustfmt::skip]
pub(crate) const DIFFERENT: &[(&str, Instead)] = &[
    ("capability-missing-is-500-fleet", Error(403, "FORBIDDEN")),
    ("capability-missing-is-500-keys", Error(403, "FORBIDDEN")),
    ("capability-missing-is-500-session-patch", Error(403, "FORBIDDEN")),
    ("health-public", Places(&[
        ".endpoints.cleanup", ".endpoints.executeSchedules", ".endpoints.healthCheck",
        ".endpoints.staleSessions", ".endpoints.wake", ".endpoints.wakeTarget", ".database", ".uptimeSeconds",
    ])),
    ("fleet-timeline-empty", Places(&[".data.message"])),
    ("keys-rotate-again-in-grace", Refused(200)),
    ("mcp-heartbeat-rest-410", Places(&[".fallback"])),
    ("mcp-list-sessions", Places(&[".result.content[].text.sessions[].programId"])),
    ("mcp-list-sessions-not-admin-gated", Places(&[".result.content[].text.sessions[].programId"])),
    ("mcp-rate-tier-after-rotate", Places(&[".result.content[].text.sessions[].programId"])),
    ("mcp-tools-list-restricted", Places(&[".result.tools"])),
    ("mcp-unknown-session-still-works", Places(&[
        ".result.content[].text.sessions[].programId", ".result.content[].text.sessions[].projectName",
    ])),
    ("mcp-validation-error-is-text", Places(&[".result"])),
    ("message-send-idempotent-repeat", Places(&[".data.message", ".data.schemaValid"])),
    ("message-send-source-mismatch-is-500", Error(403, "FORBIDDEN")),
    ("program-state-decayed-first-read", Places(&[".data.message"])),
    ("program-state-update-sparse-is-500", Done(200)),
    ("question-response-encrypted-wrong-key", Places(&[".data.decryptionFailed", ".data.encrypted"])),
    ("query-malformed-percent-is-500", Error(400, "VALIDATION_ERROR")),
    ("query-second-equals-truncates", Places(&[".data.sessions"])),
    ("session-create-id-with-slash", Error(400, "VALIDATION_ERROR")),
    ("session-list-after-revive", Places(&[".data.sessions[].projectName"])),
    ("session-list-after-upsert", Places(&[".data.sessions[].programId"])),
    ("session-update-hyphenated-program-locked-out", Done(200)),
    ("sessions-list-all-50", Places(&[".data.sessions[].programId", ".data.sessions[].progress"])),
    ("sessions-list-default", Places(&[".data.sessions[].programId", ".data.sessions[].progress"])),
    ("sessions-list-limit-fraction", Error(400, "VALIDATION_ERROR")),
    ("sessions-list-working", Places(&[".data.sessions[].programId", ".data.sessions[].progress"])),
];

/// Cases of what is not built, and what they get.
#[rustfmt::skip]
pub(crate) const NOT_BUILT: &[(&str, Instead)] = &[
    ("breaker-429-key-ceiling", Done(200)),
    ("budget-summary", Error(404, "NOT_FOUND")),
    ("compliance-410-after-complete", Done(200)),
    ("compliance-410-terminated", Done(200)),
    ("compliance-warning-in-body", Places(&[".data._compliance"])),
    ("relay-messages-owner-only", Error(404, "NOT_FOUND")),
    ("session-create-402-free-plan", Done(201)),
    ("session-create-503-no-ceilings", Done(201)),
    ("session-create-soft-limit-warning", Places(&[".data._pricing"])),
];

/// Fields that are added to the answers of lists.
pub(crate) const ADDED: [&str; 2] = [".data.hasMore", ".result.content[0].text.hasMore"];

/// Cases with the recorded names, types and sentences that say something else, for a reason that is written down.
#[rustfmt::skip]
pub(crate) const OTHER_VALUES: &[&str] = &[
    "cost-summary",
    "cost-summary-by-program",
    "cost-summary-filter",
    "fleet-health",
    "fleet-health-detail-ignored",
    "keys-create-new-program",
    "mcp-create-key",
    "mcp-heartbeat-rest-alive",
    "mcp-initialize",
    "mcp-rate-tier-before-rotate",
    "program-state-after-phone-update",
    "program-state-context-history",
    "query-plus-is-literal",
    "relay-groups",
    "session-list-after-block",
    "session-list-after-complete",
    "session-list-after-context",
    "session-list-after-pinned",
    "session-list-after-text-only-update",
    "sessions-history",
    "sessions-history-bad-limit-defaults",
    "tasks-list-default",
    "tasks-page-1",
    "tasks-page-2",
    "tasks-stats-always-zero",
];

/// Cases that say something else only because of what no reply shows.
#[rustfmt::skip]
pub(crate) const UNSHOWN: &[(&str, &str)] = &[
    ("compliance-exempt-for-mobile", "four more tasks"),
    ("keys-list", "when a key was last used; and there are an owner's key and a program's more"),
    ("messages-sent", "in which order a group's messages were sent, and their ids"),
    ("metrics-comms", "one more message, of long ago"),
    ("sprints-active", "which ids the stories of a new sprint got"),
    ("task-create", "the last second's heartbeat"),
];
