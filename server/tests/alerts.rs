//! Alerts: what a program tells the person at once.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use cachebash_core::domain::Span;
use serde_json::{Value, json};
use support::TestServer;

const DAY: Span = Span::from_mins(24 * 60);

#[tokio::test]
async fn an_alert_waits_for_the_person_and_says_whose_it_is() {
    let home = TestServer::in_memory();
    let (builder, phone) = (home.agent("builder").await, home.agent("mobile").await);
    let body = json!({"message": "Disk almost full ⚠️", "alertType": "warning", "priority": "high", "context": "/var",
        "sessionId": "builder.auth"});
    let sent = builder.post("/v1/alerts", body).await;
    assert_eq!(sent.status, 201);
    let sent = sent.done();
    let id = sent["alertId"].as_str().unwrap();
    assert_eq!(
        sent,
        json!({"success": true, "alertId": id, "alertType": "warning",
            "message": format!("Alert sent to user's device. Alert ID: \"{id}\"")})
    );
    home.after(Span::from_secs(1));
    builder.post("/v1/alerts", json!({"message": "Later"})).await.done();
    let unread = phone.get("/v1/messages/unread?sessionId=user").await.done();
    let alerts: Vec<(&str, &str, &Value)> = unread["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|alert| {
            (
                alert["payload"].as_str().unwrap(),
                alert["alertType"].as_str().unwrap(),
                &alert["sessionId"],
            )
        })
        .collect();
    let session = json!("builder.auth");
    assert_eq!(
        alerts,
        [
            ("Later", "info", &Value::Null),
            ("Disk almost full ⚠️", "warning", &session)
        ]
    );
    assert_eq!(unread["messages"][1]["source"], "builder");
    let shown = phone.get("/v1/interrupts/peek?sessionId=user").await.done();
    assert_eq!(shown["interrupts"][0]["alertType"], "warning");
    let body = json!({"messageIds": [id]});
    assert_eq!(
        phone.post("/v1/messages/mark_read", body).await.done(),
        json!({"updated": 1})
    );
    let fetched = phone.get("/v1/messages?sessionId=user").await.done();
    assert_eq!(fetched["interrupts"].as_array().unwrap().len(), 1);
    assert_eq!(phone.get("/v1/messages/unread?sessionId=user").await.done()["count"], 0);
}

#[tokio::test]
async fn an_alert_of_friday_evening_is_there_on_monday_and_never_a_dead_letter() {
    let home = TestServer::in_memory();
    let (builder, phone) = (home.agent("builder").await, home.agent("mobile").await);
    builder
        .post("/v1/alerts", json!({"message": "Build failed"}))
        .await
        .done();
    home.after(DAY);
    home.after(DAY);
    home.after(DAY);
    assert_eq!(phone.get("/v1/messages/unread?sessionId=user").await.done()["count"], 1);
    for _ in 0..4 {
        home.after(DAY);
    }
    assert_eq!(phone.get("/v1/messages/unread?sessionId=user").await.done()["count"], 0);
    assert_eq!(phone.get("/v1/dead-letters").await.done()["count"], 0);
}

#[tokio::test]
async fn an_alert_that_is_wrong_or_not_allowed_reaches_nobody() {
    let home = TestServer::in_memory();
    let builder = home.agent("builder").await;
    let wrong = json!({"alertType": "loud", "priority": "urgent", "context": "x".repeat(501)});
    assert_eq!(
        builder.post("/v1/alerts", wrong).await.issues(),
        [
            ("message", "invalid_type"),
            ("alertType", "invalid_value"),
            ("priority", "invalid_value"),
            ("context", "too_big")
        ]
    );
    let reader = home.agent_with("reviewer", &["signal.read"]).await;
    let got = reader.post("/v1/alerts", json!({"message": "x"})).await;
    assert_eq!((got.failure().0, got.failure().1), (403, "FORBIDDEN"));
    let unread = home.owner().get("/v1/messages/unread?sessionId=user").await.done();
    assert_eq!(unread["count"], 0);
}

#[tokio::test]
async fn an_alert_stands_among_tasks_until_it_is_read_with_its_whole_text_for_who_may_read_it() {
    let home = TestServer::in_memory();
    let (phone, builder, reviewer) = (
        home.agent("mobile").await,
        home.agent("builder").await,
        home.agent_with("reviewer", &["dispatch.read"]).await,
    );
    let text = format!("Disk almost full {}", "x".repeat(60));
    let sent = builder
        .post("/v1/alerts", json!({"message": text, "alertType": "warning"}))
        .await
        .done();
    let id = sent["alertId"].as_str().unwrap();

    let tasks = phone.get("/v1/tasks").await.done();
    let row = &tasks["tasks"][0];
    assert_eq!(
        (&row["id"], &row["type"], &row["status"]),
        (&json!(id), &json!("task"), &json!("created"))
    );
    let title = row["title"].as_str().unwrap();
    assert!(title.starts_with("[Alert: warning] Disk almost full xx"), "{title}");
    assert!(title.ends_with("..."), "{title}");
    assert_eq!(phone.get("/v1/tasks?type=question").await.done()["count"], 0);
    let whole = phone.get(&format!("/v1/tasks/{id}")).await.done();
    assert_eq!(whole["task"]["instructions"], text);

    // A stranger who guesses its place learns that there is one.
    let seen = reviewer.get("/v1/tasks?target=user").await.done();
    assert_eq!(seen["tasks"][0]["title"], "Alert");
    let seen = reviewer.get(&format!("/v1/tasks/{id}")).await.done();
    assert_eq!(seen["task"]["instructions"], json!(null));

    phone
        .post("/v1/messages/mark_read", json!({"messageIds": [id]}))
        .await
        .done();
    assert_eq!(phone.get("/v1/tasks").await.done()["count"], 0);
    assert_eq!(
        phone.get("/v1/tasks?status=all").await.done()["tasks"][0]["status"],
        "done"
    );
}
