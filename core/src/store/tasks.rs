//! Tasks and alerts in the cache.

use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use super::changes::CacheChanges;
use super::columns::{millis, time};
use super::{Reader, StoreError};
use crate::domain::{Alert, MessageId, Task, TaskId};

const TASK_COLUMNS: &str = "id, kind, title, instructions, action, priority, status, source, target, project, thread, \
     created_at, expires_at, claimed_by, claimed_at, completed_at, completed_status, result";

const ALERT_COLUMNS: &str = "id, kind, text, source, session, priority, context, created_at, expires_at";

pub(super) fn write(file: &Transaction<'_>, changes: &CacheChanges) -> Result<(), StoreError> {
    for task in &changes.put_tasks {
        let sql = format!(
            "INSERT OR REPLACE INTO task ({TASK_COLUMNS})
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)"
        );
        file.prepare_cached(&sql)?.execute(params![
            task.id.as_str(),
            task.kind,
            task.title,
            task.instructions,
            task.action,
            task.priority,
            task.status,
            task.source,
            task.target,
            task.project,
            task.thread,
            millis(task.created_at),
            millis(task.expires_at),
            task.claimed_by,
            millis(task.claimed_at),
            millis(task.completed_at),
            task.completed_status,
            task.result,
        ])?;
    }
    for id in &changes.drop_tasks {
        file.prepare_cached("DELETE FROM task WHERE id = ?1")?
            .execute([id.as_str()])?;
    }
    for alert in &changes.put_alerts {
        let sql = format!("INSERT OR REPLACE INTO alert ({ALERT_COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
        file.prepare_cached(&sql)?.execute(params![
            alert.id.as_str(),
            alert.kind,
            alert.text,
            alert.source,
            alert.session,
            alert.priority,
            alert.context,
            millis(alert.created_at),
            millis(alert.expires_at),
        ])?;
    }
    for id in &changes.drop_alerts {
        file.prepare_cached("DELETE FROM alert WHERE id = ?1")?
            .execute([id.as_str()])?;
    }
    Ok(())
}

impl Reader<'_> {
    /// The tasks that wait or are under way, newest first; of two equally old ones the id that sorts first.
    pub(crate) fn tasks(&self) -> Result<Vec<Task>, StoreError> {
        let sql = format!("SELECT {TASK_COLUMNS} FROM task ORDER BY created_at DESC, id");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map([], task_of)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One task, if it is known.
    pub(crate) fn task(&self, id: &TaskId) -> Result<Option<Task>, StoreError> {
        let sql = format!("SELECT {TASK_COLUMNS} FROM task WHERE id = ?1");
        let mut statement = self.connection.prepare_cached(&sql)?;
        Ok(statement.query_row([id.as_str()], task_of).optional()?)
    }

    /// The alerts that wait, newest first, likewise.
    pub(crate) fn alerts(&self) -> Result<Vec<Alert>, StoreError> {
        let sql = format!("SELECT {ALERT_COLUMNS} FROM alert ORDER BY created_at DESC, id");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map([], alert_of)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn task_of(row: &Row<'_>) -> rusqlite::Result<Task> {
    Ok(Task {
        id: TaskId::new(row.get::<_, String>(0)?),
        kind: row.get(1)?,
        title: row.get(2)?,
        instructions: row.get(3)?,
        action: row.get(4)?,
        priority: row.get(5)?,
        status: row.get(6)?,
        source: row.get(7)?,
        target: row.get(8)?,
        project: row.get(9)?,
        thread: row.get(10)?,
        created_at: time(row, 11)?,
        expires_at: time(row, 12)?,
        claimed_by: row.get(13)?,
        claimed_at: time(row, 14)?,
        completed_at: time(row, 15)?,
        completed_status: row.get(16)?,
        result: row.get(17)?,
    })
}

fn alert_of(row: &Row<'_>) -> rusqlite::Result<Alert> {
    Ok(Alert {
        id: MessageId::new(row.get::<_, String>(0)?),
        kind: row.get(1)?,
        text: row.get(2)?,
        source: row.get(3)?,
        session: row.get(4)?,
        priority: row.get(5)?,
        context: row.get(6)?,
        created_at: time(row, 7)?,
        expires_at: time(row, 8)?,
    })
}
