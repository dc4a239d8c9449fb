//! What the contract asks of a request before rmcp reads it, and what it makes of the answer: session ids, limits, and one
//! shape for everything that went wrong.

use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE, HOST, HeaderValue};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::session::{self, SESSION};
use super::tools::Service;
use crate::app::App;
use crate::caller::Caller;
use crate::http::envelope::rate_limit_headers;
use crate::http::request::read_body;
use crate::limiter::Allowance;
use crate::refusal::Refusal;

/// From this version on a request carries what it needs, and there are no sessions.
const WITHOUT_SESSIONS: &str = "2026-07-28";
/// How a request of that age names its version.
const VERSION_IN_META: &str = "io.modelcontextprotocol/protocolVersion";
const VERSION: &str = "mcp-protocol-version";

const PARSE_ERROR: i32 = -32700;
const INVALID_REQUEST: i32 = -32600;

/// Answers one request.
pub(super) async fn enter(State(app): State<App>, caller: Caller, service: Arc<Service>, request: Request) -> Response {
    match *request.method() {
        Method::POST => {}
        // A client takes leave of a session that nobody remembers.
        Method::DELETE => return StatusCode::OK.into_response(),
        _ => return StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
    match answer(&app, caller, &service, request).await {
        Ok(response) => response,
        Err(wrong) => wrong.into_response(),
    }
}

async fn answer(app: &App, caller: Caller, service: &Service, request: Request) -> Result<Response, Wrong> {
    let (parts, body) = request.into_parts();
    if !is_json(&parts.headers) {
        return Err(Wrong::new(INVALID_REQUEST, "Content-Type must be application/json"));
    }
    let body = read_body(&parts.headers, body).await.map_err(too_large)?;
    let message: Value = serde_json::from_slice(&body).map_err(|_| Wrong::new(PARSE_ERROR, "Parse error"))?;
    if message.is_array() {
        return Err(Wrong::new(INVALID_REQUEST, "Send one message at a time"));
    }
    let id = message.get("id").filter(|id| id.is_string() || id.is_number()).cloned();
    let begins = method(&message) == Some("initialize");
    let session = parts.headers.get(SESSION).cloned();
    if begins || !is_without_sessions(&parts.headers, &message) {
        match (begins, &session) {
            (true, Some(_)) => {
                return Err(Wrong::new(
                    INVALID_REQUEST,
                    "Initialize must not include Mcp-Session-Id",
                ));
            }
            (false, None) => return Err(Wrong::new(INVALID_REQUEST, "Mcp-Session-Id header is required")),
            _ => {}
        }
    }
    let mut forwarded = forwarded(parts, caller.clone(), body);
    let allowance = Arc::new(OnceLock::<Allowance>::new());
    forwarded.extensions_mut().insert(Arc::clone(&allowance));
    let mut response = shaped(service.handle(forwarded).await.map(Body::new), id);
    if let Some(allowance) = allowance.get() {
        rate_limit_headers(response.headers_mut(), *allowance, app.now());
    }
    let session = if begins && response.status() == StatusCode::OK {
        let issued = session::issue(app, &caller).map_err(Refusal::from);
        Some(
            issued
                .ok()
                .and_then(|id| HeaderValue::from_str(&id).ok())
                .ok_or_else(Wrong::ours)?,
        )
    } else {
        session
    };
    if let Some(session) = session {
        response.headers_mut().insert(SESSION, session);
    }
    Ok(response)
}

/// A message that could not even be given to a tool, as JSON-RPC says it.
struct Wrong {
    status: StatusCode,
    id: Option<Value>,
    code: i32,
    message: String,
}

impl Wrong {
    fn new(code: i32, message: &str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            id: None,
            code,
            message: message.to_owned(),
        }
    }

    /// Our own fault.
    fn ours() -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            ..Self::new(-32603, "Internal error")
        }
    }
}

impl IntoResponse for Wrong {
    fn into_response(self) -> Response {
        let error = json!({ "code": self.code, "message": self.message });
        let body = json!({ "jsonrpc": "2.0", "error": error, "id": self.id });
        (self.status, axum::Json(body)).into_response()
    }
}

fn too_large(refusal: Refusal) -> Wrong {
    let (_, _, message) = refusal.told();
    Wrong::new(INVALID_REQUEST, &message)
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let essence = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

fn method(message: &Value) -> Option<&str> {
    message.get("method")?.as_str()
}

fn is_without_sessions(headers: &HeaderMap, message: &Value) -> bool {
    let told = headers.get(VERSION).and_then(|version| version.to_str().ok());
    told.is_some_and(|version| version >= WITHOUT_SESSIONS)
        || message
            .pointer("/params/_meta")
            .is_some_and(|meta| meta.get(VERSION_IN_META).is_some())
        || method(message) == Some("server/discover")
}

/// What rmcp is given: the message, the protocol's own headers and who is asking; not the key. It insists on headers that the
/// contract does not ask for, so they are set.
fn forwarded(parts: Parts, caller: Caller, body: Vec<u8>) -> Request {
    let mut request = Request::new(Body::from(body));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = parts.uri;
    let headers = request.headers_mut();
    for (name, value) in &parts.headers {
        if name.as_str().starts_with("mcp-") && name != SESSION {
            headers.append(name, value.clone());
        }
    }
    headers.insert(HOST, HeaderValue::from_static("localhost"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
    request.extensions_mut().insert(caller);
    request
}

/// rmcp answers what it cannot read with a line of text; here also that is JSON-RPC.
fn shaped(response: Response, id: Option<Value>) -> Response {
    let status = response.status();
    if status.is_success() || is_json(response.headers()) {
        return response;
    }
    let wrong = Wrong {
        id,
        ..Wrong::new(INVALID_REQUEST, "Not a message of a known protocol version")
    };
    if status.is_server_error() {
        Wrong {
            id: wrong.id,
            ..Wrong::ours()
        }
        .into_response()
    } else {
        wrong.into_response()
    }
}
