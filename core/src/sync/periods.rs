//! How often each source is read while nobody asks for it, and how old it may get by that: an idle overview costs four
//! requests a minute, so that several devices share what a hosted key allows (B14).

use super::Turn;
use super::fallback::MCP_EVERY;
use super::memory::HISTORY_EVERY;
use crate::domain::{AccountId, Span, Timestamp};
use crate::insight::{self, Source, SourceReport};
use crate::store::Standings;

/// Fleet health is read every so many sync periods.
const FLEET_HEALTH: i64 = 2;

/// What has its turn is read every so many sync periods.
pub(super) const SLOT: i64 = 2;

/// Who has turns: the lists, and the state of a program whose session changed.
const TURNS: i64 = 4;

/// Whether fleet health is to be read again.
pub(super) fn fleet_health_is_due(last: Option<Timestamp>, now: Timestamp, sync_period: Span) -> bool {
    is_due(last, FLEET_HEALTH, now, sync_period)
}

/// Whether the next turn may be taken.
pub(super) fn slot_is_due(last: Option<Timestamp>, now: Timestamp, sync_period: Span) -> bool {
    is_due(last, SLOT, now, sync_period)
}

/// A tick may come a little early, so half a period is forgiven. A clock that was set back makes everything due.
fn is_due(last: Option<Timestamp>, periods: i64, now: Timestamp, sync_period: Span) -> bool {
    let half = sync_period.as_millis() / 2;
    let at_least = Span::from_millis(sync_period.times(periods).as_millis().saturating_sub(half));
    last.is_none_or(|last| now < last || now.since(last) >= at_least)
}

/// How often a source is read to its end, where no part of it has more than a page.
pub(crate) fn period_of(source: Source, sync_period: Span) -> Span {
    let of_turn = |turn: Turn| {
        let parts = i64::try_from(turn.parts()).unwrap_or(1);
        sync_period.times(SLOT * TURNS * parts)
    };
    match source {
        Source::Sessions => sync_period,
        Source::FleetHealth => sync_period.times(FLEET_HEALTH),
        Source::Questions => of_turn(Turn::Questions),
        Source::Alerts => of_turn(Turn::Alerts),
        Source::Tasks => of_turn(Turn::Tasks),
        _ => HISTORY_EVERY,
    }
}

/// A line per source, each judged by its own period. What is only read when somebody opens it has no line before.
pub(super) fn reports_of(
    id: &AccountId,
    standings: &Standings,
    now: Timestamp,
    sync_period: Span,
    over_mcp: bool,
) -> Vec<SourceReport> {
    let line = |source| {
        let reading = standings.together(source);
        let on_request = matches!(
            source,
            Source::Messages | Source::Groups | Source::Cost | Source::Sprints
        );
        let is_known = reading.as_of.is_some() || reading.trouble.is_some();
        (is_known || !on_request).then(|| {
            let mut period = period_of(source, sync_period);
            if over_mcp && source == Source::Sessions {
                period = period.max(MCP_EVERY);
            }
            insight::report(id, source, &reading, now, period)
        })
    };
    Source::ALL.into_iter().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::{fleet_health_is_due, period_of, slot_is_due};
    use crate::domain::{Span, Timestamp};
    use crate::insight::Source;

    const PERIOD: Span = Span::from_secs(30);

    #[test]
    fn every_second_tick_is_due_also_when_it_comes_a_little_early() {
        let last = Timestamp::from_millis(0);
        for is_due in [fleet_health_is_due, slot_is_due] {
            assert!(is_due(None, last, PERIOD), "never read");
            assert!(!is_due(Some(last), last.plus(Span::from_secs(31)), PERIOD));
            assert!(is_due(Some(last), last.plus(Span::from_secs(59)), PERIOD));
            assert!(is_due(Some(last), last.minus(Span::from_secs(1)), PERIOD), "set back");
        }
    }

    #[test]
    fn each_source_has_a_period_of_its_own() {
        let secs = |source| period_of(source, PERIOD).as_millis() / 1_000;
        let told = [
            Source::Sessions,
            Source::FleetHealth,
            Source::Questions,
            Source::Alerts,
            Source::Tasks,
        ];
        assert_eq!(told.map(secs), [30, 60, 240, 240, 480]);
    }
}
