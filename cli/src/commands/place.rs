//! Where a server's data is, for the commands that open it themselves.

use std::io::Write;
use std::path::PathBuf;

use cachebash_server::{Operator, OperatorError, ServerError, ServerOptions};

use crate::args::{LocalArgs, PlaceArgs};
use crate::failure::{Done, Failure};
use crate::secrets::{private_folder, root_folder};
use crate::settings::Settings;
use crate::surroundings::data_dir;

/// The folder inside the data folder that is the server's own.
const SERVER: &str = "server";

/// The data that an operator's command is about.
pub(super) struct Place {
    pub(super) options: ServerOptions,
    folder: PathBuf,
}

impl Place {
    /// As the settings have it.
    pub(super) fn of(settings: &Settings) -> Done<Self> {
        let folder = data_dir(settings.data.as_ref())?;
        let options = ServerOptions {
            data: Some(folder.join(SERVER)),
            database: settings.database.clone(),
            secret: settings.secret()?,
            ..ServerOptions::default()
        };
        Ok(Self { options, folder })
    }

    /// As it was typed.
    pub(super) fn named(args: &PlaceArgs) -> Done<Self> {
        Self::of(&args.settings().completed(args.config.as_deref())?)
    }

    /// As it was typed to a command that has other meanings as well.
    pub(super) fn local(args: &LocalArgs, data: Option<&PathBuf>) -> Done<Self> {
        let mut typed = PlaceArgs::from_environment();
        typed.data = data.cloned().or(typed.data);
        typed.database = args.database.clone().or(typed.database);
        typed.config = args.config.clone().or(typed.config);
        Self::named(&typed)
    }

    /// Makes the folder for a server's data. Its own part is its owner's alone, whatever the folder around it is.
    pub(super) fn prepare(&self) -> Done {
        root_folder(&self.folder)?;
        self.make_private()
    }

    fn make_private(&self) -> Done {
        private_folder(&self.folder.join(SERVER))
            .map_err(|error| Failure::new(format!("{} cannot be written in: {error}", self.folder.display())))
    }

    /// Opens what is there.
    pub(super) async fn open(&self) -> Done<Operator> {
        // To look is not to make.
        if self.folder.join(SERVER).is_dir() {
            self.make_private()?;
        }
        Operator::open(self.options.clone())
            .await
            .map_err(|error| self.failure(&error))
    }

    /// Opens what is there, or makes it.
    pub(super) async fn open_or_make(&self) -> Done<Operator> {
        self.prepare()?;
        Operator::open_or_make(self.options.clone())
            .await
            .map_err(|error| self.failure(&error))
    }

    /// Shows what holds an owner key that is stored nowhere. Whoever reads standard output may be gone or full by now;
    /// then the key is lost, and a person learns how to make another.
    pub(super) fn show_owner_key(&self, tenant: &str, text: &str) -> Done {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes())
            .and_then(|()| out.flush())
            .map_err(|error| {
                let place = match self.options.database {
                    Some(_) => "--database URL".to_owned(),
                    None => format!("--data {}", self.folder.display()),
                };
                Failure::new(format!("the owner key could not be shown: {error}")).hint(format!(
                    "nobody has that key; make another with: cachebash keys create legacy --label Owner --can '*' --can keys.provision --tenant {tenant} {place}"
                ))
            })
    }

    /// What a person is told.
    pub(super) fn failure(&self, error: &OperatorError) -> Failure {
        match error {
            OperatorError::NoData => {
                Failure::new(format!("no server has kept anything in {} yet", self.folder.display()))
                    .hint("is it the right folder? name the one that `cachebash serve` uses with --data DIR")
            }
            OperatorError::Data(error) => self.unopened(error),
            OperatorError::BadName => Failure::usage(error.to_string()),
            OperatorError::NoTenant => {
                Failure::new(error.to_string()).hint("`cachebash tenants list` shows those there are")
            }
            OperatorError::FileExists => {
                Failure::new(error.to_string()).hint("choose another name: nothing is overwritten")
            }
            OperatorError::NotEmpty => Failure::new(error.to_string())
                .hint("restore into an empty folder or database, or throw that away with --force"),
            OperatorError::OtherSeal => Failure::new(error.to_string()).hint(format!(
                "put the old key back as {}, or set CACHEBASH_ENCRYPTION_KEY; if it is lost, add --without-questions",
                self.folder.join(SERVER).join("server.secret").display()
            )),
            OperatorError::Target(cause) => Failure::new(format!("{error}: {cause}")),
            OperatorError::TenantExists | OperatorError::NoBackup | OperatorError::Refused(_) => {
                Failure::new(error.to_string())
            }
        }
    }

    /// The same for data that does not open.
    pub(super) fn unopened(&self, error: &ServerError) -> Failure {
        let shown = match self.options.database {
            Some(_) => "the database".to_owned(),
            None => format!("the folder {}", self.folder.display()),
        };
        let own = self.folder.join(SERVER);
        match error {
            ServerError::InUse if self.options.database.is_some() => {
                Failure::new("the database is in use, by a server or by a restore")
                    .hint("stop all servers first, or wait until the restore is done")
            }
            ServerError::InUse => Failure::new(format!("another server uses {shown}"))
                .hint("stop that one first, or choose another folder with --data DIR"),
            ServerError::OtherKey => Failure::new(format!("{shown} cannot be used: {error}")).hint(format!(
                "copy server.secret from where the data was made to {}, or set CACHEBASH_ENCRYPTION_KEY",
                own.display()
            )),
            ServerError::NoKey(_) => Failure::new(error.to_string()).hint(
                "put it back from where you keep a copy, or from another node, or set CACHEBASH_ENCRYPTION_KEY; if it is lost for good: cachebash backup FILE, then cachebash restore FILE --force --without-questions",
            ),
            ServerError::BadKey => Failure::new(error.to_string())
                .hint("`openssl rand -hex 32` makes one, for CACHEBASH_ENCRYPTION_KEY or the file that holds it"),
            ServerError::Damaged => Failure::new(format!("{} is damaged", own.join("server.sqlite").display()))
                .hint("put it aside with what stands beside it, and restore a backup: cachebash restore FILE"),
            ServerError::OtherVersion(_) => Failure::new(format!("{shown} cannot be used: {error}"))
                .hint("use the version of cachebash that serves it"),
            ServerError::BadUrl => {
                Failure::usage(error.to_string()).hint("it looks like postgres://USER@HOST/NAME")
            }
            ServerError::DatabaseTls => Failure::usage(error.to_string())
                .hint("use a private network or a local socket, without sslmode in the URL"),
            ServerError::NoDatabase => Failure::new(error.to_string())
                .hint("make it first, with createdb or CREATE DATABASE, or name another in the URL"),
            ServerError::Login => {
                Failure::new(error.to_string()).hint("are the user and the password in the URL right?")
            }
            error => {
                let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
                Failure::new(format!("{shown} cannot be used: {error}{}", cause.unwrap_or_default()))
                    .hint("is the disk full, does it belong to somebody else, is the database running?")
            }
        }
    }
}
