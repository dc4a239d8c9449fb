//! The routes that are no tool's. Whoever adds one describes it here.

use serde_json::{Value, json};

use super::shapes::{moment, object, text, words};

/// Method, path and operation of each.
pub(super) fn operations() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("GET", "/v1/health", health("health")),
        ("GET", "/health", health("health_outside")),
        ("GET", super::PATH, document()),
    ]
}

fn health(id: &str) -> Value {
    let fallback = object(&[("description", text()), ("baseUrl", text()), ("docs", text())]);
    let schema = object(&[
        ("status", words(&["ok"])),
        ("version", text()),
        ("timestamp", moment()),
        ("endpoints", object(&[("rest", text()), ("health", text())])),
        ("restFallback", fallback),
    ]);
    open(id, "See whether the server answers", "It answers. No envelope.", schema)
}

fn document() -> Value {
    let schema = json!({
        "type": "object",
        "properties": { "openapi": { "type": "string" }, "info": { "type": "object" }, "paths": { "type": "object" } },
        "required": ["openapi", "info", "paths"],
        "additionalProperties": true,
    });
    open("openapi", "Read this document", "The contract. No envelope.", schema)
}

/// One that needs no key.
fn open(id: &str, summary: &str, answer: &str, schema: Value) -> Value {
    json!({
        "operationId": id,
        "summary": summary,
        "tags": ["server"],
        "security": [],
        "responses": { "200": {
            "description": answer,
            "content": { "application/json": { "schema": schema } },
        } },
    })
}
