//! Program state: one document per program, changed by merging sections one level deep inside one transaction, so that
//! two writers at once lose nothing and each counts as a version. Reading changes nothing, whatever its age.

use cachebash_core::domain::{ProgramId, SessionId, Timestamp};
use rusqlite::{OptionalExtension, Transaction};
use serde_json::{Map, Value};

use super::{Store, StoreError, Tenant, knows_program};
use crate::access::is_built_in;
use crate::program_state_document::{SECTIONS, default_document, prune_patterns};
use crate::wire_values::iso;

/// How many entries of a program's context history are kept.
const HISTORY_KEPT: u32 = 50;

/// A program's state as far as there is one.
pub(crate) enum StoredState {
    /// The tenant has never heard of the program.
    UnknownProgram,
    /// Nothing is stored yet.
    None,
    /// The document.
    Some(Map<String, Value>),
}

/// What a write brings. Sections are validated, hold only the contract's fields, and merge one level deep;
/// `learned_patterns` replaces the list.
pub(crate) struct StateChange {
    pub(crate) session: Option<SessionId>,
    /// Section name to given fields.
    pub(crate) sections: Vec<(&'static str, Map<String, Value>)>,
    pub(crate) learned_patterns: Option<Vec<Value>>,
}

/// How a write went.
pub(crate) enum Written {
    /// So many patterns are in the list now.
    Done { patterns: usize },
    /// The tenant has never heard of the program.
    UnknownProgram,
}

/// One entry of the context history.
pub(crate) struct ContextRow {
    pub(crate) version: i64,
    pub(crate) written_at: Timestamp,
    pub(crate) context: Value,
    pub(crate) session: String,
    pub(crate) updated_by: String,
}

impl Store {
    /// The state as it was last written.
    pub(crate) async fn program_state(&self, tenant: &Tenant, program: ProgramId) -> Result<StoredState, StoreError> {
        let tenant = tenant.clone();
        self.read(move |transaction| {
            if let Some((_, document)) = document_of(transaction, &tenant, &program)? {
                return Ok(StoredState::Some(document));
            }
            let known = is_known(transaction, &tenant, &program)?;
            Ok(if known {
                StoredState::None
            } else {
                StoredState::UnknownProgram
            })
        })
        .await
    }

    /// Merges a change into the state, as `caller`.
    pub(crate) async fn update_program_state(
        &self,
        tenant: &Tenant,
        caller: &ProgramId,
        program: ProgramId,
        change: StateChange,
        now: Timestamp,
    ) -> Result<Written, StoreError> {
        let (tenant, caller) = (tenant.clone(), caller.clone());
        self.write(move |transaction| {
            let stored = document_of(transaction, &tenant, &program)?;
            if stored.is_none() && !is_known(transaction, &tenant, &program)? {
                return Ok(Written::UnknownProgram);
            }
            let (version, mut document) = match stored {
                Some((version, document)) => (version + 1, document),
                // The document that nobody wrote counts as version 1, and no session wrote it.
                None => {
                    let mut document = default_document(&program, now);
                    document.insert("sessionId".into(), "unknown".into());
                    (2, document)
                }
            };
            let session = change.session.map(SessionId::into_string).or_else(|| text_of(&document, "sessionId"));
            let session = session.unwrap_or_else(|| "unknown".to_owned());
            document.insert("programId".into(), program.as_str().into());
            document.insert("version".into(), version.into());
            document.insert("lastUpdatedBy".into(), caller.as_str().into());
            document.insert("lastUpdatedAt".into(), iso(now).into());
            document.insert("sessionId".into(), session.as_str().into());
            let told_context = change.sections.iter().any(|(name, _)| *name == SECTIONS.context);
            for (name, given) in change.sections {
                merge(&mut document, &program, name, given, now);
            }
            if let Some(patterns) = change.learned_patterns {
                document.insert("learnedPatterns".into(), Value::Array(patterns));
            }
            let patterns = prune_patterns(&mut document);
            transaction
                .prepare_cached(
                    "INSERT INTO program_state (tenant, program, version, document) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT (tenant, program) DO UPDATE SET version = excluded.version, document = excluded.document",
                )?
                .execute((&tenant.0, program.as_str(), version, serde_json::to_string(&document)?))?;
            if told_context {
                let context = document.get(SECTIONS.context).cloned().unwrap_or(Value::Null);
                remember(transaction, &tenant, &program, version, now, &context, &session, &caller)?;
            }
            Ok(Written::Done { patterns })
        })
        .await
    }

    /// The newest entries of the context history first; `None` when the tenant has never heard of the program.
    pub(crate) async fn context_history(
        &self,
        tenant: &Tenant,
        program: ProgramId,
        limit: u32,
    ) -> Result<Option<Vec<ContextRow>>, StoreError> {
        let tenant = tenant.clone();
        self.read(move |transaction| {
            if !is_known(transaction, &tenant, &program)? {
                return Ok(None);
            }
            let mut question = transaction.prepare_cached(
                "SELECT version, written_at, context, session, updated_by FROM context_history
                 WHERE tenant = ?1 AND program = ?2 ORDER BY version DESC LIMIT ?3",
            )?;
            let mut rows = question.query((&tenant.0, program.as_str(), limit))?;
            let mut entries = Vec::new();
            while let Some(row) = rows.next()? {
                entries.push(ContextRow {
                    version: row.get(0)?,
                    written_at: Timestamp::from_millis(row.get(1)?),
                    context: serde_json::from_str(&row.get::<_, String>(2)?)?,
                    session: row.get(3)?,
                    updated_by: row.get(4)?,
                });
            }
            Ok(Some(entries))
        })
        .await
    }
}

fn is_known(transaction: &Transaction<'_>, tenant: &Tenant, program: &ProgramId) -> rusqlite::Result<bool> {
    Ok(is_built_in(program) || knows_program(transaction, tenant, program.as_str())?)
}

/// A version and its document.
type Versioned = (i64, Map<String, Value>);

fn document_of(
    transaction: &Transaction<'_>,
    tenant: &Tenant,
    program: &ProgramId,
) -> Result<Option<Versioned>, StoreError> {
    let found: Option<(i64, String)> = transaction
        .prepare_cached("SELECT version, document FROM program_state WHERE tenant = ?1 AND program = ?2")?
        .query_row((&tenant.0, program.as_str()), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(match found {
        Some((version, text)) => Some((version, serde_json::from_str(&text)?)),
        None => None,
    })
}

fn text_of(document: &Map<String, Value>, name: &str) -> Option<String> {
    document.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// Puts the given fields into a section. One that an old document lacks begins as its default.
fn merge(
    document: &mut Map<String, Value>,
    program: &ProgramId,
    name: &'static str,
    given: Map<String, Value>,
    now: Timestamp,
) {
    let mut section = match document.remove(name) {
        Some(Value::Object(section)) => section,
        _ => match default_document(program, now).remove(name) {
            Some(Value::Object(section)) => section,
            _ => Map::new(),
        },
    };
    section.extend(given);
    document.insert(name.to_owned(), Value::Object(section));
}

#[expect(clippy::too_many_arguments, reason = "one row, each of its columns once")]
fn remember(
    transaction: &Transaction<'_>,
    tenant: &Tenant,
    program: &ProgramId,
    version: i64,
    now: Timestamp,
    context: &Value,
    session: &str,
    caller: &ProgramId,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "INSERT INTO context_history (tenant, program, version, written_at, context, session, updated_by)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((
            &tenant.0,
            program.as_str(),
            version,
            now.as_millis(),
            serde_json::to_string(context)?,
            session,
            caller.as_str(),
        ))?;
    transaction
        .prepare_cached(
            "DELETE FROM context_history WHERE tenant = ?1 AND program = ?2 AND version NOT IN (
                 SELECT version FROM context_history WHERE tenant = ?1 AND program = ?2 ORDER BY version DESC LIMIT ?3)",
        )?
        .execute((&tenant.0, program.as_str(), HISTORY_KEPT))?;
    Ok(())
}
