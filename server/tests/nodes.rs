//! Two nodes on one database, as whoever asks sees them: over PostgreSQL alone (`cargo xtask test`).

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::time::{Duration, Instant};

use cachebash_core::domain::Span;
use serde_json::json;
use support::{Person, TestServer};

/// Until a node has heard of what another one did it may believe what it knew, and no longer.
const SOON: Duration = Duration::from_secs(1);

/// A node that has a second one beside it.
fn two(home: TestServer) -> (TestServer, TestServer) {
    let other = home.another_node().expect("the name of a PostgreSQL server");
    (home, other)
}

/// The key of a program, on both nodes.
async fn known_to_both(one: &TestServer, other: &TestServer) -> (Person, Person, String) {
    let asked = json!({"programId": "builder", "label": "b"});
    let made = one.owner().post("/v1/keys", asked).await.done();
    let key = made["key"].as_str().unwrap();
    let (here, there) = (one.with_key(key), other.with_key(key));
    here.get("/v1/programs").await.done();
    there.get("/v1/programs").await.done();
    (here, there, made["keyHash"].as_str().unwrap().to_owned())
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn what_is_written_on_one_node_is_read_on_the_other_at_once() {
    let (one, other) = two(TestServer::in_memory());
    let (here, there, _) = known_to_both(&one, &other).await;
    for round in 0..20 {
        let (writer, reader) = if round % 2 == 0 {
            (&here, &other)
        } else {
            (&there, &one)
        };
        let said = json!({"status": format!("round {round}"), "progress": round});
        writer.patch("/v1/sessions/builder.shared", said).await.done();
        assert_eq!(reader.owner().session("builder.shared").await["progress"], round);
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn a_repeat_that_comes_to_the_other_node_is_answered_as_the_first() {
    let (one, other) = two(TestServer::in_memory());
    let (here, there, _) = known_to_both(&one, &other).await;
    let asked = json!({"status": "once", "idempotency_key": "k"});
    // Both at once: whoever comes second waits for the first.
    let answers = tokio::join!(
        here.patch("/v1/sessions/builder.once", asked.clone()),
        there.patch("/v1/sessions/builder.once", asked.clone())
    );
    let repeats = [answers.0.done(), answers.1.done()].map(|answer| answer["idempotent"] == true);
    assert_eq!(repeats.iter().filter(|repeat| **repeat).count(), 1, "{repeats:?}");
    let another = json!({"status": "twice", "idempotency_key": "k"});
    let refused = there.patch("/v1/sessions/builder.once", another).await;
    assert_eq!(refused.failure().1, "IDEMPOTENCY_KEY_REUSED");
    let asked = json!({"programId": "scribe", "label": "s", "idempotency_key": "k"});
    one.owner().post("/v1/keys", asked.clone()).await.done();
    let again = other.owner().post("/v1/keys", asked).await;
    assert_eq!(again.failure().1, "KEY_ALREADY_ISSUED");
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn a_key_that_was_revoked_on_one_node_opens_nothing_on_the_other_within_a_second() {
    let (one, other) = two(TestServer::in_memory());
    let (_, there, hash) = known_to_both(&one, &other).await;
    let revoking = one.owner().delete(&format!("/v1/keys/{hash}")).await;
    let began = Instant::now();
    revoking.done();
    while there.get("/v1/programs").await.status != 401 {
        assert!(began.elapsed() < SOON, "it still opens");
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn a_key_that_expires_does_so_on_every_node_at_once() {
    let (one, other) = two(TestServer::in_memory());
    let (here, there, _) = known_to_both(&one, &other).await;
    one.after(Span::from_mins(91 * 24 * 60));
    assert_eq!(here.get("/v1/programs").await.status, 401);
    assert_eq!(there.get("/v1/programs").await.status, 401);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn calls_and_failures_are_counted_over_all_nodes() {
    let (one, other) = two(TestServer::with_limits());
    let (one_owner, other_owner) = (one.owner(), other.owner());
    for round in 0..70 {
        let owner = if round % 2 == 0 { &one_owner } else { &other_owner };
        owner.get("/v1/programs").await.done();
    }
    for owner in [&one_owner, &other_owner] {
        let refused = owner.get("/v1/programs").await;
        assert_eq!(refused.failure().1, "RATE_LIMITED");
        assert_eq!(refused.headers["x-ratelimit-limit"], "60");
    }
    let guess = format!("cb_{:064}", 0);
    for round in 0..60 {
        let node = if round % 2 == 0 { &one } else { &other };
        assert_eq!(node.with_key(&guess).get("/v1/programs").await.status, 401);
    }
    for node in [&one, &other] {
        assert_eq!(node.with_key(&guess).get("/v1/programs").await.status, 429);
    }
    one.after(Span::from_secs(61));
    one_owner.get("/v1/programs").await.done();
    assert_eq!(other.with_key(&guess).get("/v1/programs").await.status, 401);
}
