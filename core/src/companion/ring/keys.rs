//! What an open account knows of the keys beside its own, in memory: rows, clients that were needed, and what each was told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::api::Client;
use crate::domain::{Capability, KeyHash, Timestamp};
use crate::insight::{Learnt, Source, is_believed};
use crate::store::RingRow;
use crate::world::Clock;

/// Gives a client with a key of the ring. May block.
pub(super) type ConnectWith = Box<dyn Fn(&KeyHash) -> Option<Client> + Send + Sync>;

/// An open account's keys beside its own.
pub(in crate::companion) struct KeyRing {
    state: Mutex<State>,
    connect: ConnectWith,
    pub(super) clock: Arc<dyn Clock>,
}

#[derive(Default)]
struct State {
    /// What the account's own key was told since others may stand in for it.
    own: Learnt,
    own_told: BTreeMap<String, Timestamp>,
    further: Vec<Further>,
    /// Something was learnt that is not on the disk.
    has_news: bool,
}

struct Further {
    row: RingRow,
    client: Option<Client>,
    /// Paths that are another program's, and since when that is known.
    told: BTreeMap<String, Timestamp>,
    /// When the server did not know it any more.
    unknown_since: Option<Timestamp>,
}

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asker<'a> {
    Own,
    Further(&'a KeyHash),
}

/// What a key was told.
pub(super) enum Heard {
    Allowed,
    Lacks(Option<Capability>),
    /// This one thing belongs to another program.
    NotTheirs,
    /// The server does not know the key.
    Unknown,
}

impl KeyRing {
    pub(super) fn new(rows: Vec<RingRow>, own: Learnt, connect: ConnectWith, clock: Arc<dyn Clock>) -> Self {
        let state = State {
            own,
            further: rows.into_iter().map(Further::of).collect(),
            ..State::default()
        };
        Self {
            state: Mutex::new(state),
            connect,
            clock,
        }
    }

    pub(super) fn holds(&self, key: &KeyHash) -> bool {
        self.row(key).is_some()
    }

    pub(super) fn row(&self, key: &KeyHash) -> Option<RingRow> {
        let state = self.state();
        let held = state.further.iter().find(|held| held.row.hash == *key);
        held.map(|held| held.row.clone())
    }

    /// What the account's own key was told, and the others in the order they came.
    pub(super) fn listed(&self) -> (Learnt, Vec<RingRow>) {
        let state = self.state();
        let rows = state.further.iter().map(|held| held.row.clone()).collect();
        (state.own.clone(), rows)
    }

    /// Takes a key in. `own`: what is known of the account's own, wanted when this is the first.
    pub(super) fn keep(&self, row: RingRow, own: impl FnOnce() -> Learnt) {
        let is_first = self.state().further.is_empty();
        let own = is_first.then(own);
        let mut state = self.state();
        if let Some(own) = own.filter(|_| state.own.is_empty()) {
            state.own = own;
            state.has_news = true;
        }
        match state.further.iter_mut().find(|held| held.row.hash == row.hash) {
            Some(held) => *held = Further::of(row),
            None => state.further.push(Further::of(row)),
        }
    }

    pub(super) fn drop_key(&self, key: &KeyHash) {
        self.state().further.retain(|held| held.row.hash != *key);
    }

    /// Has a key ask nothing any more; gives what is to be kept of that.
    pub(super) fn silence(&self, key: &KeyHash) -> Option<RingRow> {
        let mut state = self.state();
        let held = state.further.iter_mut().find(|held| held.row.hash == *key)?;
        held.row.asks = false;
        held.client = None;
        Some(held.row.clone())
    }

    /// What was learnt since this was last asked, if anything was.
    pub(super) fn news(&self) -> Option<(Learnt, Vec<RingRow>)> {
        let has_news = std::mem::take(&mut self.state().has_news);
        has_news.then(|| self.listed())
    }

    /// Whether any key could stand in for another.
    pub(super) fn can_stand_in(&self) -> bool {
        self.state().further.iter().any(|held| held.row.asks)
    }

    /// Whether it makes sense that the account's own key asks.
    pub(super) fn own_may_ask(&self, source: Source, path: &str) -> bool {
        let now = self.clock.now();
        let state = self.state();
        state.own.may_ask(source, now) && !is_told(&state.own_told, path, now)
    }

    /// The others with which asking makes sense, in the order they came.
    pub(super) fn others(&self, source: Source, path: &str) -> Vec<KeyHash> {
        let now = self.clock.now();
        let may_ask = |held: &&Further| {
            held.row.asks
                && held.unknown_since.is_none_or(|at| !is_believed(at, now))
                && held.row.learnt.may_ask(source, now)
                && !is_told(&held.told, path, now)
        };
        let state = self.state();
        state
            .further
            .iter()
            .filter(may_ask)
            .map(|held| held.row.hash.clone())
            .collect()
    }

    /// A client with this key; connects if it was not needed before. May block on the secret store.
    pub(super) fn client_with(&self, key: &KeyHash) -> Option<Client> {
        let known = |state: &State| {
            let held = state.further.iter().find(|held| held.row.hash == *key)?;
            Some(held.client.clone())
        };
        if let Some(client) = known(&self.state())? {
            return Some(client);
        }
        let client = (self.connect)(key)?;
        let mut state = self.state();
        let held = state.further.iter_mut().find(|held| held.row.hash == *key)?;
        Some(held.client.get_or_insert(client).clone())
    }

    pub(super) fn learn(&self, asker: Asker<'_>, source: Source, path: &str, heard: Heard) {
        let now = self.clock.now();
        let mut guard = self.state();
        let state = &mut *guard;
        let (learnt, told, unknown_since) = match asker {
            Asker::Own => (&mut state.own, &mut state.own_told, None),
            Asker::Further(key) => {
                let Some(held) = state.further.iter_mut().find(|held| held.row.hash == *key) else {
                    return;
                };
                (&mut held.row.learnt, &mut held.told, Some(&mut held.unknown_since))
            }
        };
        let is_news = match heard {
            Heard::Allowed => {
                told.remove(path);
                learnt.allowed(source, now)
            }
            Heard::Lacks(missing) => learnt.refused(source, missing, now),
            Heard::NotTheirs => {
                told.retain(|_, at| is_believed(*at, now));
                told.entry(path.to_owned()).or_insert(now);
                false
            }
            Heard::Unknown => {
                if let Some(since) = unknown_since {
                    *since = Some(now);
                }
                false
            }
        };
        state.has_news |= is_news;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Further {
    fn of(row: RingRow) -> Self {
        Self {
            row,
            client: None,
            told: BTreeMap::new(),
            unknown_since: None,
        }
    }
}

fn is_told(told: &BTreeMap<String, Timestamp>, path: &str, now: Timestamp) -> bool {
    told.get(path).is_some_and(|at| is_believed(*at, now))
}
