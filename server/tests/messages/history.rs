//! What was sent, found again and counted.

use super::*;

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
