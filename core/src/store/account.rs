//! One account's files: who opens, reads, writes and closes them.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::changes::{KeptChanges, Standings};
use super::file::{self, Kind};
use super::search::{Found, FoundText, Searcher};
use super::sessions::Counted;
use super::unwritten::Unwritten;
use super::{Changes, StoreError};
use crate::domain::AccountId;
use crate::insight::{Telling, Told};
use crate::search::Terms;

/// The open files of one account. One writer, one reader; both give way to [`close`](Self::close).
pub struct AccountStore {
    folder: PathBuf,
    files: Mutex<Option<Writer>>,
    reader: Mutex<Option<Connection>>,
    searcher: Searcher,
    /// Locked after the others, by whoever needs both.
    unwritten: Mutex<Unwritten>,
    counted: Mutex<Counted>,
    rebuilt: AtomicU32,
}

struct Writer {
    cache: Connection,
    kept: Connection,
}

/// A consistent view of both files, for as long as one question takes.
pub(crate) struct Reader<'a> {
    pub(super) connection: &'a Connection,
    pub(super) unwritten: &'a Unwritten,
    pub(super) counted: &'a Mutex<Counted>,
}

thread_local! {
    /// Whether this thread asks an account's files just now.
    static READING: Cell<bool> = const { Cell::new(false) };
}

/// For as long as it lives, this thread reads.
struct Reading;

impl Reading {
    fn begins() -> Self {
        READING.set(true);
        Self
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        READING.set(false);
    }
}

/// Whether the caller is in the middle of a read. Whoever is must not wait for what is remembered in memory: a refresh holds
/// that while it waits for the files.
pub(crate) fn is_reading() -> bool {
    READING.get()
}

impl AccountStore {
    /// Where an account's files are, whatever its id is made of.
    pub(super) fn folder_of(companion: &Path, account: &AccountId) -> PathBuf {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let name = account.as_str().bytes().fold(String::new(), |mut name, byte| {
            if plain(byte) {
                name.push(char::from(byte))
            } else {
                name.push_str(&format!("%{byte:02X}"))
            }
            name
        });
        companion.join("accounts").join(name)
    }

    /// Opens (or makes) the account's files under the companion's folder.
    pub fn open(companion: &Path, account: &AccountId) -> Result<Self, StoreError> {
        let folder = Self::folder_of(companion, account);
        std::fs::create_dir_all(&folder)?;
        // The two know nothing of each other, and somebody waits for the first rows.
        let (kept, cache) = std::thread::scope(|both| {
            let kept = both.spawn(|| file::open_writer(&folder, Kind::Kept));
            let cache = file::open_writer(&folder, Kind::Cache);
            (kept.join().unwrap_or(Err(StoreError::Unexpected)), cache)
        });
        let (kept, cache) = (kept?, cache?);
        let reader = file::open_reader(&folder)?;
        Ok(Self {
            searcher: Searcher::of(&folder),
            folder,
            files: Mutex::new(Some(Writer { cache, kept })),
            reader: Mutex::new(Some(reader)),
            unwritten: Mutex::default(),
            counted: Mutex::default(),
            rebuilt: AtomicU32::default(),
        })
    }

    /// One whose files are none: what is written to it is gone with it, and it cannot be read. What a disk costs is measured
    /// against it.
    pub fn in_memory() -> Result<Self, StoreError> {
        let kept = file::open_in_memory(Kind::Kept)?;
        let cache = file::open_in_memory(Kind::Cache)?;
        Ok(Self {
            folder: PathBuf::new(),
            files: Mutex::new(Some(Writer { cache, kept })),
            reader: Mutex::new(None),
            searcher: Searcher::of(Path::new("")),
            unwritten: Mutex::default(),
            counted: Mutex::default(),
            rebuilt: AtomicU32::default(),
        })
    }

    /// Where its files are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Asks questions of one moment.
    /// Where the cache turns out to be damaged it is begun anew, and asked once more.
    pub(crate) fn read<T>(&self, ask: impl Fn(&Reader<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        match self.read_as_it_is(&ask) {
            Err(StoreError::Damaged) => {
                self.rebuild()?;
                self.read_as_it_is(&ask)
            }
            other => other,
        }
    }

    /// As [`read`](Self::read), for whoever has to know of the damage.
    pub(crate) fn read_as_it_is<T>(&self, ask: impl Fn(&Reader<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut guard = locked(&self.reader)?;
        let connection = guard.as_mut().ok_or(StoreError::Closed)?;
        let snapshot = connection.transaction()?;
        let unwritten = locked(&self.unwritten)?;
        let _reading = Reading::begins();
        ask(&Reader {
            connection: &snapshot,
            unwritten: &unwritten,
            counted: &self.counted,
        })
    }

    /// Writes what changed: the kept file first, then the cache, each in one transaction and only if it has changes.
    /// The standings ride along in the cache's transaction, or make one of their own where they are given alone.
    /// What was seen of sessions and waited until now is written with it.
    pub fn apply(&self, changes: &Changes, standings: Option<&Standings>) -> Result<(), StoreError> {
        let mut guard = locked(&self.files)?;
        let writer = guard.as_mut().ok_or(StoreError::Closed)?;
        let kept = locked(&self.unwritten)?.before(&changes.kept);
        write_kept(writer, &kept)?;
        *locked(&self.unwritten)? = Unwritten::default();
        write_cache(writer, changes, standings)
    }

    /// As [`apply`](Self::apply), but what was seen of sessions waits in memory, where every read finds it, for the next one
    /// that is applied whole.
    pub fn apply_but_what_was_seen(&self, changes: Changes, standings: Option<&Standings>) -> Result<(), StoreError> {
        let mut guard = locked(&self.files)?;
        let writer = guard.as_mut().ok_or(StoreError::Closed)?;
        let Changes { kept, cache } = changes;
        let kept = locked(&self.unwritten)?.take_from(kept);
        write_kept(writer, &kept)?;
        write_cache(writer, &Changes { kept, cache }, standings)
    }

    /// Something seen waits to be written.
    pub fn is_behind(&self) -> bool {
        locked(&self.unwritten).is_ok_and(|unwritten| !unwritten.is_empty())
    }

    /// Writes to the kept file alone, in a transaction that is on the disk before this returns.
    pub(super) fn keep(
        &self,
        write: impl FnOnce(&Transaction<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut guard = locked(&self.files)?;
        let writer = guard.as_mut().ok_or(StoreError::Closed)?;
        within(&mut writer.kept, write)?;
        durable("outbox");
        Ok(())
    }

    /// Decides what to tell by what was told, and writes that down before it returns: both in one transaction, so that two
    /// who ask at once are not told the same. What was seen of sessions and waited is written with it, since the beginnings of
    /// what is told rest on it. Opens no transaction where nothing is news.
    pub(crate) fn tell(&self, weigh: impl Fn(&Told) -> Telling) -> Result<Telling, StoreError> {
        let news = weigh(&self.read(|reader| reader.told())?);
        if news.is_empty() {
            return Ok(news);
        }
        let mut guard = locked(&self.files)?;
        let writer = guard.as_mut().ok_or(StoreError::Closed)?;
        let seen = locked(&self.unwritten)?.before(&KeptChanges::default());
        let mut telling = Telling::default();
        within(&mut writer.kept, |file| {
            telling = weigh(&super::told::told_in(file, "main")?);
            super::kept::write(file, &seen)?;
            super::told::write(file, &telling)
        })?;
        durable("told");
        *locked(&self.unwritten)? = Unwritten::default();
        Ok(telling)
    }

    /// Which texts have these words, after the index took in what changed since somebody last searched.
    pub(crate) fn search(&self, terms: &Terms, program: Option<&str>) -> Result<Found, StoreError> {
        self.searcher.find(terms, program)
    }

    /// Some of what was found, in the order given; what went meanwhile is left out.
    pub(crate) fn found_texts(&self, terms: &Terms, rows: &[i64]) -> Result<Vec<FoundText>, StoreError> {
        self.searcher.texts(terms, rows)
    }

    /// Checkpoints and closes the files; every later call fails with [`StoreError::Closed`].
    pub fn close(&self) -> Result<(), StoreError> {
        // An index that is being brought up to date stops where it is, and goes on at the next search.
        let searched = self.searcher.close();
        drop(locked(&self.reader)?.take());
        let Some(writer) = locked(&self.files)?.take() else {
            return Ok(());
        };
        for connection in [writer.kept, writer.cache] {
            file::checkpoint(&connection)?;
            connection.close().map_err(|(_, error)| StoreError::from(error))?;
        }
        searched
    }

    /// How often the cache was begun anew since it was opened. Whoever remembers what it said has to forget that then.
    pub fn rebuilt(&self) -> u32 {
        self.rebuilt.load(Ordering::Relaxed)
    }

    /// Begins the cache anew, and sets the kept file aside if it is damaged as a whole.
    pub fn rebuild(&self) -> Result<(), StoreError> {
        let mut reader = locked(&self.reader)?;
        let mut files = locked(&self.files)?;
        if files.is_none() {
            return Err(StoreError::Closed);
        }
        self.searcher.forget();
        *reader = None;
        *files = None;
        *locked(&self.counted)? = Counted::default();
        tracing::warn!("a damaged cache is begun anew");
        file::remove(&self.folder, Kind::Cache)?;
        self.rebuilt.fetch_add(1, Ordering::Relaxed);
        let kept = file::open_doubtful(&self.folder, Kind::Kept)?;
        let cache = file::open_writer(&self.folder, Kind::Cache)?;
        *reader = Some(file::open_reader(&self.folder)?);
        *files = Some(Writer { cache, kept });
        Ok(())
    }
}

fn write_kept(writer: &mut Writer, changes: &KeptChanges) -> Result<(), StoreError> {
    if !changes.is_empty() {
        within(&mut writer.kept, |file| super::kept::write(file, changes))?;
        durable("kept");
    }
    Ok(())
}

fn write_cache(writer: &mut Writer, changes: &Changes, standings: Option<&Standings>) -> Result<(), StoreError> {
    if changes.cache.is_empty() && standings.is_none() {
        return Ok(());
    }
    within(&mut writer.cache, |file| {
        super::sessions::write(file, &changes.cache)?;
        super::programs::write(file, &changes.cache)?;
        super::states::write(file, &changes.cache)?;
        super::questions::write(file, &changes.cache)?;
        super::tasks::write(file, &changes.cache)?;
        super::messages::write(file, &changes.cache)?;
        super::looked_up::write(file, &changes.cache)?;
        standings.map_or(Ok(()), |standings| super::sources::write(file, standings))
    })?;
    durable("cache");
    Ok(())
}

/// Tells whoever follows the log that a step is on the disk; a test kills the process at each of them.
fn durable(step: &'static str) {
    tracing::trace!(target: "durable", step);
}

fn locked<T>(mutex: &Mutex<T>) -> Result<MutexGuard<'_, T>, StoreError> {
    mutex.lock().map_err(|_| StoreError::Unexpected)
}

fn within(
    connection: &mut Connection,
    write: impl FnOnce(&Transaction<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    write(&transaction)?;
    transaction.commit()?;
    Ok(())
}
