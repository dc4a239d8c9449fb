//! What a person asks for: kept before the call returns, sent when that is possible, and shown until it is done.

use std::sync::Arc;

use super::{Companion, CompanionError, Inner, Listener, OpenAccount};
use crate::domain::{AccountId, Action, ActionId, QuestionId, Response};
use crate::insight::{OutboxLine, OutboxView};
use crate::observe::Observation;
use crate::outbox::{Outbox, Then};
use crate::sealed::AnswerKey;

impl Companion {
    /// Keeps an action and sends it as soon as that is possible. It is on this device's disk when this returns, and
    /// survives whatever happens next.
    ///
    /// # Errors
    /// [`CompanionError::ReadOnly`] unless the account's owner allowed this device to write;
    /// [`CompanionError::Rejected`] for a text that is missing or too long; [`CompanionError::NotFound`] for an answer where
    /// the server takes none; [`CompanionError::Storage`], [`CompanionError::Suspended`].
    pub async fn ask(&self, account: &AccountId, action: Action) -> Result<ActionId, CompanionError> {
        self.with_outbox(account, move |outbox| outbox.ask(action)).await
    }

    /// Sends again what was refused or what a look did not find, or one's own text over one that changed meanwhile. What may
    /// have arrived is looked for first.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] when it is done or gone, else as [`ask`](Self::ask).
    pub async fn retry_action(&self, account: &AccountId, action: &ActionId) -> Result<(), CompanionError> {
        let action = action.clone();
        self.with_outbox(account, move |outbox| outbox.retry(&action)).await
    }

    /// Gives an action up.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] when it is done or gone; [`CompanionError::Rejected`] with `AlreadyTaken` while it is being
    /// sent.
    pub async fn discard_action(&self, account: &AccountId, action: &ActionId) -> Result<(), CompanionError> {
        let (action, inner) = (action.clone(), Arc::clone(&self.inner));
        // It sends nothing, so an account that only reads may, too.
        let account = self.inner.account(account)?;
        self.on_runtime(async move {
            let outbox = Arc::clone(&account.outbox);
            inner.on_disk(move || outbox.discard(&action)).await?;
            drop(account.outbox.wake(Then::Look, &inner.runtime));
            Ok(())
        })
        .await
    }

    /// Replaces an action by another one.
    ///
    /// # Errors
    /// As [`discard_action`](Self::discard_action) and [`ask`](Self::ask); [`CompanionError::Rejected`] with `ChangedSince` for
    /// one that may have arrived and was not looked for yet.
    pub async fn edit_action(
        &self,
        account: &AccountId,
        action: &ActionId,
        instead: Action,
    ) -> Result<ActionId, CompanionError> {
        let action = action.clone();
        self.with_outbox(account, move |outbox| outbox.edit(&action, instead))
            .await
    }

    /// What was answered to a question, read now. What the server could not open is opened here, if a key of the account's
    /// ring, or of another account's on the same server, is the one that asked (contract section 8).
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] for an unknown account or question, and any failure of the connection.
    pub async fn read_response(&self, account: &AccountId, question: &QuestionId) -> Result<Response, CompanionError> {
        let account = self.inner.account(account)?;
        let (inner, question) = (Arc::clone(&self.inner), question.clone());
        self.on_runtime(async move {
            let client = inner.client_of(&account).await?;
            let told = client.response_to(&question).await?.value;
            let Response::Sealed(sealed) = &told else {
                return Ok(told);
            };
            let (this, sealed) = (Arc::clone(&inner), sealed.clone());
            // The secret store may block, and deriving a key takes as long as it is meant to.
            let opening = inner.on_disk(move || {
                let ring = this.raw_ring(&account)?;
                Ok(ring.iter().find_map(|key| AnswerKey::of(key).open(&sealed)))
            });
            Ok(opening.await?.map_or(told, Response::Answered))
        })
        .await
    }

    /// Sends all that may go and waits for it. A running companion does so by itself.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] for an unknown account, [`CompanionError::Storage`], [`CompanionError::Suspended`]. What
    /// could not be sent is no error: the outbox tells.
    pub async fn deliver(&self, account: &AccountId) -> Result<(), CompanionError> {
        let sent = self
            .inner
            .account(account)?
            .outbox
            .wake(Then::Look, &self.inner.runtime);
        self.on_runtime(async move { Ok(sent.await.map(|_| ())?) }).await
    }

    /// What is not done yet, of one account or of all: decisions first, then what waits, each oldest first.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] for an unknown account, [`CompanionError::Suspended`], [`CompanionError::Storage`].
    pub fn outbox(&self, account: Option<&AccountId>) -> Result<OutboxView, CompanionError> {
        self.inner.outbox(account)
    }

    /// Gives the outbox at once, then each time it changes; dropping the observation ends it.
    ///
    /// # Errors
    /// As [`outbox`](Self::outbox), if it cannot be read now.
    pub fn observe_outbox(
        &self,
        account: Option<AccountId>,
        listener: Listener<OutboxView>,
    ) -> Result<Observation, CompanionError> {
        self.inner.outbox(account.as_ref())?;
        Ok(self.observe(move |inner| inner.outbox(account.as_ref()), listener))
    }

    /// Changes the outbox of an account that may write, on a thread that may wait for the disk, then has it sent.
    async fn with_outbox<T: Send + 'static>(
        &self,
        account: &AccountId,
        change: impl FnOnce(&Outbox) -> Result<T, CompanionError> + Send + 'static,
    ) -> Result<T, CompanionError> {
        let outbox = self.inner.writable(account)?.outbox;
        let inner = Arc::clone(&self.inner);
        self.on_runtime(async move {
            let changing = Arc::clone(&outbox);
            let changed = inner.on_disk(move || change(&changing)).await?;
            // Nobody waits for it: the outbox tells.
            drop(outbox.wake(Then::Look, &inner.runtime));
            Ok(changed)
        })
        .await
    }
}

impl Inner {
    /// The account, if its owner allowed this device to write.
    pub(super) fn writable(&self, id: &AccountId) -> Result<OpenAccount, CompanionError> {
        let account = self.account(id)?;
        if account.row.writes_allowed {
            Ok(account)
        } else {
            Err(CompanionError::ReadOnly)
        }
    }

    fn outbox(&self, account: Option<&AccountId>) -> Result<OutboxView, CompanionError> {
        let accounts = self.chosen(account)?;
        let mut lines = Vec::new();
        for account in &accounts {
            let (offers, offset) = (account.sync.offers(), account.sync.standings().offset);
            lines.extend(OutboxLine::of(
                &account.row.id,
                account.outbox.entries()?,
                &offers,
                offset,
            ));
        }
        lines.sort_by_key(|line| (!line.entry.delivery.needs_decision(), line.asked_at));
        let stands: Vec<_> = accounts.iter().map(|account| self.stand_of(account)).collect();
        Ok(OutboxView {
            decisions: u32::try_from(lines.iter().filter(|line| line.entry.delivery.needs_decision()).count())
                .unwrap_or(u32::MAX),
            lines,
            accounts: accounts.iter().map(OpenAccount::facts).collect(),
            fresh: !stands.is_empty() && stands.iter().all(|stand| stand.fresh),
            now: stands.first().map_or_else(|| self.clock.now(), |stand| stand.now),
        })
    }
}
