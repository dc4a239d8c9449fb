//! What is past its time is let go of, and nothing else.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use cachebash_core::domain::Span;
use cachebash_server::{Retention, Server, ServerOptions};
use serde_json::json;
use support::{NOON, TestServer};

const DAY: Span = Span::from_mins(24 * 60);

fn days(count: i64) -> Span {
    Span::from_mins(24 * 60 * count)
}

/// How many records there are of each kind, gone ones included, as the file has them.
fn kept(folder: &std::path::Path, kind: &str) -> (i64, i64) {
    let file = rusqlite::Connection::open(folder.join("server.sqlite")).unwrap();
    let count = |sql: &str| file.query_row(sql, [kind], |row| row.get(0)).unwrap();
    (
        count("SELECT count(*) FROM record WHERE kind = ?1 AND body IS NOT NULL"),
        count("SELECT count(*) FROM record WHERE kind = ?1 AND body IS NULL"),
    )
}

#[tokio::test]
async fn what_sessions_reported_goes_after_a_month_and_the_note_of_that_a_month_later() {
    let folder = tempfile::tempdir().unwrap();
    let home = TestServer::in_files(folder.path());
    let builder = home.agent("builder").await;
    // More than one transaction takes away at once.
    for n in 0..450 {
        builder
            .patch("/v1/sessions/builder.t", json!({"status": format!("step {n}")}))
            .await
            .done();
    }
    home.after(days(20));
    builder
        .patch("/v1/sessions/builder.t", json!({"status": "later"}))
        .await
        .done();
    assert_eq!(home.server.forget().await.unwrap(), 0);
    assert_eq!(kept(folder.path(), "session_update"), (451, 0));
    home.after(days(10));
    assert_eq!(
        home.server.forget().await.unwrap(),
        0,
        "a month is not over before its end"
    );
    home.after(Span::from_millis(1));
    assert_eq!(home.server.forget().await.unwrap(), 450);
    assert_eq!(kept(folder.path(), "session_update"), (1, 450));
    assert_eq!(home.server.forget().await.unwrap(), 0);
    assert_eq!(
        home.owner().session("builder.t").await["status"],
        "later",
        "the session itself stays"
    );
    home.after(days(30));
    home.after(Span::from_millis(1));
    assert_eq!(home.server.forget().await.unwrap(), 451);
    assert_eq!(kept(folder.path(), "session_update"), (0, 1));
    assert_eq!(kept(folder.path(), "session"), (1, 0));
}

#[tokio::test]
async fn an_answer_is_remembered_for_a_day() {
    let folder = tempfile::tempdir().unwrap();
    let home = TestServer::in_files(folder.path());
    let builder = home.agent("builder").await;
    let told = json!({"name": "x", "sessionId": "builder.t", "idempotency_key": "k"});
    let remembered = || {
        let file = rusqlite::Connection::open(folder.path().join("server.sqlite")).unwrap();
        file.query_row("SELECT count(*) FROM reply", [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    builder.post("/v1/sessions", told.clone()).await.done();
    home.after(Span::from_mins(24 * 60 - 1));
    home.server.forget().await.unwrap();
    assert_eq!(
        builder.post("/v1/sessions", told.clone()).await.done()["idempotent"],
        true
    );
    assert_eq!(remembered(), 1);
    home.after(Span::from_mins(1));
    home.server.forget().await.unwrap();
    assert_eq!(remembered(), 0);
}

#[tokio::test]
async fn sessions_go_only_where_that_was_asked_for_and_only_ended_ones() {
    let folder = tempfile::tempdir().unwrap();
    let clock = std::sync::Arc::new(cachebash_server::SteppedClock::new(NOON));
    let server = Server::open(ServerOptions {
        data: Some(folder.path().to_owned()),
        clock: clock.clone(),
        retention: Retention {
            ended_sessions: Some(DAY),
            session_updates: None,
            ..Retention::default()
        },
        limits: cachebash_server::Limits::Off,
        ..ServerOptions::default()
    })
    .unwrap();
    let home = TestServer::over(server, clock);
    let builder = home.agent("builder").await;
    for (id, state) in [
        ("builder.old", "complete"),
        ("builder.open", "working"),
        ("builder.pinned", "pinned"),
    ] {
        let told = json!({"status": "x", "state": state});
        builder.patch(&format!("/v1/sessions/{id}"), told).await.done();
    }
    home.after(days(1));
    let told = json!({"status": "x", "state": "complete"});
    builder.patch("/v1/sessions/builder.new", told).await.done();
    home.after(Span::from_millis(1));
    assert_eq!(home.server.forget().await.unwrap(), 1);
    let left: Vec<String> = home
        .owner()
        .sessions("limit=50&includeArchived=true")
        .await
        .iter()
        .map(|session| session["sessionId"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(left.len(), 3, "{left:?}");
    assert!(!left.contains(&"builder.old".to_owned()));
    assert_eq!(
        kept(folder.path(), "session_update").0,
        4,
        "what is kept for good stays"
    );
}

#[tokio::test]
async fn messages_and_tasks_go_when_their_own_time_is_over_and_not_while_somebody_works_on_them() {
    let folder = tempfile::tempdir().unwrap();
    let home = TestServer::in_files(folder.path());
    let (builder, reviewer) = (home.agent("builder").await, home.agent("reviewer").await);
    let task = async |title: &str, ttl: u32| {
        let asked = json!({"title": title, "target": "reviewer", "ttl": ttl});
        builder.post("/v1/tasks", asked).await.done()["taskId"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (short, worked_on) = (task("short", 3_600).await, task("worked on", 3_600).await);
    task("long", 86_400 * 3).await;
    reviewer
        .post(&format!("/v1/tasks/{worked_on}/claim"), json!({}))
        .await
        .done();
    let message = json!({"source": "builder", "target": "reviewer", "message_type": "STATUS", "message": "hello"});
    builder.post("/v1/messages", message).await.done();
    assert_eq!(home.server.forget().await.unwrap(), 0);
    home.after(Span::from_mins(61));
    assert_eq!(home.server.forget().await.unwrap(), 1, "the short one");
    assert_eq!(kept(folder.path(), "task"), (2, 1));
    let gone = builder.get(&format!("/v1/tasks/{short}")).await;
    assert_ne!(gone.body["data"]["success"], true, "{gone:?}");
    home.after(days(2));
    home.server.forget().await.unwrap();
    assert_eq!(
        kept(folder.path(), "message").0,
        0,
        "it was never fetched, died, and is no longer shown as dead"
    );
    assert_eq!(kept(folder.path(), "task").0, 2, "one is worked on, one has time");
    home.after(days(1));
    home.server.forget().await.unwrap();
    assert_eq!(kept(folder.path(), "task").0, 1);
}

/// On a clock of the runtime's own, which leaps to whatever is waited for next.
#[tokio::test]
async fn a_server_that_runs_lets_go_by_itself_now_and_again() {
    let home = TestServer::in_memory();
    let builder = home.agent("builder").await;
    let reported = async |status: &str| {
        let told = json!({ "status": status });
        builder.patch("/v1/sessions/builder.t", told).await.done();
    };
    let kept = async || {
        let got = builder.get("/v1/sessions/builder.t/timeline").await.done();
        got["count"].as_u64().unwrap()
    };
    let until_none_is_kept = async || {
        for _ in 0..1_000 {
            if kept().await == 0 {
                return true;
            }
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        }
        false
    };
    reported("One").await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    tokio::time::pause();
    let server = home.server.clone();
    let serving = tokio::spawn(async move { server.serve(listener, std::future::pending()).await });
    tokio::time::sleep(std::time::Duration::from_secs(20)).await;
    assert_eq!(kept().await, 1, "its time is not over");
    // Within the key's life, and twice: the first pass and one after it.
    home.after(days(31));
    assert!(until_none_is_kept().await);
    reported("Two").await;
    home.after(days(31));
    assert!(until_none_is_kept().await);
    serving.abort();
}
