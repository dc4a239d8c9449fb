//! Health: whether the server answers, without a key and without an envelope (contract section 2).

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use serde_json::{Value, json};

use crate::app::App;
use crate::wire_values::iso;

/// `GET /v1/health` and `GET /health`. Names only what this server has.
pub(crate) async fn health(State(app): State<App>, headers: HeaderMap) -> Json<Value> {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("localhost");
    Json(json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "timestamp": iso(app.now()),
        "endpoints": { "rest": "/v1/{resource}", "mcp": "/v1/mcp", "health": "/v1/health" },
        "restFallback": {
            "description": "Every resource answers over REST with the same bearer key",
            "baseUrl": format!("http://{host}"),
            "docs": "See the README of CacheBash Companion",
        },
    }))
}
