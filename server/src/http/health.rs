//! Health: whether the server answers, and its database, without a key and without an envelope (contract section 2). A load
//! balancer reads the status: 200, or 503 while the database cannot be reached.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

use crate::app::App;
use crate::wire_values::iso;

/// `GET /v1/health` and `GET /health`. Names only what this server has.
pub(crate) async fn health(State(app): State<App>, headers: HeaderMap) -> (StatusCode, Json<Value>) {
    let reachable = app.pulse.felt(&app.store).await;
    let (status, word) = if reachable {
        (StatusCode::OK, "ok")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
    };
    let kind = if app.store.is_shared() { "postgresql" } else { "sqlite" };
    let now = app.now();
    let body = json!({
        "status": word,
        "version": env!("CARGO_PKG_VERSION"),
        "timestamp": iso(now),
        "uptimeSeconds": now.since(app.started).as_millis().div_euclid(1_000).max(0),
        "database": { "kind": kind, "reachable": reachable },
        "endpoints": { "rest": "/v1/{resource}", "mcp": "/v1/mcp", "health": "/v1/health" },
        "restFallback": {
            "description": "Every resource answers over REST with the same bearer key",
            "baseUrl": base_url(&app, &headers),
            "docs": "See the README of CacheBash Companion",
        },
    });
    (status, Json(body))
}

/// Where this server is reached: as its operator says, else as whoever asks calls it.
fn base_url(app: &App, headers: &HeaderMap) -> String {
    if let Some(url) = &app.public_url {
        return url.trim_end_matches('/').to_owned();
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let scheme = if app.is_secure { "https" } else { "http" };
    format!("{scheme}://{}", host.unwrap_or("localhost"))
}
