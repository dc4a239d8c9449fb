//! Sessions: begun, updated and listed. What an update leaves out is kept: a heartbeat is no news about progress.

use cachebash_core::domain::{ProgramId, SessionId, Timestamp};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{OptionalExtension, Row, Transaction};

use super::{Store, StoreError, Tenant, knows_program};
use crate::access::{may_write_any_session, programs_in_id};

/// The state in the words agents send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionWord {
    Working,
    Blocked,
    Complete,
    Pinned,
}

/// A session as it is listed.
pub(crate) struct SessionRow {
    pub(crate) id: SessionId,
    pub(crate) program: ProgramId,
    pub(crate) name: String,
    pub(crate) status: String,
    pub(crate) state: SessionWord,
    pub(crate) progress: Option<f64>,
    pub(crate) project: Option<String>,
    /// Born from an update, so that a project nobody named is absent and not null.
    pub(crate) born_from_update: bool,
    pub(crate) last_update: Timestamp,
    pub(crate) last_heartbeat: Option<Timestamp>,
    pub(crate) context_left: Option<f64>,
    pub(crate) hand_off_required: bool,
}

/// An ended session as the history lists it.
pub(crate) struct HistoryRow {
    pub(crate) session: SessionRow,
    pub(crate) created_at: Timestamp,
    pub(crate) completed_at: Option<Timestamp>,
}

/// Which sessions to list.
pub(crate) struct SessionFilter {
    /// Empty: all.
    pub(crate) states: Vec<SessionWord>,
    pub(crate) program: Option<ProgramId>,
    pub(crate) include_archived: bool,
    pub(crate) limit: u32,
}

/// A session to begin; one of the same id is replaced whole.
pub(crate) struct NewSession {
    /// `None`: the server makes one from the time.
    pub(crate) id: Option<SessionId>,
    pub(crate) program: Option<ProgramId>,
    pub(crate) name: String,
    pub(crate) status: Option<String>,
    pub(crate) state: SessionWord,
    pub(crate) progress: Option<f64>,
    pub(crate) project: Option<String>,
}

/// What an agent reports of a session; `None` says nothing about it.
pub(crate) struct SessionChange {
    pub(crate) status: String,
    pub(crate) state: Option<SessionWord>,
    pub(crate) progress: Option<f64>,
    pub(crate) project: Option<String>,
    pub(crate) heartbeat: bool,
    pub(crate) context_left: Option<f64>,
    pub(crate) context_used: Option<f64>,
    pub(crate) hand_off_required: Option<bool>,
}

/// How a creation went.
pub(crate) enum Began {
    Done(SessionId),
    /// A session of that id exists and belongs to another program.
    NotYours(SessionId),
}

/// How an update went.
pub(crate) enum Reported {
    Done,
    /// The session belongs to another program.
    NotYours,
}

const COLUMNS: &str = "id, program, name, status, state, progress, project, origin, last_update, last_heartbeat,
     context_left, hand_off_required";

impl Store {
    /// The newest sessions first.
    pub(crate) async fn sessions(&self, tenant: &Tenant, filter: SessionFilter) -> Result<Vec<SessionRow>, StoreError> {
        let tenant = tenant.clone();
        self.read(move |transaction| {
            // Four words at most, so each has a place; a missing one repeats the first.
            let word = |place: usize| filter.states.get(place).or(filter.states.first()).copied();
            let mut question = transaction.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM session
                 WHERE tenant = ?1 AND (?2 IS NULL OR state IN (?2, ?3)) AND (?4 IS NULL OR program = ?4)
                   AND (?5 OR state <> 'complete')
                 ORDER BY last_update DESC, id LIMIT ?6"
            ))?;
            let program = filter.program.as_ref().map(ProgramId::as_str);
            let rows = question.query_map(
                (
                    &tenant.0,
                    word(0),
                    word(1),
                    program,
                    filter.include_archived,
                    filter.limit,
                ),
                session_row,
            )?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Ended sessions, the last one to end first.
    pub(crate) async fn session_history(&self, tenant: &Tenant, limit: u32) -> Result<Vec<HistoryRow>, StoreError> {
        let tenant = tenant.clone();
        self.read(move |transaction| {
            let mut question = transaction.prepare_cached(&format!(
                "SELECT {COLUMNS}, created_at, completed_at FROM session
                 WHERE tenant = ?1 AND state = 'complete' ORDER BY completed_at DESC, id LIMIT ?2"
            ))?;
            let rows = question.query_map((&tenant.0, limit), |row| {
                Ok(HistoryRow {
                    session: session_row(row)?,
                    created_at: Timestamp::from_millis(row.get(12)?),
                    completed_at: row.get::<_, Option<i64>>(13)?.map(Timestamp::from_millis),
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Begins a session for `caller`.
    pub(crate) async fn create_session(
        &self,
        tenant: &Tenant,
        caller: &ProgramId,
        new: NewSession,
        now: Timestamp,
    ) -> Result<Began, StoreError> {
        let (tenant, caller) = (tenant.clone(), caller.clone());
        self.write(move |transaction| {
            let id = match new.id {
                Some(id) => id,
                None => free_id(transaction, &tenant, now)?,
            };
            let owner = owner_of(transaction, &tenant, &id)?;
            // Anyone may begin a session for anyone, but not replace one that is not theirs to write.
            if owner.is_some() && !may_write(transaction, &tenant, &caller, &id, owner.as_ref())? {
                return Ok(Began::NotYours(id));
            }
            let program = match new.program {
                Some(program) => program,
                None => program_of_new(transaction, &tenant, &caller, &id)?,
            };
            let heard_at = (program == caller).then_some(now.as_millis());
            let completed_at = (new.state == SessionWord::Complete).then_some(now.as_millis());
            let status = new.status.as_deref().unwrap_or(&new.name);
            transaction
                .prepare_cached(
                    "INSERT OR REPLACE INTO session (tenant, id, program, name, status, state, progress, project,
                         origin, created_at, last_update, last_heartbeat, heard_at, completed_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'create', ?9, ?9, ?9, ?10, ?11)",
                )?
                .execute((
                    &tenant.0,
                    id.as_str(),
                    program.as_str(),
                    &new.name,
                    status,
                    new.state,
                    new.progress,
                    &new.project,
                    now.as_millis(),
                    heard_at,
                    completed_at,
                ))?;
            Ok(Began::Done(id))
        })
        .await
    }

    /// Writes what `caller` reports; an unknown session comes into being.
    pub(crate) async fn update_session(
        &self,
        tenant: &Tenant,
        caller: &ProgramId,
        id: SessionId,
        change: SessionChange,
        now: Timestamp,
    ) -> Result<Reported, StoreError> {
        let (tenant, caller) = (tenant.clone(), caller.clone());
        self.write(move |transaction| {
            let owner = owner_of(transaction, &tenant, &id)?;
            if !may_write(transaction, &tenant, &caller, &id, owner.as_ref())? {
                return Ok(Reported::NotYours);
            }
            let program = match owner {
                Some(owner) => owner,
                None => {
                    let program = program_of_new(transaction, &tenant, &caller, &id)?;
                    bear(transaction, &tenant, &id, &program, &change.status, now)?;
                    program
                }
            };
            apply(transaction, &tenant, &id, &change, program == caller, now)?;
            Ok(Reported::Done)
        })
        .await
    }
}

/// A session that first shows in an update: named after its first words.
fn bear(
    transaction: &Transaction<'_>,
    tenant: &Tenant,
    id: &SessionId,
    program: &ProgramId,
    status: &str,
    now: Timestamp,
) -> rusqlite::Result<usize> {
    transaction
        .prepare_cached(
            "INSERT INTO session (tenant, id, program, name, status, state, origin, created_at, last_update)
             VALUES (?1, ?2, ?3, ?4, ?4, 'working', 'update', ?5, ?5)",
        )?
        .execute((&tenant.0, id.as_str(), program.as_str(), status, now.as_millis()))
}

/// Writes the parts that the change speaks of. The moment of completion is the first one, until the session goes on.
fn apply(
    transaction: &Transaction<'_>,
    tenant: &Tenant,
    id: &SessionId,
    change: &SessionChange,
    by_own_key: bool,
    now: Timestamp,
) -> rusqlite::Result<usize> {
    let now = now.as_millis();
    transaction
        .prepare_cached(
            "UPDATE session SET
                 status = ?3,
                 state = coalesce(?4, state),
                 completed_at = CASE WHEN coalesce(?4, state) = 'complete' THEN coalesce(completed_at, ?5) END,
                 progress = coalesce(?6, progress),
                 project = coalesce(?7, project),
                 last_update = ?5,
                 last_heartbeat = CASE WHEN ?8 THEN ?5 ELSE last_heartbeat END,
                 heard_at = CASE WHEN ?9 THEN ?5 ELSE heard_at END,
                 context_left = coalesce(?10, context_left),
                 context_used = CASE WHEN ?10 IS NULL AND ?11 IS NULL THEN context_used ELSE ?11 END,
                 hand_off_required = coalesce(?12, hand_off_required)
             WHERE tenant = ?1 AND id = ?2",
        )?
        .execute((
            &tenant.0,
            id.as_str(),
            &change.status,
            change.state,
            now,
            change.progress,
            &change.project,
            change.heartbeat,
            by_own_key,
            change.context_left,
            change.context_used,
            change.hand_off_required,
        ))
}

/// The session's program, if there is such a session.
fn owner_of(transaction: &Transaction<'_>, tenant: &Tenant, id: &SessionId) -> rusqlite::Result<Option<ProgramId>> {
    transaction
        .prepare_cached("SELECT program FROM session WHERE tenant = ?1 AND id = ?2")?
        .query_row((&tenant.0, id.as_str()), |row| {
            Ok(ProgramId::new(row.get::<_, String>(0)?))
        })
        .optional()
}

/// An ordinary program writes its own sessions: those recorded as its own, and those whose id speaks of it.
fn may_write(
    transaction: &Transaction<'_>,
    tenant: &Tenant,
    caller: &ProgramId,
    id: &SessionId,
    owner: Option<&ProgramId>,
) -> rusqlite::Result<bool> {
    if may_write_any_session(caller) || owner == Some(caller) {
        return Ok(true);
    }
    Ok(spoken_of(transaction, tenant, id)?.as_ref() == Some(caller))
}

/// The program that an id speaks of: `builder-prod.t1` means `builder-prod` if there is such a program, else `builder`.
fn spoken_of(transaction: &Transaction<'_>, tenant: &Tenant, id: &SessionId) -> rusqlite::Result<Option<ProgramId>> {
    let Some((whole, short)) = programs_in_id(id) else {
        return Ok(None);
    };
    Ok(Some(if knows_program(transaction, tenant, whole.as_str())? {
        whole
    } else {
        short
    }))
}

/// The program of a session whose creator named none.
fn program_of_new(
    transaction: &Transaction<'_>,
    tenant: &Tenant,
    caller: &ProgramId,
    id: &SessionId,
) -> rusqlite::Result<ProgramId> {
    let spoken_of = spoken_of(transaction, tenant, id)?.filter(|program| !program.as_str().is_empty());
    Ok(spoken_of.unwrap_or_else(|| caller.clone()))
}

/// `session_<milliseconds>`, of the first millisecond from now on that no session has taken.
fn free_id(transaction: &Transaction<'_>, tenant: &Tenant, now: Timestamp) -> rusqlite::Result<SessionId> {
    let mut millis = now.as_millis();
    loop {
        let id = SessionId::new(format!("session_{millis}"));
        if owner_of(transaction, tenant, &id)?.is_none() {
            return Ok(id);
        }
        millis += 1;
    }
}

fn session_row(row: &Row<'_>) -> rusqlite::Result<SessionRow> {
    Ok(SessionRow {
        id: SessionId::new(row.get::<_, String>(0)?),
        program: ProgramId::new(row.get::<_, String>(1)?),
        name: row.get(2)?,
        status: row.get(3)?,
        state: row.get(4)?,
        progress: row.get(5)?,
        project: row.get(6)?,
        born_from_update: row.get::<_, String>(7)? == "update",
        last_update: Timestamp::from_millis(row.get(8)?),
        last_heartbeat: row.get::<_, Option<i64>>(9)?.map(Timestamp::from_millis),
        context_left: row.get(10)?,
        hand_off_required: row.get(11)?,
    })
}

impl SessionWord {
    /// The word as agents send it and as the file keeps it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            SessionWord::Working => "working",
            SessionWord::Blocked => "blocked",
            SessionWord::Complete => "complete",
            SessionWord::Pinned => "pinned",
        }
    }
}

impl ToSql for SessionWord {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.as_str()))
    }
}

impl FromSql for SessionWord {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "working" => Ok(SessionWord::Working),
            "blocked" => Ok(SessionWord::Blocked),
            "complete" => Ok(SessionWord::Complete),
            "pinned" => Ok(SessionWord::Pinned),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}
