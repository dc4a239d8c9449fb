//! Can I believe it: what each source last said, when, and why it says nothing now.

use serde::{Deserialize, Serialize};

use crate::domain::{AccountId, Capability, Span, Timestamp};

/// Where a fact comes from. Each has its own as-of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Source {
    /// `GET /v1/sessions`
    Sessions,
    /// `GET /v1/fleet/health`
    FleetHealth,
    /// `GET /v1/sessions/history`
    SessionHistory,
    /// `GET /v1/program-state/…` and its context history
    ProgramState,
    /// `GET /v1/keys`
    Keys,
    /// `GET /v1/questions`, elsewhere the questions among `GET /v1/tasks`
    Questions,
    /// `GET /v1/messages/unread` of the person
    Alerts,
    /// `GET /v1/tasks`
    Tasks,
    /// `GET /v1/messages/history` and `…/sent`
    Messages,
    /// `GET /v1/relay/groups`
    Groups,
    /// `GET /v1/metrics/cost-summary`
    Cost,
    /// `GET /v1/sprints/active`
    Sprints,
}

impl Source {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Source; 12] = [
        Source::Sessions,
        Source::FleetHealth,
        Source::SessionHistory,
        Source::ProgramState,
        Source::Keys,
        Source::Questions,
        Source::Alerts,
        Source::Tasks,
        Source::Messages,
        Source::Groups,
        Source::Cost,
        Source::Sprints,
    ];
}

/// How a source stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Standing {
    /// The last reply was whole and came within three sync periods.
    Fresh,
    /// Nothing failed, but the last reply is older than that, or was not whole.
    Stale,
    /// The last try failed.
    Failed,
    /// Never asked, or never answered.
    NeverRead,
}

/// Why a source failed or is not whole.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Cause {
    /// No connection, or none within the time-out.
    Offline,
    /// The key is not accepted.
    Unauthorized,
    /// The key lacks a right; `None` where the server does not say which.
    Forbidden {
        /// The missing right.
        capability: Option<Capability>,
    },
    /// The server asked to wait.
    RateLimited {
        /// Until then.
        until: Timestamp,
    },
    /// The server is there and cannot answer.
    ServerUnavailable,
    /// The reply could not be read, or was refused for a reason a person cannot mend.
    Unreadable,
    /// The server lists so many and no more.
    ShortList {
        /// The limit.
        limit: u32,
    },
    /// Some rows could not be read and were left out.
    RowsSkipped {
        /// How many.
        count: u32,
    },
}

/// One line of "what do I know, since when, and why not more".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceReport {
    /// Whose source.
    pub account: AccountId,
    /// Which.
    pub source: Source,
    /// How it stands.
    pub standing: Standing,
    /// Server time of the last good reply.
    pub as_of: Option<Timestamp>,
    /// When it began to fail (or to be stale), if it does.
    pub since: Option<Timestamp>,
    /// Why.
    pub cause: Option<Cause>,
    /// It is trouble to announce above a page. A missing right is not: it is shown where its data would stand.
    pub in_bar: bool,
    /// Trying again now may help: the key is not at fault, and nobody asked to wait.
    pub can_retry: bool,
}

/// The one bar above a page, the gravest first. Absent when all is well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// The key is refused; what is shown is what was known.
    KeyRefused {
        /// When what is shown was true.
        as_of: Option<Timestamp>,
    },
    /// No source answers.
    Offline {
        /// When what is shown was true; `None` when nothing was ever read.
        as_of: Option<Timestamp>,
    },
    /// The server asked to wait.
    RateLimited {
        /// Until then.
        until: Timestamp,
    },
    /// Some sources answer and some do not; see the source reports.
    Partial,
}

/// What sync remembers of one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceReading {
    /// Server time of the last good reply.
    pub as_of: Option<Timestamp>,
    /// The last good reply was not whole: a short list, or rows left out.
    pub lacking: Option<Cause>,
    /// The tries since then failed.
    pub trouble: Option<Trouble>,
}

/// A source that fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The first failure since the last good reply.
    pub since: Timestamp,
    /// Why the last try failed.
    pub cause: Cause,
}

/// A reply is fresh for so many periods of its source.
const FRESH_PERIODS: i64 = 3;

/// Times up to this far ahead of the server's clock are taken for now.
const AHEAD_TOLERATED: Span = Span::from_secs(5);

/// How a source stands at server time `now`, when it is asked every `period`.
pub fn standing(reading: &SourceReading, now: Timestamp, period: Span) -> Standing {
    match (&reading.trouble, reading.as_of) {
        (Some(_), _) => Standing::Failed,
        (None, None) => Standing::NeverRead,
        (None, Some(_)) if reading.lacking.is_some() => Standing::Stale,
        (None, Some(as_of)) if now.since(as_of) > period.times(FRESH_PERIODS) => Standing::Stale,
        (None, Some(_)) => Standing::Fresh,
    }
}

/// A source's line: how it stands, since when, and why.
pub fn report(
    account: &AccountId,
    source: Source,
    reading: &SourceReading,
    now: Timestamp,
    period: Span,
) -> SourceReport {
    let standing = standing(reading, now, period);
    let (since, cause) = match (standing, &reading.trouble) {
        (Standing::Failed, Some(trouble)) => (Some(trouble.since), Some(trouble.cause.clone())),
        (Standing::Stale, _) if reading.lacking.is_some() => (reading.as_of, reading.lacking.clone()),
        (Standing::Stale, _) => (reading.as_of.map(|as_of| as_of.plus(period.times(FRESH_PERIODS))), None),
        _ => (None, None),
    };
    let can_retry = standing == Standing::Failed
        && matches!(
            cause,
            Some(Cause::Offline | Cause::ServerUnavailable | Cause::Unreadable)
        );
    SourceReport {
        account: account.clone(),
        source,
        standing,
        as_of: reading.as_of,
        since,
        in_bar: cause.is_some() && !is_told_in_place(source, cause.as_ref()),
        cause,
        can_retry,
    }
}

/// A missing right is a permission matter, shown where its data would stand, not trouble to announce above a page. Only
/// without sessions there is nothing to show at all. So is a history longer than servers tell: it always is, in the end.
fn is_told_in_place(source: Source, cause: Option<&Cause>) -> bool {
    match cause {
        Some(Cause::Forbidden { .. }) => source != Source::Sessions,
        Some(Cause::ShortList { .. }) => source == Source::SessionHistory,
        _ => false,
    }
}

/// The one bar for these sources, the gravest first: the key is refused, no source answers, the server asked to wait,
/// some fail or are not whole. Being merely old is no bar: the as-of says it.
pub fn notice(reports: &[SourceReport], as_of: Option<Timestamp>) -> Option<Notice> {
    let concerning: Vec<&SourceReport> = reports
        .iter()
        .filter(|report| !is_told_in_place(report.source, report.cause.as_ref()))
        .collect();
    let failed: Vec<&SourceReport> = concerning
        .iter()
        .copied()
        .filter(|report| report.standing == Standing::Failed)
        .collect();
    if failed.is_empty() {
        return concerning
            .iter()
            .any(|report| report.cause.is_some())
            .then_some(Notice::Partial);
    }
    if failed.iter().any(|report| report.cause == Some(Cause::Unauthorized)) {
        return Some(Notice::KeyRefused { as_of });
    }
    if concerning.iter().any(|report| answers(report, &failed)) {
        return Some(Notice::Partial);
    }
    let asked_to_wait = failed.iter().filter_map(|report| match report.cause {
        Some(Cause::RateLimited { until }) => Some(until),
        _ => None,
    });
    if let Some(until) = asked_to_wait.max() {
        return Some(Notice::RateLimited { until });
    }
    // A server that refuses or answers nonsense is there: saying "offline" would send a person to look at the network.
    let nobody_answers = failed
        .iter()
        .any(|report| matches!(report.cause, Some(Cause::Offline | Cause::ServerUnavailable)));
    Some(if nobody_answers {
        Notice::Offline { as_of }
    } else {
        Notice::Partial
    })
}

/// Whether this source answers while others fail. Sessions and fleet health are asked all the time: as long as they do not
/// fail, the server is there. The others are asked seldom, and a reply from before the trouble began is no answer to it.
fn answers(report: &SourceReport, failed: &[&SourceReport]) -> bool {
    if report.standing == Standing::Failed || report.as_of.is_none() {
        return false;
    }
    let began = failed
        .iter()
        .filter(|report| carries_overview(report))
        .filter_map(|report| report.since)
        .max();
    carries_overview(report) || report.as_of > began
}

/// The sources an overview rests on. Fleet health counts unless the key may not read it.
fn carries_overview(report: &SourceReport) -> bool {
    matches!(report.source, Source::Sessions | Source::FleetHealth)
        && !is_told_in_place(report.source, report.cause.as_ref())
}

/// Whether ages may be relative: sessions and fleet health of every account are fresh, and there is at least one.
pub fn overall_fresh(reports: &[SourceReport]) -> bool {
    let mut carrying = reports.iter().filter(|report| carries_overview(report)).peekable();
    carrying.peek().is_some() && carrying.all(|report| report.standing == Standing::Fresh)
}

/// When what an overview shows was true: the oldest last reply of sessions and fleet health over all accounts. `None`:
/// nothing was ever read.
pub fn overall_as_of(reports: &[SourceReport]) -> Option<Timestamp> {
    reports
        .iter()
        .filter(|report| carries_overview(report))
        .filter_map(|report| report.as_of)
        .min()
}

/// The server time at which to judge: now while fresh, else the as-of, so that no agent falls silent because this device
/// was offline. With nothing ever read there is nothing to judge, and now will do.
pub fn judged_at(fresh: bool, now: Timestamp, as_of: Option<Timestamp>) -> Timestamp {
    if fresh {
        now
    } else {
        as_of.map_or(now, |as_of| as_of.min(now))
    }
}

/// How far the farthest of these times lies ahead of the server's own clock; `None` up to 5 s.
pub fn server_ahead(times: impl IntoIterator<Item = Timestamp>, now: Timestamp) -> Option<Span> {
    times
        .into_iter()
        .map(|time| time.since(now))
        .max()
        .filter(|ahead| *ahead > AHEAD_TOLERATED)
}
