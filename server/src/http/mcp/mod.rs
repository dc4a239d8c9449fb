//! MCP at `/v1/mcp`: the same tools as over REST, for agents (contract section 10).
//!
//! The protocol is rmcp's (`tools`): both its ages, the one with a handshake and the one where every request says its version.
//! In front of it stands what the contract adds (`door`): who is asking was found out before, like everywhere; the session id
//! that the older age wants is a sealed note and no entry in any memory (`session`), so that any number of nodes may answer one
//! client. Answers are plain JSON, one per request, and nothing is kept between two of them: overlapping calls cannot meet.
//!
//! The `Host` and `Origin` of a request are not looked at. Checks of them protect servers that trust whoever reaches them from
//! a page in a browser on the same machine. This one trusts nobody without a key, which no browser adds by itself and no page
//! may send to another origin, and it cannot know by which names its own people reach it.

mod door;
mod session;
mod tools;

use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any, post};
use axum::{Json, http::StatusCode};
use serde_json::json;

use crate::app::App;
use crate::refusal::Refusal;

/// Where MCP is spoken.
pub(super) const PATH: &str = "/v1/mcp";

/// Where an older client asks whether its session is alive.
pub(super) const HEARTBEAT: &str = "/v1/mcp/heartbeat";

/// What answers at [`PATH`].
pub(super) fn entrance(app: &App) -> MethodRouter<App> {
    let service = tools::service(app.clone());
    any(move |state, caller, request| door::enter(state, caller, service.clone(), request))
}

/// What answers at [`HEARTBEAT`].
pub(super) fn heartbeat() -> MethodRouter<App> {
    post(session::heartbeat)
}

/// Whether refusals of a path have MCP's shape.
pub(super) fn speaks_at(path: &str) -> bool {
    path.strip_prefix(PATH)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A refusal before anything of MCP was read, in the shape that its clients expect there.
pub(super) fn turned_away(refusal: Refusal) -> Response {
    let (status, code, told) = refusal.told();
    let (error, told) = match refusal {
        Refusal::Unauthorized(super::auth::MISSING) => ("unauthorized", "Bearer token required".to_owned()),
        Refusal::Unauthorized(_) => ("unauthorized", "Invalid or expired token".to_owned()),
        _ => (code, told),
    };
    let mut response = (status, Json(json!({ "error": error, "error_description": told }))).into_response();
    if let Some(seconds) = refusal.retry_after() {
        response.headers_mut().insert("retry-after", seconds.into());
    }
    if status == StatusCode::UNAUTHORIZED {
        let bearer = axum::http::HeaderValue::from_static("Bearer");
        response.headers_mut().insert("www-authenticate", bearer);
    }
    response
}
