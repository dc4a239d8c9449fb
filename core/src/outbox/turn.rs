//! Whose turn it is to send. Of all that have an account's folder open, in this process or another (a second terminal, a
//! widget's extension), one sends at a time. A turn ends with the process that has it, whatever ends that: so whoever has
//! it knows that what is marked as being sent is on no way any more.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use crate::store::StoreError;

const FILE: &str = "outbox.lock";

/// How often somebody who waits for another process looks.
const LOOKS: Duration = Duration::from_millis(20);

pub(super) struct Turn {
    here: tokio::sync::Mutex<()>,
    /// Its lock is the turn among processes; nothing is in it.
    file: File,
}

/// For as long as it lives, nobody else sends.
pub(super) struct Held<'a> {
    _here: tokio::sync::MutexGuard<'a, ()>,
    file: &'a File,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        // It cannot fail but where there are no locks.
        let _ = self.file.unlock();
    }
}

impl Turn {
    pub(super) fn within(folder: &Path) -> Result<Self, StoreError> {
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join(FILE))?;
        let here = tokio::sync::Mutex::new(());
        Ok(Self { here, file })
    }

    /// Waits for it.
    pub(super) async fn take(&self) -> Result<Held<'_>, StoreError> {
        let here = self.here.lock().await;
        while !self.is_free()? {
            tokio::time::sleep(LOOKS).await;
        }
        Ok(self.held(here))
    }

    /// `None`: somebody else has it.
    pub(super) fn take_if_free(&self) -> Result<Option<Held<'_>>, StoreError> {
        let Ok(here) = self.here.try_lock() else {
            return Ok(None);
        };
        Ok(self.is_free()?.then(|| self.held(here)))
    }

    fn held<'a>(&'a self, here: tokio::sync::MutexGuard<'a, ()>) -> Held<'a> {
        Held {
            _here: here,
            file: &self.file,
        }
    }

    /// If it is, it is taken.
    fn is_free(&self) -> Result<bool, StoreError> {
        match self.file.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            // Where the system has no locks an app is one process.
            Err(TryLockError::Error(error)) if error.kind() == std::io::ErrorKind::Unsupported => Ok(true),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_turn_is_one_whoever_opened_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (
            Turn::within(folder.path()).unwrap(),
            Turn::within(folder.path()).unwrap(),
        );
        let held = one.take().await.unwrap();
        assert!(one.take_if_free().unwrap().is_none());
        assert!(other.take_if_free().unwrap().is_none());
        drop(held);
        let held = other.take_if_free().unwrap();
        assert!(held.is_some());
        let waits = tokio::time::timeout(LOOKS * 3, one.take()).await;
        assert!(waits.is_err(), "it waits as long as the other one has it");
        // As when its process ends.
        drop(held);
        drop(other);
        one.take().await.unwrap();
    }
}
