//! Creating a task, and telling its sender whether anybody is there to do it.

use cachebash_core::domain::{ProgramId, Span, Timestamp};
use serde_json::{Map, Value, json};

use super::Outcome;
use crate::caller::Caller;
use crate::records::{Action, MessageType, Priority, Program, Recipients, Session, Task, TaskType, recipients};
use crate::refusal::refused;
use crate::rules::validation::{Fields, FromFields};
use crate::store::{Listing, Stored, Tx, View};
use crate::wire_values::number;

const TITLE: usize = 200;
const INSTRUCTIONS: usize = 32_000;
const TARGET: usize = 100;
const ID: usize = 200;
const MOST_FALLBACKS: usize = 50;
const YEAR_SECONDS: u32 = 31_536_000;

/// Silent for longer, a target may not be there any more; fleet health draws the line at the same place.
const STALE_AFTER: Span = Span::from_mins(10);

pub(super) fn create(tx: &mut Tx<'_>, caller: &Caller, new: NewTask) -> Outcome {
    let source = caller.speaking_as(new.source)?;
    let Some(target) = recipients(tx, &new.target)? else {
        return Ok(refused(format!(
            "Unknown target program: \"{}\". Use a valid program ID, group name, or @role for role-based targeting.",
            new.target
        )));
    };
    let (id, now) = (tx.new_id()?, tx.now);
    let mut task = Task {
        instructions: new.instructions,
        action: new.action,
        priority: new.priority,
        source: source.into_string(),
        target: Some(target.target().to_owned()),
        members: match &target {
            Recipients::Several { programs, .. } => programs.clone(),
            _ => Vec::new(),
        },
        fallback: new.fallback,
        requires_action: new.message_type.is_none_or(asks_for_something),
        message_type: new.message_type,
        project: new.project,
        board_item: new.board_item,
        reply_to: new.reply_to,
        thread: new.thread,
        provenance: new.provenance,
        ttl: new.ttl,
        ..Task::named(&id, new.kind, new.title, now)
    };
    task.wait(now);
    tx.put(&task)?;
    let mut reply = json!({
        "success": true,
        "taskId": id,
        "title": task.title,
        "action": task.action,
        "message": format!("Task created. ID: \"{id}\""),
    });
    if let Recipients::One(program) = &target {
        tell_of_target(tx, program, &mut reply)?;
    }
    Ok(reply)
}

/// Whether anything is to be done about a task that is meant as such a message; the others merely tell.
fn asks_for_something(message_type: MessageType) -> bool {
    use MessageType::{Directive, Handshake, Query};
    matches!(message_type, Directive | Query | Handshake)
}

/// Whether the target is heard of, and whether it may take the task.
fn tell_of_target(view: &mut View<'_>, program: &ProgramId, reply: &mut Value) -> Stored<()> {
    let now = view.now;
    let heard = last_heard(view, program)?;
    let state = match heard {
        None => "offline",
        Some(at) if now.since(at) > STALE_AFTER => "stale",
        Some(_) => "alive",
    };
    let age = heard.map_or_else(|| "never".to_owned(), |at| age(now.since(at)));
    let paused = view.get::<Program>(program.as_str())?.and_then(|entry| entry.paused);
    let warning = match paused {
        Some(pause) => Some(format!(
            "Program \"{program}\" is paused: {}. It claims no task until it is resumed.",
            pause.reason
        )),
        None if state != "alive" => Some(format!(
            "Target \"{program}\" is {state} (heartbeat: {age}). The task waits, but may not be picked up."
        )),
        None => None,
    };
    reply["targetState"] = state.into();
    reply["heartbeatAge"] = age.into();
    if let Some(warning) = warning {
        reply["warning"] = warning.into();
    }
    Ok(())
}

/// When one of a program's live sessions last gave a sign of life.
fn last_heard(view: &mut View<'_>, program: &ProgramId) -> Stored<Option<Timestamp>> {
    let live = ["working", "blocked", "pinned"];
    let latest = Listing {
        owner: Some(program.as_str()),
        tags: &live,
        limit: 50,
        ..Listing::default()
    };
    let sessions: Vec<Session> = view.list(&latest)?;
    let heard = sessions.iter().map(|session| {
        session
            .heard_at
            .max(session.last_heartbeat)
            .unwrap_or(session.last_update)
    });
    Ok(heard.max())
}

/// `7s`, `12m`, `3h`, `2d`.
fn age(age: Span) -> String {
    let seconds = age.as_millis().max(0) / 1_000;
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..86_400 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// A task to be created.
pub(super) struct NewTask {
    title: String,
    target: String,
    instructions: String,
    message_type: Option<MessageType>,
    kind: TaskType,
    priority: Priority,
    action: Action,
    source: Option<ProgramId>,
    project: Option<String>,
    board_item: Option<String>,
    ttl: Option<u32>,
    reply_to: Option<String>,
    thread: Option<String>,
    provenance: Option<Value>,
    fallback: Option<Vec<String>>,
}

impl FromFields for NewTask {
    fn read(fields: &mut Fields<'_>) -> Self {
        NewTask {
            title: fields.required_text("title", TITLE),
            instructions: fields.text("instructions", INSTRUCTIONS).unwrap_or_default(),
            message_type: fields.word("message_type", &MessageType::WORDS),
            kind: fields.word("type", &TaskType::WORDS).unwrap_or(TaskType::Task),
            priority: fields.word("priority", &Priority::WORDS).unwrap_or_default(),
            action: fields.word("action", &Action::WORDS).unwrap_or_default(),
            source: fields.id("source", TARGET).map(ProgramId::new),
            target: fields.required_id("target", TARGET),
            project: fields.text("projectId", ID),
            board_item: fields.text("boardItemId", ID),
            ttl: fields.whole("ttl", 0, YEAR_SECONDS),
            reply_to: fields.text("replyTo", ID),
            thread: fields.text("threadId", ID),
            provenance: fields.object("provenance", provenance),
            fallback: fields.texts("fallback", MOST_FALLBACKS, TARGET),
        }
    }
}

fn provenance(fields: &mut Fields<'_>) -> Value {
    let mut said = Map::new();
    if let Some(model) = fields.text("model", ID) {
        said.insert("model".into(), model.into());
    }
    for name in ["cost_tokens", "confidence"] {
        if let Some(value) = fields.number(name, f64::MIN, f64::MAX) {
            said.insert(name.into(), number(value));
        }
    }
    said.into()
}
