//! What stands around the rows: headline, as-of, bars, both clocks of a program, sessions, keys, the sentence below a
//! chart.

use cachebash_core::domain::{Capability, Outcome, Span, Timestamp};
use cachebash_core::insight::{FallSeen, Gap, Headline, Notice, QuestionTime, Source, SourceReport, Standing};

use super::{Ago, Counted, Labels, Phrase};

/// A session in time, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SeenSession {
    /// First seen here, or when it was created.
    pub(crate) started_at: Option<Timestamp>,
    /// `started_at` is the server's word.
    pub(crate) start_known: bool,
    /// When it ended.
    pub(crate) ended_at: Option<Timestamp>,
}

impl Labels {
    /// The title, which is the answer.
    pub(crate) fn headline(&self, headline: &Headline) -> String {
        match headline {
            Headline::NeedYou(count) => self.count(Counted::NeedsYou, u64::from(*count)),
            Headline::QuestionsForYou(count) => self.count(Counted::QuestionsForYou, u64::from(*count)),
            Headline::NothingNeedsYou => "Nothing needs you".to_owned(),
            Headline::NothingNeededYou => "Nothing needed you".to_owned(),
            Headline::Nobody => self.phrase(Phrase::Nobody).to_owned(),
        }
    }

    /// `“Deploy now? …”`: what an agent asked, or its beginning.
    pub(crate) fn quoted(&self, text: &str, cut: bool) -> String {
        format!("“{text}{}”", if cut { "…" } else { "" })
    }

    /// `As of 14:02:10`
    pub(crate) fn as_of(&self, at: Option<Timestamp>, now: Timestamp) -> String {
        match at {
            Some(at) => format!("As of {}", self.day_clock_seconds(at, now)),
            None => "Nothing read yet".to_owned(),
        }
    }

    /// The one bar above a page; `sources` are those that "partial" lists.
    pub(crate) fn bar(&self, notice: &Notice, sources: &[SourceReport], now: Timestamp) -> String {
        match notice {
            Notice::Offline { as_of: Some(as_of) } => {
                let ago = match Ago::of(*as_of, now) {
                    Ago::Ahead => String::new(),
                    Ago::Now => " (now)".to_owned(),
                    Ago::Span(_) | Ago::Long => format!(" ({} ago)", self.duration(now.since(*as_of))),
                };
                format!("Offline · as of {}{ago}", self.day_clock(*as_of, now))
            }
            Notice::Offline { as_of: None } => "Offline · nothing read yet".to_owned(),
            Notice::KeyRefused { as_of } => {
                let known = as_of.map(|as_of| format!("as of {}", self.day_clock(as_of, now)));
                format!(
                    "This key is no longer accepted · {}",
                    known.as_deref().unwrap_or("nothing read yet")
                )
            }
            Notice::RateLimited { until } => self.rate_limited(None, *until, now),
            Notice::Partial => {
                let parts: Vec<String> = sources.iter().map(|report| self.part(report, now)).collect();
                parts.join(" · ")
            }
        }
    }

    /// A source in full.
    pub(crate) fn source_name(&self, source: Source) -> &'static str {
        match source {
            Source::Sessions => "Sessions",
            Source::FleetHealth => "Fleet health",
            Source::SessionHistory => "Session history",
            Source::ProgramState => "Program state",
            Source::Keys => "Keys",
            Source::Questions => "Asked questions",
            Source::Alerts => "Alerts",
            Source::Tasks => "Tasks",
            Source::Messages => "Messages",
            Source::Groups => "Groups",
            Source::Cost => "Cost",
            Source::Sprints => "Sprints",
        }
    }

    /// A source in the bar.
    pub(crate) fn source_short(&self, source: Source) -> &'static str {
        match source {
            Source::Sessions => "Sessions",
            Source::FleetHealth => "Health",
            Source::SessionHistory => "History",
            Source::ProgramState => "State",
            Source::Keys => "Keys",
            Source::Questions => "Questions",
            Source::Alerts => "Alerts",
            Source::Tasks => "Tasks",
            Source::Messages => "Messages",
            Source::Groups => "Groups",
            Source::Cost => "Cost",
            Source::Sprints => "Sprints",
        }
    }

    /// The end of a source's line.
    pub(crate) fn source_when(
        &self,
        standing: Standing,
        as_of: Option<Timestamp>,
        since: Option<Timestamp>,
        now: Timestamp,
    ) -> String {
        let read = as_of.map(|as_of| self.day_clock_seconds(as_of, now));
        match (standing, read, since) {
            (Standing::Failed, _, Some(since)) => format!("failed since {}", self.day_clock(since, now)),
            (Standing::Failed, _, None) => "failed".to_owned(),
            (Standing::Fresh, Some(read), _) => read,
            (Standing::Stale, Some(read), _) => format!("as of {read}"),
            (Standing::NeverRead, _, _) | (_, None, _) => "not read yet".to_owned(),
        }
    }

    /// `Last heard 12 s ago, at 14:01:58 · read at 14:02:10`
    pub(crate) fn heard(
        &self,
        heard: Option<Timestamp>,
        read: Option<Timestamp>,
        now: Timestamp,
        fresh: bool,
    ) -> String {
        let last = match heard {
            None => "Never heard".to_owned(),
            Some(heard) if !self.is_today(heard, now) => format!("Last heard {}", self.day_clock(heard, now)),
            Some(heard) => {
                let clock = self.clock_seconds(heard);
                match Ago::of(heard, now) {
                    _ if !fresh => format!("Last heard at {clock}"),
                    Ago::Ahead | Ago::Long => format!("Last heard at {clock}"),
                    Ago::Now => format!("Last heard now, at {clock}"),
                    Ago::Span(age) => format!("Last heard {} ago, at {clock}", self.duration(age)),
                }
            }
        };
        let read = match read {
            None => "not read yet".to_owned(),
            Some(read) if self.is_today(read, now) => format!("read at {}", self.clock_seconds(read)),
            Some(read) => format!("read {}", self.day_clock(read, now)),
        };
        format!("{last} · {read}")
    }

    /// Times lie ahead of the server's own clock.
    pub(crate) fn server_ahead(&self, by: Span) -> String {
        format!("The times from this server are ahead by {}", self.duration(by))
    }

    /// `seen since 12:32`, `10:05–12:30`. Empty where nothing is known.
    pub(crate) fn session_span(&self, session: &SeenSession, now: Timestamp) -> String {
        match (session.started_at, session.ended_at) {
            (Some(started), Some(ended)) if session.start_known => self.span(started, ended, now),
            (_, Some(ended)) => format!("until {}", self.day_clock(ended, now)),
            (Some(started), None) if session.start_known => format!("since {}", self.day_clock(started, now)),
            (Some(started), None) => format!("seen since {}", self.day_clock(started, now)),
            (None, None) => String::new(),
        }
    }

    /// `Session builder.auth-7, seen since 12:32`
    pub(crate) fn session_line(&self, id: &str, session: &SeenSession, now: Timestamp) -> String {
        let span = self.session_span(session, now);
        if span.is_empty() {
            format!("Session {id}")
        } else {
            format!("Session {id}, {span}")
        }
    }

    /// When a key likely ends: an estimate, and called one.
    pub(crate) fn expiry_estimate(&self, at: Option<Timestamp>, now: Timestamp) -> String {
        let Some(at) = at else {
            return "Its end is not known".to_owned();
        };
        let lead = if at < now { "Likely ended on" } else { "Likely ends on" };
        format!(
            "{lead} {} ({}, the usual term)",
            self.day(at, now),
            self.count(Counted::Days, 90)
        )
    }

    /// `Last used 12 min ago`, `Never used`
    pub(crate) fn key_used(&self, at: Option<Timestamp>, now: Timestamp, fresh: bool) -> String {
        let Some(at) = at else { return "Never used".to_owned() };
        match Ago::of(at, now) {
            Ago::Now if fresh => "Last used now".to_owned(),
            Ago::Span(age) if fresh => format!("Last used {} ago", self.duration(age)),
            _ => format!("Last used {}", self.day_clock(at, now)),
        }
    }

    /// `Revoked 14 Nov`
    pub(crate) fn revoked(&self, at: Option<Timestamp>, now: Timestamp) -> String {
        at.map_or_else(
            || "Revoked".to_owned(),
            |at| format!("Revoked {}", self.day_clock(at, now)),
        )
    }

    /// Who left the notes.
    pub(crate) fn written_by(&self, program: Option<&str>, session: Option<&str>) -> String {
        match (program, session) {
            (Some(program), Some(session)) => format!("Written by {program} in session {session}"),
            (Some(program), None) => format!("Written by {program}"),
            (None, Some(session)) => format!("Written in session {session}"),
            (None, None) => String::new(),
        }
    }

    /// `In its state since 13:54`, else `First seen here 13:54`.
    pub(crate) fn question_time(&self, time: &QuestionTime, now: Timestamp) -> String {
        match time.since {
            Some(since) => format!("In its state since {}", self.day_clock(since, now)),
            None => format!("First seen here {}", self.day_clock(time.first_seen, now)),
        }
    }

    /// Over a text that the server forgot and this device did not.
    pub(crate) fn cleared(&self, at: Option<Timestamp>, now: Timestamp) -> String {
        let day = at.map(|at| format!(" on {}", self.day(at, now))).unwrap_or_default();
        format!("Kept here; cleared by the server{day}")
    }

    /// Under an empty page.
    pub(crate) fn next_check(&self, last: Option<Timestamp>, next: Option<Timestamp>) -> String {
        let last = last.map(|last| format!("Last checked {}", self.clock_seconds(last)));
        let next = next
            .map(|next| format!(", next at {}", self.clock_seconds(next)))
            .unwrap_or_default();
        format!("{}{next}.", last.as_deref().unwrap_or("Not checked yet"))
    }

    /// What a chart shows, in sentences.
    pub(crate) fn chart_sentence(
        &self,
        falls: &[FallSeen],
        gaps: &[Gap],
        next_beat_by: Option<Timestamp>,
        now: Timestamp,
    ) -> String {
        let mut sentences = Vec::new();
        if !falls.is_empty() {
            let fell = |fall: &FallSeen| {
                format!(
                    "from {} to {} at {}",
                    fall.from.value(),
                    self.percent(fall.to),
                    self.day_clock(fall.at, now)
                )
            };
            sentences.push(format!(
                "Fell {}.",
                falls.iter().map(fell).collect::<Vec<_>>().join(", ")
            ));
        }
        if !gaps.is_empty() {
            let spans: Vec<String> = gaps.iter().map(|gap| self.span(gap.from, gap.until, now)).collect();
            sentences.push(format!("Hatched: not seen here {}.", spans.join(", ")));
        }
        if let Some(by) = next_beat_by {
            sentences.push(format!(
                "Ticks are heartbeats; the next is due by {}.",
                self.clock_seconds(by)
            ));
        }
        sentences.join(" ")
    }

    /// How the last task ended.
    pub(crate) fn outcome(&self, outcome: &Outcome) -> String {
        match outcome {
            Outcome::Completed => "Completed".to_owned(),
            Outcome::InProgress => "In progress".to_owned(),
            Outcome::Blocked => "Blocked".to_owned(),
            Outcome::Deferred => "Deferred".to_owned(),
            Outcome::Other(word) => word.clone(),
        }
    }

    /// `This key cannot report sessions: pulse.write is missing`
    pub(crate) fn missing_capability(&self, capability: &Capability) -> String {
        let job = match capability.as_str() {
            "pulse.write" => "report sessions",
            "pulse.read" => "see sessions",
            "state.read" => "read program state",
            "state.write" => "keep program state",
            other => return format!("{other} is missing"),
        };
        format!("This key cannot {job}: {capability} is missing")
    }

    /// A name too long for its place, without its middle.
    pub(crate) fn short_name(&self, full: &str, max: usize) -> String {
        let letters: Vec<char> = full.chars().collect();
        if letters.len() <= max + 2 {
            return full.to_owned();
        }
        let (head, tail) = (max.div_ceil(2), max / 2);
        letters
            .iter()
            .take(head)
            .chain(&['…'])
            .chain(letters.iter().skip(letters.len() - tail))
            .collect()
    }

    fn part(&self, report: &SourceReport, now: Timestamp) -> String {
        let name = self.source_short(report.source);
        match (report.standing, report.as_of) {
            (Standing::Failed, _) => format!("{name} failed"),
            (Standing::Fresh | Standing::Stale, Some(as_of)) => format!("{name} {}", self.day_clock(as_of, now)),
            _ => format!("{name} not read"),
        }
    }
}
