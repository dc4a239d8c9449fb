//! Who is asking. One layer in front of all routes finds the key's owner, so that no handler can forget to, and a
//! request without a good key learns nothing, not even which paths exist (contract section 1).

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cachebash_core::domain::RawKey;

use super::listed::is_open;
use super::mcp;
use crate::app::App;
use crate::caller::Caller;
use crate::refusal::{INVALID_KEY, Refusal};

impl FromRequestParts<App> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Refusal> {
        // Absent only if a route were added outside the layer below; then nobody gets in.
        parts
            .extensions
            .get::<Caller>()
            .cloned()
            .ok_or(Refusal::Unauthorized(MISSING))
    }
}

pub(super) const MISSING: &str = "Missing Authorization header";

/// What needs a key, and does not belong to the contract.
pub(crate) const COUNTS: &str = "/metrics";

/// Lets `/v1/*` through to its route only with a good key.
pub(crate) async fn authenticate(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if request.method() == Method::GET && is_open(path) {
        return next.run(request).await;
    }
    if path != "/v1" && !path.starts_with("/v1/") && path != COUNTS {
        return Refusal::Elsewhere.into_response();
    }
    let address = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip());
    match identify(&app, address, bearer(&request)).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller.clone());
            let mut response = next.run(request).await;
            response.extensions_mut().insert(caller);
            response
        }
        Err(refusal) if mcp::speaks_at(request.uri().path()) => mcp::turned_away(refusal),
        Err(refusal) => refusal.into_response(),
    }
}

async fn identify(app: &App, address: Option<IpAddr>, raw: Option<RawKey>) -> Result<Caller, Refusal> {
    let now = app.now();
    let Some(raw) = raw else {
        // Counts as a failure, but is itself never answered with 429.
        app.limiter.count_failure(&app.store, address, now).await?;
        return Err(Refusal::Unauthorized(MISSING));
    };
    match app.keys.find(&app.store, &raw, now).await? {
        Some(caller) => Ok(caller),
        None if app.limiter.count_failure(&app.store, address, now).await? => Err(Refusal::Unauthorized(INVALID_KEY)),
        None => Err(Refusal::TooManyAttempts),
    }
}

/// The token of a header that begins with exactly `Bearer `; anything else counts as missing.
fn bearer(request: &Request) -> Option<RawKey> {
    let value = request.headers().get(header::AUTHORIZATION)?;
    // A header that is not text cannot begin with the word in any way that matters.
    let token = value.to_str().ok()?.strip_prefix("Bearer ")?;
    Some(RawKey::new(token))
}
