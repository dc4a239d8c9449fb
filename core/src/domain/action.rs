//! What a person asks this device to do for them. None of these types prints its texts.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    KeyHash, NewKey, ProgramId, Progress, QuestionId, RejectedReason, SessionId, SessionState, TaskId, has_key,
};

/// Longest texts, in UTF-16 units (contract sections 5, 6 and 8).
const MESSAGE: u32 = 2_000;
const TITLE: u32 = 200;
const INSTRUCTIONS: u32 = 32_000;
const TARGET: u32 = 100;
const STATUS: u32 = 200;
const NOTES: u32 = 2_000;
const QUESTION: u32 = 500;
const QUESTIONS: usize = 10;

/// What a message is for; the words an agent may receive from a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MessageKind {
    /// `DIRECTIVE`: do this.
    Directive,
    /// `QUERY`: tell me this.
    Query,
    /// `STATUS`: know this.
    Status,
}

impl MessageKind {
    /// As it travels.
    pub fn as_str(self) -> &'static str {
        match self {
            MessageKind::Directive => "DIRECTIVE",
            MessageKind::Query => "QUERY",
            MessageKind::Status => "STATUS",
        }
    }
}

/// A line in a program's state that its agent does not know. It has no id: text and occurrence are its identity, whatever
/// its place in the list.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OpenQuestion {
    /// Whose.
    pub program: ProgramId,
    /// As it stands there.
    pub text: String,
    /// Of several with the same text the how-manieth, from 0.
    pub occurrence: u32,
}

/// A message to a program, a group or a role.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMessage {
    /// A program's id, or the name of a group or role.
    pub to: String,
    /// At most 2,000 UTF-16 units, a quoted question included.
    pub text: String,
    /// What it is for.
    pub kind: MessageKind,
    /// The open question that it replies to.
    pub replies_to: Option<OpenQuestion>,
}

/// A task for a program.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTask {
    /// A program's id, or `all`.
    pub to: String,
    /// At most 200 UTF-16 units.
    pub title: String,
    /// At most 32,000 UTF-16 units.
    pub instructions: String,
}

/// One part of a program's hand-off context, whole.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContextEdit {
    /// What the next session reads first; at most 2,000 UTF-16 units.
    HandOffNotes(String),
    /// What the agent does not know; at most ten of 500 UTF-16 units.
    OpenQuestions(Vec<String>),
}

impl ContextEdit {
    /// Both are about the same part.
    pub fn is_of_the_part_of(&self, other: &ContextEdit) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// A new status for a session. The last real state and progress travel along, because the hosted server resets what is
/// left out, and makes the status the session's name (trap T10).
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionUpdate {
    /// Which.
    pub session: SessionId,
    /// At most 200 UTF-16 units.
    pub status: String,
    /// What the agent last reported.
    pub state: Option<SessionState>,
    /// Likewise.
    pub progress: Progress,
}

/// Something a person asked for.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum Action {
    /// Send a message; a reply to an open question is one too.
    SendMessage(NewMessage),
    /// Answer an asked question, where the server takes answers.
    AnswerQuestion {
        /// Which.
        question: QuestionId,
        /// At most as many UTF-16 units as the server says (2,000).
        response: String,
    },
    /// Create a task.
    CreateTask(NewTask),
    /// Claim a task for this key's program.
    ClaimTask {
        /// Which.
        task: TaskId,
    },
    /// Say that a task is done.
    CompleteTask {
        /// Which.
        task: TaskId,
        /// It succeeded.
        succeeded: bool,
        /// What came of it; may be empty.
        result: String,
    },
    /// Replace one part of a program's hand-off context.
    EditContext {
        /// Whose.
        program: ProgramId,
        /// What it shall be.
        edit: ContextEdit,
        /// What the person saw when they began. If the server has something else by then, nothing is sent.
        seen: ContextEdit,
    },
    /// Give a session another status.
    UpdateSession(SessionUpdate),
    /// Revoke a key.
    RevokeKey {
        /// Which.
        key: KeyHash,
    },
    /// Create a key, and with it its program if that is new.
    CreateKey {
        /// What for.
        key: NewKey,
        /// One that the server made and whose answer was lost: revoked before the new one is made.
        instead_of: Option<KeyHash>,
    },
    /// Replace the account's own key.
    RotateKey {
        /// Its own when this was asked for; once another took its place there is nothing to do.
        key: KeyHash,
    },
}

/// What an action acts on. Actions on one thing are sent in the order in which they were asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Goal {
    /// The mail of a program, group or role.
    Mail(String),
    /// A question.
    Question(QuestionId),
    /// The tasks of a program.
    TasksFor(String),
    /// A task.
    Task(TaskId),
    /// A program's state.
    State(ProgramId),
    /// A session.
    Session(SessionId),
    /// A key.
    Key(KeyHash),
    /// The keys of a program.
    KeysOf(ProgramId),
}

impl Action {
    /// What it acts on.
    pub fn goal(&self) -> Goal {
        match self {
            Action::SendMessage(message) => Goal::Mail(message.to.clone()),
            Action::AnswerQuestion { question, .. } => Goal::Question(question.clone()),
            Action::CreateTask(task) => Goal::TasksFor(task.to.clone()),
            Action::ClaimTask { task } | Action::CompleteTask { task, .. } => Goal::Task(task.clone()),
            Action::EditContext { program, .. } => Goal::State(program.clone()),
            Action::UpdateSession(update) => Goal::Session(update.session.clone()),
            Action::RevokeKey { key } | Action::RotateKey { key } => Goal::Key(key.clone()),
            Action::CreateKey { key, .. } => Goal::KeysOf(key.program.clone()),
        }
    }

    /// A word for its kind, for logs.
    pub fn name(&self) -> &'static str {
        match self {
            Action::SendMessage(_) => "send_message",
            Action::AnswerQuestion { .. } => "answer_question",
            Action::CreateTask(_) => "create_task",
            Action::ClaimTask { .. } => "claim_task",
            Action::CompleteTask { .. } => "complete_task",
            Action::EditContext { .. } => "edit_context",
            Action::UpdateSession(_) => "update_session",
            Action::RevokeKey { .. } => "revoke_key",
            Action::CreateKey { .. } => "create_key",
            Action::RotateKey { .. } => "rotate_key",
        }
    }

    /// The program that it is about, where it is about one.
    pub fn program(&self) -> Option<ProgramId> {
        match self {
            Action::SendMessage(message) => Some(ProgramId::from(message.to.as_str())),
            Action::CreateTask(task) => Some(ProgramId::from(task.to.as_str())),
            Action::EditContext { program, .. } => Some(program.clone()),
            Action::UpdateSession(update) => Some(super::program_of_session_id(&update.session)),
            Action::CreateKey { key, .. } => Some(key.program.clone()),
            Action::AnswerQuestion { .. }
            | Action::ClaimTask { .. }
            | Action::CompleteTask { .. }
            | Action::RevokeKey { .. }
            | Action::RotateKey { .. } => None,
        }
    }

    /// Whether a server of this contract could take it; told before it is kept, so that nothing waits which cannot be
    /// sent. `answer_limit` is how many UTF-16 units an answer may have.
    ///
    /// # Errors
    /// Which text is missing or too long.
    pub fn check(&self, answer_limit: u32) -> Result<(), RejectedReason> {
        match self {
            Action::SendMessage(message) => {
                some("to", &message.to, TARGET)?;
                some("text", &message.text, MESSAGE)
            }
            Action::AnswerQuestion { response, .. } => some("response", response, answer_limit),
            Action::CreateTask(task) => {
                some("to", &task.to, TARGET)?;
                some("title", &task.title, TITLE)?;
                fits("instructions", &task.instructions, INSTRUCTIONS)
            }
            Action::ClaimTask { .. } | Action::RevokeKey { .. } | Action::RotateKey { .. } => Ok(()),
            Action::CreateKey { key, .. } => {
                some("program", key.program.as_str(), TARGET)?;
                some("label", &key.label, TITLE)
            }
            Action::CompleteTask { result, .. } => fits("result", result, INSTRUCTIONS),
            Action::EditContext { edit, seen, .. } if !edit.is_of_the_part_of(seen) => Err(invalid("seen")),
            Action::EditContext { edit, .. } => match edit {
                ContextEdit::HandOffNotes(notes) => fits("notes", notes, NOTES),
                ContextEdit::OpenQuestions(questions) if questions.len() > QUESTIONS => Err(invalid("questions")),
                ContextEdit::OpenQuestions(questions) => questions
                    .iter()
                    .try_for_each(|question| some("questions", question, QUESTION)),
            },
            Action::UpdateSession(update) => some("status", &update.status, STATUS),
        }
    }
}

fn invalid(field: &str) -> RejectedReason {
    RejectedReason::Invalid {
        field: field.to_owned(),
    }
}

fn some(field: &str, text: &str, limit: u32) -> Result<(), RejectedReason> {
    if text.trim().is_empty() {
        return Err(invalid(field));
    }
    fits(field, text, limit)
}

fn fits(field: &str, text: &str, limit: u32) -> Result<(), RejectedReason> {
    // Kept in the outbox and shown to whoever reads it: no place for a key.
    if has_key(text) {
        return Err(invalid(field));
    }
    if u32::try_from(text.encode_utf16().count()).is_ok_and(|units| units <= limit) {
        return Ok(());
    }
    Err(RejectedReason::TooLong {
        field: field.to_owned(),
        limit,
    })
}

/// Prints a type by its name alone, since what is in it is a person's.
macro_rules! unprinted {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}
unprinted!(OpenQuestion, NewMessage, NewTask, ContextEdit, SessionUpdate);

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ActionId, Delivery, OutboxEntry, Timestamp};
    use super::*;

    fn message(to: &str, text: &str) -> Action {
        Action::SendMessage(NewMessage {
            to: to.to_owned(),
            text: text.to_owned(),
            kind: MessageKind::Directive,
            replies_to: None,
        })
    }

    #[test]
    fn what_no_server_would_take_is_told_before_it_is_kept() {
        assert_eq!(message("builder", "Go on").check(2_000), Ok(()));
        assert_eq!(message(" ", "Go on").check(2_000), Err(invalid("to")));
        assert_eq!(message("builder", "\n").check(2_000), Err(invalid("text")));
        let emoji = "🚀".repeat(1_001);
        let too_long = Err(RejectedReason::TooLong {
            field: "text".to_owned(),
            limit: 2_000,
        });
        assert_eq!(message("builder", &emoji).check(2_000), too_long);
    }

    #[test]
    fn a_key_is_not_kept_in_what_is_to_be_sent() {
        let text = format!("use cb_{} for now", "4".repeat(64));
        assert_eq!(message("builder", &text).check(2_000), Err(invalid("text")));
    }

    #[test]
    fn an_edit_is_compared_with_the_part_it_replaces() {
        let edit = Action::EditContext {
            program: ProgramId::from("builder"),
            edit: ContextEdit::HandOffNotes("Done".to_owned()),
            seen: ContextEdit::OpenQuestions(Vec::new()),
        };
        assert_eq!(edit.check(2_000), Err(invalid("seen")));
    }

    #[test]
    fn nothing_a_person_wrote_is_printed() {
        let secret = "the deploy password";
        let action = message("builder", secret);
        let theirs = ContextEdit::HandOffNotes(secret.to_owned());
        let entry = OutboxEntry {
            id: ActionId::from("a"),
            action: action.clone(),
            asked_at: Timestamp::from_millis(0),
            first_sent_at: None,
            heard_before: None,
            delivery: Delivery::Changed { theirs },
        };
        assert!(!format!("{action:?} {entry:?}").contains(secret));
    }
}
