//! What the device says of itself: how it is connected and powered, and whose pages are open. Looks by the clock go by it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::account::lock;
use crate::domain::{AccountId, ProgramId, Span};

/// What looking costs the device just now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conditions {
    /// Every byte is paid for: what the clock asks for is asked half as often.
    pub metered: bool,
    /// The battery is to last: a quarter as often.
    pub low_power: bool,
}

impl Conditions {
    /// How long a period is under these conditions.
    pub(super) fn stretch(self, period: Span) -> Span {
        let times = match self {
            Conditions { low_power: true, .. } => 4,
            Conditions { metered: true, .. } => 2,
            Conditions { .. } => 1,
        };
        period.times(times)
    }

    /// Whether a stream of events may be kept open: it would look at every change, and keep a radio awake.
    pub(super) fn allow_listening(self) -> bool {
        self == Conditions::default()
    }
}

/// The device that the companion runs on.
#[derive(Default)]
pub struct Device {
    conditions: watch::Sender<Conditions>,
    open: Mutex<BTreeMap<(AccountId, ProgramId), usize>>,
}

impl Device {
    /// What looking costs it.
    pub fn conditions(&self) -> Conditions {
        *self.conditions.borrow()
    }

    /// It changed.
    pub fn set_conditions(&self, conditions: Conditions) {
        self.conditions.send_replace(conditions);
    }

    pub(super) fn watched_conditions(&self) -> watch::Receiver<Conditions> {
        self.conditions.subscribe()
    }

    /// A program's page is open until what this gives is dropped.
    pub fn opens(self: &Arc<Self>, account: AccountId, program: ProgramId) -> OpenPage {
        let page = (account, program);
        *lock(&self.open).entry(page.clone()).or_default() += 1;
        OpenPage {
            device: Arc::clone(self),
            page,
        }
    }

    /// Whose pages of an account are open.
    pub(super) fn on_screen(&self, account: &AccountId) -> BTreeSet<ProgramId> {
        let open = lock(&self.open);
        let pages = open.keys().filter(|(of, _)| of == account);
        pages.map(|(_, program)| program.clone()).collect()
    }
}

/// An open page. Dropping it closes it.
pub struct OpenPage {
    device: Arc<Device>,
    page: (AccountId, ProgramId),
}

impl Drop for OpenPage {
    fn drop(&mut self) {
        let mut open = lock(&self.device.open);
        if let Some(times) = open.get_mut(&self.page) {
            *times -= 1;
            if *times == 0 {
                open.remove(&self.page);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Conditions, Device};
    use crate::domain::{AccountId, ProgramId, Span};

    #[test]
    fn the_scarcer_it_is_the_longer_a_period_and_only_plenty_listens() {
        let period = Span::from_secs(30);
        let told = |metered, low_power| {
            let conditions = Conditions { metered, low_power };
            let seconds = conditions.stretch(period).as_millis() / 1_000;
            (seconds, conditions.allow_listening())
        };
        assert_eq!(told(false, false), (30, true));
        assert_eq!(told(true, false), (60, false));
        assert_eq!(told(false, true), (120, false));
        assert_eq!(told(true, true), (120, false));
    }

    #[test]
    fn a_page_that_two_look_at_is_open_until_both_have_left() {
        let device = Arc::new(Device::default());
        let (work, builder) = (AccountId::new("work"), ProgramId::new("builder"));
        let first = device.opens(work.clone(), builder.clone());
        let second = device.opens(work.clone(), builder.clone());
        drop(first);
        assert_eq!(device.on_screen(&work).into_iter().collect::<Vec<_>>(), [builder]);
        assert!(device.on_screen(&AccountId::new("home")).is_empty());
        drop(second);
        assert!(device.on_screen(&work).is_empty());
    }
}
