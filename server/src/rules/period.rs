//! The periods that summaries are asked for, as the contract names them. Days begin at midnight UTC, weeks on Monday: the
//! server does not know where whoever asks lives.

use cachebash_core::domain::{Span, Timestamp};
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

/// A day, week or month that is not over yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Period {
    Today,
    ThisWeek,
    ThisMonth,
}

impl Period {
    /// Each with its word.
    pub(crate) const WORDS: [(&str, Period); 3] = [
        ("today", Period::Today),
        ("this_week", Period::ThisWeek),
        ("this_month", Period::ThisMonth),
    ];

    /// The word.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Period::Today => "today",
            Period::ThisWeek => "this_week",
            Period::ThisMonth => "this_month",
        }
    }

    /// When the one that `now` lies in began.
    pub(crate) fn began(self, now: Timestamp) -> Timestamp {
        let Ok(moment) = jiff::Timestamp::from_millisecond(now.as_millis()) else {
            // Beyond the calendar's ends there are no days.
            return now.minus(Span::from_mins(24 * 60));
        };
        let today = moment.to_zoned(TimeZone::UTC).date();
        let began = self.first_day(today).to_zoned(TimeZone::UTC);
        began.map_or(now, |began| Timestamp::from_millis(began.timestamp().as_millisecond()))
    }

    fn first_day(self, today: Date) -> Date {
        match self {
            Period::Today => today,
            Period::ThisWeek => {
                let days = today.weekday().since(Weekday::Monday);
                today.saturating_sub(jiff::Span::new().days(i64::from(days)))
            }
            Period::ThisMonth => today.first_of_month(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::wire_values::iso;

    #[test]
    fn days_weeks_and_months_begin_at_midnight_utc() {
        let at = |text: &str| Timestamp::from_millis(text.parse::<jiff::Timestamp>().unwrap().as_millisecond());
        // A Wednesday.
        let now = at("2026-11-25T23:59:59.999Z");
        assert_eq!(iso(Period::Today.began(now)), "2026-11-25T00:00:00.000Z");
        assert_eq!(iso(Period::ThisWeek.began(now)), "2026-11-23T00:00:00.000Z");
        assert_eq!(iso(Period::ThisMonth.began(now)), "2026-11-01T00:00:00.000Z");
        let monday = at("2026-11-23T00:00:00.000Z");
        assert_eq!(Period::ThisWeek.began(monday), monday);
        let sunday = at("2026-11-01T12:00:00.000Z");
        assert_eq!(iso(Period::ThisWeek.began(sunday)), "2026-10-26T00:00:00.000Z");
    }
}
