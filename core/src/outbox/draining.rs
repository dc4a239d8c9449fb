//! The one drainer: looks for what may have arrived, sends what may go, and keeps each step before the next begins.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::course::{self, After, AfterLook};
use super::looking::{Found, look};
use super::sending::{Sent, send};
use super::{Outbox, Then, lock};
use crate::api::{Client, Error};
use crate::domain::{
    Action, ActionId, Delivery, IssuedKey, OutboxEntry, OwnWrite, ProgramId, RejectedReason, Setback, Span, Timestamp,
};
use crate::flight::{self, Called};
use crate::store::{SentRow, SourceKey, StoreError, Verdict};
use crate::sync::{Connected, Wanted};

/// How often one entry may have its turn while the outbox is drained once: a person may be asked and answer meanwhile.
const MOST_TURNS: u32 = 5;

/// The server's clock is known to a second, and so is the moment of a reply.
const CLOCKS_DIFFER: Span = Span::from_secs(2);

/// By then the server has done what it was asked, or will not.
pub(super) const LONGEST_REQUEST: Span = Span::from_secs(60);

/// What the server has anew because of what was sent.
#[derive(Default)]
struct Stirred {
    wanted: Wanted,
    any: bool,
}

impl Outbox {
    /// Sends all that may go, one after the other, and asks for what has changed by it. Returns when nothing may go any
    /// more, or when the server cannot be reached.
    ///
    /// # Errors
    /// When the files cannot be read or written.
    pub async fn drain(self: &Arc<Self>) -> Result<(), StoreError> {
        self.drain_and(Then::Look).await.map(|_| ())
    }

    /// The same; gives what is left to be read.
    pub(super) async fn drain_and(self: &Arc<Self>, then: Then) -> Result<Wanted, StoreError> {
        let turn = self.turn.take().await?;
        tokio::task::block_in_place(|| self.settle_what_was_cut_off(&turn))?;
        if !self.may_send()
            || !self
                .entries()?
                .iter()
                .any(|entry| needs_the_server(entry, self.clock.now()))
        {
            return Ok(Wanted::default());
        }
        let Some(client) = self.connected().await else {
            return Ok(Wanted::default());
        };
        self.sync.begin_segment()?;
        let called = match then {
            Then::Look => Called::Drain,
            Then::Leave => Called::Send,
        };
        let drained = flight::during(self.sync.tape(), &called, self.send_and_ask(client, then)).await;
        if drained == Err(StoreError::Damaged) {
            // A file that is damaged as a whole is set aside by that, and what is asked for from now on is kept again.
            self.sync.store.rebuild()?;
        }
        drained
    }

    async fn connected(self: &Arc<Self>) -> Option<Client> {
        let this = Arc::clone(self);
        match tokio::task::spawn_blocking(move || this.sync.connected()).await {
            Ok(Connected::Yes(client)) => Some(client),
            _ => None,
        }
    }

    async fn send_and_ask(self: &Arc<Self>, client: Client, then: Then) -> Result<Wanted, StoreError> {
        let mut stirred = Stirred::default();
        let ended = self.look_around(&client, &mut stirred).await;
        let ended = match ended {
            Ok(true) => self.send_all(&client, &mut stirred).await,
            Ok(false) => Ok(()),
            Err(error) => Err(error),
        };
        if stirred.any && then == Then::Look {
            let runtime = tokio::runtime::Handle::current();
            // What was done shows as the server tells it; until then it just does not show as pending.
            let _ = self.sync.refresh(std::mem::take(&mut stirred.wanted), &runtime).await;
        }
        ended.map(|()| stirred.wanted)
    }

    /// Looks for each entry that may have arrived. False: the server cannot be reached.
    async fn look_around(&self, client: &Client, stirred: &mut Stirred) -> Result<bool, StoreError> {
        for entry in self.entries()? {
            if entry.delivery != (Delivery::Unknown { looked: false }) {
                continue;
            }
            let offset = self.sync.standings().offset;
            let looked = match self.own_program(client, &entry).await {
                Ok(own) => look(client, &entry, own.as_ref(), &*self.keys, offset).await,
                Err(error) => Err(error),
            };
            match looked {
                Ok(Found::Effect) => self.accept(&entry, None, Some(entry.sent_at(offset)), stirred).await?,
                Ok(Found::Nothing) => self.stand(&entry, Delivery::Unknown { looked: true }).await?,
                Ok(Found::Unseen(key)) => self.stand(&entry, Delivery::Unseen { key }).await?,
                Ok(Found::Issued(key)) => {
                    let capabilities = None;
                    self.stand(&entry, Delivery::Issued { key, capabilities }).await?;
                }
                Err(error) => match course::after_look(&error) {
                    AfterLook::Pause => return Ok(false),
                    AfterLook::LookAgain => {}
                    // It cannot be seen with this key, so a person has to know.
                    AfterLook::Looked => self.stand(&entry, Delivery::Unknown { looked: true }).await?,
                },
            }
        }
        Ok(true)
    }

    async fn send_all(self: &Arc<Self>, client: &Client, stirred: &mut Stirred) -> Result<(), StoreError> {
        let mut client = client.clone();
        let mut turns: BTreeMap<ActionId, u32> = BTreeMap::new();
        loop {
            let now = self.clock.now();
            let next = course::next(&self.entries()?, now).cloned();
            let Some(entry) = next.filter(|_| self.may_send()) else {
                return Ok(());
            };
            let turns = turns.entry(entry.id.clone()).or_default();
            *turns += 1;
            if *turns > MOST_TURNS {
                // What was written of it does not stay: going on would send it for ever.
                return Err(StoreError::Damaged);
            }
            let own = match self.own_program(&client, &entry).await {
                Ok(own) => own,
                Err(error) => match course::before_sending(&error) {
                    After::Pause(delivery) => return self.stand(&entry, delivery).await,
                    After::Stands(delivery) => {
                        self.stand(&entry, delivery).await?;
                        continue;
                    }
                },
            };
            if let Some(delivery) = self.is_settled(&entry) {
                self.stand(&entry, delivery).await?;
                continue;
            }
            self.read_history_first(&entry).await;
            let waiting = entry;
            let Some(entry) = self.begin(&waiting).await? else {
                continue;
            };
            tracing::trace!(target: "durable", step = "request");
            let sent = send(&client, &entry, own.as_ref(), self.remembers()).await;
            tracing::trace!(target: "durable", step = "reply");
            match sent {
                Ok(Sent::Done { made, at }) => self.accept(&entry, made, at, stirred).await?,
                Ok(Sent::Changed(theirs)) => self.stand(&entry, Delivery::Changed { theirs }).await?,
                Ok(Sent::Issued(issued)) => {
                    self.take_in(&entry, &issued, stirred).await?;
                    // The key that this client asks with may have seconds to live.
                    let Some(with_new_key) = self.connected().await else {
                        return Ok(());
                    };
                    client = with_new_key;
                }
                // Nothing went out: it stands as before, and nobody need wonder whether it arrived.
                Err(Error::Unreachable) => return self.stand(&waiting, Delivery::WAITING).await,
                // What was refused had no effect.
                Err(Error::Unauthorized) if self.has_another_key() => {
                    self.stand(&waiting, Delivery::WAITING).await?;
                    let Some(with_that_key) = self.connected().await else {
                        return Ok(());
                    };
                    client = with_that_key;
                }
                Err(error) => {
                    let repeatable = course::is_repeatable(&entry, self.remembers(), self.age_of(&entry));
                    tracing::debug!(action = entry.action.name(), error = error.name(), "not sent");
                    match course::after(&error, repeatable) {
                        After::Pause(delivery) => return self.stand(&entry, delivery).await,
                        After::Stands(delivery) => self.stand(&entry, delivery).await?,
                    }
                }
            }
        }
    }

    /// How a wish for a key stands that need not be sent any more: another key took the place of the one it would replace, or
    /// the key that nobody seemed to have is here.
    fn is_settled(&self, entry: &OutboxEntry) -> Option<Delivery> {
        tokio::task::block_in_place(|| match &entry.action {
            Action::RotateKey { key } => {
                let is_replaced = self.keys.own().is_some_and(|own| own != *key);
                is_replaced.then_some(Delivery::Refused(Setback::Reason(RejectedReason::ChangedSince)))
            }
            Action::CreateKey {
                instead_of: Some(unseen),
                ..
            } => self.keys.came_at(unseen).map(|_| Delivery::Issued {
                key: unseen.clone(),
                capabilities: None,
            }),
            _ => None,
        })
    }

    /// An edit reads the state just before it is sent, and reading it can make the hosted server wipe it: what was never read
    /// here is read by way of its history first (trap T9).
    async fn read_history_first(&self, entry: &OutboxEntry) {
        let Action::EditContext { program, .. } = &entry.action else {
            return;
        };
        let key = SourceKey::state_of(program.clone());
        if self.sync.standings().reading(&key).as_of.is_some() {
            return;
        }
        let wanted = Wanted {
            programs: BTreeSet::from([program.clone()]),
            ..Wanted::default()
        };
        // Where it fails, so does what comes next.
        let _ = self.sync.refresh(wanted, &tokio::runtime::Handle::current()).await;
    }

    /// Another process may have put another key in this one's place.
    fn has_another_key(&self) -> bool {
        let asked_with = lock(&self.own_key).clone();
        tokio::task::block_in_place(|| self.keys.own()).is_some_and(|own| own != asked_with)
    }

    fn may_send(&self) -> bool {
        self.allowed.load(Ordering::Relaxed)
    }

    /// Marks an entry as being sent, before it is. `None`: a person was faster.
    async fn begin(&self, entry: &OutboxEntry) -> Result<Option<OutboxEntry>, StoreError> {
        let (now, standings) = (self.clock.now(), self.sync.standings());
        let sending = OutboxEntry {
            delivery: Delivery::Sending,
            first_sent_at: entry.first_sent_at.or(Some(now)),
            heard_before: entry.heard_before.or(standings.last_heard()),
            ..entry.clone()
        };
        let began = now.plus(standings.offset);
        let mut begun = None;
        tokio::task::block_in_place(|| {
            self.sync.store.judge_in_outbox(&entry.id, |now_there| {
                // The leave to write may have been taken back while one waited for the server.
                if now_there.as_ref() != Some(entry) || !self.may_send() {
                    return Verdict::Stays;
                }
                begun = Some(sending.clone());
                match &entry.action {
                    Action::UpdateSession(update) => {
                        let own = OwnWrite {
                            from: began.minus(CLOCKS_DIFFER),
                            until: began.plus(LONGEST_REQUEST),
                        };
                        Verdict::PutUpdate(sending, update.session.clone(), own)
                    }
                    _ => Verdict::Put(sending),
                }
            })
        })?;
        if begun.is_some() {
            self.sync.mark();
        }
        Ok(begun)
    }

    /// Writes how an entry stands, unless a person decided about it while the server was asked.
    async fn stand(&self, entry: &OutboxEntry, delivery: Delivery) -> Result<(), StoreError> {
        let stands = OutboxEntry {
            delivery,
            ..entry.clone()
        };
        tokio::task::block_in_place(|| {
            self.sync.store.judge_in_outbox(&entry.id, |now_there| {
                let is_its = now_there.is_some_and(|there| there == *entry || there.delivery == Delivery::Sending);
                if is_its { Verdict::Put(stands) } else { Verdict::Stays }
            })
        })?;
        self.sync.mark();
        Ok(())
    }

    /// Puts a key where it lives, then says that it is there: a kill in between leaves a key that a look finds here.
    async fn take_in(&self, entry: &OutboxEntry, issued: &IssuedKey, stirred: &mut Stirred) -> Result<(), StoreError> {
        tokio::task::block_in_place(|| match &entry.action {
            Action::RotateKey { .. } => self.keys.replace_own(issued),
            _ => self.keys.keep(issued),
        });
        tracing::trace!(target: "durable", step = "key");
        let delivery = Delivery::Issued {
            key: issued.hash.clone(),
            capabilities: issued.capabilities.clone(),
        };
        self.stand(entry, delivery).await?;
        self.sync.owes(&entry.action.goal());
        stirred.any = true;
        stirred.wanted.keys = true;
        Ok(())
    }

    async fn accept(
        &self,
        entry: &OutboxEntry,
        made: Option<String>,
        at: Option<Timestamp>,
        stirred: &mut Stirred,
    ) -> Result<(), StoreError> {
        let sent = match &entry.action {
            Action::SendMessage(message) => Some(SentRow {
                message: made,
                sent: message.clone(),
                sent_at: at.unwrap_or_else(|| self.sync.server_now()),
            }),
            _ => None,
        };
        tokio::task::block_in_place(|| match (&entry.action, at) {
            // One that was only found by looking may have been written long after it was sent.
            (Action::UpdateSession(update), Some(at)) if entry.delivery == Delivery::Sending => {
                let until = at.plus(CLOCKS_DIFFER);
                self.sync
                    .store
                    .take_update_from_outbox(&entry.id, &update.session, until)
            }
            _ => self.sync.store.take_from_outbox(&entry.id, sent.as_ref()),
        })?;
        self.sync.owes(&entry.action.goal());
        stirred.any = true;
        match &entry.action {
            Action::EditContext { program, .. } => {
                stirred.wanted.programs.insert(program.clone());
            }
            Action::RevokeKey { key } => {
                tokio::task::block_in_place(|| self.keys.revoked(key));
                stirred.wanted.keys = true;
            }
            _ => {}
        }
        self.sync.mark();
        Ok(())
    }

    /// Whose key this is, where the action must say so.
    async fn own_program(&self, client: &Client, entry: &OutboxEntry) -> Result<Option<ProgramId>, Error> {
        if !matches!(entry.action, Action::SendMessage(_) | Action::ClaimTask { .. }) {
            return Ok(None);
        }
        let segment = self.sync.tape().segment();
        let remembered = lock(&self.own_program)
            .clone()
            .filter(|(known_in, _)| *known_in == segment);
        let known = remembered.map(|(_, own)| own).or_else(|| {
            let keys = self.sync.store.read(|reader| reader.keys(None)).unwrap_or_default();
            let own_key = lock(&self.own_key).clone();
            let own = keys.into_iter().find(|key| key.hash == own_key);
            own.map(|key| key.program)
        });
        let asked_with = lock(&self.own_key).clone();
        let own = match known {
            Some(own) => own,
            None => client.own_program().await?.value,
        };
        // Another key may have taken its place meanwhile, which may be another program's.
        let own_key = lock(&self.own_key);
        if *own_key == asked_with {
            *lock(&self.own_program) = Some((segment, own.clone()));
        }
        drop(own_key);
        Ok(Some(own))
    }
}

/// Drains for ever: at once, after every refresh, and when a wait that the server asked for is over. Ends when its task
/// is aborted or the account is closed.
pub(crate) async fn keep_delivering(outbox: Arc<Outbox>) {
    let mut refreshes = outbox.sync.refreshes();
    loop {
        match outbox.drain().await {
            Err(StoreError::Closed) => return,
            Err(error) => tracing::debug!(%error, "the outbox could not be drained"),
            Ok(()) => {}
        }
        let Ok(entries) = outbox.entries() else { return };
        let wait =
            course::next_at(&entries, outbox.clock.now()).map(|at| outbox.clock.lasts(at.since(outbox.clock.now())));
        let over = async {
            match wait {
                Some(wait) => tokio::time::sleep(wait).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            heard = refreshes.changed() => if heard.is_err() { return },
            () = over => {}
        }
    }
}

fn needs_the_server(entry: &OutboxEntry, now: Timestamp) -> bool {
    match entry.delivery {
        Delivery::Waiting { .. } => entry.delivery.waits_until(now).is_none(),
        Delivery::Unknown { looked } => !looked,
        _ => false,
    }
}
