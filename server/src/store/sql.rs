//! The one trait behind which a database stands: statements in, cells out, inside a transaction. Every question of this
//! server is asked once, in the words that SQLite and PostgreSQL share (`$1`, `ON CONFLICT`, `RETURNING`), so that the
//! two cannot come to behave differently.

use std::fmt;

use cachebash_core::domain::Timestamp;
use serde::{Deserialize, Serialize};

use super::StoreError;

/// The outcome of anything in the store.
pub(crate) type Stored<T> = Result<T, StoreError>;

/// A value on its way into a statement or out of a row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    Text(String),
}

/// One row of an answer.
pub(crate) type Cells = Vec<Cell>;

/// An open transaction of either database.
pub(crate) trait Sql {
    /// All rows of an answer.
    fn query(&mut self, statement: &str, cells: &[Cell]) -> Stored<Vec<Cells>>;

    /// Runs a statement and says how many rows it changed.
    fn execute(&mut self, statement: &str, cells: &[Cell]) -> Stored<u64>;

    /// What follows a SELECT whose rows nobody else may change before this transaction ends.
    fn locking(&self) -> &'static str;

    /// The one row of an answer, if there is one.
    fn one(&mut self, statement: &str, cells: &[Cell]) -> Stored<Option<Cells>> {
        Ok(self.query(statement, cells)?.into_iter().next())
    }
}

/// A database that was opened.
pub(crate) trait Database: Send + Sync + 'static {
    /// Runs `work` once, in one transaction that is durable when this returns `Ok`. It never happened otherwise, unless
    /// the database was lost while it committed: then nobody knows, and the error says so too. Blocks.
    fn write(&self, work: &mut dyn FnMut(&mut dyn Batch) -> Stored<()>) -> Stored<()>;

    /// The same for a short transaction that does not wait for its turn among the writers.
    fn write_aside(&self, work: &mut dyn FnMut(&mut dyn Sql) -> Stored<()>) -> Stored<()>;

    /// Runs `work` on one unchanging view of the data. Blocks.
    fn read(&self, work: &mut dyn FnMut(&mut dyn Sql) -> Stored<()>) -> Stored<()>;

    /// How many transactions may write at once. One: the file is written by one after the other.
    fn writers(&self) -> usize;

    /// Whether other processes write into the same data without this one's knowing at once.
    fn is_shared(&self) -> bool {
        self.writers() > 1
    }

    /// Who tells of what other processes write. `None`: there is nobody else, now or later.
    fn watcher(&self) -> Stored<Option<Box<dyn Watcher>>>;
}

/// Watches what others write. Does not keep the database open.
pub(crate) trait Watcher: Send {
    /// Blocks for a while, or until somebody wrote.
    fn wait(&mut self) -> Watched;
}

/// What was seen of others who use the same data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Watched {
    Nothing,
    /// Somebody wrote something, perhaps this process itself.
    Something,
    /// Somebody wrote just this, perhaps this process itself.
    News(Vec<News>),
    /// The database was closed.
    Closed,
}

/// What one transaction brought, as far as others must hear of it at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct News {
    #[serde(default)]
    pub(crate) tenant: Option<String>,
    /// How far the tenant has come.
    #[serde(default)]
    pub(crate) seq: Option<i64>,
    /// Keys changed.
    #[serde(default)]
    pub(crate) keys: bool,
    /// A tenant came or went.
    #[serde(default)]
    pub(crate) tenants: bool,
}

/// A transaction that holds several pieces of work, each of which may fail alone.
pub(crate) trait Batch: Sql {
    /// Marks where to go back to.
    fn begin_piece(&mut self) -> Stored<()>;
    /// Keeps what was done since.
    fn keep_piece(&mut self) -> Stored<()>;
    /// Undoes what was done since.
    fn undo_piece(&mut self) -> Stored<()>;
    /// As a plain transaction.
    fn sql(&mut self) -> &mut dyn Sql;
    /// Whether no server uses the data now, and none will before the end of this transaction.
    fn is_alone(&mut self) -> Stored<bool>;
    /// Tells other processes once this is durable.
    fn announce(&mut self, news: &News) -> Stored<()>;
}

impl Cell {
    pub(crate) fn text(self) -> Stored<String> {
        match self {
            Cell::Text(text) => Ok(text),
            _ => Err(StoreError::Unexpected),
        }
    }

    pub(crate) fn optional_text(self) -> Option<String> {
        match self {
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn int(self) -> Stored<i64> {
        match self {
            Cell::Int(int) => Ok(int),
            _ => Err(StoreError::Unexpected),
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl From<i64> for Cell {
    fn from(int: i64) -> Self {
        Cell::Int(int)
    }
}

impl From<u32> for Cell {
    fn from(int: u32) -> Self {
        Cell::Int(int.into())
    }
}

impl From<Timestamp> for Cell {
    fn from(at: Timestamp) -> Self {
        Cell::Int(at.as_millis())
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Null, Into::into)
    }
}

impl fmt::Debug for dyn Sql + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sql")
    }
}

/// The cells of a statement, each made from its value.
macro_rules! cells {
    ($($value:expr),* $(,)?) => { &[$($crate::store::Cell::from($value)),*] };
}
pub(crate) use cells;
