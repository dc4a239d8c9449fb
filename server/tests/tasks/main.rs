//! Tasks: sent to a program, a group or all, claimed by one, completed once.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod lists;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use cachebash_core::domain::Span;
use serde_json::{Value, json};
use support::{Person, TestServer};

const TASKS: &str = "/v1/tasks";

/// Creates a task and returns its id.
async fn task(who: &Person, title: &str, target: &str) -> String {
    let made = who
        .post(TASKS, json!({"title": title, "target": target, "instructions": "how"}))
        .await
        .done();
    made["taskId"].as_str().unwrap().to_owned()
}

async fn list(who: &Person, query: &str) -> Value {
    who.get(&format!("{TASKS}?{query}")).await.done()
}

fn titles(list: &Value) -> Vec<&str> {
    let tasks = list["tasks"].as_array().unwrap();
    assert_eq!(list["count"], tasks.len());
    tasks.iter().map(|task| task["title"].as_str().unwrap()).collect()
}

async fn claim(who: &Person, id: &str, session: &str) -> support::Got {
    who.post(&format!("{TASKS}/{id}/claim"), json!({"sessionId": session}))
        .await
}

fn report() -> Value {
    json!({"model": "demo-model", "provider": "demo", "result": "ok", "tokens_in": 1200, "cost_usd": 0.0421})
}

#[tokio::test]
async fn a_task_goes_its_way_from_the_phone_to_the_agent_and_back() {
    let home = TestServer::in_memory();
    let (phone, builder) = (home.agent("mobile").await, home.agent("builder").await);
    builder
        .post("/v1/sessions", json!({"name": "At work", "sessionId": "builder.t"}))
        .await
        .done();
    home.after(Span::from_secs(7));
    let made = phone
        .post(
            TASKS,
            json!({"title": "Write the notes", "target": "builder", "instructions": "Kurz – 日本語", "priority": "high"}),
        )
        .await
        .done();
    let id = made["taskId"].as_str().unwrap();
    assert_eq!(
        made,
        json!({
            "success": true, "taskId": id, "title": "Write the notes", "action": "queue",
            "message": format!("Task created. ID: \"{id}\""), "targetState": "alive", "heartbeatAge": "7s",
        })
    );
    let listed = list(&builder, "").await;
    let mut row = json!({
        "id": id, "type": "task", "title": "Write the notes", "action": "queue", "priority": "high",
        "status": "created", "source": "mobile", "target": "builder", "projectId": null, "requires_action": true,
        "auto_archived": false, "ttl": null, "replyTo": null, "threadId": null, "provenance": null, "fallback": null,
        "expiresAt": "2026-11-24T12:00:07.000Z", "createdAt": "2026-11-23T12:00:07.000Z", "result": null,
        "completed_status": null, "completedAt": null, "claimedBy": null, "claimedAt": null,
    });
    assert_eq!(
        listed,
        json!({
            "success": true, "hasTasks": true, "count": 1, "tasks": [row], "hasMore": false, "cursor": null,
            "totalCandidates": 1, "degraded": false, "degradedReason": null, "message": "Found 1 task(s)",
        })
    );
    home.after(Span::from_secs(3));
    assert_eq!(
        claim(&builder, id, "builder.t").await.done(),
        json!({
            "success": true, "taskId": id, "title": "Write the notes", "instructions": "Kurz – 日本語",
            "action": "queue", "priority": "high", "alreadyClaimed": false, "message": "Task claimed.",
        })
    );
    let again = claim(&builder, id, "builder.t").await.done();
    assert_eq!(again["alreadyClaimed"], true);
    assert_eq!(titles(&list(&builder, "").await), [""; 0]);
    assert_eq!(titles(&list(&builder, "status=active").await), ["Write the notes"]);
    let done = builder.post(&format!("{TASKS}/{id}/complete"), report()).await.done();
    assert_eq!(
        done,
        json!({"success": true, "taskId": id, "message": "Task marked as done"})
    );
    row["instructions"] = "Kurz – 日本語".into();
    row["status"] = "done".into();
    row["result"] = "ok".into();
    row["completed_status"] = "SUCCESS".into();
    row["claimedBy"] = "builder".into();
    row["claimedAt"] = "2026-11-23T12:00:10.000Z".into();
    row["completedAt"] = "2026-11-23T12:00:10.000Z".into();
    row["expiresAt"] = "2026-11-24T12:00:10.000Z".into();
    let got = phone.get(&format!("{TASKS}/{id}")).await.done();
    assert_eq!(got, json!({"success": true, "task": row}));
}

#[tokio::test]
async fn the_sender_is_told_when_nobody_is_there() {
    let home = TestServer::in_memory();
    let builder = home.agent("builder").await;
    let owner = home.owner();
    let send = async || {
        let made = owner.post(TASKS, json!({"title": "x", "target": "builder"})).await;
        made.done()
    };
    let made = send().await;
    assert_eq!(
        (&made["targetState"], &made["heartbeatAge"]),
        (&json!("offline"), &json!("never"))
    );
    assert!(made["warning"].as_str().unwrap().contains("may not be picked up"));
    builder
        .post("/v1/sessions", json!({"name": "At work", "sessionId": "builder.t"}))
        .await
        .done();
    home.after(Span::from_mins(10));
    assert_eq!(send().await["targetState"], "alive");
    home.after(Span::from_mins(125));
    let made = send().await;
    assert_eq!(
        (&made["targetState"], &made["heartbeatAge"]),
        (&json!("stale"), &json!("2h"))
    );
    owner
        .post("/v1/programs/builder/pause", json!({"reason": "too dear"}))
        .await
        .done();
    assert_eq!(
        send().await["warning"],
        "Program \"builder\" is paused: too dear. It claims no task until it is resumed."
    );
}

#[tokio::test]
async fn nobody_is_sent_a_task_who_is_not_there_and_nobody_speaks_for_another() {
    let home = TestServer::in_memory();
    let (phone, builder) = (home.agent("mobile").await, home.agent("builder").await);
    for target in ["nobody", "@nobody", "council", "a b"] {
        let refusal = phone
            .post(TASKS, json!({"title": "x", "target": target}))
            .await
            .refusal();
        assert_eq!(
            refusal,
            format!(
                "Unknown target program: \"{target}\". Use a valid program ID, group name, or @role for role-based \
                 targeting."
            )
        );
    }
    let got = builder
        .post(TASKS, json!({"title": "x", "target": "builder", "source": "reviewer"}))
        .await;
    assert_eq!(
        got.failure(),
        (
            403,
            "FORBIDDEN",
            "Source mismatch: key belongs to \"builder\", claimed \"reviewer\". Each program must use its own API key."
        )
    );
    let made = phone
        .post(TASKS, json!({"title": "x", "target": "builder", "source": "reviewer"}))
        .await
        .done();
    let id = made["taskId"].as_str().unwrap();
    assert_eq!(
        phone.get(&format!("{TASKS}/{id}")).await.done()["task"]["source"],
        "reviewer"
    );
    assert_eq!(list(&phone, "status=all").await["totalCandidates"], 1);
}

#[tokio::test]
async fn of_many_that_claim_at_once_one_gets_it() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    home.agent("builder").await;
    for round in 0..5 {
        let id = task(&owner, "Once", "builder").await;
        let mut claims = Vec::new();
        for number in 0..8 {
            // Half of them share one key.
            let name = if number % 2 == 0 { "builder" } else { "reviewer" };
            let (agent, id) = (home.agent(name).await, id.clone());
            claims.push(tokio::spawn(async move {
                let session = (number % 3 > 0).then(|| format!("{name}.{number}"));
                let body = session.map_or(json!({}), |session| json!({"sessionId": session}));
                agent.post(&format!("{TASKS}/{id}/claim"), body).await.body["data"].clone()
            }));
        }
        let mut won = 0;
        for claim in claims {
            let data = claim.await.unwrap();
            if data["success"] == true {
                assert_eq!(data["alreadyClaimed"], false);
                won += 1;
            } else {
                assert_eq!(data["error"], "Task not claimable (status: active)");
            }
        }
        assert_eq!(won, 1, "round {round}");
    }
}

#[tokio::test]
async fn of_two_that_complete_at_once_one_is_booked() {
    let home = TestServer::in_memory();
    let (owner, builder) = (home.owner(), home.agent("builder").await);
    let id = task(&owner, "Once", "builder").await;
    claim(&builder, &id, "builder.t").await.done();
    let path = format!("{TASKS}/{id}/complete");
    let (one, other) = tokio::join!(builder.post(&path, report()), builder.post(&path, report()));
    let successes = [&one, &other].map(|got| got.body["data"]["success"] == true);
    assert!(successes[0] != successes[1], "{one:?} {other:?}");
    let cost = owner.get("/v1/metrics/cost-summary?period=all").await.done();
    assert_eq!(
        (&cost["task_count"], &cost["total_tokens_in"]),
        (&json!(1), &json!(1200))
    );
}

#[tokio::test]
async fn only_the_claimer_and_the_keepers_give_back_or_complete() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    let (builder, reviewer, phone) = (
        home.agent("builder").await,
        home.agent("reviewer").await,
        home.agent("mobile").await,
    );
    let id = task(&owner, "Wire the parser", "builder").await;
    let path = |what: &str| format!("{TASKS}/{id}/{what}");
    assert_eq!(
        builder.post(&path("complete"), report()).await.refusal(),
        "Task not completable (status: created). Only active tasks can be completed."
    );
    assert_eq!(
        builder.post(&path("unclaim"), json!({})).await.refusal(),
        "Task not unclaimable (status: created). Only active tasks can be unclaimed."
    );
    claim(&builder, &id, "builder.t").await.done();
    for stranger in [&phone, &reviewer] {
        assert_eq!(
            stranger
                .post(&path("unclaim"), json!({"reason": "manual"}))
                .await
                .refusal(),
            "Unauthorized: only the claiming owner, ISO, or admin can unclaim this task."
        );
        assert_eq!(
            stranger.post(&path("complete"), report()).await.refusal(),
            "Unauthorized: only the claiming owner, ISO, or admin can complete this task."
        );
    }
    for count in 1..=3 {
        let back = builder.post(&path("unclaim"), json!({"reason": "manual"})).await.done();
        assert_eq!(back["unclaimCount"], count);
        assert_eq!(back["flagged"], count == 3);
        claim(&builder, &id, "builder.t").await.done();
    }
    owner
        .post(
            &path("complete"),
            json!({"model": "m", "provider": "p", "completed_status": "FAILED"}),
        )
        .await
        .done();
    let row = builder.get(&format!("{TASKS}/{id}")).await.done()["task"].clone();
    assert_eq!(
        (&row["status"], &row["completed_status"]),
        (&json!("failed"), &json!("FAILED"))
    );
    assert_eq!(
        claim(&reviewer, &id, "r").await.refusal(),
        "Task not claimable (status: failed)"
    );
    assert_eq!(
        owner.get("/v1/tasks/stats").await.done(),
        json!({"created": 0, "active": 0, "done": 0, "failed": 1, "total": 1})
    );
}

#[tokio::test]
async fn a_paused_program_finishes_what_it_has_and_claims_no_more() {
    let home = TestServer::in_memory();
    let (owner, builder) = (home.owner(), home.agent("builder").await);
    let (begun, new) = (
        task(&owner, "Begun", "builder").await,
        task(&owner, "New", "builder").await,
    );
    claim(&builder, &begun, "builder.t").await.done();
    owner
        .post("/v1/programs/builder/pause", json!({"reason": "too dear"}))
        .await
        .done();
    let refusal = claim(&builder, &new, "builder.t").await.refusal();
    assert_eq!(refusal, "Program \"builder\" is paused: too dear");
    builder
        .post(&format!("{TASKS}/{begun}/complete"), report())
        .await
        .done();
    owner.post("/v1/programs/builder/resume", json!({})).await.done();
    claim(&builder, &new, "builder.t").await.done();
}

#[tokio::test]
async fn a_batch_does_what_it_can_and_says_what_it_could_not() {
    let home = TestServer::in_memory();
    let (owner, builder) = (home.owner(), home.agent("builder").await);
    let (one, other) = (
        task(&owner, "One", "builder").await,
        task(&owner, "Other", "architect").await,
    );
    let got = builder
        .post(
            "/v1/tasks/batch-claim",
            json!({"taskIds": [one, "missing", other, one]}),
        )
        .await
        .done();
    assert_eq!(
        got,
        json!({
            "success": true, "claimed": 2, "failed": 2,
            "results": [
                {"taskId": one, "success": true, "title": "One"},
                {"taskId": "missing", "success": false, "error": "Task not found"},
                {"taskId": other, "success": true, "title": "Other"},
                {"taskId": one, "success": false, "error": "Task not claimable (status: active)"},
            ],
        })
    );
    let got = builder
        .post(
            "/v1/tasks/batch-complete",
            json!({"taskIds": [one, one], "completed_status": "SKIPPED"}),
        )
        .await
        .done();
    assert_eq!((&got["completed"], &got["failed"]), (&json!(1), &json!(1)));
    assert_eq!(
        owner.get("/v1/tasks/stats").await.done(),
        json!({"created": 0, "active": 1, "done": 1, "failed": 0, "total": 2})
    );
    let refusal = builder.post("/v1/tasks/batch/claim", json!({"taskIds": [other]})).await;
    assert_eq!(refusal.refusal(), "Task not found");
}

#[tokio::test]
async fn pages_meet_without_a_gap_or_a_double_also_where_all_came_at_once() {
    let home = TestServer::in_memory();
    let (owner, architect) = (home.owner(), home.agent("architect").await);
    let mut ids = BTreeSet::new();
    for number in 0..12 {
        if number == 5 {
            home.after(Span::from_secs(1));
        }
        ids.insert(task(&owner, &format!("Paged {number}"), "architect").await);
    }
    task(&owner, "Another's", "builder").await;
    let (mut seen, mut query, mut sizes) = (Vec::new(), "target=architect&limit=5".to_owned(), Vec::new());
    loop {
        let page = list(&owner, &query).await;
        assert_eq!(page["totalCandidates"], 12);
        let rows = page["tasks"].as_array().unwrap();
        sizes.push(rows.len());
        seen.extend(rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        // What was seen may be taken meanwhile.
        claim(&architect, rows.last().unwrap()["id"].as_str().unwrap(), "a")
            .await
            .done();
        if page["hasMore"] == false {
            assert_eq!(page["cursor"], Value::Null);
            break;
        }
        let cursor = page["cursor"].as_str().unwrap();
        query = format!("target=architect&limit=5&status=all&cursor={cursor}");
    }
    assert_eq!(sizes, [5, 5, 2]);
    assert_eq!(seen.len(), 12);
    assert_eq!(seen.iter().cloned().collect::<BTreeSet<_>>(), ids);
    // The last page is known to be the last one, also when it is full; and a task's id is a cursor as well.
    let all = list(&owner, "target=architect&limit=12&status=all").await;
    assert_eq!(all["hasMore"], false);
    let rest = list(
        &owner,
        &format!("target=architect&limit=50&status=all&cursor={}", seen[4]),
    )
    .await;
    assert_eq!(rest["count"], 7);
    let refusal = owner.get("/v1/tasks?cursor=missing").await.refusal();
    assert_eq!(refusal, "Invalid or expired cursor");
}
