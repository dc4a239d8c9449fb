//! When to refresh again: every sync period, more slowly while nothing answers, and at once in the old cadence again
//! after the first success (B7). A server that asked to wait is given that time (B4).

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::watch;

use super::{AccountSync, Conditions};
use crate::domain::{Span, Timestamp};
use crate::insight::{Cause, Source, SourceReport, Standing};
use crate::store::StoreError;
use crate::world::Clock;

/// The longest pause while nothing answers.
const SLOWEST: Span = Span::from_mins(5);

/// How long to pause, refresh after refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    period: Span,
    pause: Span,
}

impl Pace {
    /// The usual cadence.
    pub fn new(period: Span) -> Self {
        Self { period, pause: period }
    }

    /// From now on it goes by this period.
    pub fn keep_to(&mut self, period: Span) {
        if self.period != period {
            *self = Self::new(period);
        }
    }

    /// The pause after a refresh with these reports, at server time `now`.
    pub fn after(&mut self, reports: &[SourceReport], now: Timestamp) -> Span {
        let sessions = reports.iter().find(|report| report.source == Source::Sessions);
        let failed = sessions.is_some_and(|report| report.standing == Standing::Failed);
        if !failed {
            self.pause = self.period;
            return self.pause;
        }
        self.pause = self.pause.times(2).min(SLOWEST.max(self.period));
        match sessions.and_then(|report| report.cause.as_ref()) {
            Some(Cause::RateLimited { until }) => self.pause.max(until.since(now)),
            _ => self.pause,
        }
    }
}

/// Refreshes one account for ever; ends when its task is aborted or the account is closed.
pub(crate) async fn keep_fresh(account: Arc<AccountSync>, clock: Arc<dyn Clock>, period: Span, runtime: Handle) {
    let mut pace = Pace::new(period);
    let mut conditions = account.device.watched_conditions();
    loop {
        let wanted = account.by_clock();
        let under = wanted.conditions;
        pace.keep_to(under.stretch(period));
        let refreshed = account.refresh(wanted, &runtime).await;
        let reports = match refreshed {
            Ok(refreshed) => refreshed.sources,
            Err(StoreError::Closed) => return,
            Err(_) => account.reports(),
        };
        let pause = pause(&account, &*clock, pace.after(&reports, account.server_now()));
        tokio::select! {
            () = pause => {}
            () = better(&mut conditions, under, period) => {}
        }
    }
}

/// Ends when conditions allow a shorter period than those under which it began.
async fn better(conditions: &mut watch::Receiver<Conditions>, under: Conditions, period: Span) {
    let is_better = |now: &Conditions| now.stretch(period) < under.stretch(period);
    if conditions.wait_for(is_better).await.is_err() {
        std::future::pending().await
    }
}

async fn pause(account: &AccountSync, clock: &dyn Clock, span: Span) {
    account.set_next_due(Some(account.server_now().plus(span)));
    tokio::time::sleep(clock.lasts(span)).await;
}
