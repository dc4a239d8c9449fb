//! MCP as the contract has it (section 10), through the real router: every recorded exchange's behaviour, and both ages of the
//! protocol. The official SDKs are tried against the whole program in tests/mcp.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use axum::body::Body;
use cachebash_core::domain::Span;
use serde_json::{Value, json};
use support::{Got, Person, TestServer};

const MCP: &str = "/v1/mcp";
const JSON: (&str, &str) = ("content-type", "application/json");

/// Someone who speaks MCP of the age with sessions.
struct Agent {
    person: Person,
    session: String,
}

impl Agent {
    /// Shakes hands.
    async fn of(person: Person) -> Self {
        let got = say(&person, &[JSON], initialize("2025-06-18")).await;
        assert_eq!(got.status, 200, "{got:?}");
        let session = got.headers["mcp-session-id"].to_str().unwrap().to_owned();
        Self { person, session }
    }

    async fn say(&self, message: Value) -> Got {
        say(&self.person, &[JSON, ("mcp-session-id", &self.session)], message).await
    }

    async fn call(&self, tool: &str, arguments: Value) -> Told {
        let got = self.say(call(7, tool, arguments)).await;
        assert_eq!(got.status, 200, "{got:?}");
        assert_eq!(got.headers["mcp-session-id"], self.session.as_str());
        assert_eq!(
            (&got.body["jsonrpc"], &got.body["id"]),
            (&json!("2.0"), &json!(7)),
            "{got:?}"
        );
        Told::of(&got.body["result"])
    }

    async fn tools(&self) -> Vec<Value> {
        let got = self
            .say(json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" }))
            .await;
        got.body["result"]["tools"].as_array().unwrap().clone()
    }
}

/// A tool's answer: its text, and whether it is an error.
#[derive(Debug, PartialEq)]
struct Told {
    text: String,
    is_error: bool,
}

impl Told {
    fn of(result: &Value) -> Self {
        let blocks = result["content"].as_array().unwrap();
        assert_eq!(blocks.len(), 1, "{result}");
        assert_eq!(blocks[0]["type"], "text", "{result}");
        // Absent unless it is one.
        let is_error = result.get("isError").is_some();
        assert!(!is_error || result["isError"] == true, "{result}");
        Self {
            text: blocks[0]["text"].as_str().unwrap().to_owned(),
            is_error,
        }
    }

    #[track_caller]
    fn data(&self) -> Value {
        assert!(!self.is_error, "{self:?}");
        serde_json::from_str(&self.text).unwrap()
    }

    #[track_caller]
    fn error(&self) -> &str {
        assert!(self.is_error, "{self:?}");
        &self.text
    }
}

fn initialize(version: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": version, "capabilities": {}, "clientInfo": { "name": "demo-client", "version": "0.0.1" },
    } })
}

fn call(id: u64, tool: &str, arguments: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": { "name": tool, "arguments": arguments } })
}

async fn say(person: &Person, headers: &[(&str, &str)], message: Value) -> Got {
    person.send_with("POST", MCP, headers, message.to_string()).await
}

/// The JSON-RPC error of a message that was refused as a whole.
#[track_caller]
fn refused(got: &Got) -> (u16, i64, &str) {
    assert_eq!(got.body["jsonrpc"], "2.0", "{got:?}");
    let error = &got.body["error"];
    (
        got.status.as_u16(),
        error["code"].as_i64().unwrap(),
        error["message"].as_str().unwrap(),
    )
}

#[tokio::test]
async fn a_handshake_names_the_server_and_hands_out_a_session() {
    let home = TestServer::in_memory();
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let got = say(&home.owner(), &[JSON], initialize(version)).await;
        assert_eq!(got.status, 200);
        let result = &got.body["result"];
        assert_eq!(result["protocolVersion"], version);
        assert_eq!(result["capabilities"], json!({ "tools": {} }));
        assert_eq!(result["serverInfo"]["name"], "cachebash-mcp");
        assert_eq!(got.body["id"], 1);
    }
    let unheard_of = say(&home.owner(), &[JSON], initialize("1999-01-01")).await;
    assert_eq!(unheard_of.body["result"]["protocolVersion"], "2025-11-25");

    let agent = Agent::of(home.owner()).await;
    let got = agent
        .say(json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }))
        .await;
    assert_eq!((got.status.as_u16(), got.body), (202, Value::Null));
    let got = agent
        .say(json!({ "jsonrpc": "2.0", "id": "p", "method": "ping" }))
        .await;
    assert_eq!(got.body, json!({ "jsonrpc": "2.0", "id": "p", "result": {} }));
}

#[tokio::test]
async fn a_session_id_belongs_to_every_message_but_the_first() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    let got = say(&owner, &[JSON], call(1, "list_sessions", json!({}))).await;
    assert_eq!(refused(&got), (400, -32600, "Mcp-Session-Id header is required"));
    assert_eq!(got.body["id"], Value::Null);

    let known = Agent::of(home.owner()).await;
    let got = known.say(initialize("2025-06-18")).await;
    assert_eq!(
        refused(&got),
        (400, -32600, "Initialize must not include Mcp-Session-Id")
    );

    let text = [("content-type", "text/plain"), ("mcp-session-id", "x")];
    let got = say(&owner, &text, call(1, "list_sessions", json!({}))).await;
    assert_eq!(refused(&got), (400, -32600, "Content-Type must be application/json"));
}

#[tokio::test]
async fn a_session_nobody_knows_still_works_because_the_key_decides() {
    let home = TestServer::in_memory();
    let lost = Agent {
        person: home.owner(),
        session: "0".repeat(32),
    };
    assert_eq!(lost.call("list_sessions", json!({})).await.data()["count"], 0);
}

#[tokio::test]
async fn without_a_good_key_mcp_answers_in_its_own_shape() {
    let home = TestServer::in_memory();
    let message = call(1, "list_sessions", json!({}));
    let told = |description: &str| json!({ "error": "unauthorized", "error_description": description });

    let got = say(&home.anonymous(), &[JSON], message.clone()).await;
    assert_eq!((got.status.as_u16(), got.body), (401, told("Bearer token required")));
    let stranger = home.with_key(&format!("cb_{}", "9".repeat(64)));
    let got = say(&stranger, &[JSON], message).await;
    assert_eq!((got.status.as_u16(), got.body), (401, told("Invalid or expired token")));
    let got = home.anonymous().send("GET", MCP, Body::empty()).await;
    assert_eq!(got.status, 401);
    let got = home.anonymous().send("POST", "/v1/mcp/heartbeat", Body::empty()).await;
    assert_eq!((got.status.as_u16(), got.body), (401, told("Bearer token required")));
    // Only MCP's own paths.
    let got = home.anonymous().send("GET", "/v1/mcpx", Body::empty()).await;
    assert_eq!(got.failure().1, "UNAUTHORIZED");
}

#[tokio::test]
async fn there_is_no_stream_to_get_and_leaving_is_polite() {
    let home = TestServer::in_memory();
    let got = home.owner().get(MCP).await;
    assert_eq!((got.status.as_u16(), got.body), (405, Value::Null));
    let got = home.owner().delete(MCP).await;
    assert_eq!((got.status.as_u16(), got.body), (200, Value::Null));
}

#[tokio::test]
async fn the_tools_are_those_the_key_may_use() {
    let home = TestServer::in_memory();
    let all = Agent::of(home.owner()).await.tools().await;
    let names: Vec<&str> = all.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    for name in [
        "pulse_list_sessions",
        "pulse_create_session",
        "state_update_program_state",
        "keys_rotate_key",
    ] {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
    let list = all.iter().find(|tool| tool["name"] == "pulse_list_sessions").unwrap();
    assert_eq!(list["inputSchema"]["type"], "object");
    assert_eq!(list["inputSchema"]["properties"]["limit"]["maximum"], 50);
    assert_eq!(list["annotations"]["readOnlyHint"], true);
    assert!(list["description"].as_str().unwrap().len() > 10);

    let reader = home.agent_with("reader", &["pulse.read"]).await;
    for tool in Agent::of(reader).await.tools().await {
        let name = tool["name"].as_str().unwrap();
        assert!(name.starts_with("pulse_"), "{name} needs more than pulse.read");
        assert_eq!(tool["annotations"]["readOnlyHint"], true, "{name}");
    }
}

#[tokio::test]
async fn a_tool_answers_to_both_of_its_names() {
    let home = TestServer::in_memory();
    let agent = Agent::of(home.agent("builder").await).await;
    let asked = json!({ "name": "From MCP", "sessionId": "builder.mcp1", "programId": "builder" });
    let made = agent.call("create_session", asked).await.data();
    assert_eq!(
        made,
        json!({ "success": true, "sessionId": "builder.mcp1", "message": "Session created: \"From MCP\"" })
    );
    let asked = json!({ "sessionId": "builder.mcp1", "status": "Running", "progress": 10 });
    let told = agent.call("pulse_update_session", asked).await.data();
    assert_eq!(told["message"], "Status updated: \"Running\"");
    // And REST sees the same.
    assert_eq!(home.owner().session("builder.mcp1").await["progress"], 10);
    // What REST keeps for admins, MCP gives to whoever may read.
    let listed = agent.call("list_sessions", json!({ "limit": 1 })).await.data();
    assert_eq!(listed["sessions"][0]["sessionId"], "builder.mcp1");
    assert_eq!(
        listed,
        agent.call("pulse_list_sessions", json!({ "limit": 1 })).await.data()
    );
    let state = agent
        .call("get_program_state", json!({ "programId": "builder" }))
        .await
        .data();
    assert_eq!(state["exists"], false);
}

#[tokio::test]
async fn a_key_is_made_over_mcp_and_opens_the_door() {
    let home = TestServer::in_memory();
    let owner = Agent::of(home.owner()).await;
    let made = owner
        .call("create_key", json!({ "programId": "tester", "label": "From MCP" }))
        .await
        .data();
    assert_eq!((&made["success"], &made["programId"]), (&json!(true), &json!("tester")));
    let tester = Agent::of(home.with_key(made["key"].as_str().unwrap())).await;
    assert_eq!(tester.call("list_sessions", json!({})).await.data()["success"], true);
}

#[tokio::test]
async fn what_is_wrong_is_told_as_text() {
    let home = TestServer::in_memory();
    let agent = Agent::of(home.agent("builder").await).await;
    assert_eq!(
        agent.call("no_such_tool", json!({})).await.error(),
        "Unknown tool: no_such_tool"
    );

    let told = agent.call("list_sessions", json!({ "limit": 60 })).await;
    let issues: Value = serde_json::from_str(told.error().strip_prefix("Error: ").unwrap()).unwrap();
    let issue = json!({ "code": "too_big", "path": ["limit"], "message": "Too big: expected number to be <=50" });
    assert_eq!(issues, json!([issue]));

    let asked = json!({ "programId": "builder", "contextSummary": { "activeWorkItems": ["fine", 7] } });
    let told = agent.call("update_program_state", asked).await;
    let issues: Value = serde_json::from_str(told.error().strip_prefix("Error: ").unwrap()).unwrap();
    assert_eq!(issues[0]["path"], json!(["contextSummary", "activeWorkItems", 1]));

    let told = agent.call("list_keys", json!({})).await;
    let sentence = told.error();
    assert!(
        sentence.starts_with("Insufficient capability: list_keys requires \"keys.read\" but key has [dispatch.read, "),
        "{sentence}"
    );

    // A tool that refuses by itself made no error.
    let asked = json!({ "sessionId": "reviewer.r1", "status": "mine now" });
    home.agent("reviewer")
        .await
        .post("/v1/sessions", json!({ "sessionId": "reviewer.r1", "name": "R" }))
        .await
        .done();
    let told = agent.call("update_session", asked).await;
    assert_eq!(told.data()["success"], false);
}

#[tokio::test]
async fn a_key_that_asks_too_often_is_told_when_to_come_back() {
    let home = TestServer::with_limits();
    let agent = Agent::of(home.agent("builder").await).await;
    let left = async || {
        let got = agent.say(call(7, "list_sessions", json!({ "limit": 1 }))).await;
        ["limit", "remaining", "reset"].map(|of| {
            let header = &got.headers[format!("x-ratelimit-{of}")];
            header.to_str().unwrap().to_owned()
        })
    };
    assert_eq!(left().await, ["60", "59", "1795435260"]);
    for _ in 0..68 {
        agent.call("list_sessions", json!({ "limit": 1 })).await.data();
    }
    assert_eq!(left().await, ["60", "0", "1795435260"], "the burst");
    let told = agent.call("list_sessions", json!({ "limit": 1 })).await;
    let told: Value = serde_json::from_str(told.error()).unwrap();
    assert_eq!(
        told,
        json!({
            "error": "RATE_LIMIT_EXCEEDED", "message": "Rate limit exceeded. Retry after 30 seconds.", "tier": "free",
            "retryAfter": 30, "limit": 60, "remaining": 0, "resetAt": "2026-11-23T12:01:00.000Z", "scope": "key",
        })
    );
    home.after(Span::from_mins(2));
    agent.call("list_sessions", json!({ "limit": 1 })).await.data();
}

#[tokio::test]
async fn a_write_with_an_idempotency_key_happens_once() {
    let home = TestServer::in_memory();
    let agent = Agent::of(home.agent("builder").await).await;
    let asked = json!({ "name": "Once", "programId": "builder", "idempotency_key": "k1" });
    let first = agent.call("create_session", asked.clone()).await.data();
    let again = agent.call("pulse_create_session", asked).await.data();
    assert_eq!(
        (&again["sessionId"], &again["idempotent"]),
        (&first["sessionId"], &json!(true))
    );
    let other = json!({ "name": "Another", "programId": "builder", "idempotency_key": "k1" });
    let told = agent.call("create_session", other).await;
    let told: Value = serde_json::from_str(told.error()).unwrap();
    assert_eq!(told["error"], "IDEMPOTENCY_KEY_REUSED");
}

#[tokio::test]
async fn a_heartbeat_tells_a_living_session_from_any_other() {
    let home = TestServer::in_memory();
    let agent = Agent::of(home.agent("builder").await).await;
    let beat = async |person: &Person, id: &str| {
        let headers = [("mcp-session-id", id)];
        person
            .send_with("POST", "/v1/mcp/heartbeat", &headers, Body::empty())
            .await
    };
    home.after(Span::from_mins(60));
    let got = beat(&agent.person, &agent.session).await;
    assert_eq!(got.status, 200);
    let told = json!({ "status": "alive", "session_id": agent.session, "session_expires_in_ms": 23 * 3_600_000 });
    assert_eq!(got.body, told);

    let got = beat(&agent.person, &"0".repeat(32)).await;
    assert_eq!(got.status, 410);
    assert_eq!(got.body["error"], "Session expired or invalid");
    assert_eq!(got.body["detail"], "Session not found");
    assert!(got.body["fallback"].is_string());
    // One's own only.
    assert_eq!(beat(&home.owner(), &agent.session).await.status, 410);
    home.after(Span::from_mins(23 * 60));
    assert_eq!(beat(&agent.person, &agent.session).await.status, 410);
    // An old one works all the same.
    agent.call("list_sessions", json!({})).await.data();
}

#[tokio::test]
async fn the_age_without_sessions_needs_no_handshake() {
    let home = TestServer::in_memory();
    let agent = home.agent("builder").await;
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "demo-client", "version": "0.0.1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let send = async |method: &str, name: Option<&str>, mut message: Value| {
        message["params"]["_meta"] = meta.clone();
        let mut headers = vec![JSON, ("mcp-protocol-version", "2026-07-28"), ("mcp-method", method)];
        headers.extend(name.map(|name| ("mcp-name", name)));
        say(&agent, &headers, message).await
    };
    let discover = json!({ "jsonrpc": "2.0", "id": 1, "method": "server/discover", "params": {} });
    let got = send("server/discover", None, discover).await;
    assert_eq!(got.status, 200, "{got:?}");
    assert!(got.headers.get("mcp-session-id").is_none());
    let versions = got.body["result"]["supportedVersions"].as_array().unwrap();
    assert!(versions.contains(&json!("2026-07-28")), "{got:?}");

    let got = send("tools/call", Some("list_sessions"), call(5, "list_sessions", json!({}))).await;
    assert_eq!(got.body["id"], 5);
    assert_eq!(Told::of(&got.body["result"]).data()["count"], 0);
    // What routers in between read must be what is asked.
    let got = send("tools/call", Some("list_keys"), call(6, "list_sessions", json!({}))).await;
    assert_eq!((got.status.as_u16(), &got.body["id"]), (400, &json!(6)));
}

#[tokio::test]
async fn a_message_that_is_none_is_refused_and_breaks_nothing() {
    let home = TestServer::in_memory();
    let agent = Agent::of(home.owner()).await;
    let headers = [JSON, ("mcp-session-id", &agent.session)];
    let raw = async |body: String| agent.person.send_with("POST", MCP, &headers, body).await;

    assert_eq!(refused(&raw("{".to_owned()).await), (400, -32700, "Parse error"));
    assert_eq!(refused(&raw("[".repeat(10_000)).await), (400, -32700, "Parse error"));
    assert_eq!(refused(&raw("[]".to_owned()).await).0, 400);
    assert_eq!(refused(&raw("7".to_owned()).await).0, 400);
    assert_eq!(refused(&raw("{}".to_owned()).await).0, 400);
    assert_eq!(
        refused(&raw(r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#.to_owned()).await).0,
        400
    );
    assert_eq!(
        refused(&raw(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#.to_owned()).await).0,
        400
    );
    let big = call(1, "create_session", json!({ "name": "x".repeat(70_000) }));
    assert_eq!(
        refused(&raw(big.to_string()).await),
        (400, -32600, "Request body too large (max 64KB)")
    );
    let got = raw(r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":7}}"#.to_owned()).await;
    assert_eq!(refused(&got), (200, -32602, "Invalid parameters"));
    let got = raw(r#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#.to_owned()).await;
    assert_eq!(refused(&got), (200, -32602, "Invalid parameters"));
    let got = raw(r#"{"jsonrpc":"2.0","id":1,"method":"no/such"}"#.to_owned()).await;
    assert_eq!(refused(&got), (200, -32601, "Method not found"));
    let unknown = [JSON, ("mcp-session-id", "x"), ("mcp-protocol-version", "1999-01-01")];
    let got = say(&agent.person, &unknown, call(3, "list_sessions", json!({}))).await;
    assert_eq!((refused(&got).0, &got.body["id"]), (400, &json!(3)));

    agent.call("list_sessions", json!({})).await.data();
}
