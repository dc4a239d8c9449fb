//! What to write of messages: those of an opened program, and what became of those that this key's program sent.

use std::collections::{BTreeMap, BTreeSet};

use super::lists::one_of_each;
use super::{Local, MessagesRead, Remote};
use crate::domain::{Message, MessageId, Timestamp};
use crate::insight::Fate;
use crate::store::Changes;

pub(super) fn plan(local: &Local, remote: &Remote, changes: &mut Changes) {
    let rows: Vec<Message> = remote.messages.iter().flat_map(|read| read.rows.clone()).collect();
    let told = one_of_each(&rows, |message| message.id.clone());
    let sent_rows: Vec<Message> = remote.sent.clone().unwrap_or_default();
    let sent = one_of_each(&sent_rows, |message| message.id.clone());

    let mut after: BTreeMap<MessageId, Message> = local.messages.clone();
    let still_sent: BTreeSet<&MessageId> = sent.keys().collect();
    after.retain(|id, message| {
        let is_listed = told.contains_key(id) || still_sent.contains(id);
        is_listed || !remote.messages.iter().any(|read| ends(read, message))
    });
    // A list of sent messages says less of each than the history does.
    for (id, message) in &sent {
        let known = after.get(id);
        let merged = known.map_or_else(|| (*message).clone(), |known| later(known, message));
        after.insert(id.clone(), merged);
    }
    after.extend(told.into_iter().map(|(id, message)| (id, message.clone())));

    // A list of sent messages tells no time of its own: of those that are in it alone, no end is certain.
    let beginning = Timestamp::from_millis(0);
    let last_read = remote.messages.iter().map(|read| read.at).max().unwrap_or(beginning);
    for id in &local.from_here {
        // One that is gone is judged as it was last seen.
        let message = after.get(id).or_else(|| local.messages.get(id));
        let fate = message.and_then(|message| Fate::at(message, last_read));
        changes.kept.fates.extend(fate.map(|fate| (id.clone(), fate)));
    }

    changes.cache.put_messages = after
        .iter()
        .filter(|(id, message)| local.messages.get(id) != Some(message))
        .map(|(_, message)| message.clone())
        .collect();
    changes.cache.drop_messages = local
        .messages
        .keys()
        .filter(|id| !after.contains_key(id))
        .cloned()
        .collect();
}

/// A whole reading of a program no longer has this message of it.
fn ends(read: &MessagesRead, message: &Message) -> bool {
    let program = Some(read.program.as_str());
    read.whole && (message.source.as_deref() == program || message.target.as_deref() == program)
}

/// What became of a message that is known better.
fn later(known: &Message, sent: &Message) -> Message {
    Message {
        status: sent.status.clone(),
        delivered_at: sent.delivered_at,
        expires_at: sent.expires_at,
        ..known.clone()
    }
}
