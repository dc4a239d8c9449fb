//! What the server says of itself, and that the examples of docs/contract-extensions.md are what it really answers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use serde_json::{Value, json};
use support::TestServer;

#[tokio::test]
async fn whoever_has_no_key_yet_learns_what_is_offered_and_within_which_limits() {
    let home = TestServer::with_limits();
    let told = home.anonymous().get("/v1/capabilities").await.done();
    for name in ["sync", "events", "timeline", "questions", "idempotency"] {
        assert!(told["offers"][name]["version"].is_u64(), "{name}: {told}");
    }
    let limits = &told["limits"];
    assert_eq!(limits["bodyBytes"], 65_536);
    assert_eq!(limits["answerCharacters"], 2_000);
    assert_eq!(
        (&limits["idempotencyKeyCharacters"], &limits["idempotencySeconds"]),
        (&json!(100), &json!(86_400))
    );
    assert_eq!((&limits["callsPerMinute"], &limits["burst"]), (&json!(60), &json!(10)));
    let kept = &told["retention"];
    assert_eq!(
        (&kept["messageSeconds"], &kept["alertSeconds"]),
        (&json!(86_400), &json!(604_800))
    );
    assert!(!told.to_string().contains("cb_"));
    let free = TestServer::in_memory().anonymous().get("/v1/capabilities").await.done();
    assert_eq!(
        (&free["limits"]["callsPerMinute"], &free["limits"]["burst"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn what_it_says_of_its_limits_is_so() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    let limits = home.anonymous().get("/v1/capabilities").await.done()["limits"].clone();
    let most = limits["syncPage"]["most"].as_u64().unwrap();
    owner.get(&format!("/v1/sync?limit={most}")).await.done();
    assert_eq!(
        owner.get(&format!("/v1/sync?limit={}", most + 1)).await.failure().0,
        400
    );
    let key = "k".repeat(limits["idempotencyKeyCharacters"].as_u64().unwrap() as usize);
    let body = json!({ "name": "Work", "idempotency_key": key });
    owner.post("/v1/sessions", body).await.done();
    let body = json!({ "name": "Work", "idempotency_key": format!("{key}k") });
    assert_eq!(owner.post("/v1/sessions", body).await.failure().0, 400);
    let asked = owner
        .post("/v1/questions", json!({ "question": "Which?" }))
        .await
        .done();
    let target = format!("/v1/questions/{}/answer", asked["questionId"].as_str().unwrap());
    let answer = "a".repeat(limits["answerCharacters"].as_u64().unwrap() as usize);
    assert_eq!(
        owner
            .post(&target, json!({ "response": format!("{answer}a") }))
            .await
            .failure()
            .0,
        400
    );
    owner.post(&target, json!({ "response": answer })).await.done();
    let body = "x".repeat(limits["bodyBytes"].as_u64().unwrap() as usize + 1);
    assert_eq!(owner.send("POST", "/v1/sessions", body).await.failure().0, 400);
}

#[tokio::test]
async fn every_path_that_is_offered_is_there() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    owner
        .post("/v1/sessions", json!({ "sessionId": "builder.t1", "name": "Work" }))
        .await
        .done();
    let told = home.anonymous().get("/v1/capabilities").await.done();
    for (name, offer) in told["offers"].as_object().unwrap() {
        let Some(path) = offer["path"].as_str().filter(|_| name != "events" && name != "mcp") else {
            continue;
        };
        let path = path.replace("{sessionId}", "builder.t1");
        owner.get(&path).await.done();
    }
    // Every entity of the feed is named, whether there is one yet or not.
    let page = owner.get("/v1/sync").await.done();
    for change in page["changes"].as_array().unwrap() {
        let entities = told["offers"]["sync"]["entities"].as_array().unwrap();
        assert!(entities.contains(&change["entity"]));
    }
}
