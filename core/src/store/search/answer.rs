//! Asking the index, and marking what it found.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::Index;
use crate::domain::{ActionId, KeyHash, MessageId, ProgramId, QuestionId, SessionId, TaskId, Timestamp};
use crate::search::{HitKind, MARK_BEGIN, MARK_END, Opens, Piece, Terms, marked, shortened, spaced};
use crate::store::StoreError;
use crate::store::columns::time;

/// One match, before its text is read.
#[derive(Clone, Copy)]
pub(crate) struct Match {
    /// Where its text is.
    pub(crate) row: i64,
    /// What it is.
    pub(crate) kind: HitKind,
    /// When it was said.
    pub(crate) at: Option<Timestamp>,
}

/// Every match, in no order.
pub(crate) struct Found {
    /// The matches.
    pub(crate) matches: Vec<Match>,
}

/// One match with its text.
pub(crate) struct FoundText {
    /// What it is.
    pub(crate) kind: HitKind,
    /// Who said it, or whom it is about.
    pub(crate) program: Option<ProgramId>,
    /// What it leads to.
    pub(crate) opens: Opens,
    /// When it was said.
    pub(crate) at: Option<Timestamp>,
    /// What matches.
    pub(crate) piece: Piece,
    /// The server has it no longer.
    pub(crate) kept_here: bool,
}

/// A text as the file has it.
struct Stored {
    kind: HitKind,
    about: String,
    program: Option<String>,
    at: Option<Timestamp>,
    kept: bool,
    text: String,
}

pub(super) fn find(index: &Index, terms: &Terms, program: Option<&str>) -> Result<Found, StoreError> {
    let mut statement = index.file.prepare_cached(
        "SELECT d.row, d.kind, d.at FROM word w JOIN document d ON d.row = w.rowid
         WHERE w.text MATCH ?1 AND (?2 IS NULL OR d.program = ?2 OR d.other = ?2)",
    )?;
    let rows = statement.query_map(params![terms.all(), program], |row| {
        let kind = HitKind::of_word(row.get_ref(1)?.as_str()?);
        let (row, at) = (row.get(0)?, time(row, 2)?);
        Ok(kind.map(|kind| Match { row, kind, at }))
    })?;
    let matches = rows.filter_map(Result::transpose).collect::<Result<_, _>>()?;
    Ok(Found { matches })
}

pub(super) fn texts(index: &Index, terms: &Terms, rows: &[i64]) -> Result<Vec<FoundText>, StoreError> {
    let mut stored = Vec::new();
    let mut statement = index
        .file
        .prepare_cached("SELECT kind, about, program, at, kept, text FROM document WHERE row = ?1")?;
    for row in rows {
        let found = statement.query_row([row], stored_of).optional()?.flatten();
        stored.extend(found);
    }
    let marks = marks(&index.marker, terms, &stored)?;
    let found = stored.into_iter().zip(marks).filter_map(|(stored, spans)| {
        // Without a mark it is another text by now.
        let piece = Piece::around(&stored.text, spans)?;
        let (kind, program) = (stored.kind, stored.program.map(ProgramId::new));
        Some(FoundText {
            opens: opens(kind, stored.about, program.clone()),
            at: stored.at,
            kept_here: stored.kept,
            kind,
            program,
            piece,
        })
    });
    Ok(found.collect())
}

fn stored_of(row: &Row<'_>) -> rusqlite::Result<Option<Stored>> {
    let Some(kind) = HitKind::of_word(row.get_ref(0)?.as_str()?) else {
        return Ok(None);
    };
    Ok(Some(Stored {
        kind,
        about: row.get(1)?,
        program: row.get(2)?,
        at: time(row, 3)?,
        kept: row.get(4)?,
        text: row.get(5)?,
    }))
}

fn opens(kind: HitKind, about: String, program: Option<ProgramId>) -> Opens {
    match kind {
        HitKind::Program | HitKind::HandOffNotes | HitKind::OpenQuestion | HitKind::WorkItem | HitKind::LastTask => {
            Opens::Program {
                program: ProgramId::new(about),
            }
        }
        HitKind::Session => Opens::Session {
            session: SessionId::new(about),
            program: program.unwrap_or_else(|| ProgramId::new(String::new())),
        },
        HitKind::AskedQuestion => Opens::Question {
            question: QuestionId::new(about),
        },
        HitKind::Task => Opens::Task {
            task: TaskId::new(about),
        },
        HitKind::Message | HitKind::Reply => Opens::Message {
            id: MessageId::new(about),
        },
        HitKind::Alert => Opens::Alert {
            alert: MessageId::new(about),
        },
        HitKind::Group => Opens::Group { group: about },
        HitKind::Sprint => Opens::Sprint { sprint: about },
        HitKind::Key => Opens::Key {
            key: KeyHash::new(about),
        },
        HitKind::Outbox => Opens::Outbox {
            action: ActionId::new(about),
        },
    }
}

/// An index in memory for the texts of one page. It folds as the file does, so what is marked is what was found.
pub(super) fn marker() -> Result<Connection, StoreError> {
    let marker = Connection::open_in_memory()?;
    marker
        .execute_batch("CREATE VIRTUAL TABLE shown USING fts5 (text, tokenize = \"unicode61 remove_diacritics 2\")")?;
    Ok(marker)
}

/// Where each text matches: whole words whole, the last one as far as it was typed.
fn marks(marker: &Connection, terms: &Terms, stored: &[Stored]) -> Result<Vec<Vec<(usize, usize)>>, StoreError> {
    marker.execute("DELETE FROM shown", [])?;
    let mut put = marker.prepare_cached("INSERT INTO shown (rowid, text) VALUES (?1, ?2)")?;
    for (row, stored) in (0_i64..).zip(stored) {
        put.execute(params![row, spaced(&stored.text)])?;
    }
    let whole = match terms.any_whole() {
        Some(words) => highlighted(marker, &words)?,
        None => BTreeMap::new(),
    };
    let begun = highlighted(marker, &terms.beginning())?;
    let of_row = |(row, stored): (i64, &Stored)| {
        let mut spans = whole.get(&row).cloned().unwrap_or_default();
        if let Some(found) = begun.get(&row) {
            spans.extend(shortened(&stored.text, found, terms.letters_begun()));
        }
        spans
    };
    Ok((0_i64..).zip(stored).map(of_row).collect())
}

fn highlighted(marker: &Connection, words: &str) -> Result<BTreeMap<i64, Vec<(usize, usize)>>, StoreError> {
    let mut statement =
        marker.prepare_cached("SELECT rowid, highlight(shown, 0, ?2, ?3) FROM shown WHERE text MATCH ?1")?;
    let signs = (MARK_BEGIN.to_string(), MARK_END.to_string());
    let rows = statement.query_map(params![words, signs.0, signs.1], |row| {
        Ok((row.get(0)?, marked(row.get_ref(1)?.as_str()?)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
