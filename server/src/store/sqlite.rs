//! One SQLite file, or one in memory: a connection that writes, and for a file some that read.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql, Transaction, TransactionBehavior};
use rusqlite_migration::{M, MigrationDefinitionError, Migrations};

use super::sql::{Batch, Cell, Cells, Database, News, Sql, Stored, Watched, Watcher};
use super::{StoreError, files};

/// The name of the file inside the data folder.
pub(crate) const FILE: &str = "server.sqlite";

pub(super) const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!("migrations/sqlite/0001_first_house.sql")),
    M::up(include_str!("migrations/sqlite/0002_records.sql")),
];

/// How often is looked whether another process wrote: a command of the same machine is to be heard within a second.
const LOOK_EVERY: Duration = Duration::from_millis(200);

const READERS: usize = 3;

pub(crate) struct Sqlite {
    writer: Mutex<Connection>,
    /// Empty in memory, where the writer's is the only connection.
    readers: Vec<Mutex<Connection>>,
    file: Option<PathBuf>,
}

/// A connection that is asked whether another one wrote.
struct Watch {
    connection: Connection,
    seen: i64,
}

impl Sqlite {
    /// Opens `folder/server.sqlite`, made if missing, or a database in memory, and brings it up to date.
    pub(crate) fn open(folder: Option<&Path>) -> Stored<Self> {
        let file: Option<PathBuf> = folder.map(|folder| folder.join(FILE));
        if let Some(folder) = folder {
            files::make_private_folder(folder)?;
            files::make_private_file(&folder.join(FILE))?;
        }
        let mut writer = connect(file.as_deref())?;
        migrate(&mut writer)?;
        let mut readers = Vec::new();
        if let Some(file) = &file {
            for _ in 0..READERS {
                readers.push(Mutex::new(connect(Some(file))?));
            }
        }
        Ok(Self {
            writer: Mutex::new(writer),
            readers,
            file,
        })
    }

    fn reader(&self) -> MutexGuard<'_, Connection> {
        let free = self.readers.iter().find_map(|reader| reader.try_lock().ok());
        free.unwrap_or_else(|| lock(self.readers.first().unwrap_or(&self.writer)))
    }
}

/// A file that nobody else uses: a backup that is written, or one that is read.
pub(crate) struct Alone(Connection);

impl Alone {
    /// Opens a file, and brings it up to date.
    pub(super) fn open(file: &Path) -> Stored<Self> {
        let mut connection = Connection::open(file)?;
        // One file, with nothing beside it once it is closed.
        connection
            .execute_batch("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;")?;
        migrate(&mut connection)?;
        Ok(Self(connection))
    }

    /// The same for one that may be anything.
    pub(super) fn checked(file: &Path) -> Stored<Self> {
        let connection = Connection::open(file)?;
        let no_backup = |_| StoreError::NoBackup;
        let steps: i64 = connection
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .map_err(no_backup)?;
        let whole: String = connection
            .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
            .map_err(no_backup)?;
        let known = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'tenant'";
        let known: i64 = connection.query_row(known, [], |row| row.get(0)).map_err(no_backup)?;
        if steps < 1 || whole != "ok" || known != 1 {
            return Err(StoreError::NoBackup);
        }
        drop(connection);
        Self::open(file)
    }

    /// Whether a database's own files stand beside it, in which some of it may still be.
    pub(super) fn is_in_use(file: &Path) -> bool {
        ["-wal", "-journal"].iter().any(|end| {
            let mut beside = file.as_os_str().to_owned();
            beside.push(end);
            std::fs::metadata(beside).is_ok_and(|found| found.len() > 0)
        })
    }

    /// Writes in one transaction.
    pub(super) fn write<T>(&mut self, work: impl FnOnce(&mut dyn Sql) -> Stored<T>) -> Stored<T> {
        let mut open = Open(self.0.transaction_with_behavior(TransactionBehavior::Immediate)?);
        let outcome = work(&mut open)?;
        open.0.commit()?;
        Ok(outcome)
    }

    /// Reads.
    pub(super) fn read<T>(&mut self, work: impl FnOnce(&mut dyn Sql) -> Stored<T>) -> Stored<T> {
        work(&mut Open(self.0.transaction()?))
    }

    /// Lets go of the file; what went wrong at the last moment is told.
    pub(super) fn close(self) -> Stored<()> {
        self.0.close().map_err(|(_, error)| error.into())
    }
}

fn migrate(connection: &mut Connection) -> Stored<()> {
    let brought = Migrations::from_slice(MIGRATIONS).to_latest(connection);
    brought.map_err(|error| match error {
        rusqlite_migration::Error::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) => {
            StoreError::FromTheFuture
        }
        other => StoreError::Migration(other),
    })
}

/// Whether the folder's file needs no migration.
pub(super) fn is_up_to_date(folder: &Path) -> Stored<bool> {
    let file = folder.join(FILE);
    if !file.exists() {
        return Ok(false);
    }
    let steps: i64 = connect(Some(&file))?.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(usize::try_from(steps) == Ok(MIGRATIONS.len()))
}

fn connect(file: Option<&Path>) -> Stored<Connection> {
    let connection = match file {
        Some(file) => Connection::open(file)?,
        None => Connection::open_in_memory()?,
    };
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;",
    )?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

fn data_version(connection: &Connection) -> Stored<i64> {
    Ok(connection.query_row("PRAGMA data_version", [], |row| row.get(0))?)
}

// A panic rolled its transaction back, so the connection is as good as before.
fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Database for Sqlite {
    fn write(&self, work: &mut dyn FnMut(&mut dyn Batch) -> Stored<()>) -> Stored<()> {
        let mut connection = lock(&self.writer);
        let mut open = Open(connection.transaction_with_behavior(TransactionBehavior::Immediate)?);
        work(&mut open)?;
        Ok(open.0.commit()?)
    }

    fn read(&self, work: &mut dyn FnMut(&mut dyn Sql) -> Stored<()>) -> Stored<()> {
        let mut connection = self.reader();
        work(&mut Open(
            connection.transaction_with_behavior(TransactionBehavior::Deferred)?,
        ))
    }

    fn write_aside(&self, work: &mut dyn FnMut(&mut dyn Sql) -> Stored<()>) -> Stored<()> {
        self.write(&mut |open| work(open.sql()))
    }

    fn writers(&self) -> usize {
        1
    }

    fn watcher(&self) -> Stored<Option<Box<dyn Watcher>>> {
        let Some(file) = &self.file else { return Ok(None) };
        let connection = connect(Some(file))?;
        let seen = data_version(&connection)?;
        Ok(Some(Box::new(Watch { connection, seen })))
    }
}

impl Watcher for Watch {
    fn wait(&mut self) -> Watched {
        std::thread::sleep(LOOK_EVERY);
        match data_version(&self.connection) {
            Ok(now) if now != self.seen => {
                self.seen = now;
                Watched::Something
            }
            // One that cannot be read now is read the next time.
            _ => Watched::Nothing,
        }
    }
}

struct Open<'c>(Transaction<'c>);

/// SQLite numbers its parameters with a question mark; a dollar would be a name, numbered by where it first stands.
fn numbered(statement: &str) -> String {
    statement.replace('$', "?")
}

impl Sql for Open<'_> {
    fn query(&mut self, statement: &str, cells: &[Cell]) -> Stored<Vec<Cells>> {
        let mut question = self.0.prepare_cached(&numbered(statement))?;
        let width = question.column_count();
        let mut rows = question.query(rusqlite::params_from_iter(cells))?;
        let mut answer = Vec::new();
        while let Some(row) = rows.next()? {
            let mut cells = Vec::with_capacity(width);
            for place in 0..width {
                cells.push(match row.get_ref(place)? {
                    ValueRef::Null => Cell::Null,
                    ValueRef::Integer(int) => Cell::Int(int),
                    ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
                    ValueRef::Real(_) | ValueRef::Blob(_) => return Err(StoreError::Unexpected),
                });
            }
            answer.push(cells);
        }
        Ok(answer)
    }

    fn execute(&mut self, statement: &str, cells: &[Cell]) -> Stored<u64> {
        let changed = self
            .0
            .prepare_cached(&numbered(statement))?
            .execute(rusqlite::params_from_iter(cells))?;
        Ok(changed as u64)
    }

    /// A transaction that writes has the whole file to itself.
    fn locking(&self) -> &'static str {
        ""
    }
}

impl Batch for Open<'_> {
    fn begin_piece(&mut self) -> Stored<()> {
        self.execute("SAVEPOINT piece", &[]).map(drop)
    }

    fn keep_piece(&mut self) -> Stored<()> {
        self.execute("RELEASE piece", &[]).map(drop)
    }

    fn undo_piece(&mut self) -> Stored<()> {
        self.execute("ROLLBACK TO piece", &[])?;
        self.keep_piece()
    }

    fn sql(&mut self) -> &mut dyn Sql {
        self
    }

    /// Whoever needs to be alone holds the folder.
    fn is_alone(&mut self) -> Stored<bool> {
        Ok(true)
    }

    /// The file's other users look for themselves.
    fn announce(&mut self, _: &News) -> Stored<()> {
        Ok(())
    }
}

impl ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Cell::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Cell::Int(int) => ToSqlOutput::Borrowed(ValueRef::Integer(*int)),
            Cell::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}
