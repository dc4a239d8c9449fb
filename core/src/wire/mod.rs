//! What the API sends and takes, field for field, so that a client and a server read one description of it.
//!
//! Unknown fields are ignored and unknown words kept. Absent, null and empty stay apart ([`Field`]) and numbers stay
//! as they were written, so a value that was read can be written again without changing what it said. What the
//! things *mean* is `domain`'s; each type here says how it becomes one. Contract sections are named in comments.

mod acts;
mod changes;
mod envelope;
mod field;
mod fleet;
mod halves;
mod keys;
mod messages;
mod offers;
mod questions;
mod salvage;
mod sessions;
mod state;
mod state_meaning;
mod tasks;
mod time;
mod writes;

pub use acts::{
    AnswerAck, AnswerQuestion, CompleteTask, CreateTask, MessageAck, OneQuestion, QuestionFacts, QuestionResponse,
    SendMessage, TaskAck,
};
pub use changes::{ChangeRow, ChangesPage};
pub use envelope::{Envelope, Failure, Health, Inner, Issue, Meta, Warning};
pub use field::Field;
pub use fleet::{FleetHealth, FleetRow, FleetSummary, SubscriptionBudget};
pub use halves::mend_halves;
pub use keys::{CreatedKey, KeyRow, KeyText, KeysPage, RevokedKey, RotatedKey};
pub use messages::{CostReply, CostRow, GroupsReply, MessageRow, MessagesPage, StoredTime, UnreadPage, UnreadRow};
pub use offers::{Capabilities, Offer, OfferedLimits, OfferedParts};
pub use questions::{QuestionRow, QuestionsPage};
pub use salvage::Salvage;
pub use sessions::{HistoryPage, HistoryRow, SessionAck, SessionRow, SessionsPage};
pub use state::{
    StateBaselines, StateConfig, StateContext, StateDecay, StateDecayRun, StateDocument, StateLastTask, StatePattern,
    StateReply,
};
pub use state_meaning::{ContextHistory, ContextHistoryEntry, StateAck};
pub use tasks::{TaskReply, TaskRow, TasksPage};
pub use time::{parse_time, write_time};
pub use writes::{CreateKey, CreateSession, UpdateSession, UpdateState};
