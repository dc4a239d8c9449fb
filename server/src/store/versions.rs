//! How far each tenant's changes have come, and who waits to hear of more. Only a wake-up: what changed is read from the
//! feed itself.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock, RwLockWriteGuard};

use tokio::sync::watch;

use super::Tenant;

/// The last change of each tenant that this process knows of.
#[derive(Default)]
pub(crate) struct Versions {
    known: RwLock<HashMap<Tenant, Known>>,
    keys: AtomicU64,
}

struct Known {
    /// The name of the history of changes, once the database was asked for it.
    feed: Option<String>,
    furthest: watch::Sender<i64>,
}

/// Before anything is known.
const NOWHERE: i64 = -1;

impl Versions {
    /// A tenant has come to a change. Never goes back: who looked before a write may tell of it after the write.
    pub(crate) fn publish(&self, tenant: &Tenant, seq: i64) {
        if let Some(known) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(tenant) {
            known.go_on(seq);
            return;
        }
        self.lock().entry(tenant.clone()).or_insert_with(Known::new).go_on(seq);
    }

    /// What the database itself says of all tenants: who is gone, and who came back with another history.
    pub(crate) fn look_around(&self, tenants: Vec<(Tenant, String, i64)>) {
        let mut known = self.lock();
        let there: HashSet<&Tenant> = tenants.iter().map(|(tenant, ..)| tenant).collect();
        // Whoever follows one that is gone hears so by the end of its stream. One that came after this look is cut off as
        // well, and comes back.
        known.retain(|tenant, _| there.contains(tenant));
        for (tenant, feed, seq) in tenants {
            let known = known.entry(tenant).or_insert_with(Known::new);
            match &known.feed {
                Some(same) if *same == feed => known.go_on(seq),
                Some(_) => drop(known.furthest.send_replace(seq)),
                None => known.go_on(seq),
            }
            known.feed = Some(feed);
        }
    }

    /// The last change that was published.
    pub(crate) fn known(&self, tenant: &Tenant) -> Option<i64> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let furthest = known.get(tenant).map(|known| *known.furthest.borrow());
        furthest.filter(|seq| *seq != NOWHERE)
    }

    /// Hears of every change to come, and of the tenant's end by the channel's.
    pub(crate) fn subscribe(&self, tenant: &Tenant) -> watch::Receiver<i64> {
        let mut known = self.lock();
        let known = known.entry(tenant.clone()).or_insert_with(Known::new);
        known.furthest.subscribe()
    }

    /// Something about keys or tenants may have changed: what was remembered of them is to be read again.
    pub(crate) fn forget_keys(&self) {
        self.keys.fetch_add(1, Ordering::SeqCst);
    }

    /// Changes whenever remembered keys are out of date.
    pub(crate) fn key_generation(&self) -> u64 {
        self.keys.load(Ordering::SeqCst)
    }

    fn lock(&self) -> RwLockWriteGuard<'_, HashMap<Tenant, Known>> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn new() -> Self {
        Self {
            feed: None,
            furthest: watch::Sender::new(NOWHERE),
        }
    }

    fn go_on(&self, seq: i64) {
        self.furthest.send_if_modified(|known| {
            let news = *known < seq;
            *known = seq.max(*known);
            news
        });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn home() -> Tenant {
        Tenant::from("home")
    }

    #[test]
    fn who_looked_before_a_write_does_not_take_it_back() {
        let versions = Versions::default();
        versions.publish(&home(), 9);
        let looked = vec![(home(), "feed".to_owned(), 9)];
        versions.publish(&home(), 10);
        versions.look_around(looked);
        assert_eq!(versions.known(&home()), Some(10));
    }

    #[test]
    fn a_tenant_that_is_gone_ends_the_streams_of_its_followers_and_may_begin_anew() {
        let versions = Versions::default();
        versions.look_around(vec![(home(), "feed".to_owned(), 9)]);
        let mut follower = versions.subscribe(&home());
        assert!(!follower.has_changed().unwrap());
        versions.look_around(vec![]);
        assert!(follower.has_changed().is_err());
        assert_eq!(versions.known(&home()), None);
        versions.look_around(vec![(home(), "other feed".to_owned(), 2)]);
        follower = versions.subscribe(&home());
        versions.look_around(vec![(home(), "third feed".to_owned(), 1)]);
        assert!(follower.has_changed().unwrap());
        assert_eq!(versions.known(&home()), Some(1));
    }
}
