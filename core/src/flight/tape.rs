//! What the core tells whoever records it, and what it is told by whoever plays a recording to it.

use std::future::Future;
use std::sync::Arc;

use super::{Act, Called};
use crate::api::Carrier;
use crate::store::Snapshot;
use crate::world::Clock;

tokio::task_local! {
    /// The call that this task works for.
    static CALL: u32;
}

/// Follows the core at work. The recorder writes it down; a player leads it through what was written.
pub trait Tape: Send + Sync {
    /// Who carries requests from now on, given who would.
    fn carrier(self: Arc<Self>, carrier: Arc<dyn Carrier>) -> Arc<dyn Carrier>;

    /// The clock that calls read.
    fn clock(self: Arc<Self>) -> Arc<dyn Clock>;

    /// A call begins. Its number, which what it asks and reads goes by.
    fn begins(&self, called: &Called) -> u32;

    /// It has ended.
    fn ended(&self, call: u32);

    /// How a refresh is to go about another one that is under way.
    fn lead(&self) -> Lead;

    /// It joined that one.
    fn joined(&self);

    /// A person changed the outbox.
    fn acted(&self, act: &Act);

    /// A segment is to begin, and nothing is under way: its rows are wanted.
    fn wants_rows(&self) -> bool;

    /// Those rows. From here on the core goes by them alone, as if it had just been opened.
    fn begin_with(&self, rows: Snapshot);

    /// Changes with each segment: what is remembered without being kept is forgotten then.
    fn segment(&self) -> u64;
}

/// Whether a refresh joins one that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// Where that one reads what is wanted.
    Free,
    /// It did then: what it would have read is read.
    Joins,
    /// It did not then: it waits and begins its own.
    Begins,
}

/// Does a call's work under its number.
pub async fn during<T>(tape: &Arc<dyn Tape>, called: &Called, work: impl Future<Output = T>) -> T {
    let call = Underway {
        number: tape.begins(called),
        tape: Arc::clone(tape),
    };
    CALL.scope(call.number, work).await
}

/// Does a part of a call's work that another task took over.
pub async fn going_on<T>(call: Option<u32>, work: impl Future<Output = T>) -> T {
    match call {
        Some(call) => CALL.scope(call, work).await,
        None => work.await,
    }
}

/// The call that this task works for, if it is one that is recorded.
pub fn current_call() -> Option<u32> {
    CALL.try_with(|call| *call).ok()
}

/// Ends with whoever waits for the work, or when it is dropped halfway.
struct Underway {
    number: u32,
    tape: Arc<dyn Tape>,
}

impl Drop for Underway {
    fn drop(&mut self) {
        self.tape.ended(self.number);
    }
}
