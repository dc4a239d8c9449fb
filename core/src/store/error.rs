//! Why a file could not be read or written. Few causes, and never SQLite's own text: it may quote a row.

/// What went wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The files are closed: the companion is suspended, or the account was removed.
    #[error("the files are closed")]
    Closed,
    /// A later version of this program wrote the file. It was left as it is.
    #[error("the file was written by a later version")]
    TooNew,
    /// The file's content is damaged, or a value is not what we wrote.
    #[error("the file is damaged")]
    Damaged,
    /// Another process holds the file for longer than we wait.
    #[error("the file is busy")]
    Busy,
    /// No room, no right, no such folder.
    #[error("the disk refuses")]
    Disk,
    /// A statement of ours is wrong.
    #[error("an unexpected answer from the file")]
    Unexpected,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        if says_something_else(&error) || lacks_what_a_migration_made(&error) {
            return Self::Damaged;
        }
        match error.sqlite_error_code() {
            Some(Code::DatabaseCorrupt | Code::NotADatabase) => Self::Damaged,
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self::Busy,
            Some(
                Code::DiskFull
                | Code::CannotOpen
                | Code::ReadOnly
                | Code::PermissionDenied
                | Code::SystemIoFailure
                | Code::NoLargeFileSupport,
            ) => Self::Disk,
            _ => Self::Unexpected,
        }
    }
}

/// A value is there, and is none that this program writes.
pub(super) fn says_something_else(error: &rusqlite::Error) -> bool {
    use rusqlite::Error as E;
    matches!(
        error,
        E::FromSqlConversionFailure(..) | E::IntegralValueOutOfRange(..) | E::InvalidColumnType(..) | E::Utf8Error(..)
    )
}

/// Every statement of ours fits the schema that migrations make, so it is the schema that changed.
fn lacks_what_a_migration_made(error: &rusqlite::Error) -> bool {
    let text = match error {
        rusqlite::Error::SqlInputError { msg, .. } => msg,
        rusqlite::Error::SqliteFailure(_, Some(text)) => text,
        _ => return false,
    };
    text.starts_with("no such ") || text.contains(" has no column ")
}

impl From<std::io::Error> for StoreError {
    fn from(_: std::io::Error) -> Self {
        Self::Disk
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(_: serde_json::Error) -> Self {
        Self::Damaged
    }
}
