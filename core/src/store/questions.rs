//! What the server offers, and asked questions, in the cache.

use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use super::changes::CacheChanges;
use super::columns::{json, json_of, millis, time};
use super::{Reader, StoreError};
use crate::domain::{AskedQuestion, Offers, ProgramId, QuestionId};

const PUT_OFFERS: &str = "INSERT INTO offers (one, sync, events, questions, timeline, idempotency, answer_limit) \
     VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (one) DO UPDATE SET sync = excluded.sync, \
     events = excluded.events, questions = excluded.questions, timeline = excluded.timeline, \
     idempotency = excluded.idempotency, answer_limit = excluded.answer_limit";

const PUT_QUESTION: &str = "INSERT INTO question (id, asker, text, cut, options, context, priority, status, asked_at, \
     thread) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (id) DO UPDATE SET asker = excluded.asker, \
     text = excluded.text, cut = excluded.cut, options = excluded.options, context = excluded.context, \
     priority = excluded.priority, status = excluded.status, asked_at = excluded.asked_at, thread = excluded.thread";

pub(super) fn write(file: &Transaction<'_>, changes: &CacheChanges) -> Result<(), StoreError> {
    if let Some(offers) = &changes.put_offers {
        file.prepare_cached(PUT_OFFERS)?.execute(params![
            offers.sync,
            offers.events,
            offers.questions,
            offers.timeline,
            offers.idempotency,
            offers.answer_limit,
        ])?;
    }
    for question in &changes.put_questions {
        file.prepare_cached(PUT_QUESTION)?.execute(params![
            question.id.as_str(),
            question.asker.as_ref().map(ProgramId::as_str),
            question.text,
            question.cut,
            json(&question.options)?,
            question.context,
            question.priority,
            question.status,
            millis(question.asked_at),
            question.thread,
        ])?;
    }
    for id in &changes.drop_questions {
        file.prepare_cached("DELETE FROM question WHERE id = ?1")?
            .execute([id.as_str()])?;
    }
    Ok(())
}

impl Reader<'_> {
    /// What the server offers; `None` while it was never asked.
    pub(crate) fn offers(&self) -> Result<Option<Offers>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT sync, events, questions, timeline, idempotency, answer_limit FROM offers WHERE one = 1",
        )?;
        let found = statement.query_row([], |row| {
            Ok(Offers {
                sync: row.get(0)?,
                events: row.get(1)?,
                questions: row.get(2)?,
                timeline: row.get(3)?,
                idempotency: row.get(4)?,
                answer_limit: row.get(5)?,
            })
        });
        Ok(found.optional()?)
    }

    /// The questions that wait, oldest first; of two equally old ones the id that sorts first.
    pub(crate) fn questions(&self) -> Result<Vec<AskedQuestion>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, asker, text, cut, options, context, priority, status, asked_at, thread FROM question
             ORDER BY asked_at, id",
        )?;
        let rows = statement.query_map([], question_of)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn question_of(row: &Row<'_>) -> rusqlite::Result<AskedQuestion> {
    Ok(AskedQuestion {
        id: QuestionId::new(row.get::<_, String>(0)?),
        asker: row.get::<_, Option<String>>(1)?.map(ProgramId::new),
        text: row.get(2)?,
        cut: row.get(3)?,
        options: json_of(row, 4)?,
        context: row.get(5)?,
        priority: row.get(6)?,
        status: row.get(7)?,
        asked_at: time(row, 8)?,
        thread: row.get(9)?,
    })
}
