//! Tasks, and what they cost.

use crate::http::openapi::shapes::{
    Data, Schema, always, anything, done, flag, list, moment, named, number, object, or_null, plain, text, whole, words,
};

pub(super) const PRIORITIES: [&str; 3] = ["low", "normal", "high"];
pub(super) const ACTIONS: [&str; 5] = ["interrupt", "sprint", "parallel", "queue", "backlog"];
/// Where a task, or a story of a sprint, stands.
pub(super) const STATUSES: [&str; 5] = ["created", "active", "done", "failed", "archived"];

pub(super) fn data(tool: &str) -> Option<Data> {
    // Each is done or not for itself.
    let one_of_several = object(&[
        ("taskId", text()),
        ("success", flag()),
        ("title?", text()),
        ("error?", text()),
    ]);
    Some(match tool {
        "get_tasks" => done(&[
            ("hasTasks", flag()),
            ("count", whole()),
            ("tasks", list(&named("Task"))),
            ("hasMore", flag()),
            ("cursor", or_null(text())),
            ("totalCandidates", or_null(whole())),
            ("degraded", flag()),
            ("degradedReason", or_null(text())),
            ("message", text()),
        ]),
        "get_task_by_id" => done(&[("task", named("Task"))]),
        "create_task" => done(&[
            ("taskId", text()),
            ("title", text()),
            ("action", words(&ACTIONS)),
            ("message", text()),
            ("targetState?", words(&["alive", "stale", "offline"])),
            ("heartbeatAge?", text()),
            ("warning?", text()),
        ]),
        "claim_task" => done(&[
            ("taskId", text()),
            ("title", text()),
            ("instructions", text()),
            ("action", words(&ACTIONS)),
            ("priority", words(&PRIORITIES)),
            ("alreadyClaimed", flag()),
            ("message", text()),
        ]),
        "unclaim_task" => done(&[
            ("taskId", text()),
            ("unclaimCount", whole()),
            ("flagged", flag()),
            ("message", text()),
        ]),
        "complete_task" => done(&[("taskId", text()), ("message", text())]),
        "batch_claim_tasks" => always(&[
            ("results", list(&one_of_several)),
            ("claimed", whole()),
            ("failed", whole()),
        ]),
        "batch_complete_tasks" => always(&[
            ("results", list(&one_of_several)),
            ("completed", whole()),
            ("failed", whole()),
        ]),
        "task_stats" => plain(&[
            ("created", whole()),
            ("active", whole()),
            ("done", whole()),
            ("failed", whole()),
            ("total", whole()),
        ]),
        "get_cost_summary" => always(&[
            ("total_tokens_in", whole()),
            ("total_tokens_out", whole()),
            ("total_cost_usd", number()),
            ("task_count", whole()),
            ("period", words(&["today", "this_week", "this_month", "all"])),
            ("groupBy", words(&["program", "type", "none"])),
            ("programFilter", or_null(text())),
            ("breakdown", list(&named("Cost"))),
        ]),
        _ => return None,
    })
}

pub(super) fn rows() -> Vec<(&'static str, Schema)> {
    let task = object(&[
        ("id", text()),
        ("type", words(&["task", "question", "dream", "sprint", "sprint-story"])),
        ("title", text()),
        ("instructions?", or_null(text())),
        ("action", words(&ACTIONS)),
        ("priority", words(&PRIORITIES)),
        ("status", words(&STATUSES)),
        ("source", text()),
        ("target", or_null(text())),
        ("projectId", or_null(text())),
        ("requires_action", flag()),
        ("auto_archived", flag()),
        ("ttl", or_null(whole())),
        ("replyTo", or_null(text())),
        ("threadId", or_null(text())),
        ("provenance", anything()),
        ("fallback", or_null(list(&text()))),
        ("expiresAt", or_null(moment())),
        ("createdAt", moment()),
        ("result", or_null(text())),
        (
            "completed_status",
            or_null(words(&["SUCCESS", "FAILED", "SKIPPED", "CANCELLED"])),
        ),
        ("completedAt", or_null(moment())),
        ("claimedBy", or_null(text())),
        ("claimedAt", or_null(moment())),
    ]);
    let cost = object(&[
        ("key", text()),
        ("tokens_in", whole()),
        ("tokens_out", whole()),
        ("cost_usd", number()),
        ("task_count", whole()),
    ]);
    vec![("Task", task), ("Cost", cost)]
}
