//! Sessions as agents report them and as people list them.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use cachebash_core::domain::Span;
use serde_json::{Value, json};
use support::TestServer;

#[tokio::test]
async fn the_guides_day_of_an_agent_works_with_a_key_made_the_guides_way() {
    let home = TestServer::in_memory();
    let deployer = home.agent("deployer").await;
    let begun = deployer
        .post(
            "/v1/sessions",
            json!({"name": "Rolling out", "programId": "deployer", "state": "working", "progress": 0}),
        )
        .await;
    assert_eq!(begun.status, 201);
    let begun = begun.done();
    assert_eq!(begun["message"], "Session created: \"Rolling out\"");
    let id = begun["sessionId"].as_str().unwrap();
    assert_eq!(id, "session_1795435200000");
    home.after(Span::from_mins(2));
    let target = format!("/v1/sessions/{id}");
    deployer
        .patch(
            &target,
            json!({"status": "Half way", "progress": 45, "lastHeartbeat": true}),
        )
        .await
        .done();

    let seen = home.owner().session(id).await;
    home.after(Span::from_secs(3));
    let later = home.owner().session(id).await;
    assert_eq!(later["lastUpdateAgeSeconds"], 3);
    assert_eq!(
        seen,
        json!({
            "sessionId": id, "name": "Rolling out", "programId": "deployer", "status": "Half way", "state": "active",
            "effectiveState": "active", "lastUpdateAgeSeconds": 0, "progress": 45, "projectName": null,
            "lastUpdate": "2026-11-23T12:02:00.000Z", "archived": false, "handoffRequired": false,
            "lastHeartbeat": "2026-11-23T12:02:00.000Z", "contextBytes": null,
        })
    );
}

#[tokio::test]
async fn an_update_of_the_text_keeps_state_progress_and_name() {
    let home = TestServer::in_memory();
    let builder = home.agent("builder").await;
    builder
        .post(
            "/v1/sessions",
            json!({"name": "Parser", "sessionId": "builder.t1", "state": "blocked", "progress": 60.5}),
        )
        .await
        .done();
    builder
        .patch("/v1/sessions/builder.t1", json!({"status": "Still waiting"}))
        .await
        .done();
    let seen = home.owner().session("builder.t1").await;
    assert_eq!(seen["state"], "blocked");
    assert_eq!(seen["progress"], 60.5);
    assert_eq!(seen["name"], "Parser");
    assert_eq!(seen["status"], "Still waiting");
}

#[tokio::test]
async fn a_session_born_from_an_update_has_its_program_and_no_project() {
    let home = TestServer::in_memory();
    let builder = home.agent("builder").await;
    builder
        .patch("/v1/sessions/builder.new", json!({"status": "Hello"}))
        .await
        .done();
    let seen = home.owner().session("builder.new").await;
    assert_eq!(seen["programId"], "builder");
    assert_eq!(seen["name"], "Hello");
    assert_eq!(seen["progress"], Value::Null);
    assert_eq!(seen["lastHeartbeat"], Value::Null);
    assert!(seen.get("projectName").is_none());
}

#[tokio::test]
async fn an_agent_writes_its_own_sessions_and_no_others() {
    let home = TestServer::in_memory();
    let (builder, prod) = (home.agent("builder").await, home.agent("build-prod").await);
    let reviewer = home.agent("reviewer").await;
    let hello = || json!({"status": "mine"});
    reviewer
        .post("/v1/sessions", json!({"name": "R", "sessionId": "reviewer-prod.r7"}))
        .await
        .done();
    let sentence = builder.patch("/v1/sessions/reviewer-prod.r7", hello()).await.refusal();
    assert_eq!(
        sentence,
        "Cannot update another program's session. Caller \"builder\" cannot write to session \"reviewer-prod.r7\"."
    );
    assert_eq!(home.owner().session("reviewer-prod.r7").await["status"], "R");
    // An environment in the id is the program's own; a program whose name has a hyphen is not locked out.
    reviewer.patch("/v1/sessions/reviewer-prod.r7", hello()).await.done();
    prod.patch("/v1/sessions/build-prod.t1", hello()).await.done();
    builder.patch("/v1/sessions/build-prod.t1", hello()).await.refusal();
    // Nor may an agent replace what it may not update.
    let got = builder
        .post(
            "/v1/sessions",
            json!({"name": "Stolen", "sessionId": "reviewer-prod.r7"}),
        )
        .await;
    assert_eq!(got.status, 201);
    got.refusal();
    assert_eq!(home.owner().session("reviewer-prod.r7").await["name"], "R");
    // A session of another program may still be begun for it, and then it is that program's.
    builder
        .post(
            "/v1/sessions",
            json!({"name": "For you", "sessionId": "x1", "programId": "reviewer"}),
        )
        .await
        .done();
    reviewer.patch("/v1/sessions/x1", hello()).await.done();
    builder.patch("/v1/sessions/x1", hello()).await.refusal();
    // An id that speaks of nobody is whose update begins it.
    builder.patch("/v1/sessions/session-id", hello()).await.done();
    assert_eq!(home.owner().session("session-id").await["programId"], "builder");
    reviewer.patch("/v1/sessions/session-id", hello()).await.refusal();
}

#[tokio::test]
async fn the_list_is_newest_first_and_filtered_by_state_and_program() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    for (place, (id, state)) in [
        ("a.1", "working"),
        ("a.2", "blocked"),
        ("b.1", "pinned"),
        ("b.2", "complete"),
    ]
    .into_iter()
    .enumerate()
    {
        home.after(Span::from_secs(1 + place as i64));
        owner
            .post("/v1/sessions", json!({"name": id, "sessionId": id, "state": state}))
            .await
            .done();
    }
    let ids = |sessions: Vec<Value>| -> Vec<String> {
        sessions
            .iter()
            .map(|session| session["sessionId"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids(owner.sessions("").await), ["b.1", "a.2", "a.1"]);
    assert_eq!(ids(owner.sessions("limit=2").await), ["b.1", "a.2"]);
    assert_eq!(
        ids(owner.sessions("state=all&includeArchived=1").await),
        ["b.2", "b.1", "a.2", "a.1"]
    );
    assert_eq!(ids(owner.sessions("state=working").await), ["a.1"]);
    assert_eq!(ids(owner.sessions("state=blocked").await), ["b.1", "a.2"]);
    assert_eq!(ids(owner.sessions("state=pinned").await), ["b.1"]);
    assert_eq!(owner.sessions("state=pinned").await[0]["state"], "pinned");
    assert!(owner.sessions("state=complete").await.is_empty());
    assert_eq!(
        ids(owner.sessions("state=complete&includeArchived=true").await),
        ["b.2"]
    );
    assert_eq!(ids(owner.sessions("programId=a").await), ["a.2", "a.1"]);
}

#[tokio::test]
async fn an_ended_session_moves_to_the_history_until_its_agent_goes_on() {
    let home = TestServer::in_memory();
    let (owner, builder) = (home.owner(), home.agent("builder").await);
    builder
        .post("/v1/sessions", json!({"name": "T", "sessionId": "builder.t"}))
        .await
        .done();
    home.after(Span::from_mins(100));
    builder
        .patch(
            "/v1/sessions/builder.t",
            json!({"status": "Done", "state": "complete", "progress": 100}),
        )
        .await
        .done();
    home.after(Span::from_mins(1));
    // A late heartbeat does not move the end.
    builder
        .patch(
            "/v1/sessions/builder.t",
            json!({"status": "Done", "lastHeartbeat": true}),
        )
        .await
        .done();
    let history = owner.get("/v1/sessions/history?limit=abc").await.done();
    assert_eq!(history["count"], 1);
    assert_eq!(
        history["sessions"][0],
        json!({
            "sessionId": "builder.t", "name": "T", "programId": "builder", "status": "Done", "state": "done",
            "progress": 100, "projectName": null, "durationMs": 6_000_000, "durationMinutes": 100,
            "createdAt": "2026-11-23T12:00:00.000Z", "completedAt": "2026-11-23T13:40:00.000Z",
        })
    );
    assert!(history.get("success").is_none());
    builder
        .patch("/v1/sessions/builder.t", json!({"status": "Again", "state": "working"}))
        .await
        .done();
    assert_eq!(owner.session("builder.t").await["archived"], false);
    assert_eq!(owner.get("/v1/sessions/history").await.done()["count"], 0);
}

#[tokio::test]
async fn a_session_silent_for_half_an_hour_is_stale_and_an_ended_one_is_done() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    owner
        .post("/v1/sessions", json!({"name": "live", "sessionId": "a.live"}))
        .await
        .done();
    owner
        .post(
            "/v1/sessions",
            json!({"name": "ended", "sessionId": "a.ended", "state": "complete"}),
        )
        .await
        .done();
    home.after(Span::from_mins(30));
    assert_eq!(owner.session("a.live").await["effectiveState"], "active");
    // Ages are whole seconds, and within one of them the list stays as it is.
    home.after(Span::from_secs(1));
    assert_eq!(owner.session("a.live").await["effectiveState"], "stale");
    assert_eq!(owner.session("a.live").await["state"], "active");
    assert_eq!(owner.session("a.ended").await["effectiveState"], "done");
}

#[tokio::test]
async fn beginning_a_session_again_replaces_it_whole() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    let full = json!({"name": "One", "sessionId": "a.1", "progress": 5, "projectName": "demo", "status": "s"});
    owner.post("/v1/sessions", full).await.done();
    owner
        .patch(
            "/v1/sessions/a.1",
            json!({"status": "x", "contextBytes": 40, "handoffRequired": true}),
        )
        .await
        .done();
    owner
        .post("/v1/sessions", json!({"name": "Two", "sessionId": "a.1"}))
        .await
        .done();
    let seen = owner.session("a.1").await;
    assert_eq!(seen["name"], "Two");
    assert_eq!(seen["status"], "Two");
    assert_eq!(seen["handoffRequired"], false);
    for field in ["progress", "projectName", "contextBytes"] {
        assert_eq!(seen[field], Value::Null, "{field}");
    }
}

#[tokio::test]
async fn two_sessions_without_an_id_in_one_millisecond_stay_two() {
    let home = TestServer::in_memory();
    let builder = home.agent("builder").await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let begun = builder.post("/v1/sessions", json!({"name": "x"})).await.done();
        ids.push(begun["sessionId"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids, ["session_1795435200000", "session_1795435200001"]);
    let seen = home.owner().session("session_1795435200001").await;
    assert_eq!(seen["programId"], "builder");
}

#[tokio::test]
async fn context_is_percent_left_from_either_side_and_old_byte_counts_stay_raw() {
    let home = TestServer::in_memory();
    let builder = home.agent("builder").await;
    let fleet = async || {
        let health = home.owner().get("/v1/fleet/health").await.done();
        let program = &health["programs"][0];
        (program["contextBytes"].clone(), program["contextUsedPct"].clone())
    };
    let report = async |body: Value| builder.patch("/v1/sessions/builder.t", body).await.done();
    report(json!({"status": "s", "contextBytes": 73})).await;
    assert_eq!(fleet().await, (json!(73), json!(27)));
    report(json!({"status": "s", "contextUsedPct": 40})).await;
    assert_eq!(fleet().await, (json!(60), json!(40)));
    report(json!({"status": "s"})).await;
    assert_eq!(fleet().await, (json!(60), json!(40)));
    report(json!({"status": "s", "contextBytes": 184_320})).await;
    assert_eq!(fleet().await, (json!(184_320), Value::Null));
    report(json!({"status": "s", "handoffRequired": true})).await;
    assert_eq!(home.owner().session("builder.t").await["handoffRequired"], true);
}

#[tokio::test]
async fn ids_in_a_path_are_taken_as_they_stand_and_an_id_in_the_body_wins() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    let done = owner
        .patch("/v1/sessions/a.has%20space", json!({"status": "x"}))
        .await
        .done();
    assert_eq!(done["sessionId"], "a.has%20space");
    let done = owner
        .patch("/v1/sessions/a.path", json!({"status": "x", "sessionId": "a.body"}))
        .await
        .done();
    assert_eq!(done["sessionId"], "a.body");
    assert_eq!(owner.sessions("limit=50").await.len(), 2);
}

#[tokio::test]
async fn fleet_health_tells_pinned_from_blocked_and_counts_the_silent() {
    let home = TestServer::in_memory();
    let (builder, sentinel) = (home.agent("builder").await, home.agent("sentinel").await);
    builder
        .post("/v1/sessions", json!({"name": "old", "sessionId": "builder.a"}))
        .await
        .done();
    builder
        .patch("/v1/sessions/builder.a", json!({"status": "done", "state": "complete"}))
        .await
        .done();
    builder
        .post(
            "/v1/sessions",
            json!({"name": "new", "sessionId": "builder.b", "state": "blocked"}),
        )
        .await
        .done();
    sentinel
        .post("/v1/sessions", json!({"name": "watch", "state": "pinned"}))
        .await
        .done();
    home.after(Span::from_mins(5));
    // Somebody else's write is no sign of life.
    home.owner()
        .patch("/v1/sessions/builder.b", json!({"status": "looked at"}))
        .await
        .done();
    let health = home.owner().get("/v1/fleet/health?detail=full").await.done();
    assert_eq!(
        health["programs"][0],
        json!({
            "programId": "builder", "state": "blocked", "lastReportedState": "blocked", "sessionId": "builder.b",
            "lastHeartbeat": "2026-11-23T12:00:00.000Z", "heartbeatAgeMinutes": 5, "heartbeatAgeSeconds": 300,
            "pendingMessages": 0, "pendingTasks": 0, "contextBytes": null, "contextUsedPct": null,
            "handoffRequired": false,
        })
    );
    assert_eq!(health["programs"][1]["lastReportedState"], "pinned");
    assert_eq!(
        health["summary"],
        json!({"working": 0, "blocked": 1, "idle": 1, "stale": 0})
    );
    home.after(Span::from_mins(6));
    let health = home.owner().get("/v1/fleet/health").await.done();
    assert_eq!(
        health["summary"],
        json!({"working": 0, "blocked": 0, "idle": 0, "stale": 2})
    );
    assert_eq!(health["programs"][1]["lastReportedState"], "pinned");
    assert_eq!(health["subscriptionBudget"]["activeSessionCount"], 2);
}

#[tokio::test]
async fn a_program_whose_agent_never_started_is_listed_and_a_persons_key_is_not() {
    let home = TestServer::in_memory();
    let health = home.owner().get("/v1/fleet/health").await.done();
    assert_eq!(health["programs"], json!([]), "the owner is a person, not an agent");
    let archivist = home.agent("archivist").await;
    home.agent_with("mobile", &["pulse.read", "fleet.read"]).await;
    let health = home.owner().get("/v1/fleet/health").await.done();
    assert_eq!(
        health["programs"],
        json!([{
            "programId": "archivist", "state": "idle", "lastReportedState": "idle", "sessionId": null,
            "lastHeartbeat": null, "heartbeatAgeMinutes": null, "heartbeatAgeSeconds": null,
            "pendingMessages": 0, "pendingTasks": 0, "contextBytes": null, "contextUsedPct": null,
            "handoffRequired": false,
        }])
    );
    assert_eq!(health["summary"]["idle"], 1);
    archivist
        .post("/v1/sessions", json!({"name": "at last", "sessionId": "archivist.a"}))
        .await
        .done();
    let health = home.owner().get("/v1/fleet/health").await.done();
    assert_eq!(health["programs"].as_array().map(Vec::len), Some(1));
    assert_eq!(health["programs"][0]["sessionId"], "archivist.a");
}
