//! Sprints: stories in waves, planned together and reported one by one (contract section 8).

mod arguments;

use cachebash_core::domain::Timestamp;
use serde_json::{Value, json};

use self::arguments::{End, Insertion, NewSprint, NewStory, Report, Sought};
use super::{Entry, Nothing, Outcome, Tool, act, look};
use crate::caller::Caller;
use crate::records::{Action, Message, MessageType, Plan, Priority, Sprint, Story, TaskWord};
use crate::refusal::refused;
use crate::store::{Listing, Stored, Tx, View};
use crate::wire_values::iso_or_null;

const MOST_STORIES: usize = 200;
const MOST_WAVE: u32 = 9_999;
const MOST_ACTIVE: u32 = 10;

/// Who hears of a story that failed for good.
const ORCHESTRATOR: &str = "orchestrator";

const NOT_FOUND: &str = "Sprint not found";

const CREATE: Tool = Tool::new(
    "sprint",
    "create_sprint",
    "sprint.write",
    "Begin a sprint with its stories",
);
const GET: Tool = Tool::new(
    "sprint",
    "get_sprint",
    "sprint.read",
    "Read one sprint with its stories and how many stand where",
);
const ACTIVE: Tool = Tool::new(
    "",
    "active_sprints",
    "sprint.read",
    "List the ten newest sprints that go on",
);
const ADD: Tool = Tool::new(
    "sprint",
    "add_story_to_sprint",
    "sprint.write",
    "Add a story to a sprint that goes on",
);
const UPDATE: Tool = Tool::new(
    "sprint",
    "update_sprint_story",
    "sprint.write",
    "Report where a story stands; what is left out stays as it was",
);
const COMPLETE: Tool = Tool::new("sprint", "complete_sprint", "sprint.write", "End a sprint");

pub(super) fn tools() -> [Entry; 6] {
    [
        act(CREATE, create),
        look(GET, get),
        look(ACTIVE, active),
        act(ADD, add),
        act(UPDATE, update),
        act(COMPLETE, complete),
    ]
}

fn create(tx: &mut Tx<'_>, caller: &Caller, new: NewSprint) -> Outcome {
    let sprint = Sprint {
        id: tx.new_id()?,
        project: new.project,
        branch: new.branch,
        config: new.config,
        definition: new.stories,
        session: new.session,
        created_by: caller.program.clone(),
        created_at: tx.now,
        completed_at: None,
        summary: None,
    };
    tx.put(&sprint)?;
    for (plan, place) in sprint.definition.iter().zip(0..) {
        put_story(tx, &sprint.id, place, plan.clone())?;
    }
    let count = sprint.definition.len();
    Ok(json!({
        "success": true,
        "sprintId": sprint.id,
        "storiesCreated": count,
        "message": format!("Sprint created with {count} stories"),
    }))
}

fn get(view: &mut View<'_>, _: &Caller, Sought(id): Sought) -> Outcome {
    let Some(sprint) = view.get::<Sprint>(&id)? else {
        return Ok(refused(NOT_FOUND));
    };
    let stories = stories_of(view, &id)?;
    let mut shown = sprint.shown();
    shown["definition"] = json!(sprint.definition);
    shown["completedAt"] = iso_or_null(sprint.completed_at);
    let rows: Vec<Value> = stories
        .iter()
        .map(|story| {
            let mut row = story.shown();
            row["retry"] = story.retry();
            row
        })
        .collect();
    Ok(json!({ "success": true, "sprint": shown, "stories": rows, "stats": stats(&stories) }))
}

fn active(view: &mut View<'_>, _: &Caller, _: Nothing) -> Outcome {
    let going_on = Listing {
        tags: &["active"],
        limit: MOST_ACTIVE + 1,
        ..Listing::default()
    };
    let mut sprints: Vec<Sprint> = view.list(&going_on)?;
    let more = sprints.len() > MOST_ACTIVE as usize;
    sprints.truncate(MOST_ACTIVE as usize);
    let mut rows = Vec::with_capacity(sprints.len());
    for sprint in &sprints {
        let stories = stories_of(view, &sprint.id)?;
        let mut row = sprint.shown();
        row["stories"] = stories.iter().map(Story::shown).collect();
        row["stats"] = stats(&stories);
        rows.push(row);
    }
    Ok(json!({ "sprints": rows, "count": rows.len(), "hasMore": more }))
}

fn add(tx: &mut Tx<'_>, _: &Caller, new: NewStory) -> Outcome {
    let Some(sprint) = tx.get::<Sprint>(&new.sprint)? else {
        return Ok(refused(NOT_FOUND));
    };
    if let Some(refusal) = ended(&sprint) {
        return Ok(refusal);
    }
    let stories = stories_of(tx, &sprint.id)?;
    if stories.len() >= MOST_STORIES {
        return Ok(refused(format!("A sprint has at most {MOST_STORIES} stories")));
    }
    if stories.iter().any(|story| story.plan.id == new.plan.id) {
        return Ok(refused(format!("The sprint has a story \"{}\" already", new.plan.id)));
    }
    let wave = match new.mode {
        Insertion::CurrentWave => current_wave(&stories),
        Insertion::NextWave => current_wave(&stories).saturating_add(1).min(MOST_WAVE),
        Insertion::Backlog => last_wave(&stories).saturating_add(1).min(MOST_WAVE),
    };
    let plan = Plan { wave, ..new.plan };
    let place = stories.iter().map(|story| story.place + 1).max().unwrap_or_default();
    let story = put_story(tx, &sprint.id, place, plan)?;
    Ok(json!({
        "success": true,
        "sprintId": sprint.id,
        "storyId": story,
        "wave": wave,
        "message": format!("Story added to sprint (wave {wave})"),
    }))
}

fn update(tx: &mut Tx<'_>, caller: &Caller, report: Report) -> Outcome {
    let Some(sprint) = tx.get::<Sprint>(&report.sprint)? else {
        return Ok(refused(NOT_FOUND));
    };
    // Also after the sprint has ended: what an agent finished meanwhile is not lost.
    let stories = stories_of(tx, &sprint.id)?;
    // By the planner's name for it, else by our id.
    let by_name = stories.iter().find(|story| story.plan.id == report.story);
    let named = by_name.or_else(|| stories.iter().find(|story| story.id == report.story));
    let Some(mut story) = named.cloned() else {
        return Ok(refused("Story not found"));
    };
    let now = tx.now;
    story.progress = report.progress.or(story.progress);
    story.current_action = report.action.or(story.current_action);
    story.model = report.model.or(story.model);
    let failed = report.status.is_some_and(|status| story.move_to(status, now));
    tx.put(&story)?;
    if failed {
        escalate(tx, caller, &sprint, &story)?;
    }
    Ok(json!({
        "success": true,
        "sprintId": sprint.id,
        "storyId": report.story,
        "message": "Story updated",
    }))
}

fn complete(tx: &mut Tx<'_>, _: &Caller, end: End) -> Outcome {
    let Some(mut sprint) = tx.get::<Sprint>(&end.sprint)? else {
        return Ok(refused(NOT_FOUND));
    };
    if let Some(refusal) = ended(&sprint) {
        return Ok(refusal);
    }
    let stories = stories_of(tx, &sprint.id)?;
    let mut summary = json!({
        "completed": count(&stories, TaskWord::Done),
        "failed": count(&stories, TaskWord::Failed),
        "skipped": count(&stories, TaskWord::Archived),
    });
    // What the completer counted goes before what we did.
    for (name, value) in end.summary {
        summary[name] = value;
    }
    sprint.completed_at = Some(tx.now);
    sprint.summary = Some(summary.clone());
    tx.put(&sprint)?;
    Ok(json!({ "success": true, "sprintId": sprint.id, "summary": summary, "message": "Sprint completed" }))
}

fn put_story(tx: &mut Tx<'_>, sprint: &str, place: u32, plan: Plan) -> Stored<String> {
    let now: Timestamp = tx.now;
    let story = Story {
        id: tx.new_id()?,
        sprint: sprint.to_owned(),
        place,
        plan,
        status: TaskWord::Created,
        current_action: None,
        progress: None,
        model: None,
        failures: Vec::new(),
        created_at: now,
        started_at: None,
        completed_at: None,
    };
    tx.put(&story)?;
    Ok(story.id)
}

/// Tells the orchestrator that a story failed for good.
fn escalate(tx: &mut Tx<'_>, caller: &Caller, sprint: &Sprint, story: &Story) -> Stored<()> {
    let text = format!(
        "Story \"{}\" failed, and there are no more tries. Sprint: {}, story: {}",
        story.plan.title, sprint.id, story.id
    );
    let (id, now, source) = (tx.new_id()?, tx.now, caller.program.clone());
    tx.put(&Message {
        priority: Priority::High,
        action: Action::Interrupt,
        ..Message::plain(id, source, ORCHESTRATOR, MessageType::Result, text, now)
    })
}

/// The stories of a sprint, wave by wave, each in the order of the plan.
fn stories_of(view: &mut View<'_>, sprint: &str) -> Stored<Vec<Story>> {
    let mut stories: Vec<Story> = view.list(&Listing {
        owner: Some(sprint),
        limit: MOST_STORIES as u32,
        ..Listing::default()
    })?;
    stories.sort_by_key(|story| (story.plan.wave, story.place));
    Ok(stories)
}

/// The first wave in which something is left to do; where nothing is, the last.
fn current_wave(stories: &[Story]) -> u32 {
    let open = |story: &&Story| matches!(story.status, TaskWord::Created | TaskWord::Active);
    let first = stories.iter().filter(open).map(|story| story.plan.wave).min();
    first.unwrap_or_else(|| last_wave(stories))
}

fn last_wave(stories: &[Story]) -> u32 {
    stories.iter().map(|story| story.plan.wave).max().unwrap_or(1)
}

fn count(stories: &[Story], status: TaskWord) -> usize {
    stories.iter().filter(|story| story.status == status).count()
}

fn stats(stories: &[Story]) -> Value {
    json!({
        "total": stories.len(),
        "completed": count(stories, TaskWord::Done),
        "failed": count(stories, TaskWord::Failed),
        "active": count(stories, TaskWord::Active),
        "queued": count(stories, TaskWord::Created),
    })
}

fn ended(sprint: &Sprint) -> Option<Value> {
    sprint.completed_at.map(|_| refused("Sprint is already completed"))
}
