//! One program in full, and lists of sessions.

use super::{AskedRow, Notice, OutboxLine, PartWritten, ProgramRow, QuestionReply, Shape, SourceReport};
use crate::domain::{
    AccountId, Capability, ContextLeft, ContextMeasured, ContextSummary, FleetProgram, KeyHash, Percent, ProgramId,
    Progress, SessionId, SessionState, Span, Timestamp,
};

/// One sample of a session's progress, kept when it changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProgressSample {
    /// Server time of the update that carried it.
    pub at: Timestamp,
    /// 0 to 100, or not reported.
    pub progress: Progress,
}

/// A time in which nobody watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Last look before.
    pub from: Timestamp,
    /// First look after.
    pub until: Timestamp,
}

/// What this device saw of one session's progress, oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct ProgressHistory {
    /// The session.
    pub session: SessionId,
    /// Each change of progress.
    pub samples: Vec<ProgressSample>,
    /// Each time it fell by at least one shown percent.
    pub falls: Vec<FallSeen>,
    /// Heartbeats seen.
    pub beats: Vec<Timestamp>,
    /// When the next heartbeat is due by the agent's own rhythm; `None` while that is unknown, once it is overdue, and
    /// for ended sessions.
    pub next_beat_by: Option<Timestamp>,
    /// When nobody watched.
    pub gaps: Vec<Gap>,
    /// First seen here.
    pub seen_since: Option<Timestamp>,
    /// Last looked at.
    pub seen_until: Option<Timestamp>,
}

/// A fall in a history, for the sentence below the chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FallSeen {
    /// From.
    pub from: Percent,
    /// To.
    pub to: Percent,
    /// When.
    pub at: Timestamp,
}

/// Every time a reported value was lower than the last reported one before it, by at least one shown percent.
pub fn falls(samples: &[ProgressSample]) -> Vec<FallSeen> {
    let reported: Vec<(Timestamp, Percent)> = samples
        .iter()
        .filter_map(|sample| Some((sample.at, Percent::of(sample.progress.reported()?))))
        .collect();
    reported
        .windows(2)
        .filter_map(|pair| match pair {
            [(_, from), (at, to)] if to < from => Some(FallSeen {
                from: *from,
                to: *to,
                at: *at,
            }),
            _ => None,
        })
        .collect()
}

/// A shorter pause between two sessions is a hand-over, not a hole in the record.
const HAND_OVER: Span = Span::from_mins(1);

/// The time between two sessions of a program of which there is no record; `None` where they touch, or where the start
/// of the newer or the end of the older is not known.
pub fn unrecorded(newer: &SessionRow, older: &SessionRow) -> Option<Gap> {
    let until = newer.started_at.filter(|_| newer.start_known)?;
    let from = older.ended_at?;
    (until.since(from) >= HAND_OVER).then_some(Gap { from, until })
}

/// One session in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionRow {
    /// Whose.
    pub account: AccountId,
    /// Its id.
    pub session: SessionId,
    /// Its program.
    pub program: ProgramId,
    /// The record named no program.
    pub program_derived: bool,
    /// Its first known name; the hosted server overwrites the name with each status.
    pub name: Option<String>,
    /// The agent's words.
    pub status: Option<String>,
    /// What it reports.
    pub state: Option<SessionState>,
    /// The lifecycle word as it came.
    pub state_word: Option<String>,
    /// Its sign.
    pub shape: Shape,
    /// As reported.
    pub progress: Progress,
    /// As shown.
    pub percent: Option<Percent>,
    /// Its project.
    pub project: Option<String>,
    /// Last heard.
    pub last_heard: Option<Timestamp>,
    /// Not archived.
    pub live: bool,
    /// First seen by this device, or when it was created where the server says so.
    pub started_at: Option<Timestamp>,
    /// `started_at` is the server's word, not our first sight.
    pub start_known: bool,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How full its context is.
    pub context_left: ContextLeft,
    /// It asks to be replaced.
    pub hand_off_required: bool,
    /// On a program's page: between the session before and this one there is no record.
    pub unrecorded_before: Option<Gap>,
    /// On a program's page: what the session before left for this one.
    pub took_over: Option<TookOver>,
}

/// What one session found in its program's state when it began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TookOver {
    /// The session that wrote it.
    pub from: SessionId,
    /// Work items.
    pub work_items: u32,
    /// Open questions.
    pub questions: u32,
}

/// What a session left in its program's state when it last wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedOver {
    /// The session that wrote it.
    pub session: SessionId,
    /// When, server time.
    pub written_at: Option<Timestamp>,
    /// Work items.
    pub work_items: u32,
    /// Open questions.
    pub questions: u32,
}

impl HandedOver {
    /// Of a context that it wrote; `None` where there is nothing in it.
    pub fn of(session: &SessionId, written_at: Option<Timestamp>, context: &ContextSummary) -> Option<Self> {
        let count = |items: &[String]| u32::try_from(items.len()).unwrap_or(u32::MAX);
        (!context.is_empty()).then(|| Self {
            session: session.clone(),
            written_at,
            work_items: count(&context.active_work_items),
            questions: count(&context.open_questions),
        })
    }
}

/// What a session that began then took over from the one before it. Nothing, where the server's decay came in between.
pub fn took_over(
    handed_over: &HandedOver,
    began: Option<Timestamp>,
    cleared_at: Option<Timestamp>,
) -> Option<TookOver> {
    let is_cleared =
        cleared_at.is_some_and(|at| Some(at) >= handed_over.written_at && began.is_some_and(|began| at <= began));
    (!is_cleared).then(|| TookOver {
        from: handed_over.session.clone(),
        work_items: handed_over.work_items,
        questions: handed_over.questions,
    })
}

/// A window over sessions, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionWindow {
    /// The rows of this window.
    pub rows: Vec<SessionRow>,
    /// Where it begins.
    pub offset: u32,
    /// Sessions in all.
    pub total: u32,
    /// When this was true.
    pub as_of: Option<Timestamp>,
    /// Server time now.
    pub now: Timestamp,
    /// Ages may be relative.
    pub fresh: bool,
    /// The bar, if any.
    pub notice: Option<Notice>,
    /// A line per account and source.
    pub sources: Vec<SourceReport>,
}

/// What is left of a session's context: as the list of sessions says, else as fleet health says of this very session, else as it
/// was measured last.
pub fn context_left(session: &SessionRow, fleet: Option<&FleetProgram>, measured: &[ContextMeasured]) -> ContextLeft {
    let by_fleet = fleet
        .filter(|fleet| fleet.speaks_of(&session.session))
        .map(|fleet| fleet.context_left);
    let last = measured.last().map(|measured| ContextLeft::Percent(measured.left));
    let percent = |left: &ContextLeft| matches!(left, ContextLeft::Percent(_));
    let mut told = [Some(session.context_left), by_fleet, last].into_iter().flatten();
    told.find(percent).unwrap_or(session.context_left)
}

/// Whether a part could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Not yet.
    NotRead,
    /// Read; there is nothing stored (for program state: `exists` is false).
    Nothing,
    /// Read.
    Read,
    /// The key may not read it; `None` where the server does not say which right is missing.
    NoPermission {
        /// The missing right.
        capability: Option<Capability>,
    },
}

/// A context that the server forgot and this device did not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptContext {
    /// The last one that was not empty.
    pub context: ContextSummary,
    /// When it was written.
    pub written_at: Option<Timestamp>,
    /// When the server cleared it, from its decay log.
    pub cleared_at: Option<Timestamp>,
}

/// What a program's state says, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextView {
    /// Whether it could be read.
    pub reading: Reading,
    /// Hand-off notes, questions, work items, last task.
    pub context: ContextSummary,
    /// The last non-empty context, where the server's decay emptied it.
    pub cleared: Option<KeptContext>,
    /// Writes so far.
    pub version: Option<i64>,
    /// By which program the context was written; of the whole state where that is not known.
    pub written_by: Option<String>,
    /// When it was; `None` while nothing is stored, whatever the server's defaults say.
    pub written_at: Option<Timestamp>,
    /// In which session.
    pub written_in: Option<SessionId>,
    /// When this was read.
    pub as_of: Option<Timestamp>,
    /// Patterns learnt.
    pub learned_patterns: u32,
    /// When each part of the context was written and by whom; empty where that is not known.
    pub parts: Vec<PartWritten>,
    /// Each open question's time, in the order of the list; those that were only asked for here have none.
    pub questions: Vec<QuestionTime>,
}

/// Since when an open question stands in its program's state. Server time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuestionTime {
    /// The question's place in the list, from 0.
    pub question: u32,
    /// In its state since then; `None`: no time was told.
    pub since: Option<Timestamp>,
    /// First seen here.
    pub first_seen: Timestamp,
}

/// One key of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFacts {
    /// Its fingerprint.
    pub hash: KeyHash,
    /// Its program.
    pub program: ProgramId,
    /// Its label.
    pub label: String,
    /// What it may do.
    pub capabilities: Vec<Capability>,
    /// Not revoked.
    pub active: bool,
    /// Made.
    pub created_at: Option<Timestamp>,
    /// Last used.
    pub last_used_at: Option<Timestamp>,
    /// Revoked.
    pub revoked_at: Option<Timestamp>,
    /// 90 days after it was made: the server's default, which its list does not show. An estimate.
    pub expires_estimate: Option<Timestamp>,
    /// What it lacks for an agent's job.
    pub missing_for_job: Vec<Capability>,
}

/// The keys of a program, as far as this key may see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeysView {
    /// Whether they could be read.
    pub reading: Reading,
    /// The keys, newest first.
    pub keys: Vec<KeyFacts>,
    /// When this was read.
    pub as_of: Option<Timestamp>,
}

/// One program, whole: one foreign call.
#[derive(Clone, Debug, PartialEq)]
pub struct ProgramPage {
    /// Its row as in the overview.
    pub row: ProgramRow,
    /// The session the page speaks of.
    pub session: Option<SessionRow>,
    /// More than one session is live; the newest is shown.
    pub live_sessions: u32,
    /// Progress of that session as this device saw it.
    pub history: Option<ProgressHistory>,
    /// The questions it asked and that wait, oldest first.
    pub asked: Vec<AskedRow>,
    /// What it hands to its next session.
    pub context: ContextView,
    /// What this device replied to its open questions.
    pub replies: Vec<QuestionReply>,
    /// What this device was asked to do here and has not done yet, in that order. Texts that wait to be written stand in
    /// `context` already.
    pub pending: Vec<OutboxLine>,
    /// An update of one of its sessions makes its status the session's name.
    pub renames_sessions: bool,
    /// Its sessions, newest first, at most 50.
    pub sessions: Vec<SessionRow>,
    /// Sessions in all.
    pub session_total: u32,
    /// Its keys.
    pub keys: KeysView,
    /// What was left of its current session's context over the week, oldest first.
    pub context_measured: Vec<ContextMeasured>,
    /// Whether its server tells that; `None` while nobody asked.
    pub context_use_offered: Option<bool>,
    /// When the sessions shown were read.
    pub as_of: Option<Timestamp>,
    /// Server time now.
    pub now: Timestamp,
    /// What to add to this device's clock to have the server's.
    pub server_offset: Span,
    /// Ages may be relative.
    pub fresh: bool,
    /// The bar, if any.
    pub notice: Option<Notice>,
    /// A line per source of this account.
    pub sources: Vec<SourceReport>,
}
