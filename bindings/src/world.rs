//! What the app gives the companion: a place for keys, and, in tests, the clock and the ids.
//!
//! All of it is the app's code and may throw. Every method can therefore fail, and a failure stays with the call it
//! belongs to: UniFFI would turn an exception out of an infallible method into a panic.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use cachebash_core::companion::{self, SecretError, SystemClock, SystemIds};
use cachebash_core::domain::{AccountId, RawKey, Timestamp};

/// The app's own code could not do it. It says no more: a reason in words could carry a key into a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum AppError {
    /// It failed, or it threw.
    #[error("the app could not do it")]
    Failed,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for AppError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Failed
    }
}

/// Where raw keys live: Keychain or Keystore. Called on the companion's threads; may block shortly.
/// `account` is the name of a place: an account's id for its own key, else one made of that and a key's hash, of letters,
/// digits and hyphens.
#[uniffi::export(with_foreign)]
pub trait SecretStore: Send + Sync {
    /// Keeps the key, replacing one it had.
    fn put(&self, account: String, key: String) -> Result<(), AppError>;

    /// The key, if there is one.
    fn get(&self, account: String) -> Result<Option<String>, AppError>;

    /// Forgets the key; no error when there is none.
    fn remove(&self, account: String) -> Result<(), AppError>;
}

/// A clock of the app's, for tests: without one the companion reads the system's.
#[uniffi::export(with_foreign)]
pub trait Clock: Send + Sync {
    /// Now on this device, in milliseconds since the epoch. If it fails, the companion goes on with the last answer.
    fn now_ms(&self) -> Result<i64, AppError>;
}

/// Ids of the app's, for tests: without a source the companion makes UUIDs of version 7.
#[uniffi::export(with_foreign)]
pub trait IdSource: Send + Sync {
    /// An id nobody else has. If it fails, the companion makes one itself.
    fn next_id(&self) -> Result<String, AppError>;
}

/// The app's secret store behind the core's door.
pub(crate) struct AppSecrets(pub(crate) Arc<dyn SecretStore>);

impl companion::SecretStore for AppSecrets {
    fn put(&self, account: &AccountId, key: &RawKey) -> Result<(), SecretError> {
        self.0
            .put(account.as_str().to_owned(), key.reveal().to_owned())
            .map_err(|AppError::Failed| SecretError)
    }

    fn get(&self, account: &AccountId) -> Result<Option<RawKey>, SecretError> {
        let key = self
            .0
            .get(account.as_str().to_owned())
            .map_err(|AppError::Failed| SecretError)?;
        Ok(key.map(RawKey::new))
    }

    fn remove(&self, account: &AccountId) -> Result<(), SecretError> {
        self.0
            .remove(account.as_str().to_owned())
            .map_err(|AppError::Failed| SecretError)
    }
}

/// The app's clock behind the core's door.
pub(crate) struct AppClock {
    app: Arc<dyn Clock>,
    /// So that one failure does not make time jump to another clock's.
    last: AtomicI64,
}

impl AppClock {
    pub(crate) fn new(app: Arc<dyn Clock>) -> Self {
        let last = app
            .now_ms()
            .unwrap_or_else(|_| companion::Clock::now(&SystemClock).as_millis());
        Self {
            app,
            last: AtomicI64::new(last),
        }
    }
}

impl companion::Clock for AppClock {
    fn now(&self) -> Timestamp {
        match self.app.now_ms() {
            Ok(now) => {
                self.last.store(now, Ordering::Relaxed);
                Timestamp::from_millis(now)
            }
            Err(AppError::Failed) => Timestamp::from_millis(self.last.load(Ordering::Relaxed)),
        }
    }
}

/// The app's ids behind the core's door.
pub(crate) struct AppIds(pub(crate) Arc<dyn IdSource>);

impl companion::Ids for AppIds {
    fn next(&self) -> String {
        self.0
            .next_id()
            .unwrap_or_else(|AppError::Failed| companion::Ids::next(&SystemIds))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Mutex;

    use super::*;

    /// Answers from a list; an empty place in it throws.
    struct Script<T>(Mutex<Vec<Option<T>>>);

    impl<T> Script<T> {
        fn of(answers: Vec<Option<T>>) -> Arc<Self> {
            Arc::new(Self(Mutex::new(answers)))
        }

        fn next(&self) -> Result<T, AppError> {
            self.0.lock().unwrap().remove(0).ok_or(AppError::Failed)
        }
    }

    impl Clock for Script<i64> {
        fn now_ms(&self) -> Result<i64, AppError> {
            self.next()
        }
    }

    impl IdSource for Script<String> {
        fn next_id(&self) -> Result<String, AppError> {
            self.next()
        }
    }

    struct Broken;

    impl SecretStore for Broken {
        fn put(&self, _: String, _: String) -> Result<(), AppError> {
            Err(AppError::Failed)
        }

        fn get(&self, _: String) -> Result<Option<String>, AppError> {
            Err(AppError::Failed)
        }

        fn remove(&self, _: String) -> Result<(), AppError> {
            Err(AppError::Failed)
        }
    }

    #[test]
    fn a_clock_that_throws_stands_still() {
        let clock = AppClock::new(Script::of(vec![Some(1_000), Some(2_000), None, Some(3_000)]));
        let now = || companion::Clock::now(&clock).as_millis();
        assert_eq!([now(), now(), now()], [2_000, 2_000, 3_000]);
    }

    #[test]
    fn an_id_source_that_throws_is_replaced_for_that_id() {
        let ids = AppIds(Script::of(vec![
            Some("first".to_owned()),
            None,
            Some("third".to_owned()),
        ]));
        let next = || companion::Ids::next(&ids);
        assert_eq!(next(), "first");
        assert_eq!(next().len(), 36);
        assert_eq!(next(), "third");
    }

    #[test]
    fn a_secret_store_that_throws_is_a_secret_error() {
        let secrets = AppSecrets(Arc::new(Broken));
        let (account, key) = (AccountId::new("a"), RawKey::new(format!("cb_{:0>64}", 1)));
        assert_eq!(companion::SecretStore::put(&secrets, &account, &key), Err(SecretError));
        assert_eq!(companion::SecretStore::get(&secrets, &account), Err(SecretError));
        assert_eq!(companion::SecretStore::remove(&secrets, &account), Err(SecretError));
    }
}
