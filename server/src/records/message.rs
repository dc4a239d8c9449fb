//! Messages between programs, and what becomes of them: waiting, handed out, read, or past their time. A message that was
//! not fetched in its time is a dead letter from that moment on, whether or not anybody has noted it yet.

use std::borrow::Cow;

use cachebash_core::domain::{ProgramId, SessionId, Span, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Action, EVERYONE, Priority};
use crate::caller::Caller;
use crate::rules::access::{oversees, programs_in_id};
use crate::store::Record;
use crate::wire_values::iso;

/// The target that means the person, and no program.
pub(crate) const USER: &str = "user";

/// How long a message waits whose sender says nothing, in seconds.
const USUAL_TTL: u32 = 86_400;

/// How long a message can be looked at after it was sent, and once more after it was in vain.
pub(crate) const KEPT: Span = Span::from_mins(24 * 60);

/// How often a message may be handed out, as the contract tells; nothing here counts up to it.
const MOST_ATTEMPTS: u32 = 3;

/// Where a message stands, in the contract's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MessageWord {
    /// It waits for its target. One that is for everyone always does.
    Pending,
    /// It was handed out.
    Delivered,
    /// Its target said that it was read.
    Read,
    /// It was for everyone, and its time is over.
    Expired,
    /// Its time ended before its target asked for it.
    DeadLettered,
}

impl MessageWord {
    /// The words of the contract.
    pub(crate) const WORDS: [(&'static str, MessageWord); 5] = [
        ("pending", MessageWord::Pending),
        ("delivered", MessageWord::Delivered),
        ("read", MessageWord::Read),
        ("expired", MessageWord::Expired),
        ("dead_lettered", MessageWord::DeadLettered),
    ];

    /// The word as the contract has it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            MessageWord::Pending => "pending",
            MessageWord::Delivered => "delivered",
            MessageWord::Read => "read",
            MessageWord::Expired => "expired",
            MessageWord::DeadLettered => "dead_lettered",
        }
    }
}

/// What a message is meant as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum MessageType {
    Ping,
    Pong,
    Handshake,
    Directive,
    Status,
    Ack,
    Query,
    Result,
}

impl MessageType {
    /// The words of the contract.
    pub(crate) const WORDS: [(&'static str, MessageType); 8] = [
        ("PING", MessageType::Ping),
        ("PONG", MessageType::Pong),
        ("HANDSHAKE", MessageType::Handshake),
        ("DIRECTIVE", MessageType::Directive),
        ("STATUS", MessageType::Status),
        ("ACK", MessageType::Ack),
        ("QUERY", MessageType::Query),
        ("RESULT", MessageType::Result),
    ];
}

/// One message to one target, or to everyone.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) source: ProgramId,
    pub(crate) target: String,
    pub(crate) message_type: MessageType,
    pub(crate) text: String,
    pub(crate) status: MessageWord,
    #[serde(default)]
    pub(crate) priority: Priority,
    #[serde(default)]
    pub(crate) action: Action,
    #[serde(default)]
    pub(crate) context: Option<String>,
    #[serde(default)]
    pub(crate) session: Option<String>,
    #[serde(default)]
    pub(crate) reply_to: Option<String>,
    #[serde(default)]
    pub(crate) thread: Option<String>,
    /// What was sent for machines to read.
    #[serde(default)]
    pub(crate) payload: Option<Value>,
    /// Where it is one of several that were sent at once.
    #[serde(default)]
    pub(crate) multicast: Option<Multicast>,
    pub(crate) ttl_seconds: u32,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    /// How often it was handed out.
    #[serde(default)]
    pub(crate) attempts: u32,
    #[serde(default)]
    pub(crate) delivered_at: Option<Timestamp>,
    /// Which programs have read it, where it is for everyone.
    #[serde(default)]
    pub(crate) read_by: Vec<ProgramId>,
    #[serde(default)]
    pub(crate) died: Option<Death>,
}

/// What a group or role got at once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Multicast {
    pub(crate) id: String,
    /// The group or role.
    pub(crate) target: String,
}

/// When and why a message became a dead letter.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Death {
    pub(crate) reason: String,
    pub(crate) at: Timestamp,
}

/// A stored document with its text under the name that lists give it.
pub(super) fn as_followed(mut document: Value) -> Value {
    if let Some(fields) = document.as_object_mut()
        && let Some(text) = fields.remove("payload")
    {
        fields.insert("message".to_owned(), text);
    }
    document
}

impl Message {
    /// A message that says no more than it must.
    pub(crate) fn plain(
        id: String,
        source: ProgramId,
        target: &str,
        message_type: MessageType,
        text: String,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            source,
            target: target.to_owned(),
            message_type,
            text,
            status: MessageWord::Pending,
            priority: Priority::default(),
            action: Action::default(),
            context: None,
            session: None,
            reply_to: None,
            thread: None,
            payload: None,
            multicast: None,
            ttl_seconds: USUAL_TTL,
            created_at: now,
            expires_at: now.plus(Span::from_secs(USUAL_TTL.into())),
            attempts: 0,
            delivered_at: None,
            read_by: Vec::new(),
            died: None,
        }
    }

    /// Whether a program sent it or is meant by it.
    pub(super) fn concerns(&self, program: &ProgramId) -> bool {
        let target = self.target.as_str();
        if self.source == *program || target == program.as_str() || target == EVERYONE {
            return true;
        }
        let speaks_of = programs_in_id(&SessionId::new(target));
        speaks_of.is_some_and(|(whole, short)| whole == *program || short == *program)
    }

    /// Whether the caller may see it among others.
    pub(crate) fn may_be_seen_by(&self, caller: &Caller) -> bool {
        oversees(&caller.program) || self.concerns(&caller.program)
    }

    /// Whether the program has read it. Everyone reads a broadcast for themselves.
    pub(crate) fn was_read_by(&self, program: &ProgramId) -> bool {
        self.status == MessageWord::Read || self.read_by.contains(program)
    }

    /// Notes that it was handed out, unless it is for everyone: then the others are still to get it.
    pub(crate) fn hand_out(&mut self, now: Timestamp) -> bool {
        if self.target == EVERYONE {
            return false;
        }
        self.status = MessageWord::Delivered;
        self.attempts = self.attempts.saturating_add(1);
        self.delivered_at.get_or_insert(now);
        true
    }

    /// Notes that the program has read it. False: nothing changed.
    pub(crate) fn mark_read(&mut self, by: &ProgramId) -> bool {
        if self.was_read_by(by) {
            return false;
        }
        if self.target == EVERYONE {
            self.read_by.push(by.clone());
        } else {
            self.status = MessageWord::Read;
        }
        true
    }

    /// Notes that its time is over, if it is. What is for everyone, or for the person, merely ends. False: nothing changed.
    pub(crate) fn settle(&mut self, now: Timestamp) -> bool {
        if self.status != MessageWord::Pending || now < self.expires_at {
            return false;
        }
        if self.target == EVERYONE || self.target == USER {
            self.status = MessageWord::Expired;
        } else {
            self.status = MessageWord::DeadLettered;
            self.died = Some(Death {
                reason: "EXPIRED_TTL".to_owned(),
                at: self.expires_at,
            });
        }
        true
    }

    /// From when until when it waited for its target; the end may be to come. `None`: it is for nobody in particular, or was
    /// never seen to be fetched.
    pub(crate) fn waited(&self) -> Option<(i64, Option<i64>)> {
        if self.target == EVERYONE || self.target == USER {
            return None;
        }
        let ended = match self.status {
            MessageWord::Pending | MessageWord::Expired => self.expires_at,
            MessageWord::DeadLettered => self.died.as_ref()?.at,
            MessageWord::Delivered | MessageWord::Read => self.delivered_at?,
        };
        Some((self.created_at.as_millis(), Some(ended.as_millis())))
    }

    /// From when on nobody needs it any more; it is settled.
    pub(crate) fn is_over_at(&self) -> Timestamp {
        let ended = match &self.died {
            Some(death) => death.at.plus(KEPT),
            None if self.status == MessageWord::Expired => self.expires_at.plus(KEPT),
            None => self.created_at.plus(KEPT),
        };
        ended.max(self.expires_at)
    }

    /// Whether it was sent so long ago that it may be over; a younger one is not.
    pub(crate) fn is_old(&self, now: Timestamp) -> bool {
        now >= self.created_at.plus(KEPT)
    }

    /// All there is to say about it, with times as `time` writes them.
    pub(crate) fn document(&self, time: fn(Timestamp) -> Value) -> Value {
        let mut document = json!({
            "id": self.id,
            "schemaVersion": "2.2",
            "source": self.source,
            "target": self.target,
            "message_type": self.message_type,
            "payload": self.text,
            "priority": self.priority,
            "action": self.action,
            "context": self.context,
            "sessionId": self.session,
            "reply_to": self.reply_to,
            "threadId": self.thread,
            "status": self.status,
            "ttl": self.ttl_seconds,
            "expiresAt": time(self.expires_at),
            "deliveryAttempts": self.attempts,
            "maxDeliveryAttempts": MOST_ATTEMPTS,
            "provenance": null,
            "structuredPayload": self.payload,
            "schemaValid": null,
            "createdAt": time(self.created_at),
        });
        if let Some(fields) = document.as_object_mut() {
            self.add_what_became(fields, time);
        }
        document
    }

    /// The same for clients that follow, spelled as the history spells it: the text is `message`, times are texts.
    pub(crate) fn shown(&self) -> Value {
        as_followed(self.document(|at| iso(at).into()))
    }

    fn add_what_became(&self, fields: &mut Map<String, Value>, time: fn(Timestamp) -> Value) {
        if let Some(multicast) = &self.multicast {
            fields.insert("multicastId".to_owned(), multicast.id.clone().into());
            fields.insert("multicastSource".to_owned(), multicast.target.clone().into());
        }
        if let Some(at) = self.delivered_at {
            fields.insert("deliveredAt".to_owned(), time(at));
        }
        if let Some(death) = &self.died {
            fields.insert("dead_letter_reason".to_owned(), death.reason.clone().into());
            fields.insert("deadLetteredAt".to_owned(), time(death.at));
        }
    }

    /// As its target gets it.
    pub(crate) fn as_interrupt(&self) -> Value {
        let multicast = self.multicast.as_ref();
        let mut interrupt = json!({
            "id": self.id,
            "message": self.text,
            "source": self.source,
            "message_type": self.message_type,
            "status": self.status,
            "action": self.action,
            "priority": self.priority,
            "context": self.context,
            "reply_to": self.reply_to,
            "threadId": self.thread,
            "ttl": self.ttl_seconds,
            "provenance": null,
            "multicastId": multicast.map(|multicast| &multicast.id),
            "multicastSource": multicast.map(|multicast| &multicast.target),
            "createdAt": iso(self.created_at),
        });
        // The hosted server leaves it out for all, and so whatever was sent for machines is lost.
        if let (Some(payload), Some(fields)) = (&self.payload, interrupt.as_object_mut()) {
            fields.insert("structuredPayload".to_owned(), payload.clone());
        }
        interrupt
    }

    /// The number of units that it is as urgent as, greater first; then the older first.
    pub(crate) fn urgency(&self) -> impl Ord + use<> {
        (std::cmp::Reverse(self.priority), self.created_at, self.id.clone())
    }
}

impl Record for Message {
    const KIND: &'static str = "message";
    const TAGS: &'static [&'static str] = &["pending", "delivered", "read", "expired", "dead_lettered"];

    fn id(&self) -> Cow<'_, str> {
        self.id.as_str().into()
    }

    fn owner(&self) -> Option<&str> {
        Some(&self.target)
    }

    fn tag(&self) -> &'static str {
        self.status.as_str()
    }

    fn rank(&self) -> i64 {
        self.created_at.as_millis()
    }
}
