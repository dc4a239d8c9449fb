//! A server, a network, a phone: everything a test of the companion needs, with both clocks in the test's hand.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use cachebash_core::api::{Call, Client, Endpoint, Method, Request};
use cachebash_core::companion::{
    Account, Authorities, Companion, Ids, IssuedKey, KeyRequest, NewAccount, Options, ProgramQuery, SecretError,
    SecretStore,
};
use cachebash_core::domain::{AccountId, Capability, NewKey, ProgramId, RawKey, SessionId, Span, Timestamp};
use cachebash_core::insight::{Overview, ProgramPage, ProgramRow};
use cachebash_server::{Limits, Server, ServerOptions, SteppedClock};
use cachebash_tests::TestClock;
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use cachebash_tests::line::Line;

/// 2026-11-23 12:00:00 UTC, a Monday.
pub const NOON: Timestamp = Timestamp::from_millis(1_795_435_200_000);

/// A secret store in memory that can be told to fail.
#[derive(Default)]
pub struct Secrets {
    keys: Mutex<BTreeMap<AccountId, RawKey>>,
    pub fails: AtomicBool,
    /// Called at each `put`, before the key is in the store.
    pub at_put: Mutex<Option<Box<dyn Fn() + Send>>>,
}

impl Secrets {
    pub fn count(&self) -> usize {
        self.keys.lock().unwrap().len()
    }

    fn ready(&self) -> Result<(), SecretError> {
        if self.fails.load(Ordering::SeqCst) {
            Err(SecretError)
        } else {
            Ok(())
        }
    }
}

impl SecretStore for Secrets {
    fn put(&self, account: &AccountId, key: &RawKey) -> Result<(), SecretError> {
        if let Some(look) = self.at_put.lock().unwrap().as_ref() {
            look();
        }
        self.ready()?;
        self.keys.lock().unwrap().insert(account.clone(), key.clone());
        Ok(())
    }

    fn get(&self, account: &AccountId) -> Result<Option<RawKey>, SecretError> {
        self.ready()?;
        Ok(self.keys.lock().unwrap().get(account).cloned())
    }

    fn remove(&self, account: &AccountId) -> Result<(), SecretError> {
        self.ready()?;
        self.keys.lock().unwrap().remove(account);
        Ok(())
    }
}

/// Ids that count.
#[derive(Default)]
pub struct CountedIds(AtomicU64);

impl Ids for CountedIds {
    fn next(&self) -> String {
        format!("id-{}", self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// The phone's side: files, secrets, clock. It survives its companion, as a phone survives an app.
pub struct Phone {
    pub dir: TempDir,
    pub secrets: Arc<Secrets>,
    pub clock: Arc<TestClock>,
    pub ids: Arc<CountedIds>,
}

impl Phone {
    pub fn new() -> Self {
        Self {
            dir: TempDir::new().unwrap(),
            secrets: Arc::default(),
            clock: Arc::new(TestClock::at(NOON)),
            ids: Arc::default(),
        }
    }

    pub fn options(&self) -> Options {
        Options {
            data_dir: self.dir.path().to_owned(),
            secrets: self.secrets.clone(),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            zone: Some("UTC".to_owned()),
            sync_period: Span::from_secs(15),
            allow_plain_http: false,
            asks_nobody: false,
            authorities: Authorities::default(),
        }
    }

    pub fn open(&self) -> Arc<Companion> {
        Companion::open(self.options()).unwrap()
    }
}

/// A server with its clock.
pub struct Fleet {
    pub clock: Arc<SteppedClock>,
    pub url: String,
    pub owner: RawKey,
    serving: JoinHandle<()>,
}

impl Fleet {
    pub async fn start() -> Self {
        let clock = Arc::new(SteppedClock::new(NOON));
        let server = Server::open(ServerOptions {
            data: None,
            clock: clock.clone(),
            seed: Some(7),
            limits: Limits::Off,
            ..ServerOptions::default()
        })
        .unwrap();
        let owner = server.owner_key().unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let serving = tokio::spawn(async move { server.serve(listener, std::future::pending()).await.unwrap() });
        Self {
            clock,
            url,
            owner,
            serving,
        }
    }

    /// Somebody who talks to the server directly, as an agent does.
    pub fn client(&self, key: &RawKey) -> Client {
        let endpoint = Endpoint::parse(&self.url, false).unwrap();
        Client::new(endpoint, key.clone(), Arc::new(TestClock::at(NOON))).unwrap()
    }

    /// A new key of a program.
    pub async fn key_of(&self, program: &str) -> RawKey {
        let key = NewKey {
            program: ProgramId::from(program),
            label: program.to_owned(),
            capabilities: Some(vec![Capability::new("*")]),
            ttl_days: None,
        };
        self.client(&self.owner).create_key(&key).await.unwrap().value.key
    }

    /// Writes what the client has no call for, as an agent does.
    pub async fn posts(&self, key: &RawKey, path: &str, body: Value) -> Value {
        self.asks(key, Method::Post, path, "", Some(body.to_string())).await
    }

    /// Changes what the client has no call for, likewise.
    pub async fn patches(&self, key: &RawKey, path: &str, body: Value) -> Value {
        self.asks(key, Method::Patch, path, "", Some(body.to_string())).await
    }

    /// Reads what the client has no call for, likewise.
    pub async fn gets(&self, key: &RawKey, path: &str, query: &str) -> Value {
        self.asks(key, Method::Get, path, query, None).await
    }

    async fn asks(&self, key: &RawKey, method: Method, path: &str, query: &str, body: Option<String>) -> Value {
        struct Asked(Request);
        impl Call for Asked {
            type Data = Value;
            fn request(&self) -> Result<Request, cachebash_core::api::Error> {
                Ok(self.0.clone())
            }
        }
        let request = Request {
            method,
            path: path.to_owned(),
            query: query.to_owned(),
            body,
            with_key: true,
            mcp_session: None,
        };
        self.client(key).send(&Asked(request)).await.unwrap().value
    }

    pub async fn creates(&self, session: Value) {
        let body = serde_json::from_value(session).unwrap();
        self.client(&self.owner).create_session(&body).await.unwrap();
    }

    pub async fn updates(&self, session: &str, change: Value) {
        let body = serde_json::from_value(change).unwrap();
        self.client(&self.owner)
            .update_session(&SessionId::from(session), &body)
            .await
            .unwrap();
    }

    pub async fn remembers(&self, program: &str, state: Value) {
        let body = serde_json::from_value(state).unwrap();
        self.client(&self.owner)
            .update_program_state(&ProgramId::from(program), &body)
            .await
            .unwrap();
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// All of it, with an account added.
pub struct World {
    pub fleet: Fleet,
    pub line: Line,
    pub phone: Phone,
    pub companion: Arc<Companion>,
    pub account: Account,
}

impl World {
    pub async fn new() -> Self {
        Self::of(Phone::new()).await
    }

    pub async fn of(phone: Phone) -> Self {
        let fleet = Fleet::start().await;
        let line = Line::to(&fleet.url).await;
        let companion = phone.open();
        let account = companion
            .add_account(new_account(line.url(), &fleet.owner))
            .await
            .unwrap();
        Self {
            fleet,
            line,
            phone,
            companion,
            account,
        }
    }

    /// Sets both clocks to so long after noon.
    pub fn at(&self, after_noon: Span) {
        use cachebash_core::companion::Clock as _;
        let moment = NOON.plus(after_noon);
        self.fleet.clock.set(moment);
        self.phone.clock.advance(moment.since(self.phone.clock.now()));
    }

    pub async fn refresh(&self) {
        self.companion.refresh(None).await.unwrap();
    }

    pub fn overview(&self) -> Overview {
        self.companion.overview(&ProgramQuery::default()).unwrap()
    }

    pub fn row(&self, program: &str) -> ProgramRow {
        let rows = self.overview().rows;
        rows.into_iter().find(|row| row.program.as_str() == program).unwrap()
    }

    pub fn page(&self, program: &str) -> ProgramPage {
        self.companion
            .program(&self.account.id, &ProgramId::from(program))
            .unwrap()
    }

    /// The app is killed and started again: nothing is flushed or closed in between.
    pub fn kill_and_start(&mut self) {
        std::mem::forget(std::mem::replace(&mut self.companion, self.phone.open()));
    }
}

/// The key that was made at once.
pub fn issued(request: KeyRequest) -> IssuedKey {
    match request {
        KeyRequest::Issued { key, .. } => key,
        KeyRequest::Waiting { .. } => panic!("the key waits in the outbox"),
    }
}

pub fn new_account(server: &str, key: &RawKey) -> NewAccount {
    NewAccount {
        server: Some(server.to_owned()),
        key: key.clone(),
        label: None,
    }
}

/// All that was logged by this process since the first call, whatever its level.
pub fn logged() -> Vec<u8> {
    static LOG: OnceLock<Arc<Mutex<Vec<u8>>>> = OnceLock::new();
    #[derive(Clone)]
    struct Sink(Arc<Mutex<Vec<u8>>>);
    impl std::io::Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let log = LOG.get_or_init(|| {
        let log = Arc::<Mutex<Vec<u8>>>::default();
        let sink = Sink(Arc::clone(&log));
        tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_ansi(false)
            .with_writer(move || sink.clone())
            .init();
        log
    });
    log.lock().unwrap().clone()
}
