//! In which order a refresh asks, and what of it: what changed where the server tells that, else what is due.

use super::fetch::{Fetch, can_be_asked};
use super::following::{Followed, Following};
use super::held::Held;
use super::lists::LOOKED_UP_EVERY;
use super::standings::is_general;
use super::turns::Slot;
use super::{AccountSync, Turn, Wanted};
use crate::domain::Goal;
use crate::insight::Source;
use crate::store::SourceKey;

impl AccountSync {
    /// An action on this is over: the list that it is in is read with the next refresh.
    pub(crate) fn owes(&self, goal: &Goal) {
        let source = match goal {
            Goal::Question(_) => Source::Questions,
            Goal::Task(_) => Source::Tasks,
            Goal::Key(_) | Goal::KeysOf(_) => Source::Keys,
            Goal::Mail(_) | Goal::TasksFor(_) | Goal::State(_) | Goal::Session(_) => return,
        };
        self.memory().owed.insert(source);
    }

    /// Asks all there is to ask now.
    pub(super) async fn look(&self, fetch: &mut Fetch<'_>, wanted: &Wanted, held: &Held, following: &mut Following) {
        let before = self.standings().reading(&SourceKey::of(Source::Sessions)).trouble;
        let was_cut_off = before.is_some_and(|trouble| is_general(&trouble.cause));
        let followed = if wanted.by_clock && self.offers().sync {
            following.ask(fetch).await
        } else {
            Followed::No
        };
        let mut wanted = match followed {
            Followed::Failed => return,
            Followed::No | Followed::NotNow => self.with_open_pages(wanted),
            Followed::Anew | Followed::Yes => self.to_catch_up(following, wanted),
        };
        let owed = self.memory().owed.clone();
        let lists = Turn::ALL.into_iter().filter(|turn| owed.contains(&turn.source()));
        wanted.lists.extend(lists);
        wanted.keys |= owed.contains(&Source::Keys);
        let wanted = &wanted;
        // Before the sessions, which take MCP's turn of each minute where REST refuses them.
        if wanted.register && self.register_is_due(held) {
            let mut fallback = self.memory().fallback.clone();
            fetch.register(&mut fallback).await;
            self.memory().fallback = fallback;
        }
        self.lists(fetch, wanted, held, following, followed).await;
        let offers_are_due = !fetch.is_stopped() && self.memory().takes_offers(was_cut_off, self.clock.now());
        // It offered changes and tells none: it is another server now.
        if offers_are_due || (wanted.by_clock && self.offers().sync && followed == Followed::No) {
            fetch.offers().await;
        }
        let left = held.left(fetch.remote.sessions.as_ref());
        let updated = held.updated(&fetch.remote, &left, self.server_now());
        let changed = self.memory().a_state_changed(wanted, &updated, self.clock.now());
        let states_turn = self.in_turn(fetch, wanted, changed, followed == Followed::Yes).await;
        let mut archive = std::mem::take(&mut self.memory().archive);
        let may_differ = followed != Followed::Yes || !left.is_empty() || !self.memory().tried_history();
        let is_due =
            may_differ && !fetch.is_stopped() && self.memory().takes_history(!left.is_empty(), self.clock.now());
        fetch.ended(is_due, &mut archive, &held.programs).await;
        self.memory().archive = archive;
        let updated = held.updated(&fetch.remote, &left, self.server_now());
        let due = self
            .memory()
            .due_states(wanted, &updated, states_turn, fetch.split_pages, self.clock.now());
        for program in due {
            // Its history is read first.
            if fetch.is_stopped() || !fetch.has_room_for(2) {
                break;
            }
            self.memory().state_asked_at.insert(program.clone(), self.clock.now());
            if !fetch.state(&program).await {
                break;
            }
        }
        if wanted.keys && !fetch.is_stopped() {
            fetch.keys().await;
        }
        if !fetch.is_stopped() {
            let groups_are_due = self.memory().takes_groups(wanted, self.clock.now());
            fetch.opened(wanted, groups_are_due).await;
        }
    }

    /// Whether what is kept of the register of programs is old, and it was not tried lately. Takes it that it will be read.
    fn register_is_due(&self, held: &Held) -> bool {
        let now = self.server_now();
        let is_old = held
            .register_read_at
            .is_none_or(|at| at > now || now.since(at) >= LOOKED_UP_EVERY);
        is_old && self.memory().takes_register(self.clock.now())
    }

    /// What to read because it changed; of states as many as there is room for, and the others next time.
    fn to_catch_up(&self, following: &mut Following, wanted: &Wanted) -> Wanted {
        let mut catching_up = following.wanted(&self.standings());
        let room = self.memory().room_for_states(self.clock.now());
        following
            .behind
            .retain(|key| key.program.as_ref().is_none_or(can_be_asked));
        let states = following.behind.iter().filter_map(|key| key.program.clone());
        let (shown, others): (Vec<_>, Vec<_>) = states.partition(|program| wanted.on_screen.contains(program));
        let states = shown.into_iter().chain(others).take(room);
        catching_up.programs = wanted.programs.iter().cloned().chain(states).collect();
        catching_up
    }

    /// With the states whose pages are open, when they are old: what somebody looks at is read though nothing says that it
    /// changed.
    fn with_open_pages(&self, wanted: &Wanted) -> Wanted {
        let mut wanted = wanted.clone();
        let (now, period) = (self.clock.now(), self.period());
        let shown = wanted.on_screen.iter().filter(|program| can_be_asked(program)).cloned();
        let memory = self.memory();
        let due = shown.filter(|program| memory.page_is_due(program, now, period));
        wanted.programs.extend(due);
        wanted
    }

    /// Sessions and fleet health, as far as they are not known already.
    async fn lists(
        &self,
        fetch: &mut Fetch<'_>,
        wanted: &Wanted,
        held: &Held,
        following: &Following,
        followed: Followed,
    ) {
        let is_behind = match followed {
            Followed::Yes => following.lacks(Source::FleetHealth) || self.memory().fleet_asked_at.is_none(),
            _ => true,
        };
        let now = self.clock.now();
        let period = self.period();
        let fleet_is_due = is_behind && self.memory().fleet_is_due(wanted, now, period);
        if followed == Followed::Yes && !following.lacks(Source::Sessions) {
            if fleet_is_due {
                fetch.fleet_health().await;
            }
        } else {
            let told = fetch.remote.sessions.take();
            let (mut split, room) = self.memory().lend_split(now);
            let mut fallback = self.memory().fallback.clone();
            fetch
                .lists(&held.programs, &mut split, room, fleet_is_due, &mut fallback)
                .await;
            let mut memory = self.memory();
            memory.split = split;
            memory.fallback = fallback;
            drop(memory);
            if let Some(read) = &mut fetch.remote.sessions {
                read.rows.extend(told.into_iter().flat_map(|told| told.rows));
            } else {
                fetch.remote.sessions = told;
            }
        }
        if fleet_is_due && !fetch.is_stopped() {
            self.memory().fleet_asked_at = Some(now);
        }
    }

    /// Reads the lists that are wanted, else a page of the one whose turn it is. Says whether it is the states' turn:
    /// `changed` says that one of them waits for it. Whoever follows the server's changes needs no turns.
    async fn in_turn(&self, fetch: &mut Fetch<'_>, wanted: &Wanted, changed: bool, follows: bool) -> bool {
        let offers = fetch.remote.offers.unwrap_or_else(|| self.offers());
        let (now, period) = (self.clock.now(), self.period());
        let slot = if follows {
            None
        } else if wanted.by_clock {
            self.memory().turns.slot(changed, now, period)
        } else {
            self.memory().turns.next(now).map(Slot::List)
        };
        let (turns, to_their_ends): (Vec<Turn>, bool) = match slot {
            _ if !wanted.lists.is_empty() => (wanted.lists.iter().copied().collect(), true),
            Some(Slot::List(turn)) => (vec![turn], false),
            Some(Slot::State) => {
                if !fetch.is_stopped() {
                    self.memory().turns.note_state(now);
                }
                return true;
            }
            None => (Vec::new(), false),
        };
        let mut begun = std::mem::take(&mut self.memory().turns.begun);
        for turn in turns {
            // Said of what is wanted, that a person may know why it is not there.
            if fetch.is_stopped() && !to_their_ends {
                break;
            }
            let refused = fetch.turn(turn, &mut begun, offers, to_their_ends).await;
            if !fetch.is_stopped() {
                self.memory().turns.note(turn, refused, self.clock.now());
            }
        }
        self.memory().turns.begun = begun;
        false
    }
}
