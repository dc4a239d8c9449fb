//! Sending: one message to one program or to everyone, or one for each program of a group or role.

use cachebash_core::domain::{ProgramId, Span};
use serde_json::{Value, json};

use super::{PROGRAM_ID, UNBOUNDED};
use crate::caller::Caller;
use crate::records::{Action, Message, MessageType, MessageWord, Multicast, Priority, Recipients, recipients};
use crate::refusal::refused;
use crate::rules::validation::{Fields, FromFields};
use crate::store::{Stored, Tx};
use crate::tools::Outcome;

const MESSAGE: usize = 2_000;
const CONTEXT: usize = 500;

/// How long a message waits where nobody says: a day, in seconds.
const TTL: u32 = 86_400;
/// And at most: thirty days.
const LONGEST_TTL: u32 = 30 * 86_400;

pub(super) fn send(tx: &mut Tx<'_>, caller: &Caller, new: NewMessage) -> Outcome {
    let source = caller.speaking_as(Some(new.source.clone()))?;
    let action = new.action;
    match recipients(tx, &new.target)? {
        None => Ok(refused(format!(
            "Unknown relay target \"{}\". Target must be a registered program, group, or role. Message not sent.",
            new.target
        ))),
        Some(Recipients::Several { target, programs }) => {
            let multicast = tx.new_id()?;
            for program in &programs {
                let part = Multicast {
                    id: multicast.clone(),
                    target: target.clone(),
                };
                put(tx, &new, &source, program.as_str(), Some(part))?;
            }
            let message = format!(
                "Multicast sent to {} recipients ({target}). ID: \"{multicast}\"",
                programs.len()
            );
            Ok(json!({
                "success": true, "multicastId": multicast, "recipients": programs.len(), "targets": programs,
                "action": action, "relay": true, "message": message,
            }))
        }
        Some(one) => {
            let id = put(tx, &new, &source, one.target(), None)?;
            Ok(json!({
                "success": true, "messageId": id, "action": action, "relay": true, "schemaValid": null,
                "message": format!("Message sent. ID: \"{id}\""),
            }))
        }
    }
}

fn put(
    tx: &mut Tx<'_>,
    new: &NewMessage,
    source: &ProgramId,
    target: &str,
    multicast: Option<Multicast>,
) -> Stored<String> {
    let (id, now) = (tx.new_id()?, tx.now);
    tx.put(&Message {
        id: id.clone(),
        source: source.clone(),
        target: target.to_owned(),
        message_type: new.message_type,
        text: new.text.clone(),
        status: MessageWord::Pending,
        priority: new.priority,
        action: new.action,
        context: new.context.clone(),
        session: new.session.clone(),
        reply_to: new.reply_to.clone(),
        thread: new.thread.clone(),
        payload: new.payload.clone(),
        multicast,
        ttl_seconds: new.ttl_seconds,
        created_at: now,
        expires_at: now.plus(Span::from_secs(new.ttl_seconds.into())),
        attempts: 0,
        delivered_at: None,
        read_by: Vec::new(),
        died: None,
    })?;
    Ok(id)
}

pub(super) struct NewMessage {
    text: String,
    source: ProgramId,
    target: String,
    message_type: MessageType,
    priority: Priority,
    action: Action,
    context: Option<String>,
    session: Option<String>,
    reply_to: Option<String>,
    thread: Option<String>,
    ttl_seconds: u32,
    payload: Option<Value>,
}

impl FromFields for NewMessage {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            text: fields.required_text("message", MESSAGE),
            source: ProgramId::new(fields.required_text("source", PROGRAM_ID)),
            target: fields.required_text("target", PROGRAM_ID),
            // Where there is none, that was noted, and nothing is done.
            message_type: fields
                .required_word("message_type", &MessageType::WORDS)
                .unwrap_or(MessageType::Status),
            priority: fields.word("priority", &Priority::WORDS).unwrap_or_default(),
            action: fields.word("action", &Action::WORDS).unwrap_or_default(),
            context: fields.text("context", CONTEXT),
            session: fields.text("sessionId", UNBOUNDED),
            reply_to: fields.text("reply_to", UNBOUNDED),
            thread: fields.text("threadId", UNBOUNDED),
            ttl_seconds: fields.whole("ttl", 1, LONGEST_TTL).unwrap_or(TTL),
            payload: fields.free_object("payload"),
        }
    }
}
