//! Tasks, sprints and what work cost, as records.

use serde_json::{Value, json};

use super::records::{Record, date, list};

/// What is listed among tasks and is one.
pub(crate) fn tasks(held: &Value) -> Vec<Record> {
    let tasks = list(held, "tasks").filter(|row| row["type"] == "task");
    tasks.map(|row| ("task", task(row))).collect()
}

fn task(row: &Value) -> Value {
    let claim = row["claimedBy"]
        .as_str()
        .map(|by| json!({"by": by, "at": date(&row["claimedAt"])}));
    json!({
        "id": row["id"], "kind": row["type"], "title": row["title"],
        "instructions": row["instructions"].as_str().unwrap_or_default(), "action": row["action"],
        "priority": row["priority"], "status": row["status"], "source": row["source"], "target": row["target"],
        "requiresAction": row["requires_action"], "ttl": row["ttl"], "createdAt": date(&row["createdAt"]),
        "expiresAt": date(&row["expiresAt"]), "claim": claim,
    })
}

/// Sprints are tasks that were shown with their plan.
pub(crate) fn sprints(held: &Value) -> Vec<Record> {
    let mut records = Vec::new();
    for row in list(held, "tasks").filter(|row| row["definition"].is_array()) {
        records.push(("sprint", sprint(row)));
        let stories = list(held, "stories").filter(|story| story["sprintId"] == row["id"]);
        records.extend(
            stories
                .zip(0..)
                .map(|(story, place)| ("story", self::story(row, story, place))),
        );
    }
    records
}

fn sprint(row: &Value) -> Value {
    json!({
        "id": row["id"], "project": row["projectName"], "branch": row["branch"], "config": row["config"],
        "definition": row["definition"], "createdBy": row["source"], "createdAt": date(&row["createdAt"]),
        "completedAt": date(&row["completedAt"]),
    })
}

fn story(sprint: &Value, row: &Value, place: u32) -> Value {
    // The planner's own name of a story stands in its title, where the plan does not tell it.
    let title = row["title"].as_str().unwrap();
    let retry = &row["retry"];
    json!({
        "id": row["id"], "sprint": sprint["id"], "place": place,
        "plan": {
            "id": title.split(' ').next(), "title": title, "wave": row["wave"], "dependencies": row["dependencies"],
            "complexity": row["complexity"], "retryPolicy": retry["policy"], "maxRetries": retry["maxRetries"],
        },
        "status": row["status"], "currentAction": row["currentAction"], "createdAt": date(&sprint["createdAt"]),
        "startedAt": date(&row["startedAt"]), "completedAt": date(&row["completedAt"]),
    })
}

/// What was spent, all of it on the day of the recording: other replies count it as of today.
pub(crate) fn costs(held: &Value, began: i64) -> Vec<Record> {
    let day = began - began.rem_euclid(86_400_000);
    let costs = list(held, "costs").map(|row| {
        json!({
            "day": day, "program": row["key"], "kind": "task", "tasks": row["task_count"], "tokensIn": row["tokens_in"],
            "tokensOut": row["tokens_out"], "nanoUsd": (row["cost_usd"].as_f64().unwrap() * 1e9).round() as u64,
        })
    });
    costs.map(|cost| ("spend", cost)).collect()
}
