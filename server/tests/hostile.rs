//! What an enemy, or a broken client, may send: always an answer with the contract's envelope, never a 5xx, never a
//! half write, and nothing learnt without a key.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use axum::body::Body;
use axum::http::{HeaderValue, Request};
use cachebash_core::domain::Span;
use serde_json::{Value, json};
use support::TestServer;

const ROUTES: [(&str, &str); 11] = [
    ("GET", "/v1/sessions"),
    ("POST", "/v1/sessions"),
    ("GET", "/v1/sessions/history"),
    ("PATCH", "/v1/sessions/builder.t"),
    ("GET", "/v1/program-state/builder"),
    ("PATCH", "/v1/program-state/builder"),
    ("GET", "/v1/program-state/builder/context-history"),
    ("GET", "/v1/keys"),
    ("POST", "/v1/keys"),
    ("DELETE", "/v1/keys/0"),
    ("GET", "/v1/fleet/health"),
];

fn bodies() -> Vec<Vec<u8>> {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth)).into_bytes();
    let objects = |depth: usize| format!("{}1{}", "{\"name\":".repeat(depth), "}".repeat(depth)).into_bytes();
    vec![
        b"{".to_vec(),
        b"null".to_vec(),
        b"\"text\"".to_vec(),
        b"17".to_vec(),
        b"{\"name\":\"a\\u0000b\",\"status\":\"\\u0000\"}".to_vec(),
        b"{\"name\":\"\\ud800\",\"status\":\"\\ud800\"}".to_vec(),
        b"{\"name\":\"\xff\xfe\",\"status\":\"\xff\"}".to_vec(),
        b"{\"name\":1e400,\"status\":1e400,\"progress\":1e400}".to_vec(),
        b"{\"name\":\"a\",\"status\":\"a\",\"progress\":99999999999999999999999999}".to_vec(),
        b"{\"name\":\"a\",\"status\":\"a\",\"contextBytes\":1e308}".to_vec(),
        b"{\"name\":\"a\",\"name\":2}".to_vec(),
        b"{\"__proto__\":{},\"status\":{\"$gt\":\"\"}}".to_vec(),
        b"{\"programId\":\"b\",\"label\":\"l\",\"ttlDays\":1e300}".to_vec(),
        br#"{"config":{"customSettings":null,"toolPreferences":{"a":[[[[1]]]]}},"decay":{"maxUnpromotedPatterns":5.5}}"#
            .to_vec(),
        nested(200),
        nested(30_000),
        objects(10_000),
        b"x".repeat(65_536),
        b"x".repeat(65_537),
        b" ".repeat(3 << 20),
        vec![0; 100],
    ]
}

#[tokio::test]
async fn no_body_makes_any_route_fail_on_our_side() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    for (method, target) in ROUTES {
        for body in bodies() {
            let got = owner.send(method, target, body.clone()).await;
            let start = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
            assert!(got.status.as_u16() < 500, "{method} {target} {start}: {}", got.body);
            assert!(
                got.body["success"].is_boolean(),
                "{method} {target} {start}: {}",
                got.body
            );
        }
    }
    // What was let through can be read again.
    assert!(
        owner
            .get("/v1/sessions?limit=50&includeArchived=true")
            .await
            .status
            .is_success()
    );
    owner.get("/v1/program-state/builder").await.done();
    owner.get("/v1/keys").await.done();
    owner.get("/v1/fleet/health").await.done();
}

#[tokio::test]
async fn no_query_and_no_path_makes_the_server_fail() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    let long = "a".repeat(8_000);
    for target in [
        "/v1/sessions?limit=%00",
        "/v1/sessions?limit=-1",
        "/v1/sessions?limit=1e999",
        "/v1/sessions?limit=99999999999999999999",
        "/v1/sessions?programId=%ff",
        "/v1/sessions?programId=%zz",
        "/v1/sessions?programId='%20OR%201=1--",
        "/v1/sessions?%00=%00&&&===",
        "/v1/sessions?state",
        "/v1/sessions/history?limit=-9223372036854775808",
        "/v1/sessions/history?limit=1e300",
        "/v1/program-state/%00/context-history?limit=-0",
        "/v1/program-state/%zz",
        "/v1/program-state/..%2f..%2fetc",
        "/v1/program-state/a%2fb",
        "/v1/keys?includeRevoked=",
        "/v1//sessions",
        "/v1/",
        "/v1",
        "/v1/sessions;a=b",
        &format!("/v1/program-state/{long}"),
        &format!("/v1/sessions?programId={long}"),
    ] {
        let got = owner.get(target).await;
        assert!(got.status.as_u16() < 500, "{target}: {}", got.body);
        assert!(got.body["success"].is_boolean(), "{target}: {}", got.body);
    }
    for target in ["/v1/sessions/%zz", "/v1/sessions/%00", &format!("/v1/sessions/{long}")] {
        let got = owner.patch(target, json!({"status": "x"})).await;
        assert!(got.status.as_u16() < 500, "{target}: {}", got.body);
    }
    assert_eq!(
        owner.get("/v1/sessions?programId=%zz").await.issues(),
        [("query", "invalid_format")]
    );
}

#[tokio::test]
async fn without_a_good_key_every_path_is_the_same_401() {
    let home = TestServer::in_memory();
    let missing = (401, "UNAUTHORIZED", "Missing Authorization header");
    let invalid = (401, "UNAUTHORIZED", "Invalid API key");
    for target in ["/v1/sessions", "/v1/nothing", "/v1/keys/0", "/v1/", "/v1"] {
        assert_eq!(home.anonymous().get(target).await.failure(), missing, "{target}");
    }
    let key = format!("cb_{:064}", 1);
    for header in ["bearer x", "BEARER x", "Bearer", "Basic abc", "", "Token x"] {
        assert_eq!(
            home.with_header(header).get("/v1/sessions").await.failure(),
            missing,
            "{header}"
        );
    }
    for token in [
        key.as_str(),
        "cb_",
        "eyJhbGciOi",
        "cbo_1",
        "sk_1",
        " ",
        "cb_\t",
        &"x".repeat(9_000),
    ] {
        let header = format!("Bearer {token}");
        assert_eq!(
            home.with_header(&header).get("/v1/sessions").await.failure(),
            invalid,
            "{token}"
        );
    }
    // A good key with anything around it is not that key.
    let good = home
        .owner()
        .post("/v1/keys", json!({"programId": "b", "label": "b"}))
        .await
        .done();
    let good = good["key"].as_str().unwrap();
    for token in [
        format!(" {good}"),
        format!("{good} "),
        good.to_uppercase(),
        format!("{good}0"),
    ] {
        let got = home.with_header(&format!("Bearer {token}")).get("/v1/sessions").await;
        assert_eq!(got.failure(), invalid, "{token:?}");
    }
}

#[tokio::test]
async fn a_header_that_is_not_text_counts_as_missing() {
    let home = TestServer::in_memory();
    let mut request = Request::get("/v1/sessions").body(Body::empty()).unwrap();
    let junk = HeaderValue::from_bytes(b"Bearer \xff\xfe").unwrap();
    request.headers_mut().insert("authorization", junk);
    let got = home.anonymous().request(request).await;
    assert_eq!(got.failure(), (401, "UNAUTHORIZED", "Missing Authorization header"));
}

#[tokio::test]
async fn a_wrong_method_or_a_trailing_slash_is_no_route() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    for (method, target) in [
        ("PUT", "/v1/sessions"),
        ("DELETE", "/v1/sessions/builder.t"),
        ("GET", "/v1/sessions/builder.t"),
        ("POST", "/v1/fleet/health"),
        ("OPTIONS", "/v1/keys"),
        ("GET", "/v1/sessions/"),
        ("POST", "/v1/health"),
    ] {
        let got = owner.send(method, target, "").await;
        assert_eq!(
            got.failure(),
            (404, "NOT_FOUND", format!("{method} {target} not found").as_str())
        );
        assert!(got.headers.get("allow").is_none(), "{method} {target}");
    }
    assert_eq!(owner.send("HEAD", "/v1/sessions", "").await.status, 404);
    for target in ["/", "/v2/sessions", "/v1sessions", "/health/"] {
        let got = home.anonymous().get(target).await;
        assert_eq!(
            (got.status.as_u16(), &got.body),
            (404, &json!({"error": "Not found"})),
            "{target}"
        );
    }
}

#[tokio::test]
async fn a_key_that_asks_too_often_is_told_when_to_come_back() {
    let home = TestServer::with_limits();
    let owner = home.owner();
    for _ in 0..70 {
        owner.get("/v1/fleet/health").await.done();
    }
    let got = owner.get("/v1/fleet/health").await;
    let sentence = "Rate limit exceeded. Retry after 30 seconds.";
    assert_eq!(got.failure(), (429, "RATE_LIMITED", sentence));
    assert_eq!(got.body["error"]["retryAfter"], 30);
    for (name, value) in [
        ("retry-after", "30"),
        ("x-ratelimit-limit", "60"),
        ("x-ratelimit-remaining", "0"),
        ("x-ratelimit-reset", "1795435260"),
    ] {
        assert_eq!(got.headers[name], value, "{name}");
    }
    // The history is not counted, and a minute later all is well.
    owner.get("/v1/sessions/history").await.done();
    home.after(Span::from_secs(60));
    owner.get("/v1/fleet/health").await.done();
}

#[tokio::test]
async fn a_program_writes_its_state_ten_times_a_minute() {
    let home = TestServer::with_limits();
    let builder = home.agent("builder").await;
    let write = async || builder.patch("/v1/program-state/builder", json!({})).await;
    for _ in 0..10 {
        write().await.done();
    }
    let got = write().await;
    assert_eq!(got.failure().0, 429);
    assert_eq!(got.headers["x-ratelimit-limit"], "10");
    assert_eq!(home.owner().state("builder").await["version"], 11);
}

#[tokio::test]
async fn guessing_keys_is_slowed_and_good_keys_are_not() {
    let home = TestServer::in_memory();
    let guess = async |number: u32| home.with_key(&format!("cb_{number:064}")).get("/v1/sessions").await;
    for number in 0..60 {
        assert_eq!(guess(number).await.failure().0, 401);
    }
    let got = guess(60).await;
    assert_eq!(got.failure(), (429, "RATE_LIMITED", "Too many authentication attempts"));
    assert_eq!(got.headers["retry-after"], "60");
    assert_eq!(got.body["error"]["retryAfter"], 60);
    assert_eq!(home.anonymous().get("/v1/sessions").await.failure().0, 401);
    home.owner().get("/v1/sessions").await.done();
    home.after(Span::from_secs(60));
    assert_eq!(guess(61).await.failure().0, 401);
}

#[tokio::test]
async fn texts_come_back_as_they_went_in() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    for text in [
        "Line one\nLine \"two\" \\ tab\t☕",
        "a\u{0}b",
        "'; DROP TABLE session; --",
        "👩‍👩‍👧 \u{202e}abc",
        "",
    ] {
        let body = json!({"name": text, "sessionId": "a.1", "status": text, "projectName": text});
        owner.post("/v1/sessions", body).await.done();
        let seen = owner.session("a.1").await;
        for field in ["name", "status", "projectName"] {
            assert_eq!(seen[field], Value::from(text), "{field}");
        }
    }
}
