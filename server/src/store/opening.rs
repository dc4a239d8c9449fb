//! How a store is opened: where the data is, by whom, and with which encryption key.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::postgres::Postgres;
use super::sql::{Database, Stored};
use super::sqlite::{self, Sqlite};
use super::versions::Versions;
use super::writer::Writer;
use super::{Store, StoreError, World, backup, files, read_now, tenants};
use crate::mint::Mint;

/// Where the data is.
pub(crate) struct Place {
    /// The folder of `server.sqlite` and of the encryption key.
    pub(crate) folder: Option<PathBuf>,
    /// A `postgres://` URL in place of the file.
    pub(crate) database: Option<String>,
    /// The encryption key, where it does not come from the folder.
    pub(crate) secret: Option<String>,
    /// How many writes one transaction may hold.
    pub(crate) most_writes: usize,
}

/// Who opens the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opener {
    /// The one server of the folder. Two would each keep their own count of what callers may still ask.
    Server,
    /// A command beside it.
    Command,
    /// A command that puts data there, and so must be alone with it.
    Restore {
        /// What is there goes.
        replace: bool,
    },
}

/// Whether a folder holds a server's data.
pub(crate) fn is_kept_in(folder: &Path) -> bool {
    folder.join(sqlite::FILE).is_file()
}

impl Store {
    /// Opens the data, made if missing, and brings it up to date.
    pub(crate) fn open(place: Place, mint: Mint, opener: Opener) -> Stored<Self> {
        let mut lock = None;
        let database: Arc<dyn Database> = match (&place.database, &place.folder) {
            (Some(url), _) => Arc::new(Postgres::open(url, opener == Opener::Server)?),
            (None, None) => Arc::new(Sqlite::open(None)?),
            (None, Some(folder)) => {
                // A command changes the tables of no running server: that one would not know them any more.
                let _while_bringing_up_to_date = match opener {
                    Opener::Server | Opener::Restore { .. } => {
                        lock = Some(Arc::new(files::take(folder)?));
                        None
                    }
                    Opener::Command if sqlite::is_up_to_date(folder)? => None,
                    Opener::Command => Some(files::take(folder).map_err(|error| match error {
                        StoreError::InUse => StoreError::OtherVersion,
                        other => other,
                    })?),
                };
                Arc::new(Sqlite::open(Some(folder))?)
            }
        };
        let (folder, given) = (place.folder.as_deref(), place.secret.as_deref());
        let seals_what_is_kept = match opener {
            Opener::Server | Opener::Restore { replace: false } => true,
            Opener::Restore { replace: true } | Opener::Command => false,
        };
        // A key that is made now opens nothing of what another one sealed.
        if seals_what_is_kept
            && let Some(file) = files::missing_secret(folder, given)
            && read_now(&*database, backup::seal_of)?.is_some()
        {
            return Err(StoreError::NoSecret(file));
        }
        let (seal, is_known) = match opener {
            Opener::Server => (files::seal(folder, given)?, true),
            // What was sealed before goes.
            Opener::Restore { .. } => (files::seal(folder, given)?, false),
            // A command that seals nothing needs no key, and makes none.
            Opener::Command => match files::known_seal(folder, given)? {
                Some(seal) => (seal, true),
                None => (files::seal(None, None)?, false),
            },
        };
        let mut store = Self::over(database, World { mint, seal }, place.most_writes, opener)?;
        store._lock = lock;
        if is_known {
            store.check_seal()?;
        }
        Ok(store)
    }

    /// A store over a database that is open.
    pub(super) fn over(database: Arc<dyn Database>, world: World, most_writes: usize, opener: Opener) -> Stored<Self> {
        let versions = Arc::new(Versions::default());
        let writer = Writer::start(&database, &versions, most_writes)?;
        let store = Self {
            database,
            writer,
            versions,
            world: Arc::new(world),
            counted: Arc::default(),
            _lock: None,
        };
        store.look_around()?;
        if opener == Opener::Server {
            store.watch_others()?;
        }
        Ok(store)
    }

    /// Makes sure that the data is sealed with this store's key.
    fn check_seal(&self) -> Stored<()> {
        let print = self.world.seal.fingerprint().to_owned();
        let sealed_with = self.above_now(move |sql| tenants::fact(sql, "seal", &print))?;
        if sealed_with == self.world.seal.fingerprint() {
            Ok(())
        } else {
            Err(StoreError::OtherSeal)
        }
    }
}
