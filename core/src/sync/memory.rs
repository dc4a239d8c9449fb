//! What an account remembers between two refreshes without writing it, and what is due by it.

use std::collections::BTreeMap;

use super::Wanted;
use super::fetch::{Due, due_states};
use crate::domain::{ProgramId, Span, Timestamp};
use crate::insight::{Cause, Source};
use crate::store::{SourceKey, Standings};

/// Ended sessions are asked for this often, and whenever a session left the list.
pub(crate) const HISTORY_EVERY: Span = Span::from_mins(10);

/// A state that could not be read is asked for again no sooner, unless somebody asks for it.
const STATE_RETRY: Span = Span::from_mins(10);

/// Gone when the companion closes: all but the standings can be found out again.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) standings: Standings,
    /// What was last flushed; equal to `standings` when nothing waits for a flush.
    pub(super) flushed: Standings,
    /// When, by this device's clock.
    pub(super) flushed_at: Option<Timestamp>,
    /// When a program's state was last tried in vain, by this device's clock.
    pub(super) state_failed_at: BTreeMap<ProgramId, Timestamp>,
    /// When the history was last tried, likewise.
    history_tried_at: Option<Timestamp>,
}

impl Memory {
    /// Nothing waits for a flush.
    pub(super) fn of(standings: Standings, now: Timestamp) -> Self {
        Self {
            flushed: standings.clone(),
            standings,
            flushed_at: Some(now),
            ..Self::default()
        }
    }

    /// Whose states to read now, given when each program was last updated.
    pub(super) fn due_states(&self, wanted: &Wanted, updated: &Due, now: Timestamp) -> Vec<ProgramId> {
        let lately = |program: &ProgramId| {
            self.state_failed_at
                .get(program)
                .is_some_and(|at| now.since(*at) < STATE_RETRY)
        };
        // A missing capability is missing for every program.
        let all_forbidden = self.standings.sources.iter().any(|(key, reading)| {
            let cause = reading.trouble.as_ref().map(|trouble| &trouble.cause);
            key.program.as_ref().is_some_and(lately) && matches!(cause, Some(Cause::Forbidden { capability: Some(_) }))
        });
        due_states(&wanted.programs, updated, &self.standings, |program| {
            all_forbidden || lately(program)
        })
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
