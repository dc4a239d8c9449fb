//! What a person asks for, in both directions. As text none of it shows what a person wrote.

use std::fmt;

use cachebash_core::domain::{self, KeyHash, ProgramId, Progress, QuestionId, SessionId, TaskId};

use crate::mirror::Cross;
use crate::{NewKey, SessionState};

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum MessageKind {
    /// Do this.
    Directive,
    /// Tell me this.
    Query,
    /// Know this.
    Status,
}

/// A line in a program's state that its agent does not know. Text and occurrence are its identity, whatever its place.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct OpenQuestion {
    /// Whose.
    pub program: String,
    /// As it stands there.
    pub text: String,
    /// Of several with the same text the how-manieth, from 0.
    pub occurrence: u32,
}

/// Something a person asks for.
#[derive(Clone, PartialEq, uniffi::Enum)]
pub enum Action {
    /// Send a message; a reply to an open question is one too.
    SendMessage {
        /// A program's id, or the name of a group or role.
        to: String,
        /// At most 2,000 UTF-16 units, a quoted question included.
        text: String,
        /// What it is for.
        kind: MessageKind,
        /// The open question that it replies to.
        replies_to: Option<OpenQuestion>,
    },
    /// Answer an asked question, where the server takes answers.
    AnswerQuestion {
        /// Its id.
        question: String,
        /// The answer.
        response: String,
    },
    /// Create a task.
    CreateTask {
        /// A program's id, or `all`.
        to: String,
        /// At most 200 UTF-16 units.
        title: String,
        /// At most 32,000 UTF-16 units; may be empty.
        instructions: String,
    },
    /// Claim a task for this key's program.
    ClaimTask {
        /// Its id.
        task: String,
    },
    /// Say that a task is done.
    CompleteTask {
        /// Its id.
        task: String,
        /// It succeeded.
        succeeded: bool,
        /// What came of it; may be empty.
        result: String,
    },
    /// Replace a program's hand-off notes.
    EditHandOffNotes {
        /// Whose.
        program: String,
        /// What they shall be; at most 2,000 UTF-16 units.
        notes: String,
        /// What the person saw when they began.
        seen: String,
    },
    /// Replace a program's open questions.
    EditOpenQuestions {
        /// Whose.
        program: String,
        /// What they shall be; at most ten of 500 UTF-16 units.
        questions: Vec<String>,
        /// What the person saw when they began.
        seen: Vec<String>,
    },
    /// Give a session another status. On the hosted server this also becomes its name: say so first.
    UpdateSession {
        /// Its id.
        session: String,
        /// At most 200 UTF-16 units.
        status: String,
        /// What the agent last reported; it travels along.
        state: Option<SessionState>,
        /// Likewise, in percent; null: not reported.
        progress: Option<f64>,
    },
    /// Revoke a key.
    RevokeKey {
        /// Its fingerprint.
        key_hash: String,
    },
    /// Create a key, and with it its program if that is new.
    CreateKey {
        /// What for.
        key: NewKey,
        /// Fingerprint of one that the server made and whose answer was lost: revoked first.
        instead_of: Option<String>,
    },
    /// Replace the account's own key.
    RotateKey {
        /// Fingerprint of its own when this was asked for.
        key_hash: String,
    },
}

impl fmt::Debug for OpenQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpenQuestion(…)")
    }
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Action(…)")
    }
}

impl From<Action> for domain::Action {
    fn from(action: Action) -> Self {
        match action {
            Action::SendMessage {
                to,
                text,
                kind,
                replies_to,
            } => Self::SendMessage(domain::NewMessage {
                to,
                text,
                kind: match kind {
                    MessageKind::Directive => domain::MessageKind::Directive,
                    MessageKind::Query => domain::MessageKind::Query,
                    MessageKind::Status => domain::MessageKind::Status,
                },
                replies_to: replies_to.map(|question| domain::OpenQuestion {
                    program: ProgramId::new(question.program),
                    text: question.text,
                    occurrence: question.occurrence,
                }),
            }),
            Action::AnswerQuestion { question, response } => Self::AnswerQuestion {
                question: QuestionId::new(question),
                response,
            },
            Action::CreateTask {
                to,
                title,
                instructions,
            } => Self::CreateTask(domain::NewTask {
                to,
                title,
                instructions,
            }),
            Action::ClaimTask { task } => Self::ClaimTask {
                task: TaskId::new(task),
            },
            Action::CompleteTask {
                task,
                succeeded,
                result,
            } => Self::CompleteTask {
                task: TaskId::new(task),
                succeeded,
                result,
            },
            Action::EditHandOffNotes { program, notes, seen } => Self::EditContext {
                program: ProgramId::new(program),
                edit: domain::ContextEdit::HandOffNotes(notes),
                seen: domain::ContextEdit::HandOffNotes(seen),
            },
            Action::EditOpenQuestions {
                program,
                questions,
                seen,
            } => Self::EditContext {
                program: ProgramId::new(program),
                edit: domain::ContextEdit::OpenQuestions(questions),
                seen: domain::ContextEdit::OpenQuestions(seen),
            },
            Action::UpdateSession {
                session,
                status,
                state,
                progress,
            } => Self::UpdateSession(domain::SessionUpdate {
                session: SessionId::new(session),
                status,
                state: state.map(Into::into),
                progress: progress.map_or(Progress::NotReported, Progress::Reported),
            }),
            Action::RevokeKey { key_hash } => Self::RevokeKey {
                key: KeyHash::new(key_hash),
            },
            Action::CreateKey { key, instead_of } => Self::CreateKey {
                key: key.into(),
                instead_of: instead_of.map(KeyHash::new),
            },
            Action::RotateKey { key_hash } => Self::RotateKey {
                key: KeyHash::new(key_hash),
            },
        }
    }
}

impl Cross for domain::Action {
    type Out = Action;

    fn cross(self) -> Action {
        match self {
            Self::SendMessage(domain::NewMessage {
                to,
                text,
                kind,
                replies_to,
            }) => Action::SendMessage {
                to,
                text,
                kind: match kind {
                    domain::MessageKind::Directive => MessageKind::Directive,
                    domain::MessageKind::Query => MessageKind::Query,
                    domain::MessageKind::Status => MessageKind::Status,
                },
                replies_to: replies_to.map(|question| OpenQuestion {
                    program: question.program.cross(),
                    text: question.text,
                    occurrence: question.occurrence,
                }),
            },
            Self::AnswerQuestion { question, response } => Action::AnswerQuestion {
                question: question.into_string(),
                response,
            },
            Self::CreateTask(domain::NewTask {
                to,
                title,
                instructions,
            }) => Action::CreateTask {
                to,
                title,
                instructions,
            },
            Self::ClaimTask { task } => Action::ClaimTask {
                task: task.into_string(),
            },
            Self::CompleteTask {
                task,
                succeeded,
                result,
            } => Action::CompleteTask {
                task: task.into_string(),
                succeeded,
                result,
            },
            Self::EditContext { program, edit, seen } => edited(program.into_string(), edit, seen),
            Self::UpdateSession(domain::SessionUpdate {
                session,
                status,
                state,
                progress,
            }) => Action::UpdateSession {
                session: session.cross(),
                status,
                state: state.cross(),
                progress: progress.cross(),
            },
            Self::RevokeKey { key } => Action::RevokeKey { key_hash: key.cross() },
            Self::CreateKey { key, instead_of } => Action::CreateKey {
                key: key.cross(),
                instead_of: instead_of.cross(),
            },
            Self::RotateKey { key } => Action::RotateKey { key_hash: key.cross() },
        }
    }
}

/// An edit whose two texts are of one part, as the core sees to.
fn edited(program: String, edit: domain::ContextEdit, seen: domain::ContextEdit) -> Action {
    use domain::ContextEdit::{HandOffNotes, OpenQuestions};
    match (edit, seen) {
        (HandOffNotes(notes), seen) => Action::EditHandOffNotes {
            program,
            notes,
            seen: match seen {
                HandOffNotes(seen) => seen,
                OpenQuestions(_) => String::new(),
            },
        },
        (OpenQuestions(questions), seen) => Action::EditOpenQuestions {
            program,
            questions,
            seen: match seen {
                OpenQuestions(seen) => seen,
                HandOffNotes(_) => Vec::new(),
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_comes_back_as_it_went() {
        let question = OpenQuestion {
            program: "builder".to_owned(),
            text: "Which port?".to_owned(),
            occurrence: 1,
        };
        for action in [
            Action::SendMessage {
                to: "builder".to_owned(),
                text: "8080".to_owned(),
                kind: MessageKind::Query,
                replies_to: Some(question),
            },
            Action::CompleteTask {
                task: "t".to_owned(),
                succeeded: true,
                result: "ok".to_owned(),
            },
            Action::EditOpenQuestions {
                program: "builder".to_owned(),
                questions: vec!["a".to_owned()],
                seen: vec!["b".to_owned()],
            },
            Action::UpdateSession {
                session: "builder.auth".to_owned(),
                status: "Wait".to_owned(),
                state: Some(SessionState::Pinned),
                progress: Some(45.0),
            },
        ] {
            assert_eq!(domain::Action::from(action.clone()).cross(), action);
        }
    }

    #[test]
    fn as_text_it_shows_nothing_a_person_wrote() {
        let action = Action::EditHandOffNotes {
            program: "builder".to_owned(),
            notes: "a secret".to_owned(),
            seen: "a secret".to_owned(),
        };
        assert!(!format!("{action:?}").contains("secret"));
    }
}
