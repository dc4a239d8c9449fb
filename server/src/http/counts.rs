//! `GET /metrics`: the server's counts, for Prometheus. They are about the server as a whole, so they are shown to its
//! operator: a key with `metrics.read` of the first tenant. An address is no proof of anything, least of all behind a proxy,
//! where every request comes from this machine.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::caller::Caller;
use crate::refusal::Refusal;

/// What a key must hold.
const NEEDS: &str = "metrics.read";

const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub(super) async fn counts(State(app): State<App>, caller: Caller) -> Result<Response, Refusal> {
    if !caller.can(NEEDS) || app.store.all_tenants().await?.first() != Some(&caller.tenant) {
        return Err(Refusal::Forbidden(
            "The server's metrics are for its operator: metrics.read, in the first tenant".to_owned(),
        ));
    }
    let all = app.metrics.text().map_err(|_| Refusal::Internal)?;
    Ok(([(header::CONTENT_TYPE, TEXT)], all).into_response())
}
