//! What went wrong, as a person can use it. Never the server's own text.

use cachebash_core::companion::{CompanionError, RejectedReason};
use cachebash_core::domain::{Capability, Span, Timestamp};
use cachebash_core::insight::{Cause, Source, SourceReport};

use super::{Counted, Labels};

impl Labels {
    /// Why this source failed or is not whole; `asked` is how long the server asked to wait, where that is known.
    pub(crate) fn cause(&self, source: Source, cause: &Cause, asked: Option<Span>, now: Timestamp) -> String {
        match cause {
            Cause::Offline => "The server cannot be reached.".to_owned(),
            Cause::Unauthorized => "This key is no longer accepted.".to_owned(),
            Cause::Forbidden { capability } => may_not("This key may not read it", capability.as_ref()),
            Cause::RateLimited { until } => self.rate_limited(asked, *until, now),
            Cause::ServerUnavailable => "The server cannot answer now.".to_owned(),
            Cause::Unreadable => "The reply could not be read.".to_owned(),
            Cause::ShortList { limit } => {
                let limit = self.number(u64::from(*limit));
                format!("The server lists {limit} {} at most.", listed(source))
            }
            Cause::RowsSkipped { count } => {
                format!("{} could not be read.", self.count(Counted::Rows, u64::from(*count)))
            }
        }
    }

    /// As [`Labels::cause`], of a source's line: the wait counts from when it began to fail.
    pub(crate) fn why(&self, report: &SourceReport, now: Timestamp) -> Option<String> {
        let cause = report.cause.as_ref()?;
        let asked = match (cause, report.since) {
            (Cause::RateLimited { until }, Some(since)) => Some(until.since(since)),
            _ => None,
        };
        Some(self.cause(report.source, cause, asked, now))
    }

    /// `Server asked to wait 30 s; 18 s left`
    pub(crate) fn rate_limited(&self, asked: Option<Span>, until: Timestamp, now: Timestamp) -> String {
        let asked = asked
            .map(|asked| format!(" {}", self.duration(asked)))
            .unwrap_or_default();
        // Rounded up: a wait that is said to be over must be over.
        let left = match until.since(now).as_millis() {
            ms if ms <= 0 => return format!("Server asked to wait{asked}; trying again"),
            ms if ms <= 59_000 => self.unit(ms.saturating_add(999) / 1_000, "s"),
            ms => self.unit(ms.saturating_add(59_999) / 60_000, "min"),
        };
        format!("Server asked to wait{asked}; {left} left")
    }

    /// What went wrong with what a person asked for.
    pub(crate) fn error(&self, error: &CompanionError) -> String {
        match error {
            CompanionError::Offline => "The server cannot be reached.".to_owned(),
            CompanionError::Unauthorized => "This key is not accepted.".to_owned(),
            CompanionError::Forbidden { capability } => may_not("This key may not do this", capability.as_ref()),
            CompanionError::NotFound => "There is no such thing here.".to_owned(),
            CompanionError::RateLimited { retry_at } => {
                format!("The server asked to wait until {}.", self.clock_seconds(*retry_at))
            }
            CompanionError::Rejected { reason } => self.refused(reason),
            CompanionError::ServerUnavailable => "The server cannot answer now.".to_owned(),
            CompanionError::Storage { reference } => format!("This device’s storage failed (reference {reference})."),
            CompanionError::Suspended => "The companion is suspended.".to_owned(),
            CompanionError::ReadOnly => "This account is read only here, until you allow it to act.".to_owned(),
            CompanionError::Internal { reference } => format!("A fault of the companion (reference {reference})."),
        }
    }

    /// Above what a key may not read.
    pub(crate) fn may_not_read(&self, program: &str) -> String {
        format!("This key may not read {program}’s state")
    }

    /// Under it.
    pub(crate) fn may_not_read_why(&self, capability: Option<&Capability>) -> String {
        match capability {
            Some(right) => {
                format!("Notes, questions and work items need {right}. Whoever made the key can make one that has it.")
            }
            None => "Whoever made the key can make one that may.".to_owned(),
        }
    }

    pub(super) fn refused(&self, reason: &RejectedReason) -> String {
        let why = match reason {
            RejectedReason::UnknownTarget => "the server knows no such target".to_owned(),
            RejectedReason::NotYours => "it belongs to another program".to_owned(),
            RejectedReason::AlreadyTaken => "it is already taken".to_owned(),
            RejectedReason::TooLong { field, limit } => {
                format!(
                    "{field} is longer than {}",
                    self.count(Counted::Characters, u64::from(*limit))
                )
            }
            RejectedReason::Invalid { field } if field.is_empty() => "the request is not valid".to_owned(),
            RejectedReason::Invalid { field } => format!("{field} is missing or not valid"),
            RejectedReason::PlanLimit => "the plan allows no more".to_owned(),
            RejectedReason::Paused => "writes are paused on this server".to_owned(),
            RejectedReason::ChangedSince => "it changed since you looked".to_owned(),
            RejectedReason::Other { reference } => return format!("Refused (reference {reference})."),
        };
        format!("Refused: {why}.")
    }
}

/// What a source is a list of.
fn listed(source: Source) -> &'static str {
    match source {
        Source::Sessions => "sessions",
        Source::SessionHistory => "ended sessions",
        Source::FleetHealth => "programs",
        Source::ProgramState => "program states",
        Source::Keys => "keys",
        Source::Questions => "questions",
        Source::Alerts => "alerts",
        Source::Tasks => "tasks",
        Source::Messages => "messages",
        Source::Groups => "groups",
        Source::Cost => "rows",
        Source::Sprints => "sprints",
    }
}

fn may_not(what: &str, capability: Option<&Capability>) -> String {
    capability.map_or_else(|| format!("{what}."), |right| format!("{what}: {right} is missing."))
}
