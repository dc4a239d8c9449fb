//! One usual request of each tool that takes a body, and ids as they stand in paths.

use serde_json::{Value, json};

/// An id as people name them.
pub(super) fn in_path(name: &str) -> Option<&'static str> {
    match name {
        "programId" => Some("builder"),
        "sessionId" => Some("builder.task1"),
        _ => None,
    }
}

/// A body that is taken as it is.
pub(super) fn body(tool: &str) -> Option<Value> {
    Some(match tool {
        "create_session" => json!({
            "name": "Wire the parser", "sessionId": "builder.task1", "programId": "builder", "projectName": "demo-app",
        }),
        "update_session" => json!({ "status": "Writing the tests", "state": "working", "progress": 40 }),
        "update_program_state" => json!({
            "sessionId": "builder.task1",
            "contextSummary": {
                "lastTask": {
                    "taskId": "task-1", "title": "Wire the parser", "outcome": "in_progress", "notes": "half done",
                },
                "handoffNotes": "The tests are red on purpose", "openQuestions": ["Keep the old shape?"],
            },
        }),
        "create_key" => json!({
            "programId": "builder", "label": "The builder's laptop", "capabilities": ["pulse.read", "pulse.write"],
        }),
        _ => return None,
    })
}
