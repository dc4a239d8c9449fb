//! How the client behaves towards servers, keys and connections that are not as they should be.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;
use std::time::Duration;

use cachebash_core::api::{self, Budget, Client, Error, Limits, SessionsQuery, StateWord};
use cachebash_core::domain::{ProgramId, RawKey, SessionId, Span, Timestamp};
use cachebash_core::wire::{CreateSession, Field, UpdateSession, Warning};
use cachebash_tests::TestClock;
use cachebash_tests::mock_server::{Answer, Endpoint, MockServer};
use serde_json::{Value, json};

fn clock() -> Arc<TestClock> {
    Arc::new(TestClock::at(Timestamp::from_millis(1_795_365_274_802)))
}

fn client_of(fleet: &MockServer, clock: Arc<TestClock>) -> Client {
    let limits = Limits {
        body: 64 * 1_024,
        ..Limits::default()
    };
    Client::with_limits(
        fleet.endpoint(),
        RawKey::new(format!("cb_{:064}", 2)),
        clock,
        limits,
        Budget::default(),
    )
    .unwrap()
}

fn sessions(rows: Value) -> Value {
    json!({"success": true, "count": rows.as_array().map(Vec::len), "sessions": rows})
}

fn update() -> UpdateSession {
    UpdateSession {
        status: "x".to_owned().into(),
        ..UpdateSession::default()
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_the_key_stays_here() {
    let (fleet, elsewhere) = (MockServer::start().await, MockServer::start().await);
    for status in [301, 302, 303, 307, 308] {
        let to = format!("{}/v1/sessions", elsewhere.url());
        fleet
            .when(Endpoint::ListSessions)
            .answers_nothing(status)
            .with_header("location", &to)
            .once();
        let client = client_of(&fleet, clock());
        assert_eq!(client.sessions(&SessionsQuery::default()).await, Err(Error::Redirected));
    }
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn a_reply_without_end_is_cut_off_even_when_it_was_packed() {
    let fleet = MockServer::start().await;
    let body = vec![b' '; 64 * 1_024 + 1];
    fleet
        .when(Endpoint::ListSessions)
        .does(Answer::Reply {
            status: 200,
            headers: Vec::new(),
            body,
        })
        .once();
    let packed = include_bytes!("../fixtures/mebibyte-of-spaces.gz").to_vec();
    assert!(packed.len() < 64 * 1_024);
    let headers = vec![("content-encoding".to_owned(), "gzip".to_owned())];
    fleet.when(Endpoint::ListSessions).does(Answer::Reply {
        status: 200,
        headers,
        body: packed,
    });
    let client = client_of(&fleet, clock());
    assert_eq!(client.sessions(&SessionsQuery::default()).await, Err(Error::TooLarge));
    assert_eq!(client.sessions(&SessionsQuery::default()).await, Err(Error::TooLarge));
}

#[tokio::test]
async fn a_read_is_asked_again_twice_when_the_connection_breaks() {
    let fleet = MockServer::start().await;
    fleet.when(Endpoint::ListSessions).hangs_up().once();
    fleet.when(Endpoint::ListSessions).does(Answer::HalfReply).once();
    fleet
        .when(Endpoint::ListSessions)
        .answers_data(sessions(json!([])))
        .once();
    fleet
        .when(Endpoint::ListSessions)
        .answers(502, json!("<html>"))
        .times(3);
    let clock = clock();
    let client = client_of(&fleet, clock.clone());
    client.sessions(&SessionsQuery::default()).await.unwrap();
    assert_eq!(fleet.seen().len(), 3);
    assert_eq!(clock.waits(), [Span::from_millis(200), Span::from_millis(800)]);
    assert_eq!(
        client.sessions(&SessionsQuery::default()).await,
        Err(Error::Unavailable)
    );
    assert_eq!(fleet.seen().len(), 6);
}

#[tokio::test]
async fn a_write_is_sent_once_whatever_becomes_of_it() {
    let fleet = MockServer::start().await;
    fleet.when(Endpoint::ListSessions).answers_data(sessions(json!([])));
    fleet.when(Endpoint::UpdateSession).hangs_up().once();
    fleet.when(Endpoint::UpdateSession).answers(502, json!("<html>")).once();
    fleet
        .when(Endpoint::UpdateSession)
        .fails(500, "INTERNAL_ERROR", "URI malformed")
        .once();
    fleet.when(Endpoint::RotateKey).hangs_up();
    let client = client_of(&fleet, clock());
    // The connection is warm, as it is in a companion that polls.
    client.sessions(&SessionsQuery::default()).await.unwrap();
    let id = SessionId::new("builder.a");
    assert_eq!(client.update_session(&id, &update()).await, Err(Error::Interrupted));
    assert_eq!(client.update_session(&id, &update()).await, Err(Error::Unavailable));
    assert_eq!(client.update_session(&id, &update()).await, Err(Error::ServerFault));
    assert_eq!(fleet.seen_at(Endpoint::UpdateSession).len(), 3);
    assert_eq!(client.rotate_key().await.map(|_| ()), Err(Error::Interrupted));
    assert_eq!(fleet.seen_at(Endpoint::RotateKey).len(), 1);
}

#[tokio::test]
async fn a_fault_of_the_server_is_not_asked_for_again() {
    let fleet = MockServer::start().await;
    fleet
        .when(Endpoint::FleetHealth)
        .fails(500, "INTERNAL_ERROR", "Value for argument \"limit\" is not valid.");
    assert_eq!(client_of(&fleet, clock()).fleet_health().await, Err(Error::ServerFault));
    assert_eq!(fleet.seen().len(), 1);
}

#[tokio::test]
async fn paused_writes_leave_reads_alone_and_wait_as_told() {
    let fleet = MockServer::start().await;
    let paused = fleet
        .when(Endpoint::UpdateSession)
        .fails(503, "CEILING_ORG_PAUSED", "x");
    paused.with_header("retry-after", "60").once();
    fleet.when(Endpoint::UpdateSession).answers_nothing(200);
    fleet.when(Endpoint::ListSessions).answers_data(sessions(json!([])));
    let clock = clock();
    let client = client_of(&fleet, clock.clone());
    let id = SessionId::new("builder.a");
    assert!(matches!(
        client.update_session(&id, &update()).await,
        Err(Error::Paused { .. })
    ));
    assert!(matches!(
        client.update_session(&id, &update()).await,
        Err(Error::RateLimited { .. })
    ));
    client.sessions(&SessionsQuery::default()).await.unwrap();
    assert_eq!(fleet.seen_at(Endpoint::UpdateSession).len(), 1);
    clock.advance(Span::from_secs(60));
    client.update_session(&id, &update()).await.unwrap();
}

#[tokio::test]
async fn the_thirty_first_request_in_a_row_waits_by_the_clock() {
    let fleet = MockServer::start().await;
    fleet.when(Endpoint::ListSessions).answers_data(sessions(json!([])));
    let clock = clock();
    let client = client_of(&fleet, clock.clone());
    for _ in 0..32 {
        client.sessions(&SessionsQuery::default()).await.unwrap();
    }
    assert_eq!(clock.waits(), [Span::from_millis(2_142), Span::from_millis(2_142)]);
}

#[tokio::test]
async fn queries_reach_the_server_as_it_reads_them() {
    let fleet = MockServer::start().await;
    fleet.when(Endpoint::ListSessions).answers_data(sessions(json!([])));
    let query = SessionsQuery {
        state: Some(StateWord::Blocked),
        program: Some(ProgramId::new("a b+c=d&ü")),
        limit: Some(50),
        include_archived: true,
    };
    client_of(&fleet, clock()).sessions(&query).await.unwrap();
    let seen = &fleet.seen()[0];
    assert_eq!(
        seen.query,
        "state=blocked&programId=a%20b%2Bc%3Dd%26%C3%BC&limit=50&includeArchived=true"
    );
    assert_eq!(
        seen.header("authorization"),
        Some(format!("Bearer cb_{:064}", 2).as_str())
    );
    assert_eq!(seen.header("mcp-session-id"), None);
}

#[tokio::test]
async fn an_id_that_needs_decoding_is_refused_before_any_request() {
    let fleet = MockServer::start().await;
    let client = client_of(&fleet, clock());
    for id in ["a/b", "a b", "..", "", "ü", "a%2fb"] {
        assert_eq!(
            client.program_state(&ProgramId::new(id)).await,
            Err(Error::UnsuitableId),
            "{id}"
        );
        assert_eq!(
            client.update_session(&SessionId::new(id), &update()).await,
            Err(Error::UnsuitableId),
            "{id}"
        );
    }
    assert!(fleet.seen().is_empty());
}

#[tokio::test]
async fn an_odd_row_is_left_out_and_counted() {
    let fleet = MockServer::start().await;
    let rows = json!([
        {"sessionId": "builder.a", "state": "active", "progress": 42},
        {"sessionId": 7, "state": "active"},
        {"sessionId": "builder.b", "progress": "half"},
        {"state": "active"},
        "nonsense",
        {"sessionId": "builder.c", "state": "a later word", "surprise": {"x": 1}},
    ]);
    fleet.when(Endpoint::ListSessions).answers_data(sessions(rows));
    let reply = client_of(&fleet, clock())
        .sessions(&SessionsQuery::default())
        .await
        .unwrap();
    let ids: Vec<&str> = reply.value.iter().map(|session| session.id.as_str()).collect();
    assert_eq!(ids, ["builder.a", "builder.c"]);
    assert_eq!((reply.skipped, reply.count), (4, Some(6)));
    assert_eq!(reply.value[1].state.word(), Some("a later word"));
}

#[tokio::test]
async fn an_odd_section_of_a_state_leaves_the_notes_readable() {
    let fleet = MockServer::start().await;
    let state = json!({
        "programId": "builder", "version": "seven", "config": "none", "learnedPatterns": [{"id": "p1"}, 3],
        "contextSummary": {"handoffNotes": "Continue at step 3", "openQuestions": ["Keep v1?", 5], "lastTask": "x"},
    });
    fleet
        .when(Endpoint::ProgramState)
        .answers_data(json!({"success": true, "exists": true, "state": state}));
    let reply = client_of(&fleet, clock())
        .program_state(&ProgramId::new("builder"))
        .await
        .unwrap();
    let context = reply.value.context.unwrap();
    assert_eq!(context.hand_off_notes, "Continue at step 3");
    assert_eq!(context.open_questions, ["Keep v1?"]);
    assert_eq!((reply.value.version, reply.value.config), (None, None));
    assert_eq!(reply.skipped, 5);
}

#[tokio::test]
async fn warnings_ride_along_without_their_text() {
    let fleet = MockServer::start().await;
    let data = json!({"success": true, "sessionId": "a", "message": "x", "_pricing": {"warning": "Over (5/5)"}});
    fleet.when(Endpoint::CreateSession).answers_data(data);
    let body = CreateSession {
        name: Field::Value("A".to_owned()),
        ..CreateSession::default()
    };
    let reply = client_of(&fleet, clock()).create_session(&body).await.unwrap();
    assert_eq!(reply.warnings, [Warning::Pricing]);
}

#[tokio::test]
async fn nothing_that_is_printed_shows_the_key() {
    let fleet = MockServer::start().await;
    fleet
        .when(Endpoint::RotateKey)
        .answers_data(json!({"success": true, "key": format!("cb_{:064}", 1004), "label": "x"}));
    let client = client_of(&fleet, clock());
    let issued = client.rotate_key().await.unwrap();
    let answer = client.send(&api::RotateOwnKey).await.unwrap();
    for printed in [format!("{client:?}"), format!("{issued:?}"), format!("{answer:?}")] {
        assert!(!printed.contains("0000"), "{printed}");
    }
    let strange = RawKey::new("cb_\n1");
    let error = Client::new(fleet.endpoint(), strange, clock()).unwrap_err();
    assert_eq!(error, Error::KeyForm);
    assert!(!format!("{error}{error:?}").contains("cb_"));
}

#[tokio::test]
async fn health_is_asked_without_the_key() {
    let fleet = MockServer::start().await;
    fleet.when(Endpoint::Health).answers(
        200,
        json!({"status": "ok", "version": "2.0.0", "timestamp": "2026-11-22T16:34:34.679Z"}),
    );
    let reply = client_of(&fleet, clock()).health().await.unwrap();
    assert_eq!(reply.value.version.as_deref(), Some("2.0.0"));
    assert_eq!(reply.server_time, Some(Timestamp::from_millis(1_795_365_274_679)));
    assert_eq!(fleet.seen()[0].header("authorization"), None);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unreachable() {
    let gone = MockServer::start().await;
    let client = client_of(&gone, clock());
    drop(gone);
    assert_eq!(client.health().await, Err(Error::Unreachable));
}

#[tokio::test]
async fn over_https_nothing_is_said_before_the_server_has_proved_itself() {
    let fleet = MockServer::start().await;
    let secure = api::Endpoint::parse(&fleet.url().replace("http:", "https:"), false).unwrap();
    let limits = Limits {
        connect: Duration::from_millis(100),
        ..Limits::default()
    };
    let key = RawKey::new(format!("cb_{:064}", 2));
    let client = Client::with_limits(secure, key, clock(), limits, Budget::default()).unwrap();
    assert_eq!(client.sessions(&SessionsQuery::default()).await, Err(Error::TimedOut));
    assert!(fleet.seen().is_empty());
}
