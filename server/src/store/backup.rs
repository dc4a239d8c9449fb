//! A backup is an SQLite file with the server's own tables, whatever database it comes from, read in one unchanging view:
//! so it can be looked at with any tool, moved from one database to the other, and put back after years, when it walks the
//! same migrations as a folder of that age. The encryption key is not in it: a stolen backup opens no question.

use std::path::{Path, PathBuf};

use super::sql::{Batch, Cells, News, Sql, Stored, cells};
use super::sqlite::Alone;
use super::{SEALED, Store, StoreError, files, tenants};
use crate::mint::Mint;

/// A table, and by which of its columns, the first so many, its rows are told apart.
struct Table {
    name: &'static str,
    columns: &'static [&'static str],
    key: usize,
}

/// All but the counts of calls, which are over in a minute.
const TABLES: [Table; 5] = [
    Table {
        name: "tenant",
        columns: &["id", "feed", "seq", "horizon", "created_at"],
        key: 1,
    },
    Table {
        name: "record",
        columns: &["tenant", "kind", "id", "seq", "owner", "tag", "rank", "body"],
        key: 3,
    },
    Table {
        name: "key_use",
        columns: &["hash", "used_at"],
        key: 1,
    },
    Table {
        name: "reply",
        columns: &[
            "tenant",
            "key_hash",
            "route",
            "idempotency_key",
            "request",
            "answer",
            "answered_at",
        ],
        key: 4,
    },
    Table {
        name: "fact",
        columns: &["name", "value"],
        key: 1,
    },
];

/// Rows that are read at once.
const PAGE: u32 = 500;

/// How the data says which encryption key seals it.
const SEAL: &str = "seal";

/// What a backup holds, or what was put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backup {
    /// How many tenants.
    pub tenants: u64,
    /// How many records of all of them.
    pub records: u64,
}

/// What to do about what stands in the way of putting a backup back.
#[derive(Clone, Copy, Debug, Default)]
pub struct Restoring {
    /// Throw away what is there now.
    pub replace: bool,
    /// Leave out the questions, whose encryption key is lost.
    pub without_questions: bool,
}

impl Store {
    /// Writes everything into a new file, which only its owner may read.
    pub(crate) fn back_up(&self, file: &Path) -> Stored<Backup> {
        files::write_private(file, b"").map_err(StoreError::Target)?;
        let written = Alone::open(file).and_then(|mut copy| {
            let counted = copy.write(|to| {
                let mut counted = None;
                self.database.read(&mut |from| {
                    counted = Some(copy_all(from, to)?);
                    Ok(())
                })?;
                counted.ok_or(StoreError::Ended)
            })?;
            copy.close()?;
            Ok(counted)
        });
        if written.is_err() {
            // A half backup is worse than none.
            let _ = std::fs::remove_file(file);
        }
        written
    }

    /// Puts a backup back: all of it, or nothing. Every tenant's history of changes gets another name, so that no cursor
    /// from another time is believed.
    pub(crate) fn restore(&self, copy: &mut Alone, how: Restoring) -> Stored<Backup> {
        if !self.tenants_now()?.is_empty() && !how.replace {
            return Err(StoreError::NotEmpty);
        }
        let (mint, own_seal) = (&self.world.mint, self.world.seal.fingerprint());
        copy.read(|from| {
            let fits = fits(from, Some(own_seal), how)?;
            let mut counted = None;
            self.database.write(&mut |open| {
                if !open.is_alone()? {
                    return Err(StoreError::InUse);
                }
                counted = Some(replace_all(from, open, mint, own_seal, fits)?);
                open.announce(&News {
                    keys: true,
                    tenants: true,
                    ..News::default()
                })
            })?;
            counted.ok_or(StoreError::Ended)
        })
    }
}

/// Whether the questions of a backup come along: their key must be this server's.
fn fits(sql: &mut dyn Sql, own_seal: Option<&str>, how: Restoring) -> Stored<bool> {
    let fits = seal_of(sql)?.is_none_or(|seal| Some(seal.as_str()) == own_seal);
    if fits || how.without_questions || !has_questions(sql)? {
        Ok(fits)
    } else {
        Err(StoreError::OtherSeal)
    }
}

fn copy_all(from: &mut dyn Sql, to: &mut dyn Sql) -> Stored<Backup> {
    let mut counts = Backup { tenants: 0, records: 0 };
    for table in &TABLES {
        let count = table.copy(from, to, &mut |_| Ok(true))?;
        match table.name {
            "tenant" => counts.tenants = count,
            "record" => counts.records = count,
            _ => {}
        }
    }
    Ok(counts)
}

fn replace_all(
    from: &mut dyn Sql,
    open: &mut dyn Batch,
    mint: &Mint,
    own_seal: &str,
    with_questions: bool,
) -> Stored<Backup> {
    let to = open.sql();
    for table in &TABLES {
        to.execute(&format!("DELETE FROM {}", table.name), &[])?;
    }
    let mut counts = Backup { tenants: 0, records: 0 };
    for table in &TABLES {
        let mut change = |row: &mut Cells| match (table.name, row.as_mut_slice()) {
            ("tenant", [id, feed, ..]) => {
                *feed = mint.feed_name(&format!("{} restored", id.clone().text()?))?.into();
                Ok(true)
            }
            ("record", [_, kind, ..]) => Ok(with_questions || kind.clone().text()? != SEALED),
            // The one of this server stands for it from now on.
            ("fact", [name, ..]) => Ok(name.clone().text()? != SEAL),
            _ => Ok(true),
        };
        let count = table.copy(from, to, &mut change)?;
        match table.name {
            "tenant" => counts.tenants = count,
            "record" => counts.records = count,
            _ => {}
        }
    }
    tenants::fact(to, SEAL, own_seal)?;
    Ok(counts)
}

/// The fingerprint of the key that the data is sealed with, if it is.
pub(super) fn seal_of(sql: &mut dyn Sql) -> Stored<Option<String>> {
    let row = sql.one("SELECT value FROM fact WHERE name = $1", cells![SEAL])?;
    row.and_then(|cells| cells.into_iter().next())
        .map(super::Cell::text)
        .transpose()
}

fn has_questions(sql: &mut dyn Sql) -> Stored<bool> {
    let statement = "SELECT 1 FROM record WHERE kind = $1 AND body IS NOT NULL LIMIT 1";
    Ok(sql.one(statement, cells![SEALED])?.is_some())
}

impl Table {
    /// Copies all rows that `change` lets pass, a page at a time, and says how many.
    fn copy(
        &self,
        from: &mut dyn Sql,
        to: &mut dyn Sql,
        change: &mut dyn FnMut(&mut Cells) -> Stored<bool>,
    ) -> Stored<u64> {
        let (columns, key) = (self.columns.join(", "), self.columns[..self.key].join(", "));
        let places = |count: usize| (1..=count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
        let insert = format!(
            "INSERT INTO {} ({columns}) VALUES ({})",
            self.name,
            places(self.columns.len())
        );
        let mut last: Option<Cells> = None;
        let mut count = 0;
        loop {
            let after = match &last {
                Some(_) => format!("WHERE ({key}) > ({})", places(self.key)),
                None => String::new(),
            };
            let select = format!(
                "SELECT {columns} FROM {} {after} ORDER BY {key} LIMIT {PAGE}",
                self.name
            );
            let page = from.query(&select, last.as_deref().unwrap_or_default())?;
            let is_last = page.len() < PAGE as usize;
            last = page.last().map(|row| row[..self.key].to_vec());
            for mut row in page {
                if change(&mut row)? {
                    to.execute(&insert, &row)?;
                    count += 1;
                }
            }
            if is_last {
                return Ok(count);
            }
        }
    }
}

/// A private copy of a backup, brought up to date, and removed with this.
pub(crate) struct Draft {
    place: PathBuf,
    copy: Option<Alone>,
}

impl Draft {
    /// Copies a backup, and makes sure that it is one and whole.
    pub(crate) fn of(file: &Path, folder: &Path) -> Stored<Self> {
        // What stands beside a file in use is not yet in it.
        if Alone::is_in_use(file) {
            return Err(StoreError::NoBackup);
        }
        let mut given = std::fs::File::open(file)?;
        files::make_private_folder(folder)?;
        let place = folder.join(format!("restoring-{}.sqlite", std::process::id()));
        let _ = std::fs::remove_file(&place);
        files::write_private(&place, b"")?;
        let mut draft = Self { place, copy: None };
        std::io::copy(
            &mut given,
            &mut std::fs::File::options().write(true).open(&draft.place)?,
        )?;
        draft.copy = Some(Alone::checked(&draft.place)?);
        Ok(draft)
    }

    /// Makes sure, before anything is made, that the questions can be opened where they are put back.
    pub(crate) fn must_fit(&mut self, folder: Option<&Path>, given: Option<&str>, how: Restoring) -> Stored<()> {
        let known = files::known_seal(folder, given)?;
        let own = known.as_ref().map(super::Seal::fingerprint);
        self.copy()?.read(|sql| fits(sql, own, how)).map(drop)
    }

    pub(crate) fn copy(&mut self) -> Stored<&mut Alone> {
        self.copy.as_mut().ok_or(StoreError::Ended)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        drop(self.copy.take());
        let _ = std::fs::remove_file(&self.place);
    }
}
