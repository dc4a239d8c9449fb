//! What whoever runs a server sees of it: its health, its counts, and a name for every request.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use cachebash_core::domain::Span;
use cachebash_server::{Operator, Server, ServerOptions, Tls};
use serde_json::json;
use support::{Got, NOON, Person, TestServer};
use tower::ServiceExt;

/// The lines of `/metrics` that someone gets to read.
async fn counts(home: &TestServer, key: &str) -> Result<Vec<String>, u16> {
    let request = Request::get("/metrics").header("authorization", format!("Bearer {key}"));
    let response = home
        .server
        .router()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    if response.status() != 200 {
        return Err(response.status().as_u16());
    }
    let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    Ok(String::from_utf8(bytes.to_vec())
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect())
}

fn value(counts: &[String], name: &str) -> Option<f64> {
    let line = counts.iter().find(|line| line.starts_with(&format!("{name} ")))?;
    line.rsplit(' ').next()?.parse().ok()
}

#[tokio::test]
async fn requests_commits_and_refusals_are_counted_by_route_and_never_by_what_people_wrote() {
    let home = TestServer::with_limits();
    let owner_key = home.server.owner_key().unwrap();
    let builder = home.agent("builder").await;
    for _ in 0..3 {
        builder
            .patch("/v1/sessions/builder.secret-plan", json!({"status": "x"}))
            .await
            .done();
    }
    builder.get("/v1/keys").await;
    builder.send("PATCH", "/v1/no-such/place", Body::empty()).await;
    home.with_key("cb_nonsense").get("/v1/sessions").await;
    for _ in 0..70 {
        builder.get("/v1/program-state/builder").await;
    }
    let all = counts(&home, owner_key.reveal()).await.unwrap();
    let text = all.join("\n");
    let answered = |method: &str, route: &str, status: u16| {
        let name = format!(r#"cachebash_requests_total{{method="{method}",route="{route}",status="{status}"}}"#);
        value(&all, &name)
    };
    assert_eq!(answered("PATCH", "/v1/sessions/{sessionId}", 200), Some(3.0), "{text}");
    assert_eq!(answered("GET", "/v1/keys", 403), Some(1.0));
    assert_eq!(answered("PATCH", "none", 404), Some(1.0));
    assert_eq!(answered("GET", "none", 401), Some(1.0));
    let refused = answered("GET", "/v1/program-state/{programId}", 429).unwrap();
    assert_eq!(value(&all, "cachebash_rate_limited_total"), Some(refused));
    assert_eq!(value(&all, "cachebash_auth_failures_total"), Some(1.0));
    let took = r#"cachebash_request_duration_seconds_count{method="PATCH",route="/v1/sessions/{sessionId}"}"#;
    assert_eq!(value(&all, took), Some(3.0));
    assert!(value(&all, "cachebash_commit_writes_count").unwrap() >= 4.0, "{text}");
    assert_eq!(value(&all, "cachebash_event_streams"), Some(0.0));
    assert!(
        !text.contains("secret-plan") && !text.contains("no-such") && !text.contains("builder\""),
        "{text}"
    );
    assert_eq!(all.last().map(String::as_str), Some("# EOF"));
}

#[tokio::test]
async fn an_event_stream_counts_as_open_until_it_is_let_go_of() {
    let home = TestServer::in_memory();
    let owner = home.server.owner_key().unwrap();
    let open = async || {
        let request = Request::get("/v1/events").header("authorization", format!("Bearer {}", owner.reveal()));
        let request = request.body(Body::empty()).unwrap();
        home.server.router().oneshot(request).await.unwrap()
    };
    let streams = async || value(&counts(&home, owner.reveal()).await.unwrap(), "cachebash_event_streams");
    let (one, other) = (open().await, open().await);
    assert_eq!((one.status().as_u16(), streams().await), (200, Some(2.0)));
    drop(one);
    assert_eq!(streams().await, Some(1.0));
    drop(other);
    assert_eq!(streams().await, Some(0.0));
}

#[tokio::test]
async fn the_counts_are_for_the_operator_of_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let home = TestServer::in_files(folder.path());
    let owner = home.server.owner_key().unwrap();
    let options = ServerOptions {
        data: Some(folder.path().to_owned()),
        ..ServerOptions::default()
    };
    let operator = Operator::open(options).await.unwrap();
    home.after(Span::from_secs(1));
    let neighbour = operator.add_tenant("acme").await.unwrap();
    let asked = json!({"programId": "prometheus", "label": "p", "capabilities": ["metrics.read"]});
    let reader = home.owner().post("/v1/keys", asked).await.done();
    let agent = home
        .owner()
        .post("/v1/keys", json!({"programId": "builder", "label": "b"}))
        .await
        .done();
    assert!(counts(&home, owner.reveal()).await.is_ok());
    assert!(counts(&home, reader["key"].as_str().unwrap()).await.is_ok());
    assert_eq!(counts(&home, agent["key"].as_str().unwrap()).await, Err(403));
    assert_eq!(
        counts(&home, neighbour.reveal()).await,
        Err(403),
        "another tenant's owner"
    );
    assert_eq!(counts(&home, "cb_nonsense").await, Err(401));
    assert_eq!(home.anonymous().get("/metrics").await.status, 401);
    assert_eq!(home.anonymous().get("/metrics/").await.status, 404);
}

#[tokio::test]
async fn a_request_keeps_the_name_it_comes_with_if_that_can_stand_in_a_log() {
    let home = TestServer::in_memory();
    let named = async |name: &str| {
        let request = Request::get("/v1/health").header("x-request-id", name);
        let got = home.anonymous().request(request.body(Body::empty()).unwrap()).await;
        id_of(&got)
    };
    assert_eq!(named("trace-1.A_b").await, "trace-1.A_b");
    for odd in ["", "a b", "a\"b", "a;b", &"x".repeat(65)] {
        assert_ne!(named(odd).await, odd);
    }
    let one = id_of(&home.anonymous().get("/v1/health").await);
    let other = id_of(&home.anonymous().get("/v1/nowhere").await);
    assert!(one != other && one.len() > 12, "{one} {other}");
}

fn id_of(got: &Got) -> String {
    got.headers["x-request-id"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn health_says_since_when_and_on_what_and_where() {
    let home = TestServer::in_memory();
    home.after(Span::from_secs(90));
    let got = home.anonymous().get("/v1/health").await;
    assert_eq!(got.status, 200);
    assert_eq!(got.body["status"], "ok");
    assert_eq!(got.body["uptimeSeconds"], 90);
    assert_eq!(got.body["database"]["reachable"], true);
    let kind = if home.is_on_postgres() { "postgresql" } else { "sqlite" };
    assert_eq!(got.body["database"]["kind"], kind);
    assert_eq!(got.body["restFallback"]["baseUrl"], "http://localhost");
    let behind_a_proxy = at(ServerOptions {
        public_url: Some("https://hub.example.org/".to_owned()),
        ..ServerOptions::default()
    });
    let got = behind_a_proxy.anonymous().get("/health").await;
    assert_eq!(got.body["restFallback"]["baseUrl"], "https://hub.example.org");
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (cert, key) = (folder.path().join("c"), folder.path().join("k"));
    std::fs::write(&cert, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let secure = at(ServerOptions {
        tls: Some(Tls::from_pem_files(&cert, &key).unwrap()),
        ..ServerOptions::default()
    });
    let got = secure.anonymous().get("/health").await;
    assert_eq!(got.body["restFallback"]["baseUrl"], "https://localhost");
}

fn at(options: ServerOptions) -> TestServer {
    let clock = std::sync::Arc::new(cachebash_server::SteppedClock::new(NOON));
    TestServer::over(Server::open(options).unwrap(), clock)
}

#[tokio::test]
async fn a_body_may_be_nested_so_deep_and_no_deeper() {
    let home = TestServer::in_memory();
    let builder: Person = home.agent("builder").await;
    let nested = |depth: usize| {
        let inside = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        format!(r#"{{"status": "x", "extra": {inside}}}"#)
    };
    let ask = |depth| builder.send("PATCH", "/v1/sessions/builder.t", nested(depth));
    ask(100).await.done();
    for depth in [128, 1_000, 30_000] {
        let got = ask(depth).await;
        assert_eq!(got.failure().0, 400, "{depth}: {got:?}");
        assert_eq!(got.issues(), [("body", "invalid_type")]);
    }
}
