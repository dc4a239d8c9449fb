//! A server whose replies are written by the test: late ones, broken ones, and those of the hosted server's traps.

use cachebash_core::companion::Companion;
use cachebash_core::domain::{RawKey, Timestamp};
use cachebash_core::wire::write_time;
use cachebash_tests::mock_server::{Endpoint, MockServer};
use serde_json::{Value, json};
use std::sync::Arc;

use crate::world::{NOON, Phone, new_account};

/// A key of the form of keys; nobody's.
pub fn some_key() -> RawKey {
    RawKey::new(format!("cb_{:064}", 41))
}

/// `data` in an envelope that says when.
pub fn said_at(at: Timestamp, data: Value) -> Value {
    json!({"success": true, "data": data, "meta": {"timestamp": write_time(at)}})
}

pub fn sessions(at: Timestamp, rows: &[Value]) -> Value {
    said_at(at, json!({"success": true, "count": rows.len(), "sessions": rows}))
}

pub fn fleet(at: Timestamp, rows: &[Value]) -> Value {
    said_at(
        at,
        json!({"success": true, "detail": "summary", "programs": rows, "summary": {}, "subscriptionBudget": {}}),
    )
}

pub fn session(id: &str, program: &str, status: &str, at: Timestamp) -> Value {
    json!({
        "sessionId": id, "name": status, "programId": program, "status": status, "state": "active", "effectiveState": "active",
        "lastUpdateAgeSeconds": 0, "progress": 10, "projectName": null, "lastUpdate": write_time(at),
        "lastHeartbeat": write_time(at), "archived": false, "handoffRequired": false, "contextBytes": null
    })
}

/// Accepts the key and knows of nothing: later rules of a test come before these.
pub fn knows_nothing(server: &MockServer, at: Timestamp) {
    server.when(Endpoint::ListSessions).answers(200, sessions(at, &[]));
    server.when(Endpoint::FleetHealth).answers(200, fleet(at, &[]));
    server
        .when(Endpoint::SessionHistory)
        .answers(200, said_at(at, json!({"sessions": [], "count": 0})));
    let nothing = json!({"success": true, "programId": "builder", "entries": [], "count": 0});
    server.when(Endpoint::ContextHistory).answers(200, said_at(at, nothing));
    let nothing = json!({"success": true, "exists": false, "state": {"programId": "builder", "version": 1,
        "lastUpdatedBy": "builder", "lastUpdatedAt": write_time(at), "sessionId": "none"}});
    server.when(Endpoint::ProgramState).answers(200, said_at(at, nothing));
}

/// A phone with an account on this server; the question that adding asks is answered.
pub async fn phone_on(server: &MockServer) -> (Phone, Arc<Companion>) {
    server
        .when(Endpoint::ListSessions)
        .answers(200, sessions(NOON, &[]))
        .once();
    let phone = Phone::new();
    let companion = phone.open();
    companion
        .add_account(new_account(server.url(), &some_key()))
        .await
        .unwrap();
    (phone, companion)
}
