//! One refresh at a time: a tick that comes while one runs joins it, so that a reply slower than the period still
//! arrives (B6), and a caller that goes away takes nothing with it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::account::lock;
use super::{AccountSync, Conditions, Refreshed, Turn};
use crate::domain::{ProgramId, SessionId};
use crate::flight::{self, Lead};
use crate::store::StoreError;

/// What a refresh must read beside what is due.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Nobody asked: each source is read when its own period is over.
    #[serde(default)]
    pub by_clock: bool,
    /// What runs already began too early: something changed just now.
    #[serde(default)]
    pub begins_now: bool,
    /// Ask no more than so many requests; what is left waits for the next time.
    #[serde(default)]
    pub most_requests: Option<u32>,
    /// What looking costs the device: of looks by the clock.
    #[serde(default)]
    pub conditions: Conditions,
    /// Whose pages are open, likewise: they come first.
    #[serde(default)]
    pub on_screen: BTreeSet<ProgramId>,
    /// States of these programs.
    pub programs: BTreeSet<ProgramId>,
    /// The keys.
    pub keys: bool,
    /// These lists, to their ends, instead of a page of the one whose turn it is.
    pub lists: BTreeSet<Turn>,
    /// Messages to and from these programs, and now and then the groups.
    pub messages: BTreeSet<ProgramId>,
    /// What this period cost: `today`, `this_week`, `this_month` or `all`.
    pub cost: Option<String>,
    /// Sprints that are under way.
    #[serde(default)]
    pub sprints: bool,
    /// The register of programs, where it is old.
    #[serde(default)]
    pub register: bool,
    /// How full these sessions' contexts were.
    #[serde(default)]
    pub context_of: BTreeSet<SessionId>,
}

impl Wanted {
    fn covers(&self, other: &Wanted) -> bool {
        (!self.by_clock || other.by_clock)
            && self.most_requests.is_none()
            && !other.begins_now
            && (!self.by_clock || self.on_screen.is_superset(&other.on_screen))
            && self.programs.is_superset(&other.programs)
            && (self.keys || !other.keys)
            && self.lists.is_superset(&other.lists)
            && self.messages.is_superset(&other.messages)
            && (other.cost.is_none() || self.cost == other.cost)
            && (self.sprints || !other.sprints)
            && (self.register || !other.register)
            && self.context_of.is_superset(&other.context_of)
    }
}

/// How a refresh ended; shared by all who joined it. `None` while it runs.
type Ending = Option<Result<Refreshed, StoreError>>;

pub(super) struct Running {
    wanted: Wanted,
    ending: watch::Receiver<Ending>,
    task: Option<JoinHandle<()>>,
}

impl AccountSync {
    /// Refreshes, or joins the refresh that runs. One that does not read what is wanted here is waited for, and
    /// followed by one that does.
    pub async fn refresh(self: &Arc<Self>, wanted: Wanted, runtime: &Handle) -> Result<Refreshed, StoreError> {
        let lead = self.tape().lead();
        loop {
            let Some((mut ending, joins)) = self.join_or_start(&wanted, lead, runtime) else {
                return Ok(Refreshed {
                    sources: self.reports(),
                    rows_changed: 0,
                });
            };
            let ended = match ending.wait_for(Option::is_some).await {
                Ok(ending) => ending.clone(),
                // The task was stopped by a suspend, or it panicked.
                Err(_) => Some(Err(StoreError::Closed)),
            };
            if let (true, Some(outcome)) = (joins, ended) {
                return outcome;
            }
        }
    }

    /// The refresh to wait for, and whether it is the one that is wanted. `None`: it was joined then, and is over now.
    fn join_or_start(
        self: &Arc<Self>,
        wanted: &Wanted,
        lead: Lead,
        runtime: &Handle,
    ) -> Option<(watch::Receiver<Ending>, bool)> {
        let mut running = lock(&self.running);
        if let Some(current) = running.as_ref().filter(|current| is_under_way(&current.ending)) {
            let joins = lead != Lead::Begins && current.wanted.covers(wanted);
            if joins {
                self.tape().joined();
            }
            return Some((current.ending.clone(), joins));
        }
        if lead == Lead::Joins {
            return None;
        }
        let (told, ending) = watch::channel(None);
        let this = Arc::clone(self);
        let asked = wanted.clone();
        let work = async move {
            let outcome = this.run(&asked).await;
            this.topics.mark_all();
            this.note_refreshed();
            told.send_replace(Some(outcome));
        };
        let task = runtime.spawn(flight::going_on(flight::current_call(), work));
        *running = Some(Running {
            wanted: wanted.clone(),
            ending: ending.clone(),
            task: Some(task),
        });
        Some((ending, true))
    }

    /// Waits for the running refresh, at most so long, then drops it. Nothing of it is half written: writing is one
    /// step at its end.
    pub async fn settle(&self, at_most: Duration) {
        let task = lock(&self.running).as_mut().and_then(|running| running.task.take());
        let Some(mut task) = task else { return };
        if tokio::time::timeout(at_most, &mut task).await.is_err() {
            task.abort();
            let _ = task.await;
        }
    }
}

fn is_under_way(ending: &watch::Receiver<Ending>) -> bool {
    ending.borrow().is_none() && ending.has_changed().is_ok()
}
