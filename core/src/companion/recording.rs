//! Turning the flight recorder of an account on and off, and taking what it recorded.

use super::{Companion, CompanionError, Inner};
use crate::domain::AccountId;
use crate::flight::Facts;
use crate::store::AccountRow;

impl Companion {
    /// Begins to record what this account asks, is told and does, in a ring of a few megabytes beside its files. It goes on
    /// after a restart, and ends with [`stop_recording`](Self::stop_recording) or with the account. `texts`: as they were,
    /// else each is replaced by letters of the same length. Programs, sessions and times are in it either way, keys never.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] for an unknown account, [`CompanionError::Storage`], [`CompanionError::Suspended`].
    pub async fn start_recording(&self, account: &AccountId, texts: bool) -> Result<(), CompanionError> {
        let recorder = self.inner.account(account)?.recorder;
        self.inner.on_disk(move || Ok(recorder.start(texts)?)).await
    }

    /// Stops recording and deletes what was recorded.
    ///
    /// # Errors
    /// As [`start_recording`](Self::start_recording).
    pub async fn stop_recording(&self, account: &AccountId) -> Result<(), CompanionError> {
        let recorder = self.inner.account(account)?.recorder;
        self.inner.on_disk(move || Ok(recorder.stop()?)).await
    }

    /// Whether this account is recorded, and then whether with texts.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] for an unknown account, [`CompanionError::Suspended`].
    pub fn records_texts(&self, account: &AccountId) -> Result<Option<bool>, CompanionError> {
        Ok(self.inner.account(account)?.recorder.records_texts())
    }

    /// What was recorded up to now: a JSON object a line, for [`Replay`](super::Replay). Empty where nothing was.
    ///
    /// # Errors
    /// As [`start_recording`](Self::start_recording).
    pub async fn recording(&self, account: &AccountId) -> Result<Vec<u8>, CompanionError> {
        let recorder = self.inner.account(account)?.recorder;
        self.inner.on_disk(move || Ok(recorder.recording()?)).await
    }
}

impl Inner {
    /// What a recording says of an account.
    pub(super) fn facts_of(&self, row: &AccountRow) -> Facts {
        Facts {
            account: row.id.clone(),
            key_hash: row.key_hash.clone(),
            zone: self.zone.iana_name().unwrap_or("UTC").to_owned(),
            sync_period: self.sync_period,
        }
    }
}
