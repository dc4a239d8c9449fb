//! Program state and its history.

use crate::http::openapi::shapes::{
    Data, Schema, anything, done, flag, free, list, moment, named, number, object, or_null, text, whole, words,
};

pub(super) fn data(tool: &str) -> Option<Data> {
    Some(match tool {
        "get_program_state" => done(&[
            ("exists", flag()),
            ("state", named("ProgramState")),
            ("message", text()),
        ]),
        "update_program_state" => done(&[("programId", text()), ("patternsCount", whole()), ("message", text())]),
        "get_context_history" => done(&[
            ("programId", text()),
            ("entries", list(&named("ContextEntry"))),
            ("count", whole()),
            ("hasMore", flag()),
            ("message", text()),
        ]),
        _ => return None,
    })
}

pub(super) fn rows() -> Vec<(&'static str, Schema)> {
    let last_task = object(&[
        ("taskId", text()),
        ("title", text()),
        ("outcome", words(&["completed", "in_progress", "blocked", "deferred"])),
        ("notes", text()),
    ]);
    let config = object(&[
        ("preferredOutputFormat", or_null(text())),
        ("toolPreferences", free()),
        ("knownQuirks", list(&text())),
        ("customSettings", anything()),
    ]);
    let baselines = object(&[
        ("avgTaskDurationMinutes", or_null(number())),
        ("commonFailureModes", list(&text())),
        ("sessionsCompleted", number()),
        ("lastSessionDurationMinutes", or_null(number())),
    ]);
    let decay = object(&[
        ("contextSummaryTTLDays", number()),
        ("learnedPatternMaxAge", number()),
        ("maxUnpromotedPatterns", number()),
        ("lastDecayRun", moment()),
        ("decayLog", list(&free())),
    ]);
    vec![
        (
            "ContextSummary",
            object(&[
                ("lastTask", or_null(last_task)),
                ("activeWorkItems", list(&text())),
                ("handoffNotes", text()),
                ("openQuestions", list(&text())),
            ]),
        ),
        (
            "LearnedPattern",
            object(&[
                ("id", text()),
                ("domain", text()),
                ("pattern", text()),
                ("confidence", number()),
                ("evidence", text()),
                ("discoveredAt", text()),
                ("lastReinforced", text()),
                ("promotedToStore", flag()),
                ("stale", flag()),
                ("projectId?", text()),
            ]),
        ),
        (
            "ProgramState",
            // One that was written elsewhere and brought here may lack whole sections.
            object(&[
                ("programId", text()),
                ("version", whole()),
                ("lastUpdatedBy?", text()),
                ("lastUpdatedAt?", moment()),
                ("sessionId?", text()),
                ("contextSummary?", named("ContextSummary")),
                ("learnedPatterns?", list(&named("LearnedPattern"))),
                ("config?", config),
                ("baselines?", baselines),
                ("decay?", decay),
            ]),
        ),
        (
            "ContextEntry",
            object(&[
                ("id", text()),
                ("timestamp", moment()),
                ("contextSummary", named("ContextSummary")),
                ("sessionId", text()),
                ("updatedBy", text()),
            ]),
        ),
    ]
}
