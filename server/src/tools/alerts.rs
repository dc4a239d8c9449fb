//! Alerts: what a program tells the person at once (contract section 8).

use cachebash_core::domain::Span;
use serde_json::json;

use super::{Entry, Outcome, Tool, act};
use crate::caller::Caller;
use crate::records::{ALERT_SECONDS, Action, Alert, AlertType, Message, MessageType, MessageWord, Priority, USER};
use crate::rules::validation::{Fields, FromFields};
use crate::store::Tx;

const MESSAGE: usize = 2_000;
const CONTEXT: usize = 500;
/// The body's limit holds it.
const UNBOUNDED: usize = usize::MAX;

const SEND: Tool = Tool::new(
    "signal",
    "send_alert",
    "signal.write",
    "Tell the user something at once; no answer is expected",
);

pub(super) fn tools() -> [Entry; 1] {
    [act(SEND, send)]
}

fn send(tx: &mut Tx<'_>, caller: &Caller, new: NewAlert) -> Outcome {
    let (id, now) = (tx.new_id()?, tx.now);
    tx.put(&Alert {
        alert_type: new.alert_type,
        message: Message {
            id: id.clone(),
            source: caller.program.clone(),
            target: USER.to_owned(),
            message_type: MessageType::Status,
            text: new.text,
            status: MessageWord::Pending,
            priority: new.priority,
            action: Action::Interrupt,
            context: new.context,
            session: new.session,
            reply_to: None,
            thread: None,
            payload: None,
            multicast: None,
            ttl_seconds: ALERT_SECONDS,
            created_at: now,
            expires_at: now.plus(Span::from_secs(ALERT_SECONDS.into())),
            attempts: 0,
            delivered_at: None,
            read_by: Vec::new(),
            died: None,
        },
    })?;
    Ok(json!({
        "success": true, "alertId": id, "alertType": new.alert_type,
        "message": format!("Alert sent to user's device. Alert ID: \"{id}\""),
    }))
}

struct NewAlert {
    text: String,
    alert_type: AlertType,
    priority: Priority,
    context: Option<String>,
    session: Option<String>,
}

impl FromFields for NewAlert {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            text: fields.required_text("message", MESSAGE),
            alert_type: fields.word("alertType", &AlertType::WORDS).unwrap_or_default(),
            priority: fields.word("priority", &Priority::WORDS).unwrap_or_default(),
            context: fields.text("context", CONTEXT),
            session: fields.text("sessionId", UNBOUNDED),
        }
    }
}
