//! `cachebash serve` on a free port and a clock that the test sets, and people who talk to it over REST.

use std::process::Stdio;

use cachebash_core::domain::{RawKey, Span, Timestamp};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// 2026-11-23 12:00:00 UTC, a Monday.
pub(crate) const NOON: Timestamp = Timestamp::from_millis(1_795_435_200_000);

/// The running program. It is stopped when this is dropped.
pub(crate) struct Program {
    pub(crate) url: String,
    pub(crate) owner: RawKey,
    pub(crate) now: Timestamp,
    stdin: ChildStdin,
    said: Lines<BufReader<ChildStdout>>,
    _child: Child,
    _data: TempDir,
}

impl Program {
    pub(crate) async fn start() -> Self {
        let data = TempDir::new().unwrap();
        let program = std::env::var_os("CACHEBASH_BIN").expect("CACHEBASH_BIN names the program");
        let mut child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--json", "--data"])
            .arg(data.path().join("data"))
            .args(["--clock", &NOON.as_millis().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = said
            .next_line()
            .await
            .unwrap()
            .expect("the program says that it is ready");
        let ready: Value = serde_json::from_str(&ready).unwrap();
        Self {
            url: ready["url"].as_str().unwrap().to_owned(),
            owner: RawKey::new(ready["ownerKey"].as_str().unwrap()),
            now: NOON,
            stdin: child.stdin.take().unwrap(),
            said,
            _child: child,
            _data: data,
        }
    }

    /// Lets time pass, and returns when it has.
    pub(crate) async fn pass(&mut self, span: Span) {
        self.now = self.now.plus(span);
        let line = format!("{}\n", self.now.as_millis());
        self.stdin.write_all(line.as_bytes()).await.unwrap();
        let told = self.said.next_line().await.unwrap().expect("the program goes on");
        let told: Value = serde_json::from_str(&told).unwrap();
        assert_eq!(told["clock"], self.now.as_millis());
    }

    /// The owner, over REST.
    pub(crate) fn owner(&self) -> Person {
        // reqwest asks this process which TLS it has, also where it needs none.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Person {
            url: self.url.clone(),
            key: self.owner.clone(),
            http: reqwest::Client::new(),
        }
    }
}

/// Somebody with a key.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) url: String,
    pub(crate) key: RawKey,
    pub(crate) http: reqwest::Client,
}

impl Person {
    pub(crate) fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(self.key.reveal())
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        data(self.request(reqwest::Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        data(self.request(reqwest::Method::POST, path).body(body.to_string())).await
    }
}

/// The data of a call that succeeded inside and outside.
async fn data(request: reqwest::RequestBuilder) -> Value {
    let reply = request.send().await.unwrap();
    let (status, body) = (reply.status(), reply.text().await.unwrap());
    let mut reply: Value = serde_json::from_str(&body).unwrap();
    assert!(status.is_success() && reply["success"] == true, "{status} {body}");
    assert_ne!(reply["data"]["success"], false, "{body}");
    reply["data"].take()
}
