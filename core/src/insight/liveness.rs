//! One ladder from heard to silent to quiet, and from moving to standing still, out of exact ages and the agent's own
//! rhythm. The server's own words for it (`stale`, `idle`) disagree with each other and are never asked (trap T12).

use crate::domain::{Span, Timestamp};

/// Not heard for so long: quiet.
pub(super) const QUIET_AFTER: Span = Span::from_mins(24 * 60);

/// A fall is told for so long at most.
const FALL_TOLD_FOR: Span = Span::from_mins(30);

const SILENT_BEATS: i64 = 4;
const SILENT_AT_LEAST: Span = Span::from_mins(10);
const SILENT_RHYTHM_UNKNOWN: Span = Span::from_mins(30);
const STILL_STEPS: i64 = 3;
const STILL_AT_LEAST: Span = Span::from_mins(15);

/// After how long without a beat an agent counts as silent: four of its usual beats and at least 10 min; 30 min when its
/// rhythm is unknown.
pub(super) fn silence(usual_beat: Option<Span>) -> Span {
    usual_beat.map_or(SILENT_RHYTHM_UNKNOWN, |beat| {
        beat.times(SILENT_BEATS).max(SILENT_AT_LEAST)
    })
}

/// After how long without a rise progress counts as standing still: 15 min or three of its usual steps, the longer.
pub(super) fn standstill(usual_step: Option<Span>) -> Span {
    usual_step.map_or(STILL_AT_LEAST, |step| step.times(STILL_STEPS).max(STILL_AT_LEAST))
}

/// Whether a fall seen then is still told now.
pub(super) fn fall_counts(fell_at: Timestamp, now: Timestamp) -> bool {
    now.since(fell_at) <= FALL_TOLD_FOR
}

/// How long ago an agent was heard, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Liveness {
    /// Within its usual rhythm; a time in the future counts as heard.
    Heard,
    /// Not for four usual beats.
    Silent {
        /// When it began to count as silent.
        entered_at: Timestamp,
    },
    /// Not for a day.
    Quiet {
        /// When that day was over.
        entered_at: Timestamp,
    },
    /// No time is known at all.
    NeverHeard,
}

/// The rung an agent stands on.
pub(super) fn liveness(last_heard: Option<Timestamp>, usual_beat: Option<Span>, judged_at: Timestamp) -> Liveness {
    let Some(heard) = last_heard else {
        return Liveness::NeverHeard;
    };
    let age = judged_at.since(heard);
    let silence = silence(usual_beat);
    if age >= QUIET_AFTER {
        Liveness::Quiet {
            entered_at: heard.plus(QUIET_AFTER),
        }
    } else if age >= silence {
        Liveness::Silent {
            entered_at: heard.plus(silence),
        }
    } else {
        Liveness::Heard
    }
}
