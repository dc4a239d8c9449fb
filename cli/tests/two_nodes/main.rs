//! Two servers on one PostgreSQL database behind one address: a node is killed under load, then the database itself, and
//! whatever was acknowledged is there. Beside a PostgreSQL that waits for the disk; `cargo xtask test` says where one is.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

mod balancer;
mod client;
mod follower;
mod node;
mod postgres;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use balancer::Balancer;
use client::{Client, ask};
use follower::Follower;
use node::Node;
use postgres::Postgres;
use serde_json::Value;

const CLIENTS: usize = 6;

/// How many writes each client has acknowledged before and after each blow.
const WRITES: u64 = 25;

/// What nothing here may take.
const TOO_LONG: Duration = Duration::from_secs(90);

/// What a client may notice of a node's death.
const MOST_FOR_A_NODE: Duration = Duration::from_secs(5);

#[test]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
fn no_acknowledged_write_is_lost_when_a_node_is_killed_and_then_the_database() {
    let mut database = Postgres::new();
    let balancer = Balancer::new();
    let (mut one, key) = Node::first(&database.url(), &[]);
    let other = Node::start(&database.url(), &[]);
    balancer.set(&[&one.url, &other.url]);
    let key = key.unwrap();
    let follower = Follower::start(&balancer.url, &key);
    let clients: Vec<Client> = (0..CLIENTS)
        .map(|number| Client::start(&balancer.url, &key, number))
        .collect();
    until_each_wrote(&clients, WRITES);
    gaps(&clients);

    drop(one);
    until_each_wrote(&clients, WRITES);
    let node_gap = gaps(&clients);
    println!(
        "longest gap of a client when a node was killed: {} ms",
        node_gap.as_millis()
    );

    one = Node::start(&database.url(), &[]);
    balancer.set(&[&one.url, &other.url]);
    until_each_wrote(&clients, WRITES);
    gaps(&clients);

    database.kill();
    database.start();
    until_each_wrote(&clients, WRITES);
    let database_gap = gaps(&clients);
    println!(
        "longest gap of a client when PostgreSQL was killed and started again: {} ms",
        database_gap.as_millis()
    );

    let mut repeats = 0;
    for client in clients {
        let (session, told) = client.finish();
        assert!(told.wrong.is_empty(), "{:?}", told.wrong);
        assert!(told.acknowledged.len() as u64 >= 4 * WRITES);
        repeats += told.repeats;
        for status in &told.acknowledged {
            until_heard(&follower, status);
        }
        for node in [&one, &other] {
            let kept = timeline(&node.url, &key, &session);
            let mut times: HashMap<&str, u32> = HashMap::new();
            for status in &kept {
                *times.entry(status).or_default() += 1;
            }
            assert!(times.values().all(|times| *times == 1), "{session} holds a write twice");
            for status in &told.acknowledged {
                assert!(
                    times.contains_key(status.as_str()),
                    "{status} was acknowledged and is lost"
                );
            }
            // The last one may have been done without its client hearing of it.
            assert!(kept.len() <= told.acknowledged.len() + 1);
        }
    }
    println!("writes that were answered as done before: {repeats}");
    // One of the balancer's two nodes died under it, then its database, and another node took it on.
    println!("streams of the follower: {}", follower.finish());
    assert!(node_gap <= MOST_FOR_A_NODE, "{node_gap:?}");
    assert!(database_gap <= TOO_LONG);
}

#[test]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
fn a_keys_calls_are_counted_over_both_nodes() {
    let database = Postgres::new();
    let limits = ["--limits", "contract"];
    let (one, key) = Node::first(&database.url(), &limits);
    let other = Node::start(&database.url(), &limits);
    let key = key.unwrap();
    let began = Instant::now();
    let mut let_in = 0;
    let mut refused = 0;
    for round in 0..80 {
        let node = if round % 2 == 0 { &one } else { &other };
        match ask(&node.url, "GET", "/v1/programs", &key, &[], "").unwrap() {
            (200, _) => let_in += 1,
            (429, _) => refused += 1,
            other => panic!("{other:?}"),
        }
    }
    // On a day so slow that the first calls were a minute ago, more are let in.
    assert!(
        began.elapsed() > Duration::from_secs(59) || (let_in, refused) == (70, 10),
        "{let_in} {refused}"
    );
}

/// Waits until each client has so many more writes acknowledged.
fn until_each_wrote(clients: &[Client], many: u64) {
    let goals: Vec<u64> = clients.iter().map(|client| client.count() + many).collect();
    let deadline = Instant::now() + TOO_LONG;
    while clients.iter().zip(&goals).any(|(client, goal)| client.count() < *goal) {
        assert!(Instant::now() < deadline, "the clients do not get on");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Waits until the follower was told of a write, once and not more often.
fn until_heard(follower: &Follower, status: &str) {
    let deadline = Instant::now() + TOO_LONG;
    while follower.times(status) == 0 {
        assert!(
            Instant::now() < deadline,
            "{status} was acknowledged and nobody heard of it"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(follower.times(status), 1, "{status}");
}

/// The longest gap that any client saw since this was asked last.
fn gaps(clients: &[Client]) -> Duration {
    clients.iter().map(Client::take_gap).max().unwrap()
}

/// What a node says was written in a session.
fn timeline(url: &str, key: &str, session: &str) -> Vec<String> {
    let mut kept = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/sessions/{session}/timeline?limit=50{cursor}");
        let (status, answer) = ask(url, "GET", &path, key, &[], "").unwrap();
        assert_eq!(status, 200, "{answer}");
        let updates = answer["data"]["updates"].as_array().unwrap();
        kept.extend(
            updates
                .iter()
                .map(|update| update["status"].as_str().unwrap().to_owned()),
        );
        match &answer["data"]["cursor"] {
            Value::String(next) => cursor = format!("&cursor={next}"),
            _ => return kept,
        }
    }
}
