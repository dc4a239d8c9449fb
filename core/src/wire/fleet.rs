//! Fleet health: one row per program, the only place where pinned and blocked differ (contract section 8).

use serde_json::{Map, Number, Value};

use super::field::{number, object};
use super::sessions::time;
use super::{Salvage, salvage};
use crate::domain::{ContextLeft, FleetProgram, ProgramId, SessionId};

object! {
    /// `data` of `GET /v1/fleet/health`.
    FleetHealth {
        /// Inner success.
        success: bool,
        /// Always `summary` over REST.
        detail: String,
        /// A row per program.
        programs: Vec<FleetRow>,
        /// How many programs are how.
        summary: FleetSummary,
        /// How much of the plan is in use.
        subscription_budget: SubscriptionBudget,
    }
}

object! {
    /// What fleet health says of one program.
    FleetRow {
        /// The program. A row without one is left out.
        program_id: String,
        /// The server's judgement; its thresholds are its own.
        state: String,
        /// The word the program's own key last sent, for its current session.
        last_reported_state: String,
        /// Its current session.
        session_id: String,
        /// ISO.
        last_heartbeat: String,
        /// Whole minutes.
        heartbeat_age_minutes: Number,
        /// Whole seconds.
        heartbeat_age_seconds: Number,
        /// Messages waiting.
        pending_messages: Number,
        /// Tasks waiting.
        pending_tasks: Number,
        /// Percent remaining; over 100 an old raw byte count.
        context_bytes: Number,
        /// Percent used.
        context_used_pct: Number,
        /// It asks for a fresh session.
        handoff_required: bool,
    }
}

object! {
    /// Counts of programs by the server's own judgement.
    FleetSummary {
        /// Working.
        working: Number,
        /// Blocked.
        blocked: Number,
        /// Idle.
        idle: Number,
        /// Silent for ten minutes.
        stale: Number,
    }
}

object! {
    /// The plan's sessions.
    SubscriptionBudget {
        /// Sessions in use.
        active_session_count: Number,
        /// By model tier.
        by_model_tier: Map<String, Value>,
        /// The plan's limit; null when there is none.
        max_sessions: Number,
        /// Percent.
        utilization_percent: Number,
        /// Stale sessions that were not counted.
        stale_sessions_excluded: Number,
    }
}

impl Salvage for FleetHealth {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        salvage::part::<String>(data, "detail");
        salvage::part::<FleetSummary>(data, "summary");
        salvage::part::<SubscriptionBudget>(data, "subscriptionBudget");
        salvage::rows::<FleetRow>(data, "programs")
    }
}

impl FleetRow {
    /// What it says of its program; `None` when it names none.
    pub fn into_program(self) -> Option<FleetProgram> {
        Some(FleetProgram {
            program: ProgramId::new(self.program_id.into_option().filter(|id| !id.is_empty())?),
            state: self.state.into_option(),
            last_reported_state: self.last_reported_state.into_option(),
            session: self.session_id.into_option().map(SessionId::new),
            last_heartbeat: time(&self.last_heartbeat),
            pending_messages: self.pending_messages.get().and_then(Number::as_u64).unwrap_or(0),
            pending_tasks: self.pending_tasks.get().and_then(Number::as_u64).unwrap_or(0),
            context_left: ContextLeft::of(number(&self.context_bytes)),
            hand_off_required: self.handoff_required.into_option().unwrap_or(false),
        })
    }
}
