//! The demo's one clock, for its server, its agents and its companion: it stands still and is stepped, or runs many
//! times as fast as the world.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use cachebash_core::domain::{Span, Timestamp};

/// A clock that is stepped until it is let run.
pub(crate) struct DemoClock {
    hands: Mutex<Hands>,
}

struct Hands {
    /// What it showed when it was last set, or when it began to run.
    base: Timestamp,
    /// Since when, and how many times as fast as the world, it runs.
    running: Option<(Instant, u32)>,
}

impl DemoClock {
    /// Stands at `start`.
    pub(crate) fn at(start: Timestamp) -> Self {
        Self {
            hands: Mutex::new(Hands {
                base: start,
                running: None,
            }),
        }
    }

    /// Steps forward to `at`; never back.
    pub(crate) fn step_to(&self, at: Timestamp) {
        let mut hands = self.hands.lock().unwrap_or_else(PoisonError::into_inner);
        hands.base = hands.base.max(at);
    }

    /// Runs from now on.
    pub(crate) fn run(&self, speed: u32) {
        let mut hands = self.hands.lock().unwrap_or_else(PoisonError::into_inner);
        hands.running = Some((Instant::now(), speed.max(1)));
    }

    /// What it shows.
    pub(crate) fn time(&self) -> Timestamp {
        let hands = self.hands.lock().unwrap_or_else(PoisonError::into_inner);
        match hands.running {
            Some((since, speed)) => {
                let real = i64::try_from(since.elapsed().as_millis()).unwrap_or(i64::MAX);
                hands.base.plus(Span::from_millis(real).times(i64::from(speed)))
            }
            None => hands.base,
        }
    }

    /// How long a span of it lasts in the world; nothing while it is stepped.
    fn in_the_world(&self, span: Span) -> Duration {
        let hands = self.hands.lock().unwrap_or_else(PoisonError::into_inner);
        match hands.running {
            Some((_, speed)) => Duration::from_millis(span.as_millis().max(0).unsigned_abs()) / speed,
            None => Duration::ZERO,
        }
    }
}

impl cachebash_core::companion::Clock for DemoClock {
    fn now(&self) -> Timestamp {
        self.time()
    }

    fn lasts(&self, span: Span) -> Duration {
        self.in_the_world(span)
    }
}

impl cachebash_server::Clock for DemoClock {
    fn now(&self) -> Timestamp {
        self.time()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cachebash_core::companion::Clock;

    #[test]
    fn it_stands_until_it_runs_and_then_spans_are_shorter() {
        let clock = DemoClock::at(Timestamp::from_millis(1_000));
        clock.step_to(Timestamp::from_millis(5_000));
        clock.step_to(Timestamp::from_millis(2_000));
        assert_eq!(
            (clock.time(), clock.lasts(Span::from_mins(1))),
            (Timestamp::from_millis(5_000), Duration::ZERO)
        );
        clock.run(30);
        assert_eq!(clock.lasts(Span::from_mins(1)), Duration::from_secs(2));
        assert!(clock.time() >= Timestamp::from_millis(5_000));
    }
}
