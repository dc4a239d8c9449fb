//! Sprints: planned in waves, reported story by story, ended with an honest count.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use cachebash_core::domain::Span;
use serde_json::{Value, json};
use support::{Person, TestServer};

const SPRINTS: &str = "/v1/sprints";

fn plan() -> Value {
    json!({
        "projectName": "demo-app", "branch": "main",
        "stories": [
            {"id": "s1", "title": "s1 Parser"},
            {"id": "s11", "title": "s11 Cache – 日本語", "wave": 2, "dependencies": ["s1"], "complexity": "high",
                "retryPolicy": "auto_retry", "maxRetries": 2},
        ],
    })
}

async fn begin(who: &Person, plan: Value) -> String {
    let made = who.post(SPRINTS, plan).await.done();
    made["sprintId"].as_str().unwrap().to_owned()
}

async fn sprint(who: &Person, id: &str) -> Value {
    who.get(&format!("{SPRINTS}/{id}")).await.done()
}

async fn report(who: &Person, id: &str, story: &str, body: Value) {
    let done = who.patch(&format!("{SPRINTS}/{id}/stories/{story}"), body).await.done();
    assert_eq!(
        done,
        json!({"success": true, "sprintId": id, "storyId": story, "message": "Story updated"})
    );
}

#[tokio::test]
async fn a_sprint_is_planned_reported_and_ended() {
    let home = TestServer::in_memory();
    let phone = home.agent_with("mobile", &["*"]).await;
    let made = phone.post(SPRINTS, plan()).await.done();
    assert_eq!(made["storiesCreated"], 2);
    assert_eq!(made["message"], "Sprint created with 2 stories");
    let id = made["sprintId"].as_str().unwrap();
    home.after(Span::from_mins(1));
    // The shorter name is not found inside the longer one.
    report(
        &phone,
        id,
        "s1",
        json!({"status": "active", "currentAction": "Lexing", "progress": 40}),
    )
    .await;
    let got = sprint(&phone, id).await;
    assert_eq!(
        got["sprint"],
        json!({
            "id": id, "title": "Sprint: demo-app", "status": "active", "projectName": "demo-app", "branch": "main",
            "config": null, "createdAt": "2026-11-23T12:00:00.000Z", "startedAt": "2026-11-23T12:00:00.000Z",
            "completedAt": null,
            "definition": [
                {"id": "s1", "title": "s1 Parser", "wave": 1, "dependencies": [], "complexity": "normal",
                    "retryPolicy": "none", "maxRetries": 1},
                {"id": "s11", "title": "s11 Cache – 日本語", "wave": 2, "dependencies": ["s1"], "complexity": "high",
                    "retryPolicy": "auto_retry", "maxRetries": 2},
            ],
        })
    );
    assert_eq!(
        got["stories"][0],
        json!({
            "id": got["stories"][0]["id"], "title": "s1 Parser", "status": "active", "wave": 1, "dependencies": [],
            "complexity": "normal", "currentAction": "Lexing", "progress": 40,
            "retry": {"policy": "none", "maxRetries": 1, "retryCount": 0, "retryHistory": []},
            "startedAt": "2026-11-23T12:01:00.000Z", "completedAt": null,
        })
    );
    assert_eq!(
        got["stats"],
        json!({"total": 2, "completed": 0, "failed": 0, "active": 1, "queued": 1})
    );
    // What is left out stays, and our own id names a story as well.
    let ours = got["stories"][0]["id"].as_str().unwrap();
    report(&phone, id, ours, json!({"status": "complete"})).await;
    report(&phone, id, "s11", json!({"status": "skipped"})).await;
    let got = sprint(&phone, id).await;
    assert_eq!(got["stories"][0]["currentAction"], "Lexing");
    assert_eq!(
        (&got["stories"][0]["status"], &got["stories"][1]["status"]),
        (&json!("done"), &json!("archived"))
    );
    let ended = phone.post(&format!("{SPRINTS}/{id}/complete"), json!({})).await.done();
    assert_eq!(
        ended,
        json!({
            "success": true, "sprintId": id, "summary": {"completed": 1, "failed": 0, "skipped": 1},
            "message": "Sprint completed",
        })
    );
    let got = sprint(&phone, id).await["sprint"].clone();
    assert_eq!(
        (&got["status"], &got["completedAt"]),
        (&json!("done"), &json!("2026-11-23T12:01:00.000Z"))
    );
    let again = phone.post(&format!("{SPRINTS}/{id}/complete"), json!({})).await;
    assert_eq!(again.refusal(), "Sprint is already completed");
}

#[tokio::test]
async fn the_ten_newest_that_go_on_are_listed_for_admins() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    let mut ids = Vec::new();
    for _ in 0..12 {
        home.after(Span::from_secs(1));
        ids.push(begin(&owner, plan()).await);
    }
    let summary = json!({"summary": {"completed": 7, "duration": 12.5}});
    let ended = owner
        .post(&format!("{SPRINTS}/{}/complete", ids[11]), summary)
        .await
        .done();
    assert_eq!(
        ended["summary"],
        json!({"completed": 7, "duration": 12.5, "failed": 0, "skipped": 0})
    );
    let active = owner.get("/v1/sprints/active").await.done();
    assert_eq!((&active["count"], &active["hasMore"]), (&json!(10), &json!(true)));
    let listed: Vec<&str> = active["sprints"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].as_str().unwrap())
        .collect();
    let newest: Vec<&str> = ids[1..11].iter().rev().map(String::as_str).collect();
    assert_eq!(listed, newest);
    let first = &active["sprints"][0];
    assert_eq!(first["stats"]["queued"], 2);
    assert!(first["stories"][0].get("retry").is_none());
    owner
        .post(&format!("{SPRINTS}/{}/complete", ids[0]), json!({}))
        .await
        .done();
    let all = owner.get("/v1/sprints/active").await.done();
    assert_eq!((&all["count"], &all["hasMore"]), (&json!(10), &json!(false)));
    let builder = home.agent("builder").await;
    assert_eq!(
        builder.get("/v1/sprints/active").await.failure(),
        (403, "FORBIDDEN", "Admin access required")
    );
}

#[tokio::test]
async fn a_story_that_fails_is_tried_again_as_often_as_it_may_be() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    let id = begin(&owner, plan()).await;
    for (status, count) in [("created", 1), ("created", 2), ("failed", 2), ("failed", 2)] {
        home.after(Span::from_secs(1));
        report(&owner, &id, "s11", json!({"status": "failed"})).await;
        let story = sprint(&owner, &id).await["stories"][1].clone();
        assert_eq!(
            (&story["status"], &story["retry"]["retryCount"]),
            (&json!(status), &json!(count))
        );
    }
    let history = sprint(&owner, &id).await["stories"][1]["retry"]["retryHistory"].clone();
    assert_eq!(
        history[1],
        json!({"attempt": 2, "failedAt": "2026-11-23T12:00:02.000Z"})
    );
    report(&owner, &id, "s1", json!({"status": "failed"})).await;
    // The orchestrator hears once of the one that was to be tried, and not of the one that nobody minds.
    let orchestrator = home.agent("orchestrator").await;
    let told = orchestrator.get("/v1/messages?sessionId=orchestrator").await.done();
    assert_eq!(told["interrupts"].as_array().unwrap().len(), 1);
    let text = told["interrupts"][0]["message"].as_str().unwrap();
    assert!(text.starts_with("Story \"s11 Cache – 日本語\" failed"), "{text}");
    let got = sprint(&owner, &id).await;
    assert_eq!(got["stories"][0]["completedAt"], "2026-11-23T12:00:04.000Z");
    assert_eq!(got["stats"]["failed"], 2);
}

#[tokio::test]
async fn stories_are_added_to_the_wave_that_is_meant() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    let id = begin(&owner, plan()).await;
    let path = format!("{SPRINTS}/{id}/stories");
    let add = async |story: &str, mode: Option<&str>| {
        let mut body = json!({"story": {"id": story, "title": story}});
        if let Some(mode) = mode {
            body["insertionMode"] = mode.into();
        }
        owner.post(&path, body).await
    };
    let added = add("n1", None).await.done();
    assert_eq!(
        (&added["wave"], &added["message"]),
        (&json!(2), &json!("Story added to sprint (wave 2)"))
    );
    assert_eq!(add("n2", Some("current_wave")).await.done()["wave"], 1);
    assert_eq!(add("n3", Some("backlog")).await.done()["wave"], 3);
    report(&owner, &id, "s1", json!({"status": "complete"})).await;
    report(&owner, &id, "n2", json!({"status": "skipped"})).await;
    assert_eq!(add("n4", Some("current_wave")).await.done()["wave"], 2);
    assert_eq!(add("n4", None).await.refusal(), "The sprint has a story \"n4\" already");
    let got = sprint(&owner, &id).await;
    let order: Vec<&str> = got["stories"]
        .as_array()
        .unwrap()
        .iter()
        .map(|story| story["title"].as_str().unwrap())
        .collect();
    assert_eq!(order, ["s1 Parser", "n2", "s11 Cache – 日本語", "n1", "n4", "n3"]);
    assert_eq!(got["sprint"]["definition"].as_array().unwrap().len(), 2);
    owner.post(&format!("{SPRINTS}/{id}/complete"), json!({})).await.done();
    assert_eq!(add("n5", None).await.refusal(), "Sprint is already completed");
    // What an agent finished meanwhile is not lost.
    report(&owner, &id, "n1", json!({"status": "complete"})).await;
}

#[tokio::test]
async fn two_agents_that_report_at_once_lose_nothing() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    let stories: Vec<Value> = (0..8)
        .map(|number| json!({"id": format!("s{number}"), "title": "x"}))
        .collect();
    let id = begin(&owner, json!({"projectName": "p", "branch": "b", "stories": stories})).await;
    let mut reports = Vec::new();
    for number in 0..16 {
        let (who, path) = (owner.clone(), format!("{SPRINTS}/{id}/stories/s{}", number / 2));
        let body = if number % 2 == 0 {
            json!({"status": "complete"})
        } else {
            json!({"progress": 50})
        };
        reports.push(tokio::spawn(async move { who.patch(&path, body).await.done() }));
    }
    for report in reports {
        report.await.unwrap();
    }
    let got = sprint(&owner, &id).await;
    for story in got["stories"].as_array().unwrap() {
        assert_eq!((&story["status"], &story["progress"]), (&json!("done"), &json!(50)));
    }
}

#[tokio::test]
async fn what_is_not_there_is_said_to_be_missing() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    let id = begin(&owner, plan()).await;
    let active = json!({"status": "active"});
    assert_eq!(owner.get("/v1/sprints/missing").await.refusal(), "Sprint not found");
    assert_eq!(
        owner.post("/v1/sprints/missing/complete", json!({})).await.refusal(),
        "Sprint not found"
    );
    let story = owner.patch(&format!("{SPRINTS}/{id}/stories/zz"), active.clone()).await;
    assert_eq!(story.refusal(), "Story not found");
    let other = begin(&owner, json!({"projectName": "p", "branch": "b", "stories": []})).await;
    let story = owner
        .patch(&format!("{SPRINTS}/{other}/stories/s1"), active.clone())
        .await;
    assert_eq!(story.refusal(), "Story not found");
    let builder = home.agent("builder").await;
    assert_eq!(sprint(&builder, &id).await["stats"]["queued"], 2);
    assert_eq!(
        builder
            .patch(&format!("{SPRINTS}/{id}/stories/s1"), active)
            .await
            .failure()
            .0,
        403
    );
    assert_eq!(builder.post(SPRINTS, plan()).await.failure().0, 403);
}

#[tokio::test]
async fn hostile_plans_are_named_and_nothing_is_begun() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    let with = |story: Value| json!({"projectName": "p", "branch": "b", "stories": [{"id": "a", "title": "a"}, story]});
    for (body, path, code) in [
        (json!({"projectName": "p", "branch": "b"}), "stories", "invalid_type"),
        (
            json!({"projectName": "p", "branch": "b", "stories": {}}),
            "stories",
            "invalid_type",
        ),
        (
            json!({"projectName": "p", "branch": "b", "stories": vec![json!({}); 201]}),
            "stories",
            "too_big",
        ),
        (with(json!({"title": "b"})), "stories.1.id", "invalid_type"),
        (with(json!({"id": "", "title": "b"})), "stories.1.id", "too_small"),
        (with(json!({"id": "a", "title": "b"})), "stories.1.id", "invalid_value"),
        (
            with(json!({"id": "a/b", "title": "b"})),
            "stories.1.id",
            "invalid_format",
        ),
        (
            with(json!({"id": "b", "title": "b", "wave": 1e300})),
            "stories.1.wave",
            "too_big",
        ),
        (
            with(json!({"id": "b", "title": "b", "wave": -1})),
            "stories.1.wave",
            "too_small",
        ),
        (
            with(json!({"id": "b", "title": "b", "maxRetries": 6})),
            "stories.1.maxRetries",
            "too_big",
        ),
        (
            with(json!({"id": "b", "title": "b", "retryPolicy": "often"})),
            "stories.1.retryPolicy",
            "invalid_value",
        ),
    ] {
        assert_eq!(
            owner.post(SPRINTS, body.clone()).await.issues(),
            [(path, code)],
            "{body}"
        );
    }
    let got = owner.post("/v1/sprints/x/stories", json!({})).await;
    assert_eq!(got.issues(), [("story", "invalid_type")]);
    assert_eq!(
        owner.get("/v1/sprints/active").await.done(),
        json!({"sprints": [], "count": 0, "hasMore": false})
    );
    let got = owner
        .patch("/v1/sprints/x/stories/y", json!({"progress": 101, "status": "done"}))
        .await;
    assert_eq!(got.issues(), [("status", "invalid_value"), ("progress", "too_big")]);
}
