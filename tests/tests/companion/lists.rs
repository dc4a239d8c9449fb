//! Tasks, messages, alerts, groups and cost: what is read when, and that looking takes nothing from anyone.

use std::collections::BTreeSet;

use cachebash_core::companion::{CompanionError, ListQuery, ProgramQuery};
use cachebash_core::domain::{ProgramId, Span, TaskId};
use cachebash_core::insight::{Source, Standing};
use cachebash_core::sync::Turn;
use cachebash_tests::mock_server::{Endpoint, MockServer};
use serde_json::{Value, json};

use crate::scripted::{knows_nothing, phone_on, said_at, session, sessions};
use crate::world::{NOON, World};
use cachebash_tests::line::Mode;

fn secs(seconds: i64) -> Span {
    Span::from_secs(seconds)
}

fn of(program: &str) -> ListQuery {
    ListQuery {
        program: Some(ProgramId::from(program)),
        ..ListQuery::default()
    }
}

async fn world_with_builder() -> World {
    let world = World::new().await;
    world
        .fleet
        .creates(json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth"}))
        .await;
    world
}

#[tokio::test]
async fn tasks_that_wait_and_that_are_under_way_are_listed_and_opened_with_what_to_do() {
    let world = world_with_builder().await;
    let owner = world.fleet.owner.clone();
    let builder = world.fleet.key_of("builder").await;
    for (title, target) in [("Wire the parser", "builder"), ("Review it", "reviewer")] {
        let task = json!({"title": title, "target": target, "instructions": "Use the streaming decoder."});
        world.fleet.posts(&owner, "/v1/tasks", task).await;
        world.at(secs(1));
    }
    world.companion.refresh_lists(None, &[Turn::Tasks]).await.unwrap();
    let all = world.companion.tasks(&ListQuery::default()).unwrap();
    let titles: Vec<_> = all.rows.iter().map(|row| row.task.title.as_str()).collect();
    assert_eq!(titles, ["Review it", "Wire the parser"], "newest first");
    let list = world.companion.tasks(&of("builder")).unwrap();
    assert_eq!((list.total, list.fresh), (1, true), "{:?}", list.sources);
    let task = list.rows[0].task.clone();
    assert_eq!(task.instructions, None, "lists leave it out");

    let opened = world.companion.read_task(&world.account.id, &task.id).await.unwrap();
    assert_eq!(opened.instructions.as_deref(), Some("Use the streaming decoder."));
    let claim = format!("/v1/tasks/{}/claim", task.id);
    world
        .fleet
        .posts(&builder, &claim, json!({"sessionId": "builder.auth"}))
        .await;
    world.at(secs(15));
    world.companion.refresh_lists(None, &[Turn::Tasks]).await.unwrap();
    let claimed = world.companion.task(&world.account.id, &task.id).unwrap();
    assert_eq!(claimed.status.as_deref(), Some("active"));
    assert_eq!(
        claimed.instructions, opened.instructions,
        "a later list does not forget it"
    );
    let unknown = world
        .companion
        .read_task(&world.account.id, &TaskId::from("nothing"))
        .await;
    assert_eq!(unknown.unwrap_err(), CompanionError::NotFound);
}

#[tokio::test]
async fn b27_opening_a_program_shows_its_messages_and_takes_none_of_them() {
    let world = world_with_builder().await;
    let owner = world.fleet.owner.clone();
    let builder = world.fleet.key_of("builder").await;
    let to_it =
        json!({"source": "legacy", "target": "builder", "message": "Pause, please", "message_type": "DIRECTIVE"});
    world.fleet.posts(&owner, "/v1/messages", to_it).await;
    world.at(secs(1));
    let from_it = json!({"source": "builder", "target": "legacy", "message": "Paused", "message_type": "ACK"});
    world.fleet.posts(&builder, "/v1/messages", from_it).await;
    world.refresh().await;
    assert_eq!(world.line.count("GET /v1/messages/history"), 0, "nobody opened it yet");
    assert_eq!(world.companion.messages(&of("builder")).unwrap().as_of, None);

    let program = ProgramId::from("builder");
    world
        .companion
        .refresh_program(&world.account.id, &program)
        .await
        .unwrap();
    let list = world.companion.messages(&of("builder")).unwrap();
    let texts: Vec<_> = list.rows.iter().map(|row| row.message.text.as_str()).collect();
    assert_eq!(texts, ["Paused", "Pause, please"], "newest first");
    assert!(
        list.rows
            .iter()
            .all(|row| row.message.status.as_deref() == Some("pending"))
    );
    assert!(list.fresh, "{:?}", list.sources);
    let other = world.companion.messages(&of("reviewer")).unwrap();
    assert_eq!(
        (other.total, other.as_of),
        (0, None),
        "another page's messages say nothing"
    );
    let groups = world.companion.groups(&world.account.id).unwrap();
    assert!(!groups.is_empty(), "targets come from the server");

    for request in world.line.requests() {
        let drains = request.starts_with("GET /v1/messages?") || request == "GET /v1/messages";
        assert!(
            !drains && !request.contains("mark_read") && !request.contains("interrupts"),
            "{request}"
        );
    }
    let waiting = world.fleet.gets(&builder, "/v1/messages", "sessionId=builder").await;
    assert_eq!(
        waiting["interrupts"].as_array().unwrap().len(),
        1,
        "the agent still gets it"
    );
}

#[tokio::test]
async fn b28_whom_one_may_write_to_is_what_the_server_tells_of_programs_and_groups() {
    let server = MockServer::start().await;
    let groups = json!({"success": true, "groups": {
        "night-watch": ["auditor", "gardener"], "gardeners": ["gardener"]
    }});
    server.when(Endpoint::RelayGroups).answers(200, said_at(NOON, groups));
    let rows = ["auditor", "gardener"].map(|program| session(&format!("{program}.one"), program, "At it", NOON));
    let (_phone, companion) = phone_on(&server).await;
    server.when(Endpoint::ListSessions).answers(200, sessions(NOON, &rows));
    knows_nothing(&server, NOON);
    let account = companion.accounts().unwrap()[0].id.clone();
    companion.refresh(None).await.unwrap();
    let page = companion.refresh_program(&account, &ProgramId::from("gardener")).await;
    page.unwrap();
    let overview = companion.overview(&ProgramQuery::default()).unwrap();
    let programs: BTreeSet<_> = overview.rows.iter().map(|row| row.program.as_str()).collect();
    assert_eq!(programs, BTreeSet::from(["auditor", "gardener"]));
    let groups = companion.groups(&account).unwrap();
    let names: Vec<_> = groups.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(names, ["gardeners", "night-watch"]);
}

#[tokio::test]
async fn a_message_that_was_fetched_says_so_and_one_that_is_forgotten_goes() {
    let server = MockServer::start().await;
    let (phone, companion) = phone_on(&server).await;
    let account = companion.accounts().unwrap()[0].id.clone();
    let program = ProgramId::from("builder");
    let message = |id: &str, status: &str| {
        json!({"id": id, "source": "mobile", "target": "builder", "message_type": "QUERY", "message": id, "status": status,
            "createdAt": "2026-11-23T11:59:00.000Z"})
    };
    let page = |n: i64, rows: Vec<Value>| {
        said_at(
            NOON.plus(secs(n)),
            json!({"success": true, "count": rows.len(), "source": "mobile", "messages": rows}),
        )
    };
    let histories = [
        page(0, vec![message("a", "pending"), message("b", "pending")]),
        page(0, vec![]),
        page(15, vec![message("b", "delivered")]),
        page(15, vec![]),
    ];
    for history in histories {
        server.when(Endpoint::MessageHistory).answers(200, history).once();
    }
    server.when(Endpoint::SentMessages).answers(200, page(0, vec![]));
    knows_nothing(&server, NOON);
    companion.refresh_program(&account, &program).await.unwrap();
    assert_eq!(companion.messages(&of("builder")).unwrap().total, 2);
    phone.clock.advance(secs(15));
    companion.refresh_program(&account, &program).await.unwrap();
    let list = companion.messages(&of("builder")).unwrap();
    assert_eq!(list.total, 1);
    assert_eq!(list.rows[0].message.status.as_deref(), Some("delivered"));
    let asked: Vec<_> = server
        .seen_at(Endpoint::MessageHistory)
        .iter()
        .map(|seen| seen.query.clone())
        .collect();
    assert_eq!(asked[..2], ["target=builder&limit=100", "source=builder&limit=100"]);
}

#[tokio::test]
async fn alerts_are_read_in_turn_and_known_offline_with_their_kind_and_session() {
    let mut world = world_with_builder().await;
    let builder = world.fleet.key_of("builder").await;
    let alert = json!({"message": "Disk almost full", "alertType": "warning", "sessionId": "builder.auth"});
    world.fleet.posts(&builder, "/v1/alerts", alert).await;
    for tick in 0..3 {
        world.at(secs(15 * tick));
        world.refresh().await;
    }
    assert_eq!(world.line.count("GET /v1/messages/unread?sessionId=user"), 1);
    world.companion.suspend().await.unwrap();
    world.line.is(Mode::Cut);
    world.kill_and_start();
    let list = world.companion.alerts(&of("builder")).unwrap();
    assert_eq!(list.total, 1);
    let alert = &list.rows[0].alert;
    assert_eq!(
        (alert.text.as_str(), alert.kind.as_deref(), alert.session.as_deref()),
        ("Disk almost full", Some("warning"), Some("builder.auth"))
    );
    assert_eq!(alert.created_at, Some(NOON));
    assert_eq!(world.companion.alerts(&of("reviewer")).unwrap().total, 0);
}

#[tokio::test]
async fn each_list_has_its_turn_and_an_older_server_without_them_is_no_trouble() {
    let world = world_with_builder().await;
    for tick in 0..12 {
        world.at(secs(15 * tick));
        world.refresh().await;
    }
    let counts =
        ["/v1/questions", "/v1/messages/unread", "/v1/tasks"].map(|path| world.line.count(&format!("GET {path}")));
    assert_eq!(counts, [4, 4, 4]);
    let sources = world.overview().sources;
    for source in [Source::Questions, Source::Alerts, Source::Tasks] {
        let line = sources.iter().find(|line| line.source == source).unwrap();
        assert_eq!(line.standing, Standing::Fresh, "{source:?}");
    }

    let server = MockServer::start().await;
    let (phone, companion) = phone_on(&server).await;
    knows_nothing(&server, NOON);
    let account = companion.accounts().unwrap()[0].id.clone();
    let no_keys = json!({"success": true, "count": 0, "keys": []});
    server.when(Endpoint::ListKeys).answers(200, said_at(NOON, no_keys));
    for _ in 0..8 {
        companion.refresh(None).await.unwrap();
        phone.clock.advance(secs(15));
    }
    companion
        .refresh_program(&account, &ProgramId::from("builder"))
        .await
        .unwrap();
    let window = companion.tasks(&ListQuery::default()).unwrap();
    assert_eq!((window.notice, window.as_of), (None, None));
    assert_eq!(
        server.seen_at(Endpoint::ListTasks).len(),
        2,
        "once for questions, once for tasks"
    );
}

#[tokio::test]
async fn what_a_period_cost_is_read_when_it_is_asked_for_and_kept() {
    let server = MockServer::start().await;
    let (_phone, companion) = phone_on(&server).await;
    let account = companion.accounts().unwrap()[0].id.clone();
    let line =
        |key: &str, usd: f64| json!({"key": key, "tokens_in": 10, "tokens_out": 5, "cost_usd": usd, "task_count": 1});
    let told = json!({"success": true, "total_tokens_in": 20, "total_tokens_out": 10, "total_cost_usd": 1.75,
        "task_count": 2, "period": "today", "groupBy": "program", "breakdown": [line("reviewer", 0.25), line("builder", 1.5)]});
    server.when(Endpoint::CostSummary).answers(200, said_at(NOON, told));
    knows_nothing(&server, NOON);
    companion.refresh(None).await.unwrap();
    assert!(server.seen_at(Endpoint::CostSummary).is_empty());
    assert_eq!(companion.cost(&account, "today").unwrap().summary, None);
    companion.refresh_cost(&account, "today").await.unwrap();
    let view = companion.cost(&account, "today").unwrap();
    assert_eq!(view.as_of, Some(NOON));
    let summary = view.summary.unwrap();
    assert_eq!((summary.total.cost_usd, summary.total.tasks), (1.75, 2));
    let dearest: Vec<_> = summary.programs.iter().map(|cost| cost.key.as_str()).collect();
    assert_eq!(dearest, ["builder", "reviewer"]);
    assert_eq!(companion.cost(&account, "all").unwrap().summary, None);
}
