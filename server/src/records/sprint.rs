//! Sprints and their stories. A story is a record of its own: two agents that report two stories of one sprint at once
//! do not meet.

use std::borrow::Cow;

use cachebash_core::domain::{ProgramId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Action, Priority, Task, TaskType, TaskWord};
use crate::store::Record;
use crate::wire_values::{iso, iso_or_null, number};

/// Whose tasks sprints and stories are, in the contract's words.
const SOURCE: &str = "orchestrator";

/// How much there is to a story; the words are the contract's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Complexity {
    #[default]
    Normal,
    High,
}

impl Complexity {
    pub(crate) const WORDS: [(&'static str, Complexity); 2] =
        [("normal", Complexity::Normal), ("high", Complexity::High)];
}

/// What becomes of a story that failed; the words are the contract's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RetryPolicy {
    #[default]
    None,
    AutoRetry,
    Escalate,
}

impl RetryPolicy {
    pub(crate) const WORDS: [(&'static str, RetryPolicy); 3] = [
        ("none", RetryPolicy::None),
        ("auto_retry", RetryPolicy::AutoRetry),
        ("escalate", RetryPolicy::Escalate),
    ];
}

/// A story as it is planned.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Plan {
    /// The planner's own name for it, unique in its sprint.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) wave: u32,
    pub(crate) dependencies: Vec<String>,
    pub(crate) complexity: Complexity,
    pub(crate) retry_policy: RetryPolicy,
    pub(crate) max_retries: u32,
}

/// One sprint.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Sprint {
    pub(crate) id: String,
    pub(crate) project: String,
    pub(crate) branch: String,
    #[serde(default)]
    pub(crate) config: Option<Value>,
    /// As it was planned; what was added later is not in it.
    pub(crate) definition: Vec<Plan>,
    #[serde(default)]
    pub(crate) session: Option<String>,
    pub(crate) created_by: ProgramId,
    pub(crate) created_at: Timestamp,
    #[serde(default)]
    pub(crate) completed_at: Option<Timestamp>,
    /// What its completer said of it.
    #[serde(default)]
    pub(crate) summary: Option<Value>,
}

/// One story of a sprint.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Story {
    pub(crate) id: String,
    pub(crate) sprint: String,
    /// Its place in the plan.
    pub(crate) place: u32,
    pub(crate) plan: Plan,
    pub(crate) status: TaskWord,
    #[serde(default)]
    pub(crate) current_action: Option<String>,
    /// Percent. `None`: nothing was reported.
    #[serde(default)]
    pub(crate) progress: Option<f64>,
    #[serde(default)]
    pub(crate) model: Option<String>,
    /// When it failed and was tried again.
    #[serde(default)]
    pub(crate) failures: Vec<Timestamp>,
    pub(crate) created_at: Timestamp,
    #[serde(default)]
    pub(crate) started_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) completed_at: Option<Timestamp>,
}

impl Sprint {
    /// Where it stands, in the contract's words.
    pub(crate) fn status(&self) -> TaskWord {
        match self.completed_at {
            None => TaskWord::Active,
            Some(_) => TaskWord::Done,
        }
    }

    /// Its title, as lists have it.
    pub(crate) fn title(&self) -> String {
        format!("Sprint: {}", self.project)
    }

    /// In the contract's spelling, all but its plan and its stories.
    pub(crate) fn shown(&self) -> Value {
        json!({
            "id": self.id,
            "title": self.title(),
            "status": self.status(),
            "projectName": self.project,
            "branch": self.branch,
            "config": self.config,
            "createdAt": iso(self.created_at),
            "startedAt": iso(self.created_at),
        })
    }

    /// As it stands in a list of tasks.
    pub(crate) fn as_task(&self) -> Task {
        Task {
            priority: Priority::High,
            action: Action::Sprint,
            status: self.status(),
            source: SOURCE.to_owned(),
            ..Task::named(&self.id, TaskType::Sprint, self.title(), self.created_at)
        }
    }
}

impl Story {
    /// In the contract's spelling, all but its retries.
    pub(crate) fn shown(&self) -> Value {
        let mut row = json!({
            "id": self.id,
            "title": self.plan.title,
            "status": self.status,
            "wave": self.plan.wave,
            "dependencies": self.plan.dependencies,
            "complexity": self.plan.complexity,
            "currentAction": self.current_action,
            "startedAt": iso_or_null(self.started_at),
            "completedAt": iso_or_null(self.completed_at),
        });
        if let Some(progress) = self.progress {
            row["progress"] = number(progress);
        }
        row
    }

    /// What is known of its retries.
    pub(crate) fn retry(&self) -> Value {
        let history: Vec<Value> = self
            .failures
            .iter()
            .zip(1..)
            .map(|(at, attempt)| json!({ "attempt": attempt, "failedAt": iso(*at) }))
            .collect();
        json!({
            "policy": self.plan.retry_policy,
            "maxRetries": self.plan.max_retries,
            "retryCount": self.failures.len(),
            "retryHistory": history,
        })
    }

    /// Moves it on. One that may be tried again after a failure waits anew. True: it failed for good, and somebody is to
    /// hear of it.
    pub(crate) fn move_to(&mut self, status: TaskWord, now: Timestamp) -> bool {
        let tries_left = self.failures.len() < self.plan.max_retries as usize;
        let failed_before = self.status == TaskWord::Failed;
        if status == TaskWord::Failed && self.plan.retry_policy == RetryPolicy::AutoRetry && tries_left {
            self.failures.push(now);
            return self.move_to(TaskWord::Created, now);
        }
        match status {
            TaskWord::Created => (self.started_at, self.completed_at) = (None, None),
            TaskWord::Active => {
                self.started_at = self.started_at.or(Some(now));
                self.completed_at = None;
            }
            // The moment of its end is the first one, until it goes on.
            _ => self.completed_at = self.completed_at.or(Some(now)),
        }
        self.status = status;
        status == TaskWord::Failed && !failed_before && self.plan.retry_policy != RetryPolicy::None
    }

    /// As it stands in a list of tasks.
    pub(crate) fn as_task(&self) -> Task {
        Task {
            action: Action::Sprint,
            status: self.status,
            source: SOURCE.to_owned(),
            ..Task::named(
                &self.id,
                TaskType::SprintStory,
                self.plan.title.clone(),
                self.created_at,
            )
        }
    }
}

impl Record for Sprint {
    const KIND: &'static str = "sprint";
    const TAGS: &'static [&'static str] = &["active", "done"];

    fn id(&self) -> Cow<'_, str> {
        self.id.as_str().into()
    }

    fn tag(&self) -> &'static str {
        self.status().as_str()
    }

    fn rank(&self) -> i64 {
        self.created_at.as_millis()
    }
}

impl Record for Story {
    const KIND: &'static str = "story";
    const TAGS: &'static [&'static str] = &["created", "active", "done", "failed", "archived"];

    fn id(&self) -> Cow<'_, str> {
        self.id.as_str().into()
    }

    fn owner(&self) -> Option<&str> {
        Some(&self.sprint)
    }

    fn tag(&self) -> &'static str {
        self.status.as_str()
    }

    fn rank(&self) -> i64 {
        self.created_at.as_millis()
    }
}
