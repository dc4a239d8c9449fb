//! All rows of an account's two files as values, and files made of them: what a recording begins with.

use std::path::Path;

use rusqlite::types::{Value as Cell, ValueRef};
use rusqlite::{Connection, params_from_iter};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::file::{self, Kind};
use super::{AccountStore, StoreError};
use crate::domain::AccountId;

/// Ended sessions grow for ever; so many of the newest say what a screen shows.
const ENDED: u32 = 500;

/// The rows of both files at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// What can be fetched again.
    pub cache: FileRows,
    /// What cannot.
    pub kept: FileRows,
}

/// The rows of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileRows {
    /// Of its schema.
    pub version: usize,
    /// In an order in which they can be filled.
    pub tables: Vec<TableRows>,
}

/// The rows of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableRows {
    /// Its name.
    pub name: String,
    /// Of its columns, likewise.
    pub columns: Vec<String>,
    /// A value for each column.
    pub rows: Vec<Vec<Value>>,
}

impl AccountStore {
    /// All rows of this moment, but only the newest of the ended sessions and what belongs to them.
    ///
    /// # Errors
    /// When the files cannot be read.
    pub fn snapshot(&self) -> Result<Snapshot, StoreError> {
        self.read(|reader| {
            Ok(Snapshot {
                cache: rows_of(reader.connection, "main")?,
                kept: rows_of(reader.connection, "kept")?,
            })
        })
    }

    /// Makes an account's files of such rows, under a companion's folder that has none for it yet.
    ///
    /// # Errors
    /// [`StoreError::TooNew`] for rows of a later version; when the files cannot be written, or the rows do not fit.
    pub fn restore(companion: &Path, account: &AccountId, rows: &Snapshot) -> Result<(), StoreError> {
        let folder = Self::folder_of(companion, account);
        std::fs::create_dir_all(&folder)?;
        for (kind, rows) in [(Kind::Kept, &rows.kept), (Kind::Cache, &rows.cache)] {
            let mut connection = file::open_at(&folder, kind, rows.version)?;
            fill(&mut connection, rows)?;
            file::checkpoint(&connection)?;
        }
        Ok(())
    }
}

fn rows_of(connection: &Connection, schema: &str) -> Result<FileRows, StoreError> {
    let version: i64 = connection.query_row(&format!("PRAGMA {schema}.user_version"), [], |row| row.get(0))?;
    let mut statement = connection.prepare(&format!(
        "SELECT name FROM {schema}.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY rowid"
    ))?;
    let names: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let tables = names.into_iter().map(|name| table_of(connection, schema, name));
    Ok(FileRows {
        version: usize::try_from(version).map_err(|_| StoreError::Damaged)?,
        tables: tables.collect::<Result<_, _>>()?,
    })
}

fn table_of(connection: &Connection, schema: &str, name: String) -> Result<TableRows, StoreError> {
    let newest = format!("SELECT id FROM ended_session ORDER BY newest_at DESC LIMIT {ENDED}");
    let traces = format!("seen_until IS NULL OR session IN ({newest})");
    let which = match name.as_str() {
        "ended_session" => format!("id IN ({newest})"),
        "trace" => traces,
        "sample" | "beat" => format!("trace IN (SELECT row FROM kept.trace WHERE {traces})"),
        _ => "1".to_owned(),
    };
    let mut statement = connection.prepare(&format!("SELECT * FROM {schema}.{name} WHERE {which} ORDER BY 1"))?;
    let columns: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
    let count = columns.len();
    let mut rows = statement.query([])?;
    let mut read = Vec::new();
    while let Some(row) = rows.next()? {
        let cells = (0..count).map(|column| Ok(value_of(row.get_ref(column)?)));
        read.push(cells.collect::<Result<Vec<_>, StoreError>>()?);
    }
    Ok(TableRows {
        name,
        columns,
        rows: read,
    })
}

/// No table of ours has blobs.
fn value_of(cell: ValueRef<'_>) -> Value {
    match cell {
        ValueRef::Null | ValueRef::Blob(_) => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
    }
}

fn cell_of(value: &Value) -> Cell {
    match value {
        Value::String(text) => Cell::Text(text.clone()),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Cell::Integer(whole),
            (None, Some(real)) => Cell::Real(real),
            (None, None) => Cell::Null,
        },
        Value::Bool(truth) => Cell::Integer(i64::from(*truth)),
        Value::Null | Value::Array(_) | Value::Object(_) => Cell::Null,
    }
}

fn fill(connection: &mut Connection, rows: &FileRows) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    for table in &rows.tables {
        let known: bool = transaction.query_row(
            "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1",
            [&table.name],
            |row| row.get(0),
        )?;
        // Names become part of a statement here, and a recording may come from anywhere.
        let plain = |name: &String| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !known || !table.columns.iter().all(plain) {
            return Err(StoreError::Damaged);
        }
        transaction.execute(&format!("DELETE FROM {}", table.name), [])?;
        let places: Vec<String> = (1..=table.columns.len()).map(|place| format!("?{place}")).collect();
        let mut statement = transaction.prepare(&format!(
            "INSERT INTO {} ({}) VALUES ({})",
            table.name,
            table.columns.join(", "),
            places.join(", ")
        ))?;
        for row in &table.rows {
            if row.len() != table.columns.len() {
                return Err(StoreError::Damaged);
            }
            statement.execute(params_from_iter(row.iter().map(cell_of)))?;
        }
    }
    transaction.commit()?;
    Ok(())
}
