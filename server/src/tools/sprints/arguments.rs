//! What is asked of sprints, read field by field.

use serde_json::{Map, Value};

use super::{MOST_STORIES, MOST_WAVE};
use crate::records::{Complexity, Plan, RetryPolicy, TaskWord};
use crate::rules::validation::{Fields, FromFields};
use crate::wire_values::number;

const SPRINT_ID: usize = 100;
const STORY_ID: usize = 100;
const PROJECT: usize = 100;
const TITLE: usize = 200;
const ACTION: usize = 200;
const NAME: usize = 200;
const MOST_DEPENDENCIES: usize = 50;
const MOST_RETRIES: u32 = 5;

/// A sprint to begin.
pub(super) struct NewSprint {
    pub(super) project: String,
    pub(super) branch: String,
    pub(super) stories: Vec<Plan>,
    pub(super) session: Option<String>,
    pub(super) config: Option<Value>,
}

/// Where a story goes that is added.
#[derive(Clone, Copy)]
pub(super) enum Insertion {
    CurrentWave,
    NextWave,
    Backlog,
}

pub(super) struct NewStory {
    pub(super) sprint: String,
    pub(super) plan: Plan,
    pub(super) mode: Insertion,
}

/// What is reported of a story; `None` says nothing about it.
pub(super) struct Report {
    pub(super) sprint: String,
    pub(super) story: String,
    pub(super) status: Option<TaskWord>,
    pub(super) progress: Option<f64>,
    pub(super) action: Option<String>,
    pub(super) model: Option<String>,
}

pub(super) struct End {
    pub(super) sprint: String,
    pub(super) summary: Map<String, Value>,
}

pub(super) struct Sought(pub(super) String);

impl FromFields for NewSprint {
    fn read(fields: &mut Fields<'_>) -> Self {
        let project = fields.required_text("projectName", PROJECT);
        let branch = fields.required_text("branch", PROJECT);
        let stories = fields.required_objects("stories", MOST_STORIES, plan);
        for (place, story) in stories.iter().enumerate() {
            if stories.iter().take(place).any(|earlier| earlier.id == story.id) {
                let path = format!("stories.{place}.id");
                fields.complain(&path, "Invalid input: two stories have this id", "invalid_value");
            }
        }
        NewSprint {
            project,
            branch,
            stories,
            session: fields.text("sessionId", NAME),
            config: fields.object("config", config),
        }
    }
}

impl FromFields for NewStory {
    fn read(fields: &mut Fields<'_>) -> Self {
        const MODES: [(&str, Insertion); 3] = [
            ("current_wave", Insertion::CurrentWave),
            ("next_wave", Insertion::NextWave),
            ("backlog", Insertion::Backlog),
        ];
        NewStory {
            sprint: fields.required_id("sprintId", SPRINT_ID),
            plan: fields.required_object("story", plan).unwrap_or_else(no_plan),
            mode: fields.word("insertionMode", &MODES).unwrap_or(Insertion::NextWave),
        }
    }
}

impl FromFields for Report {
    fn read(fields: &mut Fields<'_>) -> Self {
        const STATUSES: [(&str, TaskWord); 5] = [
            ("queued", TaskWord::Created),
            ("active", TaskWord::Active),
            ("complete", TaskWord::Done),
            ("failed", TaskWord::Failed),
            ("skipped", TaskWord::Archived),
        ];
        Report {
            sprint: fields.required_id("sprintId", SPRINT_ID),
            story: fields.required_id("storyId", STORY_ID),
            status: fields.word("status", &STATUSES),
            progress: fields.number("progress", 0.0, 100.0),
            action: fields.text("currentAction", ACTION),
            model: fields.text("model", NAME),
        }
    }
}

impl FromFields for End {
    fn read(fields: &mut Fields<'_>) -> Self {
        End {
            sprint: fields.required_id("sprintId", SPRINT_ID),
            summary: fields
                .object("summary", |fields| {
                    numbers(fields, &["completed", "failed", "skipped", "duration"])
                })
                .unwrap_or_default(),
        }
    }
}

impl FromFields for Sought {
    fn read(fields: &mut Fields<'_>) -> Self {
        Sought(fields.required_id("sprintId", SPRINT_ID))
    }
}

fn plan(fields: &mut Fields<'_>) -> Plan {
    Plan {
        id: fields.required_id("id", STORY_ID),
        title: fields.required_text("title", TITLE),
        wave: fields.whole("wave", 0, MOST_WAVE).unwrap_or(1),
        dependencies: fields
            .texts("dependencies", MOST_DEPENDENCIES, STORY_ID)
            .unwrap_or_default(),
        complexity: fields.word("complexity", &Complexity::WORDS).unwrap_or_default(),
        retry_policy: fields.word("retryPolicy", &RetryPolicy::WORDS).unwrap_or_default(),
        max_retries: fields.whole("maxRetries", 0, MOST_RETRIES).unwrap_or(1),
    }
}

/// Stands in for one that was not sent, until that is told.
fn no_plan() -> Plan {
    Plan {
        id: String::new(),
        title: String::new(),
        wave: 1,
        dependencies: Vec::new(),
        complexity: Complexity::default(),
        retry_policy: RetryPolicy::default(),
        max_retries: 0,
    }
}

fn config(fields: &mut Fields<'_>) -> Value {
    let mut said = Map::new();
    for name in ["orchestratorModel", "subagentModel"] {
        if let Some(text) = fields.text(name, NAME) {
            said.insert(name.into(), text.into());
        }
    }
    said.extend(numbers(fields, &["maxConcurrent"]));
    said.into()
}

fn numbers(fields: &mut Fields<'_>, names: &[&str]) -> Map<String, Value> {
    let mut said = Map::new();
    for name in names {
        if let Some(value) = fields.number(name, 0.0, f64::MAX) {
            said.insert((*name).to_owned(), number(value));
        }
    }
    said
}
