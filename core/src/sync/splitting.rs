//! More sessions than one page holds. The hosted list has no cursor and no "more": it is asked again by state, where that
//! fills a page by program, and where even that does by both (B16, T13). Such a pass may take several refreshes, because
//! a minute allows only so many requests. Between two passes one page will do: it is sorted by the last update, so one
//! that reaches back beyond the refresh before has all that changed since.

use std::collections::{BTreeSet, VecDeque};

use super::fetch::{is_full, page_of};
use crate::api::{Reply, SessionsQuery, StateWord};
use crate::domain::{FleetProgram, ProgramId, Session, SessionId, Span, Timestamp};

/// A new pass begins so long after the last one ended. What changed is known without it; it finds what is gone.
const PASS_EVERY: Span = Span::from_mins(5);

/// Pages that one refresh asks for at most.
pub(super) const PAGES_A_REFRESH: u32 = 20;

/// Servers stamp an update before it can be listed: a page must reach back further by this much.
const STAMPED_EARLIER: Span = Span::from_secs(2);

/// pinned is stored and filtered as blocked, and complete ones are archived.
const STATES: [StateWord; 2] = [StateWord::Working, StateWord::Blocked];

/// What is remembered of a list that is longer than a page.
#[derive(Clone, Debug, Default)]
pub(super) struct Split {
    /// Server time up to which every change is known.
    caught_up: Option<Timestamp>,
    /// When the last pass ended, in server time, and whether it found every session.
    ended: Option<(Timestamp, bool)>,
    pass: Option<Pass>,
}

/// One look at everything.
#[derive(Clone, Debug, Default)]
struct Pass {
    rows: Vec<Session>,
    skipped: u32,
    /// What is still to be asked.
    left: VecDeque<SessionsQuery>,
    /// Programs were split off already.
    by_program: bool,
    /// A page that cannot be split further was full.
    short: bool,
}

/// What is known after a refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// Every session there is: one that is absent has ended.
    All,
    /// Every change; what is absent may be there all the same.
    Changes,
    /// Not even that.
    Some,
}

impl Split {
    /// Takes in the newest page, a full one. Begins a pass where one is due.
    pub(super) fn begin(&mut self, at: Timestamp, newest: &Reply<Vec<Session>>) {
        let follows = self.caught_up.is_some_and(|since| reaches_back(newest, since));
        if !follows && self.caught_up.take().is_some() {
            // Something may have moved from a page that is still to be read to one that was.
            self.pass = None;
            self.ended = None;
        }
        let due = self.ended.is_none_or(|(ended, _)| at.since(ended) >= PASS_EVERY);
        if self.pass.is_none() && due {
            self.pass = Some(Pass {
                left: STATES.map(|state| page_of(Some(state), None)).into(),
                ..Pass::default()
            });
        }
        if let Some(pass) = &mut self.pass {
            pass.take(newest);
        }
        self.caught_up = Some(at);
    }

    /// What to ask next; nothing when no pass is under way or the last of its pages was read.
    pub(super) fn next(&self) -> Option<SessionsQuery> {
        self.pass.as_ref()?.left.front().cloned()
    }

    /// Takes in the page that [`Split::next`] asked for. `known`: programs beside those of the rows.
    pub(super) fn take(&mut self, page: &Reply<Vec<Session>>, known: &BTreeSet<ProgramId>) {
        let Some(pass) = &mut self.pass else { return };
        let Some(asked) = pass.left.pop_front() else { return };
        pass.take(page);
        if !is_full(page) {
            return;
        }
        match (&asked.state, &asked.program) {
            (_, None) if pass.by_program => {}
            (_, None) => {
                pass.by_program = true;
                let mut programs = known.clone();
                // A guessed program has no page.
                let named = pass.rows.iter().filter(|row| !row.program_derived);
                programs.extend(named.map(|row| row.program.clone()));
                let pages = programs.into_iter().map(|program| page_of(None, Some(program)));
                pass.left.extend(pages);
            }
            (None, Some(program)) => {
                for state in STATES.into_iter().rev() {
                    pass.left.push_front(page_of(Some(state), Some(program.clone())));
                }
            }
            (Some(_), Some(_)) => pass.short = true,
        }
    }

    /// What is known at the end of a refresh. At the end of a pass its rows take the place of `rows`. `fleet`: as fleet
    /// health tells it; a session that names no program is in no program's page, and fleet health may know it all the same.
    pub(super) fn end(&mut self, at: Timestamp, rows: &mut Vec<Session>, fleet: Option<&[FleetProgram]>) -> Known {
        let is_over = self.pass.as_ref().is_some_and(|pass| pass.left.is_empty());
        if let Some(pass) = self.pass.take_if(|_| is_over) {
            let whole = !pass.short
                && pass.skipped == 0
                && (!pass.by_program || fleet.is_some_and(|fleet| has_every_current(fleet, &pass.rows)));
            self.ended = Some((at, whole));
            if whole {
                *rows = pass.rows;
                return Known::All;
            }
        }
        match self.ended {
            Some((_, true)) => Known::Changes,
            _ => Known::Some,
        }
    }
}

impl Pass {
    fn take(&mut self, page: &Reply<Vec<Session>>) {
        self.rows.extend(page.value.iter().cloned());
        self.skipped = self.skipped.max(page.skipped);
    }
}

/// Whether a page has all that was updated since: its oldest row was updated before.
fn reaches_back(newest: &Reply<Vec<Session>>, since: Timestamp) -> bool {
    let oldest = newest.value.iter().map(|row| row.last_update).min();
    // A row without a time comes after all that have one.
    newest.skipped == 0 && oldest.is_some_and(|at| at.is_none_or(|at| at < since.minus(STAMPED_EARLIER)))
}

fn has_every_current(fleet: &[FleetProgram], rows: &[Session]) -> bool {
    let listed: BTreeSet<&SessionId> = rows.iter().map(|session| &session.id).collect();
    let ended = |word: &Option<String>| matches!(word.as_deref(), Some("complete" | "done" | "archived"));
    fleet.iter().all(|row| {
        ended(&row.state)
            || ended(&row.last_reported_state)
            || row.session.as_ref().is_none_or(|session| listed.contains(session))
    })
}
