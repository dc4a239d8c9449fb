//! The overview as it was last seen, in a small file of its own: it can be on the screen before the database is open.
//!
//! Nothing is decided by it. The real overview takes its place as soon as there is one, and until then nothing in it is
//! called fresh.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::PoisonError;

use serde::{Deserialize, Serialize};

use super::{Companion, Inner, ProgramQuery};
use crate::domain::{Account, Span, Timestamp};
use crate::insight::{self, AskedRow, Overview, ProgramRow, Standing};

const FILE: &str = "overview.json";

/// Of the file's shape. Another one's file is as good as none.
const VERSION: u32 = 1;

/// Written on suspend, and at most this often.
const EVERY: Span = Span::from_mins(30);

#[derive(Serialize, Deserialize)]
struct Painting<T> {
    version: u32,
    overview: T,
}

/// What the file holds, as far as it matters whether to write it again.
pub(super) struct Painted {
    at: Timestamp,
    accounts: Vec<Account>,
    asked: Vec<AskedRow>,
    rows: Vec<ProgramRow>,
}

impl Painted {
    fn of(overview: &Overview, at: Timestamp) -> Self {
        Self {
            at,
            accounts: overview.accounts.clone(),
            asked: overview.asked.clone(),
            rows: overview.rows.clone(),
        }
    }

    /// The same things heard. That they look different by now, since time has passed, is for the real overview to say.
    fn shows(&self, overview: &Overview) -> bool {
        let heard = |row: &ProgramRow| {
            let words = (row.state.clone(), row.status.clone(), row.progress, row.open_questions);
            (
                row.account.clone(),
                row.program.clone(),
                row.session.clone(),
                row.last_heard,
                words,
            )
        };
        let all = |rows: &[ProgramRow]| rows.iter().map(heard).collect::<HashSet<_>>();
        self.asked == overview.asked && self.accounts == overview.accounts && all(&self.rows) == all(&overview.rows)
    }
}

impl Companion {
    /// When the overview in this folder was last looked at, in server time.
    pub(super) fn last_looked(data_dir: &Path) -> Option<Timestamp> {
        read(data_dir).map(|overview| overview.now)
    }

    /// The first window of the overview as it was last seen in this folder, before anything is opened. `None` when it was
    /// never seen, or by another version. What it says was true at its as-of; nothing in it is fresh.
    pub fn last_overview(data_dir: &Path, now: Timestamp) -> Option<Overview> {
        read(data_dir).map(|overview| long_ago(overview, now))
    }
}

fn read(data_dir: &Path) -> Option<Overview> {
    let text = fs::read_to_string(data_dir.join(FILE)).ok()?;
    let painting: Painting<Overview> = serde_json::from_str(&text).ok()?;
    (painting.version == VERSION).then_some(painting.overview)
}

fn long_ago(mut overview: Overview, now: Timestamp) -> Overview {
    overview.now = now.plus(overview.server_offset);
    overview.fresh = false;
    overview.next_check = None;
    overview.headline = insight::headline(&overview.sections, overview.asked.len(), false);
    for report in &mut overview.sources {
        if report.standing == Standing::Fresh {
            report.standing = Standing::Stale;
            report.since = report.as_of;
        }
    }
    overview
}

impl Inner {
    /// Keeps what was just shown for the next start, if it is the first window and the kept one is old.
    pub(super) fn paint(self: &std::sync::Arc<Self>, query: &ProgramQuery, overview: &Overview) {
        let now = self.clock.now();
        if self.played.is_some() || *query != ProgramQuery::default() || !self.is_due(overview, now) {
            return;
        }
        let (this, overview) = (std::sync::Arc::clone(self), overview.clone());
        self.runtime.spawn_blocking(move || this.paint_now(&overview, now));
    }

    /// Keeps it at once. That it could not be kept costs the next start some milliseconds and no more.
    pub(super) fn paint_now(&self, overview: &Overview, now: Timestamp) {
        let mut painted = self.painted.lock().unwrap_or_else(PoisonError::into_inner);
        // One that was removed meanwhile is not written down again.
        let is_known = |account: &Account| self.account(&account.id).is_ok();
        if overview.accounts.is_empty() || !overview.accounts.iter().all(is_known) {
            return;
        }
        if let Err(error) = write(&self.data_dir, overview) {
            tracing::debug!(kind = %error.kind(), "the overview was not kept for the next start");
            return;
        }
        *painted = Some(Painted::of(overview, now));
    }

    /// Deletes it: an account is gone.
    pub(super) fn unpaint(&self) -> io::Result<()> {
        let mut painted = self.painted.lock().unwrap_or_else(PoisonError::into_inner);
        *painted = None;
        match fs::remove_file(self.data_dir.join(FILE)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn is_due(&self, overview: &Overview, now: Timestamp) -> bool {
        let painted = self.painted.lock().unwrap_or_else(PoisonError::into_inner);
        let painted = painted.as_ref();
        painted.is_none_or(|painted| now.since(painted.at) >= EVERY && !painted.shows(overview))
    }
}

/// Whole or not at all.
fn write(folder: &Path, overview: &Overview) -> io::Result<()> {
    let text = serde_json::to_vec(&Painting {
        version: VERSION,
        overview,
    })?;
    let new = folder.join(format!("{FILE}.new"));
    let mut file = fs::File::create(&new)?;
    file.write_all(&text)?;
    drop(file);
    fs::rename(new, folder.join(FILE))
}
