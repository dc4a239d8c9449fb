//! The outbox as it is kept. Every change of it is a transaction of its own in the kept file, which is on the disk before
//! the call returns: what a person asked for is never only in memory.

use rusqlite::{Connection, Row, Transaction, params};

use super::columns::{json, json_of, millis, readable, time};
use super::{AccountStore, Reader, StoreError};
use crate::domain::{
    Action, ActionId, Delivery, Message, MessageId, NewMessage, OpenQuestion, OutboxEntry, OwnWrite, ProgramId,
    SessionId, Timestamp, without_keys,
};
use crate::insight::Fate;

/// A reply to an open question that a server accepted.
#[derive(Clone, PartialEq, Eq)]
pub struct ReplyRow {
    /// To which.
    pub question: OpenQuestion,
    /// The server's id of the message; `None` where it has none of its own.
    pub message: Option<String>,
    /// Server time.
    pub sent_at: Timestamp,
    /// What became of it, once that is certain.
    pub fate: Option<Fate>,
}

/// A message of this device that a server accepted.
#[derive(Clone, PartialEq, Eq)]
pub struct SentRow {
    /// The server's id of it; `None` where it has none of its own, as one to a group.
    pub message: Option<String>,
    /// What was sent.
    pub sent: NewMessage,
    /// Server time.
    pub sent_at: Timestamp,
}

/// So many are kept: the newest.
const SENT_KEPT: u32 = 500;

const PUT_SENT: &str = "INSERT INTO sent_message (id, target, kind, text, sent_at) VALUES (?1, ?2, ?3, ?4, ?5) \
     ON CONFLICT (id) DO NOTHING";

const FORGET_SENT: &str = "DELETE FROM sent_message WHERE id NOT IN \
     (SELECT id FROM sent_message ORDER BY sent_at DESC, rowid DESC LIMIT ?1)";

/// Rows are found without their index: a damaged one would leave what is done in the outbox, and it would be sent again.
const UPDATE: &str = "UPDATE outbox SET action = ?2, first_sent_at = ?4, delivery = ?5, heard_before = ?6 \
     WHERE +id = ?1 AND ?3 IS NOT NULL";

const INSERT: &str = "INSERT INTO outbox (id, action, asked_at, first_sent_at, delivery, heard_before) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

const DELETE: &str = "DELETE FROM outbox WHERE +id = ?1";

const PUT_REPLY: &str = "INSERT INTO reply (program, question, occurrence, message, sent_at) VALUES (?1, ?2, ?3, ?4, ?5) \
     ON CONFLICT (program, question, occurrence) DO UPDATE SET message = excluded.message, sent_at = excluded.sent_at, \
     fate = NULL";

const PUT_OWN_WRITE: &str = "INSERT INTO own_write (session, from_at, until_at) VALUES (?1, ?2, ?3) \
     ON CONFLICT (session) DO UPDATE SET from_at = excluded.from_at, until_at = excluded.until_at";

/// What becomes of an entry that was looked at.
pub enum Verdict {
    /// It stays as it is.
    Stays,
    /// It stands like this from now on.
    Put(OutboxEntry),
    /// It is an update of a session that is being sent from now on, and this is when the server will have written it if it
    /// does: a look that comes in between is not taken for the agent.
    PutUpdate(OutboxEntry, SessionId, OwnWrite),
    /// It is given up.
    Remove,
    /// Another one takes its place, at the end: it is asked for anew, under a key that no server has seen.
    Replace(OutboxEntry),
}

impl AccountStore {
    /// Keeps an entry: a new one at the end, a known one in its place.
    pub fn put_in_outbox(&self, entry: &OutboxEntry) -> Result<(), StoreError> {
        self.keep(|file| put(file, entry))
    }

    /// Looks at an entry and changes it, in one transaction: a person's decision and the drainer's step cannot cross, whatever
    /// process each is in.
    pub fn judge_in_outbox(
        &self,
        id: &ActionId,
        judge: impl FnOnce(Option<OutboxEntry>) -> Verdict,
    ) -> Result<(), StoreError> {
        self.keep(|file| {
            let mut found = entries(file, "main")?;
            found.retain(|entry| entry.id == *id);
            match judge(found.pop()) {
                Verdict::Stays => Ok(()),
                Verdict::Put(entry) => put(file, &entry),
                Verdict::PutUpdate(entry, session, own) => {
                    put(file, &entry)?;
                    let columns = params![session.as_str(), own.from.as_millis(), own.until.as_millis()];
                    file.prepare_cached(PUT_OWN_WRITE)?.execute(columns)?;
                    Ok(())
                }
                Verdict::Remove => remove(file, id),
                Verdict::Replace(new) => {
                    remove(file, id)?;
                    put(file, &new)
                }
            }
        })
    }

    /// Takes an update of a session out because it is done: the server had written it by then.
    pub fn take_update_from_outbox(
        &self,
        id: &ActionId,
        session: &SessionId,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        self.keep(|file| {
            remove(file, id)?;
            file.prepare_cached("UPDATE own_write SET until_at = min(until_at, ?2) WHERE session = ?1")?
                .execute(params![session.as_str(), until.as_millis()])?;
            Ok(())
        })
    }

    /// Takes an entry out because it is done or given up; with the message that was sent, if it was one.
    pub fn take_from_outbox(&self, id: &ActionId, sent: Option<&SentRow>) -> Result<(), StoreError> {
        self.keep(|file| {
            remove(file, id)?;
            let Some(row) = sent else { return Ok(()) };
            if let Some(question) = &row.sent.replies_to {
                file.prepare_cached(PUT_REPLY)?.execute(params![
                    question.program.as_str(),
                    question.text,
                    question.occurrence,
                    row.message,
                    row.sent_at.as_millis(),
                ])?;
            }
            if let Some(message) = &row.message {
                file.prepare_cached(PUT_SENT)?.execute(params![
                    message,
                    row.sent.to,
                    row.sent.kind.as_str(),
                    without_keys(&row.sent.text),
                    row.sent_at.as_millis(),
                ])?;
                file.prepare_cached(FORGET_SENT)?.execute([SENT_KEPT])?;
            }
            Ok(())
        })
    }
}

fn put(file: &Transaction<'_>, entry: &OutboxEntry) -> Result<(), StoreError> {
    let (action, delivery) = (json(&entry.action)?, json(&entry.delivery)?);
    let columns = params![
        entry.id.as_str(),
        action,
        entry.asked_at.as_millis(),
        millis(entry.first_sent_at),
        delivery,
        millis(entry.heard_before),
    ];
    if file.prepare_cached(UPDATE)?.execute(columns)? == 0 {
        file.prepare_cached(INSERT)?.execute(columns)?;
    }
    Ok(())
}

fn remove(file: &Transaction<'_>, id: &ActionId) -> Result<(), StoreError> {
    file.prepare_cached(DELETE)?.execute([id.as_str()])?;
    Ok(())
}

/// The outbox in the order in which it was asked for, out of the kept file under this name.
fn entries(connection: &Connection, kept: &str) -> Result<Vec<OutboxEntry>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT id, action, asked_at, first_sent_at, delivery, heard_before FROM {kept}.outbox ORDER BY row"
    ))?;
    let rows = statement.query_map([], entry_of)?;
    readable(rows)
}

impl Reader<'_> {
    /// The outbox in the order in which it was asked for.
    pub(crate) fn outbox(&self) -> Result<Vec<OutboxEntry>, StoreError> {
        entries(self.connection, "kept")
    }

    /// The messages that this device sent, as it sent them, each with what became of it.
    pub(crate) fn sent_from_here(&self) -> Result<Vec<(Message, Option<Fate>)>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT id, target, kind, text, sent_at, fate FROM kept.sent_message")?;
        let rows = statement.query_map([], |row| {
            let message = Message {
                id: MessageId::new(row.get::<_, String>(0)?),
                source: None,
                target: row.get(1)?,
                kind: row.get(2)?,
                text: row.get(3)?,
                status: None,
                priority: None,
                action: None,
                context: None,
                thread: None,
                reply_to: None,
                created_at: time(row, 4)?,
                delivered_at: None,
                expires_at: None,
            };
            Ok((
                message,
                row.get::<_, Option<String>>(5)?.and_then(|word| Fate::of(&word)),
            ))
        })?;
        readable(rows)
    }

    /// The replies to open questions that a server accepted.
    pub(crate) fn replies(&self) -> Result<Vec<ReplyRow>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT program, question, occurrence, message, sent_at, fate FROM kept.reply")?;
        let rows = statement.query_map([], |row| {
            Ok(ReplyRow {
                question: OpenQuestion {
                    program: ProgramId::new(row.get::<_, String>(0)?),
                    text: row.get(1)?,
                    occurrence: row.get(2)?,
                },
                message: row.get(3)?,
                sent_at: Timestamp::from_millis(row.get(4)?),
                fate: row.get::<_, Option<String>>(5)?.and_then(|word| Fate::of(&word)),
            })
        })?;
        readable(rows)
    }
}

fn entry_of(row: &Row<'_>) -> rusqlite::Result<OutboxEntry> {
    Ok(OutboxEntry {
        id: ActionId::new(row.get::<_, String>(0)?),
        action: json_of::<Action>(row, 1)?,
        asked_at: Timestamp::from_millis(row.get(2)?),
        first_sent_at: time(row, 3)?,
        delivery: json_of::<Delivery>(row, 4)?,
        heard_before: time(row, 5)?,
    })
}
