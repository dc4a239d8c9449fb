//! What is sent to be written. A field that is left out and one sent as null differ, so nothing is sent that was not set.

use serde_json::Number;

use super::field::object;
use super::{StateBaselines, StateConfig, StateContext, StateDecay, StatePattern};
use crate::domain::Capability;

object! {
    /// Body of `POST /v1/sessions`. An existing id is replaced whole.
    CreateSession {
        /// At most 200 UTF-16 units; required.
        name: String,
        /// At most 100; without one the server makes one.
        session_id: String,
        /// At most 50; without one it is read from the id.
        program_id: String,
        /// At most 200.
        status: String,
        /// `working`, `blocked`, `complete`, `pinned`.
        state: String,
        /// 0 to 100.
        progress: Number,
        /// At most 100.
        project_name: String,
        /// `orchestrator`, `builder`.
        boot_type: String,
    }
}

object! {
    /// Body of `PATCH /v1/sessions/:id`. An omitted `state` means working and an omitted `progress` clears it:
    /// send both every time.
    UpdateSession {
        /// At most 200 UTF-16 units; required.
        status: String,
        /// As in [`CreateSession`].
        state: String,
        /// 0 to 100.
        progress: Number,
        /// At most 100.
        project_name: String,
        /// Marks a heartbeat.
        last_heartbeat: bool,
        /// Percent remaining.
        context_bytes: Number,
        /// Percent used.
        context_used_pct: Number,
        /// Asks for a fresh session.
        handoff_required: bool,
    }
}

object! {
    /// Body of `PATCH /v1/program-state/:id`. Merged one level deep: each given field is replaced whole.
    UpdateState {
        /// The session that writes.
        session_id: String,
        /// What the next session reads first.
        context_summary: StateContext,
        /// Replaces the list.
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
    /// Body of `POST /v1/keys`.
    CreateKey {
        /// Its program; required. An unknown one comes into being.
        program_id: String,
        /// What it is for; required.
        label: String,
        /// What it may do; without one, the server's defaults for the program.
        capabilities: Vec<Capability>,
        /// Days to live; 0 for ever, without one 90.
        ttl_days: Number,
    }
}
