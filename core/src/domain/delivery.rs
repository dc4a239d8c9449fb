//! How far what a person asked for has come.
//!
//! An action is kept before anything is sent, so it outlives a lost connection and a killed app. None of these types
//! prints its texts.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Action, ActionId, Capability, ContextEdit, KeyHash, RejectedReason, Span, Timestamp};

/// Why a server would not do it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Setback {
    /// For this reason.
    Reason(RejectedReason),
    /// The key may not.
    Forbidden(Option<Capability>),
    /// There is no such thing any more.
    NotFound,
}

/// The longest wait that a server is believed to ask for.
pub const LONGEST_WAIT: Span = Span::from_mins(60);

/// How far an action has come. One that was accepted is gone from the outbox.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Delivery {
    /// It will be sent as soon as that is possible.
    Waiting {
        /// Not before this, by this device's clock, because the server asked to wait.
        not_before: Option<Timestamp>,
    },
    /// It is on its way.
    Sending,
    /// The server would not. Retry, edit or discard it.
    Refused(Setback),
    /// It was sent and nobody knows whether it arrived.
    Unknown {
        /// A look at the server since then did not find it: it may be sent again.
        looked: bool,
    },
    /// The key no longer opens the door. It is kept, and tried again when a person says so.
    KeyRefused,
    /// What it would replace has changed since the person saw it; nothing was sent.
    Changed {
        /// What the server has.
        theirs: ContextEdit,
    },
    /// The key is made and in the secret store. It stands here until a person has stored it, too.
    Issued {
        /// Which.
        key: KeyHash,
        /// What it may do, where the server said so.
        capabilities: Option<Vec<Capability>>,
    },
    /// The server made a key and its answer was lost: nobody has it, or ever will.
    Unseen {
        /// Which.
        key: KeyHash,
    },
}

impl Delivery {
    /// A new action, or one to be sent again.
    pub const WAITING: Delivery = Delivery::Waiting { not_before: None };

    /// Until when a server's wait lasts, if it does. No server is believed to ask for more than an hour: where more is left,
    /// this device's clock was set back meanwhile, and the wait is over.
    pub fn waits_until(&self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Delivery::Waiting { not_before } => not_before.filter(|at| *at > now && at.since(now) <= LONGEST_WAIT),
            _ => None,
        }
    }

    /// What acts on the same thing later waits for this: one that is over, refused or done, holds up nothing.
    pub fn holds_up(&self) -> bool {
        !matches!(
            self,
            Delivery::Refused(_) | Delivery::Issued { .. } | Delivery::Unseen { .. }
        )
    }

    /// Only a person can say how to go on.
    pub fn needs_decision(&self) -> bool {
        matches!(
            self,
            Delivery::Refused(_)
                | Delivery::Unknown { .. }
                | Delivery::KeyRefused
                | Delivery::Changed { .. }
                | Delivery::Issued { .. }
                | Delivery::Unseen { .. }
        )
    }
}

/// One line of the outbox.
#[derive(Clone, PartialEq)]
pub struct OutboxEntry {
    /// Its name and its idempotency key.
    pub id: ActionId,
    /// What is to be done.
    pub action: Action,
    /// When it was asked for, by this device's clock.
    pub asked_at: Timestamp,
    /// When it was first sent, likewise; the server forgets its idempotency key some time after.
    pub first_sent_at: Option<Timestamp>,
    /// The newest time of the server's clock that had been heard until then.
    pub heard_before: Option<Timestamp>,
    /// How far it has come.
    pub delivery: Delivery,
}

impl OutboxEntry {
    /// The earliest moment of the server's clock at which it can have been sent, given how far that is ahead now. A person may
    /// have set this device's clock since then, or just before and nobody had noticed; what the server itself had said by
    /// then was said before.
    pub fn sent_not_before(&self, offset: Span) -> Timestamp {
        let told = self.sent_at(offset);
        self.heard_before.map_or(told, |heard| heard.min(told))
    }

    /// When it was first sent, of the server's clock as this device believes it to go.
    pub fn sent_at(&self, offset: Span) -> Timestamp {
        self.first_sent_at.unwrap_or(self.asked_at).plus(offset)
    }

    /// It was sent before and waits to be sent again under the same key, because its end is not known.
    pub fn may_have_arrived(&self) -> bool {
        match self.delivery {
            Delivery::Waiting { .. } => self.first_sent_at.is_some(),
            Delivery::Sending | Delivery::Unknown { .. } => true,
            _ => false,
        }
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Delivery::Waiting { not_before } => write!(f, "Waiting({not_before:?})"),
            Delivery::Sending => f.write_str("Sending"),
            Delivery::Refused(setback) => write!(f, "Refused({setback:?})"),
            Delivery::Unknown { looked } => write!(f, "Unknown({looked})"),
            Delivery::KeyRefused => f.write_str("KeyRefused"),
            Delivery::Changed { .. } => f.write_str("Changed"),
            Delivery::Issued { .. } => f.write_str("Issued"),
            Delivery::Unseen { .. } => f.write_str("Unseen"),
        }
    }
}

impl fmt::Debug for OutboxEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?} {:?}", self.id, self.action, self.delivery)
    }
}
