//! A clock that moves only when a test says so, and on which waiting takes no time.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use cachebash_core::companion::Clock;
use cachebash_core::domain::{Span, Timestamp};

/// See the module. It remembers for how long it was waited.
#[derive(Debug)]
pub struct TestClock {
    now: AtomicI64,
    waits: Mutex<Vec<Span>>,
}

impl TestClock {
    /// Stands still at `now`.
    pub fn at(now: Timestamp) -> Self {
        Self {
            now: AtomicI64::new(now.as_millis()),
            waits: Mutex::default(),
        }
    }

    /// Moves on.
    pub fn advance(&self, span: Span) {
        self.now.fetch_add(span.as_millis(), Ordering::SeqCst);
    }

    /// For how long it was waited so far, without waits of no length.
    pub fn waits(&self) -> Vec<Span> {
        self.waits.lock().unwrap().clone()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.now.load(Ordering::SeqCst))
    }

    fn lasts(&self, span: Span) -> Duration {
        if span > Span::default() {
            self.waits.lock().unwrap().push(span);
        }
        Duration::ZERO
    }
}
