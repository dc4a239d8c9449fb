//! Asked questions as a person sees them: on their asker's card where it is known, else in a section of their own.

use serde::{Deserialize, Serialize};

use crate::domain::{AccountId, AskedQuestion, ProgramId, QuestionId, Timestamp};

/// A question that waits for an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedRow {
    /// Whose server.
    pub account: AccountId,
    /// Which question.
    pub question: QuestionId,
    /// Who asks; `None` where the server does not say. It is then on no program's card and not in the strip.
    pub asker: Option<ProgramId>,
    /// The question, or its beginning.
    pub text: String,
    /// `text` is only its beginning.
    pub cut: bool,
    /// Suggested answers; any other will do.
    pub options: Vec<String>,
    /// What the agent added.
    pub context: Option<String>,
    /// Its priority as it came: `low`, `normal`, `high`, or another word.
    pub priority: Option<String>,
    /// Its status as it came: `created`, or another word.
    pub status: Option<String>,
    /// When it was asked.
    pub asked_at: Option<Timestamp>,
    /// The thread it belongs to.
    pub thread: Option<String>,
    /// This server takes an answer; elsewhere it is given in the CacheBash app.
    pub answerable: bool,
}

/// The row of a question. `answerable`: its server takes answers.
pub fn asked_row(question: &AskedQuestion, account: &AccountId, answerable: bool) -> AskedRow {
    let AskedQuestion {
        id,
        asker,
        text,
        cut,
        options,
        context,
        priority,
        status,
        asked_at,
        thread,
    } = question.clone();
    AskedRow {
        account: account.clone(),
        question: id,
        asker,
        text,
        cut,
        options,
        context,
        priority,
        status,
        asked_at,
        thread,
        answerable,
    }
}

/// Oldest first; what has no time comes before, ties are settled by account and id.
pub fn oldest_first(rows: &mut [AskedRow]) {
    rows.sort_by(|a, b| {
        let key = |row: &AskedRow| row.asked_at;
        key(a)
            .cmp(&key(b))
            .then_with(|| a.account.cmp(&b.account))
            .then_with(|| a.question.cmp(&b.question))
    });
}
