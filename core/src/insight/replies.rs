//! Open questions and what this device replied to them. A question has no id, so it is known by its text and, among equal
//! texts, by the how-manieth it is; its place in the list says nothing.

use std::collections::BTreeMap;

use crate::domain::{Action, Delivery, Message, OpenQuestion, OutboxEntry, ProgramId, Timestamp};

/// How far a reply has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyProgress {
    /// It waits to be sent.
    Waiting,
    /// It was not delivered, and a person has to say how to go on.
    NotDelivered,
    /// The server has it. Whether the agent read it is another matter: it is never called answered.
    Sent {
        /// Server time.
        at: Timestamp,
        /// What became of it there.
        receipt: Receipt,
    },
}

/// What became of a message once the server had it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// It was not among the messages that were read.
    NotKnown,
    /// It waits for its program.
    NotPickedUp,
    /// Its program fetched it.
    PickedUp,
    /// Its time ended before anybody fetched it.
    NeverPickedUp,
}

/// What became of a message for good. Kept, because a server forgets messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Its program fetched it.
    PickedUp,
    /// Its time ended, and nobody was seen to have fetched it.
    Expired,
}

impl Fate {
    /// What is certain of a message at a moment.
    pub fn at(message: &Message, now: Timestamp) -> Option<Self> {
        match receipt(Some(message), None, now) {
            Receipt::PickedUp => Some(Self::PickedUp),
            Receipt::NeverPickedUp => Some(Self::Expired),
            Receipt::NotKnown | Receipt::NotPickedUp => None,
        }
    }

    /// As it is kept.
    pub const fn word(self) -> &'static str {
        match self {
            Self::PickedUp => "picked_up",
            Self::Expired => "expired",
        }
    }

    /// The reverse of [`word`](Self::word).
    pub fn of(word: &str) -> Option<Self> {
        [Self::PickedUp, Self::Expired]
            .into_iter()
            .find(|fate| fate.word() == word)
    }
}

/// A reply that the server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SentReply {
    /// Server time.
    pub at: Timestamp,
    /// What became of it.
    pub receipt: Receipt,
}

/// What became of a message, judged at a moment; `None`: it was not among those that were read, and what is kept of it
/// counts.
pub fn receipt(message: Option<&Message>, kept: Option<Fate>, now: Timestamp) -> Receipt {
    let Some(message) = message else {
        return match kept {
            Some(Fate::PickedUp) => Receipt::PickedUp,
            Some(Fate::Expired) => Receipt::NeverPickedUp,
            None => Receipt::NotKnown,
        };
    };
    let fetched = matches!(message.status.as_deref(), Some("delivered" | "read"));
    if fetched || message.delivered_at.is_some() {
        Receipt::PickedUp
    } else if message.expires_at.is_some_and(|ends| ends <= now) {
        Receipt::NeverPickedUp
    } else {
        Receipt::NotPickedUp
    }
}

/// The newest reply to one of a program's open questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuestionReply {
    /// The question's place in the list, from 0.
    pub question: u32,
    /// How far it has come.
    pub progress: ReplyProgress,
}

/// What tells the questions of a list apart, in its order.
pub fn identities(program: &ProgramId, texts: &[String]) -> Vec<OpenQuestion> {
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    texts
        .iter()
        .map(|text| {
            let count = seen.entry(text).or_default();
            let occurrence = *count;
            *count += 1;
            OpenQuestion {
                program: program.clone(),
                text: text.clone(),
                occurrence,
            }
        })
        .collect()
}

/// What was replied to each of these questions, if anything: what is on its way goes before what was sent earlier.
pub fn replies(
    questions: &[OpenQuestion],
    sent: &BTreeMap<OpenQuestion, SentReply>,
    outbox: &[OutboxEntry],
) -> Vec<QuestionReply> {
    let on_its_way = |question: &OpenQuestion| {
        let mut replies = outbox.iter().rev().filter(
            |entry| matches!(&entry.action, Action::SendMessage(message) if message.replies_to.as_ref() == Some(question)),
        );
        replies.next().map(|entry| match entry.delivery {
            Delivery::Waiting { .. } | Delivery::Sending => ReplyProgress::Waiting,
            _ => ReplyProgress::NotDelivered,
        })
    };
    questions
        .iter()
        .zip(0_u32..)
        .filter_map(|(question, place)| {
            let progress = on_its_way(question).or_else(|| {
                let SentReply { at, receipt } = *sent.get(question)?;
                Some(ReplyProgress::Sent { at, receipt })
            })?;
            Some(QuestionReply {
                question: place,
                progress,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::{ActionId, MessageId, MessageKind, NewMessage, Span};

    const NOON: Timestamp = Timestamp::from_millis(1_795_348_800_000);

    const WAITING: SentReply = SentReply {
        at: NOON,
        receipt: Receipt::NotPickedUp,
    };

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    fn reply_to(question: &OpenQuestion, delivery: Delivery) -> OutboxEntry {
        OutboxEntry {
            id: ActionId::from("a"),
            action: Action::SendMessage(NewMessage {
                to: question.program.as_str().to_owned(),
                text: "8080".to_owned(),
                kind: MessageKind::Directive,
                replies_to: Some(question.clone()),
            }),
            asked_at: NOON,
            first_sent_at: None,
            heard_before: None,
            delivery,
        }
    }

    #[test]
    fn a_question_is_the_same_wherever_it_stands_in_the_list() {
        let builder = ProgramId::from("builder");
        let before = identities(&builder, &texts(&["Which port?", "Which host?"]));
        let after = identities(&builder, &texts(&["New one", "Which host?", "Which port?"]));
        let sent = BTreeMap::from([(before[0].clone(), WAITING)]);
        let found = replies(&after, &sent, &[]);
        assert_eq!(found.len(), 1);
        let SentReply { at, receipt } = WAITING;
        let there = ReplyProgress::Sent { at, receipt };
        assert_eq!((found[0].question, found[0].progress), (2, there));
    }

    #[test]
    fn the_same_question_twice_is_two_questions() {
        let asked = identities(&ProgramId::from("builder"), &texts(&["Go on?", "Go on?"]));
        let sent = BTreeMap::from([(asked[1].clone(), WAITING)]);
        let found = replies(&asked, &sent, &[]);
        assert_eq!(found.iter().map(|reply| reply.question).collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn a_reply_on_its_way_goes_before_one_sent_earlier() {
        let asked = identities(&ProgramId::from("builder"), &texts(&["Go on?"]));
        let sent = BTreeMap::from([(asked[0].clone(), WAITING)]);
        let waiting = reply_to(&asked[0], Delivery::WAITING);
        assert_eq!(replies(&asked, &sent, &[waiting])[0].progress, ReplyProgress::Waiting);
        let lost = reply_to(&asked[0], Delivery::Unknown { looked: true });
        assert_eq!(replies(&asked, &sent, &[lost])[0].progress, ReplyProgress::NotDelivered);
    }

    #[test]
    fn a_message_is_picked_up_when_its_program_fetched_it_and_never_once_its_time_is_over() {
        let message = |status: &str, delivered: Option<Timestamp>| Message {
            id: MessageId::from("m"),
            source: None,
            target: None,
            kind: None,
            text: String::new(),
            status: Some(status.to_owned()),
            priority: None,
            action: None,
            context: None,
            thread: None,
            reply_to: None,
            created_at: Some(NOON),
            delivered_at: delivered,
            expires_at: Some(NOON.plus(Span::from_mins(60))),
        };
        let late = NOON.plus(Span::from_mins(61));
        assert_eq!(receipt(None, None, NOON), Receipt::NotKnown);
        assert_eq!(
            receipt(Some(&message("pending", None)), None, NOON),
            Receipt::NotPickedUp
        );
        assert_eq!(
            receipt(Some(&message("pending", None)), None, late),
            Receipt::NeverPickedUp
        );
        assert_eq!(
            receipt(Some(&message("delivered", Some(NOON))), None, late),
            Receipt::PickedUp
        );
        assert_eq!(receipt(Some(&message("read", None)), None, late), Receipt::PickedUp);
    }
}
