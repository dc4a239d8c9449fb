//! What leaves the server: the outer envelope, stamped with the server's time, around a tool's own answer.
//!
//! Handlers return a [`Reply`] or a [`Refusal`] and know no clock. Both travel as a note inside the response until
//! [`stamp`], the outermost layer, writes the body. So a rejected body, a missing route and a panic all leave with
//! the same envelope as a handler's answer (contract section 2).

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use cachebash_core::domain::Timestamp;
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::limiter::Allowance;
use crate::refusal::{Issue, Refusal};
use crate::wire_values::iso;

/// A tool's answer on its way out. `data` may still say `success: false`: then the tool refused, and nothing was done.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) data: Value,
}

/// Seconds a caller is told to wait; the hosted server always says 30 to a free key.
const RETRY_AFTER: u32 = 30;
const RETRY_AFTER_ATTEMPTS: u32 = 60;
const RETRY_SOON: u32 = 1;

#[derive(Clone)]
struct Unstamped {
    body: Map<String, Value>,
    rate_limit: Option<u32>,
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut body = Map::new();
        body.insert("success".into(), true.into());
        body.insert("data".into(), self.data);
        unstamped(self.status, body, None)
    }
}

impl Refusal {
    /// Its status, its code and its sentence.
    pub(crate) fn told(&self) -> (StatusCode, &'static str, String) {
        match self {
            Refusal::Invalid(issues) => (StatusCode::BAD_REQUEST, "VALIDATION_ERROR", validation_message(issues)),
            Refusal::Unreadable { message, .. } => (StatusCode::BAD_REQUEST, "VALIDATION_ERROR", (*message).to_owned()),
            Refusal::Unlisted(message) => (StatusCode::BAD_REQUEST, "VALIDATION_ERROR", (*message).to_owned()),
            Refusal::Unauthorized(message) => (StatusCode::UNAUTHORIZED, "UNAUTHORIZED", (*message).to_owned()),
            Refusal::Forbidden(message) => (StatusCode::FORBIDDEN, "FORBIDDEN", message.clone()),
            Refusal::NoRoute { method, path } => {
                (StatusCode::NOT_FOUND, "NOT_FOUND", format!("{method} {path} not found"))
            }
            Refusal::Elsewhere => (StatusCode::NOT_FOUND, "NOT_FOUND", "Not found".to_owned()),
            Refusal::TooOften { .. } => (
                StatusCode::TOO_MANY_REQUESTS,
                "RATE_LIMITED",
                format!("Rate limit exceeded. Retry after {RETRY_AFTER} seconds."),
            ),
            Refusal::TooManyAttempts => (
                StatusCode::TOO_MANY_REQUESTS,
                "RATE_LIMITED",
                "Too many authentication attempts".to_owned(),
            ),
            Refusal::KeyReused => (
                StatusCode::CONFLICT,
                "IDEMPOTENCY_KEY_REUSED",
                "This idempotency key was used for another request".to_owned(),
            ),
            Refusal::KeyAlreadyIssued => (
                StatusCode::CONFLICT,
                "KEY_ALREADY_ISSUED",
                "The key was issued by the first request and is shown only once".to_owned(),
            ),
            Refusal::QuestionClosed(message) => (StatusCode::CONFLICT, "QUESTION_CLOSED", (*message).to_owned()),
            Refusal::NoRecord(what) => (StatusCode::NOT_FOUND, "NOT_FOUND", format!("{what} not found")),
            Refusal::CursorExpired => (
                StatusCode::GONE,
                "CURSOR_EXPIRED",
                "The changes since this cursor are no longer known. Read in full.".to_owned(),
            ),
            Refusal::Unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "UNAVAILABLE",
                format!("The database cannot be reached. Retry after {RETRY_SOON} second."),
            ),
            Refusal::Internal => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "INTERNAL_ERROR",
                "Internal error".to_owned(),
            ),
        }
    }

    /// Seconds to wait before asking again, where that may help.
    pub(crate) fn retry_after(&self) -> Option<u32> {
        match self {
            Refusal::TooOften { .. } => Some(RETRY_AFTER),
            Refusal::TooManyAttempts => Some(RETRY_AFTER_ATTEMPTS),
            Refusal::Unavailable => Some(RETRY_SOON),
            _ => None,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, message) = self.told();
        if matches!(self, Refusal::Elsewhere) {
            return (status, Json(json!({ "error": message }))).into_response();
        }
        let retry_after = self.retry_after();
        let mut error = Map::new();
        error.insert("code".into(), code.into());
        error.insert("message".into(), message.into());
        let mut rate_limit = None;
        match self {
            Refusal::Invalid(issues) => {
                error.insert("issues".into(), json!(issues));
            }
            Refusal::Unreadable { issue, .. } => {
                error.insert("issues".into(), json!([issue]));
            }
            Refusal::TooOften { limit } => rate_limit = Some(limit),
            _ => {}
        }
        if let Some(seconds) = retry_after {
            error.insert("retryAfter".into(), seconds.into());
        }
        let mut body = Map::new();
        body.insert("success".into(), false.into());
        body.insert("error".into(), error.into());
        let mut response = unstamped(status, body, rate_limit);
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

fn validation_message(issues: &[Issue]) -> String {
    let each: Vec<String> = issues
        .iter()
        .map(|issue| format!("{}: {}", issue.path, issue.message))
        .collect();
    format!("Validation failed: {}", each.join("; "))
}

fn unstamped(status: StatusCode, body: Map<String, Value>, rate_limit: Option<u32>) -> Response {
    let mut response = status.into_response();
    response.extensions_mut().insert(Unstamped { body, rate_limit });
    response
}

/// A whole reply of a tool's answer, as [`stamp`] would write it.
pub(super) fn whole(data: Value, now: Timestamp) -> Bytes {
    let body = json!({ "success": true, "data": data, "meta": { "timestamp": iso(now) } });
    Bytes::from(body.to_string())
}

/// A reply that was written before.
pub(crate) fn written(body: Bytes) -> Response {
    let mut response = Response::new(Body::from(body));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Writes the body of every reply that has not got one yet, with the server's time in `meta`.
pub(crate) async fn stamp(State(app): State<App>, mut response: Response) -> Response {
    // axum adds it where another method would do; the contract's 404 does not tell.
    response.headers_mut().remove(header::ALLOW);
    let Some(note) = response.extensions_mut().remove::<Unstamped>() else {
        return response;
    };
    let now = app.now();
    if let Some(limit) = note.rate_limit {
        rate_limit_headers(response.headers_mut(), Allowance { limit, remaining: 0 }, now);
    }
    let mut body = note.body;
    body.insert("meta".into(), json!({ "timestamp": iso(now) }));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // It told the length of the empty body that this one replaces.
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = Body::from(Value::Object(body).to_string());
    response
}

/// What a key still may, as headers.
pub(super) fn rate_limit_headers(headers: &mut HeaderMap, allowance: Allowance, now: Timestamp) {
    headers.insert("x-ratelimit-limit", allowance.limit.into());
    headers.insert("x-ratelimit-remaining", allowance.remaining.into());
    headers.insert("x-ratelimit-reset", (now.as_millis() / 1_000 + 60).into());
}
