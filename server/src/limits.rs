//! How often one key may ask, and how often one address may fail to prove who it is (contract section 9).
//!
//! Everything slides over sixty seconds of the server's clock and lives in memory: a restart forgives. A refused call
//! counts nowhere, so a patient client recovers after a minute whatever it did before.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use cachebash_core::domain::{KeyHash, Span, Timestamp};

/// Whether the server slows its callers down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Limits {
    /// As the contract's free tier: 60 calls and a burst of 10 a minute and key, and fewer for some tools.
    #[default]
    Contract,
    /// Not at all, for a private machine. Failed authentications are still slowed.
    Off,
}

const WINDOW: Span = Span::from_secs(60);
/// What `X-RateLimit-Limit` says for a key.
const PER_KEY: u32 = 60;
const BURST: usize = 10;
const FAILURES_PER_ADDRESS: usize = 60;
/// Above this many addresses those that have been quiet for a minute are forgotten, and if that is not enough, all.
const MOST_ADDRESSES: usize = 10_000;

/// The calls and failures of the last minute.
pub(crate) struct Limiter {
    limits: Limits,
    calls: Mutex<HashMap<(KeyHash, &'static str), VecDeque<Timestamp>>>,
    failures: Mutex<HashMap<IpAddr, VecDeque<Timestamp>>>,
}

/// The limit that was hit, as `X-RateLimit-Limit` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit(pub(crate) u32);

impl Limiter {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            calls: Mutex::default(),
            failures: Mutex::default(),
        }
    }

    /// Counts one call of `tool`, or says which limit it would break. `own` is the tool's own limit, if it has one.
    pub(crate) fn admit(&self, key: &KeyHash, tool: &'static str, own: Option<u32>, now: Timestamp) -> Result<(), Hit> {
        if self.limits == Limits::Off {
            return Ok(());
        }
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = own {
            let window = slide(calls.entry((key.clone(), tool)).or_default(), now);
            if window.len() >= own as usize {
                return Err(Hit(own));
            }
        }
        // The empty name stands for all tools together.
        let all = slide(calls.entry((key.clone(), "")).or_default(), now);
        if all.len() >= PER_KEY as usize + BURST {
            return Err(Hit(PER_KEY));
        }
        all.push_back(now);
        if own.is_some() {
            calls.entry((key.clone(), tool)).or_default().push_back(now);
        }
        Ok(())
    }

    /// Counts one failed authentication. False: this address has failed too often, and the failure was not counted.
    pub(crate) fn count_failure(&self, address: Option<IpAddr>, now: Timestamp) -> bool {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() > MOST_ADDRESSES {
            failures.retain(|_, moments| !slide(moments, now).is_empty());
            if failures.len() > MOST_ADDRESSES {
                failures.clear();
            }
        }
        let moments = slide(failures.entry(neighbourhood(address)).or_default(), now);
        if moments.len() >= FAILURES_PER_ADDRESS {
            return false;
        }
        moments.push_back(now);
        true
    }
}

/// Forgets what is older than the window, and what a clock that was set back left in the future.
fn slide(moments: &mut VecDeque<Timestamp>, now: Timestamp) -> &mut VecDeque<Timestamp> {
    moments.retain(|moment| *moment <= now && now.since(*moment) < WINDOW);
    moments
}

/// One IPv6 customer has a whole /64, so it counts as one address.
fn neighbourhood(address: Option<IpAddr>) -> IpAddr {
    match address {
        Some(IpAddr::V6(v6)) if v6.to_ipv4_mapped().is_none() => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        Some(other) => other.to_canonical(),
        None => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const NOON: Timestamp = Timestamp::from_millis(1_795_348_800_000);

    fn key(name: &str) -> KeyHash {
        KeyHash::new(name)
    }

    #[test]
    fn a_key_has_its_sixty_and_a_burst_of_ten_then_waits_a_minute() {
        let limiter = Limiter::new(Limits::Contract);
        for _ in 0..70 {
            limiter.admit(&key("a"), "list_sessions", None, NOON).unwrap();
        }
        assert_eq!(limiter.admit(&key("a"), "list_sessions", None, NOON), Err(Hit(60)));
        assert_eq!(limiter.admit(&key("b"), "list_sessions", None, NOON), Ok(()));
        let later = NOON.plus(Span::from_secs(60));
        assert_eq!(limiter.admit(&key("a"), "list_sessions", None, later), Ok(()));
    }

    #[test]
    fn a_tool_with_a_limit_of_its_own_is_refused_alone() {
        let limiter = Limiter::new(Limits::Contract);
        for _ in 0..10 {
            limiter
                .admit(&key("a"), "update_program_state", Some(10), NOON)
                .unwrap();
        }
        assert_eq!(
            limiter.admit(&key("a"), "update_program_state", Some(10), NOON),
            Err(Hit(10))
        );
        assert_eq!(limiter.admit(&key("a"), "list_sessions", None, NOON), Ok(()));
    }

    #[test]
    fn off_means_off_for_calls_and_not_for_guessing() {
        let limiter = Limiter::new(Limits::Off);
        for _ in 0..1_000 {
            limiter
                .admit(&key("a"), "update_program_state", Some(10), NOON)
                .unwrap();
        }
        let address = Some("192.0.2.7".parse().unwrap());
        for _ in 0..60 {
            assert!(limiter.count_failure(address, NOON));
        }
        assert!(!limiter.count_failure(address, NOON));
        assert!(limiter.count_failure(Some("192.0.2.8".parse().unwrap()), NOON));
        assert!(limiter.count_failure(address, NOON.plus(Span::from_secs(60))));
    }

    #[test]
    fn one_ipv6_network_is_one_address() {
        let limiter = Limiter::new(Limits::Contract);
        for last in 0..60 {
            assert!(limiter.count_failure(Some(format!("2001:db8::{last:x}").parse().unwrap()), NOON));
        }
        assert!(!limiter.count_failure(Some("2001:db8::ffff".parse().unwrap()), NOON));
        assert!(limiter.count_failure(Some("2001:db8:1::1".parse().unwrap()), NOON));
    }
}
