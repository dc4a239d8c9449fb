//! What is remembered of a session's behaviour, folded look by look, so that judging it later takes one read.
//!
//! A trace holds rhythms (how often it is heard, how often it rises), not the history itself: that is kept beside it for
//! the chart. Folding is idempotent and ignores older looks, so a crash between two commits heals by folding again.

use serde::{Deserialize, Serialize};

use super::{Climb, Look, exact, liveness};
use crate::domain::{Progress, SessionState, Span, Timestamp};

/// How many recent intervals a rhythm rests on.
const RECENT: usize = 15;

/// A rhythm is known from so many intervals on.
const KNOWN_FROM: usize = 3;

/// A number that an agent reported, and when.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// 0 to 100, as reported.
    #[serde(with = "exact")]
    pub value: f64,
    /// Server time of the update that carried it last.
    pub at: Timestamp,
}

/// Progress went down and has not come back yet.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fall {
    /// The height it fell from.
    #[serde(with = "exact")]
    pub from: f64,
    /// Where the last fall ended.
    #[serde(with = "exact")]
    pub to: f64,
    /// When.
    pub at: Timestamp,
}

/// What is remembered of one session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// First seen by this device.
    pub first_seen: Timestamp,
    /// The last look that was folded in; looks that bring nothing new need not be.
    pub last_look: Timestamp,
    /// Last heard: the latest of its update, its heartbeat and fleet health's heartbeat of it.
    pub last_heard: Option<Timestamp>,
    /// Recent spans between two beats that were both watched, oldest first.
    pub beats: Vec<Span>,
    /// The last progress that was reported, even if later updates dropped it (trap T10).
    pub last_progress: Option<Sample>,
    /// The last rise.
    pub last_rise: Option<Timestamp>,
    /// Recent spans between two rises that were both watched, oldest first.
    pub steps: Vec<Span>,
    /// The first look that showed any progress.
    pub progress_since: Option<Timestamp>,
    /// A fall that is not made good yet.
    pub fall: Option<Fall>,
    /// What the agent reports; `None` where the record has no state.
    pub state: Option<SessionState>,
    /// The first sample that showed that state.
    pub state_since: Timestamp,
    /// The change into that state was watched; else it may have happened long before `state_since`.
    pub change_seen: bool,
    /// When it was last heard again after a silence, or rose again after a standstill.
    pub resumed_at: Option<Timestamp>,
    /// The rises that an estimate rests on; empty in traces that were kept before there were estimates.
    #[serde(default)]
    pub climb: Climb,
}

impl Trace {
    /// The trace after a first look.
    pub fn begin(look: &Look<'_>) -> Self {
        let carried_at = look.carried_at();
        let progress = look.session.progress.reported();
        let mut climb = Climb::default();
        if let Some(value) = progress {
            climb.reach(Sample { value, at: carried_at }, true, look.continuous);
        }
        Self {
            first_seen: look.at,
            last_look: look.at,
            last_heard: look.heard(),
            beats: Vec::new(),
            last_progress: progress.map(|value| Sample { value, at: carried_at }),
            last_rise: None,
            steps: Vec::new(),
            progress_since: progress.map(|_| look.at),
            fall: None,
            state: look.state(),
            state_since: carried_at,
            change_seen: look.continuous,
            resumed_at: None,
            climb,
        }
    }

    /// The trace after one more look. The same look twice changes nothing, and an older look changes nothing either.
    #[must_use]
    pub fn advance(&self, look: &Look<'_>) -> Self {
        let mut next = self.clone();
        if look.at < self.last_look {
            return next;
        }
        next.fold_beat(look);
        next.fold_progress(look);
        next.fold_state(look);
        next.last_look = look.at;
        next
    }

    /// The usual span between two beats: the median of the recent ones, `None` until three were watched.
    pub fn usual_beat(&self) -> Option<Span> {
        median(&self.beats)
    }

    /// The usual span between two rises: the median of the recent ones, `None` until three were watched.
    pub fn usual_step(&self) -> Option<Span> {
        median(&self.steps)
    }

    /// When the next heartbeat is due by its own rhythm.
    pub fn next_beat_by(&self) -> Option<Timestamp> {
        Some(self.last_heard?.plus(self.usual_beat()?))
    }

    /// Since when progress has not risen: the last rise, else the first sample. Time spent in another state than the
    /// present one does not count: an agent that was blocked for an hour has not stood still for an hour.
    pub fn still_since(&self) -> Option<Timestamp> {
        let since = self.last_rise.or(self.progress_since)?;
        Some(since.max(self.state_since))
    }

    fn fold_beat(&mut self, look: &Look<'_>) {
        let Some(heard) = look.heard() else { return };
        if let Some(before) = self.last_heard {
            if heard <= before {
                return;
            }
            let gap = heard.since(before);
            // Only a silence that was watched can end: a time in which nobody looked is ours, not the agent's.
            if look.continuous && gap >= liveness::silence(self.usual_beat()) {
                self.resumed_at = Some(heard);
            }
            if look.continuous {
                remember(&mut self.beats, gap);
            }
        }
        self.last_heard = Some(heard);
    }

    fn fold_progress(&mut self, look: &Look<'_>) {
        let Progress::Reported(value) = look.session.progress else {
            return;
        };
        let at = look.carried_at();
        // A trace from before there were climbs knows a height, and not since when.
        let seen = look.continuous && (self.climb.top().is_some() || self.last_progress.is_none());
        let worked = self.state == Some(SessionState::Working);
        self.climb.reach(Sample { value, at }, worked, seen);
        if let Some(before) = self.last_progress {
            if value > before.value {
                self.rise(at, look.continuous);
            } else if value < before.value {
                // A second fall before the first was made good is one longer fall, unless the first is history.
                let from = match self.fall {
                    Some(fall) if liveness::fall_counts(fall.at, at) => fall.from.max(before.value),
                    _ => before.value,
                };
                self.fall = Some(Fall { from, to: value, at });
            }
        } else {
            self.progress_since = Some(look.at);
        }
        if self.fall.is_some_and(|fall| value >= fall.from) {
            self.fall = None;
        }
        let at = self.last_progress.map_or(at, |before| before.at.max(at));
        self.last_progress = Some(Sample { value, at });
    }

    fn rise(&mut self, at: Timestamp, continuous: bool) {
        if let Some(since) = self.still_since() {
            let stood = at.since(since);
            if continuous && stood >= liveness::standstill(self.usual_step()) {
                self.resumed_at = Some(at);
            }
        }
        if let Some(last) = self.last_rise
            && continuous
            && at > last
        {
            remember(&mut self.steps, at.since(last));
        }
        self.last_rise = Some(self.last_rise.map_or(at, |last| last.max(at)));
    }

    fn fold_state(&mut self, look: &Look<'_>) {
        let state = look.state();
        if !same_report(self.state.as_ref(), state.as_ref()) {
            // The update that carried the change cannot be older than the look that did not show it yet.
            self.state_since = look.carried_at().max(self.last_look.min(look.at));
            self.change_seen = look.continuous;
            self.climb.pause(self.state_since);
        }
        self.state = state;
    }
}

/// Whether two readings may stand for one report: learning from fleet health that "blocked or pinned" is the one or the
/// other, or losing that knowledge, is no change by the agent.
fn same_report(before: Option<&SessionState>, after: Option<&SessionState>) -> bool {
    use SessionState::{Blocked, BlockedOrPinned, Pinned};
    match (before, after) {
        (Some(BlockedOrPinned), Some(Blocked | Pinned)) | (Some(Blocked | Pinned), Some(BlockedOrPinned)) => true,
        _ => before == after,
    }
}

fn remember(recent: &mut Vec<Span>, span: Span) {
    if recent.len() >= RECENT {
        recent.drain(..=recent.len() - RECENT);
    }
    recent.push(span);
}

/// The middle one; of two middles the longer, so that an agent is called silent rather later than too early.
fn median(spans: &[Span]) -> Option<Span> {
    if spans.len() < KNOWN_FROM {
        return None;
    }
    let mut sorted = spans.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied()
}
