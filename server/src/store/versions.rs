//! How far each tenant's changes have come, and who waits to hear of more. Only a wake-up: what changed is read from the
//! feed itself.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

use tokio::sync::watch;

use super::Tenant;

/// The last change of each tenant that this process knows of.
#[derive(Default)]
pub(crate) struct Versions {
    known: RwLock<HashMap<Tenant, watch::Sender<i64>>>,
    keys: AtomicU64,
}

impl Versions {
    /// A tenant has come to a change.
    pub(crate) fn publish(&self, tenant: &Tenant, seq: i64) {
        let forward = |known: &mut i64| {
            let news = *known != seq;
            *known = seq;
            news
        };
        if let Some(sender) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(tenant) {
            sender.send_if_modified(forward);
            return;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known
            .entry(tenant.clone())
            .or_insert_with(|| watch::Sender::new(seq))
            .send_if_modified(forward);
    }

    /// The last change that was published.
    pub(crate) fn known(&self, tenant: &Tenant) -> Option<i64> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(tenant).map(|sender| *sender.borrow())
    }

    /// Hears of every change to come.
    pub(crate) fn subscribe(&self, tenant: &Tenant) -> watch::Receiver<i64> {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known
            .entry(tenant.clone())
            .or_insert_with(|| watch::Sender::new(-1))
            .subscribe()
    }

    /// Something about keys or tenants may have changed: what was remembered of them is to be read again.
    pub(crate) fn forget_keys(&self) {
        self.keys.fetch_add(1, Ordering::SeqCst);
    }

    /// Changes whenever remembered keys are out of date.
    pub(crate) fn key_generation(&self) -> u64 {
        self.keys.load(Ordering::SeqCst)
    }
}
