//! What was sent and what became of it. Those who oversee programs see everything, the others what they sent or got.

use cachebash_core::domain::{ProgramId, Timestamp};
use serde_json::{Value, json};

use super::{PROGRAM_ID, UNBOUNDED, stored_as};
use crate::caller::Caller;
use crate::records::{Message, MessageType, MessageWord, look_through};
use crate::refusal::refused;
use crate::rules::access::oversees;
use crate::rules::validation::{Fields, FromFields};
use crate::store::{Listing, View};
use crate::tools::Outcome;
use crate::wire_values::{iso, iso_or_null};

const SENT: u32 = 20;
const MOST_SENT: u32 = 50;
const HISTORY: u32 = 50;
const MOST_HISTORY: u32 = 100;
const DEAD: u32 = 20;
const MOST_DEAD: u32 = 50;

/// The newest first.
pub(super) fn sent(view: &mut View<'_>, caller: &Caller, asked: Sent) -> Outcome {
    let source = asked.source.unwrap_or_else(|| caller.program.clone());
    if source != caller.program && !oversees(&caller.program) {
        return Ok(refused(format!(
            "Access denied: \"{}\" cannot read messages sent by \"{source}\"",
            caller.program
        )));
    }
    let filter = Filter {
        source: Some(source.clone()),
        ..asked.filter
    };
    let (messages, more) = filtered(view, caller, &filter, false)?;
    let messages: Vec<Value> = messages
        .iter()
        .map(|message| {
            json!({
                "id": message.id, "target": message.target, "message_type": message.message_type,
                "message": message.text, "status": message.status, "deliveryAttempts": message.attempts,
                "createdAt": iso(message.created_at), "deliveredAt": iso_or_null(message.delivered_at),
                "expiresAt": iso(message.expires_at),
            })
        })
        .collect();
    Ok(json!({
        "success": true, "count": messages.len(), "source": source, "messages": messages, "hasMore": more,
    }))
}

/// The oldest first.
pub(super) fn history(view: &mut View<'_>, caller: &Caller, History(filter): History) -> Outcome {
    if filter.thread.is_none() && filter.source.is_none() && filter.target.is_none() {
        return Ok(refused("At least one of threadId, source, or target is required."));
    }
    let (messages, more) = filtered(view, caller, &filter, true)?;
    let messages: Vec<Value> = messages
        .iter()
        .map(|message| {
            json!({
                "id": message.id, "source": message.source, "target": message.target,
                "message_type": message.message_type, "message": message.text, "status": message.status,
                "priority": message.priority, "action": message.action, "context": message.context,
                "threadId": message.thread, "reply_to": message.reply_to, "deliveryAttempts": message.attempts,
                "createdAt": iso(message.created_at), "deliveredAt": iso_or_null(message.delivered_at),
                "expiresAt": iso(message.expires_at),
            })
        })
        .collect();
    Ok(json!({ "success": true, "count": messages.len(), "sort": "asc", "messages": messages, "hasMore": more }))
}

/// The newest first.
pub(super) fn dead_letters(view: &mut View<'_>, caller: &Caller, Limit(limit): Limit) -> Outcome {
    let filter = Filter {
        status: Some(Ok(MessageWord::DeadLettered)),
        limit,
        ..Filter::default()
    };
    let (letters, more) = filtered(view, caller, &filter, false)?;
    let letters: Vec<Value> = letters.iter().map(dead_letter).collect();
    Ok(json!({
        "success": true, "count": letters.len(), "hasMore": more,
        "message": format!("Found {} dead letter(s)", letters.len()), "deadLetters": letters,
    }))
}

fn dead_letter(message: &Message) -> Value {
    let mut letter = message.document(|at| iso(at).into());
    if let Some(fields) = letter.as_object_mut() {
        // Their part of the document, and the reason under its second name.
        fields.retain(|name, _| DEAD_LETTER.contains(&name.as_str()));
        let class = fields.get("dead_letter_reason").cloned().unwrap_or_default();
        fields.insert("dead_letter_class".to_owned(), class);
    }
    letter
}

const DEAD_LETTER: [&str; 14] = [
    "id",
    "source",
    "target",
    "message_type",
    "payload",
    "priority",
    "action",
    "context",
    "deliveryAttempts",
    "maxDeliveryAttempts",
    "dead_letter_reason",
    "createdAt",
    "deadLetteredAt",
    "expiresAt",
];

/// Those that a filter wants and the caller may see, and whether there are more.
fn filtered(
    view: &mut View<'_>,
    caller: &Caller,
    filter: &Filter,
    ascending: bool,
) -> Result<(Vec<Message>, bool), crate::store::StoreError> {
    let limit = filter.limit as usize;
    let tags = match filter.status {
        None => Vec::new(),
        Some(Ok(status)) => stored_as(status),
        // A word that no message has.
        Some(Err(())) => return Ok((Vec::new(), false)),
    };
    // Where a beginning is known, the list need not be read from its own.
    let begin = filter
        .since
        .filter(|_| ascending)
        .map(|since| (since.as_millis() - 1, LAST));
    let asked = Listing {
        owner: filter.target.as_deref(),
        tags: &tags,
        after: begin,
        ascending,
        ..Listing::default()
    };
    let mut messages = look_through(view, &asked, limit + 1, |message: &Message| {
        filter.wants(message) && message.may_be_seen_by(caller)
    })?;
    let more = messages.len() > limit;
    messages.truncate(limit);
    Ok((messages, more))
}

/// Behind every id of a moment.
const LAST: &str = "\u{10ffff}";

#[derive(Default)]
pub(super) struct Filter {
    thread: Option<String>,
    source: Option<ProgramId>,
    target: Option<String>,
    message_type: Option<MessageType>,
    /// The hosted server takes any word; one that no message has finds none.
    status: Option<Result<MessageWord, ()>>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    limit: u32,
}

impl Filter {
    fn wants(&self, message: &Message) -> bool {
        self.thread
            .as_ref()
            .is_none_or(|wanted| message.thread.as_ref() == Some(wanted))
            && self.source.as_ref().is_none_or(|wanted| message.source == *wanted)
            && self.target.as_ref().is_none_or(|wanted| message.target == *wanted)
            && self.message_type.is_none_or(|wanted| message.message_type == wanted)
            && self.status.is_none_or(|wanted| wanted == Ok(message.status))
            && self.since.is_none_or(|since| since <= message.created_at)
            && self.until.is_none_or(|until| message.created_at <= until)
    }
}

pub(super) struct Sent {
    source: Option<ProgramId>,
    filter: Filter,
}

impl FromFields for Sent {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            source: program(fields, "source"),
            filter: Filter {
                thread: fields.text("threadId", UNBOUNDED),
                target: fields.text("target", PROGRAM_ID),
                status: status(fields),
                limit: fields.whole("limit", 1, MOST_SENT).unwrap_or(SENT),
                ..Filter::default()
            },
        }
    }
}

pub(super) struct History(Filter);

impl FromFields for History {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self(Filter {
            thread: fields.text("threadId", UNBOUNDED),
            source: program(fields, "source"),
            target: fields.text("target", PROGRAM_ID),
            message_type: fields.word("message_type", &MessageType::WORDS),
            status: status(fields),
            since: fields.moment("since"),
            until: fields.moment("until"),
            limit: fields.whole("limit", 1, MOST_HISTORY).unwrap_or(HISTORY),
        })
    }
}

pub(super) struct Limit(u32);

impl FromFields for Limit {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self(fields.whole("limit", 1, MOST_DEAD).unwrap_or(DEAD))
    }
}

fn program(fields: &mut Fields<'_>, name: &str) -> Option<ProgramId> {
    fields.text(name, PROGRAM_ID).map(ProgramId::new)
}

fn status(fields: &mut Fields<'_>) -> Option<Result<MessageWord, ()>> {
    let given = fields.text("status", UNBOUNDED)?;
    let known = MessageWord::WORDS.iter().find(|(word, _)| *word == given);
    Some(known.map(|(_, status)| *status).ok_or(()))
}
