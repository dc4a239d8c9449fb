//! Who is asking. One layer in front of all routes finds the key's owner, so that no handler can forget to, and a
//! request without a good key learns nothing, not even which paths exist (contract section 1).
//!
//! A key is looked up by its SHA-256, so nothing is ever compared with a raw key, and none is ever kept.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cachebash_core::domain::{Capability, KeyHash, ProgramId, RawKey};

use crate::access::{Tool, covers, is_admin};
use crate::app::App;
use crate::envelope::Refusal;
use crate::store::Tenant;

/// The key's owner, as an extractor.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) tenant: Tenant,
    pub(crate) program: ProgramId,
    pub(crate) key: KeyHash,
    pub(crate) capabilities: Vec<Capability>,
    app: App,
}

impl Caller {
    /// Counts the call against the key's limits and asks whether the key may use the tool.
    pub(crate) fn may(&self, tool: &Tool) -> Result<(), Refusal> {
        self.app
            .limiter
            .admit(&self.key, tool.name, tool.per_minute, self.app.now())
            .map_err(|hit| Refusal::TooOften { limit: hit.0 })?;
        self.holds(tool)
    }

    /// Asks only whether the key may use the tool, for routes that the contract does not limit.
    pub(crate) fn holds(&self, tool: &Tool) -> Result<(), Refusal> {
        if covers(&self.capabilities, tool.needs) {
            return Ok(());
        }
        let held: Vec<&str> = self.capabilities.iter().map(Capability::as_str).collect();
        Err(Refusal::Forbidden(format!(
            "Insufficient capability: {} requires \"{}\" but key has [{}]",
            tool.name,
            tool.needs,
            held.join(", ")
        )))
    }

    /// Asks whether the admin-only lists are open to the key.
    pub(crate) fn must_be_admin(&self) -> Result<(), Refusal> {
        if is_admin(&self.program, &self.capabilities) {
            Ok(())
        } else {
            Err(Refusal::Forbidden("Admin access required".to_owned()))
        }
    }
}

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

const MISSING: &str = "Missing Authorization header";
const INVALID: &str = "Invalid API key";

/// Lets `/v1/*` through to its route only with a good key; the two health routes need none.
pub(crate) async fn authenticate(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if request.method() == Method::GET && matches!(path, "/health" | "/v1/health") {
        return next.run(request).await;
    }
    if path != "/v1" && !path.starts_with("/v1/") {
        return Refusal::Elsewhere.into_response();
    }
    let address = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip());
    match identify(&app, address, bearer(&request)).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(refusal) => refusal.into_response(),
    }
}

async fn identify(app: &App, address: Option<IpAddr>, raw: Option<RawKey>) -> Result<Caller, Refusal> {
    let now = app.now();
    let Some(raw) = raw else {
        // Counts as a failure, but is itself never answered with 429.
        app.limiter.count_failure(address, now);
        return Err(Refusal::Unauthorized(MISSING));
    };
    let found = if raw.is_well_formed() {
        app.store.use_key(raw.hash(), now).await?
    } else {
        None
    };
    match found {
        Some(owner) => Ok(Caller {
            tenant: owner.tenant,
            program: owner.program,
            key: owner.hash,
            capabilities: owner.capabilities,
            app: app.clone(),
        }),
        None if app.limiter.count_failure(address, now) => Err(Refusal::Unauthorized(INVALID)),
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
