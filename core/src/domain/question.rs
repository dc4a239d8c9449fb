//! A question that an agent put to the person with the ask_question tool; not a line in a program's state.

use super::{ProgramId, QuestionId, Timestamp};

/// An asked question, as far as this server tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedQuestion {
    /// Unique within an account.
    pub id: QuestionId,
    /// Who asks; `None` where the server does not say.
    pub asker: Option<ProgramId>,
    /// The question, or its beginning.
    pub text: String,
    /// `text` is only its beginning.
    pub cut: bool,
    /// Suggested answers.
    pub options: Vec<String>,
    /// What the agent added.
    pub context: Option<String>,
    /// `low`, `normal`, `high`, or another word.
    pub priority: Option<String>,
    /// `created` while it waits, or another word.
    pub status: Option<String>,
    /// When it was asked.
    pub asked_at: Option<Timestamp>,
    /// The thread it belongs to.
    pub thread: Option<String>,
}

impl AskedQuestion {
    /// Whether it still waits for an answer. A word that is not known is no end.
    pub fn waits(&self) -> bool {
        !matches!(self.status.as_deref(), Some("done" | "archived" | "expired"))
    }
}

/// What was answered to a question, as far as one may read it.
#[derive(Clone, PartialEq, Eq)]
pub enum Response {
    /// Nobody answered yet.
    Waiting,
    /// This.
    Answered(String),
    /// Something that only the asking key opens.
    Sealed(String),
}

impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Response::Waiting => "Waiting",
            Response::Answered(_) => "Answered(…)",
            Response::Sealed(_) => "Sealed(…)",
        })
    }
}
