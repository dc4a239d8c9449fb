//! The index of everything kept here, in a file of its own that only searching writes.
//!
//! No poll pays for it: it is brought up to date when somebody searches and something changed, in steps that a closing
//! account may stop between.

mod answer;
mod documents;
mod indexing;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};

use rusqlite::Connection;

pub(crate) use answer::{Found, FoundText};

use self::indexing::Seen;
use super::StoreError;
use super::file::{self, Kind};
use crate::search::Terms;

/// One account's index. Opened by the first search.
pub(super) struct Searcher {
    folder: PathBuf,
    closing: AtomicBool,
    open: Mutex<Option<Index>>,
}

/// What a search works with.
struct Index {
    /// The file.
    file: Connection,
    /// The other two files, on a connection of its own: screens do not wait for a search.
    source: Connection,
    /// What of them was taken in.
    seen: Option<Seen>,
    /// A small index in memory, to mark what is shown.
    marker: Connection,
}

impl Index {
    fn open(folder: &Path) -> Result<Self, StoreError> {
        Ok(Self {
            file: file::open_writer(folder, Kind::Search)?,
            source: file::open_reader(folder)?,
            seen: None,
            marker: answer::marker()?,
        })
    }
}

impl Searcher {
    pub(super) fn of(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            closing: AtomicBool::new(false),
            open: Mutex::new(None),
        }
    }

    /// Every text that has the words, newest first.
    pub(super) fn find(&self, terms: &Terms, program: Option<&str>) -> Result<Found, StoreError> {
        self.with(|index, closing| {
            indexing::bring_up_to_date(index, closing)?;
            answer::find(index, terms, program)
        })
    }

    /// Some of them, with what matches.
    pub(super) fn texts(&self, terms: &Terms, rows: &[i64]) -> Result<Vec<FoundText>, StoreError> {
        self.with(|index, _| answer::texts(index, terms, rows))
    }

    /// Closes the file for good.
    pub(super) fn close(&self) -> Result<(), StoreError> {
        self.closing.store(true, Ordering::SeqCst);
        let Some(index) = self.locked()?.take() else {
            return Ok(());
        };
        file::checkpoint(&index.file)?;
        index.file.close().map_err(|(_, error)| error.into())
    }

    /// Lets go of the files, because the others are opened anew; the next search opens them again.
    pub(super) fn forget(&self) {
        if let Ok(mut open) = self.locked() {
            *open = None;
        }
    }

    fn with<T>(&self, ask: impl Fn(&mut Index, &AtomicBool) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut open = self.locked()?;
        if self.closing.load(Ordering::SeqCst) {
            return Err(StoreError::Closed);
        }
        let index = match &mut *open {
            Some(index) => index,
            none => none.insert(Index::open(&self.folder)?),
        };
        match ask(index, &self.closing) {
            // Found while reading: all of it is made again, once.
            Err(StoreError::Damaged) => {
                *open = None;
                file::remove(&self.folder, Kind::Search)?;
                let mut index = Index::open(&self.folder)?;
                let answer = ask(&mut index, &self.closing);
                *open = Some(index);
                answer
            }
            answer => answer,
        }
    }

    fn locked(&self) -> Result<MutexGuard<'_, Option<Index>>, StoreError> {
        self.open.lock().map_err(|_| StoreError::Unexpected)
    }
}
