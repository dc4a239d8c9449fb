//! What the server counts and measures: context in use, the fleet over time, messages, budgets (contract section 8).

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};

use super::field::{number, object};
use super::sessions::time;
use super::{Salvage, salvage};
use crate::domain::{ContextLeft, ContextMeasured};

object! {
    /// `data` of `GET /v1/metrics/context-utilization`.
    ContextUse {
        /// Inner success.
        success: bool,
        /// Of one session; null for all.
        session_id: String,
        /// `today`, `this_week`, `this_month`.
        period: String,
        /// How many rows.
        count: Number,
        /// The measurements.
        context_history: Vec<ContextUseRow>,
        /// Only our own server says so.
        has_more: bool,
        /// A sentence.
        message: String,
    }
}

object! {
    /// How much context a session had left at one moment.
    ContextUseRow {
        /// ISO.
        timestamp: String,
        /// Whose; only our own server says so.
        session_id: String,
        /// Percent remaining.
        context_bytes: Number,
        /// Percent used.
        context_used_pct: Number,
    }
}

object! {
    /// `data` of `GET /v1/fleet/timeline`.
    FleetTimeline {
        /// Inner success.
        success: bool,
        /// `today`, `this_week`, `this_month`.
        period: String,
        /// `30s`, `1m`, `5m`, `1h`.
        resolution: String,
        /// How many rows.
        count: Number,
        /// A row per piece of time.
        timeline: Vec<FleetBucket>,
        /// Only our own server says so.
        has_more: bool,
        /// A sentence.
        message: String,
    }
}

object! {
    /// The fleet over one piece of time.
    FleetBucket {
        /// ISO.
        bucket_start: String,
        /// How often it was looked at.
        samples_in_bucket: Number,
        /// Sessions that worked.
        active_sessions: ActiveSessions,
        /// Tasks being done. In source only, so anything.
        tasks_in_flight: Value,
        /// Messages waiting. Likewise.
        messages_pending: Value,
        /// Likewise.
        heartbeat_health: Value,
    }
}

object! {
    /// Sessions that worked, counted.
    ActiveSessions {
        /// All.
        total: Number,
        /// By model tier.
        by_tier: Map<String, Value>,
        /// By program.
        by_program: Map<String, Value>,
    }
}

object! {
    /// `data` of `GET /v1/metrics/comms`.
    CommsMetrics {
        /// Inner success.
        success: bool,
        /// A word.
        period: String,
        /// All messages.
        total_messages: Number,
        /// By status.
        status_counts: BTreeMap<String, Number>,
        /// Milliseconds from sending to delivery; null when none was delivered.
        avg_delivery_latency_ms: Number,
        /// A row per program.
        per_program: Vec<ProgramComms>,
    }
}

object! {
    /// One program's messages.
    ProgramComms {
        /// Which.
        program: String,
        /// Sent.
        sent: Number,
        /// Delivered.
        delivered: Number,
    }
}

object! {
    /// `data` of `GET /v1/budget/summary`.
    BudgetSummary {
        /// Inner success.
        success: bool,
        /// `today`, `this_week`, `this_month`.
        periods: BTreeMap<String, BudgetPeriod>,
    }
}

object! {
    /// What was spent in one period. What dreams are is not the contract's matter (section 11).
    BudgetPeriod {
        /// US dollars.
        #[serde(rename = "dream_consumed_usd")]
        dream_consumed_usd: Number,
        /// US dollars.
        #[serde(rename = "dream_budget_cap_usd")]
        dream_budget_cap_usd: Number,
        /// How many.
        #[serde(rename = "dream_count")]
        dream_count: Number,
        /// US dollars.
        #[serde(rename = "task_cost_usd")]
        task_cost_usd: Number,
        /// How many.
        #[serde(rename = "task_count")]
        task_count: Number,
    }
}

impl Salvage for ContextUse {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        salvage::part::<Number>(data, "count");
        salvage::part::<String>(data, "message");
        salvage::part::<bool>(data, "hasMore") + salvage::rows::<ContextUseRow>(data, "contextHistory")
    }
}

impl Salvage for FleetTimeline {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        salvage::part::<Number>(data, "count");
        salvage::part::<bool>(data, "hasMore") + salvage::rows::<FleetBucket>(data, "timeline")
    }
}

impl Salvage for CommsMetrics {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        salvage::part::<BTreeMap<String, Number>>(data, "statusCounts")
            + salvage::rows::<ProgramComms>(data, "perProgram")
    }
}

impl Salvage for BudgetSummary {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        salvage::part::<BTreeMap<String, BudgetPeriod>>(data, "periods")
    }
}

impl ContextUseRow {
    /// The measurement; `None` when it says no time or no percentage.
    pub fn into_measured(self) -> Option<ContextMeasured> {
        let used = number(&self.context_used_pct).map(|used| 100.0 - used);
        let left = ContextLeft::of(number(&self.context_bytes).filter(|left| *left <= 100.0).or(used));
        match left {
            ContextLeft::Percent(percent) => Some(ContextMeasured {
                at: time(&self.timestamp)?,
                left: percent.clamp(0.0, 100.0),
            }),
            ContextLeft::NotReported | ContextLeft::RawBytes(_) => None,
        }
    }
}
