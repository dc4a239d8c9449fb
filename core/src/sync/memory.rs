//! What an account remembers between two refreshes without writing it, and what is due by it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::archive::Archive;
use super::fallback::Fallback;
use super::fetch::{Due, due_states};
use super::following::Following;
use super::periods::{fleet_health_is_due, slot_is_due};
use super::splitting::{PAGES_A_REFRESH, Split};
use super::standings::{Outcome, Reported, is_general};
use super::turns::Turns;
use super::{Conditions, Remote, Wanted};
use crate::api::Budget;
use crate::domain::{Offers, ProgramId, Span, Timestamp};
use crate::insight::{Cause, Source};
use crate::store::{SourceKey, Standings};

/// Ended sessions are asked for this often, and whenever a session left the list.
pub(crate) const HISTORY_EVERY: Span = Span::from_mins(10);

/// A state that could not be read is asked for again no sooner, unless somebody asks for it.
const STATE_RETRY: Span = Span::from_mins(10);

/// What a minute allows is counted over this span.
const MINUTE: Span = Span::from_mins(1);

/// What a refresh needs beside states: two lists, one in turn, and the history now and then.
const LISTS: u32 = 4;

/// What a server offers is asked for this often, and after a time in which it could not be reached: it may be another
/// version now.
const OFFERS_EVERY: Span = Span::from_mins(60);

/// Gone when the companion closes: all but the standings can be found out again.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) standings: Standings,
    /// How often the cache had been begun anew when this was read from it.
    pub(super) rebuilt: u32,
    /// What was last flushed; equal to `standings` when nothing waits for a flush.
    pub(super) flushed: Standings,
    /// When, by this device's clock.
    pub(super) flushed_at: Option<Timestamp>,
    /// When what was seen of sessions was, likewise.
    pub(super) seen_flushed_at: Option<Timestamp>,
    /// When a program's state was last tried in vain, by this device's clock.
    pub(super) state_failed_at: BTreeMap<ProgramId, Timestamp>,
    /// When a program's state was last asked for, likewise.
    pub(super) state_asked_at: BTreeMap<ProgramId, Timestamp>,
    /// When fleet health was last asked for, likewise.
    pub(super) fleet_asked_at: Option<Timestamp>,
    /// When the history was last tried, likewise.
    history_tried_at: Option<Timestamp>,
    /// What the server offers, as far as it is known.
    pub(super) offers: Offers,
    /// When it was last asked, likewise.
    offers_tried_at: Option<Timestamp>,
    /// When the groups were, likewise.
    groups_tried_at: Option<Timestamp>,
    /// When the register of programs was, likewise.
    register_tried_at: Option<Timestamp>,
    /// Whose turn it is.
    pub(super) turns: Turns,
    /// How far the server's changes were followed.
    pub(super) following: Following,
    /// What must be read again because an action on one of its rows is over. The row stayed as long as the action was not, and
    /// may have been gone all the while: a server that tells what changes does not tell of that twice.
    pub(super) owed: BTreeSet<Source>,
    /// How far ended sessions beyond the history were read.
    pub(super) archive: Archive,
    /// Which way leads to the sessions.
    pub(super) fallback: Fallback,
    /// How far a list of sessions longer than a page has come.
    pub(super) split: Split,
    /// What looking cost the device at the last look by the clock.
    pub(super) conditions: Conditions,
    /// Requests of the last minute's refreshes, likewise.
    spent: VecDeque<(Timestamp, u32)>,
}

impl Memory {
    /// Nothing waits for a flush.
    pub(super) fn of(standings: Standings, offers: Offers, fallback: Fallback) -> Self {
        Self {
            offers,
            fallback,
            following: Following::from(standings.cursor.clone()),
            turns: Turns::going_on(|turn| standings.together(turn.source()).as_of),
            flushed: standings.clone(),
            standings,
            ..Self::default()
        }
    }

    /// Lets go of what was owed and has been read, or cannot be read with this key.
    pub(super) fn settle(&mut self, remote: &Remote, reported: &[Reported]) {
        self.owed.retain(|source| {
            let is_read = match source {
                Source::Questions => remote.questions.is_some(),
                Source::Tasks => remote.tasks.is_some(),
                Source::Keys => remote.keys.is_some(),
                _ => true,
            };
            let key = SourceKey::of(*source);
            let is_refused = reported.iter().any(|(reported, outcome)| {
                *reported == key && matches!(outcome, Outcome::Failed(cause) if !is_general(cause))
            });
            !is_read && !is_refused
        });
    }

    /// Whether fleet health is to be read.
    pub(super) fn fleet_is_due(&self, wanted: &Wanted, now: Timestamp, sync_period: Span) -> bool {
        !wanted.by_clock || fleet_health_is_due(self.fleet_asked_at, now, sync_period)
    }

    /// Whether an open page's state is to be read again.
    pub(super) fn page_is_due(&self, program: &ProgramId, now: Timestamp, sync_period: Span) -> bool {
        let asked_at = self.state_asked_at.get(program).copied();
        !self.failed_lately(program, now) && slot_is_due(asked_at, now, sync_period)
    }

    fn failed_lately(&self, program: &ProgramId, now: Timestamp) -> bool {
        let failed_at = self.state_failed_at.get(program);
        failed_at.is_some_and(|at| now.since(*at) < STATE_RETRY)
    }

    /// Whether a state that was read waits for its turn, because its program did something since.
    pub(super) fn a_state_changed(&self, wanted: &Wanted, updated: &Due, now: Timestamp) -> bool {
        let due = self.all_due_states(wanted, updated, 0, now);
        due.iter().any(|program| self.knows_state(program))
    }

    /// Whose states to read now, given when each program was last updated. Where nobody asks, what was never read is read,
    /// and one that changed if it is the states' turn. `pages`: requests for sessions this refresh made beside the usual
    /// ones.
    pub(super) fn due_states(
        &self,
        wanted: &Wanted,
        updated: &Due,
        states_turn: bool,
        pages: u32,
        now: Timestamp,
    ) -> Vec<ProgramId> {
        let mut due = self.all_due_states(wanted, updated, pages, now);
        if wanted.by_clock {
            let mut changed = usize::from(states_turn);
            due.retain(|program| {
                let shown = wanted.programs.contains(program) || wanted.on_screen.contains(program);
                let at_once = shown || !self.knows_state(program);
                at_once || std::mem::take(&mut changed) > 0
            });
        }
        due
    }

    fn knows_state(&self, program: &ProgramId) -> bool {
        let key = SourceKey::state_of(program.clone());
        self.standings.reading(&key).as_of.is_some()
    }

    fn all_due_states(&self, wanted: &Wanted, updated: &Due, pages: u32, now: Timestamp) -> Vec<ProgramId> {
        let lately = |program: &ProgramId| self.failed_lately(program, now);
        // A missing capability is missing for every program.
        let all_forbidden = self.standings.sources.iter().any(|(key, reading)| {
            let cause = reading.trouble.as_ref().map(|trouble| &trouble.cause);
            key.program.as_ref().is_some_and(lately) && matches!(cause, Some(Cause::Forbidden { capability: Some(_) }))
        });
        let pages = usize::try_from(pages).unwrap_or(0).div_ceil(2);
        let room = self.room_for_states(now).saturating_sub(pages);
        due_states(&wanted.programs, updated, room, &self.standings, |program| {
            all_forbidden || lately(program)
        })
    }

    /// Lends what is remembered of a long list, until the refresh brings it back, with how many pages of it may be read
    /// beside the first. Refreshes do not run beside each other, so nobody misses it meanwhile.
    pub(super) fn lend_split(&mut self, now: Timestamp) -> (Split, u32) {
        let room = self.room(now).min(PAGES_A_REFRESH);
        (std::mem::take(&mut self.split), room)
    }

    /// How many requests can be made beside the lists without a wait for the limiter: a first look at a dozen programs
    /// takes a minute's worth at once, and no refresh ever holds up its lists for its states.
    fn room(&self, now: Timestamp) -> u32 {
        let recent = self.spent.iter().filter(|(at, _)| now.since(*at) < MINUTE);
        let spent: u32 = recent.map(|(_, requests)| requests).sum();
        Budget::default().per_minute.saturating_sub(spent).saturating_sub(LISTS)
    }

    /// How many states can be read beside the lists, likewise.
    pub(super) fn room_for_states(&self, now: Timestamp) -> usize {
        usize::try_from(self.room(now) / 2).unwrap_or(0)
    }

    /// Whether the history was asked for in this run.
    pub(super) fn tried_history(&self) -> bool {
        self.history_tried_at.is_some()
    }

    /// Notes what a refresh cost.
    pub(super) fn spend(&mut self, requests: u32, now: Timestamp) {
        self.spent.retain(|(at, _)| now.since(*at) < MINUTE);
        self.spent.push_back((now, requests));
    }

    /// Whether to ask what the server offers now. Takes it that it will be.
    pub(super) fn takes_offers(&mut self, was_cut_off: bool, now: Timestamp) -> bool {
        let recent = self
            .offers_tried_at
            .is_some_and(|tried| now.since(tried) < OFFERS_EVERY);
        let due = !recent || was_cut_off;
        if due {
            self.offers_tried_at = Some(now);
        }
        due
    }

    /// Whether to read the groups now: with messages, and no more often than they may change. Takes it that they will be.
    pub(super) fn takes_groups(&mut self, wanted: &Wanted, now: Timestamp) -> bool {
        let recent = self
            .groups_tried_at
            .is_some_and(|tried| now.since(tried) < OFFERS_EVERY);
        let due = !wanted.messages.is_empty() && !recent;
        if due {
            self.groups_tried_at = Some(now);
        }
        due
    }

    /// Whether to read the register of programs now, where it is wanted and what is kept of it is old: one that could not be
    /// read is tried again after a while. Takes it that it will be.
    pub(super) fn takes_register(&mut self, now: Timestamp) -> bool {
        let recent = |at: Timestamp| at <= now && now.since(at) < STATE_RETRY;
        let lately = self.register_tried_at.is_some_and(recent);
        let due = !lately && self.fallback.may_ask_tool(now);
        if due {
            self.register_tried_at = Some(now);
        }
        due
    }

    /// Whether to read the ended sessions now. Takes it that they will be.
    pub(super) fn takes_history(&mut self, a_session_left: bool, now: Timestamp) -> bool {
        let recent = self
            .history_tried_at
            .is_some_and(|tried| now.since(tried) < HISTORY_EVERY);
        let trouble = self.standings.reading(&SourceKey::of(Source::SessionHistory)).trouble;
        let refused = trouble.is_some_and(|trouble| matches!(trouble.cause, Cause::Forbidden { .. }));
        let due = !recent || (a_session_left && !refused);
        if due {
            self.history_tried_at = Some(now);
        }
        due
    }
}
