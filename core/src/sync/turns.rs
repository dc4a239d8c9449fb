//! What is read in turn: a page of one of the lists, or one program's state. A phone that asked for all of them every
//! time would spend a hosted key's minute on what hardly changes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::periods::slot_is_due;
use crate::domain::{Alert, AskedQuestion, Span, Task, Timestamp};
use crate::insight::Source;

/// A list that could not be read for a lasting reason is asked for again no sooner, unless somebody asks for it.
const REFUSED_FOR: Span = Span::from_mins(10);

/// The statuses of tasks that are read, each a list of its own: `all` would bring what is long done.
pub(super) const TASK_PARTS: [&str; 2] = ["created", "active"];

/// One of the lists that are read in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Turn {
    /// Asked questions.
    Questions,
    /// Alerts that wait.
    Alerts,
    /// Tasks that wait, then those that are under way.
    Tasks,
}

impl Turn {
    /// All of them; the first is read first.
    pub const ALL: [Turn; 3] = [Turn::Questions, Turn::Alerts, Turn::Tasks];

    /// What it reads.
    pub const fn source(self) -> Source {
        match self {
            Turn::Questions => Source::Questions,
            Turn::Alerts => Source::Alerts,
            Turn::Tasks => Source::Tasks,
        }
    }

    /// Of how many lists it is made up, each with pages of its own.
    pub(super) const fn parts(self) -> usize {
        match self {
            Turn::Questions | Turn::Alerts => 1,
            Turn::Tasks => TASK_PARTS.len(),
        }
    }
}

/// What one turn is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slot {
    /// A page of a list.
    List(Turn),
    /// The state of a program that did something since it was read.
    State,
}

/// Whose turn it is, and how far lists of several pages have come.
#[derive(Debug, Default)]
pub(super) struct Turns {
    /// The more, the later it was asked.
    asked: BTreeMap<Slot, u64>,
    count: u64,
    /// When the last turn was, by this device's clock.
    last: Option<Timestamp>,
    /// When it was refused, likewise.
    refused_at: BTreeMap<Turn, Timestamp>,
    pub(super) begun: Begun,
}

/// Lists of which some pages are read.
#[derive(Clone, Debug, Default)]
pub(super) struct Begun {
    pub(super) questions: Option<SoFar<AskedQuestion>>,
    /// What was begun was the offered list, and not the hosted one.
    pub(super) questions_whole: bool,
    pub(super) alerts: Option<SoFar<Alert>>,
    pub(super) tasks: Option<SoFar<Task>>,
}

impl Turns {
    /// Goes on where an earlier start left off: the list that was read longest ago is next. An app that the system wakes for
    /// one look at a time would read the first one for ever.
    pub(super) fn going_on(read_at: impl Fn(Turn) -> Option<Timestamp>) -> Self {
        let mut read: Vec<_> = Turn::ALL
            .into_iter()
            .filter_map(|turn| Some((read_at(turn)?, turn)))
            .collect();
        read.sort_unstable();
        let asked = (1..).zip(read).map(|(nth, (_, turn))| (Slot::List(turn), nth));
        let asked: BTreeMap<Slot, u64> = asked.collect();
        Self {
            count: asked.len() as u64,
            asked,
            ..Self::default()
        }
    }

    /// Which list's turn it is: the one that was asked longest ago.
    pub(super) fn next(&self, now: Timestamp) -> Option<Turn> {
        self.lists(now).min_by_key(|turn| self.asked(Slot::List(*turn)))
    }

    /// Whose turn it is where nobody asks, if it is anybody's already. A list that was not read yet need not wait.
    /// `changed`: a state waits for its turn.
    pub(super) fn slot(&self, changed: bool, now: Timestamp, sync_period: Span) -> Option<Slot> {
        let lists = self.lists(now).map(Slot::List);
        let next = lists.chain(changed.then_some(Slot::State)).min_by_key(|slot| {
            // A first look is no change: states come after the lists that were never read.
            (self.asked(*slot).is_some() || *slot == Slot::State, self.asked(*slot))
        })?;
        let is_first = matches!(next, Slot::List(_)) && self.asked(next).is_none();
        (is_first || slot_is_due(self.last, now, sync_period)).then_some(next)
    }

    fn lists(&self, now: Timestamp) -> impl Iterator<Item = Turn> {
        let refused = move |turn: &Turn| self.refused_at.get(turn).is_some_and(|at| now.since(*at) < REFUSED_FOR);
        Turn::ALL.into_iter().filter(move |turn| !refused(turn))
    }

    fn asked(&self, slot: Slot) -> Option<u64> {
        self.asked.get(&slot).copied()
    }

    /// Notes that it was asked, and whether it was refused.
    pub(super) fn note(&mut self, turn: Turn, refused: bool, now: Timestamp) {
        self.take(Slot::List(turn), now);
        if refused {
            self.refused_at.insert(turn, now);
        } else {
            self.refused_at.remove(&turn);
        }
    }

    /// Notes that a state had its turn.
    pub(super) fn note_state(&mut self, now: Timestamp) {
        self.take(Slot::State, now);
    }

    fn take(&mut self, slot: Slot, now: Timestamp) {
        self.count += 1;
        self.asked.insert(slot, self.count);
        self.last = Some(now);
    }
}

/// Where a list goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Which of the lists that make it up.
    pub(super) part: usize,
    /// Where in it; `None` at its beginning.
    pub(super) cursor: Option<String>,
}

/// The pages of a list that are read.
#[derive(Clone, Debug)]
pub(super) struct SoFar<T> {
    /// Server time of the first of them: what is known of the list is no newer.
    pub(super) at: Option<Timestamp>,
    pub(super) rows: Vec<T>,
    pub(super) skipped: u32,
    pub(super) pages: usize,
    /// Rows are missing that no cursor leads to.
    pub(super) short: bool,
    pub(super) place: Place,
}

impl<T> Default for SoFar<T> {
    fn default() -> Self {
        Self {
            at: None,
            rows: Vec::new(),
            skipped: 0,
            pages: 0,
            short: false,
            place: Place::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{REFUSED_FOR, Turn, Turns};
    use crate::domain::{Span, Timestamp};

    #[test]
    fn each_has_its_turn_and_one_that_is_refused_is_left_out_for_a_while() {
        let now = Timestamp::from_millis(0);
        let mut turns = Turns::default();
        for turn in Turn::ALL {
            assert_eq!(turns.next(now), Some(turn));
            turns.note(turn, false, now);
        }
        assert_eq!(turns.next(now), Turn::ALL.first().copied());
        for turn in Turn::ALL {
            turns.note(turn, true, now);
        }
        assert_eq!(
            turns.next(now.plus(REFUSED_FOR.times(1)).minus(Span::from_millis(1))),
            None
        );
        assert_eq!(turns.next(now.plus(REFUSED_FOR)), Turn::ALL.first().copied());
    }
}
