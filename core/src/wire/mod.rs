//! What the API sends and takes, field for field, so that a client and a server read one description of it.
//!
//! Unknown fields are ignored and unknown words kept. Absent, null and empty stay apart ([`Field`]) and numbers stay
//! as they were written, so a value that was read can be written again without changing what it said. What the
//! things *mean* is `domain`'s; each type here says how it becomes one. Contract sections are named in comments.

mod acts;
mod agents;
mod changes;
mod envelope;
mod field;
mod fleet;
mod halves;
mod inbox;
mod keys;
mod mcp;
mod measures;
mod messages;
mod offers;
mod questions;
mod salvage;
mod sessions;
mod sprints;
mod state;
mod state_meaning;
mod tasks;
mod time;
mod writes;

pub use acts::{
    AnswerAck, AnswerQuestion, CompleteTask, CreateTask, MessageAck, OneQuestion, QuestionFacts, QuestionResponse,
    SendMessage, TaskAck,
};
pub use agents::{AlertAck, BatchAck, BatchResult, QuestionAck, TaskCounts, UnclaimAck};
pub use changes::{ChangeRow, ChangesPage};
pub use envelope::{Envelope, Failure, Health, Inner, Issue, Meta, Warning};
pub use field::Field;
pub use fleet::{FleetHealth, FleetRow, FleetSummary, SubscriptionBudget};
pub use halves::mend_halves;
pub use inbox::{DeadLetterRow, DeadLettersPage, InterruptRow, InterruptsPage, MarkedRead};
pub use keys::{CreatedKey, KeyRow, KeyText, KeysPage, RevokedKey, RotatedKey};
pub use mcp::{
    McpAlive, McpInitialized, McpParty, McpTool, McpTools, ProgramAck, ProgramEntryRow, ProgramsPage, RpcError,
    RpcReply, ToolContent, ToolResult,
};
pub use measures::{
    ActiveSessions, BudgetPeriod, BudgetSummary, CommsMetrics, ContextUse, ContextUseRow, FleetBucket, FleetTimeline,
    ProgramComms,
};
pub use messages::{CostReply, CostRow, GroupsReply, MessageRow, MessagesPage, StoredTime, UnreadPage, UnreadRow};
pub use offers::{Capabilities, Offer, OfferedLimits, OfferedParts};
pub use questions::{QuestionRow, QuestionsPage};
pub use salvage::Salvage;
pub use sessions::{HistoryPage, HistoryRow, SessionAck, SessionRow, SessionsPage};
pub use sprints::{
    ActiveSprints, OneSprint, PlannedStory, SprintAck, SprintRow, SprintStats, SprintSummary, StoryRetry, StoryRow,
};
pub use state::{
    StateBaselines, StateConfig, StateContext, StateDecay, StateDecayRun, StateDocument, StateLastTask, StatePattern,
    StateReply,
};
pub use state_meaning::{ContextHistory, ContextHistoryEntry, StateAck};
pub use tasks::{TaskReply, TaskRow, TasksPage};
pub use time::{parse_time, write_time};
pub use writes::{CreateKey, CreateSession, UpdateSession, UpdateState};
