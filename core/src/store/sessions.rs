//! Live and ended sessions in the cache.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use super::changes::{CacheChanges, EndedRow};
use super::columns::{SESSION_COLUMNS, context_number, millis, session_of, time};
use super::{Reader, StoreError};
use crate::domain::{ProgramId, Session, SessionId, Timestamp};

/// What takes a walk over a whole index to count, until somebody writes to the cache.
#[derive(Default)]
pub(super) struct Counted {
    /// Which state of the file, as the connection that reads calls it.
    version: i64,
    ended: BTreeMap<Option<ProgramId>, usize>,
}

/// A live session is found by a scan: the table is small and has no index to keep.
const PUT_LIVE: &str = "UPDATE session SET program = ?2, program_derived = ?3, name = ?4, status = ?5, state_word = ?6, \
     progress = ?7, project = ?8, last_update = ?9, last_heartbeat = ?10, hand_off = ?11, context_left = ?12 WHERE id = ?1";

const NEW_LIVE: &str = "INSERT INTO session (id, program, program_derived, name, status, state_word, progress, project, \
     last_update, last_heartbeat, hand_off, context_left) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";

const PUT_ENDED: &str = "INSERT INTO ended_session (id, program, program_derived, name, status, state_word, progress, \
     project, last_update, last_heartbeat, hand_off, context_left, created_at, ended_at, newest_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) \
     ON CONFLICT (id) DO UPDATE SET program = excluded.program, program_derived = excluded.program_derived, \
     name = excluded.name, status = excluded.status, state_word = excluded.state_word, progress = excluded.progress, \
     project = excluded.project, last_update = excluded.last_update, last_heartbeat = excluded.last_heartbeat, \
     hand_off = excluded.hand_off, context_left = excluded.context_left, created_at = excluded.created_at, \
     ended_at = excluded.ended_at, newest_at = excluded.newest_at";

pub(super) fn write(file: &Transaction<'_>, changes: &CacheChanges) -> Result<(), StoreError> {
    for session in &changes.put_sessions {
        if put_live(file, PUT_LIVE, session)? == 0 {
            put_live(file, NEW_LIVE, session)?;
        }
    }
    for id in &changes.drop_sessions {
        file.prepare_cached("DELETE FROM session WHERE id = ?1")?
            .execute([id.as_str()])?;
    }
    for row in &changes.put_ended {
        let session = &row.session;
        file.prepare_cached(PUT_ENDED)?.execute(params![
            session.id.as_str(),
            session.program.as_str(),
            session.program_derived,
            session.name,
            session.status,
            session.state.word(),
            session.progress.reported(),
            session.project,
            millis(session.last_update),
            millis(session.last_heartbeat),
            session.hand_off_required,
            context_number(session.context_left),
            millis(row.created_at),
            millis(row.ended_at),
            row.newest_at().map_or(0, Timestamp::as_millis),
        ])?;
    }
    for id in &changes.drop_ended {
        file.prepare_cached("DELETE FROM ended_session WHERE id = ?1")?
            .execute([id.as_str()])?;
    }
    Ok(())
}

fn put_live(file: &Transaction<'_>, sql: &str, session: &Session) -> Result<usize, StoreError> {
    Ok(file.prepare_cached(sql)?.execute(params![
        session.id.as_str(),
        session.program.as_str(),
        session.program_derived,
        session.name,
        session.status,
        session.state.word(),
        session.progress.reported(),
        session.project,
        millis(session.last_update),
        millis(session.last_heartbeat),
        session.hand_off_required,
        context_number(session.context_left),
    ])?)
}

impl Reader<'_> {
    /// All live sessions, by id.
    pub(crate) fn live_sessions(&self) -> Result<Vec<Session>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached(&format!("SELECT {SESSION_COLUMNS} FROM session ORDER BY id"))?;
        let rows = statement.query_map([], |row| session_of(row, false))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One session that ended, if it is known.
    pub(crate) fn ended_session(&self, id: &SessionId) -> Result<Option<EndedRow>, StoreError> {
        let sql = format!("SELECT {SESSION_COLUMNS}, created_at, ended_at FROM ended_session WHERE id = ?1");
        Ok(self
            .connection
            .prepare_cached(&sql)?
            .query_row([id.as_str()], ended_of)
            .optional()?)
    }

    /// The newest ended sessions, of one program or of all, none older than `from`.
    pub(crate) fn ended_sessions(
        &self,
        program: Option<&ProgramId>,
        from: Option<Timestamp>,
        limit: usize,
    ) -> Result<Vec<EndedRow>, StoreError> {
        let filter = if program.is_some() {
            "program = ?2"
        } else {
            "?2 IS NULL"
        };
        let sql = format!(
            "SELECT {SESSION_COLUMNS}, created_at, ended_at FROM ended_session WHERE {filter} AND newest_at >= ?3 \
             ORDER BY newest_at DESC, id LIMIT ?1"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let from = from.map_or(i64::MIN, Timestamp::as_millis);
        let rows = statement.query_map(params![limit, program.map(ProgramId::as_str), from], ended_of)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many sessions ended, of one program or of all.
    pub(crate) fn ended_count(&self, program: Option<&ProgramId>) -> Result<usize, StoreError> {
        let version = self
            .connection
            .prepare_cached("PRAGMA data_version")?
            .query_row([], |row| row.get(0))?;
        let mut counted = self.counted.lock().map_err(|_| StoreError::Unexpected)?;
        if counted.version != version {
            *counted = Counted {
                version,
                ..Counted::default()
            };
        }
        let key = program.cloned();
        if let Some(count) = counted.ended.get(&key) {
            return Ok(*count);
        }
        let count: i64 = match program {
            Some(program) => self
                .connection
                .prepare_cached("SELECT count(*) FROM ended_session WHERE program = ?1")?
                .query_row([program.as_str()], |row| row.get(0))?,
            None => self
                .connection
                .prepare_cached("SELECT count(*) FROM ended_session")?
                .query_row([], |row| row.get(0))?,
        };
        let count = usize::try_from(count).unwrap_or(0);
        counted.ended.insert(key, count);
        Ok(count)
    }
}

fn ended_of(row: &Row<'_>) -> rusqlite::Result<EndedRow> {
    Ok(EndedRow {
        session: session_of(row, true)?,
        created_at: time(row, 12)?,
        ended_at: time(row, 13)?,
    })
}
