//! The things CacheBash is about, as they are meant and not as they travel: no JSON, no SQL, no I/O, no clock.
//!
//! Contract sections named in comments are those of the hosted API's description.

mod account;
mod action;
mod change;
mod delivery;
mod ids;
mod key;
mod message;
mod offers;
mod program;
mod program_state;
mod progress;
mod question;
mod refusal;
mod scrub;
mod session;
mod sprint;
mod task;
mod time;

pub use account::Account;
pub use action::{Action, ContextEdit, Goal, MessageKind, NewMessage, NewTask, OpenQuestion, SessionUpdate};
pub use change::{Change, ChangePage};
pub use delivery::{Delivery, LONGEST_WAIT, OutboxEntry, Setback};
pub use ids::{
    AccountId, ActionId, KeyHash, MessageId, ProgramId, QuestionId, RawKey, SessionId, TaskId, program_of_session_id,
};
pub use key::{ApiKey, Capability, IssuedKey, JOB_CAPABILITIES, MissingForJob, NewKey};
pub use message::{Alert, CostOf, CostSummary, Group, Message};
pub use offers::Offers;
pub use program::RegisteredProgram;
pub use program_state::{
    Baselines, ContextEntry, ContextSummary, Decay, DecayRun, LastTask, LearnedPattern, Outcome, ProgramConfig,
    ProgramState,
};
pub use progress::{Percent, Progress};
pub use question::{AskedQuestion, Response};
pub use refusal::RejectedReason;
pub use scrub::{has_key, without_keys};
pub use session::{
    ContextLeft, ContextMeasured, EndedSession, FleetProgram, OwnWrite, ReportedState, Session, SessionState,
};
pub use sprint::{Sprint, Story};
pub use task::Task;
pub use time::{Span, Timestamp};
