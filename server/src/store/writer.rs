//! The writers. Writes that wait at the same moment share one transaction, and so one wait for the disk; each is a piece
//! of it that can fail alone, and none is answered before all are durable.
//!
//! One file has one writer, and everything waits in one lane. A database that several nodes share has a lane for each
//! tenant: its pen may be in the hand of another node, and nobody else must wait for that.

use std::any::Any;
use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use cachebash_core::domain::KeyHash;
use tokio::sync::oneshot;

use super::commits::Commits;
use super::sql::{Batch, Database, News, Sql, Stored};
use super::versions::Versions;
use super::{StoreError, Tenant};

/// How long a transaction takes in further pieces: a tenant's pen is not kept from other nodes for longer.
const LONGEST: Duration = Duration::from_millis(100);

/// What writes may share a transaction, where there is more than one writer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Lane {
    Tenant(Tenant),
    /// The uses of one key.
    Key(KeyHash),
    /// What stands above the tenants.
    Whole,
}

/// A write, and whom to tell how it went.
struct Piece {
    tenant: Option<Tenant>,
    work: Work,
    done: Done,
}

type Work = Box<dyn FnOnce(&mut dyn Sql) -> Stored<Kept> + Send>;
type Done = Box<dyn FnOnce(Stored<Box<dyn Any + Send>>) + Send>;

/// What a piece of work leaves to be told once it is durable.
pub(super) struct Kept {
    pub(super) outcome: Box<dyn Any + Send>,
    /// How far the tenant has come, if the work changed anything.
    pub(super) seq: Option<i64>,
    pub(super) keys_changed: bool,
    /// A tenant came or went.
    pub(super) tenants_changed: bool,
}

/// Where writes are handed in; the threads end when the last of them is gone.
#[derive(Clone)]
pub(super) struct Writer(Arc<Counter>);

/// Ends the threads with the last writer that hands in.
struct Counter {
    line: Arc<Line>,
    /// All writes share the one lane.
    together: bool,
}

#[derive(Default)]
struct Line {
    waiting: Mutex<Waiting>,
    news: Condvar,
    commits: Commits,
}

#[derive(Default)]
struct Waiting {
    lanes: HashMap<Lane, VecDeque<Piece>>,
    /// Lanes in which somebody waits and nobody works, in the order in which their turn comes.
    ready: VecDeque<Lane>,
    closed: bool,
}

impl Writer {
    /// Starts the threads. `most` is how many writes one transaction may hold.
    pub(super) fn start(database: &Arc<dyn Database>, versions: &Arc<Versions>, most: usize) -> Stored<Self> {
        let line = Arc::new(Line::default());
        let writers = database.writers();
        let counter = Counter {
            line: Arc::clone(&line),
            together: writers == 1,
        };
        for _ in 0..writers {
            let (database, versions, line) = (Arc::clone(database), Arc::clone(versions), Arc::clone(&line));
            let work = move || {
                while let Some((lane, pieces)) = line.next(most.max(1)) {
                    let left = run(&*database, &versions, &line.commits, pieces);
                    line.finished(lane, left);
                }
            };
            std::thread::Builder::new().name("writer".to_owned()).spawn(work)?;
        }
        Ok(Self(Arc::new(counter)))
    }

    /// What was committed so far.
    pub(super) fn commits(&self) -> &Commits {
        &self.0.line.commits
    }

    /// Waits until `work` is durable, or has failed.
    pub(super) async fn write<T, F>(&self, lane: Lane, work: F) -> Stored<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut dyn Sql) -> Stored<Kept> + Send + 'static,
    {
        let (told, hears) = oneshot::channel();
        self.hand_in(lane, Box::new(work), Box::new(move |outcome| drop(told.send(outcome))));
        unpack(hears.await.map_err(|_| StoreError::Ended)?)
    }

    /// The same where blocking is no harm.
    pub(super) fn write_now<T, F>(&self, lane: Lane, work: F) -> Stored<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut dyn Sql) -> Stored<Kept> + Send + 'static,
    {
        let (told, hears) = std::sync::mpsc::channel();
        self.hand_in(lane, Box::new(work), Box::new(move |outcome| drop(told.send(outcome))));
        unpack(hears.recv().map_err(|_| StoreError::Ended)?)
    }

    fn hand_in(&self, lane: Lane, work: Work, done: Done) {
        let tenant = match &lane {
            Lane::Tenant(tenant) => Some(tenant.clone()),
            Lane::Key(_) | Lane::Whole => None,
        };
        let lane = if self.0.together { Lane::Whole } else { lane };
        self.0.line.hand_in(lane, Piece { tenant, work, done });
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        self.line.lock().closed = true;
        self.line.news.notify_all();
    }
}

impl Line {
    fn hand_in(&self, lane: Lane, piece: Piece) {
        let mut waiting = self.lock();
        if let Some(pieces) = waiting.lanes.get_mut(&lane) {
            pieces.push_back(piece);
            return;
        }
        // A lane stays in the map as long as it is worked on or anybody waits, so this one is new to all.
        waiting.lanes.insert(lane.clone(), VecDeque::from([piece]));
        waiting.ready.push_back(lane);
        drop(waiting);
        self.news.notify_one();
    }

    /// The next lane's turn. `None`: nobody will hand in anything any more.
    fn next(&self, most: usize) -> Option<(Lane, VecDeque<Piece>)> {
        let mut waiting = self.lock();
        loop {
            if let Some(lane) = waiting.ready.pop_front() {
                let mut pieces = waiting.lanes.get_mut(&lane).map(std::mem::take).unwrap_or_default();
                let later = pieces.split_off(most.min(pieces.len()));
                waiting.lanes.insert(lane.clone(), later);
                return Some((lane, pieces));
            }
            if waiting.closed {
                return None;
            }
            waiting = self.news.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The lane's turn is over; what is left of it comes first the next time.
    fn finished(&self, lane: Lane, mut left: VecDeque<Piece>) {
        let mut waiting = self.lock();
        let Some(pieces) = waiting.lanes.get_mut(&lane) else {
            return;
        };
        left.append(pieces);
        if left.is_empty() {
            waiting.lanes.remove(&lane);
            return;
        }
        *pieces = left;
        waiting.ready.push_back(lane);
        drop(waiting);
        self.news.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unpack<T: 'static>(outcome: Stored<Box<dyn Any + Send>>) -> Stored<T> {
    outcome?
        .downcast::<T>()
        .map(|value| *value)
        .map_err(|_| StoreError::Unexpected)
}

/// Runs pieces in one transaction, tells everybody, and returns those that are to wait for the next one.
fn run(
    database: &dyn Database,
    versions: &Versions,
    commits: &Commits,
    mut waiting: VecDeque<Piece>,
) -> VecDeque<Piece> {
    let mut finished: Vec<(Option<Tenant>, Stored<Kept>, Done)> = Vec::new();
    let mut begun = false;
    let mut attempted = || {
        let work = &mut |open: &mut dyn Batch| {
            // A second call would be another transaction, in which the pieces before were not.
            if std::mem::replace(&mut begun, true) {
                return Err(StoreError::Ended);
            }
            let alone = waiting.len() == 1;
            let began = Instant::now();
            while let Some(Piece { tenant, work, done }) = waiting.pop_front() {
                let (outcome, after) = attempt(open, work, alone);
                finished.push((tenant, outcome, done));
                after?;
                if began.elapsed() > LONGEST {
                    break;
                }
            }
            for news in news_of(&finished) {
                open.announce(&news)?;
            }
            Ok(())
        };
        database.write(work)
    };
    let committed = catch_unwind(AssertUnwindSafe(&mut attempted)).unwrap_or(Err(StoreError::Ended));
    if let Err(error) = &committed {
        if !matches!(error, StoreError::Refused) {
            tracing::error!(%error, "a transaction was not committed");
        }
        // Those that were not tried would fare no better, and whoever asked can ask again.
        for piece in std::mem::take(&mut waiting) {
            (piece.done)(Err(StoreError::Unavailable));
        }
    }
    let kept = finished.iter().filter(|(_, outcome, _)| outcome.is_ok()).count();
    if committed.is_ok() && kept > 0 {
        commits.committed(kept);
    }
    for (tenant, outcome, done) in finished {
        done(match (&committed, outcome) {
            (_, Err(error)) => Err(error),
            (Ok(()), Ok(kept)) => {
                if kept.keys_changed {
                    versions.forget_keys();
                }
                if let (Some(tenant), Some(seq)) = (&tenant, kept.seq) {
                    versions.publish(tenant, seq);
                }
                Ok(kept.outcome)
            }
            (Err(_), Ok(_)) => Err(StoreError::Unavailable),
        });
    }
    waiting
}

/// What other nodes are to hear of a transaction.
fn news_of(finished: &[(Option<Tenant>, Stored<Kept>, Done)]) -> Vec<News> {
    let mut all: HashMap<Option<&Tenant>, News> = HashMap::new();
    for (tenant, outcome, _) in finished {
        let Ok(kept) = outcome else { continue };
        if kept.seq.is_none() && !kept.keys_changed && !kept.tenants_changed {
            continue;
        }
        let news = all.entry(tenant.as_ref()).or_insert_with(|| News {
            tenant: tenant.as_ref().map(|tenant| tenant.0.to_string()),
            ..News::default()
        });
        news.seq = kept.seq.or(news.seq);
        news.keys |= kept.keys_changed;
        news.tenants |= kept.tenants_changed;
    }
    all.into_values().collect()
}

/// Runs one piece, and undoes it if it fails or panics. The second says whether the transaction can go on: where it cannot,
/// nothing of it may be kept.
fn attempt(open: &mut dyn Batch, work: Work, alone: bool) -> (Stored<Kept>, Stored<()>) {
    // What has a transaction to itself is undone with it.
    if !alone && let Err(error) = open.begin_piece() {
        return (Err(StoreError::Unavailable), Err(error));
    }
    let mut outcome = catch_unwind(AssertUnwindSafe(|| work(open.sql()))).unwrap_or(Err(StoreError::Ended));
    if alone {
        let after = outcome.as_ref().map(drop).map_err(|_| StoreError::Refused);
        return (outcome, after);
    }
    // It fails where the work went on in spite of a statement that had failed.
    if outcome.is_ok()
        && let Err(error) = open.keep_piece()
    {
        outcome = Err(error);
    }
    let after = match &outcome {
        Ok(_) => Ok(()),
        // The pen was not to be had, or the database is gone: the same for all that wait.
        Err(StoreError::Unavailable) => Err(StoreError::Unavailable),
        Err(_) => open.undo_piece(),
    };
    (outcome, after)
}
