//! Messages as they are handed out, marked and given up (contract section 8). These are forms only: asking for them takes
//! them from whom they were meant for, so no call of ours does (B27, trap T4).

use serde_json::{Number, Value};

use super::field::object;
use super::{Salvage, salvage};

object! {
    /// `data` of `GET /v1/messages` and of `GET /v1/interrupts/peek`.
    InterruptsPage {
        /// Inner success.
        success: bool,
        /// Whether there is any.
        has_interrupts: bool,
        /// The rows.
        interrupts: Vec<InterruptRow>,
        /// Only our own server says so.
        has_more: bool,
        /// A sentence.
        message: String,
    }
}

object! {
    /// One message that waits.
    InterruptRow {
        /// Its id. A row without one is left out.
        id: String,
        /// What it says.
        message: String,
        /// Who sent it.
        source: String,
        /// A word.
        #[serde(rename = "message_type")]
        message_type: String,
        /// A word.
        status: String,
        /// A word.
        action: String,
        /// A word.
        priority: String,
        /// What its sender added.
        context: String,
        /// The message it answers.
        #[serde(rename = "reply_to")]
        reply_to: String,
        /// Its thread.
        thread_id: String,
        /// Seconds.
        ttl: Number,
        /// Which model made it, and at which price.
        provenance: Value,
        /// Of a message to a group.
        multicast_id: String,
        /// The group.
        multicast_source: String,
        /// ISO.
        created_at: String,
    }
}

object! {
    /// `data` of `POST /v1/messages/mark_read`; it has no inner success.
    MarkedRead {
        /// How many.
        updated: Number,
    }
}

object! {
    /// `data` of `GET /v1/dead-letters`.
    DeadLettersPage {
        /// Inner success.
        success: bool,
        /// How many rows.
        count: Number,
        /// The rows.
        dead_letters: Vec<DeadLetterRow>,
        /// Only our own server says so.
        has_more: bool,
        /// A sentence.
        message: String,
    }
}

object! {
    /// One message that nobody fetched.
    DeadLetterRow {
        /// Its id. A row without one is left out.
        id: String,
        /// Who sent it.
        source: String,
        /// Whom it was for.
        target: String,
        /// A word.
        #[serde(rename = "message_type")]
        message_type: String,
        /// What it says.
        payload: String,
        /// A word.
        priority: String,
        /// A word.
        action: String,
        /// What its sender added.
        context: String,
        /// How often it was handed out.
        delivery_attempts: Number,
        /// How often at most.
        max_delivery_attempts: Number,
        /// Why it was given up.
        #[serde(rename = "dead_letter_reason")]
        dead_letter_reason: String,
        /// A word for that.
        #[serde(rename = "dead_letter_class")]
        dead_letter_class: String,
        /// ISO.
        created_at: String,
        /// ISO.
        dead_lettered_at: String,
        /// ISO.
        expires_at: String,
    }
}

impl Salvage for InterruptsPage {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        salvage::part::<bool>(data, "hasMore") + salvage::rows::<InterruptRow>(data, "interrupts")
    }
}

impl Salvage for MarkedRead {}

impl Salvage for DeadLettersPage {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        salvage::part::<Number>(data, "count");
        salvage::part::<bool>(data, "hasMore") + salvage::rows::<DeadLetterRow>(data, "deadLetters")
    }
}
