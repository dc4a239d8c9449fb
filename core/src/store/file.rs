//! How a file is opened: prepared, brought to its latest schema, and dealt with when it is damaged or too new.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};

use super::StoreError;

/// How long a statement waits for another process (a second terminal on the same folder).
const BUSY: Duration = Duration::from_secs(5);

/// How often it is looked whether that one is done, where SQLite does not wait itself.
const LOOKS: Duration = Duration::from_millis(10);

/// Files up to this size are checked page by page when opened; it takes a few milliseconds.
const CHECKED_UP_TO: u64 = 8 * 1024 * 1024;

const ACCOUNTS: &[M<'static>] = &[
    M::up(include_str!("migrations/accounts/0001_accounts.sql")),
    M::up(include_str!("migrations/accounts/0002_alert_rules.sql")),
    M::up(include_str!("migrations/accounts/0003_ring.sql")),
];
const CACHE: &[M<'static>] = &[
    M::up(include_str!("migrations/cache/0001_sessions_programs_state.sql")),
    M::up(include_str!("migrations/cache/0002_offers_questions.sql")),
    M::up(include_str!("migrations/cache/0003_tasks_messages_alerts.sql")),
    M::up(include_str!("migrations/cache/0004_feed.sql")),
    M::up(include_str!("migrations/cache/0005_looked_up.sql")),
];
const KEPT: &[M<'static>] = &[
    M::up(include_str!("migrations/kept/0001_what_no_server_tells_again.sql")),
    M::up(include_str!("migrations/kept/0002_outbox.sql")),
    M::up(include_str!("migrations/kept/0003_history_by_session.sql")),
    M::up(include_str!("migrations/kept/0004_transports.sql")),
    M::up(include_str!("migrations/kept/0005_told.sql")),
    M::up(include_str!("migrations/kept/0006_clock_then.sql")),
    M::up(include_str!("migrations/kept/0007_who_wrote_and_what_became_of_it.sql")),
    M::up(include_str!("migrations/kept/0008_handed_over.sql")),
    M::up(include_str!("migrations/kept/0009_heard_before.sql")),
    M::up(include_str!("migrations/kept/0010_sent.sql")),
];
const SEARCH: &[M<'static>] = &[
    M::up(include_str!("migrations/search/0001_words.sql")),
    M::up(include_str!("migrations/search/0002_each_text_once.sql")),
];

/// One of the four kinds of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Accounts,
    Cache,
    Kept,
    Search,
}

impl Kind {
    pub(super) const fn file_name(self) -> &'static str {
        match self {
            Kind::Accounts => "accounts.sqlite",
            Kind::Cache => "cache.sqlite",
            Kind::Kept => "kept.sqlite",
            Kind::Search => "search.sqlite",
        }
    }

    const fn steps(self) -> &'static [M<'static>] {
        match self {
            Kind::Accounts => ACCOUNTS,
            Kind::Cache => CACHE,
            Kind::Kept => KEPT,
            Kind::Search => SEARCH,
        }
    }

    /// Bytes of a page. Small ones make small changes cheap; where much is written at once, and seldom, large ones hold it in
    /// less.
    const fn page_size(self) -> u32 {
        match self {
            Kind::Accounts | Kind::Cache => 1_024,
            Kind::Kept | Kind::Search => 4_096,
        }
    }

    /// A commit to what cannot be fetched again reaches the disk before it returns.
    const fn synchronous(self) -> &'static str {
        match self {
            Kind::Cache | Kind::Search => "NORMAL",
            Kind::Accounts | Kind::Kept => "FULL",
        }
    }

    /// Whether it can be made again from what is elsewhere.
    const fn can_be_rebuilt(self) -> bool {
        matches!(self, Kind::Cache | Kind::Search)
    }
}

/// Opens `folder`'s file of this kind for writing. A damaged file that can be made again is begun anew; any other is renamed
/// out of the way first. A file of a later version is refused and not touched.
pub(super) fn open_writer(folder: &Path, kind: Kind) -> Result<Connection, StoreError> {
    open_with(folder, kind, Check::Usual)
}

/// As [`open_writer`], after something in the file was not as it was written: whatever its size, and its schema too.
pub(super) fn open_doubtful(folder: &Path, kind: Kind) -> Result<Connection, StoreError> {
    open_with(folder, kind, Check::All)
}

/// How closely a file is looked at when it is opened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Check {
    /// Its pages, if they are few.
    Usual,
    /// All its pages and indexes, and whether its schema is the one that migrations make.
    All,
}

fn open_with(folder: &Path, kind: Kind, check: Check) -> Result<Connection, StoreError> {
    let path = folder.join(kind.file_name());
    match patiently(|| open_checked(&path, kind, check)) {
        Err(StoreError::Damaged) => {
            tracing::warn!(file = kind.file_name(), "a damaged file was found");
            if kind.can_be_rebuilt() {
                remove_file(&path)?
            } else {
                set_aside(&path)?
            }
            patiently(|| open_checked(&path, kind, Check::Usual))
        }
        other => other,
    }
}

/// Waits for another process that makes the same file or brings it forward: of that SQLite tells at once, and does not wait.
fn patiently<T>(open: impl Fn() -> Result<T, StoreError>) -> Result<T, StoreError> {
    let until = Instant::now() + BUSY;
    loop {
        match open() {
            Err(StoreError::Busy) if Instant::now() < until => std::thread::sleep(LOOKS),
            other => return other,
        }
    }
}

/// Opens the cache for reading only, with the kept file attached as `kept`.
pub(super) fn open_reader(folder: &Path) -> Result<Connection, StoreError> {
    let cache = Connection::open_with_flags(folder.join(Kind::Cache.file_name()), read_flags())?;
    cache.busy_timeout(BUSY)?;
    cache.pragma_update(None, "temp_store", "MEMORY")?;
    cache.execute(
        "ATTACH DATABASE ?1 AS kept",
        [path_text(&folder.join(Kind::Kept.file_name()))?],
    )?;
    cache.pragma_update(None, "query_only", true)?;
    cache.set_prepared_statement_cache_capacity(64);
    Ok(cache)
}

/// Writes the WAL back into the file and truncates it, so that nothing is left open or locked.
pub(super) fn checkpoint(connection: &Connection) -> Result<(), StoreError> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

fn read_flags() -> OpenFlags {
    // Not SQLITE_OPEN_READ_ONLY: a WAL reader may have to make the shared-memory file. `query_only` forbids writes.
    OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

fn open_checked(path: &Path, kind: Kind, check: Check) -> Result<Connection, StoreError> {
    let mut connection = Connection::open_with_flags(path, read_flags() | OpenFlags::SQLITE_OPEN_CREATE)?;
    connection.busy_timeout(BUSY)?;
    // Read before anything is written, so that a later version's file stays as it is.
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let version = usize::try_from(version).map_err(|_| StoreError::Damaged)?;
    if version > kind.steps().len() {
        return Err(StoreError::TooNew);
    }
    let is_small = std::fs::metadata(path)?.len() <= CHECKED_UP_TO;
    if version > 0 && (is_small || check == Check::All) {
        let pragma = match check {
            Check::Usual => "PRAGMA quick_check(1)",
            Check::All => "PRAGMA integrity_check(1)",
        };
        let verdict: String = connection.query_row(pragma, [], |row| row.get(0))?;
        if verdict != "ok" {
            return Err(StoreError::Damaged);
        }
    }
    // The page size only takes effect while the file is empty.
    connection.pragma_update(None, "page_size", kind.page_size())?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", kind.synchronous())?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.set_prepared_statement_cache_capacity(64);
    if version < kind.steps().len() {
        bring_forward(&mut connection, kind.steps())?;
    }
    if check == Check::All && schema_of(&connection)? != schema_of(&open_in_memory(kind)?)? {
        return Err(StoreError::Damaged);
    }
    Ok(connection)
}

/// What each table and index is made of.
fn schema_of(connection: &Connection) -> Result<Vec<(String, Option<String>)>, StoreError> {
    let mut statement = connection.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Makes a new file of an earlier version's schema, for that version's rows; opening it later brings both forward.
pub(super) fn open_at(folder: &Path, kind: Kind, version: usize) -> Result<Connection, StoreError> {
    let steps = kind.steps().get(..version).ok_or(StoreError::TooNew)?;
    let mut connection = Connection::open_with_flags(
        folder.join(kind.file_name()),
        read_flags() | OpenFlags::SQLITE_OPEN_CREATE,
    )?;
    connection.pragma_update(None, "page_size", kind.page_size())?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.pragma_update(None, "foreign_keys", true)?;
    bring_forward(&mut connection, steps)?;
    Ok(connection)
}

/// Opens what is like a file of this kind, in memory.
pub(super) fn open_in_memory(kind: Kind) -> Result<Connection, StoreError> {
    let mut connection = Connection::open_in_memory()?;
    connection.pragma_update(None, "page_size", kind.page_size())?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    bring_forward(&mut connection, kind.steps())?;
    Ok(connection)
}

fn bring_forward(connection: &mut Connection, steps: &[M<'_>]) -> Result<(), StoreError> {
    let brought = Migrations::from_slice(steps).to_latest(connection);
    let Err(error) = brought else { return Ok(()) };
    // Another process that opened the file at the same moment may have done it first.
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if usize::try_from(version) == Ok(steps.len()) {
        return Ok(());
    }
    Err(match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => err.into(),
        _ => StoreError::Unexpected,
    })
}

fn set_aside(path: &Path) -> Result<(), StoreError> {
    let mut number = 1_u32;
    let aside = loop {
        let candidate = with_suffix(path, &format!(".damaged-{number}"));
        if !candidate.exists() {
            break candidate;
        }
        number += 1;
    };
    for suffix in ["", "-wal", "-shm"] {
        let from = with_suffix(path, suffix);
        if from.exists() {
            std::fs::rename(from, with_suffix(&aside, suffix))?;
        }
    }
    Ok(())
}

/// Removes `folder`'s file of this kind, which nobody has open.
pub(super) fn remove(folder: &Path, kind: Kind) -> Result<(), StoreError> {
    remove_file(&folder.join(kind.file_name()))
}

fn remove_file(path: &Path) -> Result<(), StoreError> {
    for suffix in ["", "-wal", "-shm"] {
        match std::fs::remove_file(with_suffix(path, suffix)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut text = path.as_os_str().to_owned();
    text.push(suffix);
    PathBuf::from(text)
}

fn path_text(path: &Path) -> Result<&str, StoreError> {
    path.to_str().ok_or(StoreError::Disk)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_fetched_again_is_on_the_disk_before_a_commit_returns() {
        let folder = tempfile::tempdir().unwrap();
        for (kind, full) in [
            (Kind::Kept, 2),
            (Kind::Accounts, 2),
            (Kind::Cache, 1),
            (Kind::Search, 1),
        ] {
            let connection = open_writer(folder.path(), kind).unwrap();
            let level: i64 = connection
                .pragma_query_value(None, "synchronous", |row| row.get(0))
                .unwrap();
            assert_eq!(level, full, "{}", kind.file_name());
        }
    }

    #[test]
    fn those_who_make_a_file_at_once_all_have_it() {
        for kind in [Kind::Accounts, Kind::Kept, Kind::Search, Kind::Cache] {
            let folder = tempfile::tempdir().unwrap();
            let together = std::sync::Barrier::new(4);
            std::thread::scope(|scope| {
                let open = || {
                    together.wait();
                    open_writer(folder.path(), kind).map(|_| ())
                };
                let opened: Vec<_> = (0..4).map(|_| scope.spawn(open)).collect();
                for opened in opened {
                    assert_eq!(opened.join().unwrap(), Ok(()), "{}", kind.file_name());
                }
            });
        }
    }
}
