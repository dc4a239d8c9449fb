//! The client: asks a server the questions of the contract and gives typed answers or typed errors.
//!
//! One [`Client`] per account. Its invariants are mostly things that do not happen: the key never follows a redirect
//! or leaves over plain http to another machine, a write is never sent twice, a refusal is never retried, no call
//! drains an agent's messages, no reply is waited for without end or read without limit, and no text of a server's
//! reaches an error.

mod acts;
mod address;
mod authorities;
mod calls;
mod carrier;
mod changes;
mod client;
mod error;
mod events;
mod keys;
mod limiter;
mod lists;
mod looked_up;
mod mcp;
mod reading;
mod refusal;
mod rpc;
mod transport;

pub use acts::{AnswerTo, ClaimTaskOf, CompleteTaskOf, CreateTaskFor, Keyed, QuestionOf, ResponseTo, SendMessageTo};
pub use address::Endpoint;
pub use authorities::Authorities;
pub use calls::{
    AskHealth, Call, ContextHistoryOf, CreateKeyFor, CreateSessionOf, FleetHealthNow, KeysOf, ListSessions, Method,
    Request, RevokeKeyOf, RotateOwnKey, SessionHistory, SessionsQuery, StateOf, StateWord, UpdateSessionOf,
    UpdateStateOf, Wrapping,
};
pub use carrier::{Carried, Carrier, Opened};
pub use changes::ChangesSince;
pub use client::{Client, Reply, ServerHealth};
pub use error::{Error, Issue, Limit};
pub use events::Events;
pub use limiter::Budget;
pub use lists::{
    AskCapabilities, CostOverview, ListTasks, MessageHistory, Page, RelayGroups, SentMessages, TaskOf, TasksQuery,
    UnreadOf, WaitingQuestions,
};
pub use looked_up::{ActiveSprintsNow, ContextUseOf, RegisterOfPrograms};
pub use refusal::Refusal;
pub use transport::{Limits, RawReply};
