//! Messages: sent once however often that is asked, fetched by whoever they are for, never lost without a trace.

#![allow(clippy::unwrap_used, clippy::expect_used)]

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

#[tokio::test]
async fn what_was_sent_is_found_by_thread_source_target_and_time() {
    let home = TestServer::in_memory();
    let (phone, builder) = (home.agent("mobile").await, home.agent("builder").await);
    for number in 0..4 {
        let (who, from, to) = if number % 2 == 0 {
            (&phone, "mobile", "builder")
        } else {
            (&builder, "builder", "mobile")
        };
        let mut body = message(from, to, &format!("number {number}"));
        body["threadId"] = "t1".into();
        send(who, body).await;
        home.after(HOUR);
    }
    let shown = |found: Vec<Value>| -> Vec<String> {
        found
            .iter()
            .map(|one| one["message"].as_str().unwrap()["number ".len()..].to_owned())
            .collect()
    };
    assert_eq!(shown(history(&phone, "threadId=t1").await), ["0", "1", "2", "3"]);
    assert_eq!(shown(history(&phone, "source=builder").await), ["1", "3"]);
    assert_eq!(shown(history(&phone, "target=builder&limit=1").await), ["0"]);
    let since = "threadId=t1&since=2026-11-23T13:00:00Z&until=2026-11-23T15:00:00%2B01:00";
    assert_eq!(shown(history(&phone, since).await), ["1", "2"]);
    assert_eq!(shown(history(&phone, "threadId=t1&since=2026-11-24").await), [""; 0]);
    assert!(history(&phone, "threadId=t1&status=lost").await.is_empty());
    let sent = phone.get("/v1/messages/sent?limit=1").await.done();
    assert_eq!((&sent["source"], &sent["hasMore"]), (&json!("mobile"), &json!(true)));
    assert_eq!(sent["messages"][0]["message"], "number 2");
    assert_eq!(
        phone.get("/v1/messages/history").await.refusal(),
        "At least one of threadId, source, or target is required."
    );
    let wrong = phone
        .get("/v1/messages/history?threadId=t1&since=yesterday&limit=101")
        .await;
    assert_eq!(wrong.issues(), [("since", "invalid_format"), ("limit", "too_big")]);
}

#[tokio::test]
async fn a_page_is_found_however_much_else_there_is() {
    let home = TestServer::in_memory();
    let (phone, builder) = (home.agent("mobile").await, home.agent("builder").await);
    let mut old = message("mobile", "builder", "the one");
    old["threadId"] = "t1".into();
    send(&phone, old).await;
    for number in 0..450 {
        home.after(Span::from_millis(1));
        send(&builder, message("builder", "mobile", &format!("{number}"))).await;
    }
    assert_eq!(history(&phone, "threadId=t1").await.len(), 1);
    let sent = phone.get("/v1/messages/sent?source=mobile").await.done();
    assert_eq!((&sent["count"], &sent["hasMore"]), (&json!(1), &json!(false)));
    // What is fetched is never more than one can take in, and the rest is there next time.
    let (mut fetched, mut more) = (0, true);
    while more {
        let page = phone.get("/v1/messages?sessionId=mobile").await.done();
        fetched += page["interrupts"].as_array().unwrap().len();
        more = page["hasMore"].as_bool().unwrap();
    }
    assert_eq!(fetched, 450);
}

#[tokio::test]
async fn fleet_health_counts_what_waits_for_a_program_itself() {
    let home = TestServer::in_memory();
    let (phone, builder) = (home.agent("mobile").await, home.agent("builder").await);
    send(&phone, message("mobile", "builder", "a")).await;
    send(&phone, message("mobile", "all", "for everyone")).await;
    let mut brief = message("mobile", "builder", "b");
    brief["ttl"] = 60.into();
    send(&phone, brief).await;
    let pending = async || {
        let fleet = home.owner().get("/v1/fleet/health").await.done();
        let programs = fleet["programs"].as_array().unwrap().clone();
        let builder = programs.iter().find(|program| program["programId"] == "builder");
        builder.unwrap()["pendingMessages"].as_u64().unwrap()
    };
    assert_eq!(pending().await, 2);
    home.after(Span::from_mins(1));
    assert_eq!(pending().await, 1);
    texts(&builder, "/v1/messages?sessionId=builder").await;
    assert_eq!(pending().await, 0);
}

#[tokio::test]
async fn marking_tells_how_many_and_never_trips_over_one_that_is_gone() {
    let home = TestServer::in_memory();
    let (phone, builder) = (home.agent("mobile").await, home.agent("builder").await);
    let id = send(&phone, message("mobile", "builder", "x")).await;
    let body = json!({"messageIds": [id, "gone", id]});
    for _ in 0..2 {
        let marked = builder.post("/v1/messages/mark_read", body.clone()).await.done();
        assert_eq!(marked, json!({"updated": 1}));
    }
    assert_eq!(history(&phone, "target=builder").await[0]["status"], "read");
    for wrong in [
        json!({}),
        json!({"messageIds": []}),
        json!({"messageIds": "x"}),
        json!({"messageIds": [1]}),
    ] {
        let got = builder.post("/v1/messages/mark_read", wrong).await;
        assert_eq!(
            got.failure(),
            (400, "VALIDATION_ERROR", "messageIds must be a non-empty array")
        );
        assert!(got.body["error"].get("issues").is_none());
    }
}

#[tokio::test]
async fn a_message_that_cannot_be_sent_says_why_and_is_nowhere() {
    let home = TestServer::in_memory();
    let phone = home.agent("mobile").await;
    let nobody = phone.post("/v1/messages", message("mobile", "nobody", "x")).await;
    assert_eq!(nobody.status, 201);
    assert_eq!(
        nobody.refusal(),
        "Unknown relay target \"nobody\". Target must be a registered program, group, or role. Message not sent."
    );
    let wrong = json!({"message": "x".repeat(2_001), "target": "builder", "message_type": "SHOUT", "ttl": 0,
        "context": "x".repeat(501), "payload": []});
    assert_eq!(
        phone.post("/v1/messages", wrong).await.issues(),
        [
            ("message", "too_big"),
            ("source", "invalid_type"),
            ("message_type", "invalid_value"),
            ("context", "too_big"),
            ("ttl", "too_small"),
            ("payload", "invalid_type"),
        ]
    );
    assert_eq!(
        phone.get("/v1/messages").await.issues(),
        [("sessionId", "invalid_type")]
    );
    assert_eq!(phone.get("/v1/messages/sent").await.done()["count"], 0);
}

#[tokio::test]
async fn thirty_messages_a_minute_may_be_sent_and_what_waits_may_always_be_asked_for() {
    let home = TestServer::with_limits();
    let owner = home.owner();
    for number in 0..30 {
        send(&owner, message("legacy", "builder", &format!("{number}"))).await;
    }
    let refused = owner
        .post("/v1/messages", message("legacy", "builder", "one more"))
        .await;
    assert_eq!((refused.failure().0, refused.failure().1), (429, "RATE_LIMITED"));
    assert_eq!(refused.headers["x-ratelimit-limit"], "30");
    for _ in 0..80 {
        owner.get("/v1/messages/unread").await.done();
    }
    home.after(Span::from_secs(60));
    send(&owner, message("legacy", "builder", "later")).await;
}

#[tokio::test]
async fn the_figures_say_who_sent_what_and_how_long_it_waited() {
    let home = TestServer::in_memory();
    let phone = home.agent_with("mobile", &["*"]).await;
    let builder = home.agent("builder").await;
    send(&phone, message("mobile", "builder", "a")).await;
    home.after(Span::from_secs(10));
    send(&phone, message("mobile", "builder", "b")).await;
    home.after(Span::from_secs(10));
    assert_eq!(texts(&builder, "/v1/messages?sessionId=builder").await.len(), 2);
    send(&builder, message("builder", "mobile", "c")).await;
    let mut brief = message("builder", "mobile", "d");
    brief["ttl"] = 1.into();
    send(&builder, brief).await;
    home.after(Span::from_secs(1));
    builder.post("/v1/alerts", json!({"message": "Hot"})).await.done();
    let figures = phone.get("/v1/metrics/comms?period=today").await.done();
    assert_eq!(
        figures,
        json!({
            "success": true, "period": "today", "totalMessages": 5, "avgDeliveryLatencyMs": 15_000,
            "statusCounts": {"pending": 2, "delivered": 2, "read": 0, "expired": 0, "dead_lettered": 1},
            "perProgram": [{"program": "builder", "sent": 3, "delivered": 0}, {"program": "mobile", "sent": 2, "delivered": 2}],
        })
    );
    home.after(Span::from_mins(24 * 60));
    assert_eq!(
        phone.get("/v1/metrics/comms?period=today").await.done()["totalMessages"],
        0
    );
    assert_eq!(phone.get("/v1/metrics/comms").await.done()["totalMessages"], 5);
    let wrong = phone.get("/v1/metrics/comms?period=ever").await;
    assert_eq!(wrong.issues(), [("period", "invalid_value")]);
}
