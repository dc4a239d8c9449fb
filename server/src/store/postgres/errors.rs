//! What PostgreSQL's own word for what went wrong means to the store.

use deadpool_postgres::{HookError, PoolError};

use crate::store::StoreError;

pub(super) fn of_pool(error: PoolError) -> StoreError {
    match error {
        PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => error.into(),
        _ => StoreError::Unavailable,
    }
}

/// What a try at another time, or on another connection, may well achieve. 08: connection exception; 25006: it only reads
/// now; 25P03: it took us for dead; 40: another transaction was in the way; 53: it has no room for us; 55P03: a lock was not
/// to be had; 57: it is going down or coming up, or somebody called the work off.
const PASSING: [&str; 7] = ["08", "25006", "25P03", "40", "53", "55P03", "57"];

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(state) = error.code() else {
            // Without a code the connection itself broke, or never came to be. Its text knows nothing of the data.
            tracing::debug!(%error, "no answer from the database");
            return StoreError::Unavailable;
        };
        if PASSING.iter().any(|class| state.code().starts_with(class)) {
            StoreError::Unavailable
        } else {
            StoreError::Postgres(state.code().to_owned())
        }
    }
}
