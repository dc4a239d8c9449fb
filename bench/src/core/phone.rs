//! A server with agents, and a phone that watches them: the real ones, with both clocks in the bench's hand.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use cachebash_core::companion::{Authorities, Clock, Companion, Ids, NewAccount, Options, SecretError, SecretStore};
use cachebash_core::domain::{
    AccountId, EndedSession, ProgramId, Progress, RawKey, ReportedState, SessionId, Span, Timestamp,
};
use cachebash_core::store::{AccountStore, CacheChanges, Changes, EndedRow};
use cachebash_server::SteppedClock;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::counter::{Certificate, Counter};
use crate::server::load::{Caller, request};
use crate::server::world::{Kind, Running};

/// 2026-11-23 12:00:00 UTC.
pub(crate) const NOON: Timestamp = Timestamp::from_millis(1_795_435_200_000);

/// Programs, and live sessions: one each.
pub(crate) const PROGRAMS: usize = 50;

/// The server and its agents.
pub(crate) struct Fleet {
    pub(crate) running: Running,
    /// Where phones connect.
    pub(crate) url: String,
    /// What vouches for it, for those who speak TLS.
    vouches: Option<String>,
    clock: Arc<SteppedClock>,
    agents: Runtime,
    agents_at: SocketAddr,
    /// Steps taken, so that no status is said twice.
    steps: AtomicU64,
}

impl Fleet {
    /// Fifty programs at work, each in one session.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let clock = Arc::new(SteppedClock::new(NOON));
        let running = Running::start(Kind {
            clock: Some(Arc::clone(&clock) as _),
            ..Kind::default()
        })?;
        let (url, agents_at) = (format!("http://{}", running.address), running.address);
        Self::at_work(running, clock, url, agents_at, None)
    }

    /// The same, on a server that speaks TLS alone, behind a line on which bytes are counted.
    pub(crate) fn counted(folder: &Path) -> anyhow::Result<(Self, Counter)> {
        let clock = Arc::new(SteppedClock::new(NOON));
        let certificate = Certificate::made()?;
        let running = Running::start(Kind {
            clock: Some(Arc::clone(&clock) as _),
            tls: Some(certificate.for_server(folder)?),
            ..Kind::default()
        })?;
        let vouches = certificate.vouches.clone();
        let counter = Counter::before(running.address, certificate)?;
        let fleet = Self::at_work(running, clock, counter.url(), counter.agents(), Some(vouches))?;
        Ok((fleet, counter))
    }

    fn at_work(
        running: Running,
        clock: Arc<SteppedClock>,
        url: String,
        agents_at: SocketAddr,
        vouches: Option<String>,
    ) -> anyhow::Result<Self> {
        let fleet = Self {
            running,
            url,
            vouches,
            clock,
            agents: tokio::runtime::Builder::new_current_thread().enable_all().build()?,
            agents_at,
            steps: AtomicU64::new(0),
        };
        fleet.say("POST", PROGRAMS, |number| {
            let session = json!({
                "sessionId": session(number), "programId": program(number), "state": "working", "progress": 10,
                "name": format!("Rework part {number} of the importer"), "projectName": "demo-app",
                "status": format!("Reading what part {number} of the importer does today"),
            });
            ("/v1/sessions".to_owned(), session)
        })?;
        Ok(fleet)
    }

    pub(crate) fn at(&self, now: Timestamp) {
        self.clock.set(now);
    }

    /// So many agents report where they are. Returns how what they say begins.
    pub(crate) fn report(&self, agents: usize) -> anyhow::Result<String> {
        let step = self.steps.fetch_add(1, Ordering::SeqCst);
        self.say("PATCH", agents, |number| {
            // Agents that report at the same time are hardly ever neighbours.
            let number = (number * 17 + usize::try_from(step).unwrap_or(0) * 7) % PROGRAMS;
            let report = json!({
                "status": format!("Step {step}: moving part {number} of the importer"), "state": "working",
                "progress": 10 + step % 90,
            });
            (format!("/v1/sessions/{}", session(number)), report)
        })?;
        Ok(format!("Step {step}:"))
    }

    fn say(&self, method: &str, times: usize, what: impl Fn(usize) -> (String, Value)) -> anyhow::Result<()> {
        self.agents.block_on(async {
            let mut caller = Caller::connect(self.agents_at).await?;
            for number in 0..times {
                let (path, body) = what(number);
                let key = &self.running.key;
                caller.ask(&request(method, &path, key, "", &body.to_string())).await?;
            }
            Ok(())
        })
    }

    /// The list as the server sends it now.
    pub(crate) fn listed(&self) -> anyhow::Result<Value> {
        self.agents.block_on(async {
            let mut caller = Caller::connect(self.agents_at).await?;
            caller
                .ask(&request("GET", "/v1/sessions?limit=50", &self.running.key, "", ""))
                .await?;
            let listed: Value = serde_json::from_slice(caller.body())?;
            ensure!(listed["data"]["count"] == PROGRAMS, "the list is not whole");
            Ok(listed)
        })
    }
}

fn program(number: usize) -> String {
    format!("agent-{number:02}")
}

fn session(number: usize) -> String {
    format!("agent-{number:02}.importer")
}

/// A clock that moves when it is told to, and on which waiting takes no time.
pub(crate) struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }

    fn lasts(&self, _span: Span) -> Duration {
        Duration::ZERO
    }
}

#[derive(Default)]
struct Secrets(Mutex<BTreeMap<AccountId, RawKey>>);

impl SecretStore for Secrets {
    fn put(&self, account: &AccountId, key: &RawKey) -> Result<(), SecretError> {
        let mut keys = self.0.lock().map_err(|_| SecretError)?;
        keys.insert(account.clone(), key.clone());
        Ok(())
    }

    fn get(&self, account: &AccountId) -> Result<Option<RawKey>, SecretError> {
        Ok(self.0.lock().map_err(|_| SecretError)?.get(account).cloned())
    }

    fn remove(&self, account: &AccountId) -> Result<(), SecretError> {
        self.0.lock().map_err(|_| SecretError)?.remove(account);
        Ok(())
    }
}

#[derive(Default)]
struct Counted(AtomicU64);

impl Ids for Counted {
    fn next(&self) -> String {
        format!("id-{}", self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// The phone: its files, and what opens them.
pub(crate) struct Phone {
    pub(crate) folder: PathBuf,
    pub(crate) clock: Arc<Hand>,
    authorities: Authorities,
    secrets: Arc<Secrets>,
    ids: Arc<Counted>,
    account: AccountId,
    waiting: Runtime,
}

impl Phone {
    /// One that knows the fleet, and beside its live sessions so many that ended that it knows `sessions` in all.
    pub(crate) fn that_knows(fleet: &Fleet, sessions: usize, folder: &Path) -> anyhow::Result<Self> {
        let mut phone = Self {
            folder: folder.to_owned(),
            clock: Arc::new(Hand(AtomicI64::new(NOON.as_millis()))),
            authorities: match &fleet.vouches {
                Some(text) => Authorities::from_pem(text).context("a certificate")?,
                None => Authorities::default(),
            },
            secrets: Arc::default(),
            ids: Arc::default(),
            account: AccountId::new(""),
            waiting: tokio::runtime::Builder::new_current_thread().enable_all().build()?,
        };
        let companion = phone.open()?;
        let account = phone.waiting.block_on(companion.add_account(NewAccount {
            server: Some(fleet.url.clone()),
            key: RawKey::new(fleet.running.key.clone()),
            label: None,
        }))?;
        phone.account = account.id;
        phone.waiting.block_on(companion.refresh(None))?;
        let overview = companion.overview(&Default::default())?;
        ensure!(overview.rows.len() == PROGRAMS, "the phone does not know the fleet");
        phone.waiting.block_on(companion.suspend())?;
        drop(companion);
        phone.remember(sessions.saturating_sub(PROGRAMS))?;
        Ok(phone)
    }

    pub(crate) fn options(&self) -> Options {
        Options {
            data_dir: self.folder.clone(),
            secrets: Arc::clone(&self.secrets) as _,
            clock: Arc::clone(&self.clock) as _,
            ids: Arc::clone(&self.ids) as _,
            zone: Some("UTC".to_owned()),
            sync_period: Span::from_secs(15),
            allow_plain_http: false,
            asks_nobody: false,
            authorities: self.authorities.clone(),
        }
    }

    pub(crate) fn open(&self) -> anyhow::Result<Arc<Companion>> {
        Ok(Companion::open(self.options())?)
    }

    pub(crate) fn at(&self, now: Timestamp) {
        self.clock.0.store(now.as_millis(), Ordering::SeqCst);
    }

    pub(crate) fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.waiting.block_on(work)
    }

    /// Writes so many ended sessions as a year of histories would have left them, spread over the programs.
    fn remember(&self, ended: usize) -> anyhow::Result<()> {
        let store = AccountStore::open(&self.folder, &self.account)?;
        let rows: Vec<EndedRow> = (0..ended).map(|number| EndedRow::of(&ended_session(number))).collect();
        for part in rows.chunks(10_000) {
            let changes = Changes {
                cache: CacheChanges {
                    put_ended: part.to_vec(),
                    ..CacheChanges::default()
                },
                ..Changes::default()
            };
            store.apply(&changes, None)?;
        }
        store.close()?;
        Ok(())
    }
}

fn ended_session(number: usize) -> EndedSession {
    let at = NOON.minus(Span::from_mins(i64::try_from(number).unwrap_or(0) + 60));
    EndedSession {
        id: SessionId::new(format!("{}.done-{number}", program(number % PROGRAMS))),
        program: ProgramId::new(program(number % PROGRAMS)),
        program_derived: false,
        name: Some(format!("Reworked part {number} of the importer")),
        status: Some(format!("Part {number} reads the new format, and its tests pass")),
        state: ReportedState::new(Some("complete".to_owned())),
        progress: Progress::Reported(100.0),
        project: Some("demo-app".to_owned()),
        created_at: Some(at.minus(Span::from_mins(40))),
        completed_at: Some(at),
    }
}
