//! The document tells what answers, no more and no less, and its examples are taken as they stand.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use support::TestServer;
use support::contract::{contract, operations};

#[tokio::test]
async fn whoever_asks_for_the_document_gets_it_without_a_key() {
    let home = TestServer::in_memory();
    let got = home.anonymous().get("/v1/openapi.json").await;
    assert_eq!(got.status, 200);
    assert_eq!(got.headers["content-type"], "application/json");
    assert_eq!(got.body["openapi"], "3.1.1");
    assert_eq!(got.body, contract().await.document);
    // Only to read.
    assert_eq!(
        home.anonymous().post("/v1/openapi.json", json!({})).await.failure().0,
        401
    );
    assert_eq!(home.owner().post("/v1/openapi.json", json!({})).await.failure().0, 404);
}

/// MCP insists on it.
const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

/// A path with something in the place of its arguments.
fn filled(template: &str) -> String {
    let segment = |segment: &str| {
        match segment {
            "{sessionId}" => "builder.t",
            "{programId}" => "builder",
            _ if segment.starts_with('{') => "0",
            _ => segment,
        }
        .to_owned()
    };
    let path = template.split('/').map(segment).collect::<Vec<_>>().join("/");
    // From a good place it would answer for ever.
    if path == "/v1/events" {
        format!("{path}?cursor=0")
    } else {
        path
    }
}

#[tokio::test]
async fn every_route_of_the_document_answers() {
    let home = TestServer::in_memory();
    let document = &contract().await.document;
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let (method, target) = (method.to_ascii_uppercase(), filled(path));
            let got = home.owner().send(&method, &target, "").await;
            let message = got.body["error"]["message"].as_str().unwrap_or_default();
            assert_ne!(message, format!("{method} {path} not found"));
            assert_ne!(message, format!("{method} {target} not found"));
        }
    }
}

#[tokio::test]
async fn a_key_is_needed_where_the_document_says_so_and_nowhere_else() {
    let home = TestServer::in_memory();
    let document = &contract().await.document;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let open = operation.get("security") == Some(&json!([]));
            let got = home
                .anonymous()
                .send(&method.to_ascii_uppercase(), &filled(path), "")
                .await;
            assert_eq!(got.status != 401, open, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn every_example_of_a_body_is_valid_and_is_taken() {
    let contract = contract().await;
    let mut shown = 0;
    for (path, item) in contract.document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let examples = &operation["requestBody"]["content"]["application/json"]["examples"];
            for example in examples.as_object().into_iter().flatten() {
                let (id, body) = (operation["operationId"].as_str().unwrap(), &example.1["value"]);
                assert_eq!(contract.complaint(id, body), None, "{id}");
                let home = TestServer::in_memory();
                let method = method.to_ascii_uppercase();
                let got = home
                    .owner()
                    .send_with(&method, &filled(path), &JSON, body.to_string())
                    .await;
                // Some speak of a record that a new server does not have.
                assert!(got.status.is_success() || got.status == 404, "{id}: {got:?}");
                shown += 1;
            }
        }
    }
    assert!(shown >= 4, "{shown} examples");
}

#[tokio::test]
async fn every_operation_tells_its_answer_and_what_can_go_wrong() {
    let document = &contract().await.document;
    let all = operations(document);
    assert!(all.len() > 10);
    for (place, operation) in all {
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{place}");
        assert!(!operation["summary"].as_str().unwrap().is_empty(), "{place}");
        // It has ways of its own.
        if operation["tags"] == json!(["mcp"]) {
            continue;
        }
        if operation.get("security") != Some(&json!([])) {
            // What takes nothing is never asked wrongly.
            let takes_nothing = operation["operationId"] == "metrics";
            for status in ["400", "401", "429", "503"] {
                assert!(
                    responses.contains_key(status) || takes_nothing && status == "400",
                    "{place} {status}"
                );
            }
        }
        let may_only_look = place.ends_with("/get");
        let header = json!({ "$ref": "#/components/parameters/IdempotencyKey" });
        let parameters = operation.get("parameters").and_then(Value::as_array);
        let repeatable = parameters.is_some_and(|all| all.contains(&header));
        assert!(repeatable || may_only_look, "{place}");
        assert_eq!(responses.contains_key("409"), repeatable, "{place}");
    }
}

#[tokio::test]
async fn a_field_that_is_not_described_is_noticed() {
    let home = TestServer::in_memory();
    let contract = contract().await;
    let got = home.owner().get("/v1/keys").await;
    let held = |body: &Value| {
        let hold = || contract.hold("GET", "/v1/keys", got.status, body);
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(hold)).is_ok()
    };
    assert!(held(&got.body));
    for (place, value) in [
        ("/data/keys/0", json!({})),
        ("/data/count", json!("1")),
        ("/data/keys/0/createdAt", json!("yesterday")),
        ("/meta", json!({})),
    ] {
        let mut body = got.body.clone();
        *body.pointer_mut(place).unwrap() = value;
        assert!(!held(&body), "{place}");
    }
    let mut body = got.body.clone();
    body["data"]["keys"][0]["more"] = json!(1);
    assert!(!held(&body));
}
