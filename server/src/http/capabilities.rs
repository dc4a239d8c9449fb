//! `GET /v1/capabilities`: what this server offers beyond the hosted contract, and its limits, for whoever is about to
//! connect; so it needs no key and tells nothing about anybody (docs/contract-extensions.md).

use axum::extract::State;
use axum::http::StatusCode;
use cachebash_core::domain::Span;
use serde_json::{Map, Value, json};

use super::envelope::Reply;
use super::events::HEARTBEAT;
use super::mcp;
use super::request::BODY_LIMIT;
use crate::app::App;
use crate::feed::{self, MOST_ON_A_PAGE, ON_A_PAGE};
use crate::records::{ALERT_SECONDS, ANSWER_LIMIT, MESSAGE_KEPT};
use crate::rules::page;
use crate::tools::{IDEMPOTENCY_KEY_LIMIT, IDEMPOTENCY_REMEMBERED};

pub(super) async fn capabilities(State(app): State<App>) -> Reply {
    let mut offers = Map::new();
    offers.insert(
        "sync".into(),
        json!({ "version": 1, "path": "/v1/sync", "entities": feed::entities() }),
    );
    offers.insert("events".into(), json!({ "version": 1, "path": "/v1/events" }));
    offers.insert("idempotency".into(), json!({ "version": 1 }));
    offers.insert("mcp".into(), json!({ "version": 1, "path": mcp::PATH }));
    // What a tool answers is offered where there is the tool.
    for (name, tool, path) in [
        ("timeline", "get_session_timeline", "/v1/sessions/{sessionId}/timeline"),
        ("questions", "answer_question", "/v1/questions"),
    ] {
        if app.tools.find(tool).is_some() {
            offers.insert(name.into(), json!({ "version": 1, "path": path }));
        }
    }
    let per_minute = app.limiter.per_minute();
    let data = json!({
        "success": true,
        "server": { "name": "cachebash", "version": env!("CARGO_PKG_VERSION") },
        "offers": offers,
        "limits": {
            "bodyBytes": BODY_LIMIT,
            "answerCharacters": ANSWER_LIMIT,
            "syncPage": pages(ON_A_PAGE, MOST_ON_A_PAGE),
            "listPage": pages(page::USUAL, page::MOST),
            "idempotencyKeyCharacters": IDEMPOTENCY_KEY_LIMIT,
            "idempotencySeconds": seconds(IDEMPOTENCY_REMEMBERED),
            "heartbeatSeconds": HEARTBEAT.as_secs(),
            "callsPerMinute": per_minute.map(|(calls, _)| calls),
            "burst": per_minute.map(|(_, burst)| burst),
        },
        "retention": {
            "messageSeconds": seconds(MESSAGE_KEPT),
            "alertSeconds": ALERT_SECONDS,
            "sessionUpdateSeconds": app.retention.session_updates.map(seconds),
            "endedSessionSeconds": app.retention.ended_sessions.map(seconds),
            "deletionSeconds": app.retention.deletions.map(seconds),
        },
    });
    Reply {
        status: StatusCode::OK,
        data,
    }
}

fn pages(default: u32, most: u32) -> Value {
    json!({ "default": default, "most": most })
}

fn seconds(span: Span) -> i64 {
    span.as_millis() / 1_000
}
