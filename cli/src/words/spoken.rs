//! Rows and strip as sentences, for whoever listens: whole words, ordinary spaces, unknown parts left out.

use cachebash_core::domain::{SessionState, Span, Timestamp};
use cachebash_core::insight::{Estimate, Finding, ProgramRow, RowProgress, Section, SectionSummary, Shape, Waiting};

use super::row::in_unit;
use super::time::{largest_unit, nearest_unit};
use super::{Ago, Band, Counted, Labels, Style};

/// What a row's sentence needs beside the row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spoken<'a> {
    /// The row.
    pub(crate) row: &'a ProgramRow,
    /// The account's label, where there is more than one.
    pub(crate) account: Option<&'a str>,
    /// An asked question, which takes the place of a card's status.
    pub(crate) asks: Option<&'a str>,
}

impl Labels {
    /// One row, for example "builder, working, 45 percent, heard 12 seconds ago, 1 open question".
    pub(crate) fn read_aloud(&self, spoken: &Spoken<'_>, now: Timestamp, fresh: bool) -> String {
        let voice = Voice {
            labels: Labels::new(Style {
                narrow_space: ' ',
                ..self.style.clone()
            }),
            now,
            fresh,
        };
        let row = spoken.row;
        let mut parts = vec![row.program.as_str().to_owned()];
        parts.extend(spoken.account.map(|account| format!("on {account}")));
        parts.extend(state(row));
        parts.extend(voice.progress(&row.progress));
        parts.extend(match (&row.finding, &row.estimate) {
            (Some(finding), _) => Some(voice.finding(finding)),
            (None, Some(estimate)) => Some(voice.eta(estimate)),
            (None, None) => None,
        });
        parts.extend(voice.time(row));
        if row.open_questions > 0 {
            parts.push(self.count(Counted::OpenQuestions, u64::from(row.open_questions)));
        }
        if row.section == Section::NeedsYou {
            let or_pinned = row.state == Some(SessionState::BlockedOrPinned);
            parts.extend(row.waiting.as_ref().map(|waiting| voice.waiting(waiting, or_pinned)));
            let says = row.status.as_deref().map(|status| format!("says: {status}"));
            parts.extend(spoken.asks.map(|question| format!("asks: {question}")).or(says));
        }
        parts.retain(|part| !part.is_empty());
        parts.join(", ")
    }

    /// The strip: "13 programs: 1 needs you, 1 silent, 1 stalled, 4 working, 1 pinned, 2 finished, 3 quiet".
    pub(crate) fn strip_sentence(&self, sections: &[SectionSummary]) -> String {
        let mut programs = 0;
        let mut parts = Vec::new();
        for summary in sections {
            programs += u64::from(summary.count);
            let mut say = |count: u64, text: String| {
                if count > 0 {
                    parts.push(text);
                }
            };
            let count = u64::from(summary.count);
            let with = |count: u64, word: &str| format!("{} {word}", self.number(count));
            match summary.section {
                Section::NeedsYou => say(count, self.count(Counted::NeedsYou, count)),
                Section::StalledOrSilent => {
                    let is_stalled = |shape: &&Shape| **shape == Shape::WorkingStalled;
                    let stalled = u64::try_from(summary.shapes.iter().filter(is_stalled).count()).unwrap_or(count);
                    let silent = count.saturating_sub(stalled);
                    say(silent, with(silent, "silent"));
                    say(stalled, with(stalled, "stalled"));
                }
                Section::Working => say(count, with(count, "working")),
                Section::Pinned => say(count, with(count, "pinned")),
                Section::FinishedToday => say(count, with(count, "finished")),
                Section::Quiet => say(count, with(count, "quiet")),
            }
        }
        match programs {
            0 => "No programs".to_owned(),
            _ => format!("{}: {}", self.count(Counted::Programs, programs), parts.join(", ")),
        }
    }
}

fn state(row: &ProgramRow) -> Option<String> {
    Some(match (&row.state, row.shape) {
        (_, Shape::NeverSeen) => "never seen".to_owned(),
        (Some(SessionState::Working), _) => "working".to_owned(),
        (Some(SessionState::Blocked), _) => "blocked".to_owned(),
        (Some(SessionState::BlockedOrPinned), _) => "blocked or pinned".to_owned(),
        (Some(SessionState::Pinned), _) => "pinned".to_owned(),
        (Some(SessionState::Complete), _) => "complete".to_owned(),
        (Some(SessionState::Other(word)), _) => word.clone(),
        (None, _) => return None,
    })
}

/// One moment of speaking.
struct Voice {
    labels: Labels,
    now: Timestamp,
    fresh: bool,
}

impl Voice {
    fn progress(&self, progress: &RowProgress) -> Option<String> {
        match progress {
            RowProgress::NotReported => None,
            RowProgress::Percent(percent) => Some(format!("{} percent", percent.value())),
            RowProgress::Last { percent, at } => {
                let word = if self.labels.is_far(*at, self.now) { "on" } else { "at" };
                Some(format!(
                    "{} percent {word} {}",
                    percent.value(),
                    self.labels.day_clock(*at, self.now)
                ))
            }
        }
    }

    fn finding(&self, finding: &Finding) -> String {
        match finding {
            Finding::Silent {
                usual_every: Some(every),
                ..
            } if self.fresh => {
                format!("silent, usually every {}", in_words(nearest_unit(*every)))
            }
            Finding::Fell { from, to, .. } => format!("fell from {} to {} percent", from.value(), to.value()),
            Finding::NoChange { since } if self.fresh => format!("no change for {}", self.since(*since)),
            Finding::Silent { .. } | Finding::NoChange { .. } => self.labels.finding(finding, self.now, self.fresh),
        }
    }

    fn waiting(&self, waiting: &Waiting, or_pinned: bool) -> String {
        let short = self.labels.waiting(waiting, or_pinned, self.now, self.fresh);
        if !self.fresh {
            return short;
        }
        // The last two words are a number and its unit, if there is a time at all.
        let number = self.labels.duration(self.now.since(waiting.since));
        short
            .strip_suffix(&number)
            .map_or(short.clone(), |lead| format!("{lead}{}", self.since(waiting.since)))
    }

    fn time(&self, row: &ProgramRow) -> Option<String> {
        match (row.section, row.ended_at, row.last_heard) {
            (Section::FinishedToday, Some(ended), _) => Some(format!("finished {}", self.when(ended))),
            (_, _, Some(heard)) => Some(format!("heard {}", self.heard(heard))),
            _ => None,
        }
    }

    fn heard(&self, heard: Timestamp) -> String {
        match Ago::of(heard, self.now) {
            Ago::Now if self.fresh => "now".to_owned(),
            Ago::Span(age) if self.fresh => format!("{} ago", in_words(largest_unit(age))),
            Ago::Long if self.fresh => format!("on {}", self.labels.day(heard, self.now)),
            _ => self.when(heard),
        }
    }

    /// "at 14:01", "Sun 22:10", "on 14 Nov"
    fn when(&self, at: Timestamp) -> String {
        let clock = self.labels.day_clock(at, self.now);
        if self.labels.is_today(at, self.now) {
            format!("at {clock}")
        } else if self.labels.is_far(at, self.now) {
            format!("on {clock}")
        } else {
            clock
        }
    }

    fn eta(&self, estimate: &Estimate) -> String {
        let at = |span: Span| estimate.judged_at.plus(span);
        let spoken = |span: Span| number_of((in_unit(span, span).0, in_unit(span, span).1));
        match (Band::of(estimate, self.now, self.fresh), self.fresh) {
            (Band::Between(from, to), true) => {
                let ((start, unit), (_, end_unit)) = (in_unit(from, to), in_unit(to, to));
                let start = if unit == end_unit {
                    start
                } else {
                    number_of((start, unit))
                };
                format!("about {start} to {}", spoken(to))
            }
            (Band::About(span), true) => format!("about {}", spoken(span)),
            (Band::Within(span), true) => format!("within {}", spoken(span)),
            (Band::Over(span), true) if span < Span::from_mins(24 * 60) => format!("more than {}", spoken(span)),
            (Band::Between(from, to), false) => {
                format!("between {}", self.labels.clocks_joined(at(from), at(to), " and "))
            }
            (Band::About(span), false) => format!("about {}", self.labels.clock(at(span))),
            (Band::Past { .. } | Band::Within(_) | Band::Over(_), _) => self.labels.eta(estimate, self.now, self.fresh),
        }
    }

    fn since(&self, since: Timestamp) -> String {
        in_words(largest_unit(self.now.since(since)))
    }
}

fn in_words((number, unit): (i64, &'static str)) -> String {
    number_of((number.to_string(), unit))
}

fn number_of((number, unit): (String, &'static str)) -> String {
    let word = match unit {
        "s" => "second",
        "min" => "minute",
        "h" => "hour",
        _ => "day",
    };
    let plural = if number == "1" { "" } else { "s" };
    format!("{number} {word}{plural}")
}
