//! What is stored, one file per kind: its fields, where it stands in lists, and the rules that every writer of it keeps.
//! The spelling of a stored field is that of its JSON; fields that came later have defaults.

mod alert;
mod key;
mod letter;
mod message;
mod priority;
mod program;
mod question;
mod recipients;
mod session;
mod spend;
mod sprint;
mod state;
mod task;

pub(crate) use alert::{Alert, AlertType, KEPT_SECONDS as ALERT_SECONDS};
pub(crate) use key::{Key, NewKey, issue, owner_key};
pub(crate) use letter::{Letter, due, look_through, sweep};
pub(crate) use message::{KEPT as MESSAGE_KEPT, Message, MessageType, MessageWord, Multicast, USER};
pub(crate) use priority::{Action, Priority};
pub(crate) use program::{Pause, Program, has_sessions, knows_program};
pub(crate) use question::{ANSWER_LIMIT, Asked, Question, QuestionWord, shortened};
pub(crate) use recipients::{EVERYONE, Recipients, as_stored, groups, programs, recipients, targets_of};
pub(crate) use session::{Session, SessionWord, TOLD_CONTEXT, Update};
pub(crate) use spend::{Spend, add_spend, dollars};
pub(crate) use sprint::{Complexity, Plan, RetryPolicy, Sprint, Story};
pub(crate) use state::{ContextEntry, ProgramState};
pub(crate) use task::{Claim, Completed, Completion, Task, TaskType, TaskWord, drop_overdue, overdue, waiting_tasks};
