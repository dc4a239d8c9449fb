//! Questions that programs ask people, with their answers. What was asked and answered is sealed with the server's own
//! key: a stolen file tells neither, and rotating an API key loses nothing (docs/contract-extensions.md, Questions).

use std::borrow::Cow;

use cachebash_core::domain::{ProgramId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Priority;
use crate::caller::Caller;
use crate::rules::access::{may_answer_questions, may_read_all_questions};
use crate::store::{Record, Seal, Stored};
use crate::wire_values::{iso, iso_or_null};

/// The longest answer, in UTF-16 units.
pub(crate) const ANSWER_LIMIT: usize = 2_000;

/// The longest title of a question in a list of tasks, in UTF-16 units.
const TITLE_LIMIT: usize = 50;
const ELLIPSIS: &str = "...";

/// Where a question stands, in the contract's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum QuestionWord {
    /// It waits for its answer.
    Created,
    /// It was answered.
    Done,
    /// It was put away unanswered.
    Archived,
}

impl QuestionWord {
    /// The word as the contract has it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            QuestionWord::Created => "created",
            QuestionWord::Done => "done",
            QuestionWord::Archived => "archived",
        }
    }
}

/// One question.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Question {
    pub(crate) id: String,
    /// The program that asks.
    pub(crate) asker: ProgramId,
    pub(crate) status: QuestionWord,
    /// [`Asked`], sealed.
    pub(crate) asked: String,
    /// What the asker wished and is told: over the hosted API it decides on encryption, here all is sealed.
    pub(crate) encrypt: bool,
    pub(crate) priority: Priority,
    #[serde(default)]
    pub(crate) thread: Option<String>,
    #[serde(default)]
    pub(crate) in_reply_to: Option<String>,
    #[serde(default)]
    pub(crate) project: Option<String>,
    pub(crate) created_at: Timestamp,
    #[serde(default)]
    pub(crate) answer: Option<Answer>,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asked {
    pub(crate) question: String,
    pub(crate) options: Vec<String>,
    pub(crate) context: Option<String>,
}

/// The answer, and whose it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer {
    /// Sealed.
    pub(crate) response: String,
    pub(crate) by: ProgramId,
    pub(crate) at: Timestamp,
}

impl Question {
    /// Whether its texts are open to the caller.
    pub(crate) fn may_be_read_by(&self, caller: &Caller) -> bool {
        self.asker == caller.program || Self::all_may_be_read_by(caller)
    }

    /// Whether the texts of all questions are open to the caller.
    pub(crate) fn all_may_be_read_by(caller: &Caller) -> bool {
        may_read_all_questions(&caller.program, &caller.capabilities)
    }

    /// Whether the caller may answer questions.
    pub(crate) fn may_be_answered_by(caller: &Caller) -> bool {
        may_answer_questions(&caller.program, &caller.capabilities)
    }

    /// Seals what is asked under the id.
    pub(crate) fn seal(seal: &Seal, id: &str, asked: &Asked) -> Stored<String> {
        seal.seal(&asked_place(id), &serde_json::to_string(asked)?)
    }

    /// What is asked.
    pub(crate) fn open(&self, seal: &Seal) -> Stored<Asked> {
        Ok(serde_json::from_str(&seal.open(&asked_place(&self.id), &self.asked)?)?)
    }

    /// Notes its answer.
    pub(crate) fn answer(&mut self, seal: &Seal, response: &str, by: ProgramId, at: Timestamp) -> Stored<()> {
        let response = seal.seal(&answer_place(&self.id), response)?;
        self.answer = Some(Answer { response, by, at });
        self.status = QuestionWord::Done;
        Ok(())
    }

    /// The text of its answer, if there is one.
    pub(crate) fn response(&self, seal: &Seal) -> Stored<Option<String>> {
        let answer = self.answer.as_ref();
        answer
            .map(|answer| seal.open(&answer_place(&self.id), &answer.response))
            .transpose()
    }

    /// Its title in a list of tasks: the whole text where that is short, else its beginning.
    pub(crate) fn title(&self, seal: &Seal) -> Stored<String> {
        Ok(shortened(&self.open(seal)?.question))
    }

    /// Everything about it, for its readers alone (docs/contract-extensions.md, Questions).
    pub(crate) fn shown(&self, seal: &Seal) -> Stored<Value> {
        let asked = self.open(seal)?;
        let answer = self.answer.as_ref();
        Ok(json!({
            "questionId": self.id,
            "question": asked.question,
            "options": asked.options,
            "context": asked.context,
            "askedBy": self.asker,
            "priority": self.priority,
            "status": self.status,
            "encrypted": self.encrypt,
            "threadId": self.thread,
            "inReplyTo": self.in_reply_to,
            "projectId": self.project,
            "createdAt": iso(self.created_at),
            "answered": answer.is_some(),
            "response": self.response(seal)?,
            "answeredBy": answer.map(|answer| &answer.by),
            "answeredAt": iso_or_null(answer.map(|answer| answer.at)),
        }))
    }
}

impl Record for Question {
    const KIND: &'static str = "question";
    const TAGS: &'static [&'static str] = &["created", "done", "archived"];

    fn id(&self) -> Cow<'_, str> {
        self.id.as_str().into()
    }

    fn owner(&self) -> Option<&str> {
        Some(self.asker.as_str())
    }

    fn tag(&self) -> &'static str {
        self.status.as_str()
    }

    fn rank(&self) -> i64 {
        self.created_at.as_millis()
    }
}

// Two places, so that whoever can write to the file cannot pass one off as the other.
fn asked_place(id: &str) -> String {
    format!("question {id}")
}

fn answer_place(id: &str) -> String {
    format!("answer {id}")
}

/// The whole of a short text, else its beginning, as long as titles are.
pub(crate) fn shortened(text: &str) -> String {
    if text.encode_utf16().count() <= TITLE_LIMIT {
        return text.to_owned();
    }
    let mut room = TITLE_LIMIT - ELLIPSIS.len();
    let mut title: String = text
        .chars()
        .take_while(|c| match room.checked_sub(c.len_utf16()) {
            Some(left) => {
                room = left;
                true
            }
            None => false,
        })
        .collect();
    title.push_str(ELLIPSIS);
    title
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::SEALED;

    #[test]
    fn a_backup_knows_which_records_are_sealed() {
        assert_eq!(Question::KIND, SEALED);
    }

    #[test]
    fn a_title_is_cut_at_fifty_units_and_never_inside_a_character() {
        let whole = "🚀".repeat(25);
        assert_eq!(shortened(&whole), whole);
        assert_eq!(shortened(&"x".repeat(51)), format!("{}...", "x".repeat(47)));
        // 47 units end in the middle of the 24th.
        assert_eq!(shortened(&"🚀".repeat(26)), format!("{}...", "🚀".repeat(23)));
    }
}
