//! What was read beside the refreshes, because somebody asked for it, goes the same way as everything else.

use super::account::AccountSync;
use super::standings::{Outcome, cause_of};
use super::{KeysRead, Remote};
use crate::api::{self, Reply};
use crate::domain::{ApiKey, Task};
use crate::error::CompanionError;
use crate::insight::{Cause, Source};
use crate::store::{SourceKey, StoreError};

impl AccountSync {
    /// Takes in a list of keys that was read beside the refreshes.
    pub fn take_in_keys(&self, reply: Result<Reply<Vec<ApiKey>>, api::Error>) -> Result<(), StoreError> {
        let key = SourceKey::of(Source::Keys);
        let mut standings = self.standings();
        let mut remote = Remote::default();
        let outcome = match reply {
            Ok(reply) => {
                let device = self.clock.now();
                if let Some(at) = reply.server_time {
                    standings.follow_clock(at, device);
                }
                let at = reply.server_time.unwrap_or(device.plus(standings.offset));
                let lacking = (reply.skipped > 0).then_some(Cause::RowsSkipped { count: reply.skipped });
                remote.keys = Some(KeysRead {
                    at,
                    rows: reply.value,
                    whole: reply.skipped == 0,
                });
                Outcome::Good { at, lacking }
            }
            Err(error) => Outcome::Failed(cause_of(&CompanionError::from(error), standings.offset)),
        };
        self.take_in(remote, &[(key, outcome)], standings, self.clock.now())?;
        self.topics.mark_all();
        Ok(())
    }

    /// Takes in a task that somebody opened.
    pub fn take_in_task(&self, reply: &Reply<Task>) -> Result<(), StoreError> {
        let mut standings = self.standings();
        if let Some(at) = reply.server_time {
            standings.follow_clock(at, self.clock.now());
        }
        let remote = Remote {
            opened: vec![reply.value.clone()],
            ..Remote::default()
        };
        self.take_in(remote, &[], standings, self.clock.now())?;
        self.topics.mark_all();
        Ok(())
    }
}
