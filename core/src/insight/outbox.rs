//! The outbox as it is shown.

use crate::domain::{Account, AccountId, OutboxEntry, Span, Timestamp};

/// One line of the outbox, with whose it is.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxLine {
    /// Whose.
    pub account: AccountId,
    /// When it was asked for, in server time.
    pub asked_at: Timestamp,
    /// What is to be done and how far it has come.
    pub entry: OutboxEntry,
}

/// What was asked for and is not done yet.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxView {
    /// Decisions first, then what waits; each oldest first.
    pub lines: Vec<OutboxLine>,
    /// How many of them only a person can move on.
    pub decisions: u32,
    /// The accounts shown. Labels are shown with two or more.
    pub accounts: Vec<Account>,
    /// The servers answer: what waits is about to go.
    pub fresh: bool,
    /// Server time now.
    pub now: Timestamp,
}

impl OutboxLine {
    /// An entry of an account whose server's clock is ahead of this device's by `offset`.
    pub fn of(account: &AccountId, entry: OutboxEntry, offset: Span) -> Self {
        Self {
            account: account.clone(),
            asked_at: entry.asked_at.plus(offset),
            entry,
        }
    }
}
