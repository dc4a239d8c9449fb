//! How often one key may ask, and how often one address may fail to prove who it is (contract section 9).
//!
//! Everything slides over sixty seconds of the server's clock. A refused call counts nowhere, so a patient client recovers
//! after a minute whatever it did before. One server counts in memory, and a restart forgives; several on one database
//! count there (`store`).

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use cachebash_core::domain::{KeyHash, Timestamp};
use prometheus_client::metrics::counter::Counter;

use crate::refusal::Refusal;
use crate::rules::tool::Tool;
use crate::store::{Counted, Store, Stored, WINDOW, Window};

/// Whether the server slows its callers down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Limits {
    /// As the contract's free tier: 60 calls and a burst of 10 a minute and key, and fewer for some tools.
    #[default]
    Contract,
    /// So many calls a minute and key, and the same burst; the limits of single tools grow or shrink in proportion.
    PerMinute(u32),
    /// Not at all, for a private machine. Failed authentications are still slowed.
    Off,
}

/// What `X-RateLimit-Limit` says for a key.
const PER_KEY: u32 = 60;
const BURST: u32 = 10;
const FAILURES_PER_ADDRESS: u32 = 60;
/// Above this many callers those that have been quiet for a minute are forgotten, and if that is not enough, all.
const MOST_CALLERS: usize = 20_000;

/// The calls and failures of the last minute.
pub(crate) struct Limiter {
    limits: Limits,
    calls: Mutex<HashMap<String, VecDeque<Timestamp>>>,
    /// How many calls and failures were refused since the start.
    pub(crate) refused: Counter,
    /// How many keys did not open the door.
    pub(crate) failures: Counter,
}

impl Limiter {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            calls: Mutex::default(),
            refused: Counter::default(),
            failures: Counter::default(),
        }
    }

    /// How many calls a key has a minute, and how many more at once. `None`: as many as it likes.
    pub(crate) fn per_minute(&self) -> Option<(u32, u32)> {
        match self.limits {
            Limits::Contract => Some((PER_KEY, BURST)),
            Limits::PerMinute(calls) => Some((calls, BURST)),
            Limits::Off => None,
        }
    }

    /// Counts one call of `tool`, or refuses it where it would break a limit. `None`: nothing is counted.
    pub(crate) async fn admit(
        &self,
        store: &Store,
        key: &KeyHash,
        tool: &Tool,
        now: Timestamp,
    ) -> Result<Option<Allowance>, Refusal> {
        let Some((per_key, _)) = self.per_minute() else {
            return Ok(None);
        };
        let in_proportion = |most: u32| {
            let scaled = u64::from(most) * u64::from(per_key) / u64::from(PER_KEY);
            u32::try_from(scaled).unwrap_or(u32::MAX).max(1)
        };
        let mut windows = vec![all_tools(key, per_key)];
        let own = tool.per_minute.map(in_proportion);
        windows.extend(own.map(|most| one_tool(key, tool.name, most)));
        // The narrower one is the one to name.
        windows.reverse();
        match self.count(store, windows, now).await? {
            Counted::In { before } => Ok(Some(Allowance {
                limit: per_key,
                remaining: per_key.saturating_sub(before).saturating_sub(1),
            })),
            Counted::Full { named } => {
                self.refused.inc();
                Err(Refusal::TooOften { limit: named })
            }
        }
    }

    /// Counts one failed authentication. False: this address has failed too often, and the failure was not counted.
    pub(crate) async fn count_failure(&self, store: &Store, address: Option<IpAddr>, now: Timestamp) -> Stored<bool> {
        let window = Window {
            caller: format!("address {}", neighbourhood(address)),
            most: FAILURES_PER_ADDRESS,
            named: FAILURES_PER_ADDRESS,
        };
        self.failures.inc();
        let counted = matches!(self.count(store, vec![window], now).await?, Counted::In { .. });
        if !counted {
            self.refused.inc();
        }
        Ok(counted)
    }

    /// Counts a call in all of its windows, or in none and says what the full one is called.
    async fn count(&self, store: &Store, windows: Vec<Window>, now: Timestamp) -> Stored<Counted> {
        if store.is_shared() {
            return store.count_call(windows, now).await;
        }
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        if calls.len() > MOST_CALLERS {
            calls.retain(|_, moments| !slide(moments, now).is_empty());
            if calls.len() > MOST_CALLERS {
                calls.clear();
            }
        }
        let mut before = 0;
        for window in &windows {
            before = slide(calls.entry(window.caller.clone()).or_default(), now).len();
            if before >= window.most as usize {
                return Ok(Counted::Full { named: window.named });
            }
        }
        for window in windows {
            calls.entry(window.caller).or_default().push_back(now);
        }
        let before = u32::try_from(before).unwrap_or(u32::MAX);
        Ok(Counted::In { before })
    }
}

/// What a key still may, once a call of its was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Allowance {
    /// Calls a minute.
    pub(crate) limit: u32,
    /// How many of them are left. The burst is not among them: it is there for those who do not count.
    pub(crate) remaining: u32,
}

/// Everything a key calls.
fn all_tools(key: &KeyHash, per_minute: u32) -> Window {
    Window {
        caller: key.to_string(),
        most: per_minute.saturating_add(BURST),
        named: per_minute,
    }
}

/// What a key calls of a tool that has a limit of its own.
fn one_tool(key: &KeyHash, tool: &str, most: u32) -> Window {
    Window {
        caller: format!("{key} {tool}"),
        most,
        named: most,
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
    use cachebash_core::domain::Span;

    use super::*;

    const NOON: Timestamp = Timestamp::from_millis(1_795_348_800_000);
    const LIST: Tool = Tool::new("pulse", "list_sessions", "pulse.read", "");
    const WRITE: Tool = Tool::new("state", "update_program_state", "state.write", "").at_most(10);

    struct Door {
        limiter: Limiter,
        store: Store,
    }

    impl Door {
        fn new(limits: Limits) -> Self {
            Self {
                limiter: Limiter::new(limits),
                store: Store::in_memory(),
            }
        }

        /// The limit that was hit, if any.
        async fn knock(&self, key: &str, tool: &Tool, now: Timestamp) -> Option<u32> {
            match self.limiter.admit(&self.store, &KeyHash::new(key), tool, now).await {
                Err(Refusal::TooOften { limit }) => Some(limit),
                _ => None,
            }
        }

        async fn fail(&self, address: &str, now: Timestamp) -> bool {
            let address = Some(address.parse().unwrap());
            self.limiter.count_failure(&self.store, address, now).await.unwrap()
        }
    }

    #[tokio::test]
    async fn a_key_has_its_sixty_and_a_burst_of_ten_then_waits_a_minute() {
        let door = Door::new(Limits::Contract);
        for _ in 0..70 {
            assert_eq!(door.knock("a", &LIST, NOON).await, None);
        }
        assert_eq!(door.knock("a", &LIST, NOON).await, Some(60));
        assert_eq!(door.knock("b", &LIST, NOON).await, None);
        assert_eq!(door.knock("a", &LIST, NOON.plus(Span::from_secs(60))).await, None);
    }

    #[tokio::test]
    async fn a_tool_with_a_limit_of_its_own_is_refused_alone() {
        let door = Door::new(Limits::Contract);
        for _ in 0..10 {
            assert_eq!(door.knock("a", &WRITE, NOON).await, None);
        }
        assert_eq!(door.knock("a", &WRITE, NOON).await, Some(10));
        assert_eq!(door.knock("a", &LIST, NOON).await, None);
    }

    #[tokio::test]
    async fn a_number_of_ones_own_moves_all_limits_in_proportion() {
        let door = Door::new(Limits::PerMinute(120));
        for _ in 0..20 {
            assert_eq!(door.knock("a", &WRITE, NOON).await, None);
        }
        assert_eq!(door.knock("a", &WRITE, NOON).await, Some(20));
        for _ in 0..110 {
            assert_eq!(door.knock("a", &LIST, NOON).await, None);
        }
        assert_eq!(door.knock("a", &LIST, NOON).await, Some(120));
    }

    #[tokio::test]
    async fn off_means_off_for_calls_and_not_for_guessing() {
        let door = Door::new(Limits::Off);
        for _ in 0..1_000 {
            assert_eq!(door.knock("a", &WRITE, NOON).await, None);
        }
        for _ in 0..60 {
            assert!(door.fail("192.0.2.7", NOON).await);
        }
        assert!(!door.fail("192.0.2.7", NOON).await);
        assert!(door.fail("192.0.2.8", NOON).await);
        assert!(door.fail("192.0.2.7", NOON.plus(Span::from_secs(60))).await);
    }

    #[tokio::test]
    async fn one_ipv6_network_is_one_address() {
        let door = Door::new(Limits::Contract);
        for last in 0..60 {
            assert!(door.fail(&format!("2001:db8::{last:x}"), NOON).await);
        }
        assert!(!door.fail("2001:db8::ffff", NOON).await);
        assert!(door.fail("2001:db8:1::1", NOON).await);
    }
}
