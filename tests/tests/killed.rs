//! A companion that is killed with SIGKILL, at each of its durable steps and at any moment between: what a person was told is
//! kept is kept, and it is done exactly once. Compared with the server's own ledger.
//!
//! Half of the killed talk to a server that honours every idempotency key, half to one that, like the hosted one, knows
//! those of messages alone.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cachebash_core::api::{Call, Client, Endpoint, Error, Method, Request};
use cachebash_core::companion::{Companion, NewAccount, NewKey, Options, SecretError, SecretStore, SystemClock};
use cachebash_core::domain::{
    AccountId, Action, Delivery, MessageKind, NewMessage, NewTask, ProgramId, RawKey, SessionId, has_key,
};
use cachebash_server::{Limits, Server, ServerOptions};
use cachebash_tests::files::files;
use cachebash_tests::line::Line;
use serde_json::{Value, json};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// How many are killed, where `KILLS` does not say otherwise: a minute of them.
const USUAL: u32 = 500;

/// The child's part is told to it in these.
const FOLDER: &str = "KILLED_FOLDER";
const SERVER: &str = "KILLED_SERVER";
const KEY: &str = "KILLED_KEY";
const ROUND: &str = "KILLED_ROUND";
const SECRETS: &str = "KILLED_SECRETS";

/// Every so many-th life also asks for a key.
const KEY_EVERY: u32 = 4;

/// After so many killed ones one lives, so that no more is left over than a client may ask for in a minute.
const LIVES_EVERY: u32 = 8;

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_moment_of_death_nothing_is_lost_and_nothing_is_done_twice() {
    let kills = told("KILLS").unwrap_or(USUAL);
    let seed = told("KILLS_SEED").unwrap_or_else(std::process::id);
    println!("{kills} kills, KILLS_SEED={seed}");
    let server = Served::start().await;
    let mut fates = Fates::of(seed);
    let mut steps: BTreeMap<String, u32> = BTreeMap::new();
    for hosted in [false, true] {
        let line = Line::to(&server.url).await;
        if hosted {
            line.hides("GET /v1/capabilities");
        }
        let (phone, secrets) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let name = if hosted { "hosted" } else { "own" };
        let (mut asked, mut had) = (BTreeSet::new(), BTreeMap::new());
        for round in 0..kills / 2 {
            let life_of = |round: String| Life {
                folder: phone.path(),
                secrets: secrets.path(),
                server: line.url(),
                key: &server.owner,
                round,
            };
            let life = life_of(format!("{name} {round}"));
            if round % LIVES_EVERY == LIVES_EVERY - 1 {
                let whole = life_of(format!("{name} whole {round}"));
                let ended = tokio::task::block_in_place(|| whole.live(Fate::Natural));
                asked.extend(ended.asked);
                had.extend(ended.had);
            }
            let fate = fates.next();
            server.moves_on(round).await;
            let ended = tokio::task::block_in_place(|| life.live(fate));
            *steps.entry(ended.at).or_default() += 1;
            asked.extend(ended.asked);
            had.extend(ended.had);
        }
        let last = Life {
            folder: phone.path(),
            secrets: secrets.path(),
            server: line.url(),
            key: &server.owner,
            round: format!("{name} last"),
        };
        let ended = tokio::task::block_in_place(|| last.live(Fate::Natural));
        assert_eq!(ended.at, "lived", "KILLS_SEED={seed}");
        asked.extend(ended.asked);
        had.extend(ended.had);
        let (keys, texts) = asked.into_iter().partition(|text: &String| text.starts_with("key "));
        server.holds_once(&texts, name, seed).await;
        server.holds_the_keys_that_somebody_has(&keys, &had, seed).await;
        for (path, bytes) in files(phone.path()) {
            assert!(
                !has_key(&String::from_utf8_lossy(&bytes)),
                "a key in {}",
                path.display()
            );
        }
    }
    println!("killed at: {steps:?}");
    for step in ["outbox", "request", "reply", "key", "kept", "cache"] {
        assert!(
            kills < 100 || steps.contains_key(step),
            "none was killed at {step}: {steps:?}"
        );
    }
}

fn told(name: &str) -> Option<u32> {
    std::env::var(name).ok()?.parse().ok()
}

/// When a life ends.
#[derive(Clone, Copy)]
enum Fate {
    /// At its so many-th durable step.
    Step(u32),
    /// After so long.
    Time(Duration),
    /// By itself.
    Natural,
}

/// Repeatable dice.
struct Fates(u64);

impl Fates {
    fn of(seed: u32) -> Self {
        Self(u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn roll(&mut self, sides: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from((self.0 >> 33) % u64::from(sides)).unwrap()
    }

    fn next(&mut self) -> Fate {
        if self.roll(3) == 0 {
            Fate::Time(Duration::from_micros(u64::from(self.roll(150_000))))
        } else {
            Fate::Step(1 + self.roll(24))
        }
    }
}

/// One run of the companion, in a process of its own.
struct Life<'a> {
    folder: &'a Path,
    secrets: &'a Path,
    server: &'a str,
    key: &'a RawKey,
    round: String,
}

/// What was heard of a life.
struct Ended {
    /// The step at which it was killed, `time`, or `lived`.
    at: String,
    /// What it said is kept.
    asked: Vec<String>,
    /// Keys that a person had seen, by label: their fingerprints.
    had: BTreeMap<String, String>,
}

impl Life<'_> {
    fn live(&self, fate: Fate) -> Ended {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "a_life", "--ignored", "--nocapture", "--test-threads", "1"])
            .env(FOLDER, self.folder)
            .env(SECRETS, self.secrets)
            .env(SERVER, self.server)
            .env(KEY, self.key.reveal())
            .env(ROUND, &self.round)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut go = child.stdin.take().unwrap();
        let mut heard = BufReader::new(child.stdout.take().unwrap());
        if let Fate::Time(after) = fate {
            return self.timed(child, go, heard, after);
        }
        let (mut asked, mut had, mut steps) = (Vec::new(), BTreeMap::new(), 0);
        let mut line = String::new();
        while heard.read_line(&mut line).unwrap() > 0 {
            let said = std::mem::take(&mut line);
            if let Some(text) = word_of(&said, "asked ") {
                asked.push(text);
            } else if let Some(key) = seen(&said) {
                had.extend([key]);
            } else if let Some(step) = word_of(&said, "step ") {
                steps += 1;
                if matches!(fate, Fate::Step(nth) if nth == steps) {
                    child.kill().unwrap();
                    child.wait().unwrap();
                    return Ended { at: step, asked, had };
                }
                // The child waits for this, so that it dies exactly where it was meant to.
                let _ = go.write_all(b".");
            }
        }
        let status = child.wait().unwrap();
        let mut trouble = String::new();
        child.stderr.take().unwrap().read_to_string(&mut trouble).unwrap();
        assert!(status.success(), "{}: {trouble}", self.round);
        Ended {
            at: "lived".to_owned(),
            asked,
            had,
        }
    }

    fn timed(&self, mut child: Child, mut go: ChildStdin, heard: BufReader<impl Read>, after: Duration) -> Ended {
        // It need not wait for anybody.
        let _ = go.write_all(&[b'.'; 4_096]);
        std::thread::sleep(after);
        child.kill().unwrap();
        child.wait().unwrap();
        let lines: Vec<_> = heard.lines().map_while(Result::ok).collect();
        Ended {
            at: "time".to_owned(),
            asked: lines.iter().filter_map(|line| word_of(line, "asked ")).collect(),
            had: lines.iter().filter_map(|line| seen(line)).collect(),
        }
    }
}

/// What follows a word in a line of the child's. The test harness may write before it on the same line.
fn word_of(line: &str, word: &str) -> Option<String> {
    let (_, rest) = line.split_once(word)?;
    Some(rest.trim_end().to_owned())
}

/// The label and the fingerprint of a key that the child showed.
fn seen(line: &str) -> Option<(String, String)> {
    let key = word_of(line, "has ")?;
    let (label, hash) = key.rsplit_once(' ')?;
    Some((label.to_owned(), hash.to_owned()))
}

/// The child. It only runs when it is told what to do.
#[test]
#[ignore = "a part of another test"]
fn a_life() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let told = |name: &str| std::env::var(name).unwrap();
    tracing_subscriber::registry().with(Steps).init();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(live(
        PathBuf::from(folder),
        PathBuf::from(told(SECRETS)),
        told(SERVER),
        RawKey::new(told(KEY)),
        told(ROUND),
    ));
}

async fn live(folder: PathBuf, secrets: PathBuf, server: String, key: RawKey, round: String) {
    let mut options = Options::new(folder, Arc::new(Keys(secrets)));
    options.clock = Arc::new(SystemClock);
    let companion = Companion::open(options).unwrap();
    let account = match companion.accounts().unwrap().first() {
        Some(account) => account.id.clone(),
        None => {
            let account = NewAccount {
                server: Some(server),
                key,
                label: None,
            };
            companion.add_account(account).await.unwrap().id
        }
    };
    companion.allow_writes(&account, true).unwrap();
    companion.refresh(None).await.unwrap();
    let message = format!("message {round}");
    let action = Action::SendMessage(NewMessage {
        to: "builder".to_owned(),
        text: message.clone(),
        kind: MessageKind::Directive,
        replies_to: None,
    });
    companion.ask(&account, action).await.unwrap();
    say(&format!("asked {message}"));
    let task = format!("task {round}");
    let action = Action::CreateTask(NewTask {
        to: "builder".to_owned(),
        title: task.clone(),
        instructions: String::new(),
    });
    companion.ask(&account, action).await.unwrap();
    say(&format!("asked {task}"));
    let number: u32 = round.rsplit(' ').next().unwrap().parse().unwrap_or_default();
    if number.is_multiple_of(KEY_EVERY) {
        let label = format!("key {round}");
        let key = NewKey {
            program: ProgramId::from("scribe"),
            label: label.clone(),
            capabilities: None,
            ttl_days: None,
        };
        let instead_of = None;
        let action = Action::CreateKey { key, instead_of };
        companion.ask(&account, action).await.unwrap();
        say(&format!("asked {label}"));
    }
    companion.refresh(None).await.unwrap();
    while !companion.outbox(None).unwrap().lines.is_empty() {
        companion.deliver(&account).await.unwrap();
        for line in companion.outbox(None).unwrap().lines {
            let id = &line.entry.id;
            match line.entry.delivery {
                // What a person does when the server does not show it, or shows a key that nobody has.
                Delivery::Unknown { looked: true } | Delivery::Unseen { .. } => {
                    companion.retry_action(&account, id).await.unwrap();
                }
                // And when it does.
                Delivery::Issued { .. } => {
                    let issued = companion.show_key(&account, id).await.unwrap();
                    say(&format!("has {} {}", issued.label, issued.key.hash()));
                    companion.discard_action(&account, id).await.unwrap();
                }
                _ => {}
            }
        }
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

/// Tells each durable step, and waits for leave to go on.
struct Steps;

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Steps {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        struct Step(Option<String>);
        impl tracing::field::Visit for Step {
            fn record_str(&mut self, field: &tracing::field::Field, value: &str) {
                if field.name() == "step" {
                    self.0 = Some(value.to_owned());
                }
            }
            fn record_debug(&mut self, _: &tracing::field::Field, _: &dyn std::fmt::Debug) {}
        }
        if event.metadata().target() != "durable" {
            return;
        }
        let mut step = Step(None);
        event.record(&mut step);
        // One at a time, or the leave for one would be taken by another.
        static TURN: Mutex<()> = Mutex::new(());
        let _turn = TURN.lock().unwrap();
        say(&format!("step {}", step.0.unwrap_or_default()));
        let _ = std::io::stdin().lock().read_exact(&mut [0]);
    }
}

/// A secret store in files, apart from the phone's.
struct Keys(PathBuf);

impl SecretStore for Keys {
    fn put(&self, account: &AccountId, key: &RawKey) -> Result<(), SecretError> {
        let (new, place) = (self.0.join("new"), self.0.join(account.as_str()));
        let written = std::fs::write(&new, key.reveal()).and_then(|()| std::fs::rename(&new, place));
        written.map_err(|_| SecretError)
    }

    fn get(&self, account: &AccountId) -> Result<Option<RawKey>, SecretError> {
        Ok(std::fs::read_to_string(self.0.join(account.as_str()))
            .ok()
            .map(RawKey::new))
    }

    fn remove(&self, account: &AccountId) -> Result<(), SecretError> {
        let _ = std::fs::remove_file(self.0.join(account.as_str()));
        Ok(())
    }
}

/// The server with its ledger.
struct Served {
    url: String,
    owner: RawKey,
}

impl Served {
    async fn start() -> Self {
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
    async fn moves_on(&self, round: u32) {
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

    async fn holds_once(&self, asked: &BTreeSet<String>, name: &str, seed: u32) {
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
    async fn holds_the_keys_that_somebody_has(
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
