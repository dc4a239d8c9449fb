//! What whoever opens a server may choose, with defaults that are safe.

use std::path::PathBuf;
use std::sync::Arc;

use cachebash_core::domain::Span;

use crate::clock::{Clock, SystemClock};
use crate::limiter::Limits;
use crate::mint::Mint;
use crate::store::{Opener, Place, Store, StoreError};
use crate::tls::Tls;

/// How to open a server.
#[derive(Clone)]
pub struct ServerOptions {
    /// The folder of `server.sqlite`, made if missing. `None`: in memory, gone with the server.
    pub data: Option<PathBuf>,
    /// A `postgres://` URL, for more than one node; the folder then holds only the encryption key.
    pub database: Option<String>,
    /// The encryption key as 64 hexadecimal digits, where it is not to come from the folder.
    pub secret: Option<String>,
    /// How many waiting writes one transaction may hold; 1: each has its own.
    pub writes_per_commit: usize,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Makes keys repeatable, for tests only: whoever knows the seed knows the keys.
    pub seed: Option<u64>,
    /// Whether callers are slowed down.
    pub limits: Limits,
    /// How long things are kept.
    pub retention: Retention,
    /// Where others reach this server, if not where it listens: behind a proxy.
    pub public_url: Option<String>,
    /// What the server proves itself with. `None`: it answers over plain http.
    pub tls: Option<Tls>,
}

impl Default for ServerOptions {
    /// In memory, on the machine's clock, with unguessable keys and the contract's limits.
    fn default() -> Self {
        Self {
            data: None,
            database: None,
            secret: None,
            writes_per_commit: 256,
            clock: Arc::new(SystemClock),
            seed: None,
            limits: Limits::Contract,
            retention: Retention::default(),
            public_url: None,
            tls: None,
        }
    }
}

impl ServerOptions {
    pub(crate) fn open(&self, opener: Opener) -> Result<Store, StoreError> {
        let mint = self.seed.map_or(Mint::System, Mint::seeded);
        let place = Place {
            folder: self.data.clone(),
            database: self.database.clone(),
            secret: self.secret.clone(),
            most_writes: self.writes_per_commit,
        };
        Store::open(place, mint, opener)
    }
}

/// How long things are kept. `None`: for good. Messages and tasks end when their own time is over, and leave a day later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// What sessions reported on their way.
    pub session_updates: Option<Span>,
    /// Sessions that have ended.
    pub ended_sessions: Option<Span>,
    /// The notes that something is gone: a client that was away for longer reads in full.
    pub deletions: Option<Span>,
}

const DAY: i64 = 24 * 60;

impl Default for Retention {
    /// A month of what sessions reported and of deletions, and sessions for good.
    fn default() -> Self {
        Self {
            session_updates: Some(Span::from_mins(30 * DAY)),
            ended_sessions: None,
            deletions: Some(Span::from_mins(30 * DAY)),
        }
    }
}
