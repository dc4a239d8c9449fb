//! What a person sends over this device (contract section 8), and a question as one looks whether its answer arrived.

use serde_json::{Number, Value};

use super::field::object;
use super::{Field, Salvage, salvage};
use crate::domain::Response;

object! {
    /// Body of `POST /v1/messages`.
    SendMessage {
        /// The key's own program; any other is refused.
        source: String,
        /// A program, group or role.
        target: String,
        /// At most 2,000 UTF-16 units.
        message: String,
        /// `DIRECTIVE`, `QUERY`, `STATUS`, …
        #[serde(rename = "message_type")]
        message_type: String,
    }
}

object! {
    /// `data` of sending a message.
    MessageAck {
        /// Inner success.
        success: bool,
        /// Its id; a message to a group has `multicastId` instead.
        message_id: String,
        /// Of a message to a group.
        multicast_id: String,
        /// Programs that a message to a group went to.
        recipients: Number,
        /// Which.
        targets: Vec<String>,
        /// `queue`, …
        action: String,
        /// It went through the relay.
        relay: bool,
        /// Whether its payload has the form of its type; null where it has none.
        schema_valid: bool,
        /// It had been sent before, under the same idempotency key.
        idempotent: bool,
        /// A sentence.
        message: String,
    }
}

object! {
    /// Body of `POST /v1/tasks`.
    CreateTask {
        /// At most 200 UTF-16 units.
        title: String,
        /// A program, or `all`.
        target: String,
        /// At most 32,000 UTF-16 units.
        instructions: String,
    }
}

object! {
    /// Body of `POST /v1/tasks/:id/complete`.
    CompleteTask {
        /// `SUCCESS` or `FAILED`.
        #[serde(rename = "completed_status")]
        completed_status: String,
        /// What came of it.
        result: String,
        /// Who did it; required, though the public page says optional.
        model: String,
        /// Likewise.
        provider: String,
    }
}

object! {
    /// `data` of creating, claiming or completing a task.
    TaskAck {
        /// Inner success.
        success: bool,
        /// Which.
        task_id: String,
        /// Its title; not of completing.
        title: String,
        /// What is to be done; of claiming alone.
        instructions: String,
        /// `queue`, …
        action: String,
        /// `high`, `normal`, …; of claiming alone.
        priority: String,
        /// It was this session's before; of claiming alone.
        already_claimed: bool,
        /// Whether its program was heard of lately: `alive`, …; of creating alone.
        target_state: String,
        /// How long ago, as text: `7s`; likewise.
        heartbeat_age: String,
        /// A remark on that; likewise.
        warning: String,
        /// A sentence.
        message: String,
    }
}

object! {
    /// Body of `POST /v1/questions/:id/answer` (extension).
    AnswerQuestion {
        /// At least one character that is no space.
        response: String,
    }
}

object! {
    /// `data` of answering a question.
    AnswerAck {
        /// Inner success.
        success: bool,
        /// Which.
        question_id: String,
    }
}

object! {
    /// `data` of `GET /v1/questions/:id` (extension).
    OneQuestion {
        /// Inner success.
        success: bool,
        /// The question.
        question: QuestionFacts,
    }
}

object! {
    /// As much of a question as tells whether an answer arrived.
    QuestionFacts {
        /// It has its answer.
        answered: bool,
        /// The answer.
        response: String,
    }
}

object! {
    /// `data` of `GET /v1/questions/:id/response`.
    QuestionResponse {
        /// Inner success.
        success: bool,
        /// It has its answer.
        answered: bool,
        /// The answer, or what it was sealed to.
        response: String,
        /// The server could not open it with this key: the response is still sealed.
        decryption_failed: bool,
        /// It was sealed for the key that asked.
        encrypted: bool,
        /// ISO.
        answered_at: String,
        /// Nobody answered in time.
        expired: bool,
        /// `created`, `done`, …
        status: String,
        /// A sentence.
        message: String,
    }
}

impl QuestionResponse {
    /// What it says.
    pub fn into_response(self) -> Response {
        match self.response {
            Field::Value(sealed) if self.decryption_failed == Field::Value(true) => Response::Sealed(sealed),
            Field::Value(text) if self.answered == Field::Value(true) => Response::Answered(text),
            _ => Response::Waiting,
        }
    }
}

impl Salvage for QuestionResponse {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        let flags = ["answered", "decryptionFailed", "encrypted", "expired"];
        let odd: u32 = flags.iter().map(|field| salvage::part::<bool>(data, field)).sum();
        odd + texts(data, &["response", "answeredAt", "status", "message"])
    }
}

impl Salvage for MessageAck {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        let flags = ["relay", "schemaValid", "idempotent"];
        let odd: u32 = flags.iter().map(|field| salvage::part::<bool>(data, field)).sum();
        let group = salvage::part::<Number>(data, "recipients") + salvage::part::<Vec<String>>(data, "targets");
        odd + group + texts(data, &["messageId", "multicastId", "action", "message"])
    }
}

impl Salvage for TaskAck {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        let task = texts(data, &["taskId", "title", "instructions", "action", "priority"]);
        let target = texts(data, &["targetState", "heartbeatAge", "warning", "message"]);
        task + target + salvage::part::<bool>(data, "alreadyClaimed")
    }
}

impl Salvage for AnswerAck {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        texts(data, &["questionId"])
    }
}

impl Salvage for OneQuestion {}

fn texts(data: &mut Value, fields: &[&str]) -> u32 {
    fields.iter().map(|field| salvage::part::<String>(data, field)).sum()
}
