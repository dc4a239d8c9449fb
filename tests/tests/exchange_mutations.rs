//! The comparison of exchanges is itself compared: a reply that lost a field, or in which a value changed its place,
//! must be noticed at every field the contract names, on every endpoint the client calls.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cachebash_tests::exchange::{Case, ErrorTable, cases_in, named_places, replay, replay_changed};
use cachebash_tests::mock_server::Endpoint;
use serde_json::Value;

/// A place without its row numbers: `/sessions/*/state`.
fn field_of(place: &str) -> String {
    let steps: Vec<&str> = place
        .split('/')
        .map(|step| {
            if step.bytes().all(|b| b.is_ascii_digit()) && !step.is_empty() {
                "*"
            } else {
                step
            }
        })
        .collect();
    steps.join("/")
}

/// For every endpoint that is called, each of its named fields once, in a recorded success that has it.
async fn fields_by_endpoint() -> BTreeMap<String, Vec<(Case, String)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/exchanges");
    let table = ErrorTable::checked_in();
    let mut met = BTreeSet::new();
    let mut fields: BTreeMap<String, Vec<(Case, String)>> = BTreeMap::new();
    for (_, case) in cases_in(&folder).unwrap() {
        let case = case.unwrap();
        let endpoint = Endpoint::of(&case.request.method, &case.request.path);
        let places = named_places(&case);
        if places.is_empty() || replay(&case, &table).await.error.is_some() {
            continue;
        }
        for place in places {
            // A null and a value of the same field are two fields here.
            let is_null = case.reply.body.pointer(&place).is_some_and(Value::is_null);
            if met.insert((format!("{endpoint:?}"), field_of(&place), is_null)) {
                fields
                    .entry(format!("{endpoint:?}"))
                    .or_default()
                    .push((case.clone(), place));
            }
        }
    }
    fields
}

async fn is_noticed(case: &Case, body: Value) -> bool {
    let mut sent = case.reply.clone();
    sent.body = body;
    !replay_changed(case, &sent, &ErrorTable::checked_in())
        .await
        .faults
        .is_empty()
}

fn without(body: &Value, place: &str) -> Value {
    let mut body = body.clone();
    let (holder, field) = place.rsplit_once('/').unwrap();
    body.pointer_mut(holder)
        .unwrap()
        .as_object_mut()
        .unwrap()
        .remove(field)
        .unwrap();
    body
}

/// Another value of the same kind, so that it still decodes: for words, another word of the API.
fn another(value: &Value) -> Value {
    let swapped = [
        ("active", "blocked"),
        ("blocked", "active"),
        ("done", "active"),
        ("completed", "deferred"),
        ("in_progress", "blocked"),
        ("working", "pinned"),
        ("pinned", "blocked"),
    ];
    match value {
        Value::Bool(flag) => Value::Bool(!flag),
        Value::Number(number) => serde_json::json!(number.as_f64().unwrap() + 1.0),
        Value::String(text) => swapped
            .iter()
            .find(|(word, _)| word == text)
            .map_or_else(|| format!("{text}x"), |(_, w)| (*w).to_owned())
            .into(),
        Value::Array(rows) if rows.is_empty() => serde_json::json!(["x"]),
        Value::Array(rows) => rows[1..].into(),
        Value::Object(_) | Value::Null => Value::Null,
    }
}

#[tokio::test]
async fn a_dropped_field_is_noticed_on_every_endpoint() {
    let fields = fields_by_endpoint().await;
    assert_eq!(fields.len(), 13, "{:?}", fields.keys());
    for (endpoint, places) in &fields {
        for (case, place) in places {
            assert!(
                is_noticed(case, without(&case.reply.body, place)).await,
                "{endpoint}: {place} of {}",
                case.name
            );
        }
    }
}

#[tokio::test]
async fn a_changed_value_is_noticed_on_every_endpoint() {
    for (endpoint, places) in fields_by_endpoint().await {
        for (case, place) in places {
            let mut body = case.reply.body.clone();
            let value = body.pointer_mut(&place).unwrap();
            let changed = another(value);
            if changed == *value {
                // Nothing but null is known of this field here; what it may hold else is another case's matter.
                continue;
            }
            *value = changed;
            assert!(is_noticed(&case, body).await, "{endpoint}: {place} of {}", case.name);
        }
    }
}

#[tokio::test]
async fn null_and_absent_are_two_things() {
    for (endpoint, places) in fields_by_endpoint().await {
        for (case, place) in places {
            let body = without(&case.reply.body, &place);
            let mut absent = case.clone();
            absent.reply.body = body;
            // Recorded without the field, sent with a null in it.
            let mut sent = case.reply.clone();
            *sent.body.pointer_mut(&place).unwrap() = Value::Null;
            let outcome = replay_changed(&absent, &sent, &ErrorTable::checked_in()).await;
            let decides = place.ends_with("/success");
            assert!(
                decides || !outcome.faults.is_empty(),
                "{endpoint}: {place} of {}",
                case.name
            );
        }
    }
}
