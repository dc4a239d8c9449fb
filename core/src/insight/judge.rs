//! What a row means. One session in, with the trace it left and the moment: section, shape, finding and when it entered.

use super::liveness::{self, Liveness, liveness};
use super::{
    AskedRow, Estimate, Finding, Moment, ProgramRecord, ProgramRow, RowProgress, Section, SessionRecord, SessionRow,
    Shape, Trace, Waiting, estimate,
};
use crate::domain::{AccountId, Percent, RegisteredProgram, SessionState, Span, Timestamp};

/// A row and since when it stands in its section, which is what rows of a section are ordered by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The row.
    pub row: ProgramRow,
    /// When the section's rule began to hold, or the first sample that showed it.
    pub entered_at: Timestamp,
}

/// Judges one program. Reads no clock: the moment says when it is.
pub fn row(record: &ProgramRecord, moment: &Moment) -> Judged {
    let Some(current) = &record.current else {
        return without_session(record);
    };
    let mut verdict = Verdict::of(current, moment);
    if let Some(asked) = record.asked.first() {
        verdict = verdict.needing_an_answer(asked, record.listed_at);
    }
    let session = &current.session;
    let fleet = record.fleet.as_ref().filter(|fleet| fleet.speaks_of(&session.id));
    let row = ProgramRow {
        account: record.account.clone(),
        program: record.program.clone(),
        derived: record.derived,
        section: verdict.section,
        shape: verdict.shape,
        state: current.state(),
        session: Some(session.id.clone()),
        live: !session.archived,
        status: words(current),
        progress: progress(current),
        moving: verdict.moving,
        last_heard: current.last_heard(),
        ended_at: current.ended_at(),
        finding: verdict.finding,
        estimate: verdict.estimate,
        waiting: verdict.waiting,
        asked: record.asked.first().cloned(),
        project: session.project.clone(),
        open_questions: record.open_questions,
        hand_off_required: session.hand_off_required || fleet.is_some_and(|fleet| fleet.hand_off_required),
        name: registered(record, RegisteredProgram::told_name),
        role: registered(record, RegisteredProgram::told_role),
    };
    Judged {
        row,
        entered_at: verdict.entered_at,
    }
}

/// Judges one session for a list of sessions.
pub fn session_row(record: &SessionRecord, account: &AccountId, moment: &Moment) -> SessionRow {
    let session = &record.session;
    let state = record.state();
    let shape = if record.is_over() {
        shape_of_ended(state.as_ref())
    } else {
        Verdict::of(record, moment).shape
    };
    SessionRow {
        account: account.clone(),
        session: session.id.clone(),
        program: session.program.clone(),
        program_derived: session.program_derived,
        name: record.first_name.clone().or_else(|| session.name.clone()),
        status: session.status.clone(),
        state,
        state_word: session.state.word().map(str::to_owned),
        shape,
        progress: session.progress,
        percent: session.progress.reported().map(Percent::of),
        project: session.project.clone(),
        last_heard: record.last_heard(),
        live: !session.archived,
        started_at: record
            .created_at
            .or_else(|| record.trace.as_ref().map(|trace| trace.first_seen)),
        start_known: record.created_at.is_some(),
        ended_at: record.ended_at(),
        context_left: session.context_left,
        hand_off_required: session.hand_off_required,
        unrecorded_before: None,
        took_over: None,
    }
}

/// A program of which no session is known: never seen, unless fleet health heard it once.
fn without_session(record: &ProgramRecord) -> Judged {
    let last_heard = record.fleet.as_ref().and_then(|fleet| fleet.last_heartbeat);
    let asked = record.asked.first();
    let waiting = asked.map(|asked| waiting_for_answer(asked, record.listed_at));
    let row = ProgramRow {
        account: record.account.clone(),
        program: record.program.clone(),
        derived: record.derived,
        section: if asked.is_some() {
            Section::NeedsYou
        } else {
            Section::Quiet
        },
        shape: if last_heard.is_some() {
            Shape::Quiet
        } else {
            Shape::NeverSeen
        },
        state: None,
        session: None,
        live: false,
        status: None,
        progress: RowProgress::NotReported,
        moving: false,
        last_heard,
        ended_at: None,
        finding: None,
        estimate: None,
        waiting,
        asked: asked.cloned(),
        project: None,
        open_questions: record.open_questions,
        hand_off_required: false,
        name: registered(record, RegisteredProgram::told_name),
        role: registered(record, RegisteredProgram::told_role),
    };
    Judged {
        row,
        entered_at: waiting.map_or(record.listed_at, |waiting| waiting.since),
    }
}

/// What the register says of it.
fn registered(record: &ProgramRecord, told: impl Fn(&RegisteredProgram) -> Option<&str>) -> Option<String> {
    record.registered.as_ref().and_then(told).map(str::to_owned)
}

/// The agent's words: its status, else what the session was called first.
fn words(record: &SessionRecord) -> Option<String> {
    let session = &record.session;
    session
        .status
        .clone()
        .or_else(|| record.first_name.clone())
        .or_else(|| session.name.clone())
}

fn progress(record: &SessionRecord) -> RowProgress {
    if let Some(value) = record.session.progress.reported() {
        return RowProgress::Percent(Percent::of(value));
    }
    match record.trace.as_ref().and_then(|trace| trace.last_progress) {
        Some(last) => RowProgress::Last {
            percent: Percent::of(last.value),
            at: last.at,
        },
        None => RowProgress::NotReported,
    }
}

struct Verdict {
    section: Section,
    shape: Shape,
    entered_at: Timestamp,
    finding: Option<Finding>,
    estimate: Option<Estimate>,
    waiting: Option<Waiting>,
    moving: bool,
}

impl Verdict {
    /// The first section that holds, in the order of the visual language: needs you, quiet, stalled or silent, the rest.
    fn of(record: &SessionRecord, moment: &Moment) -> Self {
        if record.is_over() {
            Self::of_ended(record, moment)
        } else {
            Self::of_live(record, moment)
        }
    }

    fn of_ended(record: &SessionRecord, moment: &Moment) -> Self {
        let (section, shape, entered_at) = match record.ended_at() {
            Some(ended) if ended >= moment.midnight => {
                (Section::FinishedToday, shape_of_ended(record.state().as_ref()), ended)
            }
            Some(ended) => (Section::Quiet, Shape::Quiet, midnight_after(ended, moment.midnight)),
            None => (Section::Quiet, Shape::Quiet, first_seen(record, moment)),
        };
        Self {
            section,
            shape,
            entered_at,
            finding: None,
            estimate: None,
            waiting: None,
            moving: false,
        }
    }

    fn of_live(record: &SessionRecord, moment: &Moment) -> Self {
        let state = record.state();
        let trace = record.trace.as_ref();
        let usual_beat = trace.and_then(Trace::usual_beat);
        let heard = liveness(record.last_heard(), usual_beat, moment.judged_at);
        let silent_since = match heard {
            Liveness::Heard => None,
            Liveness::Silent { .. } | Liveness::Quiet { .. } | Liveness::NeverHeard => record.last_heard(),
        };
        let is_silent = heard != Liveness::Heard;
        let still = if is_silent {
            None
        } else {
            Standstill::of(record, moment)
        };
        let state_since = trace.map_or_else(|| first_seen(record, moment), |trace| trace.state_since);
        let needs_you = matches!(state, Some(SessionState::Blocked | SessionState::BlockedOrPinned));

        let (section, entered_at) = match (needs_you, heard, &still) {
            (true, _, _) => (Section::NeedsYou, state_since),
            (_, Liveness::Quiet { entered_at }, _) => (Section::Quiet, entered_at),
            (_, Liveness::NeverHeard, _) => (Section::Quiet, first_seen(record, moment)),
            (_, Liveness::Silent { entered_at }, _) => (Section::StalledOrSilent, entered_at),
            (_, Liveness::Heard, Some(still)) => (Section::StalledOrSilent, still.entered_at),
            (_, Liveness::Heard, None) => {
                let section = if state == Some(SessionState::Pinned) {
                    Section::Pinned
                } else {
                    Section::Working
                };
                (
                    section,
                    Some(state_since)
                        .max(trace.and_then(|trace| trace.resumed_at))
                        .unwrap_or(state_since),
                )
            }
        };
        let finding = match (section, silent_since) {
            (Section::Quiet, _) => None,
            (_, Some(since)) => Some(Finding::Silent {
                since,
                usual_every: usual_beat,
            }),
            _ => fell(trace, moment).or(still.as_ref().map(|still| Finding::NoChange { since: still.since })),
        };
        let rising_so_far = record.session.progress.reported().is_some_and(|value| value < 100.0);
        let moving =
            section == Section::Working && state == Some(SessionState::Working) && rising_so_far && finding.is_none();
        Self {
            section,
            shape: shape_of_live(section, state.as_ref(), is_silent, still.is_some()),
            entered_at,
            waiting: needs_you.then(|| waiting(record, state_since)),
            estimate: trace.filter(|_| moving).and_then(|trace| estimate(&trace.climb)),
            moving,
            finding,
        }
    }
}

impl Verdict {
    /// What it would be, and a question of it waits: it needs you since it asked or since it is blocked, whichever came
    /// first. Its shape is its own: asking is no state.
    fn needing_an_answer(self, asked: &AskedRow, listed_at: Timestamp) -> Self {
        let for_answer = waiting_for_answer(asked, listed_at);
        let entered_at = if self.section == Section::NeedsYou {
            self.entered_at.min(for_answer.since)
        } else {
            for_answer.since
        };
        Self {
            section: Section::NeedsYou,
            entered_at,
            waiting: self.waiting.or(Some(for_answer)),
            ..self
        }
    }
}

/// Since when an asker waits. A question without a time waits since before its program was first listed here.
fn waiting_for_answer(asked: &AskedRow, listed_at: Timestamp) -> Waiting {
    Waiting {
        since: asked.asked_at.unwrap_or(listed_at),
        change_seen: asked.asked_at.is_some(),
    }
}

struct Standstill {
    since: Timestamp,
    entered_at: Timestamp,
}

impl Standstill {
    /// Working, progress reported and below 100, no rise for 15 min or three usual steps.
    fn of(record: &SessionRecord, moment: &Moment) -> Option<Self> {
        let value = record.session.progress.reported()?;
        if record.state() != Some(SessionState::Working) || value >= 100.0 {
            return None;
        }
        let trace = record.trace.as_ref()?;
        let since = trace.still_since()?;
        let limit = liveness::standstill(trace.usual_step());
        (moment.judged_at.since(since) >= limit).then(|| Self {
            since,
            entered_at: since.plus(limit),
        })
    }
}

fn fell(trace: Option<&Trace>, moment: &Moment) -> Option<Finding> {
    let fall = trace?
        .fall
        .filter(|fall| liveness::fall_counts(fall.at, moment.judged_at))?;
    let (from, to) = (Percent::of(fall.from), Percent::of(fall.to));
    // Less than one shown percent is not worth a word: "fell from 18 to 18 %".
    (from != to).then_some(Finding::Fell { from, to, at: fall.at })
}

fn waiting(record: &SessionRecord, since: Timestamp) -> Waiting {
    Waiting {
        since,
        change_seen: record.trace.as_ref().is_some_and(|trace| trace.change_seen),
    }
}

fn shape_of_live(section: Section, state: Option<&SessionState>, silent: bool, still: bool) -> Shape {
    if section == Section::Quiet {
        return Shape::Quiet;
    }
    match state {
        Some(SessionState::Working) if silent => Shape::WorkingSilent,
        Some(SessionState::Working) if still => Shape::WorkingStalled,
        Some(SessionState::Working) => Shape::Working,
        Some(SessionState::Blocked | SessionState::BlockedOrPinned) if silent => Shape::BlockedSilent,
        Some(SessionState::Blocked | SessionState::BlockedOrPinned) => Shape::Blocked,
        Some(SessionState::Pinned) if silent => Shape::PinnedSilent,
        Some(SessionState::Pinned) => Shape::Pinned,
        Some(SessionState::Complete) => Shape::Complete,
        Some(SessionState::Other(_)) | None => Shape::OtherWord,
    }
}

fn shape_of_ended(state: Option<&SessionState>) -> Shape {
    match state {
        Some(SessionState::Other(_)) => Shape::OtherWord,
        _ => Shape::Complete,
    }
}

fn first_seen(record: &SessionRecord, moment: &Moment) -> Timestamp {
    let seen = record.trace.as_ref().map(|trace| trace.first_seen);
    seen.or(record.session.last_update).unwrap_or(moment.judged_at)
}

/// The midnight that made a session of an earlier day quiet. Counted in days of 24 h from the last midnight: an hour of
/// summer time does not change the order it is used for.
fn midnight_after(ended: Timestamp, midnight: Timestamp) -> Timestamp {
    const DAY: Span = Span::from_mins(24 * 60);
    let days = midnight.since(ended).as_millis() / DAY.as_millis();
    midnight.minus(DAY.times(days))
}
