//! What can be typed about the keys that this machine holds for an account beside its own.

use clap::{Args, Subcommand};

use super::Stored;

/// `account keys …`.
#[derive(Debug, Subcommand)]
pub(crate) enum AccountKeysCommand {
    /// Add a key beside the account's own, from stdin or from the environment: it opens what was sealed for it, and reads
    /// what the account's own may not
    #[command(
        after_help = "Examples:\n  cachebash account keys add Home --key-env BUILDER_KEY --label \"Builder agent\"\n  cachebash account keys add Home  (asks for the key, without echo)"
    )]
    Add(AccountKeyAdd),
    /// List them, by fingerprint, with what each may read
    List(AccountKeys),
    /// Forget one; on the server it lives on
    Remove(AccountKeyRemove),
    /// Put another key in the place of the account's own, as when the server accepts that no longer; what is kept of the
    /// account stays, and what waits in its outbox
    #[command(
        after_help = "Examples:\n  cachebash account keys replace Home --key-env NEW_KEY\n  cachebash account keys replace Home  (asks for the key, without echo)"
    )]
    Replace(AccountKeyReplace),
}

/// `account keys replace`.
#[derive(Debug, Args)]
pub(crate) struct AccountKeyReplace {
    /// The account's label or id
    pub(crate) account: String,
    /// The environment variable that holds the new key
    #[arg(long, value_name = "NAME")]
    pub(crate) key_env: Option<String>,
    #[command(flatten)]
    pub(crate) stored: Stored,
}

/// `account keys add`.
#[derive(Debug, Args)]
pub(crate) struct AccountKeyAdd {
    /// The account's label or id
    pub(crate) account: String,
    /// The environment variable that holds the key
    #[arg(long, value_name = "NAME")]
    pub(crate) key_env: Option<String>,
    /// What to call it [default: the beginning of its fingerprint]
    #[arg(long)]
    pub(crate) label: Option<String>,
    #[command(flatten)]
    pub(crate) stored: Stored,
}

/// `account keys list`.
#[derive(Debug, Args)]
pub(crate) struct AccountKeys {
    /// The account's label or id
    pub(crate) account: String,
    #[command(flatten)]
    pub(crate) stored: Stored,
}

/// `account keys remove`.
#[derive(Debug, Args)]
pub(crate) struct AccountKeyRemove {
    /// The account's label or id
    pub(crate) account: String,
    /// The key's fingerprint, or so much of its beginning that only one key has it
    pub(crate) key: String,
    #[command(flatten)]
    pub(crate) stored: Stored,
}
