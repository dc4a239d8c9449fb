//! Bringing the index up to date: only texts that are new, changed or gone are written.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};

use super::Index;
use super::documents::{self, Document};
use crate::search::spaced;
use crate::store::{Reader, StoreError};

/// Texts per transaction: a closing account waits for no more than these.
const STEP: usize = 1_000;

/// What of the other two files was taken in: a number for each that changes when somebody writes it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    cache: i64,
    kept: i64,
}

/// A text as the index has it.
struct Known {
    row: i64,
    facts: i64,
    words: i64,
    /// It is still there.
    met: bool,
}

/// What has to be written.
enum Step {
    New {
        name: i64,
        document: Document,
    },
    Changed {
        row: i64,
        document: Document,
    },
    /// The same text with other facts: its words need not be looked at.
    Moved {
        row: i64,
        document: Document,
    },
    Gone {
        row: i64,
    },
}

pub(super) fn bring_up_to_date(index: &mut Index, closing: &AtomicBool) -> Result<(), StoreError> {
    let snapshot = index.source.transaction()?;
    let seen = seen(&snapshot)?;
    if index.seen == Some(seen) {
        return Ok(());
    }
    let mut known = known(&index.file)?;
    let mut steps = Vec::new();
    let file = &mut index.file;
    // What waits to be written holds no words that the file does not, but for the first name of a session just met.
    let (unwritten, counted) = Default::default();
    let reader = Reader {
        connection: &snapshot,
        unwritten: &unwritten,
        counted: &counted,
    };
    documents::each(&reader, &mut |document: Document| {
        let name = number(&(document.kind.word(), &document.key));
        let (facts, words) = (document.facts(), number(&document.text));
        match known.get_mut(&name) {
            // Two with one name: the first one counts.
            Some(known) if known.met => return Ok(()),
            Some(known) => {
                known.met = true;
                let row = known.row;
                if known.words != words {
                    steps.push(Step::Changed { row, document });
                } else if known.facts != facts {
                    steps.push(Step::Moved { row, document });
                }
            }
            None => {
                let met = Known {
                    row: 0,
                    facts,
                    words,
                    met: true,
                };
                known.insert(name, met);
                steps.push(Step::New { name, document });
            }
        }
        if steps.len() >= STEP {
            write(file, &mut steps, closing)?;
        }
        Ok(())
    })?;
    let gone = known.values().filter(|known| !known.met);
    steps.extend(gone.map(|known| Step::Gone { row: known.row }));
    while !steps.is_empty() {
        let rest = steps.split_off(steps.len().min(STEP));
        write(file, &mut steps, closing)?;
        steps = rest;
    }
    index.seen = Some(seen);
    Ok(())
}

fn seen(snapshot: &Connection) -> Result<Seen, StoreError> {
    let version = |sql: &str| snapshot.query_row(sql, [], |row| row.get(0));
    Ok(Seen {
        cache: version("PRAGMA main.data_version")?,
        kept: version("PRAGMA kept.data_version")?,
    })
}

fn known(file: &Connection) -> Result<HashMap<i64, Known>, StoreError> {
    let mut statement = file.prepare_cached("SELECT name, row, facts, words FROM document")?;
    let rows = statement.query_map([], |row| {
        let known = Known {
            row: row.get(1)?,
            facts: row.get(2)?,
            words: row.get(3)?,
            met: false,
        };
        Ok((row.get(0)?, known))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn write(file: &mut Connection, steps: &mut Vec<Step>, closing: &AtomicBool) -> Result<(), StoreError> {
    if closing.load(Ordering::SeqCst) {
        return Err(StoreError::Closed);
    }
    let transaction = file.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in steps.drain(..) {
        take(&transaction, &step)?;
    }
    transaction.commit()?;
    Ok(())
}

fn take(file: &Transaction<'_>, step: &Step) -> Result<(), StoreError> {
    match step {
        Step::New { name, document } => {
            // Another terminal may have been faster.
            let mut there = file.prepare_cached("SELECT row FROM document WHERE name = ?1")?;
            let row = there.query_row([name], |row| row.get(0)).optional()?;
            if let Some(row) = row {
                drop_words(file, row)?;
                change(file, row, document)?;
                return put_words(file, row, document);
            }
            put(file, *name, document)?;
            put_words(file, file.last_insert_rowid(), document)
        }
        Step::Changed { row, document } => {
            drop_words(file, *row)?;
            change(file, *row, document)?;
            put_words(file, *row, document)
        }
        Step::Moved { row, document } => change(file, *row, document),
        Step::Gone { row } => {
            drop_words(file, *row)?;
            file.prepare_cached("DELETE FROM document WHERE row = ?1")?
                .execute([row])?;
            Ok(())
        }
    }
}

fn put(file: &Transaction<'_>, name: i64, document: &Document) -> Result<(), StoreError> {
    file.prepare_cached(
        "INSERT INTO document (name, facts, words, kind, about, program, other, at, kept, text)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        name,
        document.facts(),
        number(&document.text),
        document.kind.word(),
        document.about,
        document.program,
        document.other,
        document.at,
        document.kept,
        document.text,
    ])?;
    Ok(())
}

fn change(file: &Transaction<'_>, row: i64, document: &Document) -> Result<(), StoreError> {
    file.prepare_cached(
        "UPDATE document SET facts = ?2, words = ?3, about = ?4, program = ?5, other = ?6, at = ?7, kept = ?8, text = ?9
         WHERE row = ?1",
    )?
    .execute(params![
        row,
        document.facts(),
        number(&document.text),
        document.about,
        document.program,
        document.other,
        document.at,
        document.kept,
        document.text,
    ])?;
    Ok(())
}

fn put_words(file: &Transaction<'_>, row: i64, document: &Document) -> Result<(), StoreError> {
    file.prepare_cached("INSERT INTO word (rowid, text) VALUES (?1, ?2)")?
        .execute(params![row, spaced(&document.text)])?;
    Ok(())
}

fn drop_words(file: &Transaction<'_>, row: i64) -> Result<(), StoreError> {
    file.prepare_cached("DELETE FROM word WHERE rowid = ?1")?
        .execute([row])?;
    Ok(())
}

/// A number for a value. Should another release of the standard library make others, texts are indexed once more.
pub(super) fn number(value: &impl Hash) -> i64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    i64::from_ne_bytes(hasher.finish().to_ne_bytes())
}
