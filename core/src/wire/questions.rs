//! Asked questions: whole where the server offers them, and as titles of tasks elsewhere (contract section 8).

use serde_json::{Number, Value};

use super::field::object;
use super::sessions::time;
use super::{Salvage, TaskRow, salvage};
use crate::domain::{AskedQuestion, ProgramId, QuestionId};

object! {
    /// `data` of `GET /v1/questions`.
    QuestionsPage {
        /// Inner success.
        success: bool,
        /// How many rows.
        count: Number,
        /// The rows, newest first.
        questions: Vec<QuestionRow>,
        /// There are more behind the cursor.
        has_more: bool,
        /// Where they begin; null on the last page.
        cursor: String,
    }
}

object! {
    /// One question.
    QuestionRow {
        /// Its id. A row without one is left out.
        question_id: String,
        /// All of it.
        question: String,
        /// Suggested answers.
        options: Vec<String>,
        /// What the agent added.
        context: String,
        /// Who asks.
        asked_by: String,
        /// A word.
        priority: String,
        /// `created`, `done` or `archived`.
        status: String,
        /// What the asker chose; it is told in clear all the same.
        encrypted: bool,
        /// Its thread.
        thread_id: String,
        /// What it refers to.
        in_reply_to: String,
        /// Its project.
        project_id: String,
        /// ISO.
        created_at: String,
        /// Whether it has an answer.
        answered: bool,
        /// The answer.
        response: String,
        /// Who gave it.
        answered_by: String,
        /// ISO.
        answered_at: String,
    }
}

impl Salvage for QuestionsPage {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        salvage::part::<Number>(data, "count");
        salvage::rows::<QuestionRow>(data, "questions")
            + salvage::part::<bool>(data, "hasMore")
            + salvage::part::<String>(data, "cursor")
    }
}

impl QuestionRow {
    /// What it asks; `None` when it has no id.
    pub fn into_question(self) -> Option<AskedQuestion> {
        Some(AskedQuestion {
            id: QuestionId::new(self.question_id.into_option().filter(|id| !id.is_empty())?),
            asker: self
                .asked_by
                .into_option()
                .filter(|program| !program.is_empty())
                .map(ProgramId::new),
            text: self.question.into_option().unwrap_or_default(),
            cut: false,
            options: self.options.into_option().unwrap_or_default(),
            context: self.context.into_option(),
            priority: self.priority.into_option(),
            status: self.status.into_option(),
            asked_at: time(&self.created_at),
            thread: self.thread_id.into_option(),
        })
    }
}

/// A title is the whole question up to so many UTF-16 units, else its beginning and three dots of just that length.
const TITLE: usize = 50;

impl TaskRow {
    /// The question it stands for: its beginning, and not who asks. `None` when it has no id.
    pub fn into_question(self) -> Option<AskedQuestion> {
        let title = self.title.into_option().unwrap_or_default();
        let beginning = title
            .strip_suffix("...")
            .filter(|_| title.encode_utf16().count() == TITLE);
        Some(AskedQuestion {
            id: QuestionId::new(self.id.into_option().filter(|id| !id.is_empty())?),
            asker: None,
            cut: beginning.is_some(),
            text: beginning.unwrap_or(&title).to_owned(),
            options: Vec::new(),
            context: None,
            priority: self.priority.into_option(),
            status: self.status.into_option(),
            asked_at: time(&self.created_at),
            thread: self.thread_id.into_option(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::TaskRow;
    use crate::wire::Field;

    fn read(title: &str) -> (String, bool) {
        let row = TaskRow {
            id: Field::Value("q".to_owned()),
            title: Field::Value(title.to_owned()),
            ..TaskRow::default()
        };
        row.into_question()
            .map(|question| (question.text, question.cut))
            .unwrap_or_default()
    }

    #[test]
    fn a_title_of_fifty_units_with_dots_is_a_beginning_and_any_other_is_whole() {
        let beginning = "The migration locks users for 40 s. Run it now ";
        assert_eq!(beginning.len(), 47);
        assert_eq!(read(&format!("{beginning}...")), (beginning.to_owned(), true));
        assert_eq!(read("Really..."), ("Really...".to_owned(), false));
        let emoji = "😀".repeat(23);
        assert_eq!(
            read(&format!("{emoji}x...")),
            (format!("{emoji}x"), true),
            "UTF-16 units"
        );
    }
}
