//! Listening to a server that says when something changed, so that it is asked at once and not at the next tick. Only a
//! reason to ask: without it, or when it breaks, everything comes by the clock.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::{AccountSync, Wanted};
use crate::insight::{Source, Standing};
use crate::store::StoreError;

/// Listens for one account for ever; ends when its task is aborted or the account is closed.
pub(crate) async fn keep_listening(account: Arc<AccountSync>, runtime: Handle) {
    let mut refreshes = account.refreshes();
    let mut conditions = account.device.watched_conditions();
    loop {
        // A stream that could not be opened is tried again after the next look, and looks know how to wait.
        if refreshes.changed().await.is_err() {
            return;
        }
        let sessions = account
            .reports()
            .into_iter()
            .find(|line| line.source == Source::Sessions);
        let answers = sessions.is_some_and(|line| line.standing != Standing::Failed);
        let offers = account.offers();
        if !(answers && offers.events && offers.sync && conditions.borrow().allow_listening()) {
            continue;
        }
        let Some(client) = account.client() else { continue };
        let carrier = client.carrier();
        let Ok(mut events) = carrier.listen().await else {
            continue;
        };
        // What changed between the last look and the stream is seen by a look of its own.
        loop {
            let wanted = Wanted {
                begins_now: true,
                ..account.by_clock()
            };
            let refreshed = account.refresh(wanted, &runtime).await;
            if matches!(refreshed, Err(StoreError::Closed)) {
                return;
            }
            tokio::select! {
                went_on = events.next() => if !went_on { break },
                _ = conditions.wait_for(|now| !now.allow_listening()) => break,
            }
        }
        refreshes.mark_unchanged();
    }
}
