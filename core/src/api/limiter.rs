//! Stays below the server's 60 requests a minute, and waits when told to (contract section 9).
//!
//! A token bucket that is kept as one number, the moment at which all tokens would be back. Time is the injected
//! clock's. A caller is told once how long to wait, and what was waited has passed even if the clock stands still.

use std::sync::{Mutex, PoisonError};

use super::error::{Error, Limit};
use crate::domain::{Span, Timestamp};

/// How many requests may be sent. In any minute at most `burst + per_minute`, which must stay below 60.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Requests a minute in the long run.
    pub per_minute: u32,
    /// Requests that may follow each other at once after a pause.
    pub burst: u32,
}

impl Default for Budget {
    /// 30 at once, so that a first look at a fleet need not wait, then 28 a minute: at most 58 in any minute.
    fn default() -> Self {
        Self {
            per_minute: 28,
            burst: 30,
        }
    }
}

/// When a request may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    /// After waiting for so long,
    pub(super) wait: Span,
    /// which is until then.
    pub(super) until: Timestamp,
}

/// The bucket, and the doors that a 429 closes for a while.
#[derive(Debug)]
pub(super) struct Limiter {
    budget: Budget,
    state: Mutex<Doors>,
}

#[derive(Debug, Default)]
struct Doors {
    /// When the bucket is full again.
    full_at: Option<Timestamp>,
    /// Until then nothing is sent.
    all_closed: Option<(Timestamp, Limit)>,
    /// Until then no write is sent.
    writes_closed: Option<(Timestamp, Limit)>,
    last_seen: Option<Timestamp>,
    /// Has passed, because someone waited for it.
    waited_until: Option<Timestamp>,
}

impl Limiter {
    pub(super) fn new(budget: Budget) -> Self {
        Self {
            budget,
            state: Mutex::new(Doors::default()),
        }
    }

    /// Takes a token, and says how long to wait before using it; refused while a 429's wait lasts.
    pub(super) fn take(&self, now: Timestamp, is_write: bool) -> Result<Turn, Error> {
        let mut doors = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        doors.follow(now);
        let closed = [doors.all_closed, doors.writes_closed.filter(|_| is_write)];
        if let Some((retry_at, limit)) = closed
            .into_iter()
            .flatten()
            .filter(|(until, _)| *until > now)
            .max_by_key(|d| d.0)
        {
            return Err(Error::RateLimited { retry_at, limit });
        }
        let now = doors.waited_until.map_or(now, |waited| waited.max(now));
        let period = 60_000 / i64::from(self.budget.per_minute.max(1));
        let full_at = doors
            .full_at
            .filter(|at| *at > now)
            .unwrap_or(now)
            .plus(Span::from_millis(period));
        doors.full_at = Some(full_at);
        let ahead = full_at.since(now).as_millis() - period * i64::from(self.budget.burst.max(1));
        let wait = Span::from_millis(ahead.max(0));
        Ok(Turn {
            wait,
            until: now.plus(wait),
        })
    }

    /// Someone waited until this moment.
    pub(super) fn waited(&self, until: Timestamp) {
        let mut doors = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        doors.waited_until = Some(doors.waited_until.map_or(until, |earlier| earlier.max(until)));
    }

    /// Remembers what a reply asked for. A refused write says nothing about reads, which have another limit.
    pub(super) fn heed(&self, error: &Error, is_write: bool) {
        let (retry_at, limit) = match error {
            Error::RateLimited { retry_at, limit } => (*retry_at, *limit),
            Error::Paused { retry_at } => (*retry_at, Limit::TenantWrites),
            _ => return,
        };
        let mut doors = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let door = if is_write {
            &mut doors.writes_closed
        } else {
            &mut doors.all_closed
        };
        *door = Some((retry_at, limit));
    }
}

impl Doors {
    /// A clock that was set back takes the remembered moments with it; otherwise they would be far in the future.
    fn follow(&mut self, now: Timestamp) {
        if let Some(last) = self.last_seen.filter(|last| now < *last) {
            let back = last.since(now);
            let moved = |at: Timestamp| at.minus(back);
            self.full_at = self.full_at.map(moved);
            self.waited_until = self.waited_until.map(moved);
            self.all_closed = self.all_closed.map(|(at, limit)| (moved(at), limit));
            self.writes_closed = self.writes_closed.map(|(at, limit)| (moved(at), limit));
        }
        self.last_seen = Some(now);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(1_000_000 + millis)
    }

    #[test]
    fn fewer_than_sixty_requests_leave_in_any_minute() {
        let limiter = Limiter::new(Budget::default());
        // A caller that always asks again at once, waiting as told.
        let mut sent = Vec::new();
        let mut now = at(0);
        for _ in 0..300 {
            now = limiter.take(now, false).unwrap().until;
            sent.push(now);
        }
        for (first, start) in sent.iter().enumerate() {
            let in_minute = sent[first..]
                .iter()
                .filter(|t| t.since(*start) < Span::from_mins(1))
                .count();
            assert!(in_minute < 60, "{in_minute} in the minute from {start:?}");
        }
        assert!(
            sent[299].since(sent[0]) < Span::from_mins(11),
            "and it is not slower than it must be"
        );
    }

    #[test]
    fn a_clock_that_stands_still_costs_one_period_a_request() {
        let limiter = Limiter::new(Budget {
            per_minute: 60,
            burst: 1,
        });
        assert_eq!(limiter.take(at(0), false).unwrap().wait, Span::from_millis(0));
        for _ in 0..3 {
            let turn = limiter.take(at(0), false).unwrap();
            assert_eq!(turn.wait, Span::from_millis(1_000));
            limiter.waited(turn.until);
        }
    }

    #[test]
    fn callers_at_the_same_time_queue_up() {
        let limiter = Limiter::new(Budget {
            per_minute: 60,
            burst: 1,
        });
        let waits: Vec<i64> = (0..3)
            .map(|_| limiter.take(at(0), false).unwrap().wait.as_millis())
            .collect();
        assert_eq!(waits, [0, 1_000, 2_000]);
    }

    #[test]
    fn a_clock_set_back_does_not_lock_the_door_for_years() {
        let limiter = Limiter::new(Budget::default());
        let year = 365 * 86_400_000;
        limiter.take(at(year), false).unwrap();
        let told = Error::RateLimited {
            retry_at: at(year + 30_000),
            limit: Limit::Requests,
        };
        limiter.heed(&told, false);
        assert!(limiter.take(at(0), false).is_err());
        assert!(limiter.take(at(30_000), false).is_ok());
    }

    #[test]
    fn a_closed_door_for_writes_leaves_reads_alone() {
        let limiter = Limiter::new(Budget::default());
        limiter.heed(&Error::Paused { retry_at: at(60_000) }, true);
        assert!(limiter.take(at(0), true).is_err());
        assert!(limiter.take(at(0), false).is_ok());
        assert!(limiter.take(at(60_000), true).is_ok());
    }
}
