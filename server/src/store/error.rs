//! What can go wrong in the store, and what its caller learns of it.

use std::path::PathBuf;

use rusqlite::ErrorCode;
use rusqlite::ffi::SQLITE_IOERR_SHORT_READ;

use crate::mint::NoRandomness;
use crate::refusal::{INVALID_KEY, Refusal};

/// The store could not do its work. The text is for the log of whoever runs a server, and holds no data.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("SQLite")]
    Sqlite(#[from] rusqlite::Error),
    #[error("PostgreSQL, state {0}")]
    Postgres(String),
    #[error("the database cannot be reached")]
    Unavailable,
    #[error("that is no postgres:// URL")]
    BadUrl,
    #[error("the URL asks for TLS")]
    DatabaseTls,
    #[error("the database's encoding is not UTF8")]
    NotUtf8,
    #[error("the data was written by a newer version")]
    FromTheFuture,
    #[error("bringing the data up to date")]
    Migration(#[from] rusqlite_migration::Error),
    #[error("the data folder")]
    Folder(#[from] std::io::Error),
    #[error("the file of the backup")]
    Target(#[source] std::io::Error),
    #[error("there is data already")]
    NotEmpty,
    #[error("that file is no backup, or is damaged")]
    NoBackup,
    #[error("another server uses this folder")]
    InUse,
    #[error("a running server uses the data, and is of another version than this command")]
    OtherVersion,
    #[error("a stored document is damaged")]
    Damaged(#[from] serde_json::Error),
    #[error("a row is not as it should be")]
    Unexpected,
    #[error("there is no such tenant")]
    NoTenant,
    #[error("something was sealed with another key, or is damaged")]
    Sealed,
    #[error("the data is sealed with another encryption key than this server's")]
    OtherSeal,
    #[error("the encryption key is missing")]
    NoSecret(PathBuf),
    #[error("the encryption key is not 64 hexadecimal digits")]
    BadSecret,
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    #[error("a task of the store ended early")]
    Ended,
    /// The work itself chose to fail, and its caller knows why.
    #[error("refused")]
    Refused,
}

impl StoreError {
    /// Whether SQLite says that the file is not, or no longer, one of its own.
    pub(crate) fn is_damage(&self) -> bool {
        let cause = match self {
            StoreError::Sqlite(cause) => cause,
            StoreError::Migration(rusqlite_migration::Error::RusqliteError { err, .. }) => err,
            _ => return false,
        };
        // A file that ends in the middle of a page was cut.
        let is_cut = matches!(cause.sqlite_error(), Some(error) if error.extended_code == SQLITE_IOERR_SHORT_READ);
        let code = cause.sqlite_error_code();
        is_cut || matches!(code, Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt))
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        // Only the variant and SQLite's code: its text may quote what people wrote.
        let code = match &error {
            StoreError::Sqlite(cause) => cause.sqlite_error_code().map(|code| format!("{code:?}")),
            _ => None,
        };
        match error {
            StoreError::Unavailable => {
                tracing::warn!("the database cannot be reached");
                Refusal::Unavailable
            }
            // Removed since the caller was let in.
            StoreError::NoTenant => Refusal::Unauthorized(INVALID_KEY),
            error => {
                tracing::error!(%error, code, "a request failed in the store");
                Refusal::Internal
            }
        }
    }
}
