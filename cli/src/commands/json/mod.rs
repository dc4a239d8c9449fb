//! Values as JSON for scripts: the core's names in camelCase as the API has them, moments in RFC 3339 (UTC), spans in
//! milliseconds, what is not known as null.

mod acts;
mod lists;
mod search;

use cachebash_core::companion::Account;
use cachebash_core::domain::{
    AccountId, ContextLeft, ContextSummary, Outcome, Progress, SessionState, Span, Timestamp,
};
use cachebash_core::insight::{
    Cause, ContextPart, Estimate, Finding, Headline, KeyFacts, Notice, Overview, PartWritten, ProgramPage, ProgramRow,
    ProgressHistory, Reading, RowProgress, Section, SessionRow, SessionWindow, Shape, Source, SourceReport, Standing,
};
use serde_json::{Value, json};

pub(super) use acts::{outbox, outbox_line};
pub(super) use lists::{alerts, messages, questions, sprints, task, tasks};
pub(super) use search::search;

/// An account, and whether it is the one in use.
pub(super) fn account(account: &Account, used: Option<&AccountId>) -> Value {
    json!({
        "id": account.id.as_str(),
        "label": account.label,
        "server": account.server,
        "keyHash": account.key_hash.as_str(),
        "writesAllowed": account.writes_allowed,
        "inUse": used == Some(&account.id),
    })
}

/// The fleet.
pub(super) fn overview(overview: &Overview) -> Value {
    json!({
        "headline": headline(overview.headline),
        "asOf": overview.as_of.map(moment),
        "ageSeconds": overview.as_of.map(|as_of| overview.now.since(as_of).as_millis().div_euclid(1_000)),
        "now": moment(overview.now),
        "judgedAt": moment(overview.judged_at),
        "fresh": overview.fresh,
        "notice": overview.notice.as_ref().map(notice),
        "sections": overview.sections.iter().map(|summary| json!({
            "section": section(summary.section),
            "count": summary.count,
            "shapes": summary.shapes.iter().map(|sign| shape(*sign)).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "asked": overview.asked.iter().map(lists::question).collect::<Vec<_>>(),
        "programs": overview.rows.iter().map(row).collect::<Vec<_>>(),
        "total": overview.total,
        "sources": overview.sources.iter().map(source).collect::<Vec<_>>(),
    })
}

/// One program's row.
pub(super) fn row(row: &ProgramRow) -> Value {
    json!({
        "account": row.account.as_str(),
        "program": row.program.as_str(),
        "derived": row.derived,
        "section": section(row.section),
        "shape": shape(row.shape),
        "state": row.state.as_ref().map(state),
        "session": row.session.as_ref().map(|id| id.as_str()),
        "live": row.live,
        "status": row.status,
        "progress": match row.progress {
            RowProgress::NotReported => Value::Null,
            RowProgress::Percent(percent) => json!({ "percent": percent.value() }),
            RowProgress::Last { percent, at } => json!({ "lastPercent": percent.value(), "at": moment(at) }),
        },
        "moving": row.moving,
        "lastHeard": row.last_heard.map(moment),
        "endedAt": row.ended_at.map(moment),
        "finding": row.finding.as_ref().map(finding),
        "estimate": row.estimate.as_ref().map(estimate),
        "waiting": row.waiting.map(|waiting| json!({ "since": moment(waiting.since), "changeSeen": waiting.change_seen })),
        "asked": row.asked.as_ref().map(lists::question),
        "project": row.project,
        "openQuestions": row.open_questions,
        "handOffRequired": row.hand_off_required,
        "name": row.name,
        "role": row.role,
    })
}

/// A window over sessions.
pub(super) fn sessions(window: &SessionWindow) -> Value {
    json!({
        "asOf": window.as_of.map(moment),
        "now": moment(window.now),
        "fresh": window.fresh,
        "notice": window.notice.as_ref().map(notice),
        "sessions": window.rows.iter().map(session).collect::<Vec<_>>(),
        "offset": window.offset,
        "total": window.total,
        "sources": window.sources.iter().map(source).collect::<Vec<_>>(),
    })
}

/// One session.
fn session(row: &SessionRow) -> Value {
    json!({
        "account": row.account.as_str(),
        "session": row.session.as_str(),
        "program": row.program.as_str(),
        "programDerived": row.program_derived,
        "name": row.name,
        "status": row.status,
        "state": row.state.as_ref().map(state),
        "stateWord": row.state_word,
        "shape": shape(row.shape),
        "progress": row.progress.reported(),
        "percent": row.percent.map(|percent| percent.value()),
        "project": row.project,
        "lastHeard": row.last_heard.map(moment),
        "live": row.live,
        "startedAt": row.started_at.map(moment),
        "startKnown": row.start_known,
        "endedAt": row.ended_at.map(moment),
        "contextLeft": match row.context_left {
            ContextLeft::NotReported => Value::Null,
            ContextLeft::Percent(percent) => json!({ "percent": percent }),
            ContextLeft::RawBytes(bytes) => json!({ "rawBytes": bytes }),
        },
        "handOffRequired": row.hand_off_required,
    })
}

/// One program, whole.
pub(super) fn page(page: &ProgramPage) -> Value {
    let state = &page.context;
    json!({
        "program": row(&page.row),
        "asOf": page.as_of.map(moment),
        "now": moment(page.now),
        "fresh": page.fresh,
        "notice": page.notice.as_ref().map(notice),
        "liveSessions": page.live_sessions,
        "session": page.session.as_ref().map(session),
        "history": page.history.as_ref().map(history),
        "asked": page.asked.iter().map(lists::question).collect::<Vec<_>>(),
        "state": {
            "reading": reading(&state.reading),
            "context": context(&state.context),
            "cleared": state.cleared.as_ref().map(|kept| json!({
                "context": context(&kept.context),
                "writtenAt": kept.written_at.map(moment),
                "clearedAt": kept.cleared_at.map(moment),
            })),
            "version": state.version,
            "writtenBy": state.written_by,
            "writtenAt": state.written_at.map(moment),
            "writtenIn": state.written_in.as_ref().map(|id| id.as_str()),
            "asOf": state.as_of.map(moment),
            "learnedPatterns": state.learned_patterns,
            "parts": state.parts.iter().map(part).collect::<Vec<_>>(),
            "questions": state.questions.iter().map(|time| json!({
                "question": time.question,
                "since": time.since.map(moment),
                "firstSeen": moment(time.first_seen),
            })).collect::<Vec<_>>(),
        },
        "replies": page.replies.iter().map(acts::reply).collect::<Vec<_>>(),
        "pending": page.pending.iter().map(outbox_line).collect::<Vec<_>>(),
        "sessions": page.sessions.iter().map(session).collect::<Vec<_>>(),
        "sessionTotal": page.session_total,
        "contextUseOffered": page.context_use_offered,
        "contextMeasured": page.context_measured.iter().map(|measured| json!({
            "at": moment(measured.at), "percentLeft": measured.left,
        })).collect::<Vec<_>>(),
        "keys": {
            "reading": reading(&page.keys.reading),
            "keys": page.keys.keys.iter().map(key).collect::<Vec<_>>(),
            "asOf": page.keys.as_of.map(moment),
        },
        "sources": page.sources.iter().map(source).collect::<Vec<_>>(),
    })
}

fn part(known: &PartWritten) -> Value {
    json!({
        "part": match known.part {
            ContextPart::HandOffNotes => "handOffNotes",
            ContextPart::OpenQuestions => "openQuestions",
            ContextPart::WorkItems => "activeWorkItems",
            ContextPart::LastTask => "lastTask",
        },
        "writtenBy": known.written.by,
        "writtenAt": known.written.at.map(moment),
        "writtenIn": known.written.session.as_ref().map(|id| id.as_str()),
    })
}

/// A key's facts, never the key.
pub(super) fn key(key: &KeyFacts) -> Value {
    json!({
        "keyHash": key.hash.as_str(),
        "program": key.program.as_str(),
        "label": key.label,
        "capabilities": key.capabilities,
        "active": key.active,
        "createdAt": key.created_at.map(moment),
        "lastUsedAt": key.last_used_at.map(moment),
        "revokedAt": key.revoked_at.map(moment),
        "expiresEstimate": key.expires_estimate.map(moment),
        "missingForJob": key.missing_for_job,
    })
}

fn context(context: &ContextSummary) -> Value {
    json!({
        "lastTask": context.last_task.as_ref().map(|task| json!({
            "taskId": task.task_id,
            "title": task.title,
            "outcome": task.outcome.as_ref().map(|outcome| match outcome {
                Outcome::Completed => "completed",
                Outcome::InProgress => "in_progress",
                Outcome::Blocked => "blocked",
                Outcome::Deferred => "deferred",
                Outcome::Other(word) => word,
            }),
            "notes": task.notes,
        })),
        "activeWorkItems": context.active_work_items,
        "handOffNotes": context.hand_off_notes,
        "openQuestions": context.open_questions,
    })
}

fn history(history: &ProgressHistory) -> Value {
    json!({
        "session": history.session.as_str(),
        "samples": history.samples.iter().map(|sample| json!({
            "at": moment(sample.at),
            "progress": match sample.progress { Progress::NotReported => None, Progress::Reported(value) => Some(value) },
        })).collect::<Vec<_>>(),
        "beats": history.beats.iter().map(|at| moment(*at)).collect::<Vec<_>>(),
        "gaps": history.gaps.iter().map(|gap| json!({ "from": moment(gap.from), "until": moment(gap.until) })).collect::<Vec<_>>(),
        "seenSince": history.seen_since.map(moment),
        "seenUntil": history.seen_until.map(moment),
    })
}

/// How it stands with one source.
pub(super) fn source(report: &SourceReport) -> Value {
    json!({
        "account": report.account.as_str(),
        "source": match report.source {
            Source::Sessions => "sessions",
            Source::FleetHealth => "fleetHealth",
            Source::SessionHistory => "sessionHistory",
            Source::ProgramState => "programState",
            Source::Keys => "keys",
            Source::Questions => "questions",
            Source::Alerts => "alerts",
            Source::Tasks => "tasks",
            Source::Messages => "messages",
            Source::Groups => "groups",
            Source::Cost => "cost",
            Source::Sprints => "sprints",
        },
        "standing": match report.standing {
            Standing::Fresh => "fresh",
            Standing::Stale => "stale",
            Standing::Failed => "failed",
            Standing::NeverRead => "neverRead",
        },
        "asOf": report.as_of.map(moment),
        "since": report.since.map(moment),
        "cause": report.cause.as_ref().map(cause),
    })
}

fn cause(cause: &Cause) -> Value {
    match cause {
        Cause::Offline => json!({ "kind": "offline" }),
        Cause::Unauthorized => json!({ "kind": "unauthorized" }),
        Cause::Forbidden { capability } => json!({ "kind": "forbidden", "capability": capability }),
        Cause::RateLimited { until } => json!({ "kind": "rateLimited", "until": moment(*until) }),
        Cause::ServerUnavailable => json!({ "kind": "serverUnavailable" }),
        Cause::Unreadable => json!({ "kind": "unreadable" }),
        Cause::ShortList { limit } => json!({ "kind": "shortList", "limit": limit }),
        Cause::RowsSkipped { count } => json!({ "kind": "rowsSkipped", "count": count }),
    }
}

fn notice(notice: &Notice) -> Value {
    match notice {
        Notice::KeyRefused { as_of } => json!({ "kind": "keyRefused", "asOf": as_of.map(moment) }),
        Notice::Offline { as_of } => json!({ "kind": "offline", "asOf": as_of.map(moment) }),
        Notice::RateLimited { until } => json!({ "kind": "rateLimited", "until": moment(*until) }),
        Notice::Partial => json!({ "kind": "partial" }),
    }
}

fn reading(reading: &Reading) -> Value {
    match reading {
        Reading::NotRead => json!("notRead"),
        Reading::Nothing => json!("nothing"),
        Reading::Read => json!("read"),
        Reading::NoPermission { capability } => json!({ "noPermission": capability }),
    }
}

fn finding(finding: &Finding) -> Value {
    match finding {
        Finding::Silent { since, usual_every } => {
            json!({ "kind": "silent", "since": moment(*since), "usualEvery": usual_every.map(Span::as_millis) })
        }
        Finding::Fell { from, to, at } => {
            json!({ "kind": "fell", "from": from.value(), "to": to.value(), "at": moment(*at) })
        }
        Finding::NoChange { since } => json!({ "kind": "noChange", "since": moment(*since) }),
    }
}

/// Counted from the last rise, as the core has it.
fn estimate(estimate: &Estimate) -> Value {
    json!({
        "judgedAt": moment(estimate.judged_at),
        "from": estimate.from.as_millis(),
        "to": estimate.to.as_millis(),
        "basis": estimate.basis.as_millis(),
    })
}

fn headline(headline: Headline) -> Value {
    match headline {
        Headline::NeedYou(count) => json!({ "kind": "needYou", "count": count }),
        Headline::QuestionsForYou(count) => json!({ "kind": "questionsForYou", "count": count }),
        Headline::NothingNeedsYou => json!({ "kind": "nothingNeedsYou" }),
        Headline::NothingNeededYou => json!({ "kind": "nothingNeededYou" }),
        Headline::Nobody => json!({ "kind": "nobody" }),
    }
}

fn section(section: Section) -> &'static str {
    match section {
        Section::NeedsYou => "needsYou",
        Section::StalledOrSilent => "stalledOrSilent",
        Section::Working => "working",
        Section::Pinned => "pinned",
        Section::FinishedToday => "finishedToday",
        Section::Quiet => "quiet",
    }
}

fn shape(shape: Shape) -> &'static str {
    match shape {
        Shape::Working => "working",
        Shape::WorkingStalled => "workingStalled",
        Shape::WorkingSilent => "workingSilent",
        Shape::Blocked => "blocked",
        Shape::BlockedSilent => "blockedSilent",
        Shape::Pinned => "pinned",
        Shape::PinnedSilent => "pinnedSilent",
        Shape::Complete => "complete",
        Shape::OtherWord => "otherWord",
        Shape::Quiet => "quiet",
        Shape::NeverSeen => "neverSeen",
    }
}

pub(super) fn state(state: &SessionState) -> &str {
    match state {
        SessionState::Working => "working",
        SessionState::Blocked => "blocked",
        SessionState::BlockedOrPinned => "blockedOrPinned",
        SessionState::Pinned => "pinned",
        SessionState::Complete => "complete",
        SessionState::Other(word) => word,
    }
}

/// A moment in UTC; beyond what a calendar holds, its milliseconds.
pub(super) fn moment(at: Timestamp) -> Value {
    match jiff::Timestamp::from_millisecond(at.as_millis()) {
        Ok(timestamp) => json!(timestamp.to_string()),
        Err(_) => json!(at.as_millis()),
    }
}
