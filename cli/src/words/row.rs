//! What stands on a row: state, progress, finding, waiting, and when it will be done.

use cachebash_core::domain::{ContextLeft, Percent, Progress, SessionState, Span, Timestamp};
use cachebash_core::insight::{Estimate, Finding, RowProgress, Section, Waiting};

use super::{Ago, Labels, Phrase};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Labels {
    /// The agent's word. Beside "blocked or pinned" stands [`Phrase::OrPinned`].
    pub(crate) fn state_word(&self, state: Option<&SessionState>) -> String {
        match state {
            None => String::new(),
            Some(SessionState::Working) => "Working".to_owned(),
            Some(SessionState::Blocked | SessionState::BlockedOrPinned) => "Blocked".to_owned(),
            Some(SessionState::Pinned) => "Pinned".to_owned(),
            Some(SessionState::Complete) => "Complete".to_owned(),
            Some(SessionState::Other(word)) => word.clone(),
        }
    }

    /// A section's title, without its count.
    pub(crate) fn section_title(&self, section: Section) -> &'static str {
        match section {
            Section::NeedsYou => "Needs you",
            Section::StalledOrSilent => "Stalled or silent",
            Section::Working => "Working",
            Section::Pinned => "Pinned",
            Section::FinishedToday => "Finished today",
            Section::Quiet => "Quiet",
        }
    }

    /// `45 %`
    pub(crate) fn percent(&self, percent: Percent) -> String {
        self.unit(percent.value(), "%")
    }

    /// `45 %`, or that nothing was reported.
    pub(crate) fn progress(&self, progress: Progress) -> String {
        match progress.reported() {
            Some(value) => self.percent(Percent::of(value)),
            None => self.phrase(Phrase::NoProgress).to_owned(),
        }
    }

    /// `45 %`, `45 % at 13:40` where it was dropped since, or that nothing was reported.
    pub(crate) fn row_progress(&self, progress: &RowProgress, now: Timestamp) -> String {
        match progress {
            RowProgress::NotReported => self.phrase(Phrase::NoProgress).to_owned(),
            RowProgress::Percent(percent) => self.percent(*percent),
            RowProgress::Last { percent, at } => {
                let word = if self.is_far(*at, now) { "on" } else { "at" };
                format!("{} {word} {}", self.percent(*percent), self.day_clock(*at, now))
            }
        }
    }

    /// `silent · usually every 5 min`, `fell from 18 to 10 %`, `no change 18 min`.
    pub(crate) fn finding(&self, finding: &Finding, now: Timestamp, fresh: bool) -> String {
        match finding {
            Finding::Silent { since, .. } if !fresh => format!("silent since {}", self.day_clock(*since, now)),
            Finding::Silent {
                usual_every: Some(every),
                ..
            } => {
                format!("silent · usually every {}", self.usual_every(*every))
            }
            Finding::Silent { usual_every: None, .. } => "silent".to_owned(),
            Finding::Fell { from, to, .. } => format!("fell from {} to {}", from.value(), self.percent(*to)),
            Finding::NoChange { since } if !fresh => format!("no change since {}", self.day_clock(*since, now)),
            Finding::NoChange { since } => format!("no change {}", self.duration(now.since(*since))),
        }
    }

    /// As [`Labels::finding`], without what follows the dot.
    pub(crate) fn finding_short(&self, finding: &Finding, now: Timestamp, fresh: bool) -> String {
        let whole = self.finding(finding, now, fresh);
        whole
            .split_once(" · ")
            .map_or(whole.clone(), |(short, _)| short.to_owned())
    }

    /// `waiting over 4 min`; of one that may be pinned `for over 4 min`. Empty where there is nothing to say yet.
    pub(crate) fn waiting(&self, waiting: &Waiting, or_pinned: bool, now: Timestamp, fresh: bool) -> String {
        let time = match (fresh, Ago::of(waiting.since, now)) {
            (true, Ago::Now | Ago::Ahead) => String::new(),
            (true, Ago::Span(_) | Ago::Long) => {
                let over = if waiting.change_seen { "" } else { "over " };
                let lead = if or_pinned { "for " } else { "" };
                format!("{lead}{over}{}", self.duration(now.since(waiting.since)))
            }
            (false, _) => {
                let before = if waiting.change_seen { "" } else { "before " };
                format!("since {before}{}", self.day_clock(waiting.since, now))
            }
        };
        match (or_pinned, time.is_empty()) {
            (true, _) => time,
            (false, true) => "waiting".to_owned(),
            (false, false) => format!("waiting {time}"),
        }
    }

    /// `≈ 12–20 min`, `≈ 14:52–15:22`, `was due by 15:22`.
    pub(crate) fn eta(&self, estimate: &Estimate, now: Timestamp, fresh: bool) -> String {
        let band = Band::of(estimate, now, fresh);
        let at = |span: Span| estimate.judged_at.plus(span);
        match (band, fresh) {
            (Band::Past { end }, _) => format!("was due by {}", self.day_clock(at(end), now)),
            (Band::Between(from, to), true) => match (in_unit(from, to), in_unit(to, to)) {
                ((from, unit), (to, end_unit)) if unit == end_unit => format!("≈ {from}–{}", self.unit(to, unit)),
                ((from, unit), (to, end)) => format!("≈ {}–{}", self.unit(from, unit), self.unit(to, end)),
            },
            (Band::About(span), true) => format!("≈ {}", self.in_its_unit(span)),
            (Band::Within(span), true) => format!("within {}", self.in_its_unit(span)),
            (Band::Over(span), true) if span.as_millis() >= DAY => "more than a day".to_owned(),
            (Band::Over(span), true) => format!("more than {}", self.in_its_unit(span)),
            (Band::Between(from, to), false) => format!("≈ {}", self.clocks(at(from), at(to))),
            (Band::About(span), false) => format!("≈ {}", self.clock(at(span))),
            (Band::Within(span), false) => format!("by {}", self.clock(at(span))),
            (Band::Over(span), false) => format!("after {}", self.day_clock(at(span), now)),
        }
    }

    /// `14:52–15:22`: both ends as clock times, rounded outward like the band.
    pub(crate) fn eta_clocks(&self, estimate: &Estimate) -> String {
        let (from, to) = (estimate.from.as_millis(), estimate.to.as_millis());
        let at = |span: Span| estimate.judged_at.plus(span);
        self.clocks(at(outward_down(from)), at(outward_up(to)))
    }

    /// `from the last 40 min`
    pub(crate) fn eta_basis(&self, basis: Span) -> String {
        format!("from the last {}", self.duration(basis))
    }

    /// `38 % left`
    pub(crate) fn context_left(&self, left: ContextLeft) -> String {
        match left {
            ContextLeft::NotReported => "not reported".to_owned(),
            ContextLeft::Percent(value) => format!("{} left", self.percent(Percent::of(value))),
            ContextLeft::RawBytes(_) => "not known".to_owned(),
        }
    }

    fn in_its_unit(&self, span: Span) -> String {
        let (number, unit) = in_unit(span, span);
        self.unit(number, unit)
    }
}

/// An estimate made ready for words: what is left of it, rounded outward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Band {
    /// Its end has passed.
    Past {
        /// The rounded end, from the moment of judgement.
        end: Span,
    },
    /// Between the two.
    Between(Span, Span),
    /// Both ends are the same.
    About(Span),
    /// Its start has come.
    Within(Span),
    /// Its end is over a day away; at least so long, a day at most.
    Over(Span),
}

impl Band {
    /// While fresh, what is left of both ends now; else both as they were judged.
    pub(crate) fn of(estimate: &Estimate, now: Timestamp, fresh: bool) -> Self {
        let gone = now.since(estimate.judged_at).as_millis();
        // Judged by the clock it would name: what was due by 14:41 is not past at 14:39.
        let rounded = outward_up(estimate.to.as_millis());
        if gone > rounded.as_millis() {
            return Self::Past { end: rounded };
        }
        let gone = if fresh { gone } else { 0 };
        let start = estimate.from.as_millis().saturating_sub(gone).max(0);
        let end = estimate.to.as_millis().saturating_sub(gone).max(1);
        if end > DAY {
            return Self::Over(if start >= DAY {
                Span::from_millis(DAY)
            } else {
                outward_down(start)
            });
        }
        match (outward_down(start), outward_up(end)) {
            (start, end) if start == end => Self::About(end),
            (start, end) if start == Span::default() => Self::Within(end),
            (start, end) => Self::Between(start, end),
        }
    }
}

/// The step an end of so many milliseconds is rounded to.
fn step(ms: i64) -> i64 {
    match ms {
        _ if ms <= 30 * MINUTE => MINUTE,
        _ if ms <= 2 * HOUR => 5 * MINUTE,
        _ => 30 * MINUTE,
    }
}

fn outward_down(ms: i64) -> Span {
    Span::from_millis(ms - ms % step(ms))
}

fn outward_up(ms: i64) -> Span {
    let step = step(ms);
    Span::from_millis(ms.saturating_add(step - 1) / step * step)
}

/// A rounded span in minutes up to two hours, then in hours; two hours sharp are hours beside an end in hours.
pub(super) fn in_unit(span: Span, end: Span) -> (String, &'static str) {
    let (ms, end) = (span.as_millis(), end.as_millis());
    if ms > 2 * HOUR || (ms == 2 * HOUR && end > 2 * HOUR) {
        let half = if ms % HOUR >= HOUR / 2 { ".5" } else { "" };
        (format!("{}{half}", ms / HOUR), "h")
    } else {
        ((ms / MINUTE).to_string(), "min")
    }
}
