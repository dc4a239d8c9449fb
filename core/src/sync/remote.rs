//! What one refresh heard from the server: a value, so that planning needs no network.

use crate::domain::{
    Alert, ApiKey, AskedQuestion, ContextEntry, EndedSession, FleetProgram, Group, Message, Offers, ProgramId,
    ProgramState, Session, Task, Timestamp,
};
use crate::store::{CostRead, LookedUp};

/// What was read, source by source. `None`: not asked, or no good reply.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Remote {
    /// The sessions list.
    pub sessions: Option<SessionsRead>,
    /// Fleet health.
    pub fleet: Option<FleetRead>,
    /// Ended sessions.
    pub ended: Option<EndedRead>,
    /// Program states, each after its context history.
    pub states: Vec<StateRead>,
    /// Keys.
    pub keys: Option<KeysRead>,
    /// What the server offers beyond the hosted contract.
    pub offers: Option<Offers>,
    /// Asked questions that wait.
    pub questions: Option<ListRead<AskedQuestion>>,
    /// Alerts that wait.
    pub alerts: Option<ListRead<Alert>>,
    /// Tasks that wait or are under way.
    pub tasks: Option<ListRead<Task>>,
    /// Tasks that somebody opened, with their instructions.
    pub opened: Vec<Task>,
    /// Messages to and from programs.
    pub messages: Vec<MessagesRead>,
    /// What this key's program sent lately.
    pub sent: Option<Vec<Message>>,
    /// Groups that can be written to.
    pub groups: Option<Vec<Group>>,
    /// What a period cost.
    pub cost: Option<CostRead>,
    /// What was looked up for an opened page.
    pub looked_up: Vec<LookedUp>,
    /// Transport sessions of our own that were begun.
    pub transports: Vec<String>,
}

/// The messages to and from one program.
#[derive(Clone, Debug, PartialEq)]
pub struct MessagesRead {
    /// Whose.
    pub program: ProgramId,
    /// Server time of the last reply.
    pub at: Timestamp,
    /// Those to it and those from it; one to itself is among them twice.
    pub rows: Vec<Message>,
    /// The server knows no others.
    pub whole: bool,
}

/// A list that comes by pages, or one page of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ListRead<T> {
    /// Server time of the first page.
    pub at: Timestamp,
    /// The rows; one that moved while pages were read may be among them twice.
    pub rows: Vec<T>,
    /// Every row there is is among them, so that one that is absent is gone.
    pub whole: bool,
}

/// Live sessions of one look.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionsRead {
    /// Server time of the reply.
    pub at: Timestamp,
    /// The rows of all pages; a row may be in several.
    pub rows: Vec<Session>,
    /// Every live session is among them, so that one that is absent has ended.
    pub whole: bool,
}

/// Fleet health.
#[derive(Clone, Debug, PartialEq)]
pub struct FleetRead {
    /// Server time of the reply.
    pub at: Timestamp,
    /// A row per program.
    pub rows: Vec<FleetProgram>,
    /// No row was left out.
    pub whole: bool,
}

/// Session history: the newest ended sessions; older ones are absent without being gone.
#[derive(Clone, Debug, PartialEq)]
pub struct EndedRead {
    /// Server time of the reply.
    pub at: Timestamp,
    /// Newest first.
    pub rows: Vec<EndedSession>,
}

/// One program's state. The history was read first: reading the state can make the server wipe the context (trap T9).
#[derive(Clone, Debug, PartialEq)]
pub struct StateRead {
    /// Whose.
    pub program: ProgramId,
    /// Server time of the last of the two replies.
    pub at: Timestamp,
    /// What past writes left behind; `None` where it could not be read.
    pub history: Option<Vec<ContextEntry>>,
    /// The state; `None` where it could not be read.
    pub state: Option<ProgramState>,
}

/// Every key of the tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct KeysRead {
    /// Server time of the reply.
    pub at: Timestamp,
    /// The keys.
    pub rows: Vec<ApiKey>,
    /// No row was left out.
    pub whole: bool,
}
