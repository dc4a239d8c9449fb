//! Stands in for the network, the clock and the source of ids while a recording is played.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::{Notify, oneshot};

use super::STEP;
use crate::api::{Carried, Carrier, Error, RawReply, Request};
use crate::domain::{AccountId, RawKey, Span, Timestamp};
use crate::flight::{Act, Called, Entry, Lead, Tape, current_call};
use crate::store::Snapshot;
use crate::world::{Clock, Ids, SecretError, SecretStore};

/// The number of a call that the recording does not have.
const UNRECORDED: u32 = u32::MAX;

/// What the core asks for while it is led through a segment.
pub(super) struct Player {
    desk: Mutex<Desk>,
    arrived: Notify,
    may_read: Condvar,
}

struct Desk {
    now: Timestamp,
    readings: BTreeMap<u32, VecDeque<Timestamp>>,
    /// How many of a call's readings the lines that were played allow.
    readable: BTreeMap<u32, usize>,
    /// How many refreshes each call has yet to join.
    joins: BTreeMap<u32, usize>,
    refreshes: VecDeque<u32>,
    drains: VecDeque<u32>,
    ids: VecDeque<String>,
    waiting: Vec<Waiting>,
    /// Calls that are over: they ask nothing more.
    over: BTreeSet<u32>,
    /// Calls that went another way: nothing in the recording is an answer to what they ask.
    astray: BTreeSet<u32>,
    unrecorded: Vec<String>,
}

/// A request that waits for its reply to be played.
pub(super) struct Waiting {
    call: u32,
    /// Method and target.
    pub(super) what: String,
    pub(super) reply: oneshot::Sender<Result<RawReply, Error>>,
}

impl Player {
    /// Ready for a segment that begins at `now`.
    pub(super) fn new(now: Timestamp, entries: &[Entry]) -> Arc<Self> {
        let mut desk = Desk {
            now,
            readings: BTreeMap::new(),
            readable: BTreeMap::new(),
            joins: BTreeMap::new(),
            refreshes: VecDeque::new(),
            drains: VecDeque::new(),
            ids: VecDeque::new(),
            waiting: Vec::new(),
            over: BTreeSet::new(),
            astray: BTreeSet::new(),
            unrecorded: Vec::new(),
        };
        for entry in entries {
            match entry {
                Entry::Clock { call, at } => desk.readings.entry(*call).or_default().push_back(*at),
                Entry::Joined { call, .. } => *desk.joins.entry(*call).or_default() += 1,
                Entry::Called { call, what, .. } => desk.calls(what).push_back(*call),
                Entry::Acted { act, .. } => match act {
                    Act::Ask { id, .. } | Act::Edit { id, .. } => desk.ids.push_back(id.as_str().to_owned()),
                    Act::Retry { .. } | Act::Discard { .. } => {}
                },
                _ => {}
            }
        }
        Arc::new(Self {
            desk: Mutex::new(desk),
            arrived: Notify::new(),
            may_read: Condvar::new(),
        })
    }

    /// It is so late now.
    pub(super) fn set_now(&self, at: Timestamp) {
        self.desk().now = at;
    }

    /// A call may read its clock once more: so it sees what a person did before then, and not what they did after.
    pub(super) fn let_read(&self, call: u32) {
        *self.desk().readable.entry(call).or_default() += 1;
        self.may_read.notify_all();
    }

    /// The next request of a call, once it is there; `None` when the call is over without one.
    pub(super) async fn next_of(&self, call: u32, at_most: Duration) -> Option<Waiting> {
        let there = async {
            loop {
                let mut arrived = std::pin::pin!(self.arrived.notified());
                arrived.as_mut().enable();
                {
                    let mut desk = self.desk();
                    if let Some(waiting) = desk.take(call) {
                        return Some(waiting);
                    }
                    if desk.over.contains(&call) {
                        return None;
                    }
                }
                arrived.await;
            }
        };
        tokio::time::timeout(at_most, there).await.ok().flatten()
    }

    /// The call went another way: whatever it asks fails from now on.
    pub(super) fn went_astray(&self, call: u32) {
        let mut desk = self.desk();
        desk.astray.insert(call);
        desk.waiting.retain(|waiting| waiting.call != call);
        self.may_read.notify_all();
    }

    /// Whether it did.
    pub(super) fn is_astray(&self, call: u32) -> bool {
        self.desk().astray.contains(&call)
    }

    /// What was asked and is not in the recording.
    pub(super) fn unrecorded(&self) -> Vec<String> {
        let mut desk = self.desk();
        let left: Vec<String> = desk.waiting.drain(..).map(|waiting| waiting.what).collect();
        desk.unrecorded.extend(left);
        std::mem::take(&mut desk.unrecorded)
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Desk {
    fn calls(&mut self, called: &Called) -> &mut VecDeque<u32> {
        match called {
            Called::Refresh(_) => &mut self.refreshes,
            Called::Drain | Called::Send => &mut self.drains,
        }
    }

    fn take(&mut self, call: u32) -> Option<Waiting> {
        let place = self.waiting.iter().position(|waiting| waiting.call == call)?;
        Some(self.waiting.remove(place))
    }
}

impl Tape for Player {
    fn carrier(self: Arc<Self>, _: Arc<dyn Carrier>) -> Arc<dyn Carrier> {
        self
    }

    fn clock(self: Arc<Self>) -> Arc<dyn Clock> {
        self
    }

    fn begins(&self, called: &Called) -> u32 {
        self.desk().calls(called).pop_front().unwrap_or(UNRECORDED)
    }

    fn ended(&self, call: u32) {
        self.desk().over.insert(call);
        self.arrived.notify_waiters();
    }

    fn lead(&self) -> Lead {
        let mut desk = self.desk();
        let joins = current_call()
            .and_then(|call| desk.joins.get_mut(&call))
            .filter(|left| **left > 0);
        joins.map_or(Lead::Begins, |left| {
            *left -= 1;
            Lead::Joins
        })
    }

    fn joined(&self) {}

    fn acted(&self, _: &Act) {}

    fn wants_rows(&self) -> bool {
        false
    }

    fn begin_with(&self, _: Snapshot) {}

    fn segment(&self) -> u64 {
        0
    }
}

impl Carrier for Player {
    fn carry<'a>(&'a self, request: &'a Request) -> Carried<'a> {
        let what = match request.query.as_str() {
            "" => format!("{} {}", request.method.as_str(), request.path),
            query => format!("{} {}?{query}", request.method.as_str(), request.path),
        };
        Box::pin(async move {
            let call = current_call().unwrap_or(UNRECORDED);
            if call == UNRECORDED {
                self.desk().unrecorded.push(what);
                return Err(Error::Unreachable);
            }
            let (reply, told) = oneshot::channel();
            {
                let mut desk = self.desk();
                if desk.astray.contains(&call) {
                    return Err(Error::Unreachable);
                }
                desk.waiting.push(Waiting { call, what, reply });
            }
            self.arrived.notify_waiters();
            told.await.unwrap_or(Err(Error::Interrupted))
        })
    }

    fn heed(&self, _: &Error, _: bool) {}
}

impl Clock for Player {
    /// What the same call read then; anyone else reads the time of the line that is being played.
    fn now(&self) -> Timestamp {
        let Some(call) = current_call() else {
            return self.desk().now;
        };
        let flavor = Handle::try_current().map(|handle| handle.runtime_flavor());
        match flavor {
            // Whoever waits here must not keep the others from running: one of them reads what stands before it.
            Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(|| self.reading_of(call)),
            _ => self.reading_of(call),
        }
    }

    fn lasts(&self, _: Span) -> Duration {
        Duration::ZERO
    }
}

impl Player {
    fn reading_of(&self, call: u32) -> Timestamp {
        let desk = self.desk();
        let has_to_wait = |desk: &mut Desk| {
            let is_left = desk.readings.get(&call).is_some_and(|left| !left.is_empty());
            let may = desk.readable.get(&call).is_some_and(|readable| *readable > 0);
            is_left && !may && !desk.astray.contains(&call)
        };
        let waited = self.may_read.wait_timeout_while(desk, STEP, has_to_wait);
        let (mut desk, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if let Some(readable) = desk.readable.get_mut(&call) {
            *readable = readable.saturating_sub(1);
        }
        let read = desk.readings.get_mut(&call).and_then(VecDeque::pop_front);
        read.unwrap_or(desk.now)
    }
}

impl Ids for Player {
    fn next(&self) -> String {
        let mut desk = self.desk();
        let left = desk.ids.len();
        desk.ids.pop_front().unwrap_or_else(|| format!("unrecorded-{left}"))
    }
}

/// A key that opens nothing: no request leaves this process.
pub(super) struct NoKey;

impl SecretStore for NoKey {
    fn put(&self, _: &AccountId, _: &RawKey) -> Result<(), SecretError> {
        Ok(())
    }

    fn get(&self, _: &AccountId) -> Result<Option<RawKey>, SecretError> {
        Ok(Some(RawKey::new(format!("cb_{}", "0".repeat(64)))))
    }

    fn remove(&self, _: &AccountId) -> Result<(), SecretError> {
        Ok(())
    }
}
