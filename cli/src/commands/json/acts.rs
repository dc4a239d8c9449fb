//! What a person asked for, as JSON.

use cachebash_core::domain::{Action, ContextEdit, Delivery, Setback};
use cachebash_core::insight::{OutboxLine, OutboxView, QuestionReply, Receipt, ReplyProgress};
use serde_json::{Value, json};

use super::moment;

/// The outbox.
pub(in crate::commands) fn outbox(view: &OutboxView) -> Value {
    json!({
        "decisions": view.decisions,
        "fresh": view.fresh,
        "now": moment(view.now),
        "lines": view.lines.iter().map(outbox_line).collect::<Vec<_>>(),
    })
}

/// One line of it.
pub(in crate::commands) fn outbox_line(line: &OutboxLine) -> Value {
    json!({
        "account": line.account.as_str(),
        "id": line.entry.id.as_str(),
        "askedAt": moment(line.asked_at),
        "action": action(&line.entry.action),
        "delivery": delivery(&line.entry.delivery),
        "mayHaveArrived": line.entry.may_have_arrived(),
        "behind": line.behind.as_ref().map(|id| id.as_str()),
        "renames": line.renames,
    })
}

fn action(action: &Action) -> Value {
    match action {
        Action::SendMessage(message) => json!({
            "kind": action.name(), "to": message.to, "text": message.text, "messageType": message.kind.as_str(),
            "repliesTo": message.replies_to.as_ref().map(|question| question.text.as_str()),
        }),
        Action::AnswerQuestion { question, response } => {
            json!({ "kind": action.name(), "question": question.as_str(), "response": response })
        }
        Action::CreateTask(task) => {
            json!({ "kind": action.name(), "to": task.to, "title": task.title, "instructions": task.instructions })
        }
        Action::ClaimTask { task } => json!({ "kind": action.name(), "task": task.as_str() }),
        Action::CompleteTask {
            task,
            succeeded,
            result,
        } => json!({ "kind": action.name(), "task": task.as_str(), "succeeded": succeeded, "result": result }),
        Action::EditContext { program, edit, seen } => {
            json!({ "kind": action.name(), "program": program.as_str(), "edit": edited(edit), "seen": edited(seen) })
        }
        Action::UpdateSession(update) => {
            json!({ "kind": action.name(), "session": update.session.as_str(), "status": update.status })
        }
        Action::RevokeKey { key } | Action::RotateKey { key } => {
            json!({ "kind": action.name(), "keyHash": key.as_str() })
        }
        Action::CreateKey { key, instead_of } => json!({
            "kind": action.name(),
            "program": key.program.as_str(),
            "label": key.label,
            "insteadOf": instead_of.as_ref().map(|key| key.as_str()),
        }),
    }
}

fn edited(edit: &ContextEdit) -> Value {
    match edit {
        ContextEdit::HandOffNotes(notes) => json!({ "handOffNotes": notes }),
        ContextEdit::OpenQuestions(questions) => json!({ "openQuestions": questions }),
    }
}

fn delivery(delivery: &Delivery) -> Value {
    match delivery {
        Delivery::Waiting { not_before } => json!({ "state": "waiting", "notBefore": not_before.map(moment) }),
        Delivery::Sending => json!({ "state": "sending" }),
        Delivery::Refused(setback) => json!({ "state": "refused", "why": match setback {
            Setback::Reason(reason) => reason.to_string(),
            Setback::Forbidden(right) => right.as_ref().map_or_else(
                || "forbidden".to_owned(),
                |right| format!("{right} is missing"),
            ),
            Setback::NotFound => "not found".to_owned(),
        } }),
        Delivery::Unknown { looked } => json!({ "state": "unknown", "looked": looked }),
        Delivery::KeyRefused => json!({ "state": "keyRefused" }),
        Delivery::Changed { theirs } => json!({ "state": "changed", "theirs": edited(theirs) }),
        Delivery::Issued { key, .. } => json!({ "state": "keyIssued", "keyHash": key.as_str() }),
        Delivery::Unseen { key } => json!({ "state": "keyUnseen", "keyHash": key.as_str() }),
    }
}

/// What was replied to an open question, which is named by its place.
pub(super) fn reply(reply: &QuestionReply) -> Value {
    let progress = match reply.progress {
        ReplyProgress::Waiting => json!({ "state": "waiting" }),
        ReplyProgress::NotDelivered => json!({ "state": "notDelivered" }),
        ReplyProgress::Sent { at, receipt } => {
            json!({ "state": "sent", "at": moment(at), "pickedUp": picked_up(receipt) })
        }
    };
    json!({ "question": reply.question, "progress": progress })
}

/// Whether somebody fetched a message.
pub(super) fn picked_up(receipt: Receipt) -> Value {
    match receipt {
        Receipt::NotKnown => Value::Null,
        Receipt::NotPickedUp => "notYet".into(),
        Receipt::PickedUp => "yes".into(),
        Receipt::NeverPickedUp => "never".into(),
    }
}
