//! The values of the table's cases, read as what core would say.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use cachebash_core::companion::{CompanionError, RejectedReason};
use cachebash_core::domain::{
    AccountId, Capability, ContextLeft, Outcome, Percent, ProgramId, SessionState, Span, Timestamp,
};
use cachebash_core::insight::{
    Cause, Estimate, Finding, Headline, Notice, ProgramRow, RowProgress, Section, SectionSummary, Shape, Source,
    SourceReport, Standing, Waiting,
};
use serde_json::Value;

use super::SeenSession;

/// The values of one case, read as what they mean.
#[derive(Clone, Copy)]
pub(super) struct Values<'a>(pub(super) &'a Value);

impl<'a> Values<'a> {
    pub(super) fn maybe(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn get(self, name: &str) -> &'a Value {
        self.maybe(name).unwrap_or_else(|| panic!("no {name} in {}", self.0))
    }

    pub(super) fn word(self, name: &str) -> &'a str {
        self.get(name).as_str().unwrap()
    }

    pub(super) fn maybe_word(self, name: &str) -> Option<&'a str> {
        self.maybe(name).and_then(Value::as_str)
    }

    pub(super) fn flag(self, name: &str) -> bool {
        self.get(name).as_bool().unwrap()
    }

    pub(super) fn count(self, name: &str) -> u32 {
        u32::try_from(self.get(name).as_u64().unwrap()).unwrap()
    }

    pub(super) fn time(self, name: &str) -> Timestamp {
        self.maybe_time(name)
            .unwrap_or_else(|| panic!("no {name} in {}", self.0))
    }

    pub(super) fn maybe_time(self, name: &str) -> Option<Timestamp> {
        self.maybe(name)
            .map(|value| Timestamp::from_millis(value.as_i64().unwrap()))
    }

    pub(super) fn span(self, name: &str) -> Span {
        self.maybe_span(name).unwrap()
    }

    pub(super) fn maybe_span(self, name: &str) -> Option<Span> {
        self.maybe(name).map(|value| Span::from_millis(value.as_i64().unwrap()))
    }

    pub(super) fn percent(self, name: &str) -> Percent {
        Percent::of(self.get(name).as_f64().unwrap())
    }

    pub(super) fn list(self, name: &str) -> impl Iterator<Item = Values<'a>> {
        self.get(name).as_array().unwrap().iter().map(Values)
    }

    pub(super) fn state(self) -> Option<SessionState> {
        Some(match self.maybe_word("state")? {
            "working" => SessionState::Working,
            "blocked" => SessionState::Blocked,
            "blocked_or_pinned" => SessionState::BlockedOrPinned,
            "pinned" => SessionState::Pinned,
            "complete" => SessionState::Complete,
            "other" => SessionState::Other(self.word("word").to_owned()),
            state => panic!("unknown state {state}"),
        })
    }

    pub(super) fn row_progress(self) -> RowProgress {
        match self.word("kind") {
            "not_reported" => RowProgress::NotReported,
            "percent" => RowProgress::Percent(self.percent("percent")),
            "last" => RowProgress::Last {
                percent: self.percent("percent"),
                at: self.time("at"),
            },
            kind => panic!("unknown progress {kind}"),
        }
    }

    pub(super) fn finding(self) -> Finding {
        match self.word("kind") {
            "silent" => Finding::Silent {
                since: self.time("since"),
                usual_every: self.maybe_span("usual_every"),
            },
            "fell" => Finding::Fell {
                from: self.percent("from"),
                to: self.percent("to"),
                at: self.maybe_time("at").unwrap_or(Timestamp::from_millis(0)),
            },
            "no_change" => Finding::NoChange {
                since: self.time("since"),
            },
            kind => panic!("unknown finding {kind}"),
        }
    }

    pub(super) fn waiting(self) -> Waiting {
        Waiting {
            since: self.time("since"),
            change_seen: self.flag("change_seen"),
        }
    }

    pub(super) fn estimate(self) -> Estimate {
        Estimate {
            judged_at: self.time("judged_at"),
            from: self.span("from"),
            to: self.span("to"),
            basis: Span::default(),
        }
    }

    pub(super) fn section(self) -> Section {
        match self.word("section") {
            "needs_you" => Section::NeedsYou,
            "stalled_or_silent" => Section::StalledOrSilent,
            "working" => Section::Working,
            "pinned" => Section::Pinned,
            "finished_today" => Section::FinishedToday,
            "quiet" => Section::Quiet,
            section => panic!("unknown section {section}"),
        }
    }

    pub(super) fn source(self) -> Source {
        match self.word("source") {
            "sessions" => Source::Sessions,
            "fleet_health" => Source::FleetHealth,
            "session_history" => Source::SessionHistory,
            "program_state" => Source::ProgramState,
            "keys" => Source::Keys,
            "questions" => Source::Questions,
            "alerts" => Source::Alerts,
            "tasks" => Source::Tasks,
            "messages" => Source::Messages,
            "groups" => Source::Groups,
            "cost" => Source::Cost,
            source => panic!("unknown source {source}"),
        }
    }

    pub(super) fn standing(self) -> Standing {
        match self.word("standing") {
            "fresh" => Standing::Fresh,
            "stale" => Standing::Stale,
            "failed" => Standing::Failed,
            "never_read" => Standing::NeverRead,
            standing => panic!("unknown standing {standing}"),
        }
    }

    pub(super) fn capability(self) -> Option<Capability> {
        self.maybe_word("capability").map(Capability::new)
    }

    pub(super) fn cause(self) -> Cause {
        match self.word("kind") {
            "offline" => Cause::Offline,
            "unauthorized" => Cause::Unauthorized,
            "forbidden" => Cause::Forbidden {
                capability: self.capability(),
            },
            "rate_limited" => Cause::RateLimited {
                until: self.time("until"),
            },
            "server_unavailable" => Cause::ServerUnavailable,
            "unreadable" => Cause::Unreadable,
            "short_list" => Cause::ShortList {
                limit: self.count("limit"),
            },
            "rows_skipped" => Cause::RowsSkipped {
                count: self.count("count"),
            },
            kind => panic!("unknown cause {kind}"),
        }
    }

    pub(super) fn error(self) -> CompanionError {
        let reference = || self.word("reference").to_owned();
        match self.word("kind") {
            "offline" => CompanionError::Offline,
            "unauthorized" => CompanionError::Unauthorized,
            "forbidden" => CompanionError::Forbidden {
                capability: self.capability(),
            },
            "not_found" => CompanionError::NotFound,
            "rate_limited" => CompanionError::RateLimited {
                retry_at: self.time("until"),
            },
            "rejected" => CompanionError::Rejected {
                reason: Values(self.get("reason")).reason(),
            },
            "server_unavailable" => CompanionError::ServerUnavailable,
            "storage" => CompanionError::Storage { reference: reference() },
            "suspended" => CompanionError::Suspended,
            "read_only" => CompanionError::ReadOnly,
            "internal" => CompanionError::Internal { reference: reference() },
            kind => panic!("unknown error {kind}"),
        }
    }

    pub(super) fn reason(self) -> RejectedReason {
        let field = || self.word("field").to_owned();
        match self.word("kind") {
            "unknown_target" => RejectedReason::UnknownTarget,
            "not_yours" => RejectedReason::NotYours,
            "already_taken" => RejectedReason::AlreadyTaken,
            "too_long" => RejectedReason::TooLong {
                field: field(),
                limit: self.count("limit"),
            },
            "invalid" => RejectedReason::Invalid { field: field() },
            "plan_limit" => RejectedReason::PlanLimit,
            "paused" => RejectedReason::Paused,
            "changed_since" => RejectedReason::ChangedSince,
            "other" => RejectedReason::Other {
                reference: self.word("reference").to_owned(),
            },
            kind => panic!("unknown reason {kind}"),
        }
    }

    pub(super) fn headline(self) -> Headline {
        match self.word("kind") {
            "need_you" => Headline::NeedYou(self.count("count")),
            "questions_for_you" => Headline::QuestionsForYou(self.count("count")),
            "nothing_needs_you" => Headline::NothingNeedsYou,
            "nothing_needed_you" => Headline::NothingNeededYou,
            "nobody" => Headline::Nobody,
            kind => panic!("unknown headline {kind}"),
        }
    }

    pub(super) fn notice(self) -> Notice {
        match self.word("kind") {
            "offline" => Notice::Offline {
                as_of: self.maybe_time("as_of"),
            },
            "key_refused" => Notice::KeyRefused {
                as_of: self.maybe_time("as_of"),
            },
            "rate_limited" => Notice::RateLimited {
                until: self.time("until"),
            },
            "partial" => Notice::Partial,
            kind => panic!("unknown notice {kind}"),
        }
    }

    pub(super) fn report(self) -> SourceReport {
        SourceReport {
            account: AccountId::from("home"),
            source: self.source(),
            standing: self.standing(),
            as_of: self.maybe_time("as_of"),
            since: None,
            cause: None,
            in_bar: false,
            can_retry: false,
        }
    }

    pub(super) fn context_left(self) -> ContextLeft {
        match self.word("kind") {
            "not_reported" => ContextLeft::NotReported,
            "percent" => ContextLeft::Percent(self.get("value").as_f64().unwrap()),
            "raw_bytes" => ContextLeft::RawBytes(self.get("value").as_f64().unwrap()),
            kind => panic!("unknown context {kind}"),
        }
    }

    pub(super) fn outcome(self) -> Outcome {
        match self.word("outcome") {
            "completed" => Outcome::Completed,
            "in_progress" => Outcome::InProgress,
            "blocked" => Outcome::Blocked,
            "deferred" => Outcome::Deferred,
            "other" => Outcome::Other(self.word("word").to_owned()),
            outcome => panic!("unknown outcome {outcome}"),
        }
    }

    pub(super) fn seen_session(self) -> SeenSession {
        SeenSession {
            started_at: self.maybe_time("started_at"),
            start_known: self.flag("start_known"),
            ended_at: self.maybe_time("ended_at"),
        }
    }

    /// Sections as they would stand on screen for these counts.
    pub(super) fn sections(self) -> Vec<SectionSummary> {
        let shapes = |name: &str, shape: Shape| vec![shape; usize::try_from(self.count(name)).unwrap()];
        let check = [
            shapes("silent", Shape::WorkingSilent),
            shapes("stalled", Shape::WorkingStalled),
        ]
        .concat();
        let all = [
            (Section::NeedsYou, shapes("needs_you", Shape::Blocked)),
            (Section::StalledOrSilent, check),
            (Section::Working, shapes("working", Shape::Working)),
            (Section::Pinned, shapes("pinned", Shape::Pinned)),
            (Section::FinishedToday, shapes("finished", Shape::Complete)),
            (Section::Quiet, shapes("quiet", Shape::Quiet)),
        ];
        let summary = |(section, shapes): (Section, Vec<Shape>)| SectionSummary {
            section,
            count: u32::try_from(shapes.len()).unwrap(),
            shapes,
        };
        all.into_iter()
            .filter(|(_, shapes)| !shapes.is_empty())
            .map(summary)
            .collect()
    }

    pub(super) fn row(self) -> ProgramRow {
        let waiting = self.maybe("waiting").map(|waiting| Values(waiting).waiting());
        let ended_at = self.maybe_time("ended_at");
        ProgramRow {
            account: AccountId::from("home"),
            program: ProgramId::from(self.word("program")),
            derived: false,
            section: match (&waiting, ended_at) {
                (Some(_), _) => Section::NeedsYou,
                (_, Some(_)) => Section::FinishedToday,
                _ => Section::Working,
            },
            shape: if self.flag("never_seen") {
                Shape::NeverSeen
            } else {
                Shape::Working
            },
            state: self.state(),
            session: None,
            live: true,
            status: self.maybe_word("says").map(str::to_owned),
            progress: self
                .maybe("progress")
                .map_or(RowProgress::NotReported, |p| Values(p).row_progress()),
            moving: false,
            last_heard: self.maybe_time("heard"),
            ended_at,
            finding: self.maybe("finding").map(|finding| Values(finding).finding()),
            estimate: self.maybe("eta").map(|eta| Values(eta).estimate()),
            waiting,
            asked: None,
            project: None,
            open_questions: self.count("open_questions"),
            hand_off_required: false,
            name: None,
            role: None,
        }
    }
}
