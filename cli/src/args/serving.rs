//! What whoever runs a server can type: to serve, and beside it.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::settings::Settings;

/// `serve`.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) settings: Settings,
    /// A TOML file of settings [default: DIR/server.toml of the data folder, if there is one]
    #[arg(long, value_name = "FILE", env = "CACHEBASH_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Print one line of JSON when ready: {"url":…,"ownerKey":…}, the key on the first start only
    #[arg(long)]
    pub(crate) json: bool,
    /// For tests: the clock stands still at MS (milliseconds since 1970) until a line on stdin sets it
    #[arg(long, value_name = "MS")]
    pub(crate) clock: Option<i64>,
    /// For tests: ids and keys repeat from this number
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
}

/// Where a server keeps its data, for a command beside it.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct PlaceArgs {
    /// The server's data folder, as `serve` was given it [default: the user's data folder]
    #[arg(long, value_name = "DIR", env = "CACHEBASH_DATA")]
    pub(crate) data: Option<PathBuf>,
    /// The server's database, a postgres:// URL
    #[arg(long, value_name = "URL", env = "CACHEBASH_DATABASE", hide_env_values = true)]
    pub(crate) database: Option<String>,
    /// The server's file of settings [default: DIR/server.toml of the data folder, if there is one]
    #[arg(long, value_name = "FILE", env = "CACHEBASH_CONFIG")]
    pub(crate) config: Option<PathBuf>,
}

impl PlaceArgs {
    /// What the environment says of them, for a command whose flags of that name mean something else as well.
    pub(crate) fn from_environment() -> Self {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        Self {
            data: set("CACHEBASH_DATA").map(PathBuf::from),
            database: set("CACHEBASH_DATABASE").and_then(|url| url.into_string().ok()),
            config: set("CACHEBASH_CONFIG").map(PathBuf::from),
        }
    }

    /// What these say of the settings.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            data: self.data.clone(),
            database: self.database.clone(),
            ..Settings::default()
        }
    }
}

/// Acting on the data itself in place of asking a server.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "On a server's own machine or database")]
pub(crate) struct LocalArgs {
    /// The tenant, whose keys need no key then. The server's data folder is --data DIR, else $CACHEBASH_DATA, else the
    /// user's own
    #[arg(long, value_name = "NAME", conflicts_with_all = ["server", "account", "key_env", "offline", "allow_plain_http", "allow_writes"])]
    pub(crate) tenant: Option<String>,
    /// The server's database, a postgres:// URL [default: $CACHEBASH_DATABASE]
    #[arg(long, value_name = "URL", requires = "tenant")]
    pub(crate) database: Option<String>,
    /// The server's file of settings [default: $CACHEBASH_CONFIG, else DIR/server.toml, if there is one]
    #[arg(long, value_name = "FILE", requires = "tenant")]
    pub(crate) config: Option<PathBuf>,
}

/// `tenants …`.
#[derive(Debug, Subcommand)]
pub(crate) enum TenantsCommand {
    /// Add a tenant; its owner key is printed once
    #[command(
        after_help = "Examples:\n  cachebash tenants add acme\n  cachebash tenants add acme --data /srv/cachebash --json\n  cachebash tenants add acme --database postgres://…"
    )]
    Add(TenantAdd),
    /// List the tenants, oldest first
    List(TenantsList),
    /// Remove a tenant with all that it has
    Remove(TenantRemove),
}

/// `tenants add`.
#[derive(Debug, Args)]
pub(crate) struct TenantAdd {
    /// Its name: a-z, 0-9, '-', '_' and '.', at most 50
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `tenants list`.
#[derive(Debug, Args)]
pub(crate) struct TenantsList {
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `tenants remove`.
#[derive(Debug, Args)]
pub(crate) struct TenantRemove {
    /// Its name
    pub(crate) name: String,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `backup`.
#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    /// Where to: a file that is not there yet
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `restore`.
#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// What `cachebash backup` wrote
    pub(crate) file: PathBuf,
    /// Throw away what is there now
    #[arg(long)]
    pub(crate) force: bool,
    /// Leave the questions out, because their encryption key is lost
    #[arg(long)]
    pub(crate) without_questions: bool,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}
