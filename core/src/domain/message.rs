//! What agents tell each other and the person, whom one can write to, and what it all cost.

use super::{MessageId, Timestamp};

/// One message between programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Unique within an account.
    pub id: MessageId,
    /// Who sent it; `None` where the server does not say.
    pub source: Option<String>,
    /// A program, a group, `all`, or whatever its sender wrote.
    pub target: Option<String>,
    /// `DIRECTIVE`, `QUERY`, `RESULT`, … or another word.
    pub kind: Option<String>,
    /// What it says.
    pub text: String,
    /// `pending`, `delivered`, `read`, … or another word.
    pub status: Option<String>,
    /// `low`, `normal`, `high`, or another word.
    pub priority: Option<String>,
    /// `interrupt`, `queue`, or another word.
    pub action: Option<String>,
    /// What its sender added.
    pub context: Option<String>,
    /// The thread it belongs to.
    pub thread: Option<String>,
    /// The message it answers.
    pub reply_to: Option<MessageId>,
    /// When it was sent.
    pub created_at: Option<Timestamp>,
    /// When it was handed out.
    pub delivered_at: Option<Timestamp>,
    /// When it falls due to be forgotten.
    pub expires_at: Option<Timestamp>,
}

/// What an agent wants the person to know at once. Who sent it is not told, but for the session it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Unique within an account.
    pub id: MessageId,
    /// `error`, `warning`, `success`, `info`, or another word.
    pub kind: Option<String>,
    /// What it says.
    pub text: String,
    /// Who sent it, as far as the server says: the hosted one says `program` of all.
    pub source: Option<String>,
    /// The session it names.
    pub session: Option<String>,
    /// `low`, `normal`, `high`, or another word.
    pub priority: Option<String>,
    /// What its sender added.
    pub context: Option<String>,
    /// When it was sent.
    pub created_at: Option<Timestamp>,
    /// When it falls due to be forgotten.
    pub expires_at: Option<Timestamp>,
}

/// A name under which several programs can be written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Who is in it, in the server's order.
    pub programs: Vec<String>,
}

/// What completed tasks cost in one period.
#[derive(Clone, Debug, PartialEq)]
pub struct CostSummary {
    /// `today`, `this_week`, `this_month`, `all`.
    pub period: String,
    /// All of it; its key is empty.
    pub total: CostOf,
    /// By program.
    pub programs: Vec<CostOf>,
}

/// One line of a cost summary.
#[derive(Clone, Debug, PartialEq)]
pub struct CostOf {
    /// The program.
    pub key: String,
    /// Tokens read.
    pub tokens_in: i64,
    /// Tokens written.
    pub tokens_out: i64,
    /// US dollars.
    pub cost_usd: f64,
    /// Tasks completed.
    pub tasks: i64,
}
