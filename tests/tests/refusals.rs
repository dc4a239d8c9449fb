//! Every sentence with which the recorded server refused means something that a person can act on.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::path::Path;

use cachebash_core::api::{Error, Refusal};
use cachebash_core::companion::RejectedReason;
use cachebash_tests::exchange::{ErrorTable, cases_in, replay};
use serde_json::Value;

fn told(error: &Error) -> String {
    match error {
        Error::Refused(Refusal::NotFound) => "NotFound".to_owned(),
        Error::Refused(Refusal::Missing(capability)) | Error::MissingCapability(capability) => {
            format!("Missing({capability})")
        }
        Error::Refused(Refusal::Reason(reason)) => format!("Reason({reason:?})"),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn every_refusal_sentence_of_the_exchanges_has_its_reason() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let text = std::fs::read_to_string(fixtures.join("refusals.json")).unwrap();
    let table: BTreeMap<String, String> = serde_json::from_str(&text).unwrap();
    let mut met = BTreeMap::new();
    for (name, case) in cases_in(&fixtures.join("exchanges")).unwrap() {
        let case = case.unwrap();
        let refused = case.reply.body.pointer("/data/success") == Some(&Value::Bool(false));
        let place = if refused { "/data/error" } else { "/error/message" };
        let sentence = case.reply.body.pointer(place).and_then(Value::as_str);
        let Some(sentence) = sentence.filter(|_| refused || case.reply.status == 500) else {
            continue;
        };
        let error = replay(&case, &ErrorTable::checked_in()).await.error;
        met.insert(sentence.to_owned(), error.as_ref().map(told).unwrap_or_default());
        assert_eq!(met.get(sentence), table.get(sentence), "{name}");
    }
    // A row that no exchange needs would only look like cover.
    assert_eq!(met.keys().collect::<Vec<_>>(), table.keys().collect::<Vec<_>>());
}

#[test]
fn sentences_not_yet_recorded_fall_under_the_same_rules() {
    let reason = |sentence: &str| told(&Error::Refused(Refusal::read(sentence)));
    assert_eq!(
        reason("programId is required"),
        "Reason(Invalid { field: \"programId\" })"
    );
    assert_eq!(reason("Task already claimed by \"reviewer\""), "Reason(AlreadyTaken)");
    assert_eq!(
        reason("Cannot complete task in status \"created\""),
        "Reason(ChangedSince)"
    );
    assert_eq!(reason("Invalid transition: done → active"), "Reason(ChangedSince)");
    assert_eq!(reason("Unknown group: \"nobody\""), "Reason(UnknownTarget)");
    assert_eq!(reason("Session not found"), "NotFound");
    assert_eq!(
        reason("Forbidden: cannot grant capabilities you do not hold: keys.read, keys.write"),
        "Missing(keys.read)"
    );
    assert_eq!(
        reason("message exceeds 2000 characters"),
        "Reason(TooLong { field: \"message\", limit: 2000 })"
    );
}

#[test]
fn an_unknown_sentence_is_named_and_never_repeated() {
    let read = |sentence: &str| match Refusal::read(sentence) {
        Refusal::Reason(RejectedReason::Other { reference }) => reference,
        other => panic!("{other:?}"),
    };
    let reference = read("The moon is in the wrong phase for \"builder\".");
    assert_eq!(reference, read("The moon is in the wrong phase for \"reviewer\"."));
    assert_ne!(reference, read("The sun is too bright."));
    assert_eq!(reference.len(), 8);
    let _ = read("");
}
