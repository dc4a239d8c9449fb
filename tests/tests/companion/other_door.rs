//! Sessions for a key that REST does not list them for: over MCP, seldom and by itself (trap T11).

use std::sync::Arc;

use cachebash_core::companion::{Clock as _, Companion, NewKey, ProgramQuery, Replay, SessionQuery, WakeBudget};
use cachebash_core::domain::{Capability, ProgramId, Span, Timestamp};
use cachebash_core::insight::{Cause, Source, SourceReport, Standing};
use cachebash_tests::TestClock;
use cachebash_tests::mock_server::{Endpoint, MockServer};
use serde_json::{Value, json};

use crate::scripted::{knows_nothing, said_at, session, some_key};
use crate::world::{NOON, Phone, World, new_account};

const OURS: &str = "0123456789abcdef0123456789abcdef";

/// A server whose REST lists sessions for admins only, and a phone whose key is none's.
struct Gated {
    server: MockServer,
    phone: Phone,
    clock: Arc<TestClock>,
    companion: Arc<Companion>,
}

impl Gated {
    /// Rules of `script` come before those of a server that knows nothing else.
    async fn new(script: impl FnOnce(&MockServer)) -> Self {
        let server = MockServer::start().await;
        server
            .when(Endpoint::ListSessions)
            .fails(403, "FORBIDDEN", "Admin access required");
        server
            .when(Endpoint::SessionHistory)
            .fails(403, "FORBIDDEN", "Admin access required");
        script(&server);
        server.when(Endpoint::McpNotification).answers_nothing(202);
        let none = |rows: &str| said_at(NOON, json!({"success": true, "count": 0, "hasMore": false, rows: []}));
        server.when(Endpoint::ListTasks).answers(200, none("tasks"));
        server.when(Endpoint::UnreadMessages).answers(200, none("messages"));
        knows_nothing(&server, NOON);
        let phone = Phone::new();
        let clock = Arc::new(TestClock::at(NOON));
        let companion = open(&phone, &clock);
        companion
            .add_account(new_account(server.url(), &some_key()))
            .await
            .unwrap();
        Self {
            server,
            phone,
            clock,
            companion,
        }
    }

    /// A look by the clock, so many seconds after noon.
    async fn look(&self, secs: i64) -> SourceReport {
        self.at(Span::from_secs(secs));
        let budget = WakeBudget {
            time: Span::from_mins(1),
            requests: 40,
        };
        let report = self.companion.wake(budget).await.unwrap();
        let sessions = report.sources.into_iter().find(|line| line.source == Source::Sessions);
        sessions.unwrap()
    }

    fn at(&self, after_noon: Span) {
        let moment = NOON.plus(after_noon);
        self.clock.advance(moment.since(self.clock.now()));
    }

    fn asked(&self, endpoint: Endpoint) -> usize {
        self.server.seen_at(endpoint).len()
    }

    fn listed(&self) -> Vec<String> {
        let window = self.companion.sessions(&SessionQuery::default()).unwrap();
        window.rows.into_iter().map(|row| row.session.into_string()).collect()
    }
}

fn open(phone: &Phone, clock: &Arc<TestClock>) -> Arc<Companion> {
    let mut options = phone.options();
    options.clock = Arc::clone(clock) as Arc<_>;
    Companion::open(options).unwrap()
}

fn page(rows: &[Value]) -> Value {
    json!({"success": true, "count": rows.len(), "sessions": rows})
}

fn auth(at: Timestamp) -> Value {
    session("builder.auth", "builder", "Auth", at)
}

#[tokio::test]
async fn t11_a_key_without_admin_sees_its_fleet_over_mcp() {
    let world = World::new().await;
    let builder = json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth", "progress": 45});
    world.fleet.creates(builder).await;
    // `*` would count as an admin's here.
    let only_looks = NewKey {
        program: ProgramId::from("builder"),
        label: "builder".to_owned(),
        capabilities: Some(vec![Capability::new("pulse.read")]),
        ttl_days: None,
    };
    let owner = world.fleet.client(&world.fleet.owner);
    let key = owner.create_key(&only_looks).await.unwrap().value.key;
    let phone = Phone::new();
    let companion = phone.open();
    companion
        .add_account(new_account(world.line.url(), &key))
        .await
        .unwrap();
    let report = companion.refresh(None).await.unwrap();
    let standing = |source| {
        let line = report.sources.iter().find(|line| line.source == source);
        line.map(|line| line.standing)
    };
    assert_eq!(standing(Source::Sessions), Some(Standing::Fresh));
    let overview = companion.overview(&ProgramQuery::default()).unwrap();
    let row = overview
        .rows
        .iter()
        .find(|row| row.program.as_str() == "builder")
        .unwrap();
    assert_eq!(row.status.as_deref(), Some("Auth"));
    assert!(world.line.count("POST /v1/mcp") > 0, "{:?}", world.line.requests());
}

#[tokio::test]
async fn t11_mcp_is_asked_once_a_minute_and_initialized_once() {
    let gated = Gated::new(|server| {
        server.when(Endpoint::McpInitialize).begins_transport(OURS);
        server.when(Endpoint::McpTool).answers_tool(&page(&[auth(NOON)]));
    });
    let gated = gated.await;
    for secs in [0, 30, 60, 90, 120, 150] {
        let sessions = gated.look(secs).await;
        assert_eq!(sessions.standing, Standing::Fresh, "after {secs} s");
    }
    assert_eq!(gated.asked(Endpoint::McpTool), 3, "three minutes");
    assert_eq!(gated.asked(Endpoint::McpInitialize), 1);
    assert_eq!(gated.asked(Endpoint::McpNotification), 1);
    assert_eq!(gated.listed(), ["builder.auth"]);
    // A person who pulls gets no more of it.
    gated.companion.refresh(None).await.unwrap();
    assert_eq!(gated.asked(Endpoint::McpTool), 3);
    // Adding the account asks, and so does the first look; then the refusal is believed.
    assert_eq!(gated.asked(Endpoint::ListSessions), 2);
    for seen in gated.server.seen() {
        let is_mcp = seen.path == "/v1/mcp";
        let begins = seen.endpoint() == Endpoint::McpInitialize;
        assert_eq!(
            seen.header("mcp-session-id").is_some(),
            is_mcp && !begins,
            "{}",
            seen.path
        );
    }

    // The transport session outlives the app.
    drop(gated.companion);
    let companion = open(&gated.phone, &gated.clock);
    gated.clock.advance(Span::from_mins(10));
    companion.refresh(None).await.unwrap();
    let seen = gated.server.seen_at(Endpoint::McpTool);
    assert_eq!(seen.len(), 4);
    assert_eq!(seen[3].header("mcp-session-id"), Some(OURS));
    assert_eq!(gated.server.seen_at(Endpoint::McpInitialize).len(), 1);
}

#[tokio::test]
async fn t11_a_terminated_mcp_session_is_begun_once_more_and_then_not_available() {
    let gated = Gated::new(|server| {
        server.when(Endpoint::McpInitialize).begins_transport(OURS);
        server
            .when(Endpoint::McpTool)
            .fails(410, "SESSION_TERMINATED", "Session terminated");
    });
    let gated = gated.await;
    let sessions = gated.look(0).await;
    assert_eq!(sessions.standing, Standing::Failed);
    assert_eq!(sessions.cause, Some(Cause::Forbidden { capability: None }));
    assert_eq!(gated.asked(Endpoint::McpInitialize), 2);
    assert_eq!(gated.asked(Endpoint::McpTool), 2);
    for minute in 1..10 {
        let sessions = gated.look(minute * 60).await;
        assert_eq!(sessions.cause, Some(Cause::Forbidden { capability: None }), "still");
    }
    assert_eq!(gated.asked(Endpoint::McpTool), 2, "it is not tried again and again");
}

#[tokio::test]
async fn t11_a_session_that_ended_once_is_begun_again_and_read() {
    let gated = Gated::new(|server| {
        server.when(Endpoint::McpInitialize).begins_transport("first").once();
        server.when(Endpoint::McpInitialize).begins_transport("second");
        server
            .when(Endpoint::McpTool)
            .fails(410, "SESSION_TERMINATED", "Session terminated")
            .once();
        server.when(Endpoint::McpTool).answers_tool(&page(&[auth(NOON)]));
    });
    let gated = gated.await;
    assert_eq!(gated.look(0).await.standing, Standing::Fresh);
    assert_eq!(gated.listed(), ["builder.auth"]);
}

#[tokio::test]
async fn t11_an_answer_to_somebody_else_is_not_believed() {
    let gated = Gated::new(|server| {
        server.when(Endpoint::McpInitialize).begins_transport(OURS);
        server
            .when(Endpoint::McpTool)
            .answers_another_tool(&page(&[session("secret.one", "secret", "Another's", NOON)]))
            .once();
        server.when(Endpoint::McpTool).answers_tool(&page(&[auth(NOON)]));
    });
    let gated = gated.await;
    assert_eq!(gated.look(0).await.standing, Standing::Failed);
    assert!(gated.listed().is_empty());
    assert_eq!(gated.look(60).await.standing, Standing::Fresh);
    assert_eq!(gated.listed(), ["builder.auth"]);
}

#[tokio::test]
async fn t11_a_wait_that_mcp_asks_for_is_waited_by_all_that_looks() {
    let gated = Gated::new(|server| {
        server.when(Endpoint::McpInitialize).begins_transport(OURS);
        let told = json!({"error": "RATE_LIMIT_EXCEEDED", "retryAfter": 90});
        server
            .when(Endpoint::McpTool)
            .refuses_as_a_tool(&told.to_string())
            .once();
        server.when(Endpoint::McpTool).answers_tool(&page(&[auth(NOON)]));
    });
    let gated = gated.await;
    let limited = gated.look(0).await;
    assert!(matches!(limited.cause, Some(Cause::RateLimited { .. })), "{limited:?}");
    let before = gated.server.seen().len();
    gated.look(60).await;
    assert_eq!(gated.server.seen().len(), before, "nothing is asked while it lasts");
    assert_eq!(gated.look(130).await.standing, Standing::Fresh);
    assert_eq!(gated.listed(), ["builder.auth"]);
}

#[tokio::test]
async fn t11_the_session_it_asks_in_is_never_shown() {
    let ours = session(OURS, "mobile", "", NOON);
    let gated = Gated::new(|server| {
        server.when(Endpoint::McpInitialize).begins_transport(OURS);
        server.when(Endpoint::McpTool).answers_tool(&page(&[ours, auth(NOON)]));
    });
    let gated = gated.await;
    gated.look(0).await;
    gated.look(60).await;
    assert_eq!(gated.listed(), ["builder.auth"]);
    let overview = gated.companion.overview(&ProgramQuery::default()).unwrap();
    let programs: Vec<_> = overview.rows.iter().map(|row| row.program.as_str()).collect();
    assert_eq!(programs, ["builder"]);
}

#[tokio::test]
async fn t11_a_session_that_was_begun_and_never_used_is_not_shown_either() {
    let begun = session(OURS, "mobile", "", NOON);
    let gated = Gated::new(|server| {
        server.when(Endpoint::McpInitialize).begins_transport(OURS).once();
        server
            .when(Endpoint::McpNotification)
            .fails(500, "INTERNAL_ERROR", "Something went wrong")
            .once();
        server.when(Endpoint::McpInitialize).begins_transport("another");
        server.when(Endpoint::McpTool).answers_tool(&page(&[begun, auth(NOON)]));
    });
    let gated = gated.await;
    for minute in 0..4 {
        gated.look(60 * minute).await;
    }
    assert_eq!(gated.listed(), ["builder.auth"]);
}

#[tokio::test]
async fn what_was_asked_over_mcp_is_played_from_a_recording() {
    let gated = Gated::new(|server| {
        server.when(Endpoint::McpInitialize).begins_transport(OURS);
        server.when(Endpoint::McpTool).answers_tool(&page(&[auth(NOON)])).once();
        let at = NOON.plus(Span::from_mins(1));
        let later = session("builder.auth", "builder", "Later", at);
        server.when(Endpoint::McpTool).answers_tool(&page(&[later]));
    });
    let gated = gated.await;
    let [account] = gated.companion.accounts().unwrap().try_into().unwrap();
    gated.companion.start_recording(&account.id, false).await.unwrap();
    gated.look(0).await;
    gated.look(60).await;
    let recording = gated.companion.recording(&account.id).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let replay = Replay::of(folder.path(), &recording).await.unwrap();
    assert_eq!(replay.differences, []);
    let rows = |companion: &Companion| {
        let rows = companion.sessions(&SessionQuery::default()).unwrap().rows;
        rows.into_iter()
            .map(|row| (row.session, row.last_heard))
            .collect::<Vec<_>>()
    };
    let played = rows(&replay.companion);
    assert_eq!(played, rows(&gated.companion));
    assert_eq!(played.len(), 1);
}

#[tokio::test]
async fn what_a_key_may_read_is_learnt_from_replies_and_known_after_a_restart() {
    let gated = Gated::new(|server| {
        server.when(Endpoint::McpInitialize).begins_transport(OURS);
        server.when(Endpoint::McpTool).answers_tool(&page(&[auth(NOON)]));
        let sentence = "Insufficient capability: list_keys requires \"keys.read\" but key has [pulse.read]";
        server.when(Endpoint::ListKeys).fails(500, "INTERNAL_ERROR", sentence);
    });
    let gated = gated.await;
    let [account] = gated.companion.accounts().unwrap().try_into().unwrap();
    assert_eq!(
        gated.companion.abilities(&account.id).unwrap(),
        [],
        "nothing was asked yet"
    );
    gated.look(0).await;
    let _ = gated.companion.list_keys(&account.id).await;
    let program = ProgramId::from("builder");
    let _ = gated.companion.refresh_program(&account.id, &program).await;
    let told = |companion: &Companion| {
        let told = companion.abilities(&account.id).unwrap();
        told.into_iter()
            .map(|ability| (ability.source, ability.allowed, ability.missing))
            .collect::<Vec<_>>()
    };
    let known = told(&gated.companion);
    assert!(
        known.contains(&(Source::Sessions, true, None)),
        "over the other door: {known:?}"
    );
    assert!(
        known.contains(&(Source::SessionHistory, false, None)),
        "for admins: {known:?}"
    );
    let lacks = Some(Capability::new("keys.read"));
    assert!(known.contains(&(Source::Keys, false, lacks)), "{known:?}");
    gated.companion.suspend().await.unwrap();
    drop(gated.companion);
    assert_eq!(told(&open(&gated.phone, &gated.clock)), known);
}
