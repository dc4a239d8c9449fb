//! The recording's day, lived again: the seed, then every case in the order of its recording, on a clock that stands
//! where theirs stood. What the server made up for itself (ids, keys, an MCP session) is called by our name for it when
//! a later case speaks of it.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::Request;
use cachebash_core::domain::Timestamp;
use serde_json::{Value, json};

use super::cases::{Case, text_of};
use super::records::plant;
use super::support::{Got, TestServer};
use super::{people, steps};

/// Names that a server makes up, and later requests repeat.
const MADE_UP: [&str; 9] = [
    "sessionId",
    "messageId",
    "multicastId",
    "taskId",
    "questionId",
    "alertId",
    "sprintId",
    "keyHash",
    "key",
];

/// A server that lives the recording's day.
pub(crate) struct Day {
    pub(crate) home: TestServer,
    keys: BTreeMap<String, String>,
    /// Their name for something, and ours.
    names: Vec<(String, String)>,
}

impl Day {
    /// A server without limits: the recording's keys had more generous ones than ours.
    pub(crate) async fn begin(seed: &Value) -> Self {
        Self::at(TestServer::in_memory(), seed).await
    }

    /// A server whose limits are the contract's.
    pub(crate) async fn with_limits(seed: &Value) -> Self {
        Self::at(TestServer::with_limits(), seed).await
    }

    async fn at(home: TestServer, seed: &Value) -> Self {
        plant(&home, seed).await;
        let mut keys = BTreeMap::new();
        for tenant in seed["tenants"].as_object().unwrap().values() {
            for key in tenant["keys"].as_array().into_iter().flatten() {
                if let Some(who) = key["as"].as_str() {
                    let number = u32::try_from(key["number"].as_u64().unwrap()).unwrap();
                    keys.insert(who.to_owned(), people::key(number).reveal().to_owned());
                }
            }
        }
        Self {
            home,
            keys,
            names: Vec::new(),
        }
    }

    /// Sends a case's request at its time, after whatever the recording did unseen before it.
    pub(crate) async fn live(&mut self, case: &Case) -> Got {
        self.home.clock.set(Timestamp::from_millis(case.at));
        steps::before(self, &case.name).await;
        let got = self.send(case).await;
        self.learn(case, &got);
        got
    }

    /// Sends what nobody recorded.
    pub(crate) async fn ask(&self, who: &str, method: &str, target: &str, body: Value) -> Got {
        let request = Request::builder().method(method).uri(target);
        let request = request.header("authorization", self.authorization(who));
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.home
            .anonymous()
            .request(request.body(Body::from(body)).unwrap())
            .await
    }

    async fn send(&self, case: &Case) -> Got {
        let asked = &case.request;
        let query = asked["query"].as_str().unwrap();
        let question_mark = if query.is_empty() { "" } else { "?" };
        let target = self.ours(&format!("{}{question_mark}{query}", case.path()));
        let mut request = Request::builder().method(case.method()).uri(target);
        for (name, value) in asked["headers"].as_object().into_iter().flatten() {
            request = request.header(name, self.ours(value.as_str().unwrap()));
        }
        request = match case.who() {
            "none" => request,
            "custom" => request.header("authorization", self.ours(asked["authorization"].as_str().unwrap())),
            who => request.header("authorization", self.authorization(who)),
        };
        let body = if case.name == "session-create-body-too-large" {
            // The transcript describes this body instead of holding it.
            json!({"name": "x", "pad": "y".repeat(70_000)}).to_string()
        } else if let Some(raw) = asked.get("bodyRaw").and_then(Value::as_str) {
            raw.to_owned()
        } else if asked["body"].is_null() {
            String::new()
        } else {
            self.ours(&asked["body"].to_string())
        };
        self.home
            .anonymous()
            .request(request.body(Body::from(body)).unwrap())
            .await
    }

    fn authorization(&self, who: &str) -> String {
        let key = self.keys.get(who).unwrap_or_else(|| panic!("nobody is called {who}"));
        format!("Bearer {key}")
    }

    /// A text of theirs, with our names for what we made up.
    pub(crate) fn ours(&self, text: &str) -> String {
        self.names
            .iter()
            .fold(text.to_owned(), |text, (theirs, ours)| text.replace(theirs, ours))
    }

    /// A recorded answer, with our names for what we made up.
    pub(crate) fn wanted(&self, case: &Case) -> Value {
        let body = &case.response["body"];
        serde_json::from_str(&self.ours(&body.to_string())).unwrap()
    }

    fn learn(&mut self, case: &Case, got: &Got) {
        let told = |body: &Value| match text_of(body) {
            Some(text) => serde_json::from_str(text).unwrap_or_default(),
            None => body["data"].clone(),
        };
        let (theirs, ours) = (told(&case.response["body"]), told(&got.body));
        let mut pairs: Vec<(Option<&str>, Option<&str>)> = MADE_UP
            .iter()
            .map(|name| (theirs[name].as_str(), ours[name].as_str()))
            .collect();
        let session = got.headers.get("mcp-session-id").and_then(|value| value.to_str().ok());
        pairs.push((case.response["headers"]["mcp-session-id"].as_str(), session));
        for pair in pairs {
            if let (Some(theirs), Some(ours)) = pair
                && theirs != ours
            {
                self.names.push((theirs.to_owned(), ours.to_owned()));
            }
        }
    }
}
