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
    let routes = Router::new()
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
        .with_state(app.clone());
    guarded(routes, app)
}

/// Routes behind all layers.
fn guarded(routes: Router, app: App) -> Router {
    // Around the routes as a whole: axum adds an Allow header outside a route's own layers, and `stamp` takes it away.
    Router::new()
        .fallback_service(routes)
        .layer(from_fn(no_head))
        .layer(from_fn_with_state(app.clone(), authenticate))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(map_response_with_state(app, stamp))
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use std::sync::Arc;

    use axum::body::{Body, to_bytes};
    use cachebash_core::domain::Timestamp;
    use serde_json::{Value, json};
    use tower::ServiceExt;

    use super::*;
    use crate::clock::SteppedClock;
    use crate::limits::{Limiter, Limits};
    use crate::mint::Mint;
    use crate::store::Store;

    #[tokio::test]
    async fn a_handler_that_panics_gets_the_contracts_error_and_tells_nothing() {
        let app = App {
            store: Store::open(None, Mint::System).unwrap(),
            clock: Arc::new(SteppedClock::new(Timestamp::from_millis(0))),
            limiter: Arc::new(Limiter::new(Limits::Off)),
        };
        let owner = app.store.first_start(app.now()).unwrap().unwrap();
        async fn boom() {
            panic!("a secret");
        }
        let routes = Router::new().route("/v1/boom", get(boom));
        let request = Request::get("/v1/boom").header("authorization", format!("Bearer {}", owner.reveal()));
        let got = guarded(routes, app)
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        assert_eq!(got.status(), 500);
        let body: Value = serde_json::from_slice(&to_bytes(got.into_body(), 10_000).await.unwrap()).unwrap();
        assert_eq!(
            body,
            json!({
                "success": false, "error": {"code": "INTERNAL_ERROR", "message": "Internal error"},
                "meta": {"timestamp": "1970-01-01T00:00:00.000Z"},
            })
        );
    }
}
