//! From stored documents to what a program remembers, and the history of what its sessions left behind.

use serde_json::{Number, Value};

use super::field::{number, object};
use super::sessions::time;
use super::state::{self, StatePattern};
use super::{
    Field, Salvage, StateBaselines, StateConfig, StateContext, StateDecay, StateDocument, StateLastTask, StateReply,
};
use crate::domain::{
    Baselines, ContextEntry, ContextSummary, Decay, DecayRun, LastTask, LearnedPattern, Outcome, ProgramConfig,
    ProgramId, ProgramState, SessionId,
};

object! {
    /// `data` of `GET /v1/program-state/:id/context-history`.
    ContextHistory {
        /// Inner success.
        success: bool,
        /// Whose it is.
        program_id: String,
        /// Newest first.
        entries: Vec<ContextHistoryEntry>,
        /// How many entries.
        count: Number,
        /// A sentence.
        message: String,
    }
}

object! {
    /// What one write left behind.
    ContextHistoryEntry {
        /// Its id. An entry without one is left out.
        id: String,
        /// ISO.
        timestamp: String,
        /// What was written.
        context_summary: StateContext,
        /// By which session.
        session_id: String,
        /// By which program.
        updated_by: String,
    }
}

object! {
    /// `data` of updating a program's state.
    StateAck {
        /// Inner success.
        success: bool,
        /// Whose state was written.
        program_id: String,
        /// Patterns stored now.
        patterns_count: Number,
        /// A sentence.
        message: String,
    }
}

impl Salvage for ContextHistory {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        let Some(Value::Array(entries)) = data.get_mut("entries") else {
            return 0;
        };
        let odd: u32 = entries.iter_mut().map(state::context).sum();
        odd + super::salvage::rows::<ContextHistoryEntry>(data, "entries")
    }
}

impl Salvage for StateAck {}

impl StateReply {
    /// The state of `asked`. What the server invents for a program without one is stamped with the time of the call;
    /// those times are dropped, so that they can never be shown (trap T3).
    pub fn into_state(self, asked: &ProgramId) -> ProgramState {
        let exists = self.exists.into_option().unwrap_or(false);
        let document = self.state.into_option().unwrap_or_default();
        let mut state = document.into_state(asked, exists);
        if !exists {
            state.last_updated_at = None;
            state.last_updated_by = None;
            state.session = None;
            if let Some(decay) = &mut state.decay {
                decay.last_decay_run = None;
            }
        }
        state
    }
}

impl StateDocument {
    fn into_state(self, asked: &ProgramId, exists: bool) -> ProgramState {
        ProgramState {
            program: self
                .program_id
                .into_option()
                .map_or_else(|| asked.clone(), ProgramId::new),
            exists,
            version: self.version.get().and_then(Number::as_i64),
            last_updated_by: self.last_updated_by.into_option(),
            last_updated_at: time(&self.last_updated_at),
            session: self.session_id.into_option().map(SessionId::new),
            context: self.context_summary.into_option().map(StateContext::into_context),
            learned_patterns: self
                .learned_patterns
                .into_option()
                .map(|patterns| patterns.into_iter().map(StatePattern::into_pattern).collect()),
            config: self.config.into_option().map(StateConfig::into_config),
            baselines: self.baselines.into_option().map(StateBaselines::into_baselines),
            decay: self.decay.into_option().map(StateDecay::into_decay),
        }
    }
}

impl ContextHistoryEntry {
    /// The entry; `None` when it has no id.
    pub fn into_entry(self) -> Option<ContextEntry> {
        Some(ContextEntry {
            id: self.id.into_option().filter(|id| !id.is_empty())?,
            at: time(&self.timestamp),
            context: self
                .context_summary
                .into_option()
                .map(StateContext::into_context)
                .unwrap_or_default(),
            session: self.session_id.into_option().map(SessionId::new),
            updated_by: self.updated_by.into_option(),
        })
    }
}

impl StateContext {
    /// What it says; parts that are missing are empty.
    pub fn into_context(self) -> ContextSummary {
        ContextSummary {
            last_task: self.last_task.into_option().map(StateLastTask::into_task),
            active_work_items: self.active_work_items.into_option().unwrap_or_default(),
            hand_off_notes: self.handoff_notes.into_option().unwrap_or_default(),
            open_questions: self.open_questions.into_option().unwrap_or_default(),
        }
    }

    /// The context as it is sent, with every part named.
    pub fn of(context: &ContextSummary) -> Self {
        Self {
            last_task: Field::or_null(context.last_task.as_ref().map(StateLastTask::of)),
            active_work_items: Field::Value(context.active_work_items.clone()),
            handoff_notes: Field::Value(context.hand_off_notes.clone()),
            open_questions: Field::Value(context.open_questions.clone()),
        }
    }
}

impl StateLastTask {
    fn into_task(self) -> LastTask {
        LastTask {
            task_id: self.task_id.into_option(),
            title: self.title.into_option(),
            outcome: self.outcome.into_option().map(outcome_of),
            notes: self.notes.into_option(),
        }
    }

    fn of(task: &LastTask) -> Self {
        Self {
            task_id: Field::or_absent(task.task_id.clone()),
            title: Field::or_absent(task.title.clone()),
            outcome: Field::or_absent(task.outcome.as_ref().map(|outcome| outcome_word(outcome).to_owned())),
            notes: Field::or_absent(task.notes.clone()),
        }
    }
}

fn outcome_of(word: String) -> Outcome {
    match word.as_str() {
        "completed" => Outcome::Completed,
        "in_progress" => Outcome::InProgress,
        "blocked" => Outcome::Blocked,
        "deferred" => Outcome::Deferred,
        _ => Outcome::Other(word),
    }
}

fn outcome_word(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Completed => "completed",
        Outcome::InProgress => "in_progress",
        Outcome::Blocked => "blocked",
        Outcome::Deferred => "deferred",
        Outcome::Other(word) => word,
    }
}

impl StatePattern {
    fn into_pattern(self) -> LearnedPattern {
        LearnedPattern {
            confidence: number(&self.confidence).unwrap_or(0.0),
            discovered_at: time(&self.discovered_at),
            last_reinforced: time(&self.last_reinforced),
            id: self.id.into_option().unwrap_or_default(),
            domain: self.domain.into_option().unwrap_or_default(),
            pattern: self.pattern.into_option().unwrap_or_default(),
            evidence: self.evidence.into_option().unwrap_or_default(),
            promoted_to_store: self.promoted_to_store.into_option().unwrap_or(false),
            stale: self.stale.into_option().unwrap_or(false),
            project: self.project_id.into_option(),
        }
    }
}

impl StateConfig {
    fn into_config(self) -> ProgramConfig {
        ProgramConfig {
            preferred_output_format: self.preferred_output_format.into_option(),
            tool_preferences: self.tool_preferences.into_option().unwrap_or_default(),
            known_quirks: self.known_quirks.into_option().unwrap_or_default(),
            custom_settings: self.custom_settings.into_option().unwrap_or_default(),
        }
    }
}

impl StateBaselines {
    fn into_baselines(self) -> Baselines {
        Baselines {
            avg_task_duration_minutes: number(&self.avg_task_duration_minutes),
            sessions_completed: number(&self.sessions_completed).unwrap_or(0.0),
            last_session_duration_minutes: number(&self.last_session_duration_minutes),
            common_failure_modes: self.common_failure_modes.into_option().unwrap_or_default(),
        }
    }
}

impl StateDecay {
    fn into_decay(self) -> Decay {
        let runs = self.decay_log.into_option().unwrap_or_default();
        Decay {
            context_summary_ttl_days: number(&self.context_summary_ttl_days),
            learned_pattern_max_age: number(&self.learned_pattern_max_age),
            max_unpromoted_patterns: number(&self.max_unpromoted_patterns),
            last_decay_run: time(&self.last_decay_run),
            decay_log: runs
                .into_iter()
                .map(|run| DecayRun {
                    at: time(&run.timestamp),
                    patterns_marked_stale: number(&run.patterns_marked_stale).unwrap_or(0.0),
                    context_cleared: run.context_cleared.into_option().unwrap_or(false),
                })
                .collect(),
        }
    }
}
