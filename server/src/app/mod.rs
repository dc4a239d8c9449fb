//! What every handler can reach: the store, the tools, the clock, the keys that were seen and the limiter.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use cachebash_core::domain::Timestamp;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

mod calls;
mod pulse;
mod ready;

pub(crate) use calls::Manner;

use pulse::Pulse;
use ready::ReadyReplies;

use crate::clock::Clock;
use crate::key_cache::KeyCache;
use crate::limiter::Limiter;
use crate::metrics::Metrics;
use crate::options::{Retention, ServerOptions};
use crate::store::Store;
use crate::tools::Tools;

/// How many streams read the feed at the same moment: a change wakes all of a tenant's at once.
const READ_AT_ONCE: usize = 4;

/// The running server's parts; cheap to clone.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) tools: Arc<Tools>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) keys: Arc<KeyCache>,
    pub(crate) limiter: Arc<Limiter>,
    pub(crate) retention: Retention,
    /// Replies that may be given again.
    pub(crate) ready: Arc<ReadyReplies>,
    /// Turns to read the feed, for open streams.
    pub(crate) turns: Arc<Semaphore>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) started: Timestamp,
    pub(crate) pulse: Arc<Pulse>,
    /// Where others reach this server, if that is known better than from what they call it.
    pub(crate) public_url: Option<Arc<str>>,
    /// Whether it answers over https itself.
    pub(crate) is_secure: bool,
    /// Cancelled when this serving ends: what would otherwise go on for ever ends with it.
    pub(crate) ending: CancellationToken,
    /// The contract as a document, once somebody has asked for it.
    pub(crate) openapi: Arc<OnceLock<Bytes>>,
}

impl App {
    pub(crate) fn new(store: Store, options: &ServerOptions) -> Self {
        let limiter = Arc::new(Limiter::new(options.limits));
        Self {
            metrics: Arc::new(Metrics::new(&limiter, store.commits())),
            store,
            tools: Arc::new(Tools::all()),
            clock: Arc::clone(&options.clock),
            keys: Arc::default(),
            limiter,
            retention: options.retention,
            ready: Arc::default(),
            turns: Arc::new(Semaphore::new(READ_AT_ONCE)),
            started: options.clock.now(),
            pulse: Arc::default(),
            public_url: options.public_url.as_deref().map(Arc::from),
            is_secure: options.tls.is_some(),
            ending: CancellationToken::new(),
            openapi: Arc::default(),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// An app in memory whose clock stands at 1970, for tests of its parts.
    #[cfg(test)]
    pub(crate) fn in_memory() -> Self {
        use crate::clock::SteppedClock;
        let options = ServerOptions {
            clock: Arc::new(SteppedClock::new(Timestamp::from_millis(0))),
            limits: crate::limiter::Limits::Off,
            ..ServerOptions::default()
        };
        Self::new(Store::in_memory(), &options)
    }
}
