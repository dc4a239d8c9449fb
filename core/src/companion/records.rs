//! Rows of the store put together into what judgement needs: a session with its trace and what fleet health says of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{
    AccountId, Action, FleetProgram, OpenQuestion, OwnWrite, ProgramId, Session, SessionId, Timestamp,
};
use crate::insight::{self, AskedRow, ProgramRecord, ProgressHistory, SentReply, SessionRecord};
use crate::store::{EndedRow, ProgramEntry, Reader, StoreError, TraceRow};

/// This device's own last writes.
type OwnWrites = BTreeMap<SessionId, OwnWrite>;

/// Every program with the session that speaks for it. `answerable`: the server takes answers to asked questions.
pub(super) fn program_records(
    reader: &Reader<'_>,
    account: &AccountId,
    answerable: bool,
) -> Result<Vec<ProgramRecord>, StoreError> {
    let live: BTreeMap<_, _> = reader
        .live_sessions()?
        .into_iter()
        .map(|session| (session.id.clone(), session))
        .collect();
    let fleet: BTreeMap<_, _> = reader
        .fleet()?
        .into_iter()
        .map(|row| (row.program.clone(), row))
        .collect();
    let registered: BTreeMap<_, _> = reader
        .registered()?
        .into_iter()
        .map(|entry| (entry.program.clone(), entry))
        .collect();
    let listed = reader.listed()?;
    let own_writes = reader.own_writes()?;
    let traces = reader.live_traces()?;
    let questions = unreplied_questions(reader)?;
    let asked: Vec<AskedRow> = asked_rows(reader, account, answerable)?;
    let asked_by = |program: &ProgramId| {
        let theirs = asked.iter().filter(|row| row.asker.as_ref() == Some(program));
        theirs.cloned().collect()
    };
    let known = |entry: ProgramEntry| -> Result<ProgramRecord, StoreError> {
        let fleet = fleet.get(&entry.program);
        let current = match &entry.current {
            None => None,
            Some(id) => match live.get(id) {
                Some(session) => {
                    let trace = traces.get(id).cloned();
                    Some(live_record(session.clone(), trace, fleet, &own_writes))
                }
                None => reader
                    .ended_session(id)?
                    .map(|row| ended_record(reader, row, &own_writes))
                    .transpose()?,
            },
        };
        Ok(ProgramRecord {
            account: account.clone(),
            listed_at: listed.get(&entry.program).copied().unwrap_or(Timestamp::from_millis(0)),
            open_questions: questions.get(&entry.program).copied().unwrap_or(0),
            fleet: fleet.cloned(),
            registered: registered.get(&entry.program).cloned(),
            derived: entry.derived,
            asked: asked_by(&entry.program),
            program: entry.program,
            current,
        })
    };
    reader.programs()?.into_iter().map(known).collect()
}

/// The replies that the server has, and what became of them by the messages that were read last.
pub(super) fn sent_replies(
    reader: &Reader<'_>,
    now: Timestamp,
) -> Result<BTreeMap<OpenQuestion, SentReply>, StoreError> {
    let replies = reader.replies()?;
    if replies.is_empty() {
        return Ok(BTreeMap::new());
    }
    let messages = reader.messages()?;
    let message_of = |id: &String| messages.iter().find(|message| message.id.as_str() == id);
    let sent = replies.into_iter().map(|reply| {
        let receipt = insight::receipt(reply.message.as_ref().and_then(message_of), reply.fate, now);
        (
            reply.question,
            SentReply {
                at: reply.sent_at,
                receipt,
            },
        )
    });
    Ok(sent.collect())
}

/// How many open questions of each program this device has not replied to.
fn unreplied_questions(reader: &Reader<'_>) -> Result<BTreeMap<ProgramId, u32>, StoreError> {
    let mut counts: BTreeMap<_, _> = reader.open_questions()?.into_iter().collect();
    let sent = sent_replies(reader, Timestamp::from_millis(0))?;
    let outbox = reader.outbox()?;
    let on_their_way = outbox.iter().filter_map(|entry| match &entry.action {
        Action::SendMessage(message) => message.replies_to.as_ref(),
        _ => None,
    });
    let replied_to: BTreeSet<_> = sent
        .keys()
        .chain(on_their_way)
        .map(|question| &question.program)
        .collect();
    // Only these are read whole: hardly ever more than a few.
    for program in replied_to {
        let texts = reader
            .program_state(program)?
            .filter(|state| state.exists)
            .and_then(|state| state.context)
            .map(|context| context.open_questions);
        if let (Some(count), Some(texts)) = (counts.get_mut(program), texts) {
            let questions = insight::identities(program, &texts);
            let replies = insight::replies(&questions, &sent, &outbox).len();
            *count = count.saturating_sub(u32::try_from(replies).unwrap_or(u32::MAX));
        }
    }
    Ok(counts)
}

/// One program with the session that speaks for it.
pub(super) fn program_record(
    reader: &Reader<'_>,
    account: &AccountId,
    program: &ProgramId,
    answerable: bool,
) -> Result<Option<ProgramRecord>, StoreError> {
    // Two hundred flat rows at most: reading one alone would be no cheaper.
    Ok(program_records(reader, account, answerable)?
        .into_iter()
        .find(|record| record.program == *program))
}

/// The questions that wait, oldest first.
pub(super) fn asked_rows(
    reader: &Reader<'_>,
    account: &AccountId,
    answerable: bool,
) -> Result<Vec<AskedRow>, StoreError> {
    let questions = reader.questions()?;
    let row = |question| insight::asked_row(question, account, answerable);
    Ok(questions.iter().map(row).collect())
}

/// The newest sessions, at most `wanted` of each kind, and how many there are in all.
pub(super) fn session_records(
    reader: &Reader<'_>,
    program: Option<&ProgramId>,
    include_ended: bool,
    wanted: usize,
) -> Result<(Vec<SessionRecord>, usize), StoreError> {
    let fleet: BTreeMap<_, _> = reader
        .fleet()?
        .into_iter()
        .map(|row| (row.program.clone(), row))
        .collect();
    let live = reader
        .live_sessions()?
        .into_iter()
        .filter(|session| program.is_none_or(|id| session.program == *id));
    let own_writes = reader.own_writes()?;
    let mut traces = reader.live_traces()?;
    let mut records = Vec::new();
    for session in live {
        let (fleet, trace) = (fleet.get(&session.program), traces.remove(&session.id));
        records.push(live_record(session, trace, fleet, &own_writes));
    }
    let mut total = records.len();
    if include_ended {
        total += reader.ended_count(program)?;
        // An ended one that is older than as many live ones as are wanted is not among the newest.
        let mut times: Vec<_> = records.iter().map(newest_at).collect();
        times.sort_unstable_by(|a, b| b.cmp(a));
        let from = wanted
            .checked_sub(1)
            .and_then(|last| times.get(last).copied().flatten());
        for row in reader.ended_sessions(program, from, wanted)? {
            records.push(ended_record(reader, row, &own_writes)?);
        }
    }
    Ok((records, total))
}

/// Live sessions and the newest ended ones, by program.
pub(super) fn program_sessions(
    reader: &Reader<'_>,
    ended: usize,
) -> Result<BTreeMap<ProgramId, Vec<SessionRecord>>, StoreError> {
    let (records, _) = session_records(reader, None, true, ended)?;
    let mut sessions: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for record in records {
        sessions.entry(record.session.program.clone()).or_default().push(record);
    }
    Ok(sessions)
}

fn live_record(
    session: Session,
    trace: Option<TraceRow>,
    fleet: Option<&FleetProgram>,
    own_writes: &OwnWrites,
) -> SessionRecord {
    let fleet = fleet.filter(|fleet| fleet.speaks_of(&session.id));
    SessionRecord {
        first_name: trace.as_ref().and_then(|trace| trace.first_name.clone()),
        fleet_word: fleet.and_then(|fleet| fleet.last_reported_state.clone()),
        fleet_heartbeat: fleet.and_then(|fleet| fleet.last_heartbeat),
        own_write: own_writes.get(&session.id).copied(),
        created_at: None,
        ended_at: None,
        trace: trace.map(|trace| trace.folded),
        session,
    }
}

fn ended_record(reader: &Reader<'_>, row: EndedRow, own_writes: &OwnWrites) -> Result<SessionRecord, StoreError> {
    let trace = reader.trace(&row.session.id)?;
    Ok(SessionRecord {
        first_name: trace.as_ref().and_then(|trace| trace.first_name.clone()),
        fleet_word: None,
        fleet_heartbeat: None,
        own_write: own_writes.get(&row.session.id).copied(),
        created_at: row.created_at,
        ended_at: row.newest_at(),
        trace: trace.map(|trace| trace.folded),
        session: row.session,
    })
}

/// What this device saw of a session; `None` if it never saw it live.
pub(super) fn history_of(
    reader: &Reader<'_>,
    session: &SessionId,
    looked_at: Option<Timestamp>,
) -> Result<Option<ProgressHistory>, StoreError> {
    let Some(trace) = reader.trace(session)? else {
        return Ok(None);
    };
    let until = trace
        .seen_until
        .or(looked_at)
        .unwrap_or(trace.first_seen)
        .max(trace.first_seen);
    let samples = reader.samples(session)?;
    let is_live = trace.seen_until.is_none();
    Ok(Some(ProgressHistory {
        session: session.clone(),
        falls: insight::falls(&samples),
        samples,
        beats: reader.beats(session)?,
        next_beat_by: trace.folded.next_beat_by().filter(|by| is_live && *by >= until),
        gaps: reader.gaps(trace.first_seen, until)?,
        seen_since: Some(trace.first_seen),
        seen_until: Some(until),
    }))
}

/// What sessions are ordered by: the end of an ended one, the last update of a live one.
pub(super) fn newest_at(record: &SessionRecord) -> Option<Timestamp> {
    record.ended_at.or(record.session.last_update)
}
