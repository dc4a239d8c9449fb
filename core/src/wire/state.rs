//! Program state as it is stored: sections that an old document may lack, each field likewise (contract section 6).

use serde_json::{Map, Number, Value};

use super::field::object;
use super::{Salvage, salvage};

object! {
    /// `data` of `GET /v1/program-state/:id`.
    StateReply {
        /// Inner success.
        success: bool,
        /// False: nothing is stored; the state is invented, with current times.
        exists: bool,
        /// The document.
        state: StateDocument,
        /// A sentence; mentions decay on the read that ran it.
        message: String,
    }
}

object! {
    /// A program's document.
    StateDocument {
        /// Whose it is.
        program_id: String,
        /// +1 per write.
        version: Number,
        /// A program id.
        last_updated_by: String,
        /// ISO.
        last_updated_at: String,
        /// The session that wrote last; `none` when nothing is stored.
        session_id: String,
        /// What the next session reads first.
        context_summary: StateContext,
        /// What it learnt.
        learned_patterns: Vec<StatePattern>,
        /// How it likes to work.
        config: StateConfig,
        /// What is usual.
        baselines: StateBaselines,
        /// When the server forgets.
        decay: StateDecay,
    }
}

object! {
    /// What one session leaves for the next. All four parts decay together.
    StateContext {
        /// The task worked on last.
        last_task: StateLastTask,
        /// At most 20.
        active_work_items: Vec<String>,
        /// At most 2,000 UTF-16 units.
        handoff_notes: String,
        /// At most 10.
        open_questions: Vec<String>,
    }
}

object! {
    /// The task worked on last.
    StateLastTask {
        /// Its id.
        task_id: String,
        /// Its title.
        title: String,
        /// `completed`, `in_progress`, `blocked`, `deferred`.
        outcome: String,
        /// Notes.
        notes: String,
    }
}

object! {
    /// Something learnt.
    StatePattern {
        /// Its id.
        id: String,
        /// What it is about.
        domain: String,
        /// The pattern.
        pattern: String,
        /// 0 to 1.
        confidence: Number,
        /// Why.
        evidence: String,
        /// ISO.
        discovered_at: String,
        /// ISO.
        last_reinforced: String,
        /// In long-term memory.
        promoted_to_store: bool,
        /// Set by decay.
        stale: bool,
        /// Its project.
        project_id: String,
    }
}

object! {
    /// How a program likes to work.
    StateConfig {
        /// Preferred format.
        preferred_output_format: String,
        /// As it came.
        tool_preferences: Map<String, Value>,
        /// At most 20.
        known_quirks: Vec<String>,
        /// As it came.
        custom_settings: Value,
    }
}

object! {
    /// What is usual.
    StateBaselines {
        /// Minutes.
        avg_task_duration_minutes: Number,
        /// At most 10.
        common_failure_modes: Vec<String>,
        /// Count.
        sessions_completed: Number,
        /// Minutes.
        last_session_duration_minutes: Number,
    }
}

object! {
    /// When the server forgets.
    StateDecay {
        /// Days.
        #[serde(rename = "contextSummaryTTLDays")]
        context_summary_ttl_days: Number,
        /// Days.
        learned_pattern_max_age: Number,
        /// Count.
        max_unpromoted_patterns: Number,
        /// ISO.
        last_decay_run: String,
        /// Each run.
        decay_log: Vec<StateDecayRun>,
    }
}

object! {
    /// One run of decay.
    StateDecayRun {
        /// ISO.
        timestamp: String,
        /// Count.
        patterns_marked_stale: Number,
        /// The context was emptied.
        context_cleared: bool,
    }
}

impl Salvage for StateReply {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        let message = salvage::part::<String>(data, "message");
        let Some(state) = data.get_mut("state") else {
            return message;
        };
        let mut odd = message + salvage::rows::<StatePattern>(state, "learnedPatterns");
        for field in ["programId", "lastUpdatedBy", "lastUpdatedAt", "sessionId"] {
            odd += salvage::part::<String>(state, field);
        }
        odd + salvage::part::<Number>(state, "version")
            + context(state)
            + salvage::part::<Vec<StatePattern>>(state, "learnedPatterns")
            + salvage::part::<StateConfig>(state, "config")
            + salvage::part::<StateBaselines>(state, "baselines")
            + salvage::part::<StateDecay>(state, "decay")
    }
}

/// Notes matter most, so within the context one odd part does not take the others with it.
pub(crate) fn context(holder: &mut Value) -> u32 {
    let Some(context) = holder.get_mut("contextSummary") else {
        return 0;
    };
    let odd = salvage::part::<StateLastTask>(context, "lastTask")
        + salvage::rows::<String>(context, "activeWorkItems")
        + salvage::rows::<String>(context, "openQuestions")
        + salvage::part::<Vec<String>>(context, "activeWorkItems")
        + salvage::part::<Vec<String>>(context, "openQuestions")
        + salvage::part::<String>(context, "handoffNotes");
    odd + salvage::part::<StateContext>(holder, "contextSummary")
}
