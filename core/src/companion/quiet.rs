//! Quiet hours on a calendar: they are minutes of a local day, and a day may have 23 or 25 hours.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::domain::{Span, Timestamp};
use crate::insight::{Quiet, QuietHours};

/// Whether it is quiet at a moment of this device's clock. What is answered is server time, which is ahead by `offset`.
pub(super) fn quiet_at(hours: QuietHours, zone: &TimeZone, at: Timestamp, offset: Span) -> Quiet {
    let Ok(moment) = jiff::Timestamp::from_millisecond(at.as_millis()) else {
        return Quiet::default();
    };
    let today = moment.to_zoned(zone.clone()).date();
    let mut quiet = Quiet::default();
    // One that began the day before yesterday may have been the last to end.
    let mut day = today;
    for _ in 0..3 {
        if let Some((from, until)) = span_of(hours, zone, day) {
            if from <= at && at < until {
                quiet.until = Some(until.plus(offset));
            } else if until <= at && quiet.last.is_none() {
                quiet.last = Some((from.plus(offset), until.plus(offset)));
            }
        }
        let Ok(before) = day.yesterday() else { break };
        day = before;
    }
    quiet
}

/// The quiet hours that begin on this day.
fn span_of(hours: QuietHours, zone: &TimeZone, day: Date) -> Option<(Timestamp, Timestamp)> {
    let ends_on = if hours.until > hours.from {
        day
    } else {
        day.tomorrow().ok()?
    };
    Some((
        moment_of(day, hours.from, zone)?,
        moment_of(ends_on, hours.until, zone)?,
    ))
}

fn moment_of(day: Date, minute: u16, zone: &TimeZone) -> Option<Timestamp> {
    let minute = i8::try_from(minute % 60).ok().zip(i8::try_from(minute / 60).ok());
    let (minute, hour) = minute?;
    let zoned = day.at(hour, minute, 0, 0).to_zoned(zone.clone()).ok()?;
    Some(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const NIGHT: QuietHours = QuietHours {
        from: 22 * 60,
        until: 7 * 60,
    };

    fn at(text: &str) -> Timestamp {
        let zoned: jiff::Zoned = text.parse().unwrap();
        Timestamp::from_millis(zoned.timestamp().as_millisecond())
    }

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    fn quiet(hours: QuietHours, text: &str) -> Quiet {
        quiet_at(hours, &berlin(), at(text), Span::default())
    }

    #[test]
    fn a_night_goes_over_midnight() {
        let until = Some(at("2026-11-24T07:00[Europe/Berlin]"));
        assert_eq!(quiet(NIGHT, "2026-11-23T22:00[Europe/Berlin]").until, until);
        assert_eq!(quiet(NIGHT, "2026-11-24T00:00[Europe/Berlin]").until, until);
        assert_eq!(quiet(NIGHT, "2026-11-24T06:59:59[Europe/Berlin]").until, until);
        let morning = quiet(NIGHT, "2026-11-24T07:00[Europe/Berlin]");
        let night = (
            at("2026-11-23T22:00[Europe/Berlin]"),
            at("2026-11-24T07:00[Europe/Berlin]"),
        );
        assert_eq!((morning.until, morning.last), (None, Some(night)));
        let evening = quiet(NIGHT, "2026-11-24T21:59[Europe/Berlin]");
        assert_eq!((evening.until, evening.last), (None, Some(night)));
    }

    #[test]
    fn an_hour_at_noon_is_of_one_day() {
        let noon = QuietHours { from: 720, until: 780 };
        assert_eq!(quiet(noon, "2026-11-23T11:59[Europe/Berlin]").until, None);
        let until = Some(at("2026-11-23T13:00[Europe/Berlin]"));
        assert_eq!(quiet(noon, "2026-11-23T12:30[Europe/Berlin]").until, until);
        let last = quiet(noon, "2026-11-24T08:00[Europe/Berlin]").last.unwrap();
        assert_eq!(last.1, at("2026-11-23T13:00[Europe/Berlin]"));
    }

    #[test]
    fn a_night_with_an_hour_more_ends_when_the_clock_on_the_wall_says_so() {
        let fall_back = quiet(NIGHT, "2026-10-24T23:00[Europe/Berlin]").until.unwrap();
        assert_eq!(fall_back, at("2026-10-25T07:00[Europe/Berlin]"));
        assert_eq!(
            fall_back.since(at("2026-10-24T22:00[Europe/Berlin]")),
            Span::from_mins(600)
        );
    }

    #[test]
    fn a_server_whose_clock_is_ahead_is_quiet_when_the_person_is() {
        let ahead = Span::from_mins(90);
        let evening = quiet_at(NIGHT, &berlin(), at("2026-11-23T21:00[Europe/Berlin]"), ahead);
        assert_eq!(evening.until, None, "it is 22:30 there, and 21:00 here");
        let night = quiet_at(NIGHT, &berlin(), at("2026-11-23T23:00[Europe/Berlin]"), ahead);
        assert_eq!(night.until, Some(at("2026-11-24T08:30[Europe/Berlin]")));
    }
}
