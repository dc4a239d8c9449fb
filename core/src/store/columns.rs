//! Columns to values and back, each form once.

use rusqlite::Row;
use rusqlite::types::{FromSqlError, Type};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StoreError;
use super::error::says_something_else;
use crate::domain::{ContextLeft, ProgramId, Progress, ReportedState, Session, SessionId, Timestamp};

/// The columns that a live and an ended session share, in the order [`session_of`] reads them.
pub(super) const SESSION_COLUMNS: &str = "id, program, program_derived, name, status, state_word, progress, project, \
     last_update, last_heartbeat, hand_off, context_left";

/// Reads [`SESSION_COLUMNS`].
pub(super) fn session_of(row: &Row<'_>, archived: bool) -> rusqlite::Result<Session> {
    Ok(Session {
        id: SessionId::new(row.get::<_, String>(0)?),
        program: ProgramId::new(row.get::<_, String>(1)?),
        program_derived: row.get(2)?,
        name: row.get(3)?,
        status: row.get(4)?,
        state: ReportedState::new(row.get(5)?),
        progress: progress(row.get(6)?),
        project: row.get(7)?,
        last_update: time(row, 8)?,
        last_heartbeat: time(row, 9)?,
        archived,
        hand_off_required: row.get(10)?,
        context_left: ContextLeft::of(row.get(11)?),
    })
}

/// The rows of what cannot be fetched again, but for those that say something that was never written: one odd row must
/// not hide the others. They stay in the file.
pub(super) fn readable<T, All: FromIterator<T>>(
    rows: impl Iterator<Item = rusqlite::Result<T>>,
) -> Result<All, StoreError> {
    let read = rows.filter_map(|row| match row {
        Err(error) if says_something_else(&error) => {
            tracing::warn!("a kept row cannot be read");
            None
        }
        other => Some(other),
    });
    Ok(read.collect::<rusqlite::Result<All>>()?)
}

pub(super) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp::from_millis))
}

pub(super) fn millis(time: Option<Timestamp>) -> Option<i64> {
    time.map(Timestamp::as_millis)
}

pub(super) fn progress(number: Option<f64>) -> Progress {
    number.map_or(Progress::NotReported, Progress::Reported)
}

pub(super) fn context_number(left: ContextLeft) -> Option<f64> {
    match left {
        ContextLeft::NotReported => None,
        ContextLeft::Percent(number) | ContextLeft::RawBytes(number) => Some(number),
    }
}

pub(super) fn json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    Ok(serde_json::to_string(value)?)
}

pub(super) fn json_of<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    parse(&text, column)
}

pub(super) fn optional_json_of<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    row.get::<_, Option<String>>(column)?
        .map(|text| parse(&text, column))
        .transpose()
}

fn parse<T: DeserializeOwned>(text: &str, column: usize) -> rusqlite::Result<T> {
    serde_json::from_str(text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(FromSqlError::other(error)))
    })
}
