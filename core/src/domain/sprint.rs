//! What agents plan together: sprints and their stories, to look at.

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// A sprint that is under way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sprint {
    /// Unique within an account.
    pub id: String,
    /// What it is about.
    pub title: Option<String>,
    /// `created`, `active`, `done`, or another word.
    pub status: Option<String>,
    /// Its project.
    pub project: Option<String>,
    /// Its branch.
    pub branch: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// Its stories, by wave, then as the server lists them.
    pub stories: Vec<Story>,
}

/// One story of a sprint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Story {
    /// Unique within its sprint.
    pub id: String,
    /// What it is about.
    pub title: Option<String>,
    /// `created`, `active`, `done`, `failed`, `archived`, or another word.
    pub status: Option<String>,
    /// From 1; those of a wave may be done beside each other.
    pub wave: Option<u32>,
    /// What is being done.
    pub current_action: Option<String>,
    /// Percent; the hosted server keeps none.
    pub progress: Option<f64>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
}

impl Sprint {
    /// How many of its stories are done.
    pub fn done(&self) -> usize {
        let is_done = |story: &&Story| matches!(story.status.as_deref(), Some("done" | "complete"));
        self.stories.iter().filter(is_done).count()
    }
}
