//! The overview as it was last seen, in a small file of its own: it can be on the screen before the database is open.
//!
//! Nothing is decided by it. The real overview takes its place as soon as there is one, and until then nothing in it is
//! called fresh.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::PoisonError;

use super::{Companion, Inner, ProgramQuery};
use crate::domain::{Account, Span, Timestamp};
use crate::insight::{self, AskedRow, Notice, Overview, ProgramRow, Standing};

const FILE: &str = "overview.last";

/// Of the file's shape, its first byte. The bytes do not say what they are, so whoever changes a value below `Overview` counts
/// on; a test tells them to. Another version's file is as good as none.
const VERSION: u8 = 2;

/// Written on suspend, and at most this often.
const EVERY: Span = Span::from_mins(30);

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
    match fs::read(data_dir.join(FILE)).ok()?.split_first() {
        Some((&VERSION, bytes)) => postcard::from_bytes(bytes).ok(),
        _ => None,
    }
}

fn long_ago(mut overview: Overview, now: Timestamp) -> Overview {
    overview.now = now.plus(overview.server_offset);
    overview.fresh = false;
    overview.next_check = None;
    // Whether a server answers now is not known before somebody asked it.
    if matches!(
        overview.notice,
        Some(Notice::Offline { .. } | Notice::RateLimited { .. })
    ) {
        overview.notice = None;
    }
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

fn bytes_of(overview: &Overview) -> io::Result<Vec<u8>> {
    postcard::to_extend(overview, vec![VERSION]).map_err(io::Error::other)
}

/// Whole or not at all.
fn write(folder: &Path, overview: &Overview) -> io::Result<()> {
    let bytes = bytes_of(overview)?;
    let new = folder.join(format!("{FILE}.new"));
    let mut file = fs::File::create(&new)?;
    file.write_all(&bytes)?;
    drop(file);
    fs::rename(new, folder.join(FILE))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::{AccountId, KeyHash, Percent, ProgramId, SessionState, Span};
    use crate::insight::{
        Cause, Estimate, Finding, Headline, RowProgress, Section, SectionSummary, Shape, Source, SourceReport, Waiting,
    };

    /// One of everything.
    fn overview() -> Overview {
        let at = |n: i64| Timestamp::from_millis(1_000 + n);
        let account = AccountId::from("a");
        let asked = AskedRow {
            account: account.clone(),
            question: "q".into(),
            asker: Some("p".into()),
            text: "Deploy?".to_owned(),
            cut: true,
            options: vec!["yes".to_owned()],
            context: Some("c".to_owned()),
            priority: Some("high".to_owned()),
            status: Some("created".to_owned()),
            asked_at: Some(at(1)),
            thread: Some("t".to_owned()),
            answerable: true,
        };
        let row = ProgramRow {
            account: account.clone(),
            program: ProgramId::from("p"),
            derived: true,
            section: Section::NeedsYou,
            shape: Shape::BlockedSilent,
            state: Some(SessionState::Blocked),
            session: Some("p.1".into()),
            live: true,
            status: Some("Status".to_owned()),
            progress: RowProgress::Last {
                percent: Percent::of(45.0),
                at: at(2),
            },
            moving: true,
            last_heard: Some(at(3)),
            ended_at: Some(at(4)),
            finding: Some(Finding::Silent {
                since: at(5),
                usual_every: Some(Span::from_secs(1)),
            }),
            estimate: Some(Estimate {
                judged_at: at(6),
                from: Span::from_secs(2),
                to: Span::from_secs(3),
                basis: Span::from_secs(4),
            }),
            waiting: Some(Waiting {
                since: at(7),
                change_seen: true,
            }),
            asked: Some(asked.clone()),
            project: Some("demo".to_owned()),
            open_questions: 2,
            hand_off_required: true,
            name: Some("Night builder".to_owned()),
            role: Some("Builder".to_owned()),
        };
        Overview {
            headline: Headline::NeedYou(1),
            sections: vec![SectionSummary {
                section: Section::NeedsYou,
                count: 1,
                shapes: vec![Shape::Blocked],
            }],
            asked: vec![asked],
            rows: vec![row],
            offset: 0,
            total: 1,
            accounts: vec![Account {
                id: account.clone(),
                server: "https://host".to_owned(),
                label: "host".to_owned(),
                key_hash: KeyHash::from("h"),
                writes_allowed: true,
            }],
            as_of: Some(at(8)),
            judged_at: at(9),
            now: at(10),
            server_offset: Span::from_secs(5),
            fresh: true,
            server_ahead: Some(Span::from_secs(6)),
            notice: Some(Notice::Partial),
            sources: vec![SourceReport {
                account,
                source: Source::Sessions,
                standing: Standing::Failed,
                as_of: Some(at(11)),
                since: Some(at(12)),
                cause: Some(Cause::ShortList { limit: 50 }),
                in_bar: true,
                can_retry: true,
            }],
            next_check: Some(at(13)),
        }
    }

    #[test]
    fn that_no_server_answered_then_is_not_said_of_now() {
        let notice_of = |notice| {
            let then = Overview {
                notice: Some(notice),
                ..overview()
            };
            long_ago(then, Timestamp::from_millis(9_000)).notice
        };
        let as_of = Some(Timestamp::from_millis(1_008));
        let until = Timestamp::from_millis(2_000);
        assert_eq!(notice_of(Notice::Offline { as_of }), None);
        assert_eq!(notice_of(Notice::RateLimited { until }), None);
        let kept = [Notice::KeyRefused { as_of }, Notice::Partial];
        assert_eq!(kept.clone().map(notice_of), kept.map(Some));
    }

    #[test]
    fn whoever_changes_what_is_kept_counts_the_version_on() {
        let bytes = bytes_of(&overview()).unwrap();
        let read: Overview = postcard::from_bytes(&bytes[1..]).unwrap();
        assert_eq!(read, overview());
        let sum = bytes
            .iter()
            .fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(*byte)));
        // Other bytes for the same values: another shape. Count VERSION on, then write the new sum here.
        assert_eq!((bytes[0], bytes.len(), sum), (2, 249, 282_745_859));
    }
}
