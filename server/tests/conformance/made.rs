//! Cases that were made after the contract and never recorded (docs/adr/0011): their sentences are made up, but status,
//! envelope, code and what is wrong with which field are the contract's.

use std::collections::BTreeSet;

use serde_json::Value;

use super::cases::{cases_in, fixtures};
use super::records::seed;
use super::replay::Day;
use super::support::Got;

/// Made for a reader: no request leads there on a server like ours, each with the reason.
const FOR_READERS_ALONE: &[(&str, &str)] = &[
    ("capabilities-unknown-to-hosted", "a server like ours has the route"),
    ("captive-portal-html-200", "said by somebody in between"),
    ("context-history-sparse-entry", "we write whole entries"),
    ("dreams-no-inner-success", "not built"),
    ("front-end-html-502", "said by somebody in between"),
    ("keys-create-unknown-refusal", "no such refusal"),
    ("keys-list-revoked-none", "whoever asks has a key"),
    ("keys-rotate-refused", "a key that is gone does not come so far"),
    ("mcp-500", "our own fault"),
    ("options-empty", "said by somebody in between"),
    ("program-state-empty-document", "we write whole documents"),
    ("program-state-null-sections", "we write no such document"),
    ("program-state-outcome-abandoned", "no such outcome"),
    ("program-state-outcome-blocked", "we write whole documents"),
    ("program-state-outcome-completed", "we write whole documents"),
    ("program-state-outcome-deferred", "we write whole documents"),
    ("program-state-outcome-in-progress", "we write whole documents"),
    ("questions-last-page", "its cursor is another server's"),
    ("session-create-429-tenant-ceiling", "mutation ceilings are not built"),
    ("session-update-503-paused", "mutation ceilings are not built"),
    ("sessions-list-every-state-word", "words that we do not use"),
    ("traces-array", "not built"),
];

/// A client's mistake that the hosted server calls its own, and we do not.
const CLIENTS_MISTAKES: [&str; 1] = ["sessions-list-malformed-percent"];

#[tokio::test]
async fn what_was_made_after_the_contract_is_answered_as_it_says() {
    let (seed, cases) = (seed(), cases_in(&fixtures().join("exchanges-made")));
    let mut wrong = Vec::new();
    for case in cases.iter().filter(|case| !is_for_readers_alone(&case.name)) {
        let got = Day::begin(&seed).await.live(case).await;
        let (wanted, told) = (facts(case.status(), &case.response["body"]), facts_of(&got));
        let is_better = CLIENTS_MISTAKES.contains(&case.name.as_str()) && got.status == 400;
        // Without a body, or without issues, the case says nothing about them.
        let told = match &case.response["body"] {
            Value::Null => (told.0, None, None, None, Vec::new()),
            _ if wanted.4.is_empty() => (told.0, told.1, told.2, told.3, Vec::new()),
            _ => told,
        };
        if wanted != told && !is_better {
            wrong.push(format!("{}:\n  wanted {wanted:?}\n  got    {told:?}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn only_cases_that_were_made_are_left_to_readers() {
    let made: BTreeSet<String> = cases_in(&fixtures().join("exchanges-made"))
        .into_iter()
        .map(|case| case.name)
        .collect();
    for (name, _) in FOR_READERS_ALONE {
        assert!(made.contains(*name), "{name} was not made");
    }
    assert!(
        made.len() >= FOR_READERS_ALONE.len() + 20,
        "only {} were made",
        made.len()
    );
}

fn is_for_readers_alone(name: &str) -> bool {
    FOR_READERS_ALONE.iter().any(|(alone, _)| *alone == name)
}

/// Status, both successes, error code, and what is wrong with which field.
type Facts = (u16, Option<bool>, Option<bool>, Option<String>, Vec<(String, String)>);

fn facts_of(got: &Got) -> Facts {
    facts(got.status.as_u16(), &got.body)
}

fn facts(status: u16, body: &Value) -> Facts {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let issues = body["error"]["issues"].as_array().into_iter().flatten();
    (
        status,
        body["success"].as_bool(),
        body["data"]["success"].as_bool(),
        body["error"]["code"].as_str().map(str::to_owned),
        issues
            .map(|issue| (text(&issue["path"]), text(&issue["code"])))
            .collect(),
    )
}

#[test]
fn facts_that_differ_are_noticed() {
    let case = |status, body: Value| facts(status, &body);
    let refused = |path: &str| {
        serde_json::json!({"success": false, "error": {"code": "VALIDATION_ERROR", "message": "x",
            "issues": [{"path": path, "code": "too_big"}]}})
    };
    assert_eq!(case(400, refused("limit")), case(400, refused("limit")));
    assert_ne!(case(400, refused("limit")), case(400, refused("cursor")));
    assert_ne!(case(400, refused("limit")), case(404, refused("limit")));
    assert_ne!(
        case(200, serde_json::json!({"success": true, "data": {"success": true}})),
        case(200, serde_json::json!({"success": true, "data": {"success": false}}))
    );
}
