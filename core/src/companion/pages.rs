//! One program's page: its row, session, state, sessions and keys, in one answer.

use std::collections::BTreeMap;

use super::records::{history_of, newest_at, program_record, sent_replies, session_records};
use super::{CompanionError, Inner, OpenAccount};
use crate::domain::{
    AccountId, Action, ContextEdit, ContextMeasured, ContextSummary, Delivery, OpenQuestion, OutboxEntry, ProgramId,
    ProgramState, SessionId, Timestamp,
};
use crate::insight::{
    self, Cause, ContextView, KeptContext, KeysView, OutboxLine, PartsKept, ProgramPage, QuestionTime, Reading,
    SentReply, Source, SourceReading, SourceReport,
};
use crate::store::{Answer, KeptContextRow, Reader, SourceKey, StoreError, Subject};
use crate::sync;

/// Sessions on a page.
const SESSIONS: usize = 50;

impl Inner {
    pub(super) fn program(&self, id: &AccountId, program: &ProgramId) -> Result<ProgramPage, CompanionError> {
        let account = self.account(id)?;
        let mut stand = self.stand_of(&account);
        let standings = account.sync.standings();
        let state_read = standings.reading(&SourceKey::state_of(program.clone()));
        let keys_read = standings.reading(&SourceKey::of(Source::Keys));
        let looked_at = standings.reading(&SourceKey::of(Source::Sessions)).as_of;
        self.speak_of(program, &account, &mut stand.reports);

        let answerable = account.sync.offers().questions;
        let now = stand.now;
        let found = account.sync.store.read(|reader| -> Result<_, StoreError> {
            let Some(record) = program_record(reader, id, program, answerable)? else {
                return Ok(None);
            };
            let (mut sessions, total) = session_records(reader, Some(program), true, SESSIONS)?;
            sessions.sort_by(|a, b| {
                newest_at(b)
                    .cmp(&newest_at(a))
                    .then_with(|| a.session.id.cmp(&b.session.id))
            });
            let current = record.current.as_ref().map(|current| current.session.id.clone());
            let history = current
                .map(|id: SessionId| history_of(reader, &id, looked_at))
                .transpose()?
                .flatten();
            let state = reader.program_state(program)?;
            let kept = reader.kept_context(program)?;
            let keys = reader.keys(Some(program))?;
            let acts = acts_on(reader, program, now)?;
            let (mut handed_over, mut measured) = (BTreeMap::new(), BTreeMap::new());
            for record in sessions.iter().take(SESSIONS) {
                let id = &record.session.id;
                handed_over.extend(reader.handed_over(id)?.map(|left| (id.clone(), left)));
                measured.extend(context_use(reader, id)?.map(|use_of_it| (id.clone(), use_of_it)));
            }
            Ok(Some((
                record,
                sessions,
                total,
                history,
                state,
                kept,
                keys,
                acts,
                handed_over,
                measured,
            )))
        })?;
        let (record, sessions, total, history, state, kept, keys, acts, handed_over, measured) =
            found.ok_or(CompanionError::NotFound)?;

        let offers = account.sync.offers();
        let live = sessions.iter().filter(|record| !record.session.archived).count();
        let mut rows: Vec<_> = sessions
            .iter()
            .take(SESSIONS)
            .map(|record| insight::session_row(record, id, &stand.moment))
            .collect();
        let known_parts = kept.as_ref().map(|kept| kept.parts.clone()).unwrap_or_default();
        let mut context = context_view(&state_read, state, kept);
        overlay(&mut context.context, &acts.pending);
        let questions = insight::identities(program, &context.context.open_questions);
        context.questions = question_times(&questions, &known_parts);
        let replies = insight::replies(&questions, &acts.replies, &acts.pending);
        let cleared_at = context.cleared.as_ref().and_then(|kept| kept.cleared_at);
        for n in 1..rows.len() {
            rows[n - 1].unrecorded_before = insight::unrecorded(&rows[n - 1], &rows[n]);
            rows[n - 1].took_over = handed_over
                .get(&rows[n].session)
                .and_then(|left| insight::took_over(left, rows[n - 1].started_at, cleared_at));
        }
        let session = record.current.as_ref();
        let mut session = session.map(|current| insight::session_row(current, id, &stand.moment));
        for shown in rows.iter_mut().chain(&mut session) {
            let known = measured.get(&shown.session).map(ContextUse::measured);
            shown.context_left = insight::context_left(shown, record.fleet.as_ref(), known.unwrap_or_default());
        }
        let context_use = session.as_ref().and_then(|session| measured.get(&session.session));
        let row = insight::row(&record, &stand.moment).row;
        // What fleet health heard later than the list was read, was read with fleet health.
        let read_at = if row.last_heard > looked_at {
            let fleet_read_at = standings.reading(&SourceKey::of(Source::FleetHealth)).as_of;
            fleet_read_at.max(looked_at)
        } else {
            looked_at
        };
        Ok(ProgramPage {
            row,
            session,
            live_sessions: u32::try_from(live).unwrap_or(u32::MAX),
            history,
            asked: record.asked,
            context,
            replies,
            pending: OutboxLine::of(id, acts.pending, &offers, stand.offset),
            renames_sessions: offers.renames_sessions(),
            sessions: rows,
            session_total: u32::try_from(total).unwrap_or(u32::MAX),
            keys: KeysView {
                reading: reading_of(&keys_read, keys_read.as_of.map(|_| Reading::Read)),
                keys: keys.iter().map(insight::key_facts).collect(),
                as_of: keys_read.as_of,
            },
            context_use_offered: context_use.map(|told| matches!(told, ContextUse::Told(_))),
            context_measured: context_use.map(|told| told.measured().to_vec()).unwrap_or_default(),
            as_of: read_at,
            now: stand.now,
            server_offset: stand.offset,
            fresh: stand.fresh,
            notice: stand.notice(),
            sources: stand.reports,
        })
    }

    /// Of an account's sources as one program sees them: the state and the messages are that program's alone.
    pub(super) fn speak_of(&self, program: &ProgramId, account: &OpenAccount, reports: &mut Vec<SourceReport>) {
        let standings = account.sync.standings();
        let now = account.sync.server_now();
        let own = |source, reading: &SourceReading| {
            insight::report(&account.row.id, source, reading, now, sync::HISTORY_EVERY)
        };
        let state = standings.reading(&SourceKey::state_of(program.clone()));
        let messages = standings.reading(&SourceKey::messages_of(program.clone()));
        // Messages that another program's page brought say nothing of this one's.
        let is_read = messages.as_of.is_some() || messages.trouble.is_some();
        reports.retain(|report| report.account != account.row.id || report.source != Source::Messages || is_read);
        for report in reports.iter_mut().filter(|report| report.account == account.row.id) {
            match report.source {
                Source::ProgramState => *report = own(Source::ProgramState, &state),
                Source::Messages => *report = own(Source::Messages, &messages),
                _ => {}
            }
        }
    }
}

/// How full a session's context was, or that its server does not tell; nothing where nobody asked.
fn context_use(reader: &Reader<'_>, session: &SessionId) -> Result<Option<ContextUse>, StoreError> {
    let known = reader.looked_up(&Subject::ContextOf(session.clone()))?;
    Ok(known.map(|known| match known.answer {
        Answer::ContextUse(measured) => ContextUse::Told(measured),
        _ => ContextUse::NotOffered,
    }))
}

enum ContextUse {
    Told(Vec<ContextMeasured>),
    NotOffered,
}

impl ContextUse {
    fn measured(&self) -> &[ContextMeasured] {
        match self {
            Self::Told(measured) => measured,
            Self::NotOffered => &[],
        }
    }
}

/// What this device did, and is to do, with one program.
struct Acts {
    pending: Vec<OutboxEntry>,
    replies: BTreeMap<OpenQuestion, SentReply>,
}

fn acts_on(reader: &Reader<'_>, program: &ProgramId, now: Timestamp) -> Result<Acts, StoreError> {
    let about = |entry: &OutboxEntry| entry.action.program().as_ref() == Some(program);
    Ok(Acts {
        pending: reader.outbox()?.into_iter().filter(about).collect(),
        replies: sent_replies(reader, now)?,
    })
}

/// Shows what waits to be written as if it were.
fn overlay(context: &mut ContextSummary, pending: &[OutboxEntry]) {
    for entry in pending {
        let goes_on = matches!(entry.delivery, Delivery::Waiting { .. } | Delivery::Sending);
        match &entry.action {
            Action::EditContext { edit, .. } if goes_on => match edit {
                ContextEdit::HandOffNotes(notes) => context.hand_off_notes.clone_from(notes),
                ContextEdit::OpenQuestions(questions) => context.open_questions.clone_from(questions),
            },
            _ => {}
        }
    }
}

/// The times of the questions that stand in the list, by their identities.
fn question_times(questions: &[OpenQuestion], parts: &PartsKept) -> Vec<QuestionTime> {
    let time = |(question, place): (&OpenQuestion, u32)| {
        let known = parts.question(question)?;
        Some(QuestionTime {
            question: place,
            since: known.since,
            first_seen: known.first_seen,
        })
    };
    questions.iter().zip(0..).filter_map(time).collect()
}

/// What is known, else why nothing is.
fn reading_of(source: &SourceReading, known: Option<Reading>) -> Reading {
    match (known, source.trouble.as_ref().map(|trouble| &trouble.cause)) {
        (Some(known), _) => known,
        (None, Some(Cause::Forbidden { capability })) => Reading::NoPermission {
            capability: capability.clone(),
        },
        (None, _) => Reading::NotRead,
    }
}

fn context_view(source: &SourceReading, state: Option<ProgramState>, kept: Option<KeptContextRow>) -> ContextView {
    let exists = state
        .as_ref()
        .map(|state| if state.exists { Reading::Read } else { Reading::Nothing });
    let reading = reading_of(source, exists);
    let context = state
        .as_ref()
        .and_then(|state| state.context.clone())
        .unwrap_or_default();
    // A later write may have left the context alone, so where the context itself was last written is known better.
    let written = kept
        .as_ref()
        .filter(|kept| kept.context == context && !kept.emptied)
        .cloned();
    let cleared = cleared(&context, state.as_ref(), kept);
    // Of a state that does not exist the store keeps nothing but that (trap T3).
    let stored = state;
    let parts = written
        .as_ref()
        .map(|kept| kept.parts.parts.clone())
        .unwrap_or_default();
    let (written_by, written_at, written_in) = match (&stored, written) {
        (None, _) => (None, None, None),
        (Some(_), Some(kept)) => (kept.written_by, kept.written_at, kept.written_in),
        (Some(state), None) => (
            state.last_updated_by.clone(),
            state.last_updated_at,
            state.session.clone(),
        ),
    };
    ContextView {
        reading,
        context,
        cleared,
        version: stored.as_ref().and_then(|state| state.version),
        written_by,
        written_at,
        written_in,
        as_of: source.as_of,
        learned_patterns: stored
            .and_then(|state| state.learned_patterns)
            .map_or(0, |patterns| u32::try_from(patterns.len()).unwrap_or(u32::MAX)),
        parts,
        questions: Vec::new(),
    }
}

/// The last context that was not empty, where the server's decay emptied it and not the agent (trap T9).
fn cleared(now: &ContextSummary, state: Option<&ProgramState>, kept: Option<KeptContextRow>) -> Option<KeptContext> {
    let (state, kept) = (state?, kept?);
    if !now.is_empty() || kept.emptied {
        return None;
    }
    let cleared_at: Option<Timestamp> = sync::cleared_at(state, kept.written_at);
    Some(KeptContext {
        context: kept.context,
        written_at: kept.written_at,
        cleared_at,
    })
}
