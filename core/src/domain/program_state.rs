//! What a program remembers between its sessions: the notes one session leaves for the next (contract section 6).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ProgramId, SessionId, Timestamp};

/// How a task ended, or the word as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// `completed`
    Completed,
    /// `in_progress`
    InProgress,
    /// `blocked`
    Blocked,
    /// `deferred`
    Deferred,
    /// A word of a later server.
    Other(String),
}

/// The task a session worked on last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastTask {
    /// The task's id.
    pub task_id: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// How it stands.
    pub outcome: Option<Outcome>,
    /// What the agent noted.
    pub notes: Option<String>,
}

/// The part of program state that the next session reads first. Decay clears all four parts together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContextSummary {
    /// The task worked on last.
    pub last_task: Option<LastTask>,
    /// What is under way, at most 20 items.
    pub active_work_items: Vec<String>,
    /// What the next session must know, at most 2,000 UTF-16 units; empty when there is nothing.
    pub hand_off_notes: String,
    /// What the agent does not know, at most 10 questions.
    pub open_questions: Vec<String>,
}

impl ContextSummary {
    /// Nothing in any of the four parts.
    pub fn is_empty(&self) -> bool {
        self.last_task.is_none()
            && self.active_work_items.is_empty()
            && self.hand_off_notes.is_empty()
            && self.open_questions.is_empty()
    }
}

/// Something a program learnt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearnedPattern {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub domain: String,
    /// The pattern itself.
    pub pattern: String,
    /// 0 to 1.
    pub confidence: f64,
    /// Why it is believed.
    pub evidence: String,
    /// First seen.
    pub discovered_at: Option<Timestamp>,
    /// Last confirmed.
    pub last_reinforced: Option<Timestamp>,
    /// Copied into long-term memory.
    pub promoted_to_store: bool,
    /// Set by decay.
    pub stale: bool,
    /// The project it belongs to.
    pub project: Option<String>,
}

/// How a program likes to work.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProgramConfig {
    /// Preferred format of output.
    pub preferred_output_format: Option<String>,
    /// Tool preferences, as they came.
    pub tool_preferences: Map<String, Value>,
    /// Known quirks, at most 20.
    pub known_quirks: Vec<String>,
    /// Anything else, as it came.
    pub custom_settings: Value,
}

/// What is usual for a program.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Baselines {
    /// Minutes.
    pub avg_task_duration_minutes: Option<f64>,
    /// At most 10.
    pub common_failure_modes: Vec<String>,
    /// Count.
    pub sessions_completed: f64,
    /// Minutes.
    pub last_session_duration_minutes: Option<f64>,
}

/// When and how the server forgets (contract section 6, trap T9).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Decay {
    /// Days, 1 to 90.
    pub context_summary_ttl_days: Option<f64>,
    /// Days, 1 to 365.
    pub learned_pattern_max_age: Option<f64>,
    /// 5 to 200.
    pub max_unpromoted_patterns: Option<f64>,
    /// The last run.
    pub last_decay_run: Option<Timestamp>,
    /// What each run did.
    pub decay_log: Vec<DecayRun>,
}

/// One run of the server's decay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecayRun {
    /// When.
    pub at: Option<Timestamp>,
    /// How many patterns became stale.
    pub patterns_marked_stale: f64,
    /// All four parts of the context were emptied.
    pub context_cleared: bool,
}

/// A program's state as one read gave it. Sections that an old document lacks are `None` (contract section 6).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProgramState {
    /// Whose it is.
    pub program: ProgramId,
    /// False: nothing is stored, and what the server sent are defaults stamped with the time of the call (trap T3).
    pub exists: bool,
    /// +1 per write.
    pub version: Option<i64>,
    /// A program id.
    pub last_updated_by: Option<String>,
    /// Never shown when `exists` is false.
    pub last_updated_at: Option<Timestamp>,
    /// The session that wrote it last.
    pub session: Option<SessionId>,
    /// What the next session reads first.
    pub context: Option<ContextSummary>,
    /// What it learnt.
    pub learned_patterns: Option<Vec<LearnedPattern>>,
    /// How it likes to work.
    pub config: Option<ProgramConfig>,
    /// What is usual.
    pub baselines: Option<Baselines>,
    /// When the server forgets.
    pub decay: Option<Decay>,
}

/// One entry of the context history: what a write left behind. Reading it never runs decay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContextEntry {
    /// Its id.
    pub id: String,
    /// When it was written.
    pub at: Option<Timestamp>,
    /// What was written.
    pub context: ContextSummary,
    /// By which session.
    pub session: Option<SessionId>,
    /// By which program.
    pub updated_by: Option<String>,
}
