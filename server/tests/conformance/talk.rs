//! Messages and questions, as records.

use serde_json::{Value, json};

use super::records::{Record, date, list};

/// A message's life, where no reply tells it.
const DAY: i64 = 86_400_000;

/// Messages, and those that were never delivered.
pub(crate) fn messages(held: &Value) -> Vec<Record> {
    let dead = list(held, "deadLetters").map(|row| {
        let mut message = message(row);
        message["status"] = "dead_lettered".into();
        message["died"] = json!({"reason": row["dead_letter_reason"], "at": date(&row["deadLetteredAt"])});
        message
    });
    let messages = list(held, "messages").map(message).chain(dead);
    messages.map(|message| ("message", message)).collect()
}

fn message(row: &Value) -> Value {
    let text = if row["message"].is_string() {
        &row["message"]
    } else {
        &row["payload"]
    };
    let (sent, expires) = (date(&row["createdAt"]).unwrap(), date(&row["expiresAt"]));
    let expires = expires.unwrap_or(sent + DAY);
    json!({
        "id": row["id"], "source": row["source"], "target": row["target"], "messageType": row["message_type"],
        "text": text, "status": row["status"], "priority": row["priority"], "action": row["action"],
        "context": row["context"], "session": row["sessionId"], "replyTo": row["reply_to"], "thread": row["threadId"],
        "ttlSeconds": row["ttl"].as_i64().unwrap_or((expires - sent) / 1_000), "createdAt": sent, "expiresAt": expires,
        "attempts": row["deliveryAttempts"].as_u64().unwrap_or_default(),
    })
}

/// Questions stand among the tasks; their answers were asked for.
pub(crate) fn questions(held: &Value) -> Vec<Record> {
    let questions = list(held, "tasks").filter(|row| row["type"] == "question").map(|row| {
        let more = list(held, "questions").find(|more| more["id"] == row["id"]);
        let more = more.unwrap_or(&Value::Null);
        let response = &more["response"];
        let answer = json!({"response": response, "by": "mobile", "at": date(&more["answeredAt"])});
        json!({
            "id": row["id"], "asker": more["askedAs"].as_str().unwrap_or("builder"), "status": row["status"],
            "asked": {"question": row["title"], "options": [], "context": null}, "encrypt": more["encrypted"] == true,
            "priority": row["priority"], "createdAt": date(&row["createdAt"]),
            "answer": if response.is_string() { answer } else { Value::Null },
        })
    });
    questions.map(|question| ("question", question)).collect()
}
