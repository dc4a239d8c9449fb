//! A thousand calls at once over a real socket, with the keys of two tenants who name everything alike. The hosted server
//! keeps one current session and key for the whole process and swaps answers; ours must not, in either age of the protocol
//! and by either name of a tool.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use cachebash_core::domain::RawKey;
use cachebash_server::{Limits, Operator, Server, ServerOptions};
use serde_json::{Value, json};
use tokio::sync::Barrier;

const EACH: usize = 500;
const NEWEST: &str = "2026-07-28";

/// Somebody with a key of one tenant, whose name is in everything that the tenant has.
#[derive(Clone)]
struct Agent {
    tenant: &'static str,
    url: String,
    key: RawKey,
    http: reqwest::Client,
    session: Option<String>,
}

impl Agent {
    async fn shakes_hands(url: &str, tenant: &'static str, key: RawKey, http: &reqwest::Client) -> Self {
        let mut agent = Self {
            tenant,
            url: url.to_owned(),
            key,
            http: http.clone(),
            session: None,
        };
        let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "crowd", "version": "1" } });
        let hello = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params });
        let got = agent.post(hello, &[]).await;
        agent.session = Some(got.headers()["mcp-session-id"].to_str().unwrap().to_owned());
        agent
    }

    async fn post(&self, message: Value, headers: &[(&str, &str)]) -> reqwest::Response {
        let mut request = self
            .http
            .post(format!("{}/v1/mcp", self.url))
            .bearer_auth(self.key.reveal())
            .header("content-type", "application/json")
            .body(message.to_string());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let got = request.send().await.unwrap();
        assert_eq!(got.status(), 200);
        got
    }

    /// Calls a tool in the older or the newer age, and gives its data once the reply has proved to be to this request.
    async fn call(&self, id: Value, tool: &str, arguments: Value, newest: bool) -> Value {
        let mut params = json!({ "name": tool, "arguments": arguments });
        let session = self.session.as_deref().unwrap();
        let headers: &[(&str, &str)] = if newest {
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": NEWEST,
                "io.modelcontextprotocol/clientInfo": { "name": "crowd", "version": "1" },
                "io.modelcontextprotocol/clientCapabilities": {},
            });
            &[
                ("mcp-protocol-version", NEWEST),
                ("mcp-method", "tools/call"),
                ("mcp-name", tool),
            ]
        } else {
            &[("mcp-session-id", session)]
        };
        let message = json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params });
        let reply: Value = serde_json::from_str(&self.post(message, headers).await.text().await.unwrap()).unwrap();
        assert_eq!(reply["id"], id, "an answer to another request: {reply}");
        assert_eq!(reply["result"].get("isError"), None, "{reply}");
        let data: Value = serde_json::from_str(reply["result"]["content"][0]["text"].as_str().unwrap()).unwrap();
        assert_eq!(data["success"], true, "{data}");
        data
    }

    /// The crowd's one call of that number, and a look at whose the answer is.
    async fn asks(&self, number: usize) {
        // Numbers and texts, and the same in both tenants.
        let id = if number.is_multiple_of(3) {
            json!(format!("call-{number}"))
        } else {
            json!(number)
        };
        let newest = number % 8 >= 4;
        match number % 4 {
            0 => {
                let (session, name) = (format!("builder.{number}"), format!("{} {number}", self.tenant));
                let asked = json!({ "sessionId": session, "programId": "builder", "name": name });
                let tool = if newest {
                    "create_session"
                } else {
                    "pulse_create_session"
                };
                let made = self.call(id, tool, asked, newest).await;
                assert_eq!(made["sessionId"], session);
                assert_eq!(made["message"], format!("Session created: \"{name}\""));
            }
            1 | 2 => {
                let tool = if number % 4 == 1 {
                    "list_sessions"
                } else {
                    "pulse_list_sessions"
                };
                let listed = self.call(id, tool, json!({ "limit": 50 }), newest).await;
                self.owns(&listed);
            }
            _ => {
                let tool = if newest {
                    "get_program_state"
                } else {
                    "state_get_program_state"
                };
                let got = self.call(id, tool, json!({ "programId": "builder" }), newest).await;
                assert_eq!(got["state"]["contextSummary"]["handoffNotes"], self.tenant);
            }
        }
    }

    fn owns(&self, listed: &Value) {
        for session in listed["sessions"].as_array().unwrap() {
            let name = session["name"].as_str().unwrap();
            assert!(name.starts_with(self.tenant), "{} was shown {name}", self.tenant);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_calls_at_once_each_get_their_own_answer() {
    // Both ends of a thousand connections.
    rlimit::increase_nofile_limit(4_096).unwrap();
    let data = tempfile::tempdir().unwrap();
    let options = ServerOptions {
        data: Some(data.path().to_owned()),
        limits: Limits::Off,
        ..ServerOptions::default()
    };
    let server = Server::open(options.clone()).unwrap();
    let first = server.owner_key().unwrap();
    let second = Operator::open(options).await.unwrap().add_tenant("acme").await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move { server.serve(listener, std::future::pending()).await });

    // reqwest asks this process which TLS it has, also where it needs none.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::new();
    let home = Agent::shakes_hands(&url, "home", first, &http).await;
    let acme = Agent::shakes_hands(&url, "acme", second, &http).await;
    for agent in [&home, &acme] {
        let asked = json!({ "programId": "builder", "contextSummary": { "handoffNotes": agent.tenant } });
        agent
            .call(json!("prepared"), "update_program_state", asked, false)
            .await;
    }

    let start = Arc::new(Barrier::new(2 * EACH));
    let mut crowd = tokio::task::JoinSet::new();
    for number in 0..EACH {
        for agent in [&home, &acme] {
            let (agent, start) = (agent.clone(), Arc::clone(&start));
            crowd.spawn(async move {
                start.wait().await;
                agent.asks(number).await;
            });
        }
    }
    let mut answered = 0;
    while let Some(outcome) = crowd.join_next().await {
        outcome.unwrap();
        answered += 1;
    }
    assert_eq!(answered, 2 * EACH);
    for agent in [&home, &acme] {
        let listed = agent
            .call(json!("after"), "list_sessions", json!({ "limit": 50 }), true)
            .await;
        assert_eq!(listed["count"], 50);
        agent.owns(&listed);
    }
    serving.abort();
}
