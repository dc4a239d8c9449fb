//! One account: its files, its client, and one refresh at a time.
//!
//! A refresh is: ask ([`fetch`](super::fetch)), compare ([`plan`]), write (the store), remember what each source said,
//! tell who watches. It runs in a task of the companion's own runtime, so a caller that goes away leaves nothing half done.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::fetch::{Fetch, due_states};
use super::standings::{Outcome, Reported, cause_of};
use super::{KeysRead, Local, Remote, plan};
use crate::api::{self, Client, Reply};
use crate::companion::{Clock, CompanionError};
use crate::domain::{AccountId, ApiKey, ProgramId, Session, Span, Timestamp};
use crate::insight::{self, Cause, Source, SourceReport};
use crate::observe::Topics;
use crate::store::{AccountStore, SourceKey, Standings, StoreError};

/// As-ofs of polls that brought nothing are written at most this often (and on suspend).
const FLUSH_EVERY: Span = Span::from_mins(1);

/// Ended sessions are asked for this often, and whenever a session left the list.
pub(crate) const HISTORY_EVERY: Span = Span::from_mins(10);

/// A state that could not be read is asked for again no sooner, unless somebody asks for it.
const STATE_RETRY: Span = Span::from_mins(10);

/// What a refresh must read beside what is due.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// States of these programs.
    pub programs: BTreeSet<ProgramId>,
    /// The keys.
    pub keys: bool,
}

impl Wanted {
    fn covers(&self, other: &Wanted) -> bool {
        self.programs.is_superset(&other.programs) && (self.keys || !other.keys)
    }
}

/// What a refresh came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refreshed {
    /// A line per source.
    pub sources: Vec<SourceReport>,
    /// Rows written.
    pub rows_changed: u32,
}

/// How a refresh ended; shared by all who joined it. `None` while it runs.
type Ending = Option<Result<Refreshed, StoreError>>;

struct Running {
    wanted: Wanted,
    ending: watch::Receiver<Ending>,
    task: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Memory {
    standings: Standings,
    /// What was last flushed; equal to `standings` when nothing waits for a flush.
    flushed: Standings,
    /// When, by this device's clock.
    flushed_at: Option<Timestamp>,
    /// When a program's state was last tried in vain, by this device's clock.
    state_failed_at: BTreeMap<ProgramId, Timestamp>,
    /// When the history was last tried, likewise.
    history_tried_at: Option<Timestamp>,
}

/// Gives a client, with the key from the secret store. May block.
pub type Connect = Box<dyn Fn() -> Connected + Send + Sync>;

/// Whether there is somebody to talk to the server.
#[derive(Clone)]
pub enum Connected {
    /// Yes.
    Yes(Client),
    /// The secret store has no key for this account.
    NoKey,
    /// The secret store fails, or the address cannot be used.
    Unusable,
}

/// An account that can be refreshed.
pub struct AccountSync {
    id: AccountId,
    pub(crate) store: AccountStore,
    client: RwLock<Option<Client>>,
    connect: Connect,
    clock: Arc<dyn Clock>,
    sync_period: Span,
    topics: Arc<Topics>,
    memory: Mutex<Memory>,
    running: Mutex<Option<Running>>,
    next_due: Mutex<Option<Timestamp>>,
}

impl AccountSync {
    /// Ties an account's parts together. `connect` is asked for a client when one is first needed.
    pub fn new(
        id: AccountId,
        store: AccountStore,
        connect: Connect,
        clock: Arc<dyn Clock>,
        sync_period: Span,
        topics: Arc<Topics>,
    ) -> Result<Self, StoreError> {
        let standings = store.read(|reader| reader.standings())?;
        let memory = Memory {
            flushed: standings.clone(),
            standings,
            flushed_at: Some(clock.now()),
            ..Memory::default()
        };
        Ok(Self {
            id,
            store,
            client: RwLock::new(None),
            connect,
            clock,
            sync_period,
            topics,
            memory: Mutex::new(memory),
            running: Mutex::new(None),
            next_due: Mutex::new(None),
        })
    }

    /// Whose.
    pub fn id(&self) -> &AccountId {
        &self.id
    }

    /// Talks to the server from now on with this client (after a rotation, or with fresh connections).
    pub fn use_client(&self, client: Option<Client>) {
        *self.client.write().unwrap_or_else(PoisonError::into_inner) = client;
    }

    /// The client; connects if it was not needed before. May block on the secret store.
    pub fn connected(&self) -> Connected {
        if let Some(client) = self.client.read().unwrap_or_else(PoisonError::into_inner).clone() {
            return Connected::Yes(client);
        }
        let connected = (self.connect)();
        if let Connected::Yes(client) = &connected {
            self.use_client(Some(client.clone()));
        }
        connected
    }

    /// What each source last said.
    pub fn standings(&self) -> Standings {
        self.memory().standings.clone()
    }

    /// Server time now.
    pub fn server_now(&self) -> Timestamp {
        self.clock.now().plus(self.memory().standings.offset)
    }

    /// A line per source, judged now.
    pub fn reports(&self) -> Vec<SourceReport> {
        let now = self.server_now();
        reports_of(&self.id, &self.standings(), now, self.sync_period)
    }

    /// When the next scheduled refresh is due, in server time.
    pub fn next_due(&self) -> Option<Timestamp> {
        *lock(&self.next_due)
    }

    pub(super) fn set_next_due(&self, at: Option<Timestamp>) {
        *lock(&self.next_due) = at;
    }

    /// Refreshes, or joins the refresh that runs. One that does not read what is wanted here is waited for, and
    /// followed by one that does.
    pub async fn refresh(self: &Arc<Self>, wanted: Wanted, runtime: &Handle) -> Result<Refreshed, StoreError> {
        loop {
            let (mut ending, joins) = self.join_or_start(&wanted, runtime);
            let ended = match ending.wait_for(Option::is_some).await {
                Ok(ending) => ending.clone(),
                // The task was stopped by a suspend, or it panicked.
                Err(_) => Some(Err(StoreError::Closed)),
            };
            if let (true, Some(outcome)) = (joins, ended) {
                return outcome;
            }
        }
    }

    fn join_or_start(self: &Arc<Self>, wanted: &Wanted, runtime: &Handle) -> (watch::Receiver<Ending>, bool) {
        let mut running = lock(&self.running);
        if let Some(current) = running.as_ref().filter(|current| is_under_way(&current.ending)) {
            return (current.ending.clone(), current.wanted.covers(wanted));
        }
        let (told, ending) = watch::channel(None);
        let this = Arc::clone(self);
        let asked = wanted.clone();
        let task = runtime.spawn(async move {
            let outcome = this.run(&asked).await;
            this.topics.mark_all();
            told.send_replace(Some(outcome));
        });
        *running = Some(Running { wanted: wanted.clone(), ending: ending.clone(), task: Some(task) });
        (ending, true)
    }

    /// Waits for the running refresh, at most so long, then drops it. Nothing of it is half written: writing is one
    /// step at its end.
    pub async fn settle(&self, at_most: std::time::Duration) {
        let task = lock(&self.running).as_mut().and_then(|running| running.task.take());
        let Some(mut task) = task else { return };
        if tokio::time::timeout(at_most, &mut task).await.is_err() {
            task.abort();
            let _ = task.await;
        }
    }

    async fn run(self: &Arc<Self>, wanted: &Wanted) -> Result<Refreshed, StoreError> {
        let known = self.store.read(|reader| reader.programs())?;
        let live = self.store.read(|reader| reader.live_sessions())?;
        let known: BTreeSet<ProgramId> = known.into_iter().map(|entry| entry.program).collect();
        let this = Arc::clone(self);
        let cause = match tokio::task::spawn_blocking(move || this.connected()).await {
            Ok(Connected::Yes(client)) => return self.ask(client, wanted, live, known).await,
            Ok(Connected::NoKey) => Cause::Unauthorized,
            Ok(Connected::Unusable) | Err(_) => Cause::Unreadable,
        };
        let refused = [Source::Sessions, Source::FleetHealth]
            .map(|source| (SourceKey::of(source), Outcome::Failed(cause.clone())));
        self.take_in(Remote::default(), &refused, self.standings())
    }

    async fn ask(
        self: &Arc<Self>,
        client: Client,
        wanted: &Wanted,
        live: Vec<Session>,
        known: BTreeSet<ProgramId>,
    ) -> Result<Refreshed, StoreError> {

        let mut fetch = Fetch::new(&client, &*self.clock, self.standings());
        fetch.lists(&known).await;
        let listed = fetch.remote.sessions.as_ref();
        let left = listed
            .is_some_and(|read| read.whole && live.iter().any(|held| read.rows.iter().all(|row| row.id != held.id)));
        if !fetch.is_stopped() && self.history_is_due(left) {
            fetch.history().await;
        }
        let sessions = fetch.remote.sessions.as_ref().map_or(&live, |read| &read.rows).clone();
        let programs: Vec<ProgramId> = sessions
            .iter()
            .filter(|session| !session.program_derived)
            .map(|session| session.program.clone())
            .chain(fetch.remote.fleet.iter().flat_map(|read| &read.rows).map(|row| row.program.clone()))
            .chain(known.iter().cloned())
            .collect();
        let due = self.due_states(wanted, &sessions, &programs);
        for program in due {
            if fetch.is_stopped() || !fetch.state(&program).await {
                break;
            }
        }
        if wanted.keys && !fetch.is_stopped() {
            fetch.keys().await;
        }

        let (remote, reported, standings) = (fetch.remote, fetch.reported, fetch.standings);
        let this = Arc::clone(self);
        // A write may wait for the disk; the runtime's own threads are for sockets.
        tokio::task::spawn_blocking(move || this.take_in(remote, &reported, standings))
            .await
            .unwrap_or(Err(StoreError::Unexpected))
    }

    fn due_states(&self, wanted: &Wanted, sessions: &[Session], programs: &[ProgramId]) -> Vec<ProgramId> {
        let memory = self.memory();
        let now = self.clock.now();
        let all_forbidden = memory.standings.sources.iter().any(|(key, reading)| {
            let trouble = reading.trouble.as_ref();
            key.source == Source::ProgramState
                && trouble.is_some_and(|trouble| matches!(trouble.cause, Cause::Forbidden { capability: Some(_) }))
                && key.program.as_ref().is_some_and(|program| failed_lately(&memory, program, now))
        });
        due_states(&wanted.programs, sessions.iter().filter(|session| !session.program_derived), programs, &memory.standings, |program| {
            all_forbidden || failed_lately(&memory, program, now)
        })
    }

    fn history_is_due(&self, a_session_left: bool) -> bool {
        let mut memory = self.memory();
        let now = self.clock.now();
        let recent = memory.history_tried_at.is_some_and(|tried| now.since(tried) < HISTORY_EVERY);
        let refused = memory.standings.reading(&SourceKey::of(Source::SessionHistory)).trouble;
        let refused = refused.is_some_and(|trouble| matches!(trouble.cause, Cause::Forbidden { .. }));
        let due = !recent || (a_session_left && !refused);
        if due {
            memory.history_tried_at = Some(now);
        }
        due
    }

    /// Takes in a list of keys that was read beside the refreshes.
    pub fn take_in_keys(&self, reply: Result<Reply<Vec<ApiKey>>, api::Error>) -> Result<(), StoreError> {
        let key = SourceKey::of(Source::Keys);
        let mut standings = self.standings();
        let mut remote = Remote::default();
        let outcome = match reply {
            Ok(reply) => {
                let device = self.clock.now();
                if let Some(at) = reply.server_time {
                    standings.follow_clock(at, device);
                }
                let at = reply.server_time.unwrap_or(device.plus(standings.offset));
                let lacking = (reply.skipped > 0).then_some(Cause::RowsSkipped { count: reply.skipped });
                remote.keys = Some(KeysRead { at, rows: reply.value, whole: reply.skipped == 0 });
                Outcome::Good { at, lacking }
            }
            Err(error) => Outcome::Failed(cause_of(&CompanionError::from(error), standings.offset)),
        };
        self.take_in(remote, &[(key, outcome)], standings)?;
        self.topics.mark_all();
        Ok(())
    }

    /// Plans and writes what was heard, and remembers what each source said.
    fn take_in(&self, remote: Remote, reported: &[Reported], clock: Standings) -> Result<Refreshed, StoreError> {
        let mut memory = self.memory();
        let now = self.clock.now();
        memory.standings.offset = clock.offset;
        let remote = memory.standings.without_late(remote);
        let timely: Vec<Reported> = reported.iter().filter(|reported| !is_late(&memory.standings, reported)).cloned().collect();
        let looked_at = memory.standings.reading(&SourceKey::of(Source::Sessions)).as_of;
        let mut standings = memory.standings.clone();
        standings.note(&timely, now.plus(clock.offset));

        let write = || -> Result<(usize, bool), StoreError> {
            let local = self.store.read(|reader| Local::load(reader, &remote, looked_at, self.sync_period))?;
            let changes = plan(&local, &remote);
            let overdue = memory.flushed_at.is_none_or(|at| now.since(at) >= FLUSH_EVERY);
            let flush = !changes.is_empty() || (overdue && standings != memory.flushed);
            if flush {
                self.store.apply(&changes, Some(&standings))?;
            }
            Ok((changes.rows(), flush))
        };
        let (rows, flushed) = match write() {
            // A damaged cache is rebuilt by opening again; what was heard is then written whole.
            Err(StoreError::Damaged) => {
                self.store.reopen()?;
                write()?
            }
            other => other?,
        };
        if flushed {
            memory.flushed = standings.clone();
            memory.flushed_at = Some(now);
        }
        for (key, outcome) in &timely {
            if let (Source::ProgramState, Some(program)) = (key.source, &key.program) {
                match outcome {
                    Outcome::Good { .. } => memory.state_failed_at.remove(program),
                    Outcome::Failed(_) => memory.state_failed_at.insert(program.clone(), now),
                };
            }
        }
        memory.standings = standings;
        drop(memory);
        Ok(Refreshed { sources: self.reports(), rows_changed: u32::try_from(rows).unwrap_or(u32::MAX) })
    }

    /// Writes the as-ofs that wait in memory, if any.
    pub fn flush(&self) -> Result<(), StoreError> {
        let mut memory = self.memory();
        if memory.standings != memory.flushed {
            self.store.apply(&crate::store::Changes::default(), Some(&memory.standings))?;
            memory.flushed = memory.standings.clone();
            memory.flushed_at = Some(self.clock.now());
        }
        Ok(())
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        lock(&self.memory)
    }
}

/// A line per source. States and history are asked for on occasion, so they are judged by their own, slower period.
fn reports_of(id: &AccountId, standings: &Standings, now: Timestamp, sync_period: Span) -> Vec<SourceReport> {
    let all = [
        (Source::Sessions, sync_period),
        (Source::FleetHealth, sync_period),
        (Source::SessionHistory, HISTORY_EVERY),
        (Source::ProgramState, HISTORY_EVERY),
        (Source::Keys, HISTORY_EVERY),
    ];
    all.map(|(source, period)| insight::report(id, source, &standings.together(source), now, period)).to_vec()
}

fn failed_lately(memory: &Memory, program: &ProgramId, now: Timestamp) -> bool {
    memory.state_failed_at.get(program).is_some_and(|at| now.since(*at) < STATE_RETRY)
}

fn is_late(standings: &Standings, (key, outcome): &Reported) -> bool {
    matches!(outcome, Outcome::Good { at, .. } if standings.is_late(key, *at))
}

fn is_under_way(ending: &watch::Receiver<Ending>) -> bool {
    ending.borrow().is_none() && ending.has_changed().is_ok()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
