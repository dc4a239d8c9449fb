//! Sprints and their stories (contract section 8).

use serde_json::{Number, Value};

use super::field::{number, object};
use super::sessions::time;
use super::{Salvage, salvage};
use crate::domain::{Sprint, Story};

object! {
    /// `data` of `GET /v1/sprints/active`; it has no inner success.
    ActiveSprints {
        /// The sprints, at most ten.
        sprints: Vec<SprintRow>,
        /// How many rows.
        count: Number,
        /// Only our own server says so.
        has_more: bool,
    }
}

object! {
    /// `data` of `GET /v1/sprints/:id`.
    OneSprint {
        /// Inner success.
        success: bool,
        /// The sprint.
        sprint: SprintRow,
        /// Its stories.
        stories: Vec<StoryRow>,
        /// How many of them are how.
        stats: SprintStats,
    }
}

object! {
    /// One sprint. Among the active ones it has its stories with it; asked for by its id they stand beside it.
    SprintRow {
        /// Its id. A row without one is left out.
        id: String,
        /// What it is about.
        title: String,
        /// `created`, `active`, `done`, …
        status: String,
        /// Its project.
        project_name: String,
        /// Its branch.
        branch: String,
        /// What its maker set; free.
        config: Value,
        /// The stories as they were planned.
        definition: Vec<PlannedStory>,
        /// ISO.
        created_at: String,
        /// ISO.
        started_at: String,
        /// ISO.
        completed_at: String,
        /// Its stories.
        stories: Vec<StoryRow>,
        /// How many of them are how.
        stats: SprintStats,
    }
}

object! {
    /// One story.
    StoryRow {
        /// Its document's id.
        id: String,
        /// What it is about.
        title: String,
        /// `created`, `active`, `done`, `failed`, `archived`: other words than are sent.
        status: String,
        /// From 1.
        wave: Number,
        /// Stories that come before it, by their planned ids.
        dependencies: Vec<String>,
        /// `normal` or `high`.
        complexity: String,
        /// What is being done.
        current_action: String,
        /// Percent; only our own server keeps it.
        progress: Number,
        /// What happens when it fails.
        retry: StoryRetry,
        /// ISO.
        started_at: String,
        /// ISO.
        completed_at: String,
    }
}

object! {
    /// A story as it was planned.
    PlannedStory {
        /// Its planned id.
        id: String,
        /// What it is about.
        title: String,
        /// From 1.
        wave: Number,
        /// Stories that come before it.
        dependencies: Vec<String>,
        /// `normal` or `high`.
        complexity: String,
        /// `none`, `auto_retry`, `escalate`.
        retry_policy: String,
        /// How often at most.
        max_retries: Number,
    }
}

object! {
    /// What happens when a story fails, and what did.
    StoryRetry {
        /// `none`, `auto_retry`, `escalate`.
        policy: String,
        /// How often at most.
        max_retries: Number,
        /// How often it was.
        retry_count: Number,
        /// Each time it was.
        retry_history: Vec<Value>,
    }
}

object! {
    /// How many stories are how.
    SprintStats {
        /// All.
        total: Number,
        /// Done.
        completed: Number,
        /// Failed.
        failed: Number,
        /// Being done.
        active: Number,
        /// Waiting.
        queued: Number,
    }
}

object! {
    /// `data` of making a sprint, of adding or updating a story, and of a sprint's end.
    SprintAck {
        /// Inner success.
        success: bool,
        /// Which.
        sprint_id: String,
        /// How many stories it begins with; of making one alone.
        stories_created: Number,
        /// Which story; of those about a story alone.
        story_id: String,
        /// Where a new story was put; likewise.
        wave: Number,
        /// What was done; of an end alone.
        summary: SprintSummary,
        /// A sentence.
        message: String,
    }
}

object! {
    /// What a sprint's end says was done.
    SprintSummary {
        /// Stories done.
        completed: Number,
        /// Stories failed.
        failed: Number,
        /// Stories skipped.
        skipped: Number,
        /// As its completer counted.
        duration: Number,
    }
}

impl Salvage for ActiveSprints {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        salvage::part::<Number>(data, "count");
        salvage::part::<bool>(data, "hasMore") + salvage::rows::<SprintRow>(data, "sprints")
    }
}

impl Salvage for OneSprint {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        salvage::part::<SprintStats>(data, "stats") + salvage::rows::<StoryRow>(data, "stories")
    }
}

impl Salvage for SprintAck {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        salvage::part::<SprintSummary>(data, "summary")
    }
}

impl SprintRow {
    /// The sprint; `None` when it has no id.
    pub fn into_sprint(self) -> Option<Sprint> {
        let rows = self.stories.into_option().unwrap_or_default().into_iter();
        let mut stories: Vec<Story> = rows.filter_map(StoryRow::into_story).collect();
        stories.sort_by_key(|story| story.wave.unwrap_or(u32::MAX));
        Some(Sprint {
            id: self.id.into_option().filter(|id| !id.is_empty())?,
            title: self.title.into_option(),
            status: self.status.into_option(),
            project: self.project_name.into_option(),
            branch: self.branch.into_option(),
            created_at: time(&self.created_at),
            started_at: time(&self.started_at),
            completed_at: time(&self.completed_at),
            stories,
        })
    }
}

impl StoryRow {
    /// The story; `None` when it has no id.
    pub fn into_story(self) -> Option<Story> {
        let wave = self.wave.get().and_then(Number::as_u64);
        Some(Story {
            id: self.id.into_option().filter(|id| !id.is_empty())?,
            title: self.title.into_option(),
            status: self.status.into_option(),
            wave: wave.and_then(|wave| u32::try_from(wave).ok()),
            current_action: self.current_action.into_option(),
            progress: number(&self.progress),
            started_at: time(&self.started_at),
            completed_at: time(&self.completed_at),
        })
    }
}
