//! What is stored, one file per kind: its fields, where it stands in lists, and the rules that every writer of it keeps.
//! The spelling of a stored field is that of its JSON; fields that came later have defaults.

mod key;
mod priority;
mod program;
mod question;
mod recipients;
mod session;
mod state;

pub(crate) use key::{Issued, Key, NewKey, issue};
pub(crate) use priority::Priority;
pub(crate) use program::{Pause, Program, has_sessions, knows_program};
pub(crate) use question::{ANSWER_LIMIT, Asked, Question, QuestionWord};
pub(crate) use recipients::{EVERYONE, Recipients, groups, programs, recipients, targets_of};
pub(crate) use session::{Session, SessionWord, Update};
pub(crate) use state::{ContextEntry, ProgramState};
