//! What the person was told. Written before it is said: after a kill between the two it is not said again.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use super::columns::{json, optional_json_of, readable};
use super::{Reader, StoreError};
use crate::domain::Timestamp;
use crate::insight::{ALERT_KINDS, AlertKind, Slot, Telling, Told};

impl Reader<'_> {
    /// What was told until now.
    pub(crate) fn told(&self) -> Result<Told, StoreError> {
        told_in(self.connection, "kept")
    }
}

pub(super) fn told_in(connection: &Connection, schema: &str) -> Result<Told, StoreError> {
    let begun = connection
        .prepare_cached(&format!("SELECT 1 FROM {schema}.telling"))?
        .query_row([], |_| Ok(()))
        .optional()?
        .is_some();
    let mut statement = connection.prepare_cached(&format!(
        "SELECT kind, subject, until, held FROM {schema}.told ORDER BY kind, subject"
    ))?;
    let rows = statement.query_map([], |row| {
        let until = Timestamp::from_millis(row.get(2)?);
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, String>(1)?,
            until,
            optional_json_of(row, 3)?,
        ))
    })?;
    let mut told = Told {
        begun,
        marks: BTreeMap::new(),
        held: Vec::new(),
    };
    for (word, subject, until, held) in readable::<_, Vec<_>>(rows)? {
        // A later version may know more kinds; they are its own.
        if let Some(kind) = ALERT_KINDS.into_iter().find(|kind| word_of(*kind) == word) {
            told.marks.insert((kind, subject), until);
            told.held.extend(held);
        }
    }
    Ok(told)
}

pub(super) fn write(file: &Transaction<'_>, telling: &Telling) -> Result<(), StoreError> {
    if telling.begins {
        file.execute("INSERT INTO telling (one) VALUES (1) ON CONFLICT (one) DO NOTHING", [])?;
    }
    let at_slot = |statement: &str, (kind, subject): &Slot| -> Result<(), StoreError> {
        file.prepare_cached(statement)?
            .execute(params![word_of(*kind), subject])?;
        Ok(())
    };
    for slot in &telling.released {
        at_slot("UPDATE told SET held = NULL WHERE kind = ?1 AND subject = ?2", slot)?;
    }
    for slot in &telling.forgotten {
        at_slot("DELETE FROM told WHERE kind = ?1 AND subject = ?2", slot)?;
    }
    for ((kind, subject), until, held) in &telling.marks {
        let held = held.as_ref().map(json).transpose()?;
        file.prepare_cached(
            "INSERT INTO told (kind, subject, until, held) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (kind, subject) DO UPDATE SET until = excluded.until, held = excluded.held",
        )?
        .execute(params![word_of(*kind), subject, until.as_millis(), held])?;
    }
    Ok(())
}

const fn word_of(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::Blocked => "blocked",
        AlertKind::Asked => "asked",
        AlertKind::Alerted => "alerted",
        AlertKind::Silent => "silent",
        AlertKind::Stalled => "stalled",
        AlertKind::Fell => "fell",
        AlertKind::Finished => "finished",
        AlertKind::KeyEnding => "key",
    }
}
