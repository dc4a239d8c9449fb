//! The recorded exchanges of the hosted server, replayed against ours: all of them, on a seed derived from their replies,
//! in the order of their recording. Same status, same envelope, same code, same field names and types, and the same
//! sentences. Where we differ on purpose, the difference is in `tables` and in docs/adr/hosted-differences.md.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod answer;
mod cases;
mod derive;
mod made;
mod people;
mod records;
mod replay;
mod shape;
mod steps;
#[path = "../support/mod.rs"]
mod support;
mod tables;
mod talk;
mod work;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use answer::{instead, unlike};
use cachebash_core::domain::RawKey;
use cases::{Case, cases, cases_in, fixtures};
use replay::Day;
use shape::Differences;
use support::TestServer;
use tables::{DIFFERENT, Instead, NOT_BUILT, OTHER_VALUES, UNSHOWN};

#[tokio::test]
async fn every_recorded_exchange_gets_the_same_answer_or_another_that_is_written_down() {
    let seed = records::seed();
    let mut day = Day::begin(&seed).await;
    let expected: BTreeMap<&str, Instead> = DIFFERENT.iter().chain(NOT_BUILT).copied().collect();
    let cases = cases();
    let mut wrong = Vec::new();
    for case in &cases {
        let mut limited = None;
        if is_about_limits(case) {
            limited = Some(Day::with_limits(&seed).await);
        }
        let day = limited.as_mut().unwrap_or(&mut day);
        let got = day.live(case).await;
        let found = unlike(case, &day.wanted(case), &got);
        let complaints = match expected.get(case.name.as_str()) {
            Some(expected) => instead(*expected, &got, &found),
            None => alike(case, &found),
        };
        if !complaints.is_empty() {
            let (status, body) = (got.status, &got.body);
            wrong.push(format!(
                "{}:\n  {}\n  got {status} {body}",
                case.name,
                complaints.join("\n  ")
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} differ:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

/// Why an answer that is to be the recorded one is not. Its values are those of the recording too, where the tables do not
/// say otherwise.
fn alike(case: &Case, found: &Differences) -> Vec<String> {
    let name = case.name.as_str();
    let may_differ = OTHER_VALUES.contains(&name) || UNSHOWN.iter().any(|(unshown, _)| *unshown == name);
    let mut complaints: Vec<String> = found.shape.iter().map(ToString::to_string).collect();
    if !may_differ {
        complaints.extend(found.values.iter().map(ToString::to_string));
    } else if found.values.is_empty() {
        complaints.push("says what was recorded, and is in a table of those that do not".to_owned());
    }
    complaints
}

/// Whose answer depends on how many calls went before: it gets a server of its own, which counts them.
fn is_about_limits(case: &Case) -> bool {
    ["limited", "limited_mcp"].contains(&case.who()) || case.name == "auth-429-too-many-failures"
}

/// `cargo xtask seed FOLDER` runs this to write the seed anew.
#[test]
fn the_seed_is_what_the_replies_show() {
    let file = fixtures().join("seed.json");
    let folder = std::env::var_os("CACHEBASH_SEED_FROM").map(PathBuf::from);
    let cases = folder.as_deref().map_or_else(cases, cases_in);
    let text = format!("{:#}\n", derive::derive(&cases));
    if folder.is_some() {
        std::fs::write(&file, text).unwrap();
        return;
    }
    let checked_in = std::fs::read_to_string(&file).unwrap();
    assert!(
        checked_in == text,
        "derive it again: cargo xtask seed tests/fixtures/exchanges"
    );
}

#[test]
fn the_record_of_differences_names_every_difference_and_no_case_that_is_none() {
    let record = include_str!("../../../docs/adr/hosted-differences.md");
    let known: BTreeSet<String> = cases().into_iter().map(|case| case.name).collect();
    let named = named_in(record);
    let different = DIFFERENT.iter().chain(NOT_BUILT).map(|(name, _)| name);
    for name in different.chain(OTHER_VALUES) {
        assert!(known.contains(*name), "{name} is no recorded case");
        assert!(named.contains(name), "{name} is not in the record");
    }
    for (name, _) in UNSHOWN {
        assert!(known.contains(*name), "{name} is no recorded case");
    }
    let unknown: Vec<_> = named.iter().filter(|name| !known.contains(**name)).collect();
    assert!(
        unknown.is_empty(),
        "the record names what was not recorded: {unknown:?}"
    );
}

/// The names of cases in a text: what stands in backquotes, in small letters and digits, with hyphens between.
fn named_in(text: &str) -> BTreeSet<&str> {
    let is_name = |word: &str| {
        word.contains('-')
            && word
                .chars()
                .all(|c| c == '-' || c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| is_name(word))
        .collect()
}

#[tokio::test]
async fn the_state_of_the_hosted_default_is_ours_to_the_letter() {
    let home = TestServer::in_memory();
    let case = cases()
        .into_iter()
        .find(|case| case.name == "program-state-default")
        .unwrap();
    let mut wanted = case.data().unwrap();
    for moment in ["/state/lastUpdatedAt", "/state/decay/lastDecayRun"] {
        *wanted.pointer_mut(moment).unwrap() = "2026-11-23T12:00:00.000Z".into();
    }
    assert_eq!(home.owner().get("/v1/program-state/auditor").await.done(), wanted);
}

#[test]
fn a_key_hash_is_the_sha_256_of_the_whole_key() {
    let case = cases().into_iter().find(|case| case.name == "keys-create").unwrap();
    let data = case.data().unwrap();
    let hash = RawKey::new(data["key"].as_str().unwrap()).hash();
    assert_eq!(hash.as_str(), data["keyHash"].as_str().unwrap());
}
