//! The outbox in which what a person asked for waits, and what became of replies. As text none of it shows what a person
//! wrote.

use std::fmt;

use cachebash_core::domain;
use cachebash_core::insight;

use crate::mirror::{Cross, mirror};
use crate::{Account, Action, RejectedReason};

/// Why a server would not do it.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Setback {
    /// For this reason.
    Rejected {
        /// Which.
        reason: RejectedReason,
    },
    /// The key may not.
    Forbidden {
        /// The missing right, where the server says so.
        capability: Option<String>,
    },
    /// There is no such thing any more.
    NotFound,
}

/// How far an action has come. One that was accepted is gone from the outbox.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Delivery {
    /// It will be sent as soon as that is possible.
    Waiting {
        /// Not before this, by this device's clock in milliseconds since the epoch, because the server asked to wait.
        not_before: Option<i64>,
    },
    /// It is on its way.
    Sending,
    /// The server would not. Retry, edit or discard it.
    Refused {
        /// Why.
        setback: Setback,
    },
    /// It was sent and nobody knows whether it arrived.
    Unknown {
        /// A look at the server did not find it: it may be sent again. Until then a retry only looks.
        looked: bool,
    },
    /// The key no longer opens the door. It is kept, and tried again when a person says so.
    KeyRefused,
    /// The notes it would replace have changed; nothing was sent. A retry replaces these.
    NotesChanged {
        /// What the server has.
        theirs: String,
    },
    /// The questions it would replace have changed; nothing was sent. A retry replaces these.
    QuestionsChanged {
        /// What the server has.
        theirs: Vec<String>,
    },
    /// The key is made and in the secret store: `show_key` shows it until `discard_action` says that a person has it, too.
    KeyIssued {
        /// Its fingerprint.
        key_hash: String,
    },
    /// The server made a key and its answer was lost: nobody has it. A retry revokes it and makes another.
    KeyUnseen {
        /// Its fingerprint.
        key_hash: String,
    },
}

/// One line of the outbox.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct OutboxLine {
    /// Whose.
    pub account: String,
    /// Names it.
    pub id: String,
    /// What is to be done.
    pub action: Action,
    /// When it was asked for, in server time, milliseconds since the epoch.
    pub asked_at: i64,
    /// How far it has come.
    pub delivery: Delivery,
    /// It was sent before, and its end is not known.
    pub may_have_arrived: bool,
    /// It waits for the line of this id, which acts on the same thing and needs a decision.
    pub behind: Option<String>,
    /// It is not sent yet, and will give its session this text for a name: say so.
    #[uniffi(default = false)]
    pub renames: bool,
}

mirror! {
    /// What was asked for and is not done yet.
    pub struct OutboxView mirrors insight::OutboxView {
        /// Decisions first, then what waits; each oldest first.
        lines: Vec<OutboxLine>,
        /// How many of them only a person can move on.
        decisions: u32,
        /// The accounts shown. Labels are shown with two or more.
        accounts: Vec<Account>,
        /// The servers answer: what waits is about to go.
        fresh: bool,
        /// Server time now, in milliseconds since the epoch.
        now: i64,
    }
}

mirror! {
    /// How far a reply has come.
    #[derive(Copy, Eq)]
    pub enum ReplyProgress mirrors insight::ReplyProgress {
        /// It waits to be sent.
        Waiting,
        /// It was not delivered, and a person has to say how to go on.
        NotDelivered,
        /// The server has it. Whether the agent read it is another matter: it is never called answered.
        Sent {
            /// Server time, in milliseconds since the epoch.
            at: i64,
            /// What became of it there.
            receipt: Receipt,
        },
    }
}

mirror! {
    /// What became of a message once the server had it.
    #[derive(Copy, Eq)]
    pub enum Receipt mirrors insight::Receipt {
        /// It was not among the messages that were read.
        NotKnown,
        /// It waits for its program.
        NotPickedUp,
        /// Its program fetched it.
        PickedUp,
        /// Its time ended before anybody fetched it.
        NeverPickedUp,
    }
}

mirror! {
    /// The newest reply to one of a program's open questions.
    #[derive(Copy, Eq)]
    pub struct QuestionReply mirrors insight::QuestionReply {
        /// The question's place in the list, from 0.
        question: u32,
        /// How far it has come.
        progress: ReplyProgress,
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Delivery(…)")
    }
}

impl Cross for domain::Setback {
    type Out = Setback;

    fn cross(self) -> Setback {
        match self {
            Self::Reason(reason) => Setback::Rejected { reason: reason.cross() },
            Self::Forbidden(capability) => Setback::Forbidden {
                capability: capability.cross(),
            },
            Self::NotFound => Setback::NotFound,
        }
    }
}

impl Cross for domain::Delivery {
    type Out = Delivery;

    fn cross(self) -> Delivery {
        match self {
            Self::Waiting { not_before } => Delivery::Waiting {
                not_before: not_before.cross(),
            },
            Self::Sending => Delivery::Sending,
            Self::Refused(setback) => Delivery::Refused {
                setback: setback.cross(),
            },
            Self::Unknown { looked } => Delivery::Unknown { looked },
            Self::KeyRefused => Delivery::KeyRefused,
            Self::Changed {
                theirs: domain::ContextEdit::HandOffNotes(theirs),
            } => Delivery::NotesChanged { theirs },
            Self::Changed {
                theirs: domain::ContextEdit::OpenQuestions(theirs),
            } => Delivery::QuestionsChanged { theirs },
            Self::Issued { key, capabilities: _ } => Delivery::KeyIssued { key_hash: key.cross() },
            Self::Unseen { key } => Delivery::KeyUnseen { key_hash: key.cross() },
        }
    }
}

impl Cross for insight::OutboxLine {
    type Out = OutboxLine;

    fn cross(self) -> OutboxLine {
        let Self {
            account,
            asked_at,
            entry,
            behind,
            renames,
        } = self;
        let may_have_arrived = entry.may_have_arrived();
        let domain::OutboxEntry {
            id,
            action,
            asked_at: _,
            first_sent_at: _,
            heard_before: _,
            delivery,
        } = entry;
        OutboxLine {
            account: account.cross(),
            id: id.into_string(),
            action: action.cross(),
            asked_at: asked_at.cross(),
            delivery: delivery.cross(),
            may_have_arrived,
            behind: behind.map(domain::ActionId::into_string),
            renames,
        }
    }
}
