//! One account: its files, its client, and one refresh at a time.
//!
//! A refresh is: ask ([`fetch`](super::fetch)), compare ([`plan`]), write (the store), remember what each source said,
//! tell who watches. It runs in a task of the companion's own runtime, so a caller that goes away leaves nothing half done.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use tokio::sync::watch;

use super::fallback::Fallback;
use super::fetch::Fetch;
use super::held::Held;
use super::joining::Running;
use super::memory::Memory;
use super::periods::reports_of;
use super::standings::{Outcome, Reported};
use super::{Device, Local, Remote, Wanted, plan};
use crate::api::Client;
use crate::domain::{AccountId, Offers, Span, Timestamp};
use crate::flight::{self, Called, Tape};
use crate::insight::{Cause, Source, SourceReport};
use crate::observe::Topics;
use crate::store::{AccountStore, SourceKey, Standings, StoreError, is_reading};
use crate::world::Clock;

/// As-ofs ride along with a change at most this often; all of them are written on suspend.
const AS_OF_EVERY: Span = Span::from_mins(1);

/// What was seen of sessions, likewise.
const SEEN_EVERY: Span = Span::from_mins(10);

/// What a refresh came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refreshed {
    /// A line per source.
    pub sources: Vec<SourceReport>,
    /// Rows written.
    pub rows_changed: u32,
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
    pub(super) clock: Arc<dyn Clock>,
    tape: Arc<dyn Tape>,
    sync_period: Span,
    pub(super) device: Arc<Device>,
    pub(super) topics: Arc<Topics>,
    memory: Mutex<Memory>,
    pub(super) running: Mutex<Option<Running>>,
    next_due: Mutex<Option<Timestamp>>,
    /// Counts refreshes that have ended.
    refreshes: watch::Sender<u64>,
}

impl AccountSync {
    /// Ties an account's parts together. `connect` is asked for a client when one is first needed.
    pub fn new(
        id: AccountId,
        store: AccountStore,
        connect: Connect,
        tape: Arc<dyn Tape>,
        sync_period: Span,
        device: Arc<Device>,
        topics: Arc<Topics>,
    ) -> Result<Self, StoreError> {
        let clock = Arc::clone(&tape).clock();
        let memory = freshly_opened(&id, &store)?;
        Ok(Self {
            id,
            store,
            client: RwLock::new(None),
            connect,
            clock,
            tape,
            sync_period,
            device,
            topics,
            memory: Mutex::new(memory),
            running: Mutex::new(None),
            next_due: Mutex::new(None),
            refreshes: watch::Sender::new(0),
        })
    }

    /// Whose.
    pub fn id(&self) -> &AccountId {
        &self.id
    }

    /// Talks to the server from now on with this client (after a rotation, or with fresh connections).
    pub fn use_client(&self, client: Option<Client>) {
        let followed = client.map(|client| self.followed(&client));
        *self.client.write().unwrap_or_else(PoisonError::into_inner) = followed;
    }

    /// The same with another key: what the server told the one before is not known of this one.
    pub(crate) fn use_another_key(&self, client: Option<Client>) {
        self.use_client(client);
        let mut memory = self.memory();
        memory.fallback = memory.fallback.for_another_key();
    }

    fn followed(&self, client: &Client) -> Client {
        let carrier = Arc::clone(&self.tape).carrier(client.carrier());
        Client::over(carrier, Arc::clone(&self.clock))
    }

    /// The client; connects if it was not needed before. May block on the secret store.
    pub fn connected(&self) -> Connected {
        if let Some(client) = self.client() {
            return Connected::Yes(client);
        }
        match (self.connect)() {
            Connected::Yes(client) => {
                self.use_client(Some(client.clone()));
                Connected::Yes(self.followed(&client))
            }
            no => no,
        }
    }

    /// The client, if one was needed before.
    pub(super) fn client(&self) -> Option<Client> {
        self.client.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Who follows what this account does.
    pub(crate) fn tape(&self) -> &Arc<dyn Tape> {
        &self.tape
    }

    /// Gives whoever records the rows that a segment begins with, if one is to begin. From there on everything goes by
    /// those rows: what is remembered beside them is found out again.
    pub(crate) fn begin_segment(&self) -> Result<(), StoreError> {
        if !self.tape.wants_rows() {
            return Ok(());
        }
        self.flush()?;
        let mut memory = self.memory();
        // Two calls may begin at once, and one of them has been here.
        if self.tape.wants_rows() {
            *memory = freshly_opened(&self.id, &self.store)?;
            self.tape.begin_with(self.store.snapshot()?);
        }
        Ok(())
    }

    /// What each source last said.
    pub fn standings(&self) -> Standings {
        self.memory().standings.clone()
    }

    /// What the server offers beyond the hosted contract, as far as it is known; nothing until it was asked.
    pub fn offers(&self) -> Offers {
        self.memory().offers
    }

    /// Server time now.
    pub fn server_now(&self) -> Timestamp {
        self.clock.now().plus(self.memory().standings.offset)
    }

    /// How often it is looked at, under the conditions of the last look by the clock.
    pub fn period(&self) -> Span {
        self.memory().conditions.stretch(self.sync_period)
    }

    /// What the clock asks for.
    pub(crate) fn by_clock(&self) -> Wanted {
        Wanted {
            by_clock: true,
            conditions: self.device.conditions(),
            on_screen: self.device.on_screen(&self.id),
            ..Wanted::default()
        }
    }

    /// A line per source, judged now.
    pub fn reports(&self) -> Vec<SourceReport> {
        let now = self.server_now();
        reports_of(
            &self.id,
            &self.standings(),
            now,
            self.period(),
            self.memory().fallback.is_in_use(),
        )
    }

    /// Tells who watches that something looks different now.
    pub(crate) fn mark(&self) {
        self.topics.mark_all();
    }

    /// Hears of every refresh that ends.
    pub(crate) fn refreshes(&self) -> watch::Receiver<u64> {
        self.refreshes.subscribe()
    }

    pub(super) fn note_refreshed(&self) {
        self.refreshes.send_modify(|count| *count += 1);
    }

    /// When the next scheduled refresh is due, in server time.
    pub fn next_due(&self) -> Option<Timestamp> {
        *lock(&self.next_due)
    }

    pub(super) fn set_next_due(&self, at: Option<Timestamp>) {
        *lock(&self.next_due) = at;
    }

    pub(super) async fn run(self: &Arc<Self>, wanted: &Wanted) -> Result<Refreshed, StoreError> {
        self.begin_segment()?;
        let called = Called::Refresh(serde_json::to_value(wanted).unwrap_or_default());
        flight::during(&self.tape, &called, self.refresh_once(wanted)).await
    }

    async fn refresh_once(self: &Arc<Self>, wanted: &Wanted) -> Result<Refreshed, StoreError> {
        let held = self.store.read(Held::load)?;
        let this = Arc::clone(self);
        let cause = match tokio::task::spawn_blocking(move || this.connected()).await {
            Ok(Connected::Yes(client)) => return self.ask(client, wanted, held).await,
            Ok(Connected::NoKey) => Cause::Unauthorized,
            Ok(Connected::Unusable) | Err(_) => Cause::Unreadable,
        };
        let refused = [Source::Sessions, Source::FleetHealth]
            .map(|source| (SourceKey::of(source), Outcome::Failed(cause.clone())));
        self.take_in(Remote::default(), &refused, self.standings(), self.clock.now())
    }

    async fn ask(self: &Arc<Self>, client: Client, wanted: &Wanted, held: Held) -> Result<Refreshed, StoreError> {
        if wanted.by_clock {
            self.memory().conditions = wanted.conditions;
        }
        let mut following = self.memory().following.clone();
        let mut fetch = Fetch::new(&client, &*self.clock, self.standings());
        fetch.most_requests = wanted.most_requests;
        self.look(&mut fetch, wanted, &held, &mut following).await;
        following.end(&mut fetch, &self.standings());
        if let Some(cursor) = following.cursor() {
            fetch.standings.cursor = Some(cursor.clone());
        }

        let is_refused = |(_, outcome): &Reported| matches!(outcome, Outcome::Failed(Cause::Unauthorized));
        if fetch.reported.iter().any(is_refused) {
            // Another process may have put another key in this one's place: whoever asks next looks for it again.
            self.use_client(None);
        }
        self.memory().spend(fetch.requests, self.clock.now());
        let (remote, reported, standings) = (fetch.remote, fetch.reported, fetch.standings);
        let (this, now, rebuilt) = (Arc::clone(self), self.clock.now(), self.store.rebuilt());
        // A write may wait for the disk; the runtime's own threads are for sockets.
        let written = tokio::task::spawn_blocking(move || this.take_in(remote, &reported, standings, now))
            .await
            .unwrap_or(Err(StoreError::Unexpected));
        if written.is_ok() && self.store.rebuilt() == rebuilt {
            self.memory().following = following;
        }
        written
    }

    /// Plans and writes what was heard, and remembers what each source said. A damaged cache is begun anew: what was heard is
    /// then written whole, and of the rest nothing is known any more.
    pub(super) fn take_in(
        &self,
        mut remote: Remote,
        reported: &[Reported],
        mut clock: Standings,
        now: Timestamp,
    ) -> Result<Refreshed, StoreError> {
        match self.take_in_once(&mut remote, reported, &clock, now) {
            Err(StoreError::Damaged) => {
                self.store.rebuild()?;
                clock.cursor = None;
                self.take_in_once(&mut remote, reported, &clock, now)
            }
            taken => taken,
        }
    }

    fn take_in_once(
        &self,
        remote: &mut Remote,
        reported: &[Reported],
        clock: &Standings,
        now: Timestamp,
    ) -> Result<Refreshed, StoreError> {
        let period = self.period();
        let mut memory = self.memory();
        memory.standings.offset = clock.offset;
        memory.standings.cursor.clone_from(&clock.cursor);
        memory.standings.leave_out_late(remote);
        if let Some(offers) = remote.offers {
            memory.offers = offers;
        }
        let timely: Vec<Reported> = reported
            .iter()
            .filter(|reported| !is_late(&memory.standings, reported))
            .cloned()
            .collect();
        let looked_at = memory.standings.reading(&SourceKey::of(Source::Sessions)).as_of;
        let mut standings = memory.standings.clone();
        standings.note(&timely, now.plus(clock.offset));

        let write = || -> Result<(usize, Flushed), StoreError> {
            let local = self
                .store
                .read_as_it_is(|reader| Local::load(reader, remote, looked_at, period))?;
            let changes = plan(&local, remote);
            let rows = changes.rows();
            let says_more = !standings.say_the_same_as(&memory.flushed);
            if rows == 0 && !says_more {
                return Ok((rows, Flushed::Nothing));
            }
            let is_over = |last: Option<Timestamp>, every| last.is_none_or(|at| now.since(at) >= every);
            if is_over(memory.seen_flushed_at, SEEN_EVERY) || changes.kept.cannot_wait() {
                self.store.apply(&changes, Some(&standings))?;
                return Ok((rows, Flushed::All));
            }
            let as_ofs = says_more || is_over(memory.flushed_at, AS_OF_EVERY);
            self.store
                .apply_but_what_was_seen(changes, as_ofs.then_some(&standings))?;
            Ok((rows, if as_ofs { Flushed::AsOfs } else { Flushed::Nothing }))
        };
        let (rows, flushed) = write()?;
        if flushed != Flushed::Nothing {
            memory.flushed = standings.clone();
            memory.flushed_at = Some(now);
        }
        if flushed == Flushed::All {
            memory.seen_flushed_at = Some(now);
        }
        memory.settle(remote, &timely);
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
        Ok(Refreshed {
            sources: self.reports(),
            rows_changed: u32::try_from(rows).unwrap_or(u32::MAX),
        })
    }

    /// Writes what waits in memory, if anything does: as-ofs, and what was seen of sessions.
    pub fn flush(&self) -> Result<(), StoreError> {
        let mut memory = self.memory();
        if memory.standings != memory.flushed || self.store.is_behind() {
            self.store
                .apply(&crate::store::Changes::default(), Some(&memory.standings))?;
            memory.flushed = memory.standings.clone();
            memory.flushed_at = Some(self.clock.now());
            memory.seen_flushed_at = memory.flushed_at;
        }
        Ok(())
    }

    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        debug_assert!(!is_reading(), "memory is locked before the files, never after");
        let mut memory = lock(&self.memory);
        let rebuilt = self.store.rebuilt();
        if memory.rebuilt != rebuilt {
            // What it said is gone, so nothing is known of it any more.
            *memory = freshly_opened(&self.id, &self.store).unwrap_or_default();
            // A file that cannot be read now is not read again at every look.
            memory.rebuilt = rebuilt;
        }
        memory
    }
}

/// What of that which waits in memory went to the files.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flushed {
    Nothing,
    AsOfs,
    All,
}

/// What an account remembers when its files were just opened.
fn freshly_opened(account: &AccountId, store: &AccountStore) -> Result<Memory, StoreError> {
    let rebuilt = store.rebuilt();
    let read = store.read(|reader| Ok((reader.standings()?, reader.offers()?, reader.transports()?)))?;
    let (standings, offers, mut transports) = read;
    let fallback = Fallback::going_on(account, transports.pop());
    let mut memory = Memory::of(standings, offers.unwrap_or_default(), fallback);
    memory.rebuilt = rebuilt;
    Ok(memory)
}

fn is_late(standings: &Standings, (key, outcome): &Reported) -> bool {
    matches!(outcome, Outcome::Good { at, .. } if standings.is_late(key, *at))
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
