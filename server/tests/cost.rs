//! Cost: what completed tasks took, by day, program and type.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use cachebash_core::domain::Span;
use serde_json::{Value, json};
use support::{Person, TestServer};

/// Gives a program a task and lets it complete that.
async fn work(home: &TestServer, agent: &Person, kind: &str, report: Value) {
    let owner = home.owner();
    let made = owner
        .post("/v1/tasks", json!({"title": "x", "target": "all", "type": kind}))
        .await
        .done();
    let path = format!("/v1/tasks/{}", made["taskId"].as_str().unwrap());
    agent.post(&format!("{path}/claim"), json!({})).await.done();
    let mut body = json!({"model": "m", "provider": "p"});
    for (name, value) in report.as_object().unwrap() {
        body[name] = value.clone();
    }
    agent.post(&format!("{path}/complete"), body).await.done();
}

async fn cost(who: &Person, query: &str) -> Value {
    who.get(&format!("/v1/metrics/cost-summary?{query}")).await.done()
}

#[tokio::test]
async fn sums_are_by_program_and_by_type_the_dearest_first() {
    let home = TestServer::in_memory();
    let (builder, reviewer, scribe) = (
        home.agent("builder").await,
        home.agent("reviewer").await,
        home.agent("scribe").await,
    );
    work(
        &home,
        &builder,
        "task",
        json!({"tokens_in": 1200, "tokens_out": 340, "cost_usd": 0.0421}),
    )
    .await;
    work(
        &home,
        &reviewer,
        "dream",
        json!({"tokens_in": 10, "tokens_out": 5, "cost_usd": 1.5}),
    )
    .await;
    // What nobody counted counts as nothing, and a failure costs all the same.
    work(&home, &scribe, "task", json!({})).await;
    work(
        &home,
        &reviewer,
        "task",
        json!({"completed_status": "FAILED", "cost_usd": 0.1}),
    )
    .await;
    work(&home, &reviewer, "task", json!({"cost_usd": 0.2})).await;
    let owner = home.owner();
    assert_eq!(
        cost(&owner, "").await,
        json!({
            "success": true, "total_tokens_in": 1210, "total_tokens_out": 345, "total_cost_usd": 1.8421,
            "task_count": 5, "period": "this_month", "groupBy": "none", "programFilter": null, "breakdown": [],
        })
    );
    assert_eq!(
        cost(&owner, "period=all&groupBy=program").await["breakdown"],
        json!([
            {"key": "reviewer", "tokens_in": 10, "tokens_out": 5, "cost_usd": 1.8, "task_count": 3},
            {"key": "builder", "tokens_in": 1200, "tokens_out": 340, "cost_usd": 0.0421, "task_count": 1},
            {"key": "scribe", "tokens_in": 0, "tokens_out": 0, "cost_usd": 0, "task_count": 1},
        ])
    );
    let one = cost(&owner, "period=all&programFilter=reviewer&groupBy=type").await;
    assert_eq!(one["programFilter"], "reviewer");
    assert_eq!(
        one["breakdown"],
        json!([
            {"key": "dream", "tokens_in": 10, "tokens_out": 5, "cost_usd": 1.5, "task_count": 1},
            {"key": "task", "tokens_in": 0, "tokens_out": 0, "cost_usd": 0.3, "task_count": 2},
        ])
    );
    assert_eq!(cost(&owner, "programFilter=nobody").await["task_count"], 0);
}

#[tokio::test]
async fn a_period_ends_with_its_day_week_and_month_in_utc() {
    // It is Monday, 23 November 2026, noon.
    let home = TestServer::in_memory();
    let builder = home
        .agent_who(json!({"programId": "builder", "label": "b", "ttlDays": 0}))
        .await;
    let hours = |hours: i64| Span::from_mins(hours * 60);
    let owner = home.owner();
    let counts = async || {
        let mut counts = Vec::new();
        for period in ["today", "this_week", "this_month", "all"] {
            counts.push(
                cost(&owner, &format!("period={period}")).await["task_count"]
                    .as_u64()
                    .unwrap(),
            );
        }
        counts
    };
    work(&home, &builder, "task", json!({})).await;
    assert_eq!(counts().await, [1, 1, 1, 1]);
    home.after(hours(12));
    work(&home, &builder, "task", json!({})).await;
    assert_eq!(counts().await, [1, 2, 2, 2]);
    // Sunday, the last second of the week.
    home.after(Span::from_secs(6 * 86_400 - 1));
    assert_eq!(counts().await, [0, 2, 2, 2]);
    home.after(Span::from_secs(1));
    assert_eq!(counts().await, [0, 0, 2, 2]);
    // Tuesday, 1 December.
    home.after(hours(24));
    assert_eq!(counts().await, [0, 0, 0, 2]);
}

#[tokio::test]
async fn what_is_no_period_is_refused_and_so_is_who_may_not_know() {
    let home = TestServer::in_memory();
    let got = home
        .owner()
        .get("/v1/metrics/cost-summary?period=year&groupBy=day")
        .await;
    assert_eq!(
        got.issues(),
        [("period", "invalid_value"), ("groupBy", "invalid_value")]
    );
    let builder = home.agent("builder").await;
    assert_eq!(builder.get("/v1/metrics/cost-summary").await.failure().0, 403);
}
