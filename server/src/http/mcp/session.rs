//! The session id of the older MCP: a note under the server's own seal that says when it was handed out, and to whom by the
//! place it was sealed for. Any node can read it and none has to remember it. A call needs one and does not depend on it: the
//! key alone decides what may be done, as on the hosted server.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use cachebash_core::domain::{Span, Timestamp};
use serde_json::json;

use crate::app::App;
use crate::caller::Caller;
use crate::store::Stored;

/// The header.
pub(super) const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");

/// How long an id counts as alive.
const LIFE: Span = Span::from_mins(24 * 60);

/// A new id for the caller.
pub(super) fn issue(app: &App, caller: &Caller) -> Stored<String> {
    app.store
        .seal()
        .seal(&place(caller), &app.now().as_millis().to_string())
}

/// How long the caller's id still lives; `None`: it is not one of the caller's, or is over.
fn time_left(app: &App, caller: &Caller, id: &str) -> Option<Span> {
    let issued = app.store.seal().open(&place(caller), id).ok()?.parse().ok()?;
    let left = Timestamp::from_millis(issued).plus(LIFE).since(app.now());
    (left > Span::from_millis(0)).then_some(left)
}

/// Where an id is good: a key that replaced another goes on with it, nobody else does.
fn place(caller: &Caller) -> String {
    format!("mcp session of {} in {}", caller.program, caller.tenant.0)
}

/// `POST /v1/mcp/heartbeat`: whether an id is still alive.
pub(super) async fn heartbeat(State(app): State<App>, caller: Caller, headers: HeaderMap) -> Response {
    let id = headers.get(SESSION).and_then(|id| id.to_str().ok()).unwrap_or_default();
    match time_left(&app, &caller, id) {
        Some(left) => Json(json!({
            "status": "alive",
            "session_id": id,
            "session_expires_in_ms": left.as_millis(),
        }))
        .into_response(),
        None => {
            let told = json!({
                "error": "Session expired or invalid",
                "detail": "Session not found",
                "fallback": "Initialize again, or use the REST API with the same key",
            });
            (StatusCode::GONE, Json(told)).into_response()
        }
    }
}
