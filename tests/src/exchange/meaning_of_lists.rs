//! What the domain says of questions, tasks, messages, alerts and cost, told back in the API's names.

use cachebash_core::domain::{Alert, AskedQuestion, CostOf, CostSummary, Message, Task, Timestamp};
use serde_json::{Value, json};

use super::meaning::{Meaning, time};

impl Meaning for AskedQuestion {
    fn said(&self) -> Value {
        json!({
            "questionId": self.id.as_str(), "question": self.text, "options": self.options, "context": self.context,
            "askedBy": self.asker.as_ref().map(|program| program.as_str()), "priority": self.priority,
            "status": self.status, "threadId": self.thread, "createdAt": time(self.asked_at),
        })
    }
}

impl Meaning for Task {
    fn said(&self) -> Value {
        json!({
            "id": self.id.as_str(), "type": self.kind, "title": self.title, "instructions": self.instructions,
            "action": self.action, "priority": self.priority, "status": self.status, "source": self.source,
            "target": self.target, "projectId": self.project, "threadId": self.thread,
            "createdAt": time(self.created_at), "expiresAt": time(self.expires_at), "claimedBy": self.claimed_by,
            "claimedAt": time(self.claimed_at), "completedAt": time(self.completed_at),
            "completed_status": self.completed_status, "result": self.result,
        })
    }
}

impl Meaning for Message {
    fn said(&self) -> Value {
        json!({
            "id": self.id.as_str(), "source": self.source, "target": self.target, "message_type": self.kind,
            "message": self.text, "status": self.status, "priority": self.priority, "action": self.action,
            "context": self.context, "threadId": self.thread,
            "reply_to": self.reply_to.as_ref().map(|id| id.as_str()), "createdAt": time(self.created_at),
            "deliveredAt": time(self.delivered_at), "expiresAt": time(self.expires_at),
        })
    }
}

impl Meaning for Alert {
    fn said(&self) -> Value {
        json!({
            "id": self.id.as_str(), "alertType": self.kind, "payload": self.text, "source": self.source,
            "sessionId": self.session, "priority": self.priority, "context": self.context,
            "createdAt": stored(self.created_at), "expiresAt": stored(self.expires_at),
        })
    }
}

/// A moment as the hosted server stores it.
fn stored(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| {
        let millis = at.as_millis();
        json!({"_seconds": millis.div_euclid(1_000), "_nanoseconds": millis.rem_euclid(1_000) * 1_000_000})
    })
}

impl Meaning for CostSummary {
    fn said(&self) -> Value {
        let CostOf {
            key: _,
            tokens_in,
            tokens_out,
            cost_usd,
            tasks,
        } = &self.total;
        json!({
            "period": self.period, "total_tokens_in": tokens_in, "total_tokens_out": tokens_out,
            "total_cost_usd": cost_usd, "task_count": tasks,
            "breakdown": self.programs.iter().map(Meaning::said).collect::<Vec<_>>(),
        })
    }
}

impl Meaning for CostOf {
    fn said(&self) -> Value {
        json!({
            "key": self.key, "tokens_in": self.tokens_in, "tokens_out": self.tokens_out, "cost_usd": self.cost_usd,
            "task_count": self.tasks,
        })
    }
}
