//! A loopback server whose endpoints have names and whose answers are set by the test, down to broken connections.
//!
//! ```text
//! let fleet = MockServer::start().await;
//! fleet.when(Endpoint::ListSessions).answers(200, json!({…})).once();
//! ```
//! Rules are tried in the order in which they were made; one made with `once` is gone after its use. What no rule
//! answers gets the contract's 404. It speaks just enough HTTP/1.1 by hand, since libraries refuse to misbehave.

use std::sync::{Arc, Mutex};

use cachebash_core::api;
use cachebash_core::domain::RawKey;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

pub use crate::endpoint::Endpoint;

/// What the server does with a request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Answers.
    Reply {
        /// HTTP status.
        status: u16,
        /// Headers beside the length.
        headers: Vec<(String, String)>,
        /// The body; empty sends none.
        body: Vec<u8>,
    },
    /// Answers in JSON-RPC, under the id of the request or under another one.
    Rpc {
        /// What came of it.
        result: Value,
        /// The id, where it is not that of the request.
        id: Option<Value>,
        /// Headers beside type and length.
        headers: Vec<(String, String)>,
    },
    /// Reads the request and never answers.
    Silence,
    /// Reads the request and closes the connection.
    Hangup,
    /// Sends half a reply and closes the connection.
    HalfReply,
    /// Sends half a reply and then nothing more.
    Stall,
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The method.
    pub method: String,
    /// Without the query.
    pub path: String,
    /// As it was written, without the question mark.
    pub query: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// As text.
    pub body: String,
}

impl Seen {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// Which endpoint it is for.
    pub fn endpoint(&self) -> Endpoint {
        Endpoint::with_body(&self.method, &self.path, &self.body)
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

struct Rule {
    endpoint: Endpoint,
    answer: Answer,
    /// The only header of authorization that it is for; `None`: any.
    asker: Option<String>,
    left: Option<u32>,
}

#[derive(Default)]
struct Script {
    rules: Vec<Rule>,
    seen: Vec<Seen>,
}

/// The server; it stops when dropped.
pub struct MockServer {
    url: String,
    script: Arc<Mutex<Script>>,
    _connections: JoinSet<()>,
}

impl MockServer {
    /// Listens on a free port of this machine.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let script = Arc::new(Mutex::new(Script::default()));
        let mut tasks = JoinSet::new();
        let for_task = script.clone();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, for_task.clone()));
            }
        });
        Self {
            url,
            script,
            _connections: tasks,
        }
    }

    /// Its base URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its base URL for a client.
    pub fn endpoint(&self) -> api::Endpoint {
        api::Endpoint::parse(&self.url, false).expect("a loopback address")
    }

    /// Begins a rule for an endpoint.
    pub fn when(&self, endpoint: Endpoint) -> When<'_> {
        When { server: self, endpoint }
    }

    /// Every request so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.script.lock().unwrap().seen.clone()
    }

    /// The requests to one endpoint so far.
    pub fn seen_at(&self, endpoint: Endpoint) -> Vec<Seen> {
        self.seen()
            .into_iter()
            .filter(|seen| seen.endpoint() == endpoint)
            .collect()
    }
}

/// A rule without its answer.
pub struct When<'a> {
    server: &'a MockServer,
    endpoint: Endpoint,
}

impl<'a> When<'a> {
    /// Answers with JSON.
    pub fn answers(self, status: u16, body: Value) -> Made<'a> {
        self.does(Answer::Reply {
            status,
            headers: json_type(),
            body: body.to_string().into_bytes(),
        })
    }

    /// Answers with this as `data`, in a successful envelope.
    pub fn answers_data(self, data: Value) -> Made<'a> {
        self.answers(
            200,
            json!({"success": true, "data": data, "meta": {"timestamp": "2026-11-22T16:34:34.802Z"}}),
        )
    }

    /// Answers with an error envelope.
    pub fn fails(self, status: u16, code: &str, message: &str) -> Made<'a> {
        let meta = json!({"timestamp": "2026-11-22T16:34:34.802Z"});
        self.answers(
            status,
            json!({"success": false, "error": {"code": code, "message": message}, "meta": meta}),
        )
    }

    /// Begins this transport session.
    pub fn begins_transport(self, session: &str) -> Made<'a> {
        let result = json!({"protocolVersion": "2025-06-18", "capabilities": {"tools": {}},
            "serverInfo": {"name": "cachebash-mcp", "version": "2.0.0"}});
        self.does(Answer::Rpc {
            result,
            id: None,
            headers: vec![("mcp-session-id".to_owned(), session.to_owned())],
        })
    }

    /// A tool answers this.
    pub fn answers_tool(self, data: &Value) -> Made<'a> {
        self.does(Answer::Rpc {
            result: json!({"content": [{"type": "text", "text": data.to_string()}]}),
            id: None,
            headers: Vec::new(),
        })
    }

    /// A tool refuses in these words.
    pub fn refuses_as_a_tool(self, told: &str) -> Made<'a> {
        self.does(Answer::Rpc {
            result: json!({"content": [{"type": "text", "text": told}], "isError": true}),
            id: None,
            headers: Vec::new(),
        })
    }

    /// A tool's answer to somebody else.
    pub fn answers_another_tool(self, data: &Value) -> Made<'a> {
        self.does(Answer::Rpc {
            result: json!({"content": [{"type": "text", "text": data.to_string()}]}),
            id: Some(json!("another's")),
            headers: Vec::new(),
        })
    }

    /// Answers with a status and nothing else.
    pub fn answers_nothing(self, status: u16) -> Made<'a> {
        self.does(Answer::Reply {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        })
    }

    /// Reads the request and never answers.
    pub fn stays_silent(self) -> Made<'a> {
        self.does(Answer::Silence)
    }

    /// Reads the request and closes the connection: whether it was carried out is unknown.
    pub fn hangs_up(self) -> Made<'a> {
        self.does(Answer::Hangup)
    }

    /// Does this.
    pub fn does(self, answer: Answer) -> Made<'a> {
        let mut script = self.server.script.lock().unwrap();
        script.rules.push(Rule {
            endpoint: self.endpoint,
            answer,
            asker: None,
            left: None,
        });
        Made {
            server: self.server,
            rule: script.rules.len() - 1,
        }
    }
}

/// A rule that holds for good, unless it is said that it does not.
pub struct Made<'a> {
    server: &'a MockServer,
    rule: usize,
}

impl Made<'_> {
    /// Holds for the next request only.
    pub fn once(self) {
        self.times(1);
    }

    /// Holds for so many requests.
    pub fn times(self, count: u32) {
        self.server.script.lock().unwrap().rules[self.rule].left = Some(count);
    }

    /// Holds for whoever asks with this key only.
    pub fn to(self, key: &RawKey) -> Self {
        let asker = format!("Bearer {}", key.reveal());
        self.server.script.lock().unwrap().rules[self.rule].asker = Some(asker);
        self
    }

    /// Adds a header to the answer.
    pub fn with_header(self, name: &str, value: &str) -> Self {
        let mut script = self.server.script.lock().unwrap();
        if let Answer::Reply { headers, .. } = &mut script.rules[self.rule].answer {
            headers.push((name.to_owned(), value.to_owned()));
        }
        drop(script);
        self
    }
}

fn json_type() -> Vec<(String, String)> {
    vec![("content-type".to_owned(), "application/json".to_owned())]
}

impl Script {
    fn answer_to(&mut self, seen: Seen) -> Answer {
        let endpoint = seen.endpoint();
        let asked = seen.json();
        let asker = seen.header("authorization").map(str::to_owned);
        let not_found = format!("{} {} not found", seen.method, seen.path);
        self.seen.push(seen);
        let fits = |rule: &&mut Rule| {
            rule.left != Some(0)
                && (rule.endpoint == endpoint || rule.endpoint == Endpoint::Any)
                && (rule.asker.is_none() || rule.asker == asker)
        };
        let Some(rule) = self.rules.iter_mut().find(fits) else {
            let body = json!({"success": false, "error": {"code": "NOT_FOUND", "message": not_found}});
            return Answer::Reply {
                status: 404,
                headers: json_type(),
                body: body.to_string().into_bytes(),
            };
        };
        rule.left = rule.left.map(|left| left - 1);
        match rule.answer.clone() {
            Answer::Rpc { result, id, headers } => {
                let id = id.unwrap_or_else(|| asked["id"].clone());
                Answer::Reply {
                    status: 200,
                    headers: json_type().into_iter().chain(headers).collect(),
                    body: json!({"jsonrpc": "2.0", "id": id, "result": result})
                        .to_string()
                        .into_bytes(),
                }
            }
            answer => answer,
        }
    }
}

async fn serve(mut stream: TcpStream, script: Arc<Mutex<Script>>) {
    while let Some(seen) = read_request(&mut stream).await {
        let answer = script.lock().unwrap().answer_to(seen);
        match answer {
            Answer::Reply { status, headers, body } => {
                if stream.write_all(&reply(status, &headers, &body)).await.is_err() {
                    return;
                }
            }
            // It became a reply where it was chosen.
            Answer::Rpc { .. } | Answer::Hangup => return,
            Answer::Silence => std::future::pending().await,
            Answer::HalfReply => {
                let _ = stream.write_all(HALF).await;
                return;
            }
            Answer::Stall => {
                let _ = stream.write_all(HALF).await;
                std::future::pending().await
            }
        }
    }
}

const HALF: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"success\":true,";

fn reply(status: u16, headers: &[(String, String)], body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status} Recorded\r\n").into_bytes();
    for (name, value) in headers {
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    // These have no body by definition, and no length.
    if status >= 200 && status != 204 && status != 304 {
        bytes.extend_from_slice(format!("content-length: {}\r\n", body.len()).as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}

/// Reads one request; `None` when the connection ends before it does.
pub(crate) async fn read_request(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
    let mut body = bytes.split_off(head_end + 4);
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    Some(Seen {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}
