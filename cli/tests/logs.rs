//! What a server logs, at its most talkative: no key and nothing that anybody wrote.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod support;

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};
use support::{World, post};

#[test]
fn a_server_that_logs_everything_quotes_nobody() {
    let world = World::new();
    let mut command = world.command(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--json",
        "--limits",
        "off",
        "--data",
    ]);
    command.arg(world.folder("hub")).env("RUST_LOG", "trace");
    let served = world.serve_as(command);
    let key = served.owner_key.clone().unwrap();
    let headers = [
        format!("Authorization: Bearer {key}"),
        "Content-Type: application/json".to_owned(),
        "Mcp-Session-Id: any".to_owned(),
    ];
    let call = |tool: &str, arguments: Value| {
        let params = json!({ "name": tool, "arguments": arguments });
        let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
        let (status, body) = post(&format!("{}/v1/mcp", served.url), &headers, &message.to_string());
        assert!(status.contains(" 200 "), "{status} {body}");
        let reply: Value = serde_json::from_str(&body).unwrap();
        serde_json::from_str::<Value>(reply["result"]["content"][0]["text"].as_str().unwrap()).unwrap()
    };
    let asked = call(
        "ask_question",
        json!({ "question": "May the heron nest?", "options": ["heron-yes"] }),
    );
    assert_eq!(asked["success"], true);
    call(
        "answer_question",
        json!({ "questionId": asked["questionId"], "response": "heron-yes" }),
    );
    let sent = json!({ "name": "heron session", "sessionId": "legacy.h", "status": "heron at work" });
    assert_eq!(call("create_session", sent)["success"], true);
    let made = call("create_key", json!({ "programId": "builder", "label": "heron key" }));

    // Something that it does log.
    let mut stream = TcpStream::connect(served.url.strip_prefix("http://").unwrap()).unwrap();
    stream.write_all(b"no HTTP\r\n\r\n").unwrap();
    stream.read_to_string(&mut String::new()).unwrap();

    let log = served.terminate_and_tell();
    assert!(log.contains("a connection ended early"), "{log}");
    for secret in [key.as_str(), made["key"].as_str().unwrap(), "heron"] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None);
    }
}
