//! What a list of tasks shows to whom, and what it refuses.

use super::*;

#[tokio::test]
async fn a_task_that_nobody_took_in_time_is_gone_and_one_at_work_is_not() {
    let home = TestServer::in_memory();
    let (owner, builder) = (home.owner(), home.agent("builder").await);
    let make = async |title: &str, ttl: u32| {
        let body = json!({"title": title, "target": "builder", "ttl": ttl});
        owner.post(TASKS, body).await.done()["taskId"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (short, begun, _) = (
        make("Short", 60).await,
        make("Begun", 60).await,
        make("Endless", 0).await,
    );
    claim(&builder, &begun, "builder.t").await.done();
    home.after(Span::from_secs(59));
    assert_eq!(list(&builder, "").await["count"], 2);
    home.after(Span::from_secs(1));
    assert_eq!(titles(&list(&builder, "status=all").await), ["Endless", "Begun"]);
    assert_eq!(owner.get(&format!("{TASKS}/{short}")).await.refusal(), "Task not found");
    assert_eq!(claim(&builder, &short, "builder.t").await.refusal(), "Task not found");
    home.after(Span::from_mins(60 * 24 * 60));
    assert_eq!(titles(&list(&builder, "status=all").await), ["Endless", "Begun"]);
    builder
        .post(&format!("{TASKS}/{begun}/unclaim"), json!({}))
        .await
        .done();
    home.after(Span::from_secs(59));
    claim(&builder, &begun, "builder.t").await.done();
    builder
        .post(&format!("{TASKS}/{begun}/complete"), report())
        .await
        .done();
    home.after(Span::from_mins(60 * 24 - 1));
    assert_eq!(list(&owner, "status=all").await["count"], 2);
    home.after(Span::from_mins(1));
    assert_eq!(titles(&list(&owner, "status=all").await), ["Endless"]);
    // What it cost is still known.
    assert_eq!(
        owner.get("/v1/metrics/cost-summary?period=all").await.done()["task_count"],
        1
    );
}

#[tokio::test]
async fn each_sees_its_own_and_what_is_for_its_groups_and_all() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    let (builder, reviewer) = (home.agent("builder").await, home.agent("reviewer").await);
    let mut at = 0;
    for (title, target) in [
        ("mine", "builder"),
        ("all", "all"),
        ("group", "builders"),
        ("role", "@Builder"),
        ("other", "reviewer"),
        ("council", "council"),
    ] {
        at += 1;
        home.after(Span::from_secs(at));
        task(&owner, title, target).await;
    }
    assert_eq!(titles(&list(&builder, "").await), ["role", "group", "all", "mine"]);
    assert_eq!(titles(&list(&reviewer, "").await), ["council", "other", "all"]);
    assert_eq!(titles(&list(&owner, "").await).len(), 6);
    assert_eq!(titles(&list(&reviewer, "target=@BUILDER").await), ["role"]);
    // Who joins a group later was not meant.
    reviewer
        .patch("/v1/programs/reviewer", json!({"groups": ["builders"]}))
        .await
        .done();
    assert_eq!(titles(&list(&reviewer, "").await), ["other", "all"]);
}

#[tokio::test]
async fn a_stranger_learns_that_there_is_a_task_and_not_what_it_says() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    let (builder, reviewer, scribe) = (
        home.agent("builder").await,
        home.agent("reviewer").await,
        home.agent("scribe").await,
    );
    let made = builder
        .post(
            TASKS,
            json!({"title": "Secret work", "target": "reviewer", "instructions": "the plan", "fallback": ["ops"]}),
        )
        .await
        .done();
    let id = made["taskId"].as_str().unwrap();
    claim(&reviewer, id, "reviewer.t").await.done();
    let mut outcome = report();
    outcome["result"] = "the finding".into();
    reviewer.post(&format!("{TASKS}/{id}/complete"), outcome).await.done();
    let ops = home.agent("ops").await;
    for reader in [&owner, &builder, &reviewer, &ops] {
        let row = reader.get(&format!("{TASKS}/{id}")).await.done()["task"].clone();
        assert_eq!(
            (&row["instructions"], &row["result"]),
            (&json!("the plan"), &json!("the finding"))
        );
    }
    let row = scribe.get(&format!("{TASKS}/{id}")).await.done()["task"].clone();
    assert_eq!((&row["instructions"], &row["result"]), (&Value::Null, &Value::Null));
    let listed = list(&scribe, "target=reviewer&status=all").await.to_string();
    assert!(listed.contains("Secret work") && !listed.contains("the finding"));
}

#[tokio::test]
async fn a_write_that_is_repeated_makes_one_task() {
    let home = TestServer::in_memory();
    let (owner, builder) = (home.owner(), home.agent("builder").await);
    let body = json!({"title": "Once", "target": "builder", "idempotency_key": "k-1"});
    let (one, other) = tokio::join!(owner.post(TASKS, body.clone()), owner.post(TASKS, body.clone()));
    let (one, other) = (one.done(), other.done());
    assert_eq!(one["taskId"], other["taskId"]);
    assert_eq!(list(&owner, "").await["count"], 1);
    let mut changed = body;
    changed["title"] = "Twice".into();
    assert_eq!(owner.post(TASKS, changed).await.failure().0, 409);
    // A claim whose answer was lost is asked again and answered alike.
    let path = format!("{TASKS}/{}/claim", one["taskId"].as_str().unwrap());
    let claim = json!({"idempotency_key": "k-2"});
    assert_eq!(builder.post(&path, claim.clone()).await.done()["alreadyClaimed"], false);
    assert_eq!(builder.post(&path, claim).await.done()["idempotent"], true);
    assert_eq!(
        builder.post(&path, json!({})).await.refusal(),
        "Task not claimable (status: active)"
    );
}

#[tokio::test]
async fn questions_and_sprints_are_found_among_tasks() {
    let home = TestServer::in_memory();
    let (phone, builder) = (home.agent("mobile").await, home.agent("builder").await);
    let plain = home.agent_with("mobile", &["dispatch.read"]).await;
    let ask = json!({"question": "ü".repeat(51), "priority": "high"});
    let asked = builder.post("/v1/questions", ask).await.done();
    home.after(Span::from_secs(1));
    home.owner()
        .post(
            "/v1/sprints",
            json!({"projectName": "demo", "branch": "main", "stories": [{"id": "a1", "title": "a1 First"}]}),
        )
        .await
        .done();
    home.after(Span::from_secs(1));
    task(&phone, "A task", "builder").await;
    let listed = list(&phone, "status=all").await;
    assert_eq!(listed["totalCandidates"], 4);
    let kinds: BTreeSet<&str> = listed["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, BTreeSet::from(["question", "sprint", "sprint-story", "task"]));
    let questions = list(&phone, "type=question&status=all").await;
    let row = questions["tasks"][0].clone();
    assert_eq!(row["title"], format!("{}...", "ü".repeat(47)));
    assert_eq!((&row["source"], &row["target"]), (&json!("program"), &json!("user")));
    assert_eq!((&row["id"], &row["priority"]), (&asked["questionId"], &json!("high")));
    assert_eq!(questions["totalCandidates"], 1);
    assert_eq!(titles(&list(&plain, "type=question").await), ["Question"]);
    assert_eq!(titles(&list(&builder, "status=all").await), ["A task"]);
    assert_eq!(
        titles(&list(&builder, "type=sprint&status=active").await),
        ["Sprint: demo"]
    );
    let first = list(&phone, "status=all&limit=1").await;
    let (id, cursor) = (row["id"].as_str().unwrap(), first["cursor"].as_str().unwrap());
    let page = list(&phone, &format!("status=all&limit=50&cursor={cursor}")).await;
    assert_eq!(page["tasks"].as_array().unwrap().last().unwrap()["id"], id);
    let got = phone.get(&format!("{TASKS}/{id}")).await.done()["task"].clone();
    assert_eq!(got["instructions"], "ü".repeat(51));
    let got = plain.get(&format!("{TASKS}/{id}")).await.done()["task"].clone();
    assert_eq!((&got["instructions"], &got["title"]), (&json!(""), &json!("Question")));
}

#[tokio::test]
async fn alerts_and_results_wait_among_tasks_for_whom_they_are_for() {
    let home = TestServer::in_memory();
    let (phone, builder, reviewer) = (
        home.agent("mobile").await,
        home.agent("builder").await,
        home.agent("reviewer").await,
    );
    let blind = home.agent_with("mobile", &["dispatch.read"]).await;
    let text = format!("Disk almost full ⚠️ {}", "x".repeat(60));
    let alert = builder
        .post(
            "/v1/alerts",
            json!({"message": text, "alertType": "warning", "priority": "high"}),
        )
        .await
        .done();
    let id = alert["alertId"].as_str().unwrap();
    for (kind, text) in [("STATUS", "half way"), ("RESULT", "all green")] {
        home.after(Span::from_secs(1));
        let body = json!({"source": "builder", "target": "reviewer", "message": text, "message_type": kind});
        builder.post("/v1/messages", body).await.done();
    }
    let listed = list(&phone, "").await;
    let title = format!("[Alert: warning] Disk almost full ⚠️ {}...", "x".repeat(27));
    assert_eq!(titles(&listed), ["[builder→reviewer] RESULT", &title]);
    assert_eq!(listed["totalCandidates"], 2);
    let row = listed["tasks"][1].clone();
    assert_eq!(
        (
            &row["id"],
            &row["source"],
            &row["target"],
            &row["action"],
            &row["priority"],
            &row["type"]
        ),
        (
            &json!(id),
            &json!("program"),
            &json!("user"),
            &json!("queue"),
            &json!("high"),
            &json!("task")
        )
    );
    let got = phone.get(&format!("{TASKS}/{id}")).await.done()["task"].clone();
    assert_eq!(got["instructions"], text);
    assert!(!list(&blind, "").await.to_string().contains("Disk"));
    let got = blind.get(&format!("{TASKS}/{id}")).await.done()["task"].clone();
    assert_eq!((&got["title"], &got["instructions"]), (&json!("Alert"), &json!("")));
    assert_eq!(
        claim(&reviewer, id, "r").await.refusal(),
        "Task not found",
        "an alert is nobody's work"
    );
    let result = list(&reviewer, "include=").await["tasks"][0].clone();
    assert_eq!(result["title"], "[builder→reviewer] RESULT");
    let path = format!("{TASKS}/{}", result["id"].as_str().unwrap());
    assert_eq!(reviewer.get(&path).await.done()["task"]["instructions"], "all green");
    let scribe = home.agent("scribe").await;
    assert_eq!(scribe.get(&path).await.refusal(), "Task not found");
    assert_eq!(list(&scribe, "target=reviewer").await["count"], 0);
    // Once it was handed to its target, it waits no longer.
    reviewer.get("/v1/messages?sessionId=reviewer").await.done();
    assert_eq!(list(&reviewer, "status=all").await["count"], 0);
    phone.post("/v1/messages/mark_read", json!({"messageIds": [id]})).await;
    assert_eq!(titles(&list(&phone, "").await), [""; 0]);
    assert_eq!(list(&phone, "status=all").await["tasks"][0]["status"], "done");
}

#[tokio::test]
async fn a_list_that_is_full_of_what_is_not_wanted_is_told_in_parts() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    home.agent("builder").await;
    task(&owner, "The one", "builder").await;
    home.after(Span::from_secs(1));
    let records = (0..2_005).map(|number| {
        let now = 1_795_435_201_000_i64 + number;
        let body = json!({
            "id": format!("t{number:04}"), "kind": "task", "title": "x", "instructions": "", "action": "queue",
            "priority": "normal", "status": "created", "source": "legacy", "target": "builder", "requiresAction": false,
            "createdAt": now,
        });
        ("task", body)
    });
    home.server.plant("home", records.collect()).await.unwrap();
    let first = list(&owner, "").await;
    assert_eq!(
        (
            &first["count"],
            &first["hasTasks"],
            &first["hasMore"],
            &first["degraded"]
        ),
        (&json!(0), &json!(true), &json!(true), &json!(true))
    );
    let rest = list(&owner, &format!("cursor={}", first["cursor"].as_str().unwrap())).await;
    assert_eq!(titles(&rest), ["The one"]);
    assert_eq!((&rest["hasMore"], &rest["degraded"]), (&json!(false), &json!(false)));
}

#[tokio::test]
async fn what_needs_nothing_done_is_only_listed_where_asked_for() {
    let home = TestServer::in_memory();
    let (owner, builder) = (home.owner(), home.agent("builder").await);
    let body = json!({"title": "By the way", "target": "builder", "message_type": "STATUS"});
    owner.post(TASKS, body).await.done();
    assert_eq!(list(&builder, "").await["message"], "No tasks found");
    let got = builder.get("/v1/tasks?requires_action=false").await;
    assert_eq!(got.issues(), [("requires_action", "invalid_type")]);
}

#[tokio::test]
async fn hostile_values_are_named_and_nothing_is_written() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    home.agent("builder").await;
    let with = |field: &str, value: Value| {
        let mut body = json!({"title": "x", "target": "builder"});
        body[field] = value;
        body
    };
    for (body, path, code) in [
        (json!({"target": "builder"}), "title", "invalid_type"),
        (json!({"title": "x"}), "target", "invalid_type"),
        (with("title", json!("x".repeat(201))), "title", "too_big"),
        (with("title", json!("🚀".repeat(101))), "title", "too_big"),
        (
            with("instructions", json!("x".repeat(32_001))),
            "instructions",
            "too_big",
        ),
        (with("target", json!("a/b")), "target", "invalid_format"),
        (with("target", json!("a\u{0}b")), "target", "invalid_format"),
        (with("ttl", json!(-1)), "ttl", "too_small"),
        (with("ttl", json!(1e300)), "ttl", "too_big"),
        (with("ttl", json!(0.5)), "ttl", "invalid_type"),
        (with("ttl", json!("60")), "ttl", "invalid_type"),
        (with("type", json!("chore")), "type", "invalid_value"),
        (with("priority", Value::Null), "priority", "invalid_value"),
        (with("fallback", json!(["a", 1])), "fallback.1", "invalid_type"),
        (
            with("provenance", json!({"confidence": "high"})),
            "provenance.confidence",
            "invalid_type",
        ),
    ] {
        assert_eq!(owner.post(TASKS, body.clone()).await.issues(), [(path, code)], "{body}");
    }
    for (target, body, path, code) in [
        ("batch-claim", json!({"taskIds": []}), "taskIds", "too_small"),
        ("batch-claim", json!({"taskIds": vec!["t"; 51]}), "taskIds", "too_big"),
        ("batch-claim", json!({}), "taskIds", "invalid_type"),
        (
            "batch-complete",
            json!({"taskIds": ["a\u{0}"]}),
            "taskIds.0",
            "invalid_format",
        ),
        (
            "x/complete",
            json!({"model": "m", "provider": "p", "tokens_in": -1}),
            "tokens_in",
            "too_small",
        ),
        (
            "x/complete",
            json!({"model": "m", "provider": "p", "tokens_out": 1.5}),
            "tokens_out",
            "invalid_type",
        ),
        (
            "x/complete",
            json!({"model": "m", "provider": "p", "cost_usd": 1e18}),
            "cost_usd",
            "too_big",
        ),
        ("x/unclaim", json!({"reason": "mood"}), "reason", "invalid_value"),
    ] {
        let got = owner.post(&format!("{TASKS}/{target}"), body).await;
        assert_eq!(got.issues(), [(path, code)], "{target}");
    }
    let got = owner
        .post("/v1/tasks/x/complete", json!({"completed_status": "SUCCESS"}))
        .await;
    assert_eq!(got.issues(), [("model", "invalid_type"), ("provider", "invalid_type")]);
    for query in [
        "limit=0",
        "limit=51",
        "limit=1.5",
        "status=done",
        "type=x",
        "cursor=a/b",
        "target=%00",
    ] {
        assert_eq!(owner.get(&format!("{TASKS}?{query}")).await.failure().0, 400, "{query}");
    }
    for cursor in ["5", "_", "99999999999999999999_a", "-5_%F0%9F%9A%80"] {
        assert!(
            owner.get(&format!("{TASKS}?cursor={cursor}")).await.status.is_success(),
            "{cursor}"
        );
    }
    assert_eq!(owner.get("/v1/tasks/stats").await.done()["total"], 0);
}

#[tokio::test]
async fn the_eleventh_task_of_a_minute_waits() {
    let home = TestServer::with_limits();
    let owner = home.owner();
    home.agent("builder").await;
    for number in 0..10 {
        task(&owner, &format!("{number}"), "builder").await;
    }
    let got = owner
        .post(TASKS, json!({"title": "eleventh", "target": "builder"}))
        .await;
    assert_eq!(got.failure().1, "RATE_LIMITED");
    assert_eq!(got.headers["x-ratelimit-limit"], "10");
    home.after(Span::from_secs(60));
    task(&owner, "eleventh", "builder").await;
}

#[tokio::test]
async fn one_tenants_agents_ask_for_stats_in_vain_and_may_not_write_without_the_capability() {
    let home = TestServer::in_memory();
    let (builder, reader) = (
        home.agent("builder").await,
        home.agent_with("scribe", &["dispatch.read"]).await,
    );
    assert_eq!(
        builder.get("/v1/tasks/stats").await.failure(),
        (403, "FORBIDDEN", "Admin access required")
    );
    let got = reader.post(TASKS, json!({"title": "x", "target": "builder"})).await;
    assert_eq!(got.failure().0, 403);
    let request = Request::post(TASKS).body(Body::from("{}")).unwrap();
    assert_eq!(home.anonymous().request(request).await.failure().0, 401);
}

#[tokio::test]
async fn fleet_health_counts_the_tasks_that_wait_for_a_program_by_name() {
    let home = TestServer::in_memory();
    let (phone, builder) = (home.agent("mobile").await, home.agent("builder").await);
    let first = task(&phone, "One", "builder").await;
    task(&phone, "Two", "builder").await;
    task(&phone, "For all", "all").await;
    claim(&builder, &first, "builder.t").await.done();
    let health = home.owner().get("/v1/fleet/health").await.done();
    let programs = health["programs"].as_array().unwrap();
    let row = programs.iter().find(|row| row["programId"] == "builder").unwrap();
    assert_eq!(row["pendingTasks"], 1);
}
