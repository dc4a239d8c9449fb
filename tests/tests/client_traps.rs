//! What today's phone app gets wrong on the wire, and the hosted server's traps: rows of bugs-to-beat, each by its id.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;
use std::time::Duration;

use cachebash_core::api::{Budget, Client, Error, Limit, Limits, MessageHistory, Refusal, SessionsQuery};
use cachebash_core::companion::{Clock, NewKey, RejectedReason};
use cachebash_core::domain::{Capability, KeyHash, ProgramId, RawKey, SessionId, Span, Timestamp};
use cachebash_core::wire::{CreateSession, UpdateSession, UpdateState, parse_time};
use cachebash_tests::TestClock;
use cachebash_tests::mock_server::{Answer, Endpoint, MockServer};
use serde_json::{Value, json};

struct World {
    fleet: MockServer,
    clock: Arc<TestClock>,
    client: Client,
}

/// A server, a clock that stands still, and a client that gives up after 100 ms.
async fn world() -> World {
    let fleet = MockServer::start().await;
    let clock = Arc::new(TestClock::at(Timestamp::from_millis(1_795_365_274_802)));
    let limits = Limits {
        total: Duration::from_millis(100),
        ..Limits::default()
    };
    let key = RawKey::new(format!("cb_{:064}", 2));
    let client = Client::with_limits(fleet.endpoint(), key, clock.clone(), limits, Budget::default()).unwrap();
    World { fleet, clock, client }
}

fn new_key() -> NewKey {
    NewKey {
        program: ProgramId::new("my-laptop"),
        label: "Laptop".to_owned(),
        capabilities: None,
        ttl_days: None,
    }
}

fn update() -> UpdateSession {
    UpdateSession {
        status: "Half way".to_owned().into(),
        ..UpdateSession::default()
    }
}

fn no_sessions() -> Value {
    json!({"success": true, "count": 0, "sessions": []})
}

#[tokio::test]
async fn b01_a_2xx_without_a_body_is_success_and_sent_once() {
    let World { fleet, client, .. } = world().await;
    fleet.when(Endpoint::CreateSession).answers_nothing(204);
    fleet.when(Endpoint::UpdateSession).answers_nothing(200);
    client
        .create_session(&CreateSession {
            name: "A".to_owned().into(),
            ..Default::default()
        })
        .await
        .unwrap();
    client
        .update_session(&SessionId::new("builder.a"), &update())
        .await
        .unwrap();
    assert_eq!(fleet.seen().len(), 2);
}

#[tokio::test]
async fn b04_waits_as_told_and_never_retries_a_refused_key() {
    let World { fleet, client, clock } = world().await;
    fleet
        .when(Endpoint::ListSessions)
        .fails(429, "RATE_LIMITED", "x")
        .with_header("retry-after", "30")
        .once();
    fleet.when(Endpoint::ListSessions).answers_data(no_sessions());
    let retry_at = clock.now().plus(Span::from_secs(30));
    let told = Err(Error::RateLimited {
        retry_at,
        limit: Limit::Requests,
    });
    let query = SessionsQuery::default();
    assert_eq!(client.sessions(&query).await, told);
    clock.advance(Span::from_millis(29_999));
    assert_eq!(client.sessions(&query).await, told);
    assert_eq!(fleet.seen().len(), 1, "nothing is sent before it may be");
    clock.advance(Span::from_millis(1));
    client.sessions(&query).await.unwrap();

    for (status, code, error) in [
        (401, "UNAUTHORIZED", Error::Unauthorized),
        (403, "FORBIDDEN", Error::Forbidden),
    ] {
        let World { fleet, client, .. } = world().await;
        fleet.when(Endpoint::Any).fails(status, code, "x");
        assert_eq!(client.sessions(&query).await, Err(error.clone()));
        assert_eq!(client.create_key(&new_key()).await.map(|_| ()), Err(error));
        assert_eq!(fleet.seen().len(), 2, "one request a call");
    }
}

#[tokio::test]
async fn b05_a_black_holed_socket_ends_in_bounded_time() {
    let World { fleet, client, .. } = world().await;
    fleet.when(Endpoint::ListSessions).stays_silent();
    fleet.when(Endpoint::FleetHealth).does(Answer::Stall);
    let both = async {
        assert_eq!(client.sessions(&SessionsQuery::default()).await, Err(Error::TimedOut));
        assert_eq!(client.fleet_health().await, Err(Error::TimedOut));
    };
    tokio::time::timeout(Duration::from_secs(10), both)
        .await
        .expect("an end");
    assert_eq!(
        fleet.seen().len(),
        2,
        "a time-out is not asked again, so the bound holds"
    );
}

#[tokio::test]
async fn b26_a_tool_error_inside_a_2xx_is_refused() {
    let World { fleet, client, .. } = world().await;
    let refusal = |error: &str| json!({"success": true, "data": {"success": false, "error": error}, "meta": {}});
    fleet
        .when(Endpoint::UpdateSession)
        .answers(200, refusal("Cannot update another program's session. Caller \"a\"."));
    fleet
        .when(Endpoint::CreateKey)
        .answers(201, refusal("label is required"));
    let refused = client
        .update_session(&SessionId::new("builder.a"), &update())
        .await
        .unwrap_err();
    assert_eq!(refused, Error::Refused(Refusal::Reason(RejectedReason::NotYours)));
    assert_eq!(refused.rejection(), Some(RejectedReason::NotYours));
    let refused = client.create_key(&new_key()).await.unwrap_err();
    assert_eq!(
        refused.rejection(),
        Some(RejectedReason::Invalid {
            field: "label".to_owned()
        })
    );
}

#[tokio::test]
async fn b30_a_key_is_asked_for_with_program_and_label() {
    let World { fleet, client, .. } = world().await;
    fleet
        .when(Endpoint::CreateKey)
        .answers_data(created(&["pulse.write", "pulse.read", "state.read", "state.write"]));
    client.create_key(&new_key()).await.unwrap();
    let mut scoped = new_key();
    scoped.capabilities = Some(vec![Capability::new("pulse.read")]);
    scoped.ttl_days = Some(0);
    client.create_key(&scoped).await.unwrap();
    let sent: Vec<Value> = fleet
        .seen_at(Endpoint::CreateKey)
        .iter()
        .map(|seen| seen.json())
        .collect();
    assert_eq!(sent[0], json!({"programId": "my-laptop", "label": "Laptop"}));
    assert_eq!(
        sent[1],
        json!({"programId": "my-laptop", "label": "Laptop", "capabilities": ["pulse.read"], "ttlDays": 0})
    );
}

#[tokio::test]
async fn b31_a_keys_last_use_is_read() {
    let World { fleet, client, .. } = world().await;
    let row = |hash: &str, used: Value| {
        json!({"keyHash": hash, "programId": "builder", "label": "x", "capabilities": ["*"], "active": true,
            "createdAt": "2026-11-12T16:34:27.929Z", "lastUsedAt": used, "revokedAt": null})
    };
    let keys = [row("aa", json!("2026-11-22T15:34:27.929Z")), row("bb", Value::Null)];
    fleet
        .when(Endpoint::ListKeys)
        .answers_data(json!({"success": true, "count": 2, "keys": keys}));
    let keys = client.keys(false).await.unwrap().value;
    assert_eq!(keys[0].last_used_at, parse_time("2026-11-22T15:34:27.929Z"));
    assert_eq!(keys[1].last_used_at, None);
}

#[tokio::test]
async fn t02_a_missing_capability_inside_a_500_is_a_right_and_is_not_retried() {
    let World { fleet, client, .. } = world().await;
    let sentence = "Insufficient capability: get_fleet_health requires \"fleet.read\" but key has [pulse.read]";
    fleet.when(Endpoint::FleetHealth).fails(500, "INTERNAL_ERROR", sentence);
    assert_eq!(
        client.fleet_health().await,
        Err(Error::MissingCapability(Capability::new("fleet.read")))
    );
    assert_eq!(fleet.seen().len(), 1);
}

#[tokio::test]
async fn t04_no_call_of_the_client_drains_messages() {
    let World { fleet, client, .. } = world().await;
    let program = ProgramId::new("builder");
    let _ = client.sessions(&SessionsQuery::default()).await;
    let _ = client.session_history(Some(100)).await;
    let _ = client.fleet_health().await;
    let _ = client.program_state(&program).await;
    let _ = client.context_history(&program, None).await;
    let _ = client.keys(true).await;
    let _ = client.create_key(&new_key()).await;
    let _ = client.revoke_key(&KeyHash::new("aa")).await;
    let _ = client.rotate_key().await;
    let _ = client.health().await;
    let _ = client.create_session(&CreateSession::default()).await;
    let _ = client.update_session(&SessionId::new("builder.a"), &update()).await;
    let _ = client.update_program_state(&program, &UpdateState::default()).await;
    let _ = client.sent_messages(Some(1)).await;
    let _ = client.message_history(&MessageHistory::default()).await;
    let _ = client.alerts().await;
    assert_eq!(fleet.seen().len(), 16);
    for seen in fleet.seen() {
        let hands_out = seen.method == "GET" && seen.path == "/v1/messages";
        let drains = hands_out && !seen.query.contains("markAsRead=false");
        assert!(!drains, "{} {}?{}", seen.method, seen.path, seen.query);
    }
}

fn created(capabilities: &[&str]) -> Value {
    json!({"success": true, "key": format!("cb_{:064}", 1002), "keyHash": "aa", "programId": "my-laptop",
        "label": "Laptop", "capabilities": capabilities, "registered": true, "message": "x"})
}

#[tokio::test]
async fn t06_a_key_that_may_not_create_keys_is_an_ordinary_state() {
    let World { fleet, client, .. } = world().await;
    let sentence = "Forbidden: creating API keys requires an explicit keys.provision grant";
    let body = json!({"success": true, "data": {"success": false, "error": sentence}, "meta": {}});
    fleet.when(Endpoint::CreateKey).answers(201, body);
    let refused = client.create_key(&new_key()).await.unwrap_err();
    assert_eq!(
        refused,
        Error::Refused(Refusal::Missing(Capability::new("keys.provision")))
    );
    assert_eq!(refused.to_string(), "the server refused: keys.provision is missing");
    assert_eq!(fleet.seen().len(), 1);
}

#[tokio::test]
async fn t11_a_list_for_admins_only_is_forbidden_and_not_retried() {
    let World { fleet, client, .. } = world().await;
    fleet
        .when(Endpoint::ListSessions)
        .fails(403, "FORBIDDEN", "Admin access required");
    assert_eq!(client.sessions(&SessionsQuery::default()).await, Err(Error::Forbidden));
    assert_eq!(fleet.seen().len(), 1);
}

#[tokio::test]
async fn a_created_key_says_what_it_lacks_for_the_job() {
    let World { fleet, client, .. } = world().await;
    fleet
        .when(Endpoint::CreateKey)
        .answers_data(created(&["pulse.read", "fleet.read"]))
        .once();
    fleet.when(Endpoint::CreateKey).answers_data(created(&["*"]));
    let issued = client.create_key(&new_key()).await.unwrap().value;
    let missing: Vec<&str> = issued.missing_for_job.iter().map(Capability::as_str).collect();
    assert_eq!(missing, ["pulse.write", "state.read", "state.write"]);
    assert!(
        client
            .create_key(&new_key())
            .await
            .unwrap()
            .value
            .missing_for_job
            .is_empty()
    );
}
