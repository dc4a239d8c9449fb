//! What messages and alerts have in common: they wait for someone, are looked for, and are over one day.

use cachebash_core::domain::Timestamp;
use serde_json::{Value, json};

use super::{Alert, Message, MessageWord};
use crate::store::{Listing, Record, Stored, Tx, View};

/// How many are read at a time where many are looked through.
const AT_ONCE: u32 = 200;

/// A message or an alert.
pub(crate) trait Letter: Record {
    fn message(&self) -> &Message;
    fn message_mut(&mut self) -> &mut Message;

    /// All there is to say about it, with times as `time` writes them.
    fn document(&self, time: fn(Timestamp) -> Value) -> Value {
        self.message().document(time)
    }

    /// As whoever it is for gets it.
    fn as_interrupt(&self) -> Value {
        self.message().as_interrupt()
    }
}

impl Letter for Message {
    fn message(&self) -> &Message {
        self
    }

    fn message_mut(&mut self) -> &mut Message {
        self
    }
}

impl Letter for Alert {
    fn message(&self) -> &Message {
        &self.message
    }

    fn message_mut(&mut self) -> &mut Message {
        &mut self.message
    }

    fn document(&self, time: fn(Timestamp) -> Value) -> Value {
        let mut document = self.message.document(time);
        document["alertType"] = json!(self.alert_type);
        document
    }

    fn as_interrupt(&self) -> Value {
        let mut interrupt = self.message.as_interrupt();
        interrupt["alertType"] = json!(self.alert_type);
        interrupt
    }
}

/// Up to `most` of a list that `keep` wants, each as it stands now: what is past its time counts as that, noted or not.
pub(crate) fn look_through<L: Letter>(
    view: &mut View<'_>,
    asked: &Listing<'_>,
    most: usize,
    mut keep: impl FnMut(&L) -> bool,
) -> Stored<Vec<L>> {
    let now = view.now;
    let mut kept = Vec::new();
    walk(view, asked, |mut letter: L| {
        letter.message_mut().settle(now);
        if keep(&letter) {
            kept.push(letter);
        }
        kept.len() < most
    })?;
    Ok(kept)
}

/// The ids of what is due to be settled or thrown away.
pub(crate) fn due<L: Letter>(view: &mut View<'_>) -> Stored<Vec<String>> {
    let now = view.now;
    let mut due = Vec::new();
    let waiting = MessageWord::Pending.as_str();
    let (waiting, others): (Vec<&str>, Vec<&str>) = L::TAGS.iter().partition(|tag| **tag == waiting);
    for (tags, may_wait) in [(waiting, true), (others, false)] {
        let oldest_first = Listing {
            tags: &tags,
            ascending: true,
            ..Listing::default()
        };
        walk(view, &oldest_first, |mut letter: L| {
            let message = letter.message_mut();
            if message.settle(now) || now >= message.is_over_at() {
                due.push(message.id.clone());
            }
            // What waits may have been given any time; of the others none goes before an older one could.
            may_wait || message.is_old(now)
        })?;
    }
    Ok(due)
}

/// Goes through a list, a page at a time, as long as `go_on` says so.
fn walk<L: Letter>(view: &mut View<'_>, asked: &Listing<'_>, mut go_on: impl FnMut(L) -> bool) -> Stored<()> {
    let mut last: Option<(i64, String)> = None;
    loop {
        let after = last.as_ref().map(|(rank, id)| (*rank, id.as_str()));
        let page: Vec<L> = view.list(&Listing {
            after: after.or(asked.after),
            limit: AT_ONCE,
            ..asked.clone()
        })?;
        let full = page.len() == AT_ONCE as usize;
        last = page.last().map(|letter| (letter.rank(), letter.id().into_owned()));
        if !page.into_iter().all(&mut go_on) || !full {
            return Ok(());
        }
    }
}

/// Settles or throws away those of the ids that are due, and says how many were.
pub(crate) fn sweep<L: Letter>(tx: &mut Tx<'_>, ids: &[String]) -> Stored<u64> {
    let now = tx.now;
    let mut changed = 0;
    for id in ids {
        let Some(mut letter) = tx.get::<L>(id)? else { continue };
        let settled = letter.message_mut().settle(now);
        if now >= letter.message().is_over_at() {
            tx.remove::<L>(id)?;
        } else if settled {
            tx.put(&letter)?;
        } else {
            continue;
        }
        changed += 1;
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use cachebash_core::domain::{ProgramId, Span};
    use serde_json::json;

    use super::*;
    use crate::records::EVERYONE;
    use crate::store::{FIRST_TENANT, Store, StoreError, Tenant};

    const NOON: Timestamp = Timestamp::from_millis(1_795_435_200_000);
    const HOUR: Span = Span::from_mins(60);

    fn letter(id: &str, target: &str, status: MessageWord, hours: u32) -> Message {
        let message = json!({
            "id": id, "source": "mobile", "target": target, "messageType": "STATUS", "text": "x", "status": status,
            "ttlSeconds": hours * 3_600, "createdAt": NOON, "expiresAt": NOON.plus(Span::from_mins(i64::from(hours) * 60)),
        });
        serde_json::from_value(message).unwrap()
    }

    async fn home(letters: Vec<Message>) -> (Store, Tenant) {
        let (store, home) = (Store::in_memory(), Tenant::from(FIRST_TENANT));
        store.first_start(NOON, crate::records::owner_key).unwrap();
        let put = move |tx: &mut Tx<'_>| letters.iter().try_for_each(|letter| tx.put(letter));
        store.write::<_, StoreError, _>(&home, NOON, put).await.unwrap();
        (store, home)
    }

    /// Sweeps as the retention job does, and tells what is left and how it stands.
    async fn swept(store: &Store, home: &Tenant, now: Timestamp) -> Vec<(String, &'static str)> {
        let due = store.read::<_, StoreError, _>(home, now, due::<Message>).await.unwrap();
        let count = due.len() as u64;
        let changed = store.write(home, now, move |tx| sweep::<Message>(tx, &due));
        assert_eq!(changed.await.unwrap(), count);
        let everything = |view: &mut View<'_>| {
            let asked = Listing {
                ascending: true,
                limit: 100,
                ..Listing::default()
            };
            view.list::<Message>(&asked)
        };
        let left = store.read::<_, StoreError, _>(home, now, everything).await.unwrap();
        left.into_iter()
            .map(|letter| (letter.id.clone(), letter.tag()))
            .collect()
    }

    #[tokio::test]
    async fn what_was_in_vain_is_noted_kept_a_day_and_gone() {
        let (store, home) = home(vec![
            letter("broadcast", EVERYONE, MessageWord::Pending, 2),
            letter("fetched", "builder", MessageWord::Delivered, 2),
            letter("long", "builder", MessageWord::Delivered, 48),
            letter("vain", "builder", MessageWord::Pending, 2),
        ])
        .await;
        let hours = |hours: i64| NOON.plus(Span::from_mins(hours * 60));
        let all = |vain, broadcast| {
            [
                ("broadcast", broadcast),
                ("fetched", "delivered"),
                ("long", "delivered"),
                ("vain", vain),
            ]
            .map(|(id, word)| (id.to_owned(), word))
        };
        assert_eq!(swept(&store, &home, hours(1)).await, all("pending", "pending"));
        assert_eq!(swept(&store, &home, hours(2)).await, all("dead_lettered", "expired"));
        assert_eq!(swept(&store, &home, hours(24)).await, {
            let mut left = all("dead_lettered", "expired").to_vec();
            left.remove(1);
            left
        });
        assert_eq!(
            swept(&store, &home, hours(26)).await,
            [("long".to_owned(), "delivered")]
        );
        assert_eq!(swept(&store, &home, hours(48)).await, []);
    }

    #[tokio::test]
    async fn a_letter_that_was_fetched_between_look_and_sweep_is_no_dead_letter() {
        let (store, home) = home(vec![letter("one", "builder", MessageWord::Pending, 1)]).await;
        let late = NOON.plus(HOUR);
        let found = store
            .read::<_, StoreError, _>(&home, late, due::<Message>)
            .await
            .unwrap();
        assert_eq!(found, ["one"]);
        let fetched = |tx: &mut Tx<'_>| {
            let mut letter: Message = tx.get("one")?.ok_or(StoreError::Unexpected)?;
            letter.hand_out(NOON);
            tx.put(&letter)
        };
        store.write::<_, StoreError, _>(&home, late, fetched).await.unwrap();
        let changed = store.write(&home, late, move |tx| sweep::<Message>(tx, &found)).await;
        assert_eq!(changed.unwrap(), 0);
    }

    #[test]
    fn one_sees_what_one_sent_or_got_and_no_more() {
        let concerns = |target: &str, program: &str| {
            letter("one", target, MessageWord::Pending, 1).concerns(&ProgramId::from(program))
        };
        assert!(concerns("builder", "mobile"));
        assert!(concerns("builder", "builder"));
        assert!(concerns("builder-dev.auth", "builder"));
        assert!(concerns(EVERYONE, "reviewer"));
        assert!(!concerns("builder", "reviewer"));
    }
}
