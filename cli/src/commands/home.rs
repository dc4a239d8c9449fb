//! Where a client command works: which files, which account, and whether anyone may be asked.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cachebash_core::api::{self, Endpoint};
use cachebash_core::companion::{
    Account, Authorities, Companion, CompanionError, ListQuery, NewAccount, Options, ProgramQuery, RefreshReport,
};
use cachebash_core::domain::{AccountId, ProgramId, RawKey, Span};
use cachebash_core::insight::{ListWindow, Notice, Overview};
use cachebash_core::sync::Turn;

use crate::args::{ClientArgs, ListArgs, Stored};
use crate::failure::{Done, Failure};
use crate::secrets::{FileSecretStore, private_folder, root_folder};
use crate::surroundings::{self, data_dir};
use crate::words::Labels;

/// Rows that one window holds at most.
const WINDOW: u32 = 100;

/// The folder of the companion's files inside the data folder.
const COMPANION: &str = "companion";
/// How a file of accounts is called that could not be read and was put aside.
const SET_ASIDE: &str = "accounts.sqlite.damaged-";

/// A companion over one data folder.
pub(crate) struct Home {
    /// The companion.
    pub(crate) companion: Arc<Companion>,
    /// All words, in the system's zone.
    pub(crate) labels: Labels,
    /// The account that was asked for, or that is in use; `None`: all.
    pub(crate) account: Option<AccountId>,
    /// Nobody may be asked.
    pub(crate) offline: bool,
    folder: PathBuf,
    // Removed with everything in it once the command is done.
    _passing: Option<tempfile::TempDir>,
}

impl Home {
    /// Opens the companion's files in `folder`.
    pub(crate) fn open(folder: PathBuf, allow_plain_http: bool, offline: bool) -> Done<Self> {
        root_folder(&folder)?;
        private_folder(&folder.join(COMPANION))
            .map_err(|error| Failure::new(format!("{} cannot be written in: {error}", folder.display())))?;
        let secrets = Arc::new(FileSecretStore::in_folder(folder.join("keys")));
        let mut options = Options::new(folder.join(COMPANION), secrets);
        options.allow_plain_http = allow_plain_http;
        options.authorities = authorities()?;
        if offline {
            // Nobody is asked, so nothing counts as fresh: all is judged at its as-of, and told in clock times.
            options.sync_period = Span::default();
            options.asks_nobody = true;
        }
        let companion = Companion::open(options).map_err(|error| {
            Failure::new(format!("the files in {} cannot be opened: {error}", folder.display()))
                .hint("is the disk full, or does the folder belong to somebody else?")
        })?;
        let labels = Labels::here();
        Ok(Self {
            companion,
            labels,
            account: None,
            offline,
            folder,
            _passing: None,
        })
    }

    /// Opens what is stored already, to change it; a folder that is only mistyped stays unmade.
    pub(crate) fn stored(args: &Stored) -> Done<Self> {
        let folder = data_dir(args.data.as_ref())?;
        if folder.join(COMPANION).is_dir() {
            Self::open(folder, false, false)
        } else {
            Err(no_account(&folder))
        }
    }

    /// Opens what the arguments of a client command mean: the stored account, or the server and key they name.
    pub(crate) async fn of(args: &ClientArgs) -> Done<Self> {
        let passing = match (&args.server, &args.data) {
            (Some(_), None) => Some(tempfile::tempdir()?),
            _ => None,
        };
        let folder = match &passing {
            Some(dir) => dir.path().to_owned(),
            None => data_dir(args.data.as_ref())?,
        };
        // To read is not to make: a folder that is only mistyped stays unmade.
        if passing.is_none() && (args.offline || args.server.is_none()) && !folder.join(COMPANION).is_dir() {
            return Err(if args.offline {
                Failure::new(format!("nothing is kept in {} yet", folder.display()))
                    .hint("is it the right folder? without --offline a server is asked, and what it says is kept")
            } else {
                no_account(&folder)
            });
        }
        let mut home = Self::open(folder, args.allow_plain_http, args.offline)?;
        home._passing = passing;
        let accounts = home.accounts()?;
        if let Some(server) = &args.server {
            home.account = Some(home.named_server(server, args, &accounts).await?);
        } else {
            home.account = match &args.account {
                Some(name) => Some(find(&accounts, name)?.id.clone()),
                None => home
                    .in_use()
                    .filter(|id| accounts.iter().any(|account| account.id == *id)),
            };
        }
        if accounts.is_empty() && args.server.is_none() {
            return Err(no_account(&home.folder));
        }
        Ok(home)
    }

    /// The account of `--server URL --key-env NAME`: one that is stored already, else a new one, which asks the server.
    async fn named_server(&self, server: &str, args: &ClientArgs, stored: &[Account]) -> Done<AccountId> {
        let key = args.key_env.as_deref().map(key_from).transpose()?;
        let wanted = key.as_ref().map(RawKey::hash);
        let same_server = |account: &&Account| account.server.trim_end_matches('/') == server.trim_end_matches('/');
        let known = stored
            .iter()
            .filter(same_server)
            .find(|account| wanted.as_ref().is_none_or(|hash| account.key_hash == *hash));
        if let Some(account) = known {
            return Ok(account.id.clone());
        }
        if args.offline {
            return Err(Failure::new("nothing is stored of that server and key")
                .hint("ask it once without --offline, with --data DIR to keep what it says"));
        }
        let Some(key) = key else {
            return Err(
                Failure::usage("--server needs a key").hint("put the key in a variable and name it: --key-env CB_KEY")
            );
        };
        no_plain_http(server, args.allow_plain_http)?;
        let account = NewAccount {
            server: Some(server.to_owned()),
            key,
            label: None,
        };
        let account = self
            .companion
            .add_account(account)
            .await
            .map_err(|error| self.failure(&error))?;
        Ok(account.id)
    }

    /// Its folder is removed when the command is done.
    pub(crate) fn is_passing(&self) -> bool {
        self._passing.is_some()
    }

    /// The accounts of this folder.
    pub(crate) fn accounts(&self) -> Done<Vec<Account>> {
        self.companion.accounts().map_err(|error| self.failure(&error))
    }

    /// The one account a command acts on.
    pub(crate) fn one_account(&self) -> Done<Account> {
        let accounts = self.accounts()?;
        match &self.account {
            Some(id) => accounts
                .into_iter()
                .find(|account| account.id == *id)
                .ok_or_else(|| Failure::new("the account is gone")),
            None => match accounts.as_slice() {
                [one] => Ok(one.clone()),
                _ => Err(Failure::usage("there are several accounts")
                    .hint("say which with --account LABEL, or choose one with `cachebash account use LABEL`")),
            },
        }
    }

    /// Asks the servers, unless nobody may be asked. What failed is in the overview's notice.
    pub(crate) async fn refresh(&self) -> Done<Option<RefreshReport>> {
        if self.offline {
            return Ok(None);
        }
        self.companion
            .refresh(self.account.clone())
            .await
            .map(Some)
            .map_err(|error| self.failure(&error))
    }

    /// Whose program this is; an unknown one is that of the only account.
    pub(crate) fn account_of(&self, overview: &Overview, program: &ProgramId) -> Done<AccountId> {
        let known = overview.rows.iter().filter(|row| row.program == *program);
        match known.map(|row| &row.account).collect::<Vec<_>>().as_slice() {
            [one] => Ok((*one).clone()),
            [] => Ok(self.one_account()?.id),
            _ => Err(
                Failure::usage(format!("several accounts have a program called {program}"))
                    .hint("say which with --account LABEL"),
            ),
        }
    }

    /// As [`Home::refresh`], and reads these lists to their ends.
    pub(crate) async fn refresh_lists(&self, lists: &[Turn]) -> Done {
        if self.offline {
            return Ok(());
        }
        let refreshed = self.companion.refresh_lists(self.account.clone(), lists).await;
        refreshed.map(|_| ()).map_err(|error| self.failure(&error))
    }

    /// A list of no one program.
    pub(crate) fn any_list_query(&self, offset: u32, limit: u32) -> ListQuery {
        ListQuery {
            account: self.account.clone(),
            program: None,
            offset,
            limit,
        }
    }

    /// A list as it is asked for.
    pub(crate) fn list_query(&self, args: &ListArgs) -> ListQuery {
        ListQuery {
            account: self.account.clone(),
            program: args.program.as_deref().map(ProgramId::new),
            offset: args.window.offset,
            limit: args.window.limit,
        }
    }

    /// The window, and where nobody may be asked, the bar that says so.
    pub(crate) fn shown<T>(&self, window: Result<ListWindow<T>, CompanionError>) -> Done<ListWindow<T>> {
        let mut window = window.map_err(|error| self.failure(&error))?;
        if self.offline {
            let as_of = window.as_of;
            window.notice.get_or_insert(Notice::Offline { as_of });
        }
        Ok(window)
    }

    /// The whole fleet, window by window.
    pub(crate) fn overview(&self) -> Done<Overview> {
        let overview = whole_overview(&self.companion, self.account.as_ref()).map_err(|error| self.failure(&error))?;
        Ok(if self.offline { unasked(overview) } else { overview })
    }

    /// The account in use, if one was chosen.
    pub(crate) fn in_use(&self) -> Option<AccountId> {
        let text = fs::read_to_string(chosen(&self.folder)).ok()?;
        Some(AccountId::new(text.trim())).filter(|id| !id.as_str().is_empty())
    }

    /// Chooses the account in use; `None`: all.
    pub(crate) fn choose(&self, account: Option<&AccountId>) -> Done {
        let file = chosen(&self.folder);
        match account {
            Some(id) => fs::write(file, format!("{id}\n"))?,
            None => match fs::remove_file(file) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            },
        }
        Ok(())
    }

    /// What a person is told of a companion's error, and what to type next.
    pub(crate) fn failure(&self, error: &CompanionError) -> Failure {
        super::failed(error, &self.labels)
    }
}

/// Who may vouch for servers beside the public authorities.
fn authorities() -> Done<Authorities> {
    let Some(file) = surroundings::authorities() else {
        return Ok(Authorities::default());
    };
    let text = std::fs::read_to_string(&file)
        .map_err(|error| Failure::new(format!("{} cannot be read: {error}", file.display())))?;
    Authorities::from_pem(&text).ok_or_else(|| {
        Failure::new(format!(
            "{} holds no certificate of an authority in PEM",
            file.display()
        ))
        .hint("CACHEBASH_AUTHORITIES names the file that vouches for your own server")
    })
}

/// Refuses what the companion would refuse as well, and says why: a URL that is right may still be one that shows the key
/// to whoever listens in between.
pub(crate) fn no_plain_http(server: &str, allow_plain_http: bool) -> Done {
    if !allow_plain_http && Endpoint::parse(server, false) == Err(api::Error::PlainHttp) {
        return Err(
            Failure::usage("plain http to another machine shows the key to everybody on the way")
                .hint("use https://, or add --allow-plain-http where the network is your own"),
        );
    }
    Ok(())
}

/// There is none, and what became of those there were.
fn no_account(folder: &Path) -> Failure {
    let failure = Failure::new(format!("no account is stored in {} yet", folder.display()));
    match set_aside(&folder.join(COMPANION)) {
        Some(file) => failure.hint(format!(
            "its accounts could not be read and were put aside as {}; add them again with `cachebash account add`",
            file.display()
        )),
        None => failure.hint(
            "add one with `cachebash account add`, name one with --server URL --key-env NAME, or try `cachebash demo`",
        ),
    }
}

/// The newest file of accounts that was put aside.
fn set_aside(companion: &Path) -> Option<PathBuf> {
    let number = |path: &PathBuf| -> Option<u32> {
        let name = path.file_name()?.to_str()?;
        name.strip_prefix(SET_ASIDE)?.parse().ok()
    };
    let files = fs::read_dir(companion).ok()?;
    files
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| number(path).is_some())
        .max_by_key(number)
}

/// The account called `name`, by label or id.
pub(crate) fn find<'a>(accounts: &'a [Account], name: &str) -> Done<&'a Account> {
    let mut by_label = accounts.iter().filter(|account| account.label == name);
    let by_id = || accounts.iter().find(|account| account.id.as_str() == name);
    match (by_label.next(), by_label.next()) {
        (Some(account), None) => Ok(account),
        (Some(_), Some(_)) => Err(Failure::usage(format!("several accounts are called {name}"))
            .hint("use the id that `cachebash account list` shows")),
        (None, _) => by_id().ok_or_else(|| {
            Failure::new(format!("there is no account called {name}"))
                .hint("`cachebash account list` shows those there are")
        }),
    }
}

/// The key in an environment variable.
pub(crate) fn key_from(variable: &str) -> Done<RawKey> {
    let text = std::env::var(variable).unwrap_or_default();
    let key = RawKey::new(text.trim());
    if key.reveal().is_empty() {
        return Err(
            Failure::usage(format!("the variable {variable} holds no key")).hint(format!(
                "export {variable}=cb_… first; --key-env takes the variable's name, not the key"
            )),
        );
    }
    if !key.is_well_formed() {
        return Err(Failure::usage(format!("what {variable} holds is not an API key"))
            .hint("a key is cb_ and 64 hexadecimal digits"));
    }
    Ok(key)
}

/// All rows of an overview, whatever their number.
pub(crate) fn whole_overview(companion: &Companion, account: Option<&AccountId>) -> Result<Overview, CompanionError> {
    let query = |offset| ProgramQuery {
        account: account.cloned(),
        offset,
        limit: WINDOW,
    };
    let mut overview = companion.overview(&query(0))?;
    while u64::from(overview.total) > overview.rows.len() as u64 {
        let Ok(offset) = u32::try_from(overview.rows.len()) else {
            break;
        };
        let more = companion.overview(&query(offset))?;
        if more.rows.is_empty() {
            break;
        }
        overview.rows.extend(more.rows);
    }
    Ok(overview)
}

/// Where nobody may be asked, the bar says so, even if the last answer was a good one.
pub(crate) fn unasked(mut overview: Overview) -> Overview {
    let as_of = overview.as_of;
    overview.notice.get_or_insert(Notice::Offline { as_of });
    overview
}

fn chosen(folder: &Path) -> PathBuf {
    folder.join("account-in-use")
}
