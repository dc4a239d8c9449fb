//! One table of wrong fields and what is said about them; nothing of a wrong request is ever written.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use support::TestServer;

const SESSIONS: &str = "/v1/sessions";
const UPDATE: &str = "/v1/sessions/builder.t";
const STATE: &str = "/v1/program-state/builder";

fn text(length: usize) -> String {
    "x".repeat(length)
}

/// (method, target, body, path of the issue, its message, its code)
fn wrong() -> Vec<(
    &'static str,
    &'static str,
    Value,
    &'static str,
    &'static str,
    &'static str,
)> {
    let task = |field: &str, value: Value| {
        let mut task = json!({"taskId": "t", "title": "t", "outcome": "blocked", "notes": ""});
        task[field] = value;
        json!({"contextSummary": {"lastTask": task}})
    };
    let undefined = "Invalid input: expected string, received undefined";
    vec![
        ("POST", SESSIONS, json!({}), "name", undefined, "invalid_type"),
        (
            "POST",
            SESSIONS,
            json!({"name": null}),
            "name",
            "Invalid input: expected string, received null",
            "invalid_type",
        ),
        (
            "POST",
            SESSIONS,
            json!({"name": ["x"]}),
            "name",
            "Invalid input: expected string, received array",
            "invalid_type",
        ),
        (
            "POST",
            SESSIONS,
            json!({"name": text(201)}),
            "name",
            "Too big: expected string to have <=200 characters",
            "too_big",
        ),
        (
            "POST",
            SESSIONS,
            json!({"name": "🚀".repeat(101)}),
            "name",
            "Too big: expected string to have <=200 characters",
            "too_big",
        ),
        (
            "POST",
            SESSIONS,
            json!({"name": "x", "progress": -0.5}),
            "progress",
            "Too small: expected number to be >=0",
            "too_small",
        ),
        (
            "POST",
            SESSIONS,
            json!({"name": "x", "progress": 100.5}),
            "progress",
            "Too big: expected number to be <=100",
            "too_big",
        ),
        (
            "POST",
            SESSIONS,
            json!({"name": "x", "progress": null}),
            "progress",
            "Invalid input: expected number, received null",
            "invalid_type",
        ),
        (
            "POST",
            SESSIONS,
            json!({"name": "x", "progress": "50"}),
            "progress",
            "Invalid input: expected number, received string",
            "invalid_type",
        ),
        (
            "POST",
            SESSIONS,
            json!({"name": "x", "sessionId": "a/b"}),
            "sessionId",
            "Invalid string: must not contain \"/\" or control characters",
            "invalid_format",
        ),
        (
            "POST",
            SESSIONS,
            json!({"name": "x", "sessionId": text(101)}),
            "sessionId",
            "Too big: expected string to have <=100 characters",
            "too_big",
        ),
        (
            "POST",
            SESSIONS,
            json!({"name": "x", "programId": text(51)}),
            "programId",
            "Too big: expected string to have <=50 characters",
            "too_big",
        ),
        (
            "POST",
            SESSIONS,
            json!({"name": "x", "bootType": "tester"}),
            "bootType",
            "Invalid option: expected one of \"orchestrator\"|\"builder\"",
            "invalid_value",
        ),
        (
            "POST",
            SESSIONS,
            json!([1]),
            "",
            "Invalid input: expected object, received array",
            "invalid_type",
        ),
        (
            "PATCH",
            UPDATE,
            json!({"state": "working"}),
            "status",
            undefined,
            "invalid_type",
        ),
        (
            "PATCH",
            UPDATE,
            json!({"status": "x", "contextBytes": -1}),
            "contextBytes",
            "Too small: expected number to be >=0",
            "too_small",
        ),
        (
            "PATCH",
            UPDATE,
            json!({"status": "x", "lastHeartbeat": "true"}),
            "lastHeartbeat",
            "Invalid input: expected boolean, received string",
            "invalid_type",
        ),
        (
            "PATCH",
            UPDATE,
            json!({"status": "x", "handoffRequired": 1}),
            "handoffRequired",
            "Invalid input: expected boolean, received number",
            "invalid_type",
        ),
        (
            "PATCH",
            UPDATE,
            json!({"status": "x", "projectName": text(101)}),
            "projectName",
            "Too big: expected string to have <=100 characters",
            "too_big",
        ),
        (
            "PATCH",
            STATE,
            json!({"contextSummary": {"handoffNotes": text(2_001)}}),
            "contextSummary.handoffNotes",
            "Too big: expected string to have <=2000 characters",
            "too_big",
        ),
        (
            "PATCH",
            STATE,
            json!({"contextSummary": {"activeWorkItems": vec!["x"; 21]}}),
            "contextSummary.activeWorkItems",
            "Too big: expected array to have <=20 items",
            "too_big",
        ),
        (
            "PATCH",
            STATE,
            json!({"contextSummary": {"activeWorkItems": ["x", text(201)]}}),
            "contextSummary.activeWorkItems.1",
            "Too big: expected string to have <=200 characters",
            "too_big",
        ),
        (
            "PATCH",
            STATE,
            json!({"contextSummary": {"openQuestions": vec!["x"; 11]}}),
            "contextSummary.openQuestions",
            "Too big: expected array to have <=10 items",
            "too_big",
        ),
        (
            "PATCH",
            STATE,
            json!({"contextSummary": {"openQuestions": [text(501)]}}),
            "contextSummary.openQuestions.0",
            "Too big: expected string to have <=500 characters",
            "too_big",
        ),
        (
            "PATCH",
            STATE,
            json!({"contextSummary": null}),
            "contextSummary",
            "Invalid input: expected object, received null",
            "invalid_type",
        ),
        (
            "PATCH",
            STATE,
            json!({"contextSummary": {"lastTask": {"taskId": "t", "title": "t", "outcome": "blocked"}}}),
            "contextSummary.lastTask.notes",
            undefined,
            "invalid_type",
        ),
        (
            "PATCH",
            STATE,
            task("title", json!(text(201))),
            "contextSummary.lastTask.title",
            "Too big: expected string to have <=200 characters",
            "too_big",
        ),
        (
            "PATCH",
            STATE,
            task("outcome", json!("finished")),
            "contextSummary.lastTask.outcome",
            "Invalid option: expected one of \"completed\"|\"in_progress\"|\"blocked\"|\"deferred\"",
            "invalid_value",
        ),
        (
            "PATCH",
            STATE,
            json!({"learnedPatterns": [{"id": "p", "domain": "d", "pattern": "p", "confidence": 1.5, "evidence": "e", "discoveredAt": "", "lastReinforced": ""}]}),
            "learnedPatterns.0.confidence",
            "Too big: expected number to be <=1",
            "too_big",
        ),
        (
            "PATCH",
            STATE,
            json!({"config": {"knownQuirks": vec!["x"; 21]}}),
            "config.knownQuirks",
            "Too big: expected array to have <=20 items",
            "too_big",
        ),
        (
            "PATCH",
            STATE,
            json!({"config": {"toolPreferences": []}}),
            "config.toolPreferences",
            "Invalid input: expected object, received array",
            "invalid_type",
        ),
        (
            "PATCH",
            STATE,
            json!({"baselines": {"sessionsCompleted": -1}}),
            "baselines.sessionsCompleted",
            "Too small: expected number to be >=0",
            "too_small",
        ),
        (
            "PATCH",
            STATE,
            json!({"baselines": {"commonFailureModes": vec!["x"; 11]}}),
            "baselines.commonFailureModes",
            "Too big: expected array to have <=10 items",
            "too_big",
        ),
        (
            "PATCH",
            STATE,
            json!({"decay": {"contextSummaryTTLDays": 91}}),
            "decay.contextSummaryTTLDays",
            "Too big: expected number to be <=90",
            "too_big",
        ),
        (
            "PATCH",
            STATE,
            json!({"decay": {"maxUnpromotedPatterns": 4}}),
            "decay.maxUnpromotedPatterns",
            "Too small: expected number to be >=5",
            "too_small",
        ),
        (
            "PATCH",
            STATE,
            json!({"sessionId": text(101)}),
            "sessionId",
            "Too big: expected string to have <=100 characters",
            "too_big",
        ),
        (
            "GET",
            "/v1/sessions?limit=2.5",
            json!({}),
            "limit",
            "Invalid input: expected int, received number",
            "invalid_type",
        ),
        (
            "GET",
            "/v1/sessions?limit=",
            json!({}),
            "limit",
            "Too small: expected number to be >=1",
            "too_small",
        ),
        (
            "GET",
            "/v1/sessions?limit=NaN",
            json!({}),
            "limit",
            "Invalid input: expected number, received string",
            "invalid_type",
        ),
        (
            "GET",
            "/v1/sessions?state=Working",
            json!({}),
            "state",
            "Invalid option: expected one of \"working\"|\"blocked\"|\"pinned\"|\"complete\"|\"all\"",
            "invalid_value",
        ),
    ]
}

#[tokio::test]
async fn each_wrong_field_is_named_and_nothing_is_written() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    for (method, target, body, path, message, code) in wrong() {
        let got = owner.send(method, target, body.to_string()).await;
        assert_eq!(got.status, 400, "{method} {target} {body}: {}", got.body);
        let wanted = json!([{"path": path, "message": message, "code": code}]);
        assert_eq!(got.body["error"]["issues"], wanted, "{method} {target} {body}");
        assert_eq!(got.failure().2, format!("Validation failed: {path}: {message}"));
    }
    assert!(owner.sessions("includeArchived=true").await.is_empty());
    assert_eq!(owner.get(STATE).await.done()["exists"], false);
}

#[tokio::test]
async fn one_wrong_field_among_good_ones_writes_none_of_them() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    owner
        .patch(STATE, json!({"contextSummary": {"handoffNotes": "before"}}))
        .await
        .done();
    let half = json!({"contextSummary": {"handoffNotes": "after"}, "baselines": {"sessionsCompleted": "many"}});
    assert_eq!(
        owner.patch(STATE, half).await.issues(),
        [("baselines.sessionsCompleted", "invalid_type")]
    );
    let state = owner.state("builder").await;
    assert_eq!(state["contextSummary"]["handoffNotes"], "before");
    assert_eq!(state["version"], 2);
    assert_eq!(owner.get(&format!("{STATE}/context-history")).await.done()["count"], 1);
}

#[tokio::test]
async fn the_limits_themselves_are_allowed() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    let full = json!({
        "name": "🚀".repeat(100), "sessionId": text(100), "programId": text(50), "status": text(200),
        "projectName": text(100), "progress": 100, "bootType": "builder",
    });
    owner.post(SESSIONS, full).await.done();
    let state = json!({
        "contextSummary": {
            "lastTask": {"taskId": "t", "title": text(200), "outcome": "deferred", "notes": text(2_000)},
            "activeWorkItems": vec![text(200); 20], "handoffNotes": text(2_000), "openQuestions": vec![text(500); 10],
        },
        "config": {"preferredOutputFormat": null, "knownQuirks": vec![text(200); 20]},
        "decay": {"contextSummaryTTLDays": 90, "learnedPatternMaxAge": 1, "maxUnpromotedPatterns": 200},
    });
    owner.patch(STATE, state).await.done();
    assert_eq!(owner.session(&text(100)).await["programId"], text(50));
}

#[tokio::test]
async fn an_empty_body_is_an_empty_object_and_unknown_fields_are_dropped() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    assert_eq!(
        owner.send("POST", SESSIONS, "").await.issues(),
        [("name", "invalid_type")]
    );
    owner.send("PATCH", STATE, "").await.done();
    owner
        .post(
            SESSIONS,
            json!({"name": "x", "sessionId": "a.1", "colour": "blue", "archived": true}),
        )
        .await
        .done();
    assert!(owner.session("a.1").await.get("colour").is_none());
    assert_eq!(owner.session("a.1").await["archived"], false);
}
