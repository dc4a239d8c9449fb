//! The object that faces hold: open it, add an account, refresh, look, observe.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use cachebash_core::companion;
use cachebash_core::domain::{AccountId, ActionId, KeyHash, ProgramId, RawKey, SessionId, Span, TaskId};

use crate::guard::{call, wait};
use crate::mirror::{Cross, mirror};
use crate::world::{AppClock, AppIds, AppSecrets};
use crate::{
    AgentTask, AlertWindow, Clock, CompanionError, CostView, IdSource, IssuedKey, KeyFacts, KeyRequest, ListKind,
    ListQuery, MessageWindow, NewKey, Observation, Overview, OverviewListener, ProgramListener, ProgramPage,
    ProgramQuery, ProgressHistory, QuestionWindow, RelayGroup, SecretStore, SessionQuery, SessionWindow,
    SessionsListener, SourceReport, TaskWindow,
};

/// This library's version.
#[uniffi::export]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// What a companion is opened with.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct OpenOptions {
    /// The folder for its files. Made if absent; nothing else may write there.
    pub data_dir: String,
    /// IANA name of the zone whose midnight ends a day; null: the system's.
    #[uniffi(default = None)]
    pub zone: Option<String>,
    /// How often a running companion refreshes, in milliseconds.
    #[uniffi(default = 15000)]
    pub sync_period: i64,
    /// Talk plain http to hosts other than this machine.
    #[uniffi(default = false)]
    pub allow_plain_http: bool,
    /// Certificates in PEM that may vouch for servers beside the public authorities: for a server of one's own.
    #[uniffi(default = None)]
    pub authorities: Option<String>,
}

mirror! {
    /// A (server, key) pair this device knows.
    #[derive(Eq)]
    pub struct Account mirrors companion::Account {
        /// Made here.
        id: String,
        /// Base URL of its server.
        server: String,
        /// At first its host.
        label: String,
        /// SHA-256 of its key, 64 lower-case hex digits.
        key_hash: String,
        /// False: a write is refused before any request.
        writes_allowed: bool,
    }
}

/// What is needed to add an account. As text it does not show its key.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Display)]
pub struct NewAccount {
    /// Base URL, or null for the public hosted server.
    pub server: Option<String>,
    /// The key.
    pub key: String,
    /// A label, else the host.
    #[uniffi(default = None)]
    pub label: Option<String>,
}

impl fmt::Display for NewAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewAccount({})", self.server.as_deref().unwrap_or("public server"))
    }
}

impl fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<NewAccount> for companion::NewAccount {
    fn from(account: NewAccount) -> Self {
        let NewAccount { server, key, label } = account;
        Self {
            server,
            key: RawKey::new(key),
            label,
        }
    }
}

mirror! {
    /// What a refresh did.
    #[derive(Eq)]
    pub struct RefreshReport mirrors companion::RefreshReport {
        /// A line per account and source.
        sources: Vec<SourceReport>,
        /// Rows written.
        rows_changed: u32,
    }
}

/// What agents are doing, known on this device. Reads come from the cache and never wait for the network. Methods may be
/// called from any thread. A call runs to its end even when the caller stops waiting, and leaves nothing half done; only
/// `add_account` is given up with its caller (nothing is kept), and a key created for nobody waits in the outbox.
#[derive(uniffi::Object)]
pub struct Companion {
    pub(crate) core: Arc<companion::Companion>,
}

#[uniffi::export]
impl Companion {
    /// Opens the files in the options' folder, makes them if absent. No network. `clock` and `ids` are for tests; null
    /// means the system's.
    // Both languages get it as the constructor: with a named one, UniFFI's renaming for Kotlin (uniffi.toml) would
    // leave the old name in its return type.
    #[uniffi::constructor(name = "new", default(clock = None, ids = None))]
    pub fn open(
        options: OpenOptions,
        secrets: Arc<dyn SecretStore>,
        clock: Option<Arc<dyn Clock>>,
        ids: Option<Arc<dyn IdSource>>,
    ) -> Result<Arc<Self>, CompanionError> {
        let OpenOptions {
            data_dir,
            zone,
            sync_period,
            allow_plain_http,
            authorities,
        } = options;
        call(|| {
            let mut options = companion::Options::new(PathBuf::from(data_dir), Arc::new(AppSecrets(secrets)));
            options.zone = zone;
            options.sync_period = Span::from_millis(sync_period);
            options.allow_plain_http = allow_plain_http;
            if let Some(text) = authorities {
                options.authorities = companion::Authorities::from_pem(&text).ok_or_else(|| {
                    let field = "authorities".to_owned();
                    companion::CompanionError::Rejected {
                        reason: companion::RejectedReason::Invalid { field },
                    }
                })?;
            }
            if let Some(clock) = clock {
                options.clock = Arc::new(AppClock::new(clock));
            }
            if let Some(ids) = ids {
                options.ids = Arc::new(AppIds(ids));
            }
            companion::Companion::open(options)
        })
        .map(|core| Arc::new(Self { core }))
    }

    /// The accounts this device knows.
    pub fn accounts(&self) -> Result<Vec<Account>, CompanionError> {
        call(|| self.core.accounts()).map(Cross::cross)
    }

    /// Asks the server whether it accepts the key, then keeps the account (read only) and gives the key to the secret
    /// store.
    pub async fn add_account(&self, account: NewAccount) -> Result<Account, CompanionError> {
        wait(self.core.add_account(account.into())).await.map(Cross::cross)
    }

    /// Forgets the account: its ring of keys, its rows, its history.
    pub async fn remove_account(&self, account: String) -> Result<(), CompanionError> {
        wait(self.core.remove_account(&AccountId::new(account))).await
    }

    /// Gives the account another label.
    pub fn rename_account(&self, account: String, label: String) -> Result<Account, CompanionError> {
        call(|| self.core.rename_account(&AccountId::new(account), label)).map(Cross::cross)
    }

    /// Lets this device write through the account, or stops it. An account begins read-only.
    pub fn allow_writes(&self, account: String, allowed: bool) -> Result<Account, CompanionError> {
        call(|| self.core.allow_writes(&AccountId::new(account), allowed)).map(Cross::cross)
    }

    /// Fetches what is due from every account (or one), writes what changed. One runs at a time: a second call joins the
    /// first. Failures of sources are in the report; an error is only what stops all of it (storage, suspended, no such
    /// account).
    #[uniffi::method(default(account = None))]
    pub async fn refresh(&self, account: Option<String>) -> Result<RefreshReport, CompanionError> {
        wait(self.core.refresh(account.map(AccountId::new)))
            .await
            .map(Cross::cross)
    }

    /// As `refresh`, but reads this program's state, keys and messages too, whether they are due or not.
    pub async fn refresh_program(&self, account: String, program: String) -> Result<RefreshReport, CompanionError> {
        wait(
            self.core
                .refresh_program(&AccountId::new(account), &ProgramId::new(program)),
        )
        .await
        .map(Cross::cross)
    }

    /// As `refresh`, but reads these lists to their ends, whosever turn it is.
    #[uniffi::method(default(account = None))]
    pub async fn refresh_lists(
        &self,
        lists: Vec<ListKind>,
        account: Option<String>,
    ) -> Result<RefreshReport, CompanionError> {
        let turns: Vec<_> = lists.into_iter().map(Into::into).collect();
        wait(self.core.refresh_lists(account.map(AccountId::new), &turns))
            .await
            .map(Cross::cross)
    }

    /// The questions that wait, whoever asks, oldest first.
    pub fn questions(&self, query: ListQuery) -> Result<QuestionWindow, CompanionError> {
        call(|| self.core.questions(&query.into())).map(Cross::cross)
    }

    /// As `refresh`, but reads the messages to and from this program too.
    pub async fn refresh_messages(&self, account: String, program: String) -> Result<RefreshReport, CompanionError> {
        wait(
            self.core
                .refresh_messages(&AccountId::new(account), &ProgramId::new(program)),
        )
        .await
        .map(Cross::cross)
    }

    /// As `refresh`, but reads what completed tasks cost in this period (`today`, `this_week`, `this_month`, `all`) too.
    pub async fn refresh_cost(&self, account: String, period: String) -> Result<RefreshReport, CompanionError> {
        wait(self.core.refresh_cost(&AccountId::new(account), &period))
            .await
            .map(Cross::cross)
    }

    /// Tasks that wait or are under way, newest first; of a program, those for it.
    pub fn tasks(&self, query: ListQuery) -> Result<TaskWindow, CompanionError> {
        call(|| self.core.tasks(&query.into())).map(Cross::cross)
    }

    /// One task as it is known; its instructions only once it was read by `read_task`.
    pub fn task(&self, account: String, task: String) -> Result<AgentTask, CompanionError> {
        call(|| self.core.task(&AccountId::new(account), &TaskId::new(task))).map(Cross::cross)
    }

    /// Asks the server for one task with its instructions, and keeps them.
    pub async fn read_task(&self, account: String, task: String) -> Result<AgentTask, CompanionError> {
        wait(self.core.read_task(&AccountId::new(account), &TaskId::new(task)))
            .await
            .map(Cross::cross)
    }

    /// Messages that are known, newest first; of a program, those to and from it. They are read with its page.
    pub fn messages(&self, query: ListQuery) -> Result<MessageWindow, CompanionError> {
        call(|| self.core.messages(&query.into())).map(Cross::cross)
    }

    /// Alerts that wait, newest first; of a program, those whose sender or session is its.
    pub fn alerts(&self, query: ListQuery) -> Result<AlertWindow, CompanionError> {
        call(|| self.core.alerts(&query.into())).map(Cross::cross)
    }

    /// The groups that can be written to, by name. They are read with a program's page.
    pub fn groups(&self, account: String) -> Result<Vec<RelayGroup>, CompanionError> {
        call(|| self.core.groups(&AccountId::new(account))).map(Cross::cross)
    }

    /// What completed tasks cost in a period, as `refresh_cost` last read it.
    pub fn cost(&self, account: String, period: String) -> Result<CostView, CompanionError> {
        call(|| self.core.cost(&AccountId::new(account), &period)).map(Cross::cross)
    }

    /// The list of programs, one window of it.
    pub fn overview(&self, query: ProgramQuery) -> Result<Overview, CompanionError> {
        call(|| self.core.overview(&query.into())).map(Cross::cross)
    }

    /// A window over sessions, newest first.
    pub fn sessions(&self, query: SessionQuery) -> Result<SessionWindow, CompanionError> {
        call(|| self.core.sessions(&query.into())).map(Cross::cross)
    }

    /// One program with its state, sessions and key facts.
    pub fn program(&self, account: String, program: String) -> Result<ProgramPage, CompanionError> {
        call(|| self.core.program(&AccountId::new(account), &ProgramId::new(program))).map(Cross::cross)
    }

    /// What this device saw of one session's progress.
    pub fn progress_history(&self, account: String, session: String) -> Result<ProgressHistory, CompanionError> {
        call(|| {
            self.core
                .progress_history(&AccountId::new(account), &SessionId::new(session))
        })
        .map(Cross::cross)
    }

    /// Gives the present overview at once, then each new one, until the observation is cancelled or dropped.
    pub fn observe_overview(
        &self,
        query: ProgramQuery,
        listener: Arc<dyn OverviewListener>,
    ) -> Result<Arc<Observation>, CompanionError> {
        call(|| {
            Observation::start(
                move |overview| listener.on_overview(overview),
                |tell| self.core.observe_overview(query.into(), tell),
            )
        })
    }

    /// Gives the program as it is at once, then each new state of it, until the observation is cancelled or dropped.
    pub fn observe_program(
        &self,
        account: String,
        program: String,
        listener: Arc<dyn ProgramListener>,
    ) -> Result<Arc<Observation>, CompanionError> {
        call(|| {
            Observation::start(
                move |page| listener.on_program(page),
                |tell| {
                    self.core
                        .observe_program(AccountId::new(account), ProgramId::new(program), tell)
                },
            )
        })
    }

    /// Gives the present window at once, then each new one, until the observation is cancelled or dropped.
    pub fn observe_sessions(
        &self,
        query: SessionQuery,
        listener: Arc<dyn SessionsListener>,
    ) -> Result<Arc<Observation>, CompanionError> {
        call(|| {
            Observation::start(
                move |window| listener.on_sessions(window),
                |tell| self.core.observe_sessions(query.into(), tell),
            )
        })
    }

    /// Creates a key, and with it the program if that is new. The wish is kept first, so it outlives whoever waits: where it
    /// cannot be sent now, it is sent later.
    pub async fn create_key(&self, account: String, key: NewKey) -> Result<KeyRequest, CompanionError> {
        wait(self.core.create_key(&AccountId::new(account), key.into()))
            .await
            .map(Cross::cross)
    }

    /// A key that was made and that nobody has said to have yet, by its line of the outbox.
    pub async fn show_key(&self, account: String, action: String) -> Result<IssuedKey, CompanionError> {
        wait(self.core.show_key(&AccountId::new(account), &ActionId::new(action)))
            .await
            .map(Cross::cross)
    }

    /// The tenant's keys, from the server.
    pub async fn list_keys(&self, account: String) -> Result<Vec<KeyFacts>, CompanionError> {
        wait(self.core.list_keys(&AccountId::new(account)))
            .await
            .map(Cross::cross)
    }

    /// The tenant's keys as they were last read; no network.
    pub fn known_keys(&self, account: String) -> Result<Vec<KeyFacts>, CompanionError> {
        call(|| self.core.known_keys(&AccountId::new(account))).map(Cross::cross)
    }

    /// Revokes a key, named by its fingerprint: kept first, then sent and waited for. Gives the line of the outbox in which it
    /// waits where it could not be done yet.
    pub async fn revoke_key(&self, account: String, key_hash: String) -> Result<Option<String>, CompanionError> {
        wait(self.core.revoke_key(&AccountId::new(account), &KeyHash::new(key_hash)))
            .await
            .map(Cross::cross)
    }

    /// Rotates the account's own key, kept first as `create_key` is. The new key is in the secret store before anything else
    /// is done with it.
    pub async fn rotate_key(&self, account: String) -> Result<KeyRequest, CompanionError> {
        wait(self.core.rotate_key(&AccountId::new(account)))
            .await
            .map(Cross::cross)
    }

    /// Starts refreshing every sync period, one refresh at a time, until suspended.
    pub fn start(&self) -> Result<(), CompanionError> {
        call(|| self.core.start())
    }

    /// Stops refreshing, finishes what runs, checkpoints and closes the files. Every call but `resume` then fails with
    /// `Suspended`.
    pub async fn suspend(&self) -> Result<(), CompanionError> {
        wait(self.core.suspend()).await
    }

    /// Reopens the files with fresh connections, and refreshes again if it did before.
    pub async fn resume(&self) -> Result<(), CompanionError> {
        wait(self.core.resume()).await
    }
}
