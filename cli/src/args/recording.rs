//! What can be typed to record what an account does, and to play a recording.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{ClientArgs, Stored};

/// `record …`.
#[derive(Debug, Subcommand)]
pub(crate) enum RecordCommand {
    /// Begin to record; it goes on, command after command, until `record stop`
    Start(RecordStart),
    /// Write what was recorded up to now into a file
    Save(RecordSave),
    /// Stop, and delete what was recorded
    Stop(RecordName),
}

/// `record start`.
#[derive(Debug, Args)]
pub(crate) struct RecordStart {
    /// Record texts as they are, and not letters in their place
    #[arg(long)]
    pub(crate) texts: bool,
    #[command(flatten)]
    pub(crate) name: RecordName,
}

/// `record save`.
#[derive(Debug, Args)]
pub(crate) struct RecordSave {
    /// The file to write; one that exists is not overwritten
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) name: RecordName,
}

/// Which account is recorded.
#[derive(Debug, Args)]
pub(crate) struct RecordName {
    /// Its label or id [default: the one in use, or the only one]
    #[arg(long, value_name = "LABEL")]
    pub(crate) account: Option<String>,
    #[command(flatten)]
    pub(crate) stored: Stored,
}

impl RecordName {
    /// As the other commands name an account.
    pub(crate) fn client(&self) -> ClientArgs {
        ClientArgs {
            account: self.account.clone(),
            data: self.stored.data.clone(),
            offline: true,
            json: self.stored.json,
            ..ClientArgs::default()
        }
    }
}

/// `replay`.
#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// A recording, as `cachebash record save` writes it
    pub(crate) file: PathBuf,
    /// Show this program's page as it was at the end
    #[arg(long)]
    pub(crate) program: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}
