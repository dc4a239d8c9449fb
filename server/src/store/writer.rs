//! The single writer. Writes that wait at the same moment share one transaction, and so one wait for the disk; each is a
//! piece of it that can fail alone, and none is answered before all are durable.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::sql::{Batch, Database, Sql, Stored};
use super::versions::Versions;
use super::{StoreError, Tenant};

/// A write, and whom to tell how it went.
struct Piece {
    /// Writes of one tenant stand together, in the same order on every node, so that two nodes never wait for each other.
    tenant: Option<Tenant>,
    work: Box<dyn FnOnce(&mut dyn Sql) -> Stored<Kept> + Send>,
    done: Box<dyn FnOnce(Stored<Box<dyn Any + Send>>) + Send>,
}

/// What a piece of work leaves to be told once it is durable.
pub(super) struct Kept {
    pub(super) outcome: Box<dyn Any + Send>,
    /// How far the tenant has come, if the work changed anything.
    pub(super) seq: Option<i64>,
    pub(super) keys_changed: bool,
}

/// Where writes are handed in; the thread ends when the last of them is gone.
#[derive(Clone)]
pub(super) struct Writer {
    pieces: mpsc::UnboundedSender<Piece>,
}

impl Writer {
    /// Starts the thread. `most` is how many writes one transaction may hold.
    pub(super) fn start(database: Arc<dyn Database>, versions: Arc<Versions>, most: usize) -> Stored<Self> {
        let (pieces, mut waiting) = mpsc::unbounded_channel::<Piece>();
        std::thread::Builder::new().name("writer".to_owned()).spawn(move || {
            while let Some(first) = waiting.blocking_recv() {
                let mut batch = vec![first];
                while batch.len() < most.max(1)
                    && let Ok(next) = waiting.try_recv()
                {
                    batch.push(next);
                }
                // Stable: one tenant's writes keep their order.
                batch.sort_by(|one, other| one.tenant.cmp(&other.tenant));
                write(&*database, &versions, batch);
            }
        })?;
        Ok(Self { pieces })
    }

    /// Waits until `work` is durable, or has failed.
    pub(super) async fn write<T, F>(&self, tenant: Option<Tenant>, work: F) -> Stored<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut dyn Sql) -> Stored<Kept> + Send + 'static,
    {
        let (told, hears) = oneshot::channel();
        let done = move |outcome| drop(told.send(outcome));
        self.hand_in(Piece {
            tenant,
            work: Box::new(work),
            done: Box::new(done),
        })?;
        unpack(hears.await.map_err(|_| StoreError::Ended)?)
    }

    /// The same where blocking is no harm.
    pub(super) fn write_now<T, F>(&self, tenant: Option<Tenant>, work: F) -> Stored<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut dyn Sql) -> Stored<Kept> + Send + 'static,
    {
        let (told, hears) = std::sync::mpsc::channel();
        let done = move |outcome| drop(told.send(outcome));
        self.hand_in(Piece {
            tenant,
            work: Box::new(work),
            done: Box::new(done),
        })?;
        unpack(hears.recv().map_err(|_| StoreError::Ended)?)
    }

    fn hand_in(&self, piece: Piece) -> Stored<()> {
        self.pieces.send(piece).map_err(|_| StoreError::Ended)
    }
}

fn unpack<T: 'static>(outcome: Stored<Box<dyn Any + Send>>) -> Stored<T> {
    outcome?
        .downcast::<T>()
        .map(|value| *value)
        .map_err(|_| StoreError::Unexpected)
}

type Done = Box<dyn FnOnce(Stored<Box<dyn Any + Send>>) + Send>;

fn write(database: &dyn Database, versions: &Versions, batch: Vec<Piece>) {
    let mut waiting = Some(batch);
    let mut finished: Vec<(Option<Tenant>, Stored<Kept>, Done)> = Vec::new();
    let committed = database.write(&mut |open| {
        for piece in waiting.take().into_iter().flatten() {
            let Piece { tenant, work, done } = piece;
            let outcome = attempt(open, work);
            finished.push((tenant, outcome, done));
        }
        let mut furthest = BTreeMap::new();
        for (tenant, outcome, _) in &finished {
            if let (Some(tenant), Ok(Kept { seq: Some(seq), .. })) = (tenant, outcome) {
                furthest.insert(tenant, *seq);
            }
        }
        furthest
            .into_iter()
            .try_for_each(|(tenant, seq)| open.announce(&tenant.0, seq))
    });
    // Where the transaction could not even begin, nobody's work was tried.
    for piece in waiting.into_iter().flatten() {
        (piece.done)(Err(StoreError::Unavailable));
    }
    for (tenant, outcome, done) in finished {
        done(match (&committed, outcome) {
            (Ok(()), Ok(kept)) => {
                if kept.keys_changed {
                    versions.forget_keys();
                }
                if let (Some(tenant), Some(seq)) = (&tenant, kept.seq) {
                    versions.publish(tenant, seq);
                }
                Ok(kept.outcome)
            }
            (Ok(()), Err(error)) => Err(error),
            (Err(error), _) => {
                tracing::error!(%error, "a transaction was not committed");
                Err(StoreError::Unavailable)
            }
        });
    }
}

/// Runs one piece, and undoes it if it fails or panics.
fn attempt(open: &mut dyn Batch, work: Box<dyn FnOnce(&mut dyn Sql) -> Stored<Kept> + Send>) -> Stored<Kept> {
    open.begin_piece()?;
    let outcome = catch_unwind(AssertUnwindSafe(|| work(open.sql()))).unwrap_or(Err(StoreError::Ended));
    match outcome {
        Ok(kept) => {
            open.keep_piece()?;
            Ok(kept)
        }
        Err(error) => {
            open.undo_piece()?;
            Err(error)
        }
    }
}
