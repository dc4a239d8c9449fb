//! Messages, groups and cost in the cache.

use rusqlite::{Row, Transaction, params};

use super::changes::{CacheChanges, CostRead};
use super::columns::{json, json_of, millis, time};
use super::{Reader, StoreError};
use crate::domain::{CostOf, CostSummary, Group, Message, MessageId, Timestamp};

const MESSAGE_COLUMNS: &str = "id, source, target, kind, text, status, priority, action, context, thread, reply_to, \
     created_at, delivered_at, expires_at";

pub(super) fn write(file: &Transaction<'_>, changes: &CacheChanges) -> Result<(), StoreError> {
    for message in &changes.put_messages {
        let sql = format!(
            "INSERT OR REPLACE INTO message ({MESSAGE_COLUMNS})
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
        );
        file.prepare_cached(&sql)?.execute(params![
            message.id.as_str(),
            message.source,
            message.target,
            message.kind,
            message.text,
            message.status,
            message.priority,
            message.action,
            message.context,
            message.thread,
            message.reply_to.as_ref().map(MessageId::as_str),
            millis(message.created_at),
            millis(message.delivered_at),
            millis(message.expires_at),
        ])?;
    }
    for id in &changes.drop_messages {
        file.prepare_cached("DELETE FROM message WHERE id = ?1")?
            .execute([id.as_str()])?;
    }
    if let Some(groups) = &changes.put_groups {
        file.execute("DELETE FROM relay_group", [])?;
        for group in groups {
            file.prepare_cached("INSERT INTO relay_group (name, programs) VALUES (?1, ?2)")?
                .execute(params![group.name, json(&group.programs)?])?;
        }
    }
    if let Some(read) = &changes.put_cost {
        put_cost(file, read)?;
    }
    Ok(())
}

fn put_cost(file: &Transaction<'_>, read: &CostRead) -> Result<(), StoreError> {
    let summary = &read.summary;
    file.prepare_cached("DELETE FROM cost WHERE period = ?1")?
        .execute([&summary.period])?;
    for cost in std::iter::once(&summary.total).chain(&summary.programs) {
        file.prepare_cached(
            "INSERT OR REPLACE INTO cost (period, program, tokens_in, tokens_out, usd, tasks, read_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            summary.period,
            cost.key,
            cost.tokens_in,
            cost.tokens_out,
            cost.cost_usd,
            cost.tasks,
            read.at.as_millis(),
        ])?;
    }
    Ok(())
}

impl Reader<'_> {
    /// The messages that are known, newest first; of two equally old ones the id that sorts first.
    pub(crate) fn messages(&self) -> Result<Vec<Message>, StoreError> {
        let sql = format!("SELECT {MESSAGE_COLUMNS} FROM message ORDER BY created_at DESC, id");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map([], message_of)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The groups, by name.
    pub(crate) fn groups(&self) -> Result<Vec<Group>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT name, programs FROM relay_group ORDER BY name")?;
        let rows = statement.query_map([], |row| {
            Ok(Group {
                name: row.get(0)?,
                programs: json_of(row, 1)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What completed tasks cost in a period, the dearest program first; `None` where it was never read.
    pub(crate) fn cost(&self, period: &str) -> Result<Option<CostRead>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT program, tokens_in, tokens_out, usd, tasks, read_at FROM cost WHERE period = ?1
             ORDER BY usd DESC, program",
        )?;
        let rows = statement.query_map([period], |row| {
            let cost = CostOf {
                key: row.get(0)?,
                tokens_in: row.get(1)?,
                tokens_out: row.get(2)?,
                cost_usd: row.get(3)?,
                tasks: row.get(4)?,
            };
            Ok((cost, Timestamp::from_millis(row.get(5)?)))
        })?;
        let rows: Vec<(CostOf, Timestamp)> = rows.collect::<Result<_, _>>()?;
        let (total, programs): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(cost, _)| cost.key.is_empty());
        Ok(total.into_iter().next().map(|(total, at)| CostRead {
            at,
            summary: CostSummary {
                period: period.to_owned(),
                total,
                programs: programs.into_iter().map(|(cost, _)| cost).collect(),
            },
        }))
    }
}

fn message_of(row: &Row<'_>) -> rusqlite::Result<Message> {
    Ok(Message {
        id: MessageId::new(row.get::<_, String>(0)?),
        source: row.get(1)?,
        target: row.get(2)?,
        kind: row.get(3)?,
        text: row.get(4)?,
        status: row.get(5)?,
        priority: row.get(6)?,
        action: row.get(7)?,
        context: row.get(8)?,
        thread: row.get(9)?,
        reply_to: row.get::<_, Option<String>>(10)?.map(MessageId::new),
        created_at: time(row, 11)?,
        delivered_at: time(row, 12)?,
        expires_at: time(row, 13)?,
    })
}
