//! One line and one count for every request: when, what kind, how it went, whose key, how long. Never a key, a query, a
//! body, or a path as it was typed: the route's template says enough.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use crate::app::App;
use crate::caller::Caller;
use crate::metrics::Answered;

/// The header that names a request, in both directions.
const REQUEST_ID: &str = "x-request-id";

/// The longest name that is taken over from outside.
const LONGEST: usize = 64;

/// What a request that fits no route is called.
const NO_ROUTE: &str = "none";

/// Tells the layer outside which route it was. Around each route, where that is known.
pub(crate) async fn tell_route(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    response
}

/// Writes the line, counts, and names the request. Around everything else.
pub(crate) async fn note(State(app): State<App>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = request
        .headers()
        .get(REQUEST_ID)
        .filter(|id| is_sane(id))
        .cloned()
        .unwrap_or_else(fresh);
    let method = method(request.method());
    let shown = id.to_str().unwrap_or_default();
    let span = tracing::info_span!("request", request_id = shown);
    let mut response = next.run(request).instrument(span).await;
    let took = began.elapsed();
    let route = response
        .extensions_mut()
        .remove::<MatchedPath>()
        .map_or_else(|| NO_ROUTE.to_owned(), |route| route.as_str().to_owned());
    let caller = response.extensions_mut().remove::<Caller>();
    let status = response.status().as_u16();
    tracing::info!(
        request_id = shown,
        method,
        route,
        status,
        duration_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        tenant = caller.as_ref().map(|caller| &*caller.tenant.0),
        program = caller.as_ref().map(|caller| caller.program.as_str()),
        "answered"
    );
    let answered = Answered { method, route, status };
    app.metrics.answered(answered, took);
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

/// Fit to stand in a log as it is.
fn is_sane(id: &HeaderValue) -> bool {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    (1..=LONGEST).contains(&id.len()) && id.as_bytes().iter().all(plain)
}

/// A name that no other request of this server has, nor probably one of another.
fn fresh() -> HeaderValue {
    static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(0));
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("{:012x}-{count:x}", *PROCESS >> 16);
    HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("unnamed"))
}

/// A method that this server knows, so that nobody can make up words for the log and the counts.
fn method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "PUT" => "PUT",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
