//! What may stand in a recording. Names of fields decide, and what is not known to be harmless is a text.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::domain::without_keys;
use crate::store::Snapshot;
use crate::wire::{mend_halves, parse_time};

/// Fields and columns that hold an id or an address: programs, sessions, tasks, groups.
const IDS: &[&str] = &[
    "account",
    "answeredBy",
    "askedBy",
    "asker",
    "claimedBy",
    "claimed_by",
    "current_session",
    "cursor",
    "id",
    "inReplyTo",
    "lastUpdatedBy",
    "members",
    "messageId",
    "multicastId",
    "program",
    "programFilter",
    "programId",
    "programs",
    "projectId",
    "questionId",
    "replyTo",
    "reply_to",
    "session",
    "sessionId",
    "source",
    "subject",
    "target",
    "task",
    "taskId",
    "thread",
    "threadId",
    "to",
    "updatedBy",
    "written_by",
    "written_in",
];

/// Fields and columns that hold one of a server's or of our own words.
const WORDS: &[&str] = &[
    "Reason",
    "Refused",
    "action",
    "alertType",
    "alert_type",
    "capabilities",
    "capability",
    "cause",
    "code",
    "completed_status",
    "delivery",
    "effectiveState",
    "field",
    "groupBy",
    "kind",
    "lacking",
    "lastReportedState",
    "last_reported_state",
    "limit",
    "message_type",
    "outcome",
    "path",
    "period",
    "priority",
    "role",
    "state",
    "state_word",
    "type",
    "version",
];

/// What a status is where it is a word. A session's status is its agent's own text.
const STATUSES: &[&str] = &[
    "SUCCESS",
    "FAILED",
    "active",
    "answered",
    "archived",
    "blocked",
    "cancelled",
    "claimed",
    "complete",
    "completed",
    "created",
    "dead",
    "delivered",
    "done",
    "error",
    "expired",
    "failed",
    "healthy",
    "ok",
    "pending",
    "read",
    "sent",
    "success",
    "unread",
];

/// How a recording is redacted. The same text becomes the same letters as long as this lives, and nobody can try texts out
/// against them: the salt is in no file.
pub struct Redaction {
    texts: bool,
    salt: [u8; 16],
}

impl Redaction {
    /// With or without texts.
    pub fn new(texts: bool, salt: [u8; 16]) -> Self {
        Self { texts, salt }
    }

    /// Whether texts stay.
    pub fn keeps_texts(&self) -> bool {
        self.texts
    }

    /// A reply's or request's body.
    pub fn body(&self, body: &[u8]) -> String {
        if body.is_empty() {
            return String::new();
        }
        // One space: something was there, and nobody can read it.
        let Ok(text) = std::str::from_utf8(body) else {
            return " ".to_owned();
        };
        let text = mend_halves(text);
        let text = without_keys(&text);
        if self.texts || text.trim().is_empty() {
            return text.into_owned();
        }
        match serde_json::from_str::<Value>(&text) {
            Ok(mut value) => {
                self.value(&mut value, "", "");
                value.to_string()
            }
            Err(_) => "?".to_owned(),
        }
    }

    /// A value of our own, such as an action.
    pub fn own(&self, mut value: Value) -> Value {
        self.value(&mut value, "", "");
        value
    }

    /// All rows.
    pub fn rows(&self, mut rows: Snapshot) -> Snapshot {
        for table in [&mut rows.cache, &mut rows.kept]
            .into_iter()
            .flat_map(|file| &mut file.tables)
        {
            for row in &mut table.rows {
                for (column, cell) in table.columns.iter().zip(row) {
                    self.cell(cell, column);
                }
            }
        }
        rows
    }

    /// A stand-in for a hash: nobody who has a key can find it in a recording.
    pub fn hash(&self, hash: &str) -> String {
        if self.texts {
            return hash.to_owned();
        }
        self.digest(hash).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn cell(&self, cell: &mut Value, column: &str) {
        let nested = cell.as_str().filter(|text| text.starts_with(['{', '[']));
        let nested = nested.and_then(|text| serde_json::from_str::<Value>(text).ok());
        match nested {
            Some(mut inner) => {
                self.value(&mut inner, column, "");
                *cell = Value::String(inner.to_string());
            }
            None => self.value(cell, column, ""),
        }
    }

    fn value(&self, value: &mut Value, name: &str, parent: &str) {
        match value {
            // What a tool of MCP answers: JSON in a text.
            Value::String(text) if name == "text" && parent == "content" && text.starts_with('{') => {
                let mut inner = serde_json::from_str(text).unwrap_or(Value::Null);
                self.value(&mut inner, "", "");
                *text = inner.to_string();
            }
            Value::String(text) => {
                if let Some(instead) = self.text(text, name, parent) {
                    *text = instead;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item, name, parent)),
            Value::Object(fields) => fields
                .iter_mut()
                .for_each(|(field, inner)| self.value(inner, field, name)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// What stands in a text's place, if anything has to.
    fn text(&self, text: &str, name: &str, parent: &str) -> Option<String> {
        if is_hash(text) {
            return Some(self.hash(text));
        }
        let clean = without_keys(text);
        let is_harmless = self.texts
            || IDS.contains(&name)
            || WORDS.contains(&name)
            || (name == "status" && STATUSES.contains(&text))
            // A refusal is told by its sentence.
            || name == "error"
            || (name == "message" && parent == "error")
            || (name == "question" && parent == "AnswerQuestion")
            || text.is_empty()
            || parse_time(text).is_some();
        if is_harmless {
            return (clean != text).then(|| clean.into_owned());
        }
        let lines: Vec<String> = clean.split('\n').map(|line| self.line(line)).collect();
        Some(lines.join("\n"))
    }

    /// Line by line, and without what a quote begins with, so that a reply still quotes its question.
    fn line(&self, line: &str) -> String {
        if let Some(quoted) = line.strip_prefix("> ") {
            return format!("> {}", self.line(quoted));
        }
        // Where a text was cut can be seen by its end.
        let (text, end) = line.strip_suffix("...").map_or((line, ""), |text| (text, "..."));
        let digest = self.digest(text);
        let letters = digest
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .map(|nibble| char::from(b'a' + nibble));
        let units = text.encode_utf16().count();
        letters.cycle().take(units).chain(end.chars()).collect()
    }

    fn digest(&self, text: &str) -> [u8; 32] {
        Sha256::new()
            .chain_update(self.salt)
            .chain_update(text)
            .finalize()
            .into()
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn without_texts() -> Redaction {
        Redaction::new(false, [7; 16])
    }

    fn redacted(value: &Value) -> Value {
        serde_json::from_str(&without_texts().body(value.to_string().as_bytes())).unwrap()
    }

    #[test]
    fn what_rows_go_by_stays_and_what_somebody_wrote_goes() {
        let told = redacted(&json!({
            "success": true,
            "data": { "sessions": [{
                "sessionId": "builder.auth-7", "programId": "builder", "state": "working", "progress": 45.5,
                "lastUpdate": "2026-11-14T13:58:00.000Z", "status": "Writing the login page", "name": "Writing the login page",
                "projectName": "Atlas",
            }] },
        }));
        let row = &told["data"]["sessions"][0];
        assert_eq!(row["sessionId"], "builder.auth-7");
        assert_eq!(row["state"], "working");
        assert_eq!(row["progress"], 45.5);
        assert_eq!(row["lastUpdate"], "2026-11-14T13:58:00.000Z");
        assert_eq!(row["status"], row["name"], "the same text is the same stand-in");
        assert_eq!(row["status"].as_str().unwrap().len(), "Writing the login page".len());
        assert!(!told.to_string().contains("login") && !told.to_string().contains("Atlas"));
    }

    #[test]
    fn a_field_that_nobody_knows_is_a_text() {
        let told = redacted(&json!({ "data": { "mood": "tired of this client", "tags": ["one secret"] } }));
        assert!(!told.to_string().contains("tired") && !told.to_string().contains("secret"));
    }

    #[test]
    fn a_beginning_stays_one_and_a_quote_quotes() {
        let redaction = without_texts();
        let cut = redaction.own(json!({ "title": "Deploy now or wait for the review of the other...." }));
        assert!(cut["title"].as_str().unwrap().ends_with("..."));
        let question = redaction.own(json!({ "text": "Which key?" }))["text"]
            .as_str()
            .unwrap()
            .to_owned();
        let reply = redaction.own(json!({ "text": "> Which key?\n\nThe second" }));
        assert!(
            reply["text"]
                .as_str()
                .unwrap()
                .starts_with(&format!("> {question}\n\n"))
        );
    }

    #[test]
    fn a_key_goes_even_where_texts_stay_and_a_hash_is_not_the_hash() {
        let key = format!("cb_{}", "a".repeat(64));
        let hash = "b".repeat(64);
        for texts in [true, false] {
            let redaction = Redaction::new(texts, [3; 16]);
            let said = redaction.body(
                json!({ "key": key, "keyHash": hash, "status": "uses " })
                    .to_string()
                    .as_bytes(),
            );
            assert!(!said.contains(&key[3..]), "{said}");
            assert!(texts || !said.contains(&hash));
        }
    }

    #[test]
    fn another_recording_has_other_letters() {
        let value = json!({ "status": "Writing the login page" });
        assert_ne!(
            Redaction::new(false, [1; 16]).own(value.clone()),
            Redaction::new(false, [2; 16]).own(value)
        );
    }

    #[test]
    fn what_is_no_json_is_neither_kept_nor_empty() {
        assert_eq!(without_texts().body(b"<html>hello</html>"), "?");
        assert_eq!(without_texts().body(&[0xff, 0xfe]), " ");
        assert_eq!(without_texts().body(b""), "");
    }
}
