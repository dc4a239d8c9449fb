//! The fleet for surfaces that are looked at for a second, from the files alone.

use super::{Companion, CompanionError, Inner, ProgramQuery};
use crate::domain::Timestamp;
use crate::insight::{self, Glance, GlanceLevel};
use crate::store::StoreError;

impl Companion {
    /// The fleet at a glance, of all accounts: under 4 KB as bytes, and the same bytes for the same facts judged alike.
    ///
    /// # Errors
    /// [`CompanionError::Suspended`], [`CompanionError::Storage`].
    pub fn glance(&self, level: GlanceLevel) -> Result<Glance, CompanionError> {
        let overview = self.inner.overview(&ProgramQuery::default())?;
        let next_midnight = overview.as_of.and_then(|as_of| self.inner.midnight_after(as_of));
        Ok(insight::glance(&overview, level, next_midnight))
    }

    /// The same as it is written for a process that has no companion: JSON, under [`GLANCE_LIMIT`](insight::GLANCE_LIMIT).
    ///
    /// # Errors
    /// As [`glance`](Companion::glance).
    pub fn glance_bytes(&self, level: GlanceLevel) -> Result<Vec<u8>, CompanionError> {
        let bytes = self.glance(level)?.to_bytes();
        bytes.map_err(|_| StoreError::Unexpected.into())
    }
}

impl Inner {
    fn midnight_after(&self, at: Timestamp) -> Option<Timestamp> {
        let moment = jiff::Timestamp::from_millisecond(at.as_millis()).ok()?;
        let tomorrow = moment.to_zoned(self.zone.clone()).tomorrow().ok()?;
        let start = tomorrow.start_of_day().ok()?;
        Some(Timestamp::from_millis(start.timestamp().as_millisecond()))
    }
}
