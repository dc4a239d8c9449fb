//! The outbox as it is shown.

use crate::domain::{Account, AccountId, Action, ActionId, Delivery, Offers, OutboxEntry, Span, Timestamp};

/// One line of the outbox, with whose it is.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxLine {
    /// Whose.
    pub account: AccountId,
    /// When it was asked for, in server time.
    pub asked_at: Timestamp,
    /// What is to be done and how far it has come.
    pub entry: OutboxEntry,
    /// It waits for this one, which acts on the same thing and needs a decision.
    pub behind: Option<ActionId>,
    /// It is not sent yet, and will give its session this text for a name.
    pub renames: bool,
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
    /// The entries of an account whose server offers this and whose clock is ahead of this device's by `offset`, in the order
    /// in which they were asked for.
    pub fn of(account: &AccountId, entries: Vec<OutboxEntry>, offers: &Offers, offset: Span) -> Vec<Self> {
        let mut lines: Vec<Self> = Vec::new();
        for entry in entries {
            let waits = matches!(entry.delivery, Delivery::Waiting { .. });
            let before = lines.iter().map(|line| &line.entry).find(|older| {
                older.delivery.needs_decision()
                    && older.delivery.holds_up()
                    && older.action.goal() == entry.action.goal()
            });
            let behind = before.filter(|_| waits).map(|older| older.id.clone());
            let renames = offers.renames_sessions() && matches!(entry.action, Action::UpdateSession(_));
            lines.push(Self {
                account: account.clone(),
                asked_at: entry.asked_at.plus(offset),
                entry,
                behind,
                renames,
            });
        }
        lines
    }
}
