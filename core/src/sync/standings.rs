//! What each source last said, held in memory between flushes: a poll that brought nothing writes nothing.

use crate::domain::{Capability, RejectedReason, Span, Timestamp};
use crate::error::CompanionError;
use crate::insight::{Cause, Source, SourceReading, Trouble};
use crate::store::{SourceKey, Standings};

use super::Remote;

/// What came of asking one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A good reply.
    Good {
        /// Server time of it.
        at: Timestamp,
        /// Why it was not whole, if it was not.
        lacking: Option<Cause>,
    },
    /// None.
    Failed(Cause),
}

/// One source and what came of asking it.
pub type Reported = (SourceKey, Outcome);

/// A reply stamped earlier than what is held is late and is dropped; by more than this, the server's clock was set back.
const LATE_AT_MOST: Span = Span::from_mins(10);

/// The server's clock counts as ours while it is this near, so that a slow reply does not shift every age.
const CLOCKS_AGREE: Span = Span::from_secs(1);

impl Standings {
    /// What is remembered of a source.
    pub fn reading(&self, key: &SourceKey) -> SourceReading {
        self.sources.get(key).cloned().unwrap_or_default()
    }

    /// What is remembered of a source that may be one per program, taken together: the oldest as-of, and a trouble that
    /// concerns all of it. What is wrong with one program only is told on its page.
    pub fn together(&self, source: Source) -> SourceReading {
        let mut whole = SourceReading::default();
        for reading in self
            .sources
            .iter()
            .filter(|(key, _)| key.source == source)
            .map(|(_, reading)| reading)
        {
            whole.as_of = match (whole.as_of, reading.as_of) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            whole.lacking = whole.lacking.or_else(|| reading.lacking.clone());
            let general = |trouble: &&Trouble| {
                !matches!(source, Source::ProgramState | Source::Messages)
                    || !matches!(trouble.cause, Cause::Unreadable | Cause::Forbidden { capability: None })
            };
            if let Some(trouble) = reading.trouble.as_ref().filter(general) {
                let since = whole
                    .trouble
                    .as_ref()
                    .map_or(trouble.since, |held| held.since.min(trouble.since));
                whole.trouble = Some(Trouble {
                    since,
                    cause: trouble.cause.clone(),
                });
            }
        }
        whole
    }

    /// The newest time of the server's clock that any source told.
    pub fn last_heard(&self) -> Option<Timestamp> {
        self.sources.values().filter_map(|reading| reading.as_of).max()
    }

    /// Whether both say the same of every source, whenever they heard it: what a poll that brought nothing leaves unwritten
    /// until something changes, or until the app is suspended.
    pub(super) fn say_the_same_as(&self, other: &Self) -> bool {
        let told = |standings: &Self| -> Vec<_> {
            let told = |(key, reading): (&SourceKey, &SourceReading)| {
                let known = reading.as_of.is_some();
                (key.clone(), known, reading.lacking.clone(), reading.trouble.clone())
            };
            standings.sources.iter().map(told).collect()
        };
        self.offset == other.offset && told(self) == told(other)
    }

    /// Takes in what came of a refresh. `now`: server time.
    pub fn note(&mut self, reported: &[Reported], now: Timestamp) {
        let answered = reported
            .iter()
            .any(|(_, outcome)| matches!(outcome, Outcome::Good { .. }));
        for (key, reading) in &mut self.sources {
            // Said of all sources at once when nothing answered; whoever was not asked now stands as before.
            let asked = reported.iter().any(|(reported, _)| reported == key);
            let general = reading
                .trouble
                .as_ref()
                .is_some_and(|trouble| is_general(&trouble.cause));
            if answered && general && !asked {
                reading.trouble = None;
            }
        }
        for (key, outcome) in reported {
            let held = self.sources.entry(key.clone()).or_default();
            match outcome {
                Outcome::Good { at, lacking } => {
                    *held = SourceReading {
                        as_of: Some(*at),
                        lacking: lacking.clone(),
                        trouble: None,
                    };
                }
                Outcome::Failed(cause) => fail(held, cause, now),
            }
        }
        let general = reported.iter().find_map(|(_, outcome)| match outcome {
            Outcome::Failed(cause) if is_general(cause) => Some(cause.clone()),
            _ => None,
        });
        if let (false, Some(cause)) = (answered, general) {
            for reading in self.sources.values_mut().filter(|reading| reading.as_of.is_some()) {
                fail(reading, &cause, now);
            }
        }
    }

    /// Follows the server's clock: `server` is what it said when this device's showed `device`.
    pub fn follow_clock(&mut self, server: Timestamp, device: Timestamp) {
        let seen = server.since(device);
        let moved = Span::from_millis(
            seen.as_millis()
                .saturating_sub(self.offset.as_millis())
                .saturating_abs(),
        );
        if moved > CLOCKS_AGREE {
            self.offset = seen;
        }
    }

    /// Whether a reply of this time is older than what is held (B8).
    pub fn is_late(&self, key: &SourceKey, at: Timestamp) -> bool {
        self.reading(key)
            .as_of
            .is_some_and(|held| held > at && held.since(at) <= LATE_AT_MOST)
    }

    /// Lets go of the late parts of a reply.
    pub fn leave_out_late(&self, remote: &mut Remote) {
        let late = |source, at| self.is_late(&SourceKey::of(source), at);
        remote.sessions.take_if(|read| late(Source::Sessions, read.at));
        remote.fleet.take_if(|read| late(Source::FleetHealth, read.at));
        remote.ended.take_if(|read| late(Source::SessionHistory, read.at));
        remote.keys.take_if(|read| late(Source::Keys, read.at));
        remote.questions.take_if(|read| late(Source::Questions, read.at));
        remote.alerts.take_if(|read| late(Source::Alerts, read.at));
        remote.tasks.take_if(|read| late(Source::Tasks, read.at));
        remote
            .messages
            .retain(|read| !self.is_late(&SourceKey::messages_of(read.program.clone()), read.at));
        remote
            .states
            .retain(|read| !self.is_late(&SourceKey::state_of(read.program.clone()), read.at));
    }
}

fn fail(reading: &mut SourceReading, cause: &Cause, now: Timestamp) {
    let since = reading.trouble.as_ref().map_or(now, |trouble| trouble.since);
    reading.trouble = Some(Trouble {
        since,
        cause: cause.clone(),
    });
}

/// It concerns the connection or the key, hence every source.
pub(super) fn is_general(cause: &Cause) -> bool {
    matches!(
        cause,
        Cause::Offline | Cause::Unauthorized | Cause::RateLimited { .. } | Cause::ServerUnavailable
    )
}

/// Why a source failed, from the error a person would see. `offset`: server's clock minus this device's.
pub(super) fn cause_of(error: &CompanionError, offset: Span) -> Cause {
    match error {
        CompanionError::Offline => Cause::Offline,
        CompanionError::Unauthorized => Cause::Unauthorized,
        CompanionError::Forbidden { capability } => Cause::Forbidden {
            capability: capability.clone().filter(|word| *word != Capability::new("")),
        },
        CompanionError::RateLimited { retry_at } => Cause::RateLimited {
            until: retry_at.plus(offset),
        },
        CompanionError::ServerUnavailable => Cause::ServerUnavailable,
        CompanionError::Rejected {
            reason: RejectedReason::NotYours,
        } => Cause::Forbidden { capability: None },
        CompanionError::NotFound
        | CompanionError::Rejected { .. }
        | CompanionError::Storage { .. }
        | CompanionError::Suspended
        | CompanionError::ReadOnly
        | CompanionError::Internal { .. } => Cause::Unreadable,
    }
}
