//! What is forgotten, and when. One pass looks at every tenant and lets go of what is past its time, a few hundred records
//! in a transaction, so that nobody waits long behind it. Whoever follows the feed is told of each record that goes; the
//! notes of that go in their turn, and with them the cursors from before. Several nodes may do this at once: each finds
//! what the others left.

use std::time::Duration;

use cachebash_core::domain::Timestamp;

use crate::app::App;
use crate::records::{Alert, Message, Session, Update, drop_overdue, due, overdue, sweep};
use crate::store::{Listing, Record, Stored, Tenant, Tx, View};
use crate::tools::IDEMPOTENCY_REMEMBERED;

/// Records that go in one transaction.
const AT_ONCE: u32 = 200;

/// How long after the start the first pass comes, and how often one comes from then on.
const FIRST: Duration = Duration::from_secs(10);
const EVERY: Duration = Duration::from_secs(60);

impl App {
    /// Forgets what is past its time, again and again, until this serving ends.
    pub(crate) async fn forget_until_the_end(self) {
        let mut wait = FIRST;
        while self
            .ending
            .run_until_cancelled(tokio::time::sleep(wait))
            .await
            .is_some()
        {
            // What failed was logged, and the next pass finds it again.
            if let Err(error) = self.forget().await {
                tracing::warn!(%error, "what is past its time could not be forgotten yet");
            }
            wait = EVERY;
        }
    }

    /// One pass over everything; says how much went.
    pub(crate) async fn forget(&self) -> Stored<u64> {
        let (now, keep) = (self.now(), self.retention);
        let mut gone = 0;
        loop {
            let answers = self
                .store
                .forget_answers(now.minus(IDEMPOTENCY_REMEMBERED), AT_ONCE)
                .await?;
            gone += answers;
            if answers < u64::from(AT_ONCE) {
                break;
            }
        }
        for tenant in self.store.all_tenants().await? {
            gone += self.forget_due(&tenant, due::<Message>, sweep::<Message>).await?;
            gone += self.forget_due(&tenant, due::<Alert>, sweep::<Alert>).await?;
            gone += self.forget_due(&tenant, overdue, drop_overdue).await?;
            if let Some(span) = keep.session_updates {
                gone += self
                    .forget_aged::<Update>(&tenant, Update::TAGS, now.minus(span))
                    .await?;
            }
            if let Some(span) = keep.ended_sessions {
                gone += self
                    .forget_aged::<Session>(&tenant, &["complete"], now.minus(span))
                    .await?;
            }
            if let Some(span) = keep.deletions {
                gone += self
                    .again_and_again(&tenant, move |tx| tx.forget_tombstones(now.minus(span), AT_ONCE))
                    .await?;
            }
        }
        Ok(gone)
    }

    /// Settles or forgets what has a time of its own, which `look` finds and `act` carries out if it is still so then.
    async fn forget_due(
        &self,
        tenant: &Tenant,
        look: fn(&mut View<'_>) -> Stored<Vec<String>>,
        act: fn(&mut Tx<'_>, &[String]) -> Stored<u64>,
    ) -> Stored<u64> {
        let now = self.now();
        let found = self.store.read(tenant, now, look).await?;
        let mut sum = 0;
        for some in found.chunks(AT_ONCE as usize) {
            let some = some.to_vec();
            sum += self.store.write(tenant, now, move |tx| act(tx, &some)).await?;
        }
        Ok(sum)
    }

    /// Forgets the records of a kind whose rank, a time, is from before a moment.
    async fn forget_aged<R: Record>(
        &self,
        tenant: &Tenant,
        tags: &'static [&'static str],
        before: Timestamp,
    ) -> Stored<u64> {
        // To look costs no commit.
        let any = self
            .store
            .read(tenant, self.now(), move |view| aged::<R>(view, tags, before, 1));
        if any.await?.is_empty() {
            return Ok(0);
        }
        self.again_and_again(tenant, move |tx| {
            let due = aged::<R>(tx, tags, before, AT_ONCE)?;
            for id in &due {
                tx.remove::<R>(id)?;
            }
            Ok(due.len() as u64)
        })
        .await
    }

    /// Runs a piece of work, each time in a transaction of its own, until nothing is left to do.
    async fn again_and_again<F>(&self, tenant: &Tenant, work: F) -> Stored<u64>
    where
        F: Fn(&mut Tx<'_>) -> Stored<u64> + Clone + Send + 'static,
    {
        let mut sum = 0;
        loop {
            let gone = self.store.write(tenant, self.now(), work.clone()).await?;
            sum += gone;
            if gone < u64::from(AT_ONCE) {
                return Ok(sum);
            }
        }
    }
}

/// The ids of the oldest records of a kind, as far as they are from before a moment.
fn aged<R: Record>(view: &mut View<'_>, tags: &[&str], before: Timestamp, most: u32) -> Stored<Vec<String>> {
    let oldest: Vec<R> = view.list(&Listing {
        tags,
        ascending: true,
        limit: most,
        ..Listing::default()
    })?;
    let due = oldest.iter().filter(|record| record.rank() < before.as_millis());
    Ok(due.map(|record| record.id().into_owned()).collect())
}
