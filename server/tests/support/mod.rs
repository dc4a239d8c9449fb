//! A server with people at it: an owner and the agents the owner made keys for, all calling through the real router.

#![allow(clippy::unwrap_used, clippy::expect_used, dead_code, unreachable_pub)]

pub mod contract;
mod database;

use std::path::Path;
use std::sync::Arc;

use axum::body::{Body, BodyDataStream, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use cachebash_core::domain::{RawKey, Span, Timestamp};
use cachebash_server::{Limits, Server, ServerOptions, SteppedClock};
use database::Database;
use serde_json::{Value, json};
use tower::ServiceExt;

/// Monday, 23 November 2026, 12:00 UTC.
pub const NOON: Timestamp = Timestamp::from_millis(1_795_435_200_000);

/// A server on a clock that stands still at noon, with repeatable keys and no limits unless told otherwise.
pub struct TestServer {
    pub server: Server,
    pub clock: Arc<SteppedClock>,
    owner: Option<RawKey>,
    options: ServerOptions,
    // Behind the server, which is to hang up first.
    database: Option<Arc<Database>>,
}

impl TestServer {
    pub fn in_memory() -> Self {
        Self::open(None, Limits::Off, Database::of(None))
    }

    pub fn with_limits() -> Self {
        Self::open(None, Limits::Contract, Database::of(None))
    }

    pub fn in_folder(folder: &Path) -> Self {
        Self::open(Some(folder), Limits::Off, Database::of(Some(folder)))
    }

    /// For what is told of files alone.
    pub fn in_files(folder: &Path) -> Self {
        Self::open(Some(folder), Limits::Off, None)
    }

    fn open(folder: Option<&Path>, limits: Limits, database: Option<Database>) -> Self {
        let clock = Arc::new(SteppedClock::new(NOON));
        let options = ServerOptions {
            data: folder.map(Path::to_path_buf),
            database: database.as_ref().map(|database| database.url.clone()),
            // Two nodes share it, and no folder has it for them.
            secret: folder.is_none().then(|| "07".repeat(32)),
            clock: clock.clone(),
            seed: Some(7),
            limits,
            ..ServerOptions::default()
        };
        let server = Server::open(options.clone()).unwrap();
        Self {
            options,
            database: database.map(Arc::new),
            ..Self::over(server, clock)
        }
    }

    /// People at a server that was opened in a way of its own.
    pub fn over(server: Server, clock: Arc<SteppedClock>) -> Self {
        let owner = server.owner_key();
        Self {
            server,
            clock,
            owner,
            options: ServerOptions::default(),
            database: None,
        }
    }

    /// Whether its data is in PostgreSQL.
    pub fn is_on_postgres(&self) -> bool {
        self.database.is_some()
    }

    /// Another node on the same database. `None`: the data is in a file or in memory, which has one server.
    pub fn another_node(&self) -> Option<Self> {
        self.options.database.as_ref()?;
        Some(Self {
            server: Server::open(self.options.clone()).unwrap(),
            clock: self.clock.clone(),
            owner: self.owner.clone(),
            options: self.options.clone(),
            database: self.database.clone(),
        })
    }

    /// Lets time pass.
    pub fn after(&self, span: Span) {
        self.clock.set(cachebash_server::Clock::now(&*self.clock).plus(span));
    }

    /// The owner, with the key of the first start.
    pub fn owner(&self) -> Person {
        self.with_key(self.owner.as_ref().expect("the first start").reveal())
    }

    /// Someone with this key.
    pub fn with_key(&self, key: &str) -> Person {
        Person {
            server: self.server.clone(),
            authorization: Some(format!("Bearer {key}")),
        }
    }

    /// Someone who sends this header.
    pub fn with_header(&self, value: &str) -> Person {
        Person {
            server: self.server.clone(),
            authorization: Some(value.to_owned()),
        }
    }

    /// Someone without a key.
    pub fn anonymous(&self) -> Person {
        Person {
            server: self.server.clone(),
            authorization: None,
        }
    }

    /// An agent with a key that the owner made, with the defaults.
    pub async fn agent(&self, program: &str) -> Person {
        self.agent_who(json!({ "programId": program, "label": program })).await
    }

    /// An agent whose key may do just this.
    pub async fn agent_with(&self, program: &str, capabilities: &[&str]) -> Person {
        self.agent_who(json!({ "programId": program, "label": program, "capabilities": capabilities }))
            .await
    }

    /// An agent with a key as asked.
    pub async fn agent_who(&self, asked: Value) -> Person {
        let made = self.owner().post("/v1/keys", asked).await.done();
        self.with_key(made["key"].as_str().unwrap())
    }
}

/// One caller.
#[derive(Clone)]
pub struct Person {
    server: Server,
    authorization: Option<String>,
}

impl Person {
    /// What this person sends as `Authorization`.
    pub fn authorization(&self) -> &str {
        self.authorization.as_deref().expect("someone with a key")
    }

    pub async fn get(&self, target: &str) -> Got {
        self.send("GET", target, Body::empty()).await
    }

    pub async fn post(&self, target: &str, body: Value) -> Got {
        self.send("POST", target, Body::from(body.to_string())).await
    }

    pub async fn patch(&self, target: &str, body: Value) -> Got {
        self.send("PATCH", target, Body::from(body.to_string())).await
    }

    pub async fn delete(&self, target: &str) -> Got {
        self.send("DELETE", target, Body::empty()).await
    }

    pub async fn send(&self, method: &str, target: &str, body: impl Into<Body>) -> Got {
        self.send_with(method, target, &[], body).await
    }

    pub async fn send_with(&self, method: &str, target: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Got {
        let mut request = Request::builder().method(method).uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(value) = &self.authorization {
            request = request.header("authorization", value);
        }
        self.request(request.body(body.into()).unwrap()).await
    }

    /// Fails when the answer is none that `/v1/openapi.json` tells.
    pub async fn request(&self, request: Request<Body>) -> Got {
        let (method, target) = (request.method().to_string(), request.uri().to_string());
        let response = self.server.router().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let json = headers
            .get("content-type")
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
        let body = if bytes.is_empty() {
            Value::Null
        } else if json {
            serde_json::from_slice(&bytes).unwrap()
        } else {
            String::from_utf8(bytes.to_vec()).unwrap().into()
        };
        contract::contract().await.hold(&method, &target, status, &body);
        Got { status, headers, body }
    }

    /// An answer that has no end.
    pub async fn open(&self, target: &str) -> BodyDataStream {
        let request = Request::get(target).header("authorization", self.authorization());
        let router = self.server.router();
        let response = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), 200);
        response.into_body().into_data_stream()
    }

    /// The sessions as the list has them.
    pub async fn sessions(&self, query: &str) -> Vec<Value> {
        let got = self.get(&format!("/v1/sessions?{query}")).await.done();
        got["sessions"].as_array().unwrap().clone()
    }

    /// The one session of that id, ended or not.
    pub async fn session(&self, id: &str) -> Value {
        let all = self.sessions("limit=50&includeArchived=true").await;
        all.into_iter()
            .find(|session| session["sessionId"] == id)
            .expect("a session of that id")
    }

    /// The stored state of a program.
    pub async fn state(&self, program: &str) -> Value {
        self.get(&format!("/v1/program-state/{program}")).await.done()["state"].clone()
    }
}

/// What came back.
#[derive(Debug)]
pub struct Got {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Got {
    /// The data of a call that succeeded inside and outside.
    #[track_caller]
    pub fn done(self) -> Value {
        assert!(self.status.is_success(), "{self:?}");
        assert_eq!(self.body["success"], true, "{self:?}");
        assert!(self.body["meta"]["timestamp"].is_string(), "{self:?}");
        assert_ne!(self.body["data"]["success"], false, "{self:?}");
        self.body["data"].clone()
    }

    /// The sentence of a tool that refused inside a success.
    #[track_caller]
    pub fn refusal(self) -> String {
        assert!(self.status.is_success(), "{self:?}");
        assert_eq!(self.body["success"], true, "{self:?}");
        assert_eq!(self.body["data"]["success"], false, "{self:?}");
        self.body["data"]["error"].as_str().unwrap().to_owned()
    }

    /// Status, code and message of a failure.
    #[track_caller]
    pub fn failure(&self) -> (u16, &str, &str) {
        assert_eq!(self.body["success"], false, "{self:?}");
        assert!(self.body["meta"]["timestamp"].is_string(), "{self:?}");
        let error = &self.body["error"];
        (
            self.status.as_u16(),
            error["code"].as_str().unwrap(),
            error["message"].as_str().unwrap(),
        )
    }

    /// The issues of a failed validation as (path, code).
    #[track_caller]
    pub fn issues(&self) -> Vec<(&str, &str)> {
        assert_eq!(self.failure().1, "VALIDATION_ERROR");
        let issues = self.body["error"]["issues"].as_array().unwrap();
        issues
            .iter()
            .map(|issue| (issue["path"].as_str().unwrap(), issue["code"].as_str().unwrap()))
            .collect()
    }
}
