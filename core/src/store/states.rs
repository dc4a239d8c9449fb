//! Program state and keys in the cache.

use rusqlite::{OptionalExtension as _, Transaction, params};

use super::changes::CacheChanges;
use super::columns::{json, json_of, millis, optional_json_of, time};
use super::{Reader, StoreError};
use crate::domain::{ApiKey, ContextSummary, KeyHash, ProgramId, ProgramState, SessionId};

const PUT_STATE: &str = "INSERT INTO program_state (program, stored, version, written_by, written_at, written_in, \
     last_task, active_work_items, hand_off_notes, open_questions, open_question_count, has_context, learned_patterns, \
     config, baselines, decay) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16) \
     ON CONFLICT (program) DO UPDATE SET stored = excluded.stored, version = excluded.version, \
     written_by = excluded.written_by, written_at = excluded.written_at, written_in = excluded.written_in, \
     last_task = excluded.last_task, active_work_items = excluded.active_work_items, \
     hand_off_notes = excluded.hand_off_notes, open_questions = excluded.open_questions, \
     open_question_count = excluded.open_question_count, has_context = excluded.has_context, \
     learned_patterns = excluded.learned_patterns, config = excluded.config, baselines = excluded.baselines, \
     decay = excluded.decay";

const PUT_KEY: &str = "INSERT INTO api_key (hash, program, label, capabilities, active, created_at, last_used_at, \
     revoked_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (hash) DO UPDATE SET program = excluded.program, \
     label = excluded.label, capabilities = excluded.capabilities, active = excluded.active, \
     created_at = excluded.created_at, last_used_at = excluded.last_used_at, revoked_at = excluded.revoked_at";

pub(super) fn write(file: &Transaction<'_>, changes: &CacheChanges) -> Result<(), StoreError> {
    for state in &changes.put_states {
        put_state(file, state)?;
    }
    for key in &changes.put_keys {
        file.prepare_cached(PUT_KEY)?.execute(params![
            key.hash.as_str(),
            key.program.as_str(),
            key.label,
            json(&key.capabilities)?,
            key.active,
            millis(key.created_at),
            millis(key.last_used_at),
            millis(key.revoked_at),
        ])?;
    }
    for hash in &changes.drop_keys {
        file.prepare_cached("DELETE FROM api_key WHERE hash = ?1")?
            .execute([hash.as_str()])?;
    }
    Ok(())
}

fn put_state(file: &Transaction<'_>, state: &ProgramState) -> Result<(), StoreError> {
    let empty = ContextSummary::default();
    let context = state.context.as_ref().unwrap_or(&empty);
    // A server's defaults for a program without state ask nothing of anyone.
    let questions = if state.exists { context.open_questions.len() } else { 0 };
    file.prepare_cached(PUT_STATE)?.execute(params![
        state.program.as_str(),
        state.exists,
        state.version,
        state.last_updated_by,
        millis(state.last_updated_at),
        state.session.as_ref().map(SessionId::as_str),
        context.last_task.as_ref().map(json).transpose()?,
        json(&context.active_work_items)?,
        context.hand_off_notes,
        json(&context.open_questions)?,
        i64::try_from(questions).unwrap_or(i64::MAX),
        state.context.is_some(),
        state.learned_patterns.as_ref().map(json).transpose()?,
        state.config.as_ref().map(json).transpose()?,
        state.baselines.as_ref().map(json).transpose()?,
        state.decay.as_ref().map(json).transpose()?,
    ])?;
    Ok(())
}

impl Reader<'_> {
    /// The last read of a program's state.
    pub(crate) fn program_state(&self, program: &ProgramId) -> Result<Option<ProgramState>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT program, stored, version, written_by, written_at, written_in, last_task, active_work_items,
                    hand_off_notes, open_questions, has_context, learned_patterns, config, baselines, decay
             FROM program_state WHERE program = ?1",
        )?;
        let found = statement.query_row([program.as_str()], |row| {
            let context = ContextSummary {
                last_task: optional_json_of(row, 6)?,
                active_work_items: json_of(row, 7)?,
                hand_off_notes: row.get(8)?,
                open_questions: json_of(row, 9)?,
            };
            Ok(ProgramState {
                program: ProgramId::new(row.get::<_, String>(0)?),
                exists: row.get(1)?,
                version: row.get(2)?,
                last_updated_by: row.get(3)?,
                last_updated_at: time(row, 4)?,
                session: row.get::<_, Option<String>>(5)?.map(SessionId::new),
                context: row.get::<_, bool>(10)?.then_some(context),
                learned_patterns: optional_json_of(row, 11)?,
                config: optional_json_of(row, 12)?,
                baselines: optional_json_of(row, 13)?,
                decay: optional_json_of(row, 14)?,
            })
        });
        Ok(found.optional()?)
    }

    /// How many open questions each program's state lists; those with none are left out.
    pub(crate) fn open_questions(&self) -> Result<Vec<(ProgramId, u32)>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT program, open_question_count FROM program_state WHERE open_question_count > 0")?;
        let rows = statement.query_map([], |row| Ok((ProgramId::new(row.get::<_, String>(0)?), row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The keys, of one program or of all, newest first.
    pub(crate) fn keys(&self, program: Option<&ProgramId>) -> Result<Vec<ApiKey>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT hash, program, label, capabilities, active, created_at, last_used_at, revoked_at FROM api_key
             WHERE ?1 IS NULL OR program = ?1 ORDER BY created_at DESC, hash",
        )?;
        let rows = statement.query_map([program.map(ProgramId::as_str)], |row| {
            Ok(ApiKey {
                hash: KeyHash::new(row.get::<_, String>(0)?),
                program: ProgramId::new(row.get::<_, String>(1)?),
                label: row.get(2)?,
                capabilities: json_of(row, 3)?,
                active: row.get(4)?,
                created_at: time(row, 5)?,
                last_used_at: time(row, 6)?,
                revoked_at: time(row, 7)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
