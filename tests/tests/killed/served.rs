//! The server that the killed talk to, and its ledger.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cachebash_core::api::{Call, Client, Endpoint, Error, Method, Request};
use cachebash_core::companion::SystemClock;
use cachebash_core::domain::{RawKey, SessionId};
use cachebash_server::{Limits, Server, ServerOptions};
use serde_json::{Value, json};

/// The server with its ledger.
pub(crate) struct Served {
    pub(crate) url: String,
    pub(crate) owner: RawKey,
}

impl Served {
    pub(crate) async fn start() -> Self {
        let server = Server::open(ServerOptions {
            limits: Limits::Off,
            ..ServerOptions::default()
        })
        .unwrap();
        let owner = server.owner_key().unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { server.serve(listener, std::future::pending()).await.unwrap() });
        let served = Self { url, owner };
        let builder = json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth"});
        let body = serde_json::from_value(builder).unwrap();
        served.client().create_session(&body).await.unwrap();
        served
    }

    /// The builder does something, so that both files have something to write.
    pub(crate) async fn moves_on(&self, round: u32) {
        let change = json!({"status": format!("Step {round}"), "state": "working", "progress": round % 100});
        let body = serde_json::from_value(change).unwrap();
        let session = SessionId::from("builder.auth");
        self.client().update_session(&session, &body).await.unwrap();
    }

    fn client(&self) -> Client {
        let endpoint = Endpoint::parse(&self.url, false).unwrap();
        Client::new(endpoint, self.owner.clone(), Arc::new(SystemClock)).unwrap()
    }

    /// How often each text is among the messages and tasks of the server.
    async fn ledger(&self) -> BTreeMap<String, u32> {
        let client = self.client();
        let (mut counts, mut cursor) = (BTreeMap::new(), None);
        loop {
            let page = client.send(&ReadChanges(cursor)).await.unwrap().value;
            for change in page["changes"].as_array().into_iter().flatten() {
                let text = match change["entity"].as_str() {
                    Some("message") => &change["record"]["message"],
                    Some("task") => &change["record"]["title"],
                    _ => continue,
                };
                *counts.entry(text.as_str().unwrap_or_default().to_owned()).or_default() += 1;
            }
            cursor = page["cursor"].as_str().map(str::to_owned);
            if page["hasMore"] != true {
                return counts;
            }
        }
    }

    pub(crate) async fn holds_once(&self, asked: &BTreeSet<String>, name: &str, seed: u32) {
        let ledger = self.ledger().await;
        for text in asked {
            assert_eq!(ledger.get(text), Some(&1), "{text}, KILLS_SEED={seed}");
        }
        // What died before it was told may be there, and then once.
        let doubled: Vec<_> = ledger.iter().filter(|(_, count)| **count > 1).collect();
        assert!(doubled.is_empty(), "{doubled:?}, KILLS_SEED={seed}");
        println!("{name}: {} asked for, {} done", asked.len(), ledger.len());
    }

    /// One key that opens for each that was asked for, and somebody has it; none that nobody has.
    pub(crate) async fn holds_the_keys_that_somebody_has(
        &self,
        asked: &BTreeSet<String>,
        had: &BTreeMap<String, String>,
        seed: u32,
    ) {
        let keys = self.client().keys(true).await.unwrap().value;
        let mut opens: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for key in keys.iter().filter(|key| key.active) {
            opens.entry(key.label.as_str()).or_default().push(key.hash.as_str());
        }
        for label in asked {
            let seen = had.get(label).map(String::as_str);
            let open = opens.get(label.as_str()).cloned().unwrap_or_default();
            assert_eq!(open, Vec::from_iter(seen), "{label}, KILLS_SEED={seed}");
        }
        println!(
            "{} keys asked for, {} had, {} ever made",
            asked.len(),
            had.len(),
            keys.len()
        );
    }
}

/// `GET /v1/sync`
struct ReadChanges(Option<String>);

impl Call for ReadChanges {
    type Data = Value;

    fn request(&self) -> Result<Request, Error> {
        Ok(Request {
            method: Method::Get,
            path: "/v1/sync".to_owned(),
            query: self
                .0
                .as_ref()
                .map_or_else(String::new, |cursor| format!("cursor={cursor}")),
            body: None,
            with_key: true,
            mcp_session: None,
        })
    }
}
