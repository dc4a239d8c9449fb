//! The outbox in words: what was asked for, and how far it has come. Never "sent" of what may not have arrived.

use cachebash_core::domain::{Action, ContextEdit, Delivery, KeyHash, Setback, Timestamp};
use cachebash_core::insight::{OutboxLine, Receipt, ReplyProgress};

use super::{Counted, Labels};

impl Labels {
    /// `Will send when online`, `Refused: the server knows no such target.`, `Not known if it arrived`, …
    pub(crate) fn delivery(&self, line: &OutboxLine) -> String {
        match &line.entry.delivery {
            Delivery::Waiting { .. } if line.behind.is_some() => "Waits for the one before it".to_owned(),
            Delivery::Waiting {
                not_before: Some(until),
            } => format!("Will send after {}", self.clock_seconds(*until)),
            Delivery::Waiting { not_before: None } if line.entry.may_have_arrived() => {
                "Not known if it arrived; asks again when online".to_owned()
            }
            Delivery::Waiting { not_before: None } => "Will send when online".to_owned(),
            Delivery::Sending => "Sending".to_owned(),
            Delivery::Refused(setback) => self.setback(setback),
            Delivery::Unknown { looked: false } => "Not known if it arrived".to_owned(),
            Delivery::Unknown { looked: true } => "Not known if it arrived; the server does not show it".to_owned(),
            Delivery::KeyRefused => "This key is no longer accepted".to_owned(),
            Delivery::Changed { .. } => "Changed since you looked".to_owned(),
            Delivery::Issued { .. } => "The key is made: show it and store it".to_owned(),
            Delivery::Unseen { .. } => "A key was made and its answer was lost: nobody has it".to_owned(),
        }
    }

    /// Below a key that waits to be shown.
    pub(crate) fn where_a_key_is_shown(&self) -> &'static str {
        "`cachebash keys show` prints it, once"
    }

    /// Below a key that nobody has.
    pub(crate) fn lost_key(&self, key: &KeyHash) -> String {
        format!(
            "Its fingerprint begins with {:.8}; another one in its place revokes it",
            key.as_str()
        )
    }

    /// Beside an update of a session that is not sent yet, where the server makes it the session's name.
    pub(crate) fn renames(&self) -> &'static str {
        "Its name will change to this text"
    }

    fn setback(&self, setback: &Setback) -> String {
        match setback {
            Setback::Reason(reason) => self.refused(reason),
            Setback::Forbidden(Some(right)) => format!("Refused: this key lacks {right}."),
            Setback::Forbidden(None) => "Refused: this key may not do it.".to_owned(),
            Setback::NotFound => "Refused: there is no such thing.".to_owned(),
        }
    }

    /// What was asked for, in a line, without its text.
    pub(crate) fn action(&self, action: &Action) -> String {
        match action {
            Action::SendMessage(message) if message.replies_to.is_some() => format!("Reply to {}", message.to),
            Action::SendMessage(message) => format!("Message to {}", message.to),
            Action::AnswerQuestion { question, .. } => format!("Answer to question {question}"),
            Action::CreateTask(task) => format!("Task for {}", task.to),
            Action::ClaimTask { task } => format!("Claim of task {task}"),
            Action::CompleteTask { task, .. } => format!("Completion of task {task}"),
            Action::EditContext {
                program,
                edit: ContextEdit::HandOffNotes(_),
                ..
            } => format!("Hand-off notes of {program}"),
            Action::EditContext {
                program,
                edit: ContextEdit::OpenQuestions(_),
                ..
            } => format!("Open questions of {program}"),
            Action::UpdateSession(update) => format!("Status of {}", update.session),
            Action::RevokeKey { key } => format!("Revocation of key {}", key.as_str().get(..8).unwrap_or(key.as_str())),
            Action::CreateKey { key, .. } => format!("New key for {}", key.program),
            Action::RotateKey { .. } => "Replacement of this account's key".to_owned(),
        }
    }

    /// Above an answer that is being written.
    pub(crate) fn answer_to(&self, asker: &str) -> String {
        format!("Answer to {asker}")
    }

    /// Above a reply that is being written.
    pub(crate) fn reply_to(&self, program: &str) -> String {
        format!("Reply to {program}")
    }

    /// A reply to a question that is no longer there; sending again means it.
    pub(crate) fn taken_out(&self) -> &'static str {
        "The agent has taken this question out since you looked. Send again to send it all the same."
    }

    /// The text of what was asked for.
    pub(crate) fn action_text(&self, action: &Action) -> String {
        match action {
            Action::SendMessage(message) => message.text.clone(),
            Action::AnswerQuestion { response, .. } => response.clone(),
            Action::CreateTask(task) => task.title.clone(),
            Action::CompleteTask { result, .. } => result.clone(),
            Action::EditContext { edit, .. } => self.edit_text(edit),
            Action::UpdateSession(update) => update.status.clone(),
            Action::CreateKey { key, .. } => key.label.clone(),
            Action::ClaimTask { .. } | Action::RevokeKey { .. } | Action::RotateKey { .. } => String::new(),
        }
    }

    /// A part of a context as text.
    pub(crate) fn edit_text(&self, edit: &ContextEdit) -> String {
        match edit {
            ContextEdit::HandOffNotes(notes) => notes.clone(),
            ContextEdit::OpenQuestions(questions) => questions.join("\n"),
        }
    }

    /// What this device replied to an open question: never that it was answered.
    pub(crate) fn reply(&self, progress: ReplyProgress, now: Timestamp) -> String {
        match progress {
            ReplyProgress::Waiting => "Reply will be sent when online".to_owned(),
            ReplyProgress::NotDelivered => "Reply not delivered: see the outbox".to_owned(),
            ReplyProgress::Sent { at, receipt } => {
                let replied = format!("Replied {}", self.day_clock(at, now));
                match self.receipt(receipt) {
                    Some(became) => format!("{replied} · {became}"),
                    None => replied,
                }
            }
        }
    }

    /// What became of a message from here; `None` where that is not known.
    pub(crate) fn receipt(&self, receipt: Receipt) -> Option<&'static str> {
        match receipt {
            Receipt::NotKnown => None,
            Receipt::NotPickedUp => Some("not picked up yet"),
            Receipt::PickedUp => Some("picked up"),
            Receipt::NeverPickedUp => Some("never picked up"),
        }
    }

    /// Above the text that one's own would replace.
    pub(crate) fn on_the_server(&self) -> &'static str {
        "On the server now:"
    }

    /// An empty outbox.
    pub(crate) fn nothing_waits(&self) -> &'static str {
        "Nothing waits: all that was asked for is done."
    }

    /// Behind a text that stands here and not on the server yet.
    pub(crate) fn not_sent_yet(&self) -> &'static str {
        "not sent yet"
    }

    /// `3 not delivered`; `None` when all is.
    pub(crate) fn not_delivered(&self, lines: &[OutboxLine]) -> Option<String> {
        let count = u64::try_from(lines.len()).unwrap_or(u64::MAX);
        (count > 0).then(|| self.count(Counted::NotDelivered, count))
    }
}
