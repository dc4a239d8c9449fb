//! The list of sessions is written once and given to many, and nobody can tell.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use cachebash_core::domain::Span;
use serde_json::json;
use support::TestServer;

#[tokio::test]
async fn ages_move_while_nothing_is_written() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    owner
        .post("/v1/sessions", json!({ "sessionId": "builder.t1", "name": "Work" }))
        .await
        .done();
    for second in 0..3 {
        for _ in 0..2 {
            let got = owner.get("/v1/sessions").await;
            assert_eq!(got.headers["content-type"], "application/json");
            assert_eq!(got.done()["sessions"][0]["lastUpdateAgeSeconds"], second);
        }
        home.after(Span::from_secs(1));
    }
    home.after(Span::from_mins(30));
    assert_eq!(
        owner.get("/v1/sessions").await.done()["sessions"][0]["effectiveState"],
        "stale"
    );
}

#[tokio::test]
async fn within_a_second_the_whole_reply_is_the_same_to_the_byte() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    owner
        .post("/v1/sessions", json!({ "sessionId": "builder.t1", "name": "Work" }))
        .await
        .done();
    let first = owner.get("/v1/sessions").await;
    home.after(Span::from_millis(400));
    let again = owner.get("/v1/sessions").await;
    assert_eq!(again.body, first.body, "also its timestamp");
    home.after(Span::from_millis(600));
    let later = owner.get("/v1/sessions").await;
    assert_eq!(later.body["meta"]["timestamp"], "2026-11-23T12:00:01.000Z");
}

#[tokio::test]
async fn a_write_shows_at_once() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    for number in 0..20 {
        let id = format!("builder.{number}");
        owner
            .post("/v1/sessions", json!({ "sessionId": id, "name": "Work" }))
            .await
            .done();
        let got = owner.get("/v1/sessions?limit=50").await.done();
        assert_eq!(got["count"], number + 1);
        owner
            .patch(
                &format!("/v1/sessions/{id}"),
                json!({ "status": format!("Step {number}") }),
            )
            .await
            .done();
        assert_eq!(owner.session(&id).await["status"], format!("Step {number}"));
    }
}

#[tokio::test]
async fn each_question_has_its_own_answer() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    for program in ["builder", "reviewer"] {
        let body = json!({ "sessionId": format!("{program}.t1"), "name": "Work", "state": "blocked" });
        owner.post("/v1/sessions", body).await.done();
    }
    for _ in 0..2 {
        assert_eq!(owner.sessions("").await.len(), 2);
        assert_eq!(owner.sessions("limit=1").await.len(), 1);
        assert_eq!(owner.sessions("programId=builder").await[0]["programId"], "builder");
        assert_eq!(owner.sessions("programId=reviewer").await[0]["programId"], "reviewer");
        assert_eq!(owner.sessions("state=working").await.len(), 0);
    }
}

#[tokio::test]
async fn who_may_not_ask_gets_no_answer_that_is_ready_either() {
    let home = TestServer::with_limits();
    let owner = home.owner();
    owner.get("/v1/sessions").await.done();
    assert_eq!(home.anonymous().get("/v1/sessions").await.failure().0, 401);
    assert_eq!(home.agent("builder").await.get("/v1/sessions").await.failure().0, 403);
    let blind = home.agent_with("mobile", &["state.read"]).await;
    assert_eq!(blind.get("/v1/sessions").await.failure().0, 403);
    assert_eq!(owner.get("/v1/sessions?limit=0").await.failure().0, 400);
    assert_eq!(owner.get("/v1/sessions?limit=0").await.failure().0, 400);
    let phone = home.agent_with("mobile", &["pulse.read"]).await;
    for _ in 0..70 {
        phone.get("/v1/sessions").await.done();
    }
    assert_eq!(phone.get("/v1/sessions").await.failure().0, 429);
}
