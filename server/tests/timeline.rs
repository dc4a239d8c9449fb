//! Sessions and the fleet over time: what was reported is told in order, and what stood at a moment is worked out from it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use cachebash_core::domain::Span;
use serde_json::{Value, json};
use support::{Person, TestServer};

async fn report(person: &Person, id: &str, body: Value) {
    person.patch(&format!("/v1/sessions/{id}"), body).await.done();
}

fn texts(page: &Value) -> Vec<&str> {
    let updates = page["updates"].as_array().unwrap();
    updates
        .iter()
        .map(|update| update["status"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_session_tells_what_it_reported_the_newest_first_page_by_page() {
    let home = TestServer::in_memory();
    let builder = home.agent("builder").await;
    builder
        .post("/v1/sessions", json!({ "sessionId": "builder.t1", "name": "Begun" }))
        .await
        .done();
    for step in 1..=4 {
        home.after(Span::from_secs(1));
        report(
            &builder,
            "builder.t1",
            json!({ "status": format!("Step {step}"), "progress": step * 20 }),
        )
        .await;
    }
    let first = builder.get("/v1/sessions/builder.t1/timeline?limit=2").await.done();
    assert_eq!(texts(&first), ["Step 4", "Step 3"]);
    assert_eq!((&first["hasMore"], &first["count"]), (&json!(true), &json!(2)));
    // What comes meanwhile does not shift the pages.
    report(&builder, "builder.t1", json!({ "status": "Step 5" })).await;
    let cursor = first["cursor"].as_str().unwrap();
    let second = builder
        .get(&format!("/v1/sessions/builder.t1/timeline?limit=2&cursor={cursor}"))
        .await
        .done();
    assert_eq!(texts(&second), ["Step 2", "Step 1"]);
    let cursor = second["cursor"].as_str().unwrap();
    let last = builder
        .get(&format!("/v1/sessions/builder.t1/timeline?limit=2&cursor={cursor}"))
        .await
        .done();
    assert_eq!(texts(&last), ["Begun"]);
    assert_eq!((&last["hasMore"], &last["cursor"]), (&json!(false), &Value::Null));
}

#[tokio::test]
async fn a_point_says_what_its_report_said_and_nothing_of_another() {
    let home = TestServer::in_memory();
    let builder = home.agent("builder").await;
    report(
        &builder,
        "builder.t1",
        json!({ "status": "Half", "progress": 50, "contextUsedPct": 30, "lastHeartbeat": true }),
    )
    .await;
    home.after(Span::from_secs(1));
    report(&builder, "builder.t1", json!({ "status": "Stuck", "state": "blocked" })).await;
    let page = builder.get("/v1/sessions/builder.t1/timeline").await.done();
    let [stuck, half] = page["updates"].as_array().unwrap().as_slice() else {
        panic!("two points: {page}");
    };
    assert_eq!(
        (&half["contextUsedPct"], &half["contextBytes"], &half["heartbeat"]),
        (&json!(30), &json!(70), &json!(true))
    );
    assert_eq!(
        (&stuck["contextUsedPct"], &stuck["contextBytes"], &stuck["heartbeat"]),
        (&Value::Null, &Value::Null, &json!(false))
    );
    assert_eq!((&stuck["state"], &stuck["progress"]), (&json!("blocked"), &json!(50)));
    assert_eq!(stuck["timestamp"], "2026-11-23T12:00:01.000Z");
}

#[tokio::test]
async fn a_timeline_is_of_a_session_that_is_there_for_whoever_reads_the_pulse() {
    let home = TestServer::in_memory();
    let builder = home.agent("builder").await;
    report(&builder, "builder.t1", json!({ "status": "Work" })).await;
    let got = builder.get("/v1/sessions/builder.t2/timeline").await;
    assert_eq!(got.failure(), (404, "NOT_FOUND", "Session not found"));
    let stranger = home.agent_with("ops", &["state.read"]).await;
    assert_eq!(stranger.get("/v1/sessions/builder.t1/timeline").await.failure().0, 403);
    let got = builder.get("/v1/sessions/builder.t1/timeline?cursor=x").await;
    assert_eq!(got.issues(), [("cursor", "invalid_format")]);
}

#[tokio::test]
async fn an_empty_fleet_has_an_empty_timeline() {
    let home = TestServer::in_memory();
    let got = home.owner().get("/v1/fleet/timeline").await.done();
    let message = "No fleet snapshots found for the requested period.";
    assert_eq!(
        got,
        json!({
            "success": true, "period": "today", "resolution": "5m", "count": 0, "timeline": [], "hasMore": false,
            "message": message,
        })
    );
}

/// Of each bucket its time of day, its reports, its active sessions and their health.
fn buckets(got: &Value) -> Vec<(String, u64, u64, Value)> {
    let timeline = got["timeline"].as_array().unwrap();
    timeline
        .iter()
        .map(|bucket| {
            (
                bucket["bucketStart"].as_str().unwrap()[11..16].to_owned(),
                bucket["samplesInBucket"].as_u64().unwrap(),
                bucket["activeSessions"]["total"].as_u64().unwrap(),
                bucket["heartbeatHealth"].clone(),
            )
        })
        .collect()
}

#[tokio::test]
async fn the_fleet_was_as_its_reports_say_until_they_were_too_old() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    // 12:00 two begin; 12:06 one reports; 12:12 it ends; nobody says anything any more; 12:55 is now.
    report(&owner, "builder.a", json!({ "status": "Work" })).await;
    report(&owner, "reviewer.b", json!({ "status": "Work" })).await;
    home.after(Span::from_mins(6));
    report(&owner, "builder.a", json!({ "status": "More" })).await;
    home.after(Span::from_mins(6));
    report(&owner, "builder.a", json!({ "status": "Done", "state": "complete" })).await;
    home.after(Span::from_mins(43));
    let got = owner.get("/v1/fleet/timeline?resolution=5m").await.done();
    let bucket = |start: &str, samples, total, health| (start.to_owned(), samples, total, health);
    assert_eq!(
        buckets(&got),
        [
            bucket("12:00", 2, 2, json!(100)),
            bucket("12:05", 1, 2, json!(100)),
            // At its end, 12:14:59.999, one has ended and the other was last heard at 12:00.
            bucket("12:10", 1, 1, json!(0)),
            bucket("12:15", 0, 1, json!(0)),
            bucket("12:20", 0, 1, json!(0)),
            bucket("12:25", 0, 1, json!(0)),
        ]
    );
    let active = &got["timeline"][1]["activeSessions"];
    assert_eq!(active["byProgram"], json!({ "builder": 1, "reviewer": 1 }));
    assert_eq!(active["byTier"], json!({}));
    let hours = owner
        .get("/v1/fleet/timeline?resolution=1h&period=this_month")
        .await
        .done();
    // As things stand now: nobody was heard for half an hour.
    assert_eq!(buckets(&hours), [bucket("12:00", 4, 0, Value::Null)]);
}

#[tokio::test]
async fn a_long_period_in_short_steps_is_told_from_its_end() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    report(&owner, "builder.a", json!({ "status": "Early" })).await;
    home.after(Span::from_mins(60 * 48));
    report(&owner, "builder.a", json!({ "status": "Late" })).await;
    let got = owner
        .get("/v1/fleet/timeline?resolution=30s&period=this_month")
        .await
        .done();
    assert_eq!(
        (got["timeline"].as_array().unwrap().len(), &got["hasMore"]),
        (1, &json!(true))
    );
    let got = owner
        .get("/v1/fleet/timeline?resolution=1h&period=this_month")
        .await
        .done();
    assert_eq!(
        (got["timeline"].as_array().unwrap().len(), &got["hasMore"]),
        (2, &json!(false))
    );
    let got = owner.get("/v1/fleet/timeline?resolution=1h&period=today").await.done();
    assert_eq!(
        (got["timeline"].as_array().unwrap().len(), &got["hasMore"]),
        (1, &json!(false))
    );
    assert_eq!(
        owner.get("/v1/fleet/timeline?resolution=2h").await.issues()[0].0,
        "resolution"
    );
    assert_eq!(
        owner.get("/v1/fleet/timeline?period=ever").await.issues()[0].0,
        "period"
    );
}

#[tokio::test]
async fn context_use_is_told_in_order_of_one_session_or_of_all() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    report(
        &owner,
        "builder.a",
        json!({ "status": "Yesterday", "contextBytes": 90 }),
    )
    .await;
    home.after(Span::from_mins(60 * 24));
    report(&owner, "builder.a", json!({ "status": "One", "contextBytes": 80 })).await;
    report(&owner, "builder.a", json!({ "status": "Says nothing of it" })).await;
    home.after(Span::from_secs(1));
    report(&owner, "reviewer.b", json!({ "status": "Other", "contextUsedPct": 5 })).await;
    home.after(Span::from_secs(1));
    report(&owner, "builder.a", json!({ "status": "Two", "contextBytes": 60 })).await;
    let told = async |query: &str| -> Vec<(String, i64)> {
        let got = owner
            .get(&format!("/v1/metrics/context-utilization?{query}"))
            .await
            .done();
        let points = got["contextHistory"].as_array().unwrap().clone();
        assert_eq!(got["count"], points.len());
        points
            .iter()
            .map(|point| {
                (
                    point["sessionId"].as_str().unwrap().to_owned(),
                    point["contextUsedPct"].as_i64().unwrap(),
                )
            })
            .collect()
    };
    let (a, b) = ("builder.a".to_owned(), "reviewer.b".to_owned());
    assert_eq!(told("").await, [(a.clone(), 20), (b.clone(), 5), (a.clone(), 40)]);
    assert_eq!(told("sessionId=builder.a").await, [(a.clone(), 20), (a.clone(), 40)]);
    assert_eq!(
        told("sessionId=builder.a&period=this_week").await,
        [(a.clone(), 10), (a.clone(), 20), (a, 40)]
    );
    assert_eq!(told("sessionId=nobody").await, []);
}

#[tokio::test]
async fn context_use_of_more_points_than_one_answer_holds_says_so() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    let told = async |period: &str| {
        let got = owner
            .get(&format!("/v1/metrics/context-utilization?period={period}"))
            .await
            .done();
        (
            got["count"].as_u64().unwrap(),
            got["contextHistory"][0]["contextUsedPct"].as_i64().unwrap(),
            got["hasMore"].as_bool().unwrap(),
        )
    };
    let full = async |number: i64| {
        report(
            &owner,
            "builder.a",
            json!({ "status": "Work", "contextUsedPct": number }),
        )
        .await;
        home.after(Span::from_secs(1));
    };
    full(7).await;
    home.after(Span::from_mins(60 * 24));
    for _ in 0..999 {
        full(8).await;
    }
    assert_eq!(told("this_week").await, (1_000, 7, false));
    full(8).await;
    assert_eq!(told("this_week").await, (1_000, 8, true));
    assert_eq!(
        told("today").await,
        (1_000, 8, false),
        "what is older is of another period"
    );
}

#[tokio::test]
async fn tasks_and_messages_stand_in_it_while_somebody_works_or_waits() {
    let home = TestServer::in_memory();
    let (owner, builder) = (home.owner(), home.agent("builder").await);
    report(&builder, "builder.a", json!({ "status": "Work" })).await;
    let task = json!({ "title": "Do it", "target": "builder" });
    let task = owner.post("/v1/tasks", task).await.done()["taskId"]
        .as_str()
        .unwrap()
        .to_owned();
    let message = json!({ "source": "legacy", "target": "builder", "message": "Well?", "message_type": "QUERY" });
    owner.post("/v1/messages", message).await.done();
    let next = async || {
        home.after(Span::from_mins(5));
        report(&builder, "builder.a", json!({ "status": "Work" })).await;
    };
    next().await;
    builder.post(&format!("/v1/tasks/{task}/claim"), json!({})).await.done();
    next().await;
    builder.get("/v1/messages?sessionId=builder").await.done();
    next().await;
    let completed = json!({ "completed_status": "SUCCESS", "model": "m", "provider": "p" });
    builder
        .post(&format!("/v1/tasks/{task}/complete"), completed)
        .await
        .done();
    let told = async || {
        let got = owner
            .get("/v1/fleet/timeline?resolution=5m&period=this_week")
            .await
            .done();
        let buckets = got["timeline"].as_array().unwrap().clone();
        let both = buckets
            .iter()
            .map(|bucket| (bucket["tasksInFlight"].clone(), bucket["messagesPending"].clone()));
        both.collect::<Vec<_>>()
    };
    let counts = |tasks: u32, messages: u32| (json!(tasks), json!(messages));
    assert_eq!(told().await, [counts(0, 1), counts(1, 1), counts(1, 0), counts(0, 0)]);
    // Two days later nobody knows any more.
    home.after(Span::from_mins(60 * 48));
    assert_eq!(told().await[0], (Value::Null, Value::Null));
}
