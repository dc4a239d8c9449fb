//! The routes that are no tool's. Whoever adds one describes it here.

use serde_json::{Value, json};

use super::super::auth::COUNTS;
use super::shapes::{free, moment, object, text, whole, words};

/// Method, path and operation of each.
pub(super) fn operations() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("GET", "/v1/health", health("health")),
        ("GET", "/health", health("health_outside")),
        ("GET", super::PATH, document()),
        ("GET", COUNTS, counts()),
        ("POST", "/v1/mcp", mcp()),
        ("DELETE", "/v1/mcp", mcp_end()),
        ("POST", "/v1/mcp/heartbeat", mcp_heartbeat()),
    ]
}

fn health(id: &str) -> Value {
    let fallback = object(&[("description", text()), ("baseUrl", text()), ("docs", text())]);
    let schema = object(&[
        ("status", words(&["ok", "unavailable"])),
        ("version", text()),
        ("timestamp", moment()),
        ("uptimeSeconds", whole()),
        (
            "database",
            object(&[
                ("kind", words(&["sqlite", "postgresql"])),
                ("reachable", json!({ "type": "boolean" })),
            ]),
        ),
        (
            "endpoints",
            object(&[("rest", text()), ("mcp", text()), ("health", text())]),
        ),
        ("restFallback", fallback),
    ]);
    open(id, "See whether the server answers", "It answers. No envelope.", schema)
}

/// Prometheus reads it; a client has no use for it.
fn counts() -> Value {
    let shared = |name: &str| json!({ "$ref": format!("#/components/responses/{name}") });
    json!({
        "operationId": "metrics",
        "summary": "Read the server's counts",
        "description": "For a key of the first tenant that holds `metrics.read`.",
        "tags": ["health"],
        "responses": {
            "200": {
                "description": "The counts, as OpenMetrics writes them.",
                "content": { "application/openmetrics-text": { "schema": text() } },
            },
            "401": shared("Unauthorized"),
            "403": shared("Forbidden"),
            "429": shared("TooMany"),
            "503": shared("Unavailable"),
        },
    })
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

/// MCP has a document of its own kind, `tools/list`; here is only how a message travels.
fn mcp() -> Value {
    let id = json!({ "type": ["string", "number", "null"] });
    let message = json!({
        "type": "object",
        "properties": {
            "jsonrpc": { "type": "string", "const": "2.0" },
            "id": { "type": ["string", "integer"] },
            "method": { "type": "string" },
            "params": { "type": "object" },
        },
        "required": ["jsonrpc", "method"],
    });
    let answer = object(&[
        ("jsonrpc", words(&["2.0"])),
        ("id?", id),
        ("result?", free()),
        ("error?", free()),
    ]);
    let said = |what: &str| json!({ "description": what, "content": json_of(&answer) });
    let mut operation = closed("mcp", "Speak MCP: one JSON-RPC message, one answer");
    operation["description"] =
        "The streamable HTTP transport, answering in plain JSON. Any other method is 405.".into();
    operation["parameters"] = json!([
        session("What `initialize` answered with; every message but that one carries it, or says its protocol version."),
        {
            "name": "MCP-Protocol-Version", "in": "header", "schema": { "type": "string" },
            "description": "The version that was agreed on.",
        },
    ]);
    operation["requestBody"] = json!({
        "required": true,
        "content": { "application/json": {
            "schema": message,
            "examples": { "usual": { "value": {
                "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
                    "protocolVersion": "2025-06-18", "capabilities": {},
                    "clientInfo": { "name": "an agent", "version": "1" },
                },
            } } },
        } },
    });
    operation["responses"]["200"] = said("The answer.");
    operation["responses"]["200"]["headers"] = json!({
        "Mcp-Session-Id": { "description": "For the messages to come.", "schema": { "type": "string" } },
    });
    operation["responses"]["202"] = json!({ "description": "A notification was heard." });
    operation["responses"]["400"] = said("Not a message that can be answered.");
    operation
}

fn mcp_end() -> Value {
    let mut operation = closed("mcp_end", "Take leave of an MCP session");
    operation["parameters"] = json!([session("The session.")]);
    operation["responses"]["200"] = json!({ "description": "Nothing was kept, so nothing is forgotten." });
    operation
}

fn mcp_heartbeat() -> Value {
    let alive = object(&[
        ("status", words(&["alive"])),
        ("session_id", text()),
        ("session_expires_in_ms", whole()),
    ]);
    let over = object(&[("error", text()), ("detail", text()), ("fallback", text())]);
    let mut operation = closed("mcp_heartbeat", "Ask whether an MCP session id still counts");
    operation["parameters"] = json!([session("The session.")]);
    operation["responses"]["200"] = json!({ "description": "It does.", "content": json_of(&alive) });
    operation["responses"]["410"] = json!({ "description": "It does not. No envelope.", "content": json_of(&over) });
    operation
}

fn session(what: &str) -> Value {
    json!({ "name": "Mcp-Session-Id", "in": "header", "schema": { "type": "string" }, "description": what })
}

/// One of MCP's, which needs a key and says so in a shape of its own.
fn closed(id: &str, summary: &str) -> Value {
    let turned_away = object(&[("error", text()), ("error_description", text())]);
    let refused = |what: &str| json!({ "description": what, "content": json_of(&turned_away) });
    let mut often = refused("Too many failed authentications. No envelope.");
    often["headers"]["Retry-After"] = json!({ "$ref": "#/components/headers/RetryAfter" });
    let mut away = refused("The database cannot be reached just now. No envelope.");
    away["headers"]["Retry-After"] = json!({ "$ref": "#/components/headers/RetryAfter" });
    json!({
        "operationId": id,
        "summary": summary,
        "tags": ["mcp"],
        "responses": {
            "401": refused("No key, or none that opens the door. No envelope."),
            "429": often,
            "503": away,
        },
    })
}

fn json_of(schema: &Value) -> Value {
    json!({ "application/json": { "schema": schema } })
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
            "content": json_of(&schema),
        } },
    })
}
