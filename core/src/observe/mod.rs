//! Who wants to know: topics are marked after a commit, and subscribers look again.
//!
//! Every subscription is a task of its own that waits for a mark, asks its question again and calls its listener. Marks
//! that come meanwhile coalesce into one; a slow listener misses intermediate values, never the latest, and holds up
//! nobody else. A listener that panics loses its subscription and nothing more.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::AbortHandle;

/// How long `cancel` waits for a call that is under way.
const CANCEL_WAITS: Duration = Duration::from_millis(250);

/// What was written or heard of last: bumped after each commit and each refresh.
pub struct Topics {
    /// Counts marks.
    marks: watch::Sender<u64>,
}

impl Default for Topics {
    fn default() -> Self {
        Self {
            marks: watch::Sender::new(0),
        }
    }
}

impl Topics {
    /// Something may look different now, if only its as-of.
    pub(crate) fn mark_all(&self) {
        self.marks.send_modify(|count| *count += 1);
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.marks.subscribe()
    }
}

/// Ends when dropped.
#[must_use = "dropping an observation ends it"]
pub struct Observation {
    gate: Arc<Gate>,
    task: AbortHandle,
    /// Let go of with it.
    held: Mutex<Option<Box<dyn std::any::Any + Send>>>,
}

impl Observation {
    /// Holds something for as long as it lasts.
    pub(crate) fn holding(self, held: impl std::any::Any + Send) -> Self {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(held));
        self
    }

    /// Ends it now; dropping does the same. No call to the listener begins after this returns; one that is under way is
    /// waited for briefly, unless this is called from within it.
    pub fn cancel(&self) {
        self.gate.close();
        self.task.abort();
        self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl Drop for Observation {
    fn drop(&mut self) {
        self.cancel();
    }
}

/// Asks `question` now and after every mark, and hands each answer to `listener`. A question that fails (the companion
/// is suspended) is asked again after the next mark.
pub(crate) fn observe<T: Send + 'static>(
    topics: &Topics,
    runtime: &Handle,
    question: impl Fn() -> Option<T> + Send + Sync + 'static,
    listener: Arc<dyn Fn(T) + Send + Sync>,
) -> Observation {
    let mut marks = topics.subscribe();
    // Seen before the first question, so that a mark during it leads to another.
    marks.mark_unchanged();
    let gate = Arc::new(Gate::default());
    let door = Arc::clone(&gate);
    let question = Arc::new(question);
    let task = runtime.spawn(async move {
        loop {
            let (question, listener, gate) = (Arc::clone(&question), Arc::clone(&listener), Arc::clone(&door));
            // A listener is foreign code and may block: it gets a thread that nothing else needs.
            let went_on = tokio::task::spawn_blocking(move || {
                let Some(value) = question() else { return true };
                gate.pass(|| std::panic::catch_unwind(AssertUnwindSafe(|| listener(value))).is_ok())
            });
            if !went_on.await.unwrap_or(false) || marks.changed().await.is_err() {
                return;
            }
        }
    });
    Observation {
        gate,
        task: task.abort_handle(),
        held: Mutex::default(),
    }
}

/// Between a subscription's end and its next call there is one lock, so that they cannot pass each other.
#[derive(Default)]
struct Gate {
    state: Mutex<GateState>,
    left: Condvar,
}

#[derive(Default)]
struct GateState {
    closed: bool,
    inside: Option<ThreadId>,
}

impl Gate {
    /// Calls unless closed; says whether to go on.
    fn pass(&self, call: impl FnOnce() -> bool) -> bool {
        {
            let mut state = self.state();
            if state.closed {
                return false;
            }
            state.inside = Some(std::thread::current().id());
        }
        let went_well = call();
        let mut state = self.state();
        state.inside = None;
        self.left.notify_all();
        went_well && !state.closed
    }

    fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        let me = std::thread::current().id();
        if state.inside.is_some_and(|thread| thread != me) {
            let waited = self
                .left
                .wait_timeout_while(state, CANCEL_WAITS, |state| state.inside.is_some());
            drop(waited);
        }
    }

    fn state(&self) -> MutexGuard<'_, GateState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
