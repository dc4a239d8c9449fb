//! The flat program table and fleet health in the cache.

use rusqlite::{Transaction, params};

use super::changes::{CacheChanges, ProgramEntry};
use super::columns::{context_number, millis, time};
use super::{Reader, StoreError};
use crate::domain::{ContextLeft, FleetProgram, ProgramId, SessionId};

const PUT_FLEET: &str = "UPDATE fleet SET state = ?2, last_reported_state = ?3, session = ?4, last_heartbeat = ?5, \
     pending_messages = ?6, pending_tasks = ?7, context_left = ?8, hand_off = ?9 WHERE program = ?1";

const NEW_FLEET: &str = "INSERT INTO fleet (program, state, last_reported_state, session, last_heartbeat, \
     pending_messages, pending_tasks, context_left, hand_off) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

pub(super) fn write(file: &Transaction<'_>, changes: &CacheChanges) -> Result<(), StoreError> {
    for fleet in &changes.put_fleet {
        if put_fleet(file, PUT_FLEET, fleet)? == 0 {
            put_fleet(file, NEW_FLEET, fleet)?;
        }
    }
    for program in &changes.drop_fleet {
        file.prepare_cached("DELETE FROM fleet WHERE program = ?1")?
            .execute([program.as_str()])?;
    }
    for program in &changes.drop_programs {
        file.prepare_cached("DELETE FROM program WHERE id = ?1")?
            .execute([program.as_str()])?;
    }
    for entry in &changes.put_programs {
        let values = params![
            entry.program.as_str(),
            entry.derived,
            entry.current.as_ref().map(SessionId::as_str)
        ];
        let changed = file
            .prepare_cached("UPDATE program SET derived = ?2, current_session = ?3 WHERE id = ?1")?
            .execute(values)?;
        if changed == 0 {
            file.prepare_cached("INSERT INTO program (id, derived, current_session) VALUES (?1, ?2, ?3)")?
                .execute(values)?;
        }
    }
    Ok(())
}

fn put_fleet(file: &Transaction<'_>, sql: &str, fleet: &FleetProgram) -> Result<usize, StoreError> {
    Ok(file.prepare_cached(sql)?.execute(params![
        fleet.program.as_str(),
        fleet.state,
        fleet.last_reported_state,
        fleet.session.as_ref().map(SessionId::as_str),
        millis(fleet.last_heartbeat),
        i64::try_from(fleet.pending_messages).unwrap_or(i64::MAX),
        i64::try_from(fleet.pending_tasks).unwrap_or(i64::MAX),
        context_number(fleet.context_left),
        fleet.hand_off_required,
    ])?)
}

impl Reader<'_> {
    /// Every program, by id.
    pub(crate) fn programs(&self) -> Result<Vec<ProgramEntry>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT id, derived, current_session FROM program ORDER BY id")?;
        let rows = statement.query_map([], |row| {
            Ok(ProgramEntry {
                program: ProgramId::new(row.get::<_, String>(0)?),
                derived: row.get(1)?,
                current: row.get::<_, Option<String>>(2)?.map(SessionId::new),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What fleet health says of every program, by program.
    pub(crate) fn fleet(&self) -> Result<Vec<FleetProgram>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT program, state, last_reported_state, session, last_heartbeat, pending_messages, pending_tasks,
                    context_left, hand_off FROM fleet ORDER BY program",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(FleetProgram {
                program: ProgramId::new(row.get::<_, String>(0)?),
                state: row.get(1)?,
                last_reported_state: row.get(2)?,
                session: row.get::<_, Option<String>>(3)?.map(SessionId::new),
                last_heartbeat: time(row, 4)?,
                pending_messages: row.get::<_, i64>(5)?.unsigned_abs(),
                pending_tasks: row.get::<_, i64>(6)?.unsigned_abs(),
                context_left: ContextLeft::of(row.get(7)?),
                hand_off_required: row.get(8)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
