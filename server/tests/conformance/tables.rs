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
    /// The same answer but for these places, in which a row's number is left out.
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
        ".endpoints.staleSessions", ".endpoints.wake", ".endpoints.wakeTarget",
    ])),
    ("keys-rotate-again-in-grace", Refused(200)),
    ("message-send-idempotent-repeat", Places(&[".data.message", ".data.schemaValid"])),
    ("message-send-source-mismatch-is-500", Error(403, "FORBIDDEN")),
    ("program-state-decayed-first-read", Places(&[".data.message"])),
    ("program-state-update-sparse-is-500", Done(200)),
    ("query-malformed-percent-is-500", Error(400, "VALIDATION_ERROR")),
    ("query-second-equals-truncates", Places(&[".data.sessions"])),
    ("question-response-encrypted-wrong-key", Places(&[".data.decryptionFailed", ".data.encrypted"])),
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
    ("relay-messages-owner-only", Error(404, "NOT_FOUND")),
    ("session-create-402-free-plan", Done(201)),
    ("session-create-503-no-ceilings", Done(201)),
    ("session-create-soft-limit-warning", Places(&[".data._pricing"])),
];

/// Fields that are added to the answers of lists.
pub(crate) const ADDED: [&str; 1] = [".data.hasMore"];
