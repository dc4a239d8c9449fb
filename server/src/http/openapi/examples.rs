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
        "create_task" => json!({
            "title": "Wire the parser", "target": "builder", "instructions": "Keep the old shape", "priority": "high",
        }),
        "complete_task" => json!({
            "model": "a-model", "provider": "a-provider", "tokens_in": 12_000, "tokens_out": 900, "cost_usd": 0.42,
            "result": "The parser is wired",
        }),
        "batch_claim_tasks" => json!({ "taskIds": ["task-1", "task-2"], "sessionId": "builder.task1" }),
        "batch_complete_tasks" => json!({ "taskIds": ["task-1", "task-2"], "result": "Both done" }),
        "send_message" => json!({
            "message": "The parser is wired", "source": "legacy", "target": "builder", "message_type": "STATUS",
        }),
        "mark_messages_read" => json!({ "messageIds": ["message-1"] }),
        "send_alert" => json!({ "message": "The build is red", "alertType": "warning" }),
        "ask_question" => json!({ "question": "Deploy to production?", "options": ["yes", "no"] }),
        "answer_question" => json!({ "response": "yes", "idempotency_key": "tap-1" }),
        "create_sprint" => json!({
            "projectName": "demo-app", "branch": "parser",
            "stories": [{ "id": "s1", "title": "Wire the parser" }, { "id": "s2", "title": "Test it", "wave": 2 }],
        }),
        "add_story_to_sprint" => json!({ "story": { "id": "s3", "title": "Write it down" } }),
        "update_sprint_story" => json!({ "status": "active", "progress": 40 }),
        "complete_sprint" => json!({ "summary": { "duration": 3_600 } }),
        "update_program" => json!({ "displayName": "The builder", "groups": ["builders"] }),
        "pause_program" => json!({ "reason": "The disk is full" }),
        "create_key" => json!({
            "programId": "builder", "label": "The builder's laptop", "capabilities": ["pulse.read", "pulse.write"],
        }),
        _ => return None,
    })
}
