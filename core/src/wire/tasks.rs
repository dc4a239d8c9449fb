//! Tasks, the only hosted list with a cursor (contract section 8). Questions and alerts appear among them.

use serde_json::{Number, Value};

use super::field::object;
use super::sessions::time;
use super::{Salvage, salvage};
use crate::domain::{Task, TaskId};

object! {
    /// `data` of `GET /v1/tasks`.
    TasksPage {
        /// Inner success.
        success: bool,
        /// Whether there is any.
        has_tasks: bool,
        /// How many rows.
        count: Number,
        /// The rows, newest first.
        tasks: Vec<TaskRow>,
        /// There may be more behind the cursor.
        has_more: bool,
        /// The id where they begin.
        cursor: String,
        /// How many were looked through.
        total_candidates: Number,
        /// The server stopped looking early.
        degraded: bool,
        /// Why.
        degraded_reason: String,
        /// A sentence.
        message: String,
    }
}

object! {
    /// One task. Lists leave its instructions out.
    TaskRow {
        /// Its id. A row without one is left out.
        id: String,
        /// A word.
        #[serde(rename = "type")]
        kind: String,
        /// What it is about.
        title: String,
        /// What to do.
        instructions: String,
        /// A word.
        action: String,
        /// A word.
        priority: String,
        /// A word.
        status: String,
        /// Who gave it.
        source: String,
        /// Whom it is for.
        target: String,
        /// Its project.
        project_id: String,
        /// Somebody has to do something.
        #[serde(rename = "requires_action")]
        requires_action: bool,
        /// The server put it away by itself.
        #[serde(rename = "auto_archived")]
        auto_archived: bool,
        /// Seconds.
        ttl: Number,
        /// The task it answers.
        reply_to: String,
        /// Its thread.
        thread_id: String,
        /// Which model made it, and at which price.
        provenance: Value,
        /// Who may take it when its target does not.
        fallback: Value,
        /// ISO.
        expires_at: String,
        /// ISO.
        created_at: String,
        /// What came of it.
        result: Value,
        /// How it ended.
        #[serde(rename = "completed_status")]
        completed_status: String,
        /// ISO.
        completed_at: String,
        /// Which session took it.
        claimed_by: String,
        /// ISO.
        claimed_at: String,
    }
}

object! {
    /// `data` of `GET /v1/tasks/:id`.
    TaskReply {
        /// Inner success.
        success: bool,
        /// The task, with its instructions.
        task: TaskRow,
    }
}

impl Salvage for TasksPage {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        salvage::part::<bool>(data, "hasTasks");
        salvage::part::<Number>(data, "count");
        salvage::part::<Number>(data, "totalCandidates");
        salvage::part::<String>(data, "degradedReason");
        salvage::part::<String>(data, "message");
        salvage::rows::<TaskRow>(data, "tasks")
            + salvage::part::<bool>(data, "hasMore")
            + salvage::part::<bool>(data, "degraded")
            + salvage::part::<String>(data, "cursor")
    }
}

impl Salvage for TaskReply {}

impl TaskRow {
    /// The task; `None` when it has no id.
    pub fn into_task(self) -> Option<Task> {
        Some(Task {
            id: TaskId::new(self.id.into_option().filter(|id| !id.is_empty())?),
            kind: self.kind.into_option(),
            title: self.title.into_option().unwrap_or_default(),
            instructions: self.instructions.into_option(),
            action: self.action.into_option(),
            priority: self.priority.into_option(),
            status: self.status.into_option(),
            source: self.source.into_option(),
            target: self.target.into_option(),
            project: self.project_id.into_option(),
            thread: self.thread_id.into_option(),
            created_at: time(&self.created_at),
            expires_at: time(&self.expires_at),
            claimed_by: self.claimed_by.into_option(),
            claimed_at: time(&self.claimed_at),
            completed_at: time(&self.completed_at),
            completed_status: self.completed_status.into_option(),
            result: self.result.into_option().map(|result| match result {
                Value::String(text) => text,
                other => other.to_string(),
            }),
        })
    }
}
