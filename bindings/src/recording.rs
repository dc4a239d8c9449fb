//! The flight recorder: off until a person turns it on, and a file for whoever looks for what went wrong.

use cachebash_core::domain::AccountId;

use crate::guard::{call, wait};
use crate::{Companion, CompanionError};

#[uniffi::export]
impl Companion {
    /// Begins to record what this account asks, is told and does, in a ring of a few megabytes beside its files. It goes on
    /// after a restart, until `stopRecording` or until the account is removed. With texts: as they were, else letters of the
    /// same length stand in their place. Programs, sessions and times are in it either way, keys never.
    #[uniffi::method(default(texts = false))]
    pub async fn start_recording(&self, account: String, texts: bool) -> Result<(), CompanionError> {
        wait(self.core.start_recording(&AccountId::new(account), texts)).await
    }

    /// Stops recording and deletes what was recorded.
    pub async fn stop_recording(&self, account: String) -> Result<(), CompanionError> {
        wait(self.core.stop_recording(&AccountId::new(account))).await
    }

    /// Whether this account is recorded: null while it is not, else whether with texts.
    pub fn records_texts(&self, account: String) -> Result<Option<bool>, CompanionError> {
        call(|| self.core.records_texts(&AccountId::new(account)))
    }

    /// What was recorded up to now, to be shared as a file: UTF-8, a JSON object a line. `cachebash replay FILE` shows it.
    /// Empty where nothing was.
    pub async fn recording(&self, account: String) -> Result<Vec<u8>, CompanionError> {
        wait(self.core.recording(&AccountId::new(account))).await
    }
}
