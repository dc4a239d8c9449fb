//! All routes on one screen, and the layers every request passes: stamp ← panic ← who is asking ← route.

use std::any::Any;

use axum::Router;
use axum::extract::Request;
use axum::http::Method;
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, patch, post};
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;
use crate::auth::authenticate;
use crate::envelope::{Refusal, stamp};
use crate::{fleet, health, keys, program_state, sessions};

/// The whole server as one service.
pub(crate) fn router(app: App) -> Router {
    Router::new()
        .route("/health", get(health::health))
        .route("/v1/health", get(health::health))
        .route("/v1/sessions", get(sessions::list).post(sessions::create))
        .route("/v1/sessions/history", get(sessions::history))
        .route("/v1/sessions/{id}", patch(sessions::update))
        .route(
            "/v1/program-state/{program}",
            get(program_state::get).patch(program_state::update),
        )
        .route(
            "/v1/program-state/{program}/context-history",
            get(program_state::context_history),
        )
        .route("/v1/keys", get(keys::list).post(keys::create))
        .route("/v1/keys/rotate", post(keys::rotate))
        .route("/v1/keys/{hash}", delete(keys::revoke))
        .route("/v1/fleet/health", get(fleet::health))
        .fallback(no_route)
        .method_not_allowed_fallback(no_route)
        .layer(from_fn(no_head))
        .layer(from_fn_with_state(app.clone(), authenticate))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(map_response_with_state(app.clone(), stamp))
        .with_state(app)
}

/// A wrong path and a wrong method are the same 404 (contract section 1).
async fn no_route(request: Request) -> Refusal {
    not_found(&request)
}

/// axum answers HEAD wherever there is a GET; the contract has no such route.
async fn no_head(request: Request, next: Next) -> Response {
    if request.method() == Method::HEAD {
        not_found(&request).into_response()
    } else {
        next.run(request).await
    }
}

fn not_found(request: &Request) -> Refusal {
    Refusal::NoRoute {
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
    }
}

fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    // The panic's text may hold what was sent; the panic hook of the program has it, the log does not.
    tracing::error!("a handler panicked");
    Refusal::Internal.into_response()
}
