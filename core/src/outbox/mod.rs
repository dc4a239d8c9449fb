//! What a person asked for, on its way: kept first, then sent by one drainer, in order on each thing it acts on.
//!
//! An entry is on the disk before the call that asked for it returns, and before anything is sent it is marked as being
//! sent; so after a kill at any moment it is known what may have happened. Accepted entries leave. Refused ones, those of
//! which nobody knows whether they arrived, and edits of what has changed meanwhile wait for a person; of the second kind
//! the server is asked first. The rules are in `course`, which is pure. A key that was made goes into the secret store
//! before its entry says so, and the entry stays until a person has the key, too.

mod course;
mod draining;
mod key_case;
mod looking;
mod sending;
mod turn;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::domain::{Action, ActionId, Delivery, KeyHash, OutboxEntry, ProgramId, RejectedReason, Span};
use crate::error::CompanionError;
use crate::flight::Act;
use crate::store::{StoreError, Verdict};
use crate::sync::{AccountSync, Wanted};
use crate::world::{Clock, Ids};

pub(crate) use draining::keep_delivering;
pub(crate) use key_case::KeyCase;
use turn::{Held, Turn};

/// The outbox of one account.
pub struct Outbox {
    sync: Arc<AccountSync>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    own_key: Mutex<KeyHash>,
    keys: Arc<dyn KeyCase>,
    /// Whose key this is, once that is known, and in which segment of a recording that was.
    own_program: Mutex<Option<(u64, ProgramId)>>,
    turn: Turn,
    tasks: Mutex<JoinSet<()>>,
    /// Whether this device may write at all.
    allowed: AtomicBool,
}

impl Outbox {
    /// The outbox of an account, with what an earlier run left in it. What was on its way then is so no longer.
    ///
    /// # Errors
    /// When the files cannot be read or written.
    pub(crate) fn open(
        sync: Arc<AccountSync>,
        own_key: KeyHash,
        keys: Arc<dyn KeyCase>,
        ids: Arc<dyn Ids>,
    ) -> Result<Self, StoreError> {
        let clock = Arc::clone(sync.tape()).clock();
        let turn = Turn::within(sync.store.folder())?;
        let outbox = Self {
            sync,
            clock,
            ids,
            own_key: Mutex::new(own_key),
            keys,
            own_program: Mutex::new(None),
            turn,
            tasks: Mutex::new(JoinSet::new()),
            allowed: AtomicBool::new(false),
        };
        if let Some(held) = outbox.turn.take_if_free()? {
            outbox.settle_what_was_cut_off(&held)?;
        }
        Ok(outbox)
    }

    /// All that is not done, in the order in which it was asked for.
    ///
    /// # Errors
    /// When the files cannot be read.
    pub fn entries(&self) -> Result<Vec<OutboxEntry>, StoreError> {
        self.sync.store.read(|reader| reader.outbox())
    }

    /// Keeps an action. It is on the disk when this returns. Blocks on the disk.
    ///
    /// # Errors
    /// [`CompanionError::Rejected`] for what no server would take, [`CompanionError::Storage`], [`CompanionError::Suspended`].
    pub fn ask(&self, action: Action) -> Result<ActionId, CompanionError> {
        self.check(&action)?;
        let entry = self.new_entry(action);
        self.sync.tape().acted(&Act::Ask {
            id: entry.id.clone(),
            action: recorded(&entry.action),
        });
        self.sync.store.put_in_outbox(&entry)?;
        self.sync.mark();
        Ok(entry.id)
    }

    /// Sends again what was refused, what a look did not find, or one's own text over one that has changed meanwhile. Of
    /// what was not looked for yet, the look comes first. In the place of a key that nobody has seen another is made, and
    /// that one revoked.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] when it is not there (any more).
    pub fn retry(&self, id: &ActionId) -> Result<(), CompanionError> {
        self.sync.tape().acted(&Act::Retry { id: id.clone() });
        self.decide(id, |entry| {
            let old = entry.id.clone();
            let again = course::once_more(entry);
            Ok(if again.id == old {
                Verdict::Put(again)
            } else {
                Verdict::Replace(again)
            })
        })
    }

    /// Takes it out.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] when it is not there (any more); [`CompanionError::Rejected`] with
    /// [`RejectedReason::AlreadyTaken`] while it is being sent.
    pub fn discard(&self, id: &ActionId) -> Result<(), CompanionError> {
        self.sync.tape().acted(&Act::Discard { id: id.clone() });
        self.decide(id, |_| Ok(Verdict::Remove))
    }

    /// Replaces it by another action, which goes to the end under a key of its own.
    ///
    /// # Errors
    /// As [`discard`](Self::discard) and [`ask`](Self::ask); [`RejectedReason::ChangedSince`] for what may have arrived and
    /// was not looked for yet.
    pub fn edit(&self, id: &ActionId, action: Action) -> Result<ActionId, CompanionError> {
        self.check(&action)?;
        let new = self.new_entry(action);
        let own = new.id.clone();
        self.sync.tape().acted(&Act::Edit {
            instead_of: id.clone(),
            id: own.clone(),
            action: recorded(&new.action),
        });
        self.decide(id, |entry| match entry.delivery {
            Delivery::Unknown { looked: false } => Err(rejected(RejectedReason::ChangedSince)),
            // It is done: what is left is to store the key.
            Delivery::Issued { .. } => Err(rejected(RejectedReason::AlreadyTaken)),
            _ => Ok(Verdict::Replace(new)),
        })?;
        Ok(own)
    }

    /// Drains now, in a task of its own. It goes on if nobody waits for its end. Gives what is left to be read, or why the
    /// files could not be read or written.
    pub fn wake(
        self: &Arc<Self>,
        then: Then,
        runtime: &Handle,
    ) -> impl Future<Output = Result<Wanted, StoreError>> + Send + use<> {
        let (done, ended) = oneshot::channel();
        let this = Arc::clone(self);
        let mut tasks = lock(&self.tasks);
        // What has ended is let go of, so that the set does not grow.
        while tasks.try_join_next().is_some() {}
        tasks.spawn_on(
            async move {
                let left = this.drain_and(then).await;
                let left = left.inspect_err(|error| tracing::debug!(%error, "the outbox could not be drained"));
                let _ = done.send(left);
            },
            runtime,
        );
        async move { ended.await.unwrap_or(Err(StoreError::Closed)) }
    }

    /// The account's own key is another one from now on, which may be another program's.
    pub fn own_key_is(&self, key: KeyHash) {
        let mut own_key = lock(&self.own_key);
        *own_key = key;
        *lock(&self.own_program) = None;
    }

    /// Lets it send, or no longer.
    pub fn allow(&self, allowed: bool) {
        self.allowed.store(allowed, Ordering::Relaxed);
    }

    /// Begins nothing any more, waits for what is being sent, at most so long, then stops it. For good: an outbox that is
    /// opened again is another one.
    pub async fn settle(&self, at_most: Duration) {
        self.allow(false);
        let _ = tokio::time::timeout(at_most, self.turn.take()).await;
        self.stop();
    }

    /// Stops sending. What was on its way is settled when the outbox is opened again.
    pub fn stop(&self) {
        lock(&self.tasks).abort_all();
    }

    /// What is marked as being sent is so no longer: whoever has the turn knows that nobody sends.
    fn settle_what_was_cut_off(&self, _: &Held<'_>) -> Result<(), StoreError> {
        for entry in self.entries()? {
            if let Some(delivery) = course::after_restart(&entry, self.remembers(), self.age_of(&entry)) {
                let stands = OutboxEntry { delivery, ..entry };
                self.sync.store.put_in_outbox(&stands)?;
                self.sync.mark();
            }
        }
        Ok(())
    }

    fn new_entry(&self, action: Action) -> OutboxEntry {
        OutboxEntry {
            id: ActionId::new(self.ids.next()),
            action,
            asked_at: self.clock.now(),
            first_sent_at: None,
            heard_before: None,
            delivery: Delivery::WAITING,
        }
    }

    fn check(&self, action: &Action) -> Result<(), CompanionError> {
        let offers = self.sync.offers();
        if matches!(action, Action::AnswerQuestion { .. }) && !offers.questions {
            return Err(CompanionError::NotFound);
        }
        action.check(offers.answer_limit).map_err(rejected)
    }

    /// How long ago it was first sent, at most.
    fn age_of(&self, entry: &OutboxEntry) -> Span {
        let offset = self.sync.standings().offset;
        self.clock.now().plus(offset).since(entry.sent_not_before(offset))
    }

    fn remembers(&self) -> course::Remembers {
        if self.sync.offers().idempotency {
            course::Remembers::Everything
        } else {
            course::Remembers::Messages
        }
    }

    fn decide(
        &self,
        id: &ActionId,
        decide: impl FnOnce(OutboxEntry) -> Result<Verdict, CompanionError>,
    ) -> Result<(), CompanionError> {
        let mut decided = Err(CompanionError::NotFound);
        self.sync.store.judge_in_outbox(id, |found| {
            let Some(entry) = found else { return Verdict::Stays };
            let goal = entry.action.goal();
            let verdict = if entry.delivery == Delivery::Sending {
                Err(rejected(RejectedReason::AlreadyTaken))
            } else {
                decide(entry)
            };
            let (verdict, came) = match verdict {
                Ok(verdict) => (verdict, Ok(goal)),
                Err(error) => (Verdict::Stays, Err(error)),
            };
            let is_gone = matches!(verdict, Verdict::Remove | Verdict::Replace(_));
            decided = came.map(|goal| is_gone.then_some(goal));
            verdict
        })?;
        if let Some(goal) = decided? {
            self.sync.owes(&goal);
        }
        self.sync.mark();
        Ok(())
    }
}

/// What is done about that which the server has anew because of what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// It is read at once.
    Look,
    /// It is left to whoever counts requests.
    Leave,
}

fn recorded(action: &Action) -> serde_json::Value {
    serde_json::to_value(action).unwrap_or_default()
}

fn rejected(reason: RejectedReason) -> CompanionError {
    CompanionError::Rejected { reason }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
