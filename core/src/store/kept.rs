//! The kept file: what this device saw and nobody can tell it again.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Row, Transaction, params};

use super::changes::{KeptChanges, KeptContextRow, TraceRow};
use super::columns::{json, json_of, millis, optional_json_of, progress, readable, time};
use super::{Reader, StoreError};
use crate::domain::{OwnWrite, ProgramId, SessionId, Timestamp};
use crate::insight::{Gap, HandedOver, ProgressSample};

/// Heartbeats kept per session; older ones tell nothing that the trace does not.
const BEATS_KEPT: i64 = 3_000;

const PUT_TRACE: &str = "INSERT INTO trace (session, first_name, first_seen, seen_until, sampled_at, sampled, beat_at, \
     folded) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (session) DO UPDATE SET first_name = excluded.first_name, \
     first_seen = excluded.first_seen, seen_until = excluded.seen_until, sampled_at = excluded.sampled_at, \
     sampled = excluded.sampled, beat_at = excluded.beat_at, folded = excluded.folded";

const PUT_CONTEXT: &str = "INSERT INTO context (program, written_at, written_by, written_in, context, emptied, parts) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (program) DO UPDATE SET written_at = excluded.written_at, \
     written_by = excluded.written_by, written_in = excluded.written_in, context = excluded.context, \
     emptied = excluded.emptied, parts = excluded.parts";

const TRACES: &str =
    "SELECT session, first_name, first_seen, seen_until, sampled_at, sampled, beat_at, folded FROM kept.trace";

pub(super) fn write(file: &Transaction<'_>, changes: &KeptChanges) -> Result<(), StoreError> {
    for (program, listed_at) in &changes.programs {
        file.prepare_cached("INSERT INTO program (id, listed_at) VALUES (?1, ?2) ON CONFLICT (id) DO NOTHING")?
            .execute(params![program.as_str(), listed_at.as_millis()])?;
    }
    for trace in &changes.traces {
        file.prepare_cached(PUT_TRACE)?.execute(params![
            trace.session.as_str(),
            trace.first_name,
            trace.first_seen.as_millis(),
            millis(trace.seen_until),
            trace.sampled.at.as_millis(),
            trace.sampled.progress.reported(),
            millis(trace.beat_at),
            json(&trace.folded)?,
        ])?;
    }
    for (session, sample) in &changes.samples {
        file.prepare_cached(
            "INSERT INTO sample (trace, at, progress) SELECT row, ?2, ?3 FROM trace WHERE session = ?1
             ON CONFLICT (trace, at) DO UPDATE SET progress = excluded.progress",
        )?
        .execute(params![
            session.as_str(),
            sample.at.as_millis(),
            sample.progress.reported()
        ])?;
    }
    for (session, at) in &changes.beats {
        file.prepare_cached(
            "INSERT INTO beat (trace, at) SELECT row, ?2 FROM trace WHERE session = ?1 ON CONFLICT (trace, at) DO NOTHING",
        )?
        .execute(params![session.as_str(), at.as_millis()])?;
        file.prepare_cached(
            "DELETE FROM beat WHERE trace = (SELECT row FROM trace WHERE session = ?1)
             AND at < (SELECT at FROM beat WHERE trace = (SELECT row FROM trace WHERE session = ?1)
                       ORDER BY at DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute(params![session.as_str(), BEATS_KEPT])?;
    }
    for gap in &changes.gaps {
        file.prepare_cached(
            "INSERT INTO gap (from_at, until_at) VALUES (?1, ?2)
             ON CONFLICT (from_at) DO UPDATE SET until_at = max(until_at, excluded.until_at)",
        )?
        .execute(params![gap.from.as_millis(), gap.until.as_millis()])?;
    }
    for transport in &changes.transports {
        file.prepare_cached("INSERT INTO transport (id) VALUES (?1) ON CONFLICT (id) DO NOTHING")?
            .execute([transport])?;
    }
    for kept in &changes.contexts {
        file.prepare_cached(PUT_CONTEXT)?.execute(params![
            kept.program.as_str(),
            millis(kept.written_at),
            kept.written_by,
            kept.written_in.as_ref().map(SessionId::as_str),
            json(&kept.context)?,
            kept.emptied,
            json(&kept.parts)?,
        ])?;
    }
    for left in &changes.handed_over {
        file.prepare_cached(
            "INSERT INTO handed_over (session, written_at, work_items, questions) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (session) DO UPDATE SET written_at = excluded.written_at, work_items = excluded.work_items,
               questions = excluded.questions",
        )?
        .execute(params![
            left.session.as_str(),
            millis(left.written_at),
            left.work_items,
            left.questions
        ])?;
    }
    for (message, fate) in &changes.fates {
        for update in [
            "UPDATE reply SET fate = ?2 WHERE message = ?1",
            "UPDATE sent_message SET fate = ?2 WHERE id = ?1",
        ] {
            file.prepare_cached(update)?.execute([message.as_str(), fate.word()])?;
        }
    }
    Ok(())
}

impl Reader<'_> {
    /// The transport sessions that were begun from here, the newest last.
    pub(crate) fn transports(&self) -> Result<Vec<String>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT id FROM kept.transport ORDER BY row")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        readable(rows)
    }

    /// What a session left for the next when it last wrote its program's state.
    pub(crate) fn handed_over(&self, session: &SessionId) -> Result<Option<HandedOver>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT written_at, work_items, questions FROM kept.handed_over WHERE session = ?1")?;
        let rows = statement.query_map([session.as_str()], |row| {
            Ok(HandedOver {
                session: session.clone(),
                written_at: time(row, 0)?,
                work_items: row.get(1)?,
                questions: row.get(2)?,
            })
        })?;
        Ok(readable::<_, Vec<_>>(rows)?.pop())
    }

    /// This device's own last write to each session.
    pub(crate) fn own_writes(&self) -> Result<BTreeMap<SessionId, OwnWrite>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT session, from_at, until_at FROM kept.own_write")?;
        let rows = statement.query_map([], |row| {
            let own = OwnWrite {
                from: Timestamp::from_millis(row.get(1)?),
                until: Timestamp::from_millis(row.get(2)?),
            };
            Ok((SessionId::new(row.get::<_, String>(0)?), own))
        })?;
        readable(rows)
    }

    /// When each program was first listed here.
    pub(crate) fn listed(&self) -> Result<BTreeMap<ProgramId, Timestamp>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT id, listed_at FROM kept.program")?;
        let rows = statement.query_map([], |row| {
            Ok((
                ProgramId::new(row.get::<_, String>(0)?),
                Timestamp::from_millis(row.get(1)?),
            ))
        })?;
        readable(rows)
    }

    /// How a session behaved while this device watched.
    pub(crate) fn trace(&self, session: &SessionId) -> Result<Option<TraceRow>, StoreError> {
        if let Some(newer) = self.unwritten.trace(session) {
            return Ok(Some(newer.clone()));
        }
        let mut statement = self
            .connection
            .prepare_cached(&format!("{TRACES} WHERE session = ?1"))?;
        let rows = statement.query_map([session.as_str()], trace_of)?;
        Ok(readable::<_, Vec<_>>(rows)?.pop())
    }

    /// The same of all sessions that run, asked for at once.
    pub(crate) fn live_traces(&self) -> Result<BTreeMap<SessionId, TraceRow>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached(&format!("{TRACES} WHERE session IN (SELECT id FROM session)"))?;
        let rows: Vec<TraceRow> = readable(statement.query_map([], trace_of)?)?;
        let newer = self.unwritten.traces().cloned();
        let traces = rows.into_iter().chain(newer);
        Ok(traces.map(|trace| (trace.session.clone(), trace)).collect())
    }

    /// Progress of a session, oldest first.
    pub(crate) fn samples(&self, session: &SessionId) -> Result<Vec<ProgressSample>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT s.at, s.progress FROM kept.sample s JOIN kept.trace t ON t.row = s.trace
             WHERE t.session = ?1 ORDER BY s.at",
        )?;
        let rows = statement.query_map([session.as_str()], |row| {
            let at = Timestamp::from_millis(row.get(0)?);
            Ok((at, progress(row.get(1)?)))
        })?;
        let mut samples: BTreeMap<_, _> = readable(rows)?;
        samples.extend(
            self.unwritten
                .samples(session)
                .map(|sample| (sample.at, sample.progress)),
        );
        let sample = |(at, progress)| ProgressSample { at, progress };
        Ok(samples.into_iter().map(sample).collect())
    }

    /// Heartbeats seen of a session, oldest first.
    pub(crate) fn beats(&self, session: &SessionId) -> Result<Vec<Timestamp>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT b.at FROM kept.beat b JOIN kept.trace t ON t.row = b.trace WHERE t.session = ?1 ORDER BY b.at",
        )?;
        let rows = statement.query_map([session.as_str()], |row| row.get(0).map(Timestamp::from_millis))?;
        let mut beats: BTreeSet<_> = readable(rows)?;
        beats.extend(self.unwritten.beats(session));
        Ok(beats.into_iter().collect())
    }

    /// The times within a span in which nobody watched, oldest first.
    pub(crate) fn gaps(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Gap>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT from_at, until_at FROM kept.gap WHERE until_at > ?1 AND from_at < ?2 ORDER BY from_at",
        )?;
        let rows = statement.query_map(params![from.as_millis(), until.as_millis()], |row| {
            Ok(Gap {
                from: Timestamp::from_millis(row.get(0)?),
                until: Timestamp::from_millis(row.get(1)?),
            })
        })?;
        readable(rows)
    }

    /// The last context of a program that was not empty.
    pub(crate) fn kept_context(&self, program: &ProgramId) -> Result<Option<KeptContextRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT program, written_at, written_by, written_in, context, emptied, parts FROM kept.context WHERE program = ?1",
        )?;
        let rows = statement.query_map([program.as_str()], |row| {
            Ok(KeptContextRow {
                program: ProgramId::new(row.get::<_, String>(0)?),
                written_at: time(row, 1)?,
                written_by: row.get(2)?,
                written_in: row.get::<_, Option<String>>(3)?.map(SessionId::new),
                context: json_of(row, 4)?,
                emptied: row.get(5)?,
                parts: optional_json_of(row, 6)?.unwrap_or_default(),
            })
        })?;
        Ok(readable::<_, Vec<_>>(rows)?.pop())
    }
}

fn trace_of(row: &Row<'_>) -> rusqlite::Result<TraceRow> {
    Ok(TraceRow {
        session: SessionId::new(row.get::<_, String>(0)?),
        first_name: row.get(1)?,
        first_seen: Timestamp::from_millis(row.get(2)?),
        seen_until: time(row, 3)?,
        sampled: ProgressSample {
            at: Timestamp::from_millis(row.get(4)?),
            progress: progress(row.get(5)?),
        },
        beat_at: time(row, 6)?,
        folded: json_of(row, 7)?,
    })
}
