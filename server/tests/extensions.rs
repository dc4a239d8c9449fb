//! Every marked example of docs/contract-extensions.md is what the server really answers, told the same story.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::Request;
use futures_util::StreamExt;
use serde_json::{Value, json};
use support::{Person, TestServer};
use tower::ServiceExt;

/// The text of each example, by its name.
fn examples() -> BTreeMap<&'static str, &'static str> {
    let page = include_str!("../../docs/contract-extensions.md");
    let marked = page.split("<!-- example: ").skip(1);
    marked
        .map(|rest| {
            let (name, rest) = rest.split_once(" -->\n").unwrap();
            let code = rest.strip_prefix("```").unwrap();
            let code = &code[code.find('\n').unwrap() + 1..];
            (name, code.split_once("```").unwrap().0)
        })
        .collect()
}

#[track_caller]
fn is_the_example(name: &str, got: &Value) {
    let text = examples()[name];
    let example: Value = serde_json::from_str(text).unwrap();
    assert_eq!(*got, example, "{name} is\n{got:#}");
}

/// The same names, and values of the same types.
fn same_shape(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            one.keys().eq(other.keys())
                && one
                    .values()
                    .zip(other.values())
                    .all(|(one, other)| same_shape(one, other))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.iter().zip(other.iter()).all(|(one, other)| same_shape(one, other))
        }
        (Value::String(_), Value::String(_)) | (Value::Bool(_), Value::Bool(_)) | (Value::Null, Value::Null) => true,
        (Value::Number(_), Value::Number(_)) => true,
        _ => false,
    }
}

/// The cursor of someone who has read everything.
async fn present(person: &Person) -> String {
    person.get("/v1/sync?limit=1000").await.done()["cursor"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn the_examples_are_what_is_answered() {
    let home = TestServer::in_memory();
    let builder = home.agent("builder").await;
    let before = present(&builder).await;
    let body = json!({ "sessionId": "builder.auth", "name": "Building auth module", "progress": 0 });
    builder.post("/v1/sessions", body).await.done();
    is_the_example("sync", &builder.get(&format!("/v1/sync?cursor={before}")).await.body);
    is_the_example(
        "timeline",
        &builder.get("/v1/sessions/builder.auth/timeline").await.body,
    );
    let others = home.owner().get("/v1/sync").await.done()["cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    is_the_example(
        "sync, expired",
        &builder.get(&format!("/v1/sync?cursor={others}")).await.body,
    );
    events(&home, &builder).await;
    let report = json!({ "status": "Writing tests", "idempotency_key": "report-1" });
    for _ in 0..2 {
        builder.patch("/v1/sessions/builder.auth", report.clone()).await.done();
    }
    let got = builder.patch("/v1/sessions/builder.auth", report).await;
    is_the_example("idempotency", &got.body);
}

async fn events(home: &TestServer, builder: &Person) {
    let request = Request::get("/v1/events")
        .header("authorization", builder.authorization())
        .body(Body::empty())
        .unwrap();
    let mut stream = home
        .server
        .router()
        .oneshot(request)
        .await
        .unwrap()
        .into_body()
        .into_data_stream();
    let mut heard = String::new();
    let mut hear = async || {
        let piece = stream.next().await.unwrap().unwrap();
        heard.push_str(std::str::from_utf8(&piece).unwrap());
    };
    hear().await;
    builder
        .patch("/v1/programs/builder", json!({ "color": "#aa3355" }))
        .await
        .done();
    hear().await;
    let example = examples()["events"];
    let (events, beat) = example.split_once("\n\n: heartbeat").unwrap();
    assert_eq!(format!("{events}\n\n"), heard);
    assert_eq!(beat, "\n\n");
}

#[tokio::test]
async fn the_capabilities_have_the_examples_shape() {
    let told = TestServer::with_limits().anonymous().get("/v1/capabilities").await.body;
    let example: Value = serde_json::from_str(examples()["capabilities, shape only"]).unwrap();
    assert!(same_shape(&told, &example), "they are {told:#}");
}
