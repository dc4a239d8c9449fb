//! What tells clients of changes, and what tells them of the server: sync, events, capabilities
//! (docs/contract-extensions.md).

use serde_json::{Map, Value, json};

use super::operations::{enveloped, in_query};
use super::replies::{fed_sprint, fed_story, followed_message};
use super::shapes::{Schema, anything, each, flag, list, moment, named, number, object, or_null, text, whole, words};
use super::shared::described;
use crate::feed::entities;
use crate::http::{events, sync};

/// Method, path and operation of each.
pub(super) fn operations() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("GET", "/v1/capabilities", capabilities()),
        ("GET", "/v1/sync", sync()),
        ("GET", "/v1/events", events()),
    ]
}

fn capabilities() -> Value {
    let offer = object(&[("version", whole()), ("path?", text()), ("entities?", list(&text()))]);
    let pages = object(&[("default", whole()), ("most", whole())]);
    let limits = object(&[
        ("bodyBytes", whole()),
        ("answerCharacters", whole()),
        ("syncPage", pages.clone()),
        ("listPage", pages),
        ("idempotencyKeyCharacters", whole()),
        ("idempotencySeconds", whole()),
        ("heartbeatSeconds", whole()),
        ("callsPerMinute", or_null(whole())),
        ("burst", or_null(whole())),
    ]);
    let kept = || described(or_null(whole()), "Null: for good.");
    let retention = object(&[
        ("messageSeconds", whole()),
        ("alertSeconds", whole()),
        ("sessionUpdateSeconds", kept()),
        ("endedSessionSeconds", kept()),
        ("deletionSeconds", kept()),
    ]);
    let data = object(&[
        ("success", flag()),
        ("server", object(&[("name", text()), ("version", text())])),
        ("offers", each(&offer)),
        ("limits", limits),
        ("retention", retention),
    ]);
    json!({
        "operationId": "capabilities",
        "summary": "See what this server offers beyond the hosted contract, and its limits",
        "tags": ["server"],
        "security": [],
        "responses": { "200": answer("What it offers.", &enveloped(&data)) },
    })
}

fn sync() -> Value {
    let data = object(&[
        ("success", flag()),
        ("changes", list(&named("Change"))),
        ("cursor", text()),
        ("hasMore", flag()),
    ]);
    let mut operation = followed("sync", "Read everything that changed since a cursor, a page at a time");
    operation["description"] = "Without a cursor: everything there is. Each key sees what its lists would show.".into();
    operation["parameters"] = in_query(&sync::arguments_schema()).into();
    operation["responses"]["200"] = answer("What changed.", &enveloped(&data));
    operation["responses"]["204"] = json!({ "description": "Nothing; the cursor stays good." });
    operation
}

fn events() -> Value {
    let mut parameters = in_query(&events::arguments_schema());
    parameters.push(json!({
        "name": "Last-Event-ID", "in": "header", "schema": { "type": "string" },
        "description": "Where a lost stream had come to. Goes before the cursor.",
    }));
    let mut operation = followed("events", "Hear of changes as they happen");
    operation["description"] =
        "Server-sent events: `ready` at once, then `changes`, each with what a page of sync would \
                                have as data and the cursor as id."
            .into();
    operation["parameters"] = parameters.into();
    operation["responses"]["200"] = json!({
        "description": "A stream that ends with the key, or with the server.",
        "content": { "text/event-stream": { "schema": {} } },
    });
    operation
}

/// An operation that needs a key and goes on from a cursor.
fn followed(id: &str, summary: &str) -> Value {
    let mut responses = Map::new();
    for (status, response) in [
        ("400", "Invalid"),
        ("401", "Unauthorized"),
        ("410", "Gone"),
        ("429", "TooMany"),
        ("503", "Unavailable"),
    ] {
        let response = json!({ "$ref": format!("#/components/responses/{response}") });
        responses.insert(status.to_owned(), response);
    }
    json!({ "operationId": id, "summary": summary, "tags": ["feed"], "responses": responses })
}

fn answer(what: &str, schema: &Schema) -> Value {
    json!({ "description": what, "content": { "application/json": { "schema": schema } } })
}

/// A change, and what a record of each entity is.
pub(super) fn rows() -> Vec<(&'static str, Schema)> {
    let gone = object(&[
        ("seq", whole()),
        ("entity", words(&entities())),
        ("id", text()),
        ("deleted", json!({ "type": "boolean", "const": true })),
    ]);
    let told = entities().into_iter().map(|entity| {
        let record = record(entity).unwrap_or_else(anything);
        object(&[
            ("seq", whole()),
            ("entity", words(&[entity])),
            ("id", text()),
            ("record", record),
        ])
    });
    let change = json!({ "oneOf": std::iter::once(gone).chain(told).collect::<Vec<_>>() });
    vec![("Change", change), ("SessionUpdate", session_update())]
}

/// A point of a session's timeline.
fn session_update() -> Schema {
    object(&[
        ("updateId", text()),
        ("sessionId", text()),
        ("programId", text()),
        ("timestamp", moment()),
        ("status", text()),
        ("state", words(&["active", "blocked", "pinned", "done"])),
        ("progress", or_null(number())),
        ("contextBytes", or_null(number())),
        ("contextUsedPct", or_null(number())),
        ("heartbeat", flag()),
    ])
}

/// A record as the feed tells it; `None` where nobody has described it.
fn record(entity: &str) -> Option<Schema> {
    Some(match entity {
        "session" => object(&[
            ("sessionId", text()),
            ("name", text()),
            ("programId", text()),
            ("status", text()),
            ("state", words(&["active", "blocked", "pinned", "done"])),
            ("progress", or_null(number())),
            ("projectName", or_null(text())),
            ("createdAt", moment()),
            ("completedAt", or_null(moment())),
            ("lastUpdate", moment()),
            ("lastHeartbeat", or_null(moment())),
            ("heardAt", or_null(moment())),
            ("archived", flag()),
            ("handoffRequired", flag()),
            ("contextBytes", or_null(number())),
            ("contextUsedPct", or_null(number())),
        ]),
        "session_update" => named("SessionUpdate"),
        "program_state" => named("ProgramState"),
        "context" => object(&[
            ("id", text()),
            ("programId", text()),
            ("timestamp", moment()),
            ("contextSummary", named("ContextSummary")),
            ("sessionId", text()),
            ("updatedBy", text()),
        ]),
        "key" => object(&[
            ("keyHash", text()),
            ("programId", text()),
            ("label", text()),
            ("capabilities", list(&text())),
            ("createdAt", moment()),
            ("expiresAt", or_null(moment())),
            ("revokedAt", or_null(moment())),
        ]),
        "program" => object(&[
            ("programId", text()),
            ("displayName", text()),
            ("role", text()),
            ("color", text()),
            ("groups", list(&text())),
            ("tags", list(&text())),
            ("createdBy", text()),
            ("createdAt", moment()),
            ("paused?", or_null(named("Pause"))),
        ]),
        "message" | "alert" => followed_message(),
        "question" => named("Question"),
        "task" => named("Task"),
        "sprint" => fed_sprint(),
        "story" => fed_story(),
        "spend" => object(&[
            ("day", moment()),
            ("programId", text()),
            ("type", words(&["task", "question", "dream", "sprint", "sprint-story"])),
            ("task_count", whole()),
            ("tokens_in", whole()),
            ("tokens_out", whole()),
            ("cost_usd", number()),
        ]),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entity_of_the_feed_describes_its_record() {
        let silent: Vec<&str> = entities()
            .into_iter()
            .filter(|entity| record(entity).is_none())
            .collect();
        assert!(silent.is_empty(), "describe in http/openapi/feed.rs: {silent:?}");
    }
}
