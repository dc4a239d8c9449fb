//! Ended sessions beyond the hundred that session history tells: a page per program from the list of sessions, which
//! has the archived ones too where it is asked for them. Each program's is read once a run, a few at a time; what ends
//! later is in the history.

use std::collections::{BTreeSet, VecDeque};

use super::fetch::{Fetch, is_full, page_of};
use crate::api::{SessionsQuery, StateWord};
use crate::domain::ProgramId;

/// Pages that one refresh asks for at most. Nobody waits for them.
const PAGES_A_REFRESH: usize = 2;

/// How far the archive was read.
#[derive(Clone, Debug, Default)]
pub(super) struct Archive {
    /// Whose is still to be read; `None` while the history had everything.
    left: Option<VecDeque<ProgramId>>,
    /// A program's page was full, so that older ones may be missing.
    short: bool,
}

impl Archive {
    /// The history told no more than it can.
    pub(super) fn begin(&mut self, programs: BTreeSet<ProgramId>) {
        self.left.get_or_insert_with(|| programs.into_iter().collect());
    }

    /// Every program's was read, and none filled its page.
    pub(super) fn is_whole(&self) -> bool {
        self.left.as_ref().is_some_and(VecDeque::is_empty) && !self.short
    }
}

impl Fetch<'_> {
    /// Ended sessions: the history where it is due, and the next pages of what it does not tell.
    pub(super) async fn ended(&mut self, history_is_due: bool, archive: &mut Archive, known: &BTreeSet<ProgramId>) {
        if history_is_due {
            self.history(archive, known).await;
        }
        if !self.is_stopped() {
            self.archived(archive).await;
        }
    }

    /// Reads the next pages of the archive, where the live ones were read: a row of both would be taken for ended.
    async fn archived(&mut self, archive: &mut Archive) {
        for _ in 0..PAGES_A_REFRESH {
            let Some(program) = archive.left.as_mut().and_then(VecDeque::pop_front) else {
                return;
            };
            let query = SessionsQuery {
                include_archived: true,
                ..page_of(Some(StateWord::Complete), Some(program.clone()))
            };
            let page = match self.remote.sessions {
                Some(_) => self.page(&query).await,
                None => None,
            };
            let (Some(page), Some(read)) = (page, &mut self.remote.sessions) else {
                archive.left.get_or_insert_default().push_front(program);
                return;
            };
            archive.short |= is_full(&page);
            let ended = page.value.into_iter().filter(|session| session.archived);
            read.rows.extend(ended);
        }
    }
}
