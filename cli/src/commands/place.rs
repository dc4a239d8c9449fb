//! Where a server's data is, for the commands that open it themselves.

use std::path::{Path, PathBuf};

use cachebash_server::{Operator, OperatorError, ServerError, ServerOptions};

use crate::args::{LocalArgs, PlaceArgs};
use crate::failure::{Done, Failure};
use crate::settings::Settings;
use crate::surroundings::data_dir;

/// The folder inside the data folder that is the server's own.
pub(super) const SERVER: &str = "server";

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

    /// The data folder.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Opens what is there.
    pub(super) async fn open(&self) -> Done<Operator> {
        Operator::open(self.options.clone())
            .await
            .map_err(|error| self.failure(&error))
    }

    /// Opens what is there, or makes it.
    pub(super) async fn open_or_make(&self) -> Done<Operator> {
        Operator::open_or_make(self.options.clone())
            .await
            .map_err(|error| self.failure(&error))
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
        match error {
            ServerError::InUse => Failure::new(format!("another server uses {shown}"))
                .hint("stop that one first, or choose another folder with --data DIR"),
            error => {
                let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
                Failure::new(format!("{shown} cannot be used: {error}{}", cause.unwrap_or_default()))
                    .hint("is the disk full, does it belong to somebody else, is the database running?")
            }
        }
    }
}
