//! Clocks, dates, ages and spans.

use cachebash_core::domain::{Span, Timestamp};
use jiff::civil::DateTime;

use super::{Ago, HourCycle, Labels};

/// What stands where a time is unknown.
pub(super) const UNKNOWN: &str = "–";

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// How far a moment's calendar day is from today.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Distance {
    Today,
    ThisWeek,
    Far,
}

impl Labels {
    /// `14:02`, `2:02 PM`.
    pub(crate) fn clock(&self, at: Timestamp) -> String {
        self.local(at)
            .map_or_else(|| UNKNOWN.to_owned(), |local| self.hours(local, false, true))
    }

    /// `14:02:10`, `2:02:10 PM`.
    pub(crate) fn clock_seconds(&self, at: Timestamp) -> String {
        self.local(at)
            .map_or_else(|| UNKNOWN.to_owned(), |local| self.hours(local, true, true))
    }

    /// Today the clock, up to six days away with the weekday, else the date.
    pub(crate) fn day_clock(&self, at: Timestamp, now: Timestamp) -> String {
        self.day_and(at, now, false)
    }

    /// As [`Labels::day_clock`], and today with seconds.
    pub(super) fn day_clock_seconds(&self, at: Timestamp, now: Timestamp) -> String {
        self.day_and(at, now, true)
    }

    /// `14 Nov`, in another year `14 Nov 2025`.
    pub(crate) fn day(&self, at: Timestamp, now: Timestamp) -> String {
        let Some(local) = self.local(at) else {
            return UNKNOWN.to_owned();
        };
        let month = usize::try_from(local.month() - 1)
            .ok()
            .and_then(|month| MONTHS.get(month))
            .unwrap_or(&"");
        match self.local(now) {
            Some(today) if today.year() == local.year() => format!("{} {month}", local.day()),
            _ => format!("{} {month} {}", local.day(), local.year()),
        }
    }

    /// `14:52–15:22`, with days where they are needed and one PM where it will do.
    pub(crate) fn span(&self, from: Timestamp, until: Timestamp, now: Timestamp) -> String {
        let (Some(start), Some(end)) = (self.local(from), self.local(until)) else {
            return UNKNOWN.to_owned();
        };
        let (near, same_day) = (self.distance(start, now), start.date() == end.date());
        match (near, same_day) {
            (Distance::Far, true) => self.day(from, now),
            (Distance::Today | Distance::ThisWeek, true) => {
                let weekday = if near == Distance::ThisWeek {
                    weekday(start)
                } else {
                    String::new()
                };
                format!("{weekday}{}", self.clocks(from, until))
            }
            (_, false) => format!("{}–{}", self.day_clock(from, now), self.day_clock(until, now)),
        }
    }

    /// Two clocks without their days; one AM or PM if they share it.
    pub(super) fn clocks(&self, from: Timestamp, until: Timestamp) -> String {
        self.clocks_joined(from, until, "–")
    }

    /// Two clocks without their days, joined by some word.
    pub(super) fn clocks_joined(&self, from: Timestamp, until: Timestamp, join: &str) -> String {
        let (Some(start), Some(end)) = (self.local(from), self.local(until)) else {
            return UNKNOWN.to_owned();
        };
        let shared = (start.hour() < 12) == (end.hour() < 12);
        format!(
            "{}{join}{}",
            self.hours(start, false, !shared),
            self.hours(end, false, true)
        )
    }

    /// Time since last heard, or the clock where relative words are not allowed.
    pub(crate) fn age(&self, heard: Option<Timestamp>, now: Timestamp, fresh: bool) -> String {
        let Some(heard) = heard else { return UNKNOWN.to_owned() };
        if !fresh {
            return self.day_clock(heard, now);
        }
        match Ago::of(heard, now) {
            Ago::Ahead => self.day_clock(heard, now),
            Ago::Now => "now".to_owned(),
            Ago::Span(age) => self.duration(age),
            Ago::Long => self.day(heard, now),
        }
    }

    /// When a finished session ended.
    pub(crate) fn ended(&self, at: Option<Timestamp>, now: Timestamp) -> String {
        at.map_or_else(|| UNKNOWN.to_owned(), |at| self.day_clock(at, now))
    }

    /// A span in its largest unit, rounded down.
    pub(crate) fn duration(&self, span: Span) -> String {
        let (number, unit) = largest_unit(span);
        self.unit(number, unit)
    }

    /// A span in its two largest units, rounded down.
    pub(crate) fn duration_long(&self, span: Span) -> String {
        let ms = span.as_millis().max(0);
        let (first, rest) = match ms {
            _ if ms < MINUTE => return self.duration(span),
            _ if ms < HOUR => (ms / MINUTE * MINUTE, (ms % MINUTE / SECOND, "s")),
            _ if ms < DAY => (ms / HOUR * HOUR, (ms % HOUR / MINUTE, "min")),
            _ => (ms / DAY * DAY, (ms % DAY / HOUR, "h")),
        };
        let first = self.duration(Span::from_millis(first));
        if rest.0 == 0 {
            first
        } else {
            format!("{first} {}", self.unit(rest.0, rest.1))
        }
    }

    /// A usual beat, rounded to the nearest unit.
    pub(crate) fn usual_every(&self, every: Span) -> String {
        let (number, unit) = nearest_unit(every);
        self.unit(number, unit)
    }

    /// Whether this moment is on today's calendar day.
    pub(super) fn is_today(&self, at: Timestamp, now: Timestamp) -> bool {
        self.local(at)
            .is_some_and(|local| self.distance(local, now) == Distance::Today)
    }

    /// Whether [`Labels::day_clock`] gives a bare date.
    pub(super) fn is_far(&self, at: Timestamp, now: Timestamp) -> bool {
        self.local(at)
            .is_some_and(|local| self.distance(local, now) == Distance::Far)
    }

    fn day_and(&self, at: Timestamp, now: Timestamp, seconds: bool) -> String {
        let Some(local) = self.local(at) else {
            return UNKNOWN.to_owned();
        };
        match self.distance(local, now) {
            Distance::Today => self.hours(local, seconds, true),
            Distance::ThisWeek => format!("{}{}", weekday(local), self.hours(local, false, true)),
            Distance::Far => self.day(at, now),
        }
    }

    fn local(&self, at: Timestamp) -> Option<DateTime> {
        let instant = jiff::Timestamp::from_millisecond(at.as_millis()).ok()?;
        Some(self.style.zone.to_datetime(instant))
    }

    fn distance(&self, local: DateTime, now: Timestamp) -> Distance {
        let days = self
            .local(now)
            .and_then(|today| today.date().since(local.date()).ok())
            .map_or(i32::MAX, |span| span.get_days().abs());
        match days {
            0 => Distance::Today,
            1..=6 => Distance::ThisWeek,
            _ => Distance::Far,
        }
    }

    fn hours(&self, local: DateTime, seconds: bool, with_half: bool) -> String {
        let tail = if seconds {
            format!(":{:02}", local.second())
        } else {
            String::new()
        };
        match self.style.hour_cycle {
            HourCycle::TwentyFour => format!("{:02}:{:02}{tail}", local.hour(), local.minute()),
            HourCycle::Twelve => {
                let hour = match local.hour() % 12 {
                    0 => 12,
                    hour => hour,
                };
                let clock = format!("{hour}:{:02}{tail}", local.minute());
                let half = if local.hour() < 12 { "AM" } else { "PM" };
                if with_half { self.unit(clock, half) } else { clock }
            }
        }
    }
}

/// The largest unit that a span fills at least once, rounded down.
pub(super) fn largest_unit(span: Span) -> (i64, &'static str) {
    match span.as_millis().max(0) {
        ms if ms < MINUTE => (ms / SECOND, "s"),
        ms if ms < HOUR => (ms / MINUTE, "min"),
        ms if ms < DAY => (ms / HOUR, "h"),
        ms => (ms / DAY, "d"),
    }
}

/// A rhythm is an average: the nearest unit tells it better than the one below.
pub(super) fn nearest_unit(span: Span) -> (i64, &'static str) {
    let nearest = |ms: i64, unit: i64| ms.saturating_add(unit / 2) / unit;
    match span.as_millis() {
        ms if nearest(ms, SECOND) < 60 => (nearest(ms, SECOND).max(1), "s"),
        ms if nearest(ms, MINUTE) < 60 => (nearest(ms, MINUTE), "min"),
        ms => (nearest(ms, HOUR), "h"),
    }
}

fn weekday(local: DateTime) -> String {
    let index = usize::try_from(local.weekday().to_monday_zero_offset()).unwrap_or_default();
    format!("{} ", WEEKDAYS.get(index).unwrap_or(&""))
}
