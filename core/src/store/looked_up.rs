//! What was looked up because somebody opened the page that shows it, and what servers do not offer. It can be fetched again.

use rusqlite::{OptionalExtension as _, Transaction, params};
use serde::{Deserialize, Serialize};

use super::changes::CacheChanges;
use super::columns::{json, json_of};
use super::{Reader, StoreError};
use crate::domain::{ContextMeasured, RegisteredProgram, SessionId, Sprint, Timestamp};

/// So many are kept: the newest. Each session that somebody opened is one.
const KEPT: u32 = 200;

/// What can be looked up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// Sprints that are under way.
    Sprints,
    /// The register of programs.
    Programs,
    /// How full a session's context was.
    ContextOf(SessionId),
}

impl Subject {
    fn word(&self) -> String {
        match self {
            Subject::Sprints => "sprints".to_owned(),
            Subject::Programs => "programs".to_owned(),
            Subject::ContextOf(session) => format!("context:{session}"),
        }
    }
}

/// What was told of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// This server does not offer it.
    NotOffered,
    /// Of [`Subject::Sprints`].
    Sprints(Vec<Sprint>),
    /// Of [`Subject::Programs`].
    Programs(Vec<RegisteredProgram>),
    /// Of [`Subject::ContextOf`], oldest first.
    ContextUse(Vec<ContextMeasured>),
}

/// An answer, and when it was told.
#[derive(Clone, Debug, PartialEq)]
pub struct LookedUp {
    /// Of what.
    pub subject: Subject,
    /// Server time.
    pub at: Timestamp,
    /// What.
    pub answer: Answer,
}

pub(super) fn write(file: &Transaction<'_>, changes: &CacheChanges) -> Result<(), StoreError> {
    for row in &changes.put_looked_up {
        let answer = json(&row.answer)?;
        file.prepare_cached("INSERT OR REPLACE INTO looked_up (subject, read_at, answer) VALUES (?1, ?2, ?3)")?
            .execute(params![row.subject.word(), row.at.as_millis(), answer])?;
    }
    if !changes.put_looked_up.is_empty() {
        file.prepare_cached(
            "DELETE FROM looked_up WHERE subject NOT IN
             (SELECT subject FROM looked_up ORDER BY subject LIKE 'context:%', read_at DESC, subject LIMIT ?1)",
        )?
        .execute([KEPT])?;
    }
    Ok(())
}

impl Reader<'_> {
    /// What was told of this last; `None` where it was never looked up.
    pub(crate) fn looked_up(&self, subject: &Subject) -> Result<Option<LookedUp>, StoreError> {
        let row = self
            .connection
            .prepare_cached("SELECT read_at, answer FROM looked_up WHERE subject = ?1")?
            .query_row([subject.word()], |row| {
                Ok((row.get::<_, i64>(0)?, json_of::<Answer>(row, 1)?))
            })
            .optional()?;
        Ok(row.map(|(at, answer)| LookedUp {
            subject: subject.clone(),
            at: Timestamp::from_millis(at),
            answer,
        }))
    }

    /// The register of programs, as far as it is known.
    pub(crate) fn registered(&self) -> Result<Vec<RegisteredProgram>, StoreError> {
        Ok(match self.looked_up(&Subject::Programs)?.map(|row| row.answer) {
            Some(Answer::Programs(programs)) => programs,
            _ => Vec::new(),
        })
    }
}
