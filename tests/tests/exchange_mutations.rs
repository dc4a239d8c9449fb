//! The comparison of exchanges is itself compared: a reply that lost a field, or in which a value changed its place,
//! must be noticed at every field the contract names, on every endpoint the client calls.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cachebash_core::api::{Call, KeysOf};
use cachebash_tests::exchange::{Case, ErrorTable, cases_in, named_places, replay, replay_all, replay_changed};
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
    assert_eq!(fields.len(), 42, "{:?}", fields.keys());
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

/// A recording in which the value at `place` is another one, for the reply and the judge alike.
fn with(case: &Case, place: &str, value: Value) -> Case {
    let mut changed = case.clone();
    *changed.reply.body.pointer_mut(place).unwrap() = value;
    changed
}

fn recorded(name: &str) -> Case {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/exchanges");
    let cases = cases_in(&folder).unwrap();
    cases.into_iter().find(|(file, _)| file == name).unwrap().1.unwrap()
}

#[tokio::test]
async fn each_word_of_the_contract_keeps_its_meaning_whether_it_was_recorded_or_not() {
    let table = ErrorTable::checked_in();
    let words: [(&str, &str, &[&str]); 3] = [
        (
            "program-state-exists",
            "/data/state/contextSummary/lastTask/outcome",
            &["completed", "in_progress", "blocked", "deferred", "abandoned"],
        ),
        (
            "fleet-health",
            "/data/programs/0/lastReportedState",
            &["working", "blocked", "complete", "pinned", "idle", "stale", "adrift"],
        ),
        (
            "sessions-history",
            "/data/sessions/0/state",
            &["active", "blocked", "pinned", "done", "adrift"],
        ),
    ];
    for (name, place, words) in words {
        for word in words {
            let outcome = replay(&with(&recorded(name), place, (*word).into()), &table).await;
            assert_eq!(outcome.faults, [""; 0], "{name}: {word}");
        }
    }
}

#[tokio::test]
async fn what_an_error_says_beside_its_name_is_compared() {
    let table = ErrorTable::checked_in();
    for (name, place, value) in [
        ("sessions-list-two-errors", "/error/issues/0/path", "x".into()),
        ("sessions-list-two-errors", "/error/issues/1/code", "x".into()),
        ("rate-limit-429-key", "/error/retryAfter", 31.into()),
        ("session-create-soft-limit-warning", "/data/_pricing", Value::Null),
        ("fleet-health", "/meta/timestamp", "2026-11-22T16:34:35.000Z".into()),
    ] {
        let case = recorded(name);
        let sent = with(&case, place, value).reply;
        assert_ne!(
            replay_changed(&case, &sent, &table).await.faults,
            [""; 0],
            "{name}: {place}"
        );
    }
    for name in ["session-create-503-no-ceilings", "breaker-429-key-ceiling"] {
        let case = recorded(name);
        let mut sent = case.reply.clone();
        sent.headers.retain(|(header, _)| header != "retry-after");
        assert_ne!(replay_changed(&case, &sent, &table).await.faults, [""; 0], "{name}");
    }
}

#[tokio::test]
async fn a_recording_that_breaks_the_contract_fails() {
    let table = ErrorTable::checked_in();
    for (name, place, value) in [
        ("sessions-list-default", "/success", false.into()),
        ("sessions-list-default", "/data/success", false.into()),
        ("sessions-list-default", "/data/success", "true".into()),
        ("sessions-list-default", "/data/count", 0.into()),
        ("sessions-list-default", "/data/sessions", Value::Null),
        ("sessions-list-default", "/data/sessions/0", serde_json::json!([])),
        ("sessions-list-default", "", serde_json::json!({})),
        ("keys-revoke-unknown", "/data/success", true.into()),
        ("tasks-list-default", "/data/success", false.into()),
        ("tasks-list-default", "/data", Value::Null),
        ("session-create-402-free-plan", "/success", true.into()),
        ("session-create-402-free-plan", "/error/code", "FORBIDDEN".into()),
        ("session-create-402-free-plan", "/error/message", Value::Null),
        ("sessions-list-limit-0", "/error/issues", serde_json::json!([])),
        ("rate-limit-429-key", "/error/retryAfter", Value::Null),
        ("mcp-list-sessions", "/jsonrpc", Value::Null),
    ] {
        let outcome = replay(&with(&recorded(name), place, value), &table).await;
        assert_ne!(outcome.faults, [""; 0], "{name}: {place}");
    }
    let mut moved = recorded("session-create-402-free-plan");
    moved.reply.status = 400;
    assert_ne!(replay(&moved, &table).await.faults, [""; 0]);
}

#[tokio::test]
async fn a_revoked_key_is_asked_for_and_told_as_such() {
    let mut case = recorded("keys-list");
    case.request.query = "includeRevoked=true".to_owned();
    let revoked = with(&case, "/data/keys/0/active", false.into());
    let revoked = with(&revoked, "/data/keys/0/revokedAt", "2026-11-22T16:34:34.802Z".into());
    assert_eq!(replay(&revoked, &ErrorTable::checked_in()).await.faults, [""; 0]);
    let asked = KeysOf { include_revoked: true }.request().unwrap();
    assert_eq!(asked.query, "includeRevoked=true");
}

#[tokio::test]
async fn an_odd_file_is_a_failed_case_and_not_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let whole = recorded("sessions-list-default").reply.body;
    let odd = serde_json::json!({
        "request": {"method": "GET", "path": "/v1/sessions"},
        "response": {"status": 200, "headers": {"content-type": "application/json"}, "body": whole},
    });
    let mut listed = odd.clone();
    listed["response"]["body"]["data"]["sessions"] = serde_json::json!([[], 1, "x", null]);
    for (name, text) in [
        ("a.json", "{".to_owned()),
        ("b.json", "{}".to_owned()),
        ("c.json", listed.to_string()),
        ("d.json", odd.to_string()),
        ("e.txt", "not looked at".to_owned()),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let report = replay_all(folder.path()).await.unwrap();
    let failed: Vec<_> = report.failures.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(failed, ["a", "b", "c"]);
    assert_eq!(report.passed(), 1);
}

/// Every place of a tool's answer, which is text within the reply.
#[tokio::test]
async fn a_field_that_a_tools_answer_lost_is_noticed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/exchanges");
    let mut noticed = 0;
    for (_, case) in cases_in(&folder).unwrap() {
        let case = case.unwrap();
        let text = "/result/content/0/text";
        let answer = case.reply.body.pointer(text).and_then(Value::as_str);
        let Some(Value::Object(answer)) = answer.and_then(|text| serde_json::from_str(text).ok()) else {
            continue;
        };
        // What a refusal says beside its sentence is not read.
        for field in answer
            .keys()
            .filter(|_| answer.get("success") == Some(&Value::Bool(true)))
        {
            let mut without = answer.clone();
            without.remove(field);
            let mut body = case.reply.body.clone();
            *body.pointer_mut(text).unwrap() = Value::Object(without).to_string().into();
            let decides = field == "success";
            assert!(decides || is_noticed(&case, body).await, "{field} of {}", case.name);
            noticed += 1;
        }
    }
    assert!(noticed > 20, "{noticed}");
}
