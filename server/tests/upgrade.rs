//! A folder that an older version wrote opens and keeps everything, as its owner and its agents see it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use cachebash_core::domain::Span;
use cachebash_server::ServerError;
use serde_json::{Value, json};
use support::{Person, TestServer};

const FIRST_VERSION: &str = include_str!("../../tests/fixtures/databases/server-v1.sql");

/// A key of the old file.
fn key(number: u32) -> String {
    format!("cb_{number:064}")
}

/// The old file in a folder, opened by today's server ten minutes after it began.
fn upgraded(folder: &std::path::Path) -> TestServer {
    let file = rusqlite::Connection::open(folder.join("server.sqlite")).unwrap();
    file.execute_batch(FIRST_VERSION).unwrap();
    file.close().unwrap();
    let home = TestServer::in_files(folder);
    home.after(Span::from_mins(10));
    home
}

async fn is_let_in(person: Person) -> bool {
    let got = person.get("/v1/program-state/reviewer").await;
    assert!(matches!(got.status.as_u16(), 200 | 401 | 403), "{got:?}");
    got.status != 401
}

#[tokio::test]
async fn the_first_versions_sessions_state_and_history_are_all_there() {
    let folder = tempfile::tempdir().unwrap();
    let home = upgraded(folder.path());
    assert!(home.server.owner_key().is_none(), "nobody starts anew");
    let owner = home.with_key(&key(1));
    let sessions = owner.sessions("limit=50&includeArchived=true").await;
    let told: Vec<(&str, &str, &Value)> = sessions
        .iter()
        .map(|session| {
            let text = |name: &str| session[name].as_str().unwrap();
            (text("sessionId"), text("effectiveState"), &session["progress"])
        })
        .collect();
    assert_eq!(
        told,
        [
            ("reviewer.pinned", "pinned", &Value::Null),
            ("reviewer.first", "blocked", &Value::Null),
            ("builder.docs", "done", &json!(100)),
            ("builder.auth", "active", &json!(40)),
        ]
    );
    let auth = owner.session("builder.auth").await;
    for (name, value) in [
        ("name", json!("Building auth module")),
        ("status", json!("Writing tests")),
        ("projectName", json!("api")),
        ("contextBytes", json!(62)),
        ("handoffRequired", json!(true)),
        ("lastHeartbeat", json!("2026-11-23T12:06:00.000Z")),
        ("lastUpdate", json!("2026-11-23T12:06:00.000Z")),
    ] {
        assert_eq!(auth[name], value, "{name}");
    }
    let first = owner.session("reviewer.first").await;
    assert_eq!(first["status"], "Which region? «é»");
    assert!(first.get("projectName").is_none(), "one born from an update names none");

    let state = owner.state("builder").await;
    assert_eq!(state["version"], 3);
    assert_eq!(state["contextSummary"]["handoffNotes"], "second notes");
    assert_eq!(state["lastUpdatedAt"], "2026-11-23T12:09:00.000Z");
    let history = owner.get("/v1/program-state/builder/context-history").await.done();
    let notes: Vec<&str> = history["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["contextSummary"]["handoffNotes"].as_str().unwrap())
        .collect();
    assert_eq!(notes, ["second notes", "first notes"]);
}

#[tokio::test]
async fn the_first_versions_keys_open_the_door_as_before_and_no_longer() {
    let folder = tempfile::tempdir().unwrap();
    let home = upgraded(folder.path());
    let listed = home.with_key(&key(1)).get("/v1/keys?includeRevoked=true").await.done();
    let keys = listed["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 6);
    let reviewer = keys.iter().find(|key| key["programId"] == "reviewer").unwrap();
    assert_eq!(reviewer["label"], "Reviewer – «日本語»");
    assert_eq!(reviewer["lastUsedAt"], "2026-11-23T12:10:00.000Z");
    for (number, is_good) in [
        (1, true),
        (2, true),
        (3, true),
        (4, false),
        (5, true),
        (6, true),
        (7, false),
    ] {
        assert_eq!(is_let_in(home.with_key(&key(number))).await, is_good, "key {number}");
    }
    home.after(Span::from_secs(30));
    assert!(
        !is_let_in(home.with_key(&key(3))).await,
        "the grace of a rotated key is over"
    );
    assert!(is_let_in(home.with_key(&key(6))).await);
    home.after(Span::from_mins(24 * 60));
    assert!(!is_let_in(home.with_key(&key(5))).await, "its day is over");
    // It goes on from there.
    let builder = home.with_key(&key(2));
    builder
        .patch("/v1/sessions/builder.auth", json!({"status": "Back", "progress": 60}))
        .await
        .done();
    assert_eq!(home.with_key(&key(1)).session("builder.auth").await["progress"], 60);
}

#[test]
fn a_folder_of_a_newer_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    drop(TestServer::in_files(folder.path()));
    let file = rusqlite::Connection::open(folder.path().join("server.sqlite")).unwrap();
    file.execute_batch("PRAGMA user_version = 99").unwrap();
    file.close().unwrap();
    let options = cachebash_server::ServerOptions {
        data: Some(folder.path().to_owned()),
        ..Default::default()
    };
    let Err(ServerError::OtherVersion(cause)) = cachebash_server::Server::open(options) else {
        panic!("it was opened");
    };
    assert_eq!(cause.to_string(), "the data was written by a newer version");
}
