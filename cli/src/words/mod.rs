//! Every word of the terminal face. Core says what a row means; here it becomes English, and nothing is decided.
//!
//! The rules are those of `tests/fixtures/labels.json`, which the Kotlin and the Swift formatter pass too: one function
//! here for each rule there, named alike. `time` words clocks and ages, `row` and `page` what stands on them, `counted`
//! every phrase with a number, `phrase` the fixed ones, `trouble` what went wrong, `spoken` what a screen reader gets,
//! `terminal` what only a short line says.

#![allow(
    dead_code,
    unused_imports,
    reason = "the terminal passes the whole table, and its screens do not say all of it: asked questions and \
              read-aloud sentences are the apps' so far"
)]

mod away;
mod counted;
mod delivery;
mod page;
mod phrase;
mod row;
mod searching;
mod spoken;
mod telling;
mod terminal;
mod time;
mod trouble;

#[cfg(test)]
mod looking_values;
#[cfg(test)]
mod outbox_values;
#[cfg(test)]
mod table;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod values;

use cachebash_core::domain::{Span, Timestamp};
use jiff::tz::TimeZone;

pub(crate) use counted::Counted;
pub(crate) use page::SeenSession;
pub(crate) use phrase::Phrase;
pub(crate) use row::Band;
pub(crate) use spoken::Spoken;

/// Whether a day has twice twelve hours or twenty-four.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HourCycle {
    /// `2:02 PM`
    Twelve,
    /// `14:02`
    TwentyFour,
}

/// How a place writes.
#[derive(Clone, Debug)]
pub(crate) struct Style {
    /// What stands between a number and its unit.
    pub(crate) narrow_space: char,
    /// How clocks are read.
    pub(crate) hour_cycle: HourCycle,
    /// Whose midnight ends a day.
    pub(crate) zone: TimeZone,
}

/// Puts values into words, in one style.
#[derive(Clone, Debug)]
pub(crate) struct Labels {
    style: Style,
}

impl Labels {
    /// Words in this style.
    pub(crate) fn new(style: Style) -> Self {
        Self { style }
    }

    /// The terminal's style: an ordinary space before a unit, because cells have one width, and 24 hours always.
    pub(crate) fn terminal(zone: TimeZone) -> Self {
        Self::new(Style {
            narrow_space: ' ',
            hour_cycle: HourCycle::TwentyFour,
            zone,
        })
    }

    /// The terminal's style in this machine's zone.
    pub(crate) fn here() -> Self {
        Self::terminal(TimeZone::system())
    }

    /// The zone whose midnight ends a day.
    pub(crate) fn zone(&self) -> &TimeZone {
        &self.style.zone
    }

    /// A number and its unit.
    fn unit(&self, number: impl std::fmt::Display, unit: &str) -> String {
        format!("{number}{}{unit}", self.style.narrow_space)
    }
}

/// How far a moment lies back, told in one of four ways.
enum Ago {
    /// More than five seconds in the future: no age can be told.
    Ahead,
    /// Less than a second ago, or up to five seconds ahead.
    Now,
    /// So long ago.
    Span(Span),
    /// A week or longer: the date says more.
    Long,
}

impl Ago {
    fn of(at: Timestamp, now: Timestamp) -> Self {
        const AHEAD_TOLERATED: i64 = -5_000;
        const WEEK: i64 = 7 * 24 * 3_600_000;
        let age = now.since(at);
        match age.as_millis() {
            ms if ms < AHEAD_TOLERATED => Self::Ahead,
            ms if ms < 1_000 => Self::Now,
            ms if ms < WEEK => Self::Span(age),
            _ => Self::Long,
        }
    }
}
