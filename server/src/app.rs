//! What every handler can reach: the store, the clock and the limiter.

use std::sync::Arc;

use cachebash_core::domain::Timestamp;

use crate::clock::Clock;
use crate::limits::Limiter;
use crate::store::Store;

/// The running server's parts; cheap to clone.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) limiter: Arc<Limiter>,
}

impl App {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
