//! Messages: sent once however often that is asked, fetched by whoever they are for, never lost without a trace.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod history;
#[path = "../support/mod.rs"]
mod support;

use cachebash_core::domain::Span;
use serde_json::{Value, json};
use support::{Person, TestServer};

const HOUR: Span = Span::from_mins(60);

fn message(source: &str, target: &str, text: &str) -> Value {
    json!({"source": source, "target": target, "message": text, "message_type": "STATUS"})
}

async fn send(who: &Person, message: Value) -> String {
    let sent = who.post("/v1/messages", message).await;
    assert_eq!(sent.status, 201);
    sent.done()["messageId"].as_str().unwrap().to_owned()
}

/// The texts of what a fetch or a look shows.
async fn texts(who: &Person, target: &str) -> Vec<String> {
    let shown = who.get(target).await.done();
    let interrupts = shown["interrupts"].as_array().unwrap();
    assert_eq!(shown["hasInterrupts"], !interrupts.is_empty());
    interrupts
        .iter()
        .map(|one| one["message"].as_str().unwrap().to_owned())
        .collect()
}

async fn history(who: &Person, query: &str) -> Vec<Value> {
    let found = who.get(&format!("/v1/messages/history?{query}")).await.done();
    assert_eq!(found["sort"], "asc");
    found["messages"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_message_sent_again_with_its_key_is_sent_once() {
    let home = TestServer::in_memory();
    let (phone, builder) = (home.agent("mobile").await, home.agent("builder").await);
    let mut body = message("mobile", "builder", "Once");
    body["idempotency_key"] = "tap-1".into();
    let first = phone.post("/v1/messages", body.clone()).await;
    let mut again = phone.post("/v1/messages", body.clone()).await;
    assert_eq!(again.status, 201);
    assert_eq!(again.body["data"]["idempotent"], true);
    again.body["data"].as_object_mut().unwrap().remove("idempotent");
    assert_eq!(again.body, first.body);
    body["message"] = "Twice".into();
    let other = phone.post("/v1/messages", body.clone()).await;
    assert_eq!((other.failure().0, other.failure().1), (409, "IDEMPOTENCY_KEY_REUSED"));
    assert_eq!(texts(&builder, "/v1/messages?sessionId=builder").await, ["Once"]);
    // After a day the key may be used for something new.
    home.after(Span::from_mins(24 * 60));
    phone.post("/v1/messages", body).await.done();
    assert_eq!(texts(&builder, "/v1/messages?sessionId=builder").await, ["Twice"]);
}

#[tokio::test]
async fn looking_leaves_what_fetching_takes() {
    let home = TestServer::in_memory();
    let (phone, builder) = (home.agent("mobile").await, home.agent("builder").await);
    send(&phone, message("mobile", "builder", "first")).await;
    home.after(Span::from_secs(1));
    let mut urgent = message("mobile", "builder", "urgent");
    urgent["priority"] = "high".into();
    urgent["payload"] = json!({"step": 3});
    send(&phone, urgent).await;
    let expected = ["urgent", "first"];
    for look in [
        "/v1/messages?sessionId=builder&markAsRead=false",
        "/v1/interrupts/peek?sessionId=builder",
        "/v1/interrupts/peek",
    ] {
        assert_eq!(texts(&builder, look).await, expected, "{look}");
        assert_eq!(builder.get(look).await.done()["message"], "2 message(s)");
    }
    let unread = builder.get("/v1/messages/unread?sessionId=builder").await.done();
    assert_eq!(unread["count"], 2);
    assert_eq!(unread["messages"][0]["payload"], "urgent");
    assert_eq!(
        unread["messages"][0]["createdAt"],
        json!({"_seconds": 1_795_435_201, "_nanoseconds": 0})
    );
    let fetched = builder.get("/v1/messages?sessionId=builder").await.done();
    assert_eq!(fetched["message"], "2 interrupt(s) from user");
    assert_eq!(fetched["interrupts"][0]["status"], "delivered");
    assert_eq!(fetched["interrupts"][0]["structuredPayload"], json!({"step": 3}));
    let none = builder.get("/v1/messages?sessionId=builder").await.done();
    assert_eq!(
        none,
        json!({"success": true, "hasInterrupts": false, "interrupts": [], "message": "No pending messages",
            "hasMore": false})
    );
    assert_eq!(builder.get("/v1/messages/unread").await.done()["count"], 0);
    let again = "/v1/messages?sessionId=builder&includeDelivered=true&priority=high";
    assert_eq!(texts(&builder, again).await, ["urgent"]);
}

#[tokio::test]
async fn a_fetch_whose_answer_was_lost_can_be_repeated() {
    let home = TestServer::in_memory();
    let (phone, builder) = (home.agent("mobile").await, home.agent("builder").await);
    send(&phone, message("mobile", "builder", "important")).await;
    let target = "/v1/messages?sessionId=builder&idempotency_key=fetch-1";
    assert_eq!(texts(&builder, target).await, ["important"]);
    assert_eq!(texts(&builder, target).await, ["important"]);
    assert!(texts(&builder, "/v1/messages?sessionId=builder").await.is_empty());
}

#[tokio::test]
async fn a_session_gets_what_is_for_its_program() {
    let home = TestServer::in_memory();
    let (phone, builder) = (home.agent("mobile").await, home.agent("builder").await);
    let made = builder.post("/v1/sessions", json!({"name": "Work"})).await.done();
    for session in ["builder.auth", "builder-dev.auth", made["sessionId"].as_str().unwrap()] {
        send(&phone, message("mobile", "builder", session)).await;
        let target = format!("/v1/messages?sessionId={session}");
        assert_eq!(texts(&builder, &target).await, [session]);
    }
}

#[tokio::test]
async fn a_group_and_a_role_get_one_each() {
    let home = TestServer::in_memory();
    let phone = home.agent("mobile").await;
    let (architect, reviewer) = (home.agent("architect").await, home.agent("reviewer").await);
    home.agent("builder").await;
    let sent = phone
        .post("/v1/messages", message("mobile", "council", "All hands"))
        .await;
    assert_eq!(sent.status, 201);
    let sent = sent.done();
    let id = sent["multicastId"].as_str().unwrap();
    assert_eq!(
        sent,
        json!({"success": true, "multicastId": id, "recipients": 2, "targets": ["architect", "reviewer"],
            "action": "queue", "relay": true,
            "message": format!("Multicast sent to 2 recipients (council). ID: \"{id}\"")})
    );
    for (who, name) in [(&architect, "architect"), (&reviewer, "reviewer")] {
        let fetched = who.get(&format!("/v1/messages?sessionId={name}")).await.done();
        assert_eq!(fetched["interrupts"].as_array().unwrap().len(), 1);
        assert_eq!(fetched["interrupts"][0]["multicastId"], id);
        assert_eq!(fetched["interrupts"][0]["multicastSource"], "council");
    }
    let sent = phone
        .post("/v1/messages", message("mobile", "@reviewer", "Look"))
        .await
        .done();
    assert_eq!(sent["targets"], json!(["reviewer"]));
    assert_eq!(texts(&reviewer, "/v1/messages?sessionId=reviewer").await, ["Look"]);
    let groups = phone.get("/v1/relay/groups").await.done();
    assert_eq!(groups["groups"]["council"], json!(["architect", "reviewer"]));
    assert_eq!(groups["message"], "4 groups available");
}

#[tokio::test]
async fn a_broadcast_comes_back_until_its_reader_has_read_it_or_its_time_is_over() {
    let home = TestServer::in_memory();
    let (phone, builder) = (home.agent("mobile").await, home.agent("builder").await);
    let reviewer = home.agent("reviewer").await;
    let id = send(&phone, message("mobile", "all", "Freeze")).await;
    for _ in 0..2 {
        assert_eq!(texts(&builder, "/v1/messages?sessionId=builder").await, ["Freeze"]);
    }
    let body = json!({"messageIds": [id]});
    assert_eq!(
        builder.post("/v1/messages/mark_read", body).await.done(),
        json!({"updated": 1})
    );
    assert!(texts(&builder, "/v1/messages?sessionId=builder").await.is_empty());
    // The others have not read it, and neither has one that comes later.
    assert_eq!(texts(&reviewer, "/v1/messages?sessionId=reviewer").await, ["Freeze"]);
    let late = home.agent("deployer").await;
    assert_eq!(texts(&late, "/v1/messages?sessionId=deployer").await, ["Freeze"]);
    home.after(Span::from_mins(24 * 60));
    assert!(texts(&late, "/v1/messages?sessionId=deployer").await.is_empty());
    let sent = phone.get("/v1/messages/sent").await.done();
    assert_eq!(sent["messages"][0]["status"], "expired");
    assert_eq!(phone.get("/v1/dead-letters").await.done()["count"], 0);
}

#[tokio::test]
async fn what_nobody_fetched_in_its_time_is_a_dead_letter() {
    let home = TestServer::in_memory();
    let phone = home.agent("mobile").await;
    let builder = home.agent("builder").await;
    let mut short = message("mobile", "builder", "Quick!");
    short["ttl"] = 60.into();
    let id = send(&phone, short).await;
    let kept = send(&phone, message("mobile", "builder", "Whenever")).await;
    home.after(Span::from_secs(59));
    assert_eq!(phone.get("/v1/dead-letters").await.done()["count"], 0);
    home.after(Span::from_secs(1));
    let dead = phone.get("/v1/dead-letters").await.done();
    assert_eq!(dead["message"], "Found 1 dead letter(s)");
    assert_eq!(
        dead["deadLetters"],
        json!([{
            "id": id, "source": "mobile", "target": "builder", "message_type": "STATUS", "payload": "Quick!",
            "priority": "normal", "action": "queue", "context": null, "deliveryAttempts": 0,
            "maxDeliveryAttempts": 3, "dead_letter_reason": "EXPIRED_TTL", "dead_letter_class": "EXPIRED_TTL",
            "createdAt": "2026-11-23T12:00:00.000Z", "deadLetteredAt": "2026-11-23T12:01:00.000Z",
            "expiresAt": "2026-11-23T12:01:00.000Z",
        }])
    );
    assert_eq!(texts(&builder, "/v1/messages?sessionId=builder").await, ["Whenever"]);
    let found = history(&phone, "target=builder&status=dead_lettered").await;
    assert_eq!(found[0]["id"], id);
    assert!(history(&phone, "target=builder&status=pending").await.is_empty());
    assert_eq!(history(&phone, "target=builder&status=delivered").await[0]["id"], kept);
    // It is too late to have read it.
    let body = json!({"messageIds": [id]});
    assert_eq!(
        builder.post("/v1/messages/mark_read", body).await.done(),
        json!({"updated": 0})
    );
}

#[tokio::test]
async fn what_is_over_is_forgotten_and_what_was_in_vain_a_day_later() {
    let home = TestServer::in_memory();
    let (phone, builder) = (home.agent("mobile").await, home.agent("builder").await);
    send(&phone, message("mobile", "builder", "fetched")).await;
    assert_eq!(texts(&builder, "/v1/messages?sessionId=builder").await, ["fetched"]);
    let vain = send(&phone, message("mobile", "builder", "in vain")).await;
    home.after(Span::from_mins(24 * 60 - 1));
    assert_eq!(home.server.forget().await.unwrap(), 0);
    assert_eq!(history(&phone, "target=builder").await.len(), 2);
    home.after(Span::from_mins(1));
    assert_eq!(home.server.forget().await.unwrap(), 2);
    let left = history(&phone, "target=builder").await;
    assert_eq!(left.len(), 1);
    assert_eq!(
        (&left[0]["id"], &left[0]["status"]),
        (&json!(vain), &json!("dead_lettered"))
    );
    assert_eq!(phone.get("/v1/dead-letters").await.done()["count"], 1);
    home.after(Span::from_mins(24 * 60));
    assert_eq!(home.server.forget().await.unwrap(), 1);
    assert_eq!(phone.get("/v1/dead-letters").await.done()["count"], 0);
}

#[tokio::test]
async fn nobody_fetches_reads_or_speaks_for_another_program() {
    let home = TestServer::in_memory();
    let (phone, builder) = (home.agent("mobile").await, home.agent("builder").await);
    let stranger = home.agent("reviewer").await;
    let made = builder.post("/v1/sessions", json!({"name": "Work"})).await.done();
    let session = made["sessionId"].as_str().unwrap();
    let mut secret = message("mobile", "builder", "secret");
    secret["threadId"] = "t1".into();
    let id = send(&phone, secret).await;
    for target in ["builder", "builder.auth", session, "user"] {
        for path in [
            "/v1/messages?sessionId=",
            "/v1/interrupts/peek?sessionId=",
            "/v1/messages/unread?sessionId=",
        ] {
            let refusal = stranger.get(&format!("{path}{target}")).await.refusal();
            assert_eq!(
                refusal,
                format!("Access denied: \"reviewer\" cannot read messages for \"{target}\"")
            );
        }
        let sly = format!("/v1/messages?sessionId=reviewer&target={target}");
        stranger.get(&sly).await.refusal();
    }
    let body = json!({"messageIds": [id]});
    assert_eq!(
        stranger.post("/v1/messages/mark_read", body).await.done(),
        json!({"updated": 0})
    );
    assert!(history(&stranger, "threadId=t1").await.is_empty());
    assert!(history(&stranger, "target=builder").await.is_empty());
    assert_eq!(
        stranger.get("/v1/messages/sent?source=mobile").await.refusal(),
        "Access denied: \"reviewer\" cannot read messages sent by \"mobile\""
    );
    let forged = stranger.post("/v1/messages", message("builder", "ops", "x")).await;
    assert_eq!(
        forged.failure(),
        (
            403,
            "FORBIDDEN",
            "Source mismatch: key belongs to \"reviewer\", claimed \"builder\". Each program must use its own API key."
        )
    );
    assert_eq!(history(&builder, "threadId=t1").await[0]["status"], "pending");
    assert_eq!(texts(&builder, "/v1/messages?sessionId=builder").await, ["secret"]);
}
