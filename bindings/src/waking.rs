//! What a phone grants and what it has: a background wake within a budget, and how dear looking is just now.

use cachebash_core::companion;
use cachebash_core::domain::Span;

use crate::guard::wait;
use crate::mirror::{Cross, mirror};
use crate::{Companion, CompanionError, SourceReport};

mirror! {
    /// What a background wake did.
    #[derive(Eq)]
    pub struct WakeReport mirrors companion::WakeReport {
        /// A line per account and source, judged at its end.
        sources: Vec<SourceReport>,
        /// Rows written.
        rows_changed: u32,
        /// Everything that was begun came to its end in time.
        in_time: bool,
    }
}

#[uniffi::export]
impl Companion {
    /// For a background task (WorkManager, BGAppRefreshTask): sends what waits in the outbox and reads what is due by the
    /// clock, of every account, for at most `milliseconds` and with at most `requests` requests per account to look, whether
    /// the companion was started or not. What was on its way when the time is over is looked for before it is sent again.
    pub async fn wake(&self, milliseconds: i64, requests: u32) -> Result<WakeReport, CompanionError> {
        let budget = companion::WakeBudget {
            time: Span::from_millis(milliseconds),
            requests,
        };
        wait(self.core.wake(budget)).await.map(Cross::cross)
    }

    /// Says what looking costs the device just now: on a metered network what the clock asks for is asked half as often, with
    /// a low battery a quarter as often, and no stream of events is kept open. What somebody asks for is asked as ever. Not
    /// kept: say it after each opening.
    pub fn set_conditions(&self, metered: bool, low_power: bool) {
        self.core.set_conditions(companion::Conditions { metered, low_power });
    }
}
