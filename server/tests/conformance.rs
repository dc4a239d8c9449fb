//! The recorded exchanges of the hosted server, replayed against ours: same status, same envelope, same code, same
//! field names and types, and the same sentences. Where we differ on purpose, the difference is in the table below and
//! in docs/adr/hosted-differences.md, and both are checked against each other.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use axum::body::Body;
use cachebash_core::domain::{RawKey, Span};
use serde_json::{Value, json};
use support::{Got, Person, TestServer};

/// Families of cases that belong to the resources built so far.
const FAMILIES: [&str; 13] = [
    "admin-403-sessions",
    "auth-",
    "capability-missing-is-500-",
    "fleet-health",
    "health-",
    "keys-",
    "program-state-",
    "query-",
    "route-",
    "session-create-",
    "session-list-",
    "session-update-",
    "sessions-",
];

/// Cases of those families that cannot be replayed yet, each with the reason.
const NOT_REPLAYED: [(&str, &str); 4] = [
    (
        "auth-429-too-many-failures",
        "needs sixty failures first; has a test of its own in hostile.rs",
    ),
    ("session-create-402-free-plan", "plan limits are not built"),
    ("session-create-503-no-ceilings", "mutation ceilings are not built"),
    ("session-create-soft-limit-warning", "plan limits are not built"),
];

/// What we answer instead: status and error code, or `None` where the call now succeeds or is refused inside.
const DIFFERENT: [(&str, u16, Option<&str>); 15] = [
    ("capability-missing-is-500-fleet", 403, Some("FORBIDDEN")),
    ("capability-missing-is-500-keys", 403, Some("FORBIDDEN")),
    ("capability-missing-is-500-session-patch", 403, Some("FORBIDDEN")),
    ("health-public", 200, None),
    ("keys-create-new-program", 201, None),
    ("keys-rotate-again-in-grace", 200, None),
    ("program-state-update-sparse-is-500", 200, None),
    ("query-malformed-percent-is-500", 400, Some("VALIDATION_ERROR")),
    ("query-plus-is-literal", 200, None),
    ("query-second-equals-truncates", 200, None),
    ("session-create-id-with-slash", 400, Some("VALIDATION_ERROR")),
    ("session-list-after-upsert", 200, None),
    ("session-update-hyphenated-program-locked-out", 200, None),
    ("sessions-list-limit-fraction", 400, Some("VALIDATION_ERROR")),
    ("program-state-decayed-first-read", 200, None),
];

struct Case {
    name: String,
    request: Value,
    response: Value,
}

fn cases() -> Vec<Case> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/exchanges");
    let mut cases = Vec::new();
    for file in std::fs::read_dir(folder).expect("the recorded exchanges") {
        let mut case: Value = serde_json::from_slice(&std::fs::read(file.unwrap().path()).unwrap()).unwrap();
        let name = case["name"].as_str().unwrap().to_owned();
        let ours = FAMILIES.iter().any(|family| name.starts_with(family));
        if ours && NOT_REPLAYED.iter().all(|(skipped, _)| *skipped != name) {
            cases.push(Case {
                name,
                request: case["request"].take(),
                response: case["response"].take(),
            });
        }
    }
    cases.sort_by(|one, other| one.name.cmp(&other.name));
    cases
}

#[tokio::test]
async fn every_recorded_exchange_gets_the_same_answer_or_a_better_one_that_is_written_down() {
    let cases = cases();
    assert!(cases.len() >= 95, "only {} cases found", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let got = replay(case).await;
        let complaint = match DIFFERENT.iter().find(|(name, ..)| *name == case.name) {
            Some((_, status, code)) => unlike_our_own(&got, *status, *code),
            None => unlike(case, &got),
        };
        if let Some(complaint) = complaint {
            wrong.push(format!("{}: {complaint}\n  got {} {}", case.name, got.status, got.body));
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

#[test]
fn every_difference_is_in_the_record_and_is_a_recorded_case() {
    let record = include_str!("../../docs/adr/hosted-differences.md");
    let names: BTreeSet<String> = cases().into_iter().map(|case| case.name).collect();
    for (name, ..) in DIFFERENT {
        assert!(names.contains(name), "{name} is no recorded case");
        assert!(record.contains(&format!("`{name}`")), "{name} is not in the record");
    }
    for (name, _) in NOT_REPLAYED {
        assert!(record.contains(&format!("`{name}`")), "{name} is not in the record");
    }
}

async fn replay(case: &Case) -> Got {
    let home = TestServer::in_memory();
    let who = case.request["as"].as_str().unwrap();
    if who == "empty" {
        return send(&home.owner(), case).await;
    }
    let people = seed(&home).await;
    prelude(&case.name, &home, &people).await;
    let person = match who {
        "none" => home.anonymous(),
        "custom" => home.with_header(case.request["authorization"].as_str().unwrap()),
        "history" | "query" | "many" | "limited" => people["phone"].clone(),
        name => people
            .get(name)
            .unwrap_or_else(|| panic!("nobody is called {name}"))
            .clone(),
    };
    send(&person, case).await
}

async fn send(person: &Person, case: &Case) -> Got {
    let request = &case.request;
    let (path, query) = (request["path"].as_str().unwrap(), request["query"].as_str().unwrap());
    let target = if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    };
    let body = if case.name == "session-create-body-too-large" {
        // The transcript describes this body instead of holding it.
        json!({"name": "x", "pad": "y".repeat(70_000)}).to_string()
    } else if let Some(raw) = request.get("bodyRaw").and_then(Value::as_str) {
        raw.to_owned()
    } else if request["body"].is_null() {
        String::new()
    } else {
        request["body"].to_string()
    };
    let method = request["method"].as_str().unwrap();
    // The revoked hash of the recording is that of a key the recording made.
    let target = if case.name == "keys-revoke" {
        format!("/v1/keys/{}", person_key_hash(person).await)
    } else {
        target
    };
    person.send(method, &target, Body::from(body)).await
}

async fn person_key_hash(person: &Person) -> String {
    let keys = person.get("/v1/keys").await.done();
    let keys = keys["keys"].as_array().unwrap();
    keys.iter().find(|key| key["label"] == "builder").unwrap()["keyHash"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// The people of the recording and what they had done before it.
async fn seed(home: &TestServer) -> BTreeMap<&'static str, Person> {
    let owner = home.owner();
    let mut people = BTreeMap::new();
    people.insert("owner", owner.clone());
    people.insert("admin", home.agent_with("legacy", &["*"]).await);
    people.insert("phone", home.agent_with("mobile", &["*"]).await);
    let phone_role = [
        "dispatch.read",
        "dispatch.write",
        "relay.read",
        "relay.write",
        "pulse.read",
        "signal.read",
        "signal.write",
        "fleet.read",
        "metrics.read",
        "sprint.read",
        "programs.read",
        "gsp.read",
        "webhooks.read",
        "webhooks.write",
    ];
    people.insert("phone_role", home.agent_with("mobile", &phone_role).await);
    let provisioner = [
        "keys.provision",
        "keys.write",
        "keys.read",
        "dispatch.read",
        "pulse.read",
    ];
    people.insert("provisioner", home.agent_with("ops", &provisioner).await);
    people.insert("builder", home.agent("builder").await);
    people.insert("reviewer", home.agent("reviewer").await);
    people.insert("hyphen", home.agent("admin-mirror").await);
    let rotating = ["pulse.read", "pulse.write", "keys.write", "keys.read"];
    let rotating = json!({"programId": "builder", "label": "Demo rotating", "capabilities": rotating});
    people.insert("rotating", home.agent_who(rotating).await);
    let made = owner
        .post("/v1/keys", json!({"programId": "mobile", "label": "revoked"}))
        .await
        .done();
    owner
        .delete(&format!("/v1/keys/{}", made["keyHash"].as_str().unwrap()))
        .await
        .done();
    people.insert("revoked", home.with_key(made["key"].as_str().unwrap()));

    for session in [
        json!({"name": "Old 0", "sessionId": "builder.old0", "state": "complete"}),
        json!({"name": "Done", "sessionId": "builder.demo1", "state": "complete", "progress": 100}),
        json!({"name": "a b", "sessionId": "s.space", "programId": "a b"}),
        json!({"name": "a+b", "sessionId": "s.plus", "programId": "a+b"}),
        json!({"name": "x&y", "sessionId": "s.amp", "programId": "x&y"}),
        json!({"name": "k", "sessionId": "s.k", "programId": "k"}),
        json!({"name": "Long silent", "sessionId": "builder.stale1", "progress": 10}),
        json!({"name": "Review pass", "sessionId": "reviewer-prod.review7", "programId": "reviewer", "state": "blocked",
            "projectName": "demo-app"}),
        json!({"name": "Prüfung – 日本語 🚀", "sessionId": "builder.unicode", "progress": 99.5, "state": "pinned"}),
        json!({"name": "Wiring the parser", "sessionId": "builder.task1", "progress": 42, "projectName": "demo-app"}),
    ] {
        owner.post("/v1/sessions", session).await.done();
    }
    let pattern = json!({"id": "p1", "domain": "parsing", "pattern": "Prefer streaming decode", "confidence": 0.8,
        "evidence": "run 12", "discoveredAt": "2026-11-17T16:34:27.929Z", "lastReinforced": "2026-11-21T16:34:27.929Z"});
    let state = json!({
        "sessionId": "builder.task1",
        "contextSummary": {
            "lastTask": {"taskId": "task-demo-1", "title": "Wire the parser", "outcome": "in_progress", "notes": "half"},
            "activeWorkItems": ["parser", "cache"], "handoffNotes": "Step 3", "openQuestions": ["Keep v1 shape?"],
        },
        "learnedPatterns": [pattern.clone(), pattern],
        "config": {"toolPreferences": {"search": "rg"}, "knownQuirks": ["flaky net"], "customSettings": {"depth": 3}},
        "baselines": {"avgTaskDurationMinutes": 12.5, "sessionsCompleted": 4, "commonFailureModes": ["timeout"]},
    });
    for program in ["builder", "reviewer", "architect"] {
        owner
            .patch(&format!("/v1/program-state/{program}"), state.clone())
            .await
            .done();
    }
    people
}

/// What the recording had done just before some cases.
async fn prelude(name: &str, home: &TestServer, people: &BTreeMap<&'static str, Person>) {
    match name {
        "keys-old-key-in-grace" | "keys-rotate-again-in-grace" => {
            people["rotating"].post("/v1/keys/rotate", json!({})).await.done();
        }
        "keys-old-key-after-grace" => {
            people["rotating"].post("/v1/keys/rotate", json!({})).await.done();
            home.after(Span::from_secs(30));
        }
        "program-state-after-phone-update" => {
            let body = json!({"baselines": {"sessionsCompleted": 2}});
            people["phone"].patch("/v1/program-state/sage", body).await.done();
        }
        "session-list-after-block" => {
            let body = json!({"status": "Waiting", "state": "blocked", "progress": 60});
            people["phone"].patch("/v1/sessions/builder.task1", body).await.done();
        }
        "session-list-after-upsert" => {
            home.after(Span::from_secs(1));
            people["phone"]
                .patch("/v1/sessions/builder.brand-new", json!({"status": "Hello"}))
                .await
                .done();
        }
        _ => {}
    }
}

fn unlike_our_own(got: &Got, status: u16, code: Option<&str>) -> Option<String> {
    let given = got.body["error"]["code"].as_str();
    (got.status.as_u16() != status || given != code).then(|| format!("wanted {status} {code:?}"))
}

fn unlike(case: &Case, got: &Got) -> Option<String> {
    if got.status.as_u16() != case.response["status"].as_u64().unwrap() as u16 {
        return Some(format!("wanted status {}", case.response["status"]));
    }
    let wanted = &case.response["body"];
    if got.status.is_client_error() {
        // Errors are compared to the letter, all but the moment.
        let strip = |body: &Value| {
            let mut body = body.clone();
            if let Some(meta) = body.get_mut("meta") {
                meta["timestamp"] = Value::Null;
            }
            body
        };
        return (strip(wanted) != strip(&got.body)).then(|| format!("wanted {wanted}"));
    }
    if wanted["data"]["success"] != got.body["data"]["success"] || wanted["success"] != got.body["success"] {
        return Some(format!("wanted {wanted}"));
    }
    for sentence in ["error", "message"] {
        let (want, have) = (&wanted["data"][sentence], &got.body["data"][sentence]);
        if want != have && !DECAYS.contains(&case.name.as_str()) {
            return Some(format!("wanted {sentence} {want}"));
        }
    }
    let mut complaints = Vec::new();
    shape(wanted, &got.body, "", &mut complaints);
    (!complaints.is_empty()).then(|| complaints.join("; "))
}

/// Their message tells of decay, which never runs here.
const DECAYS: [&str; 2] = ["program-state-decayed-first-read", "program-state-context-history"];

/// Objects whose fields are data.
const FREE: [&str; 3] = [".toolPreferences", ".customSettings", ".byModelTier"];
/// The old document of the recording lacks sections; ours was written whole.
const SPARSE: &str = ".data.state";

fn shape(wanted: &Value, got: &Value, path: &str, complaints: &mut Vec<String>) {
    match (wanted, got) {
        (Value::Null, _) | (_, Value::Null) => {}
        _ if FREE.iter().any(|free| path.ends_with(free)) => {}
        (Value::Object(wanted_fields), Value::Object(got_fields)) => {
            let sparse = path == SPARSE && !wanted_fields.contains_key("contextSummary");
            for (name, value) in wanted_fields {
                match got_fields.get(name) {
                    Some(other) => shape(value, other, &format!("{path}.{name}"), complaints),
                    None => complaints.push(format!("{path}.{name} is missing")),
                }
            }
            for name in got_fields
                .keys()
                .filter(|name| !wanted_fields.contains_key(*name) && !sparse && *name != "hasMore")
            {
                complaints.push(format!("{path}.{name} is not theirs"));
            }
        }
        (Value::Array(wanted_items), Value::Array(got_items)) => {
            // Rows may lack what other rows have, so ours must be like one of theirs.
            for (place, item) in got_items.iter().enumerate() {
                let tries: Vec<Vec<String>> = wanted_items
                    .iter()
                    .map(|wanted| {
                        let mut complaints = Vec::new();
                        shape(wanted, item, &format!("{path}[{place}]"), &mut complaints);
                        complaints
                    })
                    .collect();
                complaints.extend(tries.into_iter().min_by_key(Vec::len).unwrap_or_default());
            }
        }
        (wanted, got) => {
            if std::mem::discriminant(wanted) != std::mem::discriminant(got) {
                complaints.push(format!("{path} is {got} where theirs is {wanted}"));
            }
        }
    }
}

#[tokio::test]
async fn the_shape_comparison_notices_a_missing_a_foreign_and_a_changed_field() {
    let complaints = |wanted: Value, got: Value| {
        let mut complaints = Vec::new();
        shape(&wanted, &got, "", &mut complaints);
        complaints.len()
    };
    assert_eq!(complaints(json!({"a": 1, "b": null}), json!({"a": 2, "b": "x"})), 0);
    assert_eq!(complaints(json!({"a": 1}), json!({})), 1);
    assert_eq!(complaints(json!({"a": 1}), json!({"a": 1, "b": 2})), 1);
    assert_eq!(complaints(json!({"a": 1}), json!({"a": "1"})), 1);
    assert_eq!(complaints(json!([{"a": 1}, {"b": 1}]), json!([{"b": 2}])), 0);
    assert_eq!(complaints(json!([{"a": 1}]), json!([{"c": 2}])), 2);
}

#[tokio::test]
async fn the_state_of_the_hosted_default_is_ours_to_the_letter() {
    let home = TestServer::in_memory();
    let case = cases()
        .into_iter()
        .find(|case| case.name == "program-state-default")
        .unwrap();
    let mut wanted = case.response["body"]["data"].clone();
    for moment in ["/state/lastUpdatedAt", "/state/decay/lastDecayRun"] {
        *wanted.pointer_mut(moment).unwrap() = "2026-11-23T12:00:00.000Z".into();
    }
    assert_eq!(home.owner().get("/v1/program-state/auditor").await.done(), wanted);
}

#[test]
fn a_key_hash_is_the_sha_256_of_the_whole_key() {
    let case = cases().into_iter().find(|case| case.name == "keys-create").unwrap();
    let data = &case.response["body"]["data"];
    assert_eq!(
        RawKey::new(data["key"].as_str().unwrap()).hash().as_str(),
        data["keyHash"].as_str().unwrap()
    );
}
