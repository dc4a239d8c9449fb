//! A companion that is killed with SIGKILL, at each of its durable steps and at any moment between: what a person was told is
//! kept is kept, and it is done exactly once. Compared with the server's own ledger.
//!
//! Half of the killed talk to a server that honours every idempotency key, half to one that, like the hosted one, knows
//! those of messages alone.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod child;
mod life;
mod served;

use std::collections::{BTreeMap, BTreeSet};

use cachebash_core::domain::has_key;
use cachebash_tests::files::files;
use cachebash_tests::line::Line;

use life::{Fate, Fates, Life};
use served::Served;

/// How many are killed, where `KILLS` does not say otherwise: a minute of them.
const USUAL: u32 = 500;

/// After so many killed ones one lives, so that no more is left over than a client may ask for in a minute.
const LIVES_EVERY: u32 = 8;

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_moment_of_death_nothing_is_lost_and_nothing_is_done_twice() {
    let kills = told("KILLS").unwrap_or(USUAL);
    let seed = told("KILLS_SEED").unwrap_or_else(std::process::id);
    println!("{kills} kills, KILLS_SEED={seed}");
    let server = Served::start().await;
    let mut fates = Fates::of(seed);
    let mut steps: BTreeMap<String, u32> = BTreeMap::new();
    for hosted in [false, true] {
        let line = Line::to(&server.url).await;
        if hosted {
            line.hides("GET /v1/capabilities");
        }
        let (phone, secrets) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let name = if hosted { "hosted" } else { "own" };
        let (mut asked, mut had) = (BTreeSet::new(), BTreeMap::new());
        for round in 0..kills / 2 {
            let life_of = |round: String| Life {
                folder: phone.path(),
                secrets: secrets.path(),
                server: line.url(),
                key: &server.owner,
                round,
            };
            let life = life_of(format!("{name} {round}"));
            if round % LIVES_EVERY == LIVES_EVERY - 1 {
                let whole = life_of(format!("{name} whole {round}"));
                let ended = tokio::task::block_in_place(|| whole.live(Fate::Natural));
                asked.extend(ended.asked);
                had.extend(ended.had);
            }
            let fate = fates.next();
            server.moves_on(round).await;
            let ended = tokio::task::block_in_place(|| life.live(fate));
            *steps.entry(ended.at).or_default() += 1;
            asked.extend(ended.asked);
            had.extend(ended.had);
        }
        let last = Life {
            folder: phone.path(),
            secrets: secrets.path(),
            server: line.url(),
            key: &server.owner,
            round: format!("{name} last"),
        };
        let ended = tokio::task::block_in_place(|| last.live(Fate::Natural));
        assert_eq!(ended.at, "lived", "KILLS_SEED={seed}");
        asked.extend(ended.asked);
        had.extend(ended.had);
        let (keys, texts) = asked.into_iter().partition(|text: &String| text.starts_with("key "));
        server.holds_once(&texts, name, seed).await;
        server.holds_the_keys_that_somebody_has(&keys, &had, seed).await;
        for (path, bytes) in files(phone.path()) {
            assert!(
                !has_key(&String::from_utf8_lossy(&bytes)),
                "a key in {}",
                path.display()
            );
        }
    }
    println!("killed at: {steps:?}");
    for step in ["outbox", "request", "reply", "key", "kept", "cache"] {
        assert!(
            kills < 100 || steps.contains_key(step),
            "none was killed at {step}: {steps:?}"
        );
    }
}

fn told(name: &str) -> Option<u32> {
    std::env::var(name).ok()?.parse().ok()
}
