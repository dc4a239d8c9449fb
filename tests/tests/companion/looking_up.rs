//! What is looked up because somebody opened the page that shows it: roles and names, the use of a context, sprints.

use std::sync::Arc;

use cachebash_core::companion::{Companion, ListQuery, Replay};
use cachebash_core::domain::{AccountId, ContextLeft, ContextMeasured, ProgramId, Span};
use cachebash_core::insight::{ProgramPage, SprintsView};
use cachebash_core::search::SearchQuery;
use cachebash_tests::mock_server::{Endpoint, MockServer};
use serde_json::{Value, json};

use crate::scripted::{knows_nothing, said_at, session, sessions};
use crate::world::{NOON, Phone, World, new_account};

/// A server that knows a builder, and a phone that looks at it.
struct Looking {
    server: MockServer,
    phone: Phone,
    companion: Arc<Companion>,
    account: AccountId,
}

impl Looking {
    async fn at(script: impl FnOnce(&MockServer)) -> Self {
        let server = MockServer::start().await;
        script(&server);
        let rows = [session("builder.auth", "builder", "Migrating", NOON)];
        server.when(Endpoint::ListSessions).answers(200, sessions(NOON, &rows));
        let no_keys = json!({"success": true, "count": 0, "keys": []});
        server.when(Endpoint::ListKeys).answers(200, said_at(NOON, no_keys));
        knows_nothing(&server, NOON);
        let phone = Phone::new();
        let companion = phone.open();
        let key = crate::scripted::some_key();
        let account = companion.add_account(new_account(server.url(), &key)).await.unwrap().id;
        companion.refresh(None).await.unwrap();
        Self {
            server,
            phone,
            companion,
            account,
        }
    }

    async fn opens(&self) -> ProgramPage {
        let builder = ProgramId::from("builder");
        self.companion.refresh_program(&self.account, &builder).await.unwrap();
        self.companion.program(&self.account, &builder).unwrap()
    }

    fn asked(&self, endpoint: Endpoint) -> usize {
        self.server.seen_at(endpoint).len()
    }

    async fn sprints(&self) -> SprintsView {
        self.companion.refresh_sprints(None).await.unwrap();
        self.companion.sprints(&ListQuery::default()).unwrap()
    }
}

fn register() -> Value {
    let row = |id: &str, name: &str, role: &str| {
        json!({"programId": id, "displayName": name, "role": role, "color": "#E87040", "groups": [], "tags": [],
            "active": true, "createdBy": "system", "createdAt": "2026-11-22T16:34:31.811Z"})
    };
    json!({"success": true, "count": 2, "programs": [row("builder", "Night builder", "Builder"), row("lab", "Lab", "custom")]})
}

#[tokio::test]
async fn a_role_and_a_name_come_over_mcp_where_there_is_no_route_once_a_day_and_stay_known() {
    let looking = Looking::at(|server| {
        server.when(Endpoint::McpInitialize).begins_transport("ours");
        server.when(Endpoint::McpNotification).answers_nothing(202);
        server.when(Endpoint::McpTool).answers_tool(&register());
    })
    .await;
    assert_eq!(looking.asked(Endpoint::McpInitialize), 0, "no tick asks");
    let page = looking.opens().await;
    assert_eq!(
        (page.row.name.as_deref(), page.row.role.as_deref()),
        (Some("Night builder"), Some("Builder"))
    );
    for _ in 0..3 {
        looking.phone.clock.advance(Span::from_mins(60));
        looking.opens().await;
    }
    assert_eq!(
        (looking.asked(Endpoint::McpInitialize), looking.asked(Endpoint::McpTool)),
        (1, 1)
    );
    let by_name = SearchQuery {
        text: "night".to_owned(),
        ..SearchQuery::default()
    };
    let found = looking.companion.search(&by_name).await.unwrap();
    assert_eq!(found.hits.len(), 1, "it is found by its name");
    looking.companion.suspend().await.unwrap();
    let again = looking.phone.open();
    let rows = again.overview(&Default::default()).unwrap().rows;
    assert_eq!(rows[0].role.as_deref(), Some("Builder"));
    again
        .refresh_program(&looking.account, &ProgramId::from("builder"))
        .await
        .unwrap();
    assert_eq!(looking.asked(Endpoint::McpTool), 1, "nor after a restart");
    looking.phone.clock.advance(Span::from_mins(25 * 60));
    again
        .refresh_program(&looking.account, &ProgramId::from("builder"))
        .await
        .unwrap();
    assert_eq!(looking.asked(Endpoint::McpTool), 2, "the next day");
}

#[tokio::test]
async fn a_server_without_a_register_is_asked_once_a_day_and_no_page_suffers() {
    let looking = Looking::at(|_| {}).await;
    let page = looking.opens().await;
    assert_eq!((page.row.name, page.row.role), (None, None));
    assert_eq!(page.notice, None);
    let asked = looking.server.seen().len();
    looking.opens().await;
    let again: Vec<_> = looking.server.seen().split_off(asked);
    assert!(
        again
            .iter()
            .all(|seen| seen.path != "/v1/programs" && seen.path != "/v1/mcp"),
        "{again:?}"
    );
}

#[tokio::test]
async fn our_own_server_tells_roles_on_a_route_and_a_page_knows_them() {
    let world = World::new().await;
    let builder = json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth", "progress": 45});
    world.fleet.creates(builder).await;
    // With its first key a program is registered.
    world.fleet.key_of("builder").await;
    world.refresh().await;
    let builder = ProgramId::from("builder");
    world
        .companion
        .refresh_program(&world.account.id, &builder)
        .await
        .unwrap();
    assert_eq!(world.line.count("GET /v1/programs"), 1);
    assert_eq!(world.line.count("POST /v1/mcp"), 0);
    let told = world.fleet.gets(&world.fleet.owner, "/v1/programs", "").await;
    let role = told["programs"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["programId"] == "builder")
        .unwrap()["role"]
        .clone();
    let shown = world.row("builder").role;
    assert_eq!(
        shown.as_deref(),
        role.as_str().filter(|role| *role != "custom"),
        "{told}"
    );
}

#[tokio::test]
async fn a_context_that_the_list_does_not_tell_is_as_it_was_measured_last() {
    let measured = json!({"success": true, "sessionId": "builder.auth", "period": "this_week", "count": 2, "contextHistory": [
        {"timestamp": "2026-11-23T11:50:00.000Z", "contextBytes": 21, "contextUsedPct": 79},
        {"timestamp": "2026-11-23T11:20:00.000Z", "contextBytes": null, "contextUsedPct": 60},
        {"timestamp": "2026-11-23T11:10:00.000Z", "contextBytes": 90000, "contextUsedPct": null}]});
    let looking = Looking::at(|server| {
        server.when(Endpoint::ContextUse).answers(200, said_at(NOON, measured));
    })
    .await;
    assert_eq!(looking.asked(Endpoint::ContextUse), 0, "no tick asks");
    let page = looking.opens().await;
    let at = |minutes| NOON.minus(Span::from_mins(minutes));
    let expected = [
        ContextMeasured { at: at(40), left: 40.0 },
        ContextMeasured { at: at(10), left: 21.0 },
    ];
    assert_eq!(page.context_measured, expected, "what is no percentage is none");
    assert_eq!(page.context_use_offered, Some(true));
    assert_eq!(page.session.unwrap().context_left, ContextLeft::Percent(21.0));
    assert_eq!(page.sessions[0].context_left, ContextLeft::Percent(21.0));
    let asked = looking.server.seen_at(Endpoint::ContextUse);
    assert_eq!(asked.len(), 1);
    assert!(asked[0].query.contains("sessionId=builder.auth"), "{}", asked[0].query);
}

#[tokio::test]
async fn what_a_server_does_not_offer_is_said_and_not_shown_as_empty() {
    let looking = Looking::at(|_| {}).await;
    let before = looking
        .companion
        .program(&looking.account, &ProgramId::from("builder"))
        .unwrap();
    assert_eq!(before.context_use_offered, None, "nobody asked yet");
    assert_eq!(looking.opens().await.context_use_offered, Some(false));
    let view = looking.sprints().await;
    assert_eq!(
        (view.list.rows.len(), view.not_offered),
        (0, vec![looking.account.clone()])
    );
    assert_eq!(view.list.notice, None, "an older server is no trouble");
}

fn sprint() -> Value {
    let story = |id: &str, wave: u32, status: &str| json!({"id": id, "title": id, "status": status, "wave": wave, "dependencies": []});
    let row = json!({"id": "s1", "title": "Sprint: demo", "status": "active", "projectName": "demo", "branch": "main",
        "createdAt": "2026-11-22T16:35:05.391Z", "startedAt": "2026-11-22T16:35:05.391Z",
        "stories": [story("second", 2, "created"), story("first", 1, "done")], "stats": {}});
    json!({"sprints": [row, {"title": "nameless"}], "count": 2})
}

#[tokio::test]
async fn sprints_are_read_when_somebody_looks_and_known_offline() {
    let looking = Looking::at(|server| {
        server
            .when(Endpoint::ActiveSprints)
            .answers(200, said_at(NOON, sprint()))
            .once();
        server.when(Endpoint::ActiveSprints).hangs_up();
    })
    .await;
    assert_eq!(looking.asked(Endpoint::ActiveSprints), 0, "no tick asks");
    let view = looking.sprints().await;
    assert!(view.not_offered.is_empty());
    assert_eq!(view.list.as_of, Some(NOON));
    let row = &view.list.rows[0];
    assert_eq!((row.sprint.title.as_deref(), row.done), (Some("Sprint: demo"), 1));
    let waves: Vec<_> = row.sprint.stories.iter().map(|story| story.wave).collect();
    assert_eq!(waves, [Some(1), Some(2)]);
    assert_eq!(view.list.total, 1, "a row without an id is left out");
    assert_eq!(
        looking.sprints().await.list.rows,
        view.list.rows,
        "a broken line takes nothing away"
    );
    looking.companion.suspend().await.unwrap();
    assert_eq!(
        looking.phone.open().sprints(&ListQuery::default()).unwrap().list.rows,
        view.list.rows
    );
}

#[tokio::test]
async fn what_was_looked_up_is_played_from_a_recording() {
    let looking = Looking::at(|server| {
        server
            .when(Endpoint::ActiveSprints)
            .answers(200, said_at(NOON, sprint()));
    })
    .await;
    looking.companion.start_recording(&looking.account, true).await.unwrap();
    looking.opens().await;
    let view = looking.sprints().await;
    let recording = looking.companion.recording(&looking.account).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let replay = Replay::of(folder.path(), &recording).await.unwrap();
    assert_eq!(replay.differences, []);
    let played = replay.companion.sprints(&ListQuery::default()).unwrap();
    assert_eq!(played.list.rows.len(), view.list.rows.len());
    assert_eq!(played.list.rows[0].sprint, view.list.rows[0].sprint);
}
