//! The one façade that faces use: open it, add an account, refresh, look, observe.
//!
//! Reads come from the cache and never wait for the network. Methods may be called from any thread.

mod accounts;
mod actions;
mod alerting;
mod away;
mod glancing;
mod keys;
mod life;
mod lists;
mod pages;
mod painting;
mod quiet;
mod reads;
mod recording;
mod records;
mod refreshing;
mod replay;
mod ring;
mod searching;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, RwLock};

pub use crate::api::Authorities;
pub use crate::domain::{Account, IssuedKey, NewKey, RejectedReason};
use crate::domain::{AccountId, ProgramId, RawKey, Span, Timestamp};
pub use crate::error::CompanionError;
use crate::flight::{Recorder, Tape};
use crate::insight::SourceReport;
pub use crate::observe::Observation;
use crate::observe::Topics;
use crate::outbox::Outbox;
use crate::store::{AccountRow, Registry};
pub use crate::sync::Conditions;
use crate::sync::{AccountSync, Device};
pub use crate::world::{Clock, Ids, SecretError, SecretStore, SystemClock, SystemIds};
pub use keys::KeyRequest;
pub use replay::{Difference, Replay, ReplayError};

/// What a companion is opened with.
pub struct Options {
    /// The folder for its files. Made if absent; nothing else may write there.
    pub data_dir: PathBuf,
    /// Where raw keys live.
    pub secrets: Arc<dyn SecretStore>,
    /// The only clock.
    pub clock: Arc<dyn Clock>,
    /// The only source of ids.
    pub ids: Arc<dyn Ids>,
    /// IANA name of the zone whose midnight ends a day; `None`: the system's.
    pub zone: Option<String>,
    /// How often a running companion refreshes.
    pub sync_period: Span,
    /// Let accounts be added that talk plain http to hosts other than this machine. An account that was added so goes on
    /// doing it: the consent was to that server.
    pub allow_plain_http: bool,
    /// Nobody is asked anything: what is kept is shown, and what a person asks for waits in the outbox.
    pub asks_nobody: bool,
    /// Who may vouch for servers beside the public authorities: for a server of one's own.
    pub authorities: Authorities,
}

impl Options {
    /// The usual world: the system's clock, ids and zone, a refresh every 30 s.
    pub fn new(data_dir: PathBuf, secrets: Arc<dyn SecretStore>) -> Self {
        Self {
            data_dir,
            secrets,
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds),
            zone: None,
            sync_period: Span::from_secs(30),
            allow_plain_http: false,
            asks_nobody: false,
            authorities: Authorities::default(),
        }
    }
}

/// What is needed to add an account.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Base URL, or `None` for the public hosted server.
    pub server: Option<String>,
    /// The key.
    pub key: RawKey,
    /// A label, else the host.
    pub label: Option<String>,
}

/// Which programs to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgramQuery {
    /// Of one account, or of all.
    pub account: Option<AccountId>,
    /// First row.
    pub offset: u32,
    /// Rows at most; 0 means 50, and 100 is the most.
    pub limit: u32,
}

/// Which sessions to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionQuery {
    /// Of one account, or of all.
    pub account: Option<AccountId>,
    /// Of one program, or of all.
    pub program: Option<ProgramId>,
    /// Live ones only, or ended ones too.
    pub include_ended: bool,
    /// First row.
    pub offset: u32,
    /// Rows at most; 0 means 50, and 100 is the most.
    pub limit: u32,
}

/// Which rows of a list to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// Of one account, or of all.
    pub account: Option<AccountId>,
    /// Of one program, or of all.
    pub program: Option<ProgramId>,
    /// First row.
    pub offset: u32,
    /// Rows at most; 0 means 50, and 100 is the most.
    pub limit: u32,
}

/// What a refresh did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshReport {
    /// A line per account and source.
    pub sources: Vec<SourceReport>,
    /// Rows written.
    pub rows_changed: u32,
}

/// What a wake by the system may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WakeBudget {
    /// How long it may last. What is not answered by then is given up, and nothing of it is half written.
    pub time: Span,
    /// Requests each account may make to look; what a person asked for is sent beside them.
    pub requests: u32,
}

/// What a wake did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WakeReport {
    /// A line per account and source, judged at its end.
    pub sources: Vec<SourceReport>,
    /// Rows written.
    pub rows_changed: u32,
    /// Everything that was begun came to its end in time.
    pub in_time: bool,
}

/// Called with each new value, on a thread of the companion's. Must return soon.
pub type Listener<T> = Arc<dyn Fn(T) + Send + Sync>;

/// The companion.
///
/// Dropping it stops everything it does; call [`suspend`](Companion::suspend) first to have its files checkpointed.
pub struct Companion {
    inner: Arc<Inner>,
    /// `None` only while being dropped.
    runtime: Option<tokio::runtime::Runtime>,
}

/// What tasks of the companion share with it.
pub(crate) struct Inner {
    me: std::sync::Weak<Inner>,
    data_dir: PathBuf,
    secrets: Arc<dyn SecretStore>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    zone: jiff::tz::TimeZone,
    sync_period: Span,
    allow_plain_http: bool,
    asks_nobody: bool,
    authorities: Authorities,
    /// Who leads it through a recording, instead of the network.
    played: Option<Arc<dyn Tape>>,
    device: Arc<Device>,
    topics: Arc<Topics>,
    runtime: tokio::runtime::Handle,
    /// `None` while suspended.
    open: RwLock<Option<Opened>>,
    schedule: Mutex<Schedule>,
    /// When a person last looked, before this start or resume.
    looked: Mutex<Option<Timestamp>>,
    /// What the next start shows first.
    painted: Mutex<Option<painting::Painted>>,
    /// Held by a suspend and by a resume from beginning to end: an app that is left and entered again at once asks for both.
    turning: tokio::sync::Mutex<()>,
    /// Held while an account is kept, so that the same one is not kept twice.
    adding: Mutex<()>,
}

/// The open files.
struct Opened {
    registry: Registry,
    /// In the order they were added.
    accounts: Vec<OpenAccount>,
}

#[derive(Clone)]
struct OpenAccount {
    row: AccountRow,
    ring: Arc<ring::KeyRing>,
    keys: Arc<ring::OwnKeys>,
    sync: Arc<AccountSync>,
    outbox: Arc<Outbox>,
    recorder: Arc<Recorder>,
}

/// Who is refreshed by the clock.
#[derive(Default)]
struct Schedule {
    started: bool,
    tasks: BTreeMap<AccountId, [tokio::task::JoinHandle<()>; 3]>,
}
