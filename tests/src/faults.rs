//! A network and a server at their worst, between a companion and a real server. Which request meets which fault
//! follows from a seed, from what is asked and how often it was asked before, not from when it is asked.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::dice::Dice;
use crate::mock_server::{Seen, read_request};

/// What can happen to a request and its reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Both arrive late.
    Delay,
    /// The connection is reset before the server sees anything.
    Reset,
    /// The server does it; its reply is lost.
    DropAfterCommit,
    /// The network brings the request twice; the second reply arrives.
    Duplicate,
    /// 429 with a Retry-After, before the server sees anything.
    TooMany,
    /// 500 before the server does anything.
    ErrorBefore,
    /// The server does it, and says 500.
    ErrorAfter,
    /// The server does it; what arrives is no JSON.
    Garbage,
    /// The server does it; what arrives is a gzip that ends too early.
    TruncatedGzip,
    /// The reply drips in byte by byte, and the connection breaks before its end.
    SlowLoris,
}

impl Fault {
    /// All of them.
    pub const ALL: [Fault; 10] = [
        Fault::Delay,
        Fault::Reset,
        Fault::DropAfterCommit,
        Fault::Duplicate,
        Fault::TooMany,
        Fault::ErrorBefore,
        Fault::ErrorAfter,
        Fault::Garbage,
        Fault::TruncatedGzip,
        Fault::SlowLoris,
    ];
}

struct State {
    target: String,
    seed: u64,
    /// How many of a hundred requests meet a fault.
    rate: AtomicUsize,
    /// Only messages have an idempotency key that the server gets to see, as on the hosted one.
    hosted: bool,
    met: Mutex<Met>,
}

#[derive(Default)]
struct Met {
    turns: BTreeMap<String, u64>,
    faults: BTreeMap<Fault, u32>,
    /// Faults for requests that begin so, and how often yet.
    struck: Vec<(String, Fault, u32)>,
    seen: Vec<Seen>,
}

/// The proxy; it stops when dropped.
pub struct Faults {
    url: String,
    state: Arc<State>,
    _tasks: JoinSet<()>,
}

impl Faults {
    /// Listens on a free port and forwards to `target` (`http://127.0.0.1:PORT`), faultlessly at first.
    pub async fn before(target: &str, seed: u64) -> Self {
        Self::start(target, seed, false).await
    }

    /// The same, and the server behind it is as little help as the hosted one: it offers nothing beyond the contract and
    /// knows the idempotency keys of messages alone.
    pub async fn before_a_hosted(target: &str, seed: u64) -> Self {
        Self::start(target, seed, true).await
    }

    async fn start(target: &str, seed: u64, hosted: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State {
            target: target.trim_start_matches("http://").to_owned(),
            seed,
            rate: AtomicUsize::new(0),
            hosted,
            met: Mutex::default(),
        });
        let mut tasks = JoinSet::new();
        let shared = Arc::clone(&state);
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((near, _)) = listener.accept().await {
                connections.spawn(pass(near, Arc::clone(&shared)));
                while connections.try_join_next().is_some() {}
            }
        });
        Self {
            url,
            state,
            _tasks: tasks,
        }
    }

    /// Where the companion connects to.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on so many of a hundred requests meet a fault.
    pub fn rage(&self, percent: usize) {
        self.state.rate.store(percent, Ordering::SeqCst);
    }

    /// No more faults.
    pub fn calm(&self) {
        self.rage(0);
    }

    /// The next so many requests that begin so (`GET /v1/tasks`) meet this fault.
    pub fn strike(&self, start: &str, fault: Fault, times: u32) {
        let mut met = self.state.met.lock().unwrap();
        met.struck.push((start.to_owned(), fault, times));
    }

    /// How often each fault happened so far.
    pub fn met(&self) -> BTreeMap<Fault, u32> {
        self.state.met.lock().unwrap().faults.clone()
    }

    /// Every request so far, as the companion sent it.
    pub fn seen(&self) -> Vec<Seen> {
        self.state.met.lock().unwrap().seen.clone()
    }
}

impl State {
    fn fate_of(&self, seen: &Seen) -> Option<(Fault, Dice)> {
        let mut met = self.met.lock().unwrap();
        met.seen.push(seen.clone());
        let asked = format!("{} {}", seen.method, seen.path);
        let turn = met.turns.entry(asked.clone()).or_default();
        *turn += 1;
        let mut dice = Dice::about(self.seed, &asked, *turn);
        let struck = met
            .struck
            .iter_mut()
            .find(|(start, _, left)| *left > 0 && asked.starts_with(start.as_str()));
        if let Some((_, fault, left)) = struck {
            *left -= 1;
            return Some((*fault, dice));
        }
        if !dice.happens(self.rate.load(Ordering::SeqCst)) {
            return None;
        }
        let fault = *dice.pick(&Fault::ALL);
        // Nobody could tell the copy of a request without a key from a second one.
        if fault == Fault::Duplicate && seen.method != "GET" && !self.shows_key_of(seen) {
            return None;
        }
        *met.faults.entry(fault).or_default() += 1;
        drop(met);
        Some((fault, dice))
    }

    fn shows_key_of(&self, seen: &Seen) -> bool {
        seen.json().get("idempotency_key").is_some() && (!self.hosted || seen.path == "/v1/messages")
    }

    /// The request as the server gets it.
    fn passed_on(&self, seen: &Seen) -> Vec<u8> {
        let mut body = seen.body.clone();
        let mut json = seen.json();
        if let Some(fields) = json.as_object_mut().filter(|_| !self.shows_key_of(seen)) {
            fields.remove("idempotency_key");
            body = Value::from(std::mem::take(fields)).to_string();
        }
        let query = if seen.query.is_empty() { "" } else { "?" };
        let mut text = format!(
            "{} {}{query}{} HTTP/1.1\r\nconnection: close\r\n",
            seen.method, seen.path, seen.query
        );
        for (name, value) in &seen.headers {
            if name != "connection" && name != "content-length" {
                text.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        if !body.is_empty() {
            text.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        text.push_str("\r\n");
        text.push_str(&body);
        text.into_bytes()
    }

    /// Asks the server, and gives its whole reply as it came.
    async fn ask(&self, seen: &Seen) -> Option<Vec<u8>> {
        let mut far = TcpStream::connect(&self.target).await.ok()?;
        far.write_all(&self.passed_on(seen)).await.ok()?;
        let mut reply = Vec::new();
        far.read_to_end(&mut reply).await.ok()?;
        (!reply.is_empty()).then_some(reply)
    }
}

/// One request and its reply; each connection has one.
async fn pass(mut near: TcpStream, state: Arc<State>) {
    let Some(seen) = read_request(&mut near).await else {
        return;
    };
    if state.hosted && seen.path == "/v1/capabilities" {
        answer(&mut near, &own(404, "", b"")).await;
        return;
    }
    let Some((fault, mut dice)) = state.fate_of(&seen) else {
        if let Some(reply) = state.ask(&seen).await {
            answer(&mut near, &reply).await;
        }
        return;
    };
    match fault {
        Fault::Reset => {
            let _ = near.set_zero_linger();
            return;
        }
        Fault::TooMany => {
            let told = format!("retry-after: {}\r\n", 1 + dice.roll(30));
            answer(&mut near, &own(429, &told, &failure("RATE_LIMITED"))).await;
            return;
        }
        Fault::ErrorBefore => {
            answer(&mut near, &own(500, "", &failure("INTERNAL_ERROR"))).await;
            return;
        }
        _ => {}
    }
    let Some(reply) = state.ask(&seen).await else { return };
    match fault {
        Fault::DropAfterCommit => {}
        Fault::ErrorAfter => answer(&mut near, &own(500, "", &failure("INTERNAL_ERROR"))).await,
        Fault::Garbage => {
            let noise: Vec<u8> = (0..=dice.roll(400))
                .map(|_| u8::try_from(dice.roll(256)).unwrap())
                .collect();
            answer(&mut near, &own(200, "", &noise)).await;
        }
        Fault::TruncatedGzip => {
            let gzip = "content-encoding: gzip\r\n";
            answer(&mut near, &own(200, gzip, &half_a_gzip(&reply))).await;
        }
        Fault::Duplicate => {
            if let Some(second) = state.ask(&seen).await {
                answer(&mut near, &second).await;
            }
        }
        Fault::SlowLoris => {
            let end = reply.len().min(1 + dice.roll(120));
            for byte in reply[..end].chunks(1) {
                if near.write_all(byte).await.is_err() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        _ => {
            tokio::time::sleep(Duration::from_millis(1 + u64::try_from(dice.roll(40)).unwrap())).await;
            answer(&mut near, &reply).await;
        }
    }
}

async fn answer(near: &mut TcpStream, reply: &[u8]) {
    // Who no longer listens is none of ours.
    let _ = near.write_all(reply).await;
    let _ = near.shutdown().await;
}

fn own(status: u16, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} Fault\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{headers}\r\n"
    );
    [head.as_bytes(), body].concat()
}

fn failure(code: &str) -> Vec<u8> {
    format!(r#"{{"success":false,"error":{{"code":"{code}","message":"Try again later"}}}}"#).into_bytes()
}

/// The beginning of a gzip with the body of this reply: a header, and a stored block that promises more than there is.
fn half_a_gzip(reply: &[u8]) -> Vec<u8> {
    let body = reply
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .map_or(reply, |end| &reply[end + 4..]);
    let block = &body[..body.len().min(60_000)];
    let length = u16::try_from(block.len()).unwrap();
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 1];
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&(!length).to_le_bytes());
    bytes.extend_from_slice(&block[..block.len() / 2]);
    bytes
}
