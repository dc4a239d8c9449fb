//! Program state: merged one level deep, counted per write, never changed by reading.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use cachebash_core::domain::Span;
use serde_json::{Value, json};
use support::TestServer;

const BUILDER: &str = "/v1/program-state/builder";

fn hand_off() -> Value {
    json!({
        "sessionId": "builder.t1",
        "contextSummary": {
            "lastTask": {"taskId": "t", "title": "Parser", "outcome": "in_progress", "notes": "half – 日本語"},
            "activeWorkItems": ["a", "b"], "handoffNotes": "Step 3", "openQuestions": ["Why?"],
        },
        "config": {"toolPreferences": {"search": "rg", "edit": "vi"}, "customSettings": {"n": {"deep": 1.50}}},
    })
}

#[tokio::test]
async fn a_given_section_keeps_its_other_fields_and_replaces_the_given_ones_whole() {
    let home = TestServer::in_memory();
    let builder = home.agent("builder").await;
    assert_eq!(builder.patch(BUILDER, hand_off()).await.done()["patternsCount"], 0);
    home.after(Span::from_mins(1));
    builder
        .patch(
            BUILDER,
            json!({
                "contextSummary": {"lastTask": null, "openQuestions": []},
                "config": {"toolPreferences": {"edit": "ed"}, "unknown": 1},
                "unknown": {"a": 1},
            }),
        )
        .await
        .done();
    let state = home.owner().state("builder").await;
    assert_eq!(
        state["contextSummary"],
        json!({"lastTask": null, "activeWorkItems": ["a", "b"], "handoffNotes": "Step 3", "openQuestions": []})
    );
    assert_eq!(
        state["config"],
        json!({
            "preferredOutputFormat": null, "toolPreferences": {"edit": "ed"}, "knownQuirks": [],
            "customSettings": {"n": {"deep": 1.5}},
        })
    );
    assert!(state.get("unknown").is_none());
    assert_eq!(state["sessionId"], "builder.t1");
    assert_eq!(state["version"], 3);
    assert_eq!(state["lastUpdatedAt"], "2026-11-23T12:01:00.000Z");
}

#[tokio::test]
async fn who_wrote_last_is_told_truly() {
    let home = TestServer::in_memory();
    let (builder, phone) = (home.agent("builder").await, home.agent("mobile").await);
    builder.patch(BUILDER, hand_off()).await.done();
    assert_eq!(home.owner().state("builder").await["lastUpdatedBy"], "builder");
    phone
        .patch(BUILDER, json!({"baselines": {"sessionsCompleted": 1}}))
        .await
        .done();
    assert_eq!(home.owner().state("builder").await["lastUpdatedBy"], "mobile");
}

#[tokio::test]
async fn reading_changes_nothing_however_old_the_state_is() {
    let home = TestServer::in_memory();
    let builder = home.agent("builder").await;
    let mut done = hand_off();
    done["contextSummary"]["lastTask"]["outcome"] = "completed".into();
    builder.patch(BUILDER, done).await.done();
    let before = home.owner().state("builder").await;
    home.after(Span::from_mins(60 * 24 * 400));
    assert_eq!(home.owner().state("builder").await, before);
    assert_eq!(home.owner().state("builder").await, before);
}

#[tokio::test]
async fn patterns_are_replaced_and_the_least_trusted_of_too_many_go() {
    let home = TestServer::in_memory();
    let builder = home.agent("builder").await;
    let pattern = |id: usize| {
        json!({"id": id.to_string(), "domain": "d", "pattern": "p", "confidence": 0.01 * id as f64, "evidence": "e",
            "discoveredAt": "2026-01-01T00:00:00.000Z", "lastReinforced": "2026-01-01T00:00:00.000Z"})
    };
    let seven: Vec<Value> = (0..7).map(pattern).collect();
    let got = builder
        .patch(
            BUILDER,
            json!({"learnedPatterns": seven, "decay": {"maxUnpromotedPatterns": 5}}),
        )
        .await;
    assert_eq!(got.done()["patternsCount"], 5);
    let state = home.owner().state("builder").await;
    assert_eq!(state["learnedPatterns"][0]["id"], "2");
    assert_eq!(state["learnedPatterns"][0]["promotedToStore"], false);
    assert_eq!(state["learnedPatterns"][0]["stale"], false);
    builder.patch(BUILDER, json!({"learnedPatterns": []})).await.done();
    assert_eq!(home.owner().state("builder").await["learnedPatterns"], json!([]));
}

#[tokio::test]
async fn each_hand_off_is_remembered_and_the_newest_fifty_are_kept() {
    let home = TestServer::in_memory();
    let builder = home.agent("builder").await;
    for number in 0..52 {
        home.after(Span::from_secs(1));
        builder
            .patch(
                BUILDER,
                json!({"contextSummary": {"handoffNotes": format!("note {number}")}}),
            )
            .await
            .done();
    }
    builder
        .patch(BUILDER, json!({"baselines": {"sessionsCompleted": 1}}))
        .await
        .done();
    let history = builder.get(&format!("{BUILDER}/context-history?limit=50")).await.done();
    assert_eq!((&history["count"], &history["hasMore"]), (&json!(50), &json!(false)));
    let newest = &history["entries"][0];
    assert_eq!(newest["contextSummary"]["handoffNotes"], "note 51");
    assert_eq!(newest["contextSummary"]["lastTask"], Value::Null);
    assert_eq!(newest["updatedBy"], "builder");
    assert_eq!(newest["sessionId"], "unknown");
    assert_eq!(newest["timestamp"], "2026-11-23T12:00:52.000Z");
    assert_eq!(history["entries"][49]["contextSummary"]["handoffNotes"], "note 2");
    let usual = builder.get(&format!("{BUILDER}/context-history")).await.done();
    assert_eq!((&usual["count"], &usual["hasMore"]), (&json!(20), &json!(true)));
    let got = builder.get(&format!("{BUILDER}/context-history?limit=51")).await;
    assert_eq!(got.issues(), [("limit", "too_big")]);
}

#[tokio::test]
async fn only_some_may_read_and_fewer_may_write() {
    let home = TestServer::in_memory();
    let (builder, auditor) = (home.agent("builder").await, home.agent("auditor").await);
    let reviewer = "/v1/program-state/reviewer";
    let body = || json!({"baselines": {"sessionsCompleted": 1}});
    let read = builder.get(reviewer).await.refusal();
    assert_eq!(read, "Access denied: \"builder\" cannot read state for \"reviewer\"");
    assert_eq!(
        builder.get(&format!("{reviewer}/context-history")).await.refusal(),
        read
    );
    let write = builder.patch(reviewer, body()).await.refusal();
    assert_eq!(write, "Access denied: \"builder\" cannot write state for \"reviewer\"");
    auditor.get(reviewer).await.done();
    auditor.patch(reviewer, body()).await.refusal();
    // An id in the body is the one that counts, so it is also the one that is checked.
    builder
        .patch(
            BUILDER,
            json!({"programId": "reviewer", "baselines": {"sessionsCompleted": 9}}),
        )
        .await
        .refusal();
    assert_eq!(home.owner().get(reviewer).await.done()["exists"], false);
    let unknown = home.owner().get("/v1/program-state/nobody").await.refusal();
    assert_eq!(unknown, "Unknown program: \"nobody\"");
    home.owner().patch("/v1/program-state/nobody", body()).await.refusal();
}

#[tokio::test]
async fn a_hundred_writers_at_once_lose_nothing() {
    let home = TestServer::in_memory();
    let builder = home.agent("builder").await;
    let fields = ["activeWorkItems", "openQuestions"];
    let mut writers = tokio::task::JoinSet::new();
    for number in 0..100 {
        let (builder, field) = (builder.clone(), fields[number % 2]);
        writers.spawn(async move {
            let context = json!({field: [format!("{field} {number}")]});
            builder.patch(BUILDER, json!({"contextSummary": context})).await.done();
            let session = format!("/v1/sessions/builder.s{number}");
            builder
                .patch(&session, json!({"status": number.to_string()}))
                .await
                .done();
        });
    }
    while let Some(done) = writers.join_next().await {
        done.unwrap();
    }
    let state = home.owner().state("builder").await;
    // The first write of a state is its version 2.
    assert_eq!(state["version"], 101);
    for field in fields {
        let kept = state["contextSummary"][field][0].as_str().unwrap();
        assert!(
            kept.starts_with(field),
            "{field} was overwritten by a write of the other field"
        );
    }
    let history = builder.get(&format!("{BUILDER}/context-history?limit=50")).await.done();
    assert_eq!(history["count"], 50);
    assert_eq!(home.owner().sessions("limit=50&programId=builder").await.len(), 50);
}
