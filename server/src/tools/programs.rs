//! Programs: listed, described, paused, resumed (contract section 8). A paused program takes no new work: it claims
//! nothing, and whoever sends it a task is warned. What it already does it may finish.

use std::collections::BTreeSet;

use cachebash_core::domain::{ProgramId, Timestamp};
use serde_json::{Value, json};

use super::{Entry, Outcome, Tool, act, look};
use crate::caller::Caller;
use crate::records::{EVERYONE, Key, Pause, Program, knows_program, programs};
use crate::refusal::refused;
use crate::rules::access::keeps_programs;
use crate::rules::validation::{ADDRESSABLE, Fields, FromFields, is_addressable};
use crate::store::{Listing, Stored, Tx, View};

const PROGRAM_ID: usize = 100;
const PAUSED_ID: usize = 50;
const REASON: usize = 500;
const NAME: usize = 200;
const WORD: usize = 100;
const COLOUR: usize = 20;
const MOST_WORDS: usize = 50;
/// Keys that are looked at to tell which programs can still act.
const MOST_KEYS: u32 = 10_000;

/// A group's name as a pattern.
const GROUP: &str = "^[^@/\\u0000-\\u001f\\u007f-\\u009f][^/\\u0000-\\u001f\\u007f-\\u009f]*$";

const LIST: Tool = Tool::new(
    "programs",
    "list_programs",
    "programs.read",
    "List programs with their roles, groups and tags",
);
const UPDATE: Tool = Tool::new(
    "programs",
    "update_program",
    "programs.write",
    "Describe a program: its name, role, colour, groups and tags; what is left out stays as it was",
);
const PAUSE: Tool = Tool::new(
    "pulse",
    "pause_program",
    "pulse.write",
    "Keep a program from claiming tasks until it is resumed",
);
const RESUME: Tool = Tool::new(
    "pulse",
    "resume_program",
    "pulse.write",
    "Let a paused program claim tasks again",
);

pub(super) fn tools() -> [Entry; 4] {
    [
        look(LIST, list),
        act(UPDATE, update),
        act(PAUSE, pause),
        act(RESUME, resume),
    ]
}

fn list(view: &mut View<'_>, _: &Caller, asked: Which) -> Outcome {
    let able = able(view)?;
    let rows: Vec<Value> = programs(view)?
        .iter()
        .filter(|program| {
            let role = asked.role.as_ref();
            let group = asked.group.as_ref();
            role.is_none_or(|role| program.role().eq_ignore_ascii_case(role))
                && group.is_none_or(|group| group == EVERYONE || program.groups.contains(group))
                && able.contains(&program.id) == asked.active
        })
        .map(|program| shown(program, asked.active))
        .collect();
    Ok(json!({ "success": true, "count": rows.len(), "programs": rows }))
}

fn update(tx: &mut Tx<'_>, caller: &Caller, change: Change) -> Outcome {
    if caller.program != change.program && !keeps_programs(&caller.program) {
        return Ok(refused("Access denied: can only update your own program entry"));
    }
    let Some(mut program) = entry(tx, &change.program)? else {
        return Ok(refused(format!("Program not found: \"{}\"", change.program)));
    };
    let mut updated = Vec::new();
    let mut text = |name: &'static str, new: Option<String>, old: &mut Option<String>| {
        if let Some(new) = new {
            updated.push(name);
            *old = Some(new).filter(|new| !new.is_empty());
        }
    };
    text("displayName", change.display_name, &mut program.display_name);
    text("role", change.role, &mut program.role);
    text("color", change.colour, &mut program.color);
    let mut words = |name: &'static str, new: Option<Vec<String>>, old: &mut Vec<String>| {
        if let Some(new) = new {
            updated.push(name);
            *old = once_each(new);
        }
    };
    words("groups", change.groups, &mut program.groups);
    words("tags", change.tags, &mut program.tags);
    tx.put(&program)?;
    let message = format!("Program \"{}\" updated.", program.id);
    Ok(json!({ "success": true, "programId": program.id, "updated": updated, "message": message }))
}

/// Again only changes the reason.
fn pause(tx: &mut Tx<'_>, caller: &Caller, Halt { program, reason }: Halt) -> Outcome {
    if caller.program != program && !keeps_programs(&caller.program) {
        return Ok(refused("Access denied: can only pause your own program"));
    }
    let Some(mut entry) = entry(tx, &program)? else {
        return Ok(unknown(&program));
    };
    let pause = Pause {
        reason,
        by: caller.program.clone(),
        at: tx.now,
    };
    let told = pause.told();
    entry.paused = Some(pause);
    tx.put(&entry)?;
    Ok(json!({
        "success": true,
        "programId": program,
        "paused": told,
        "message": format!("Program \"{program}\" paused. Task intake suspended."),
    }))
}

/// A program that someone else paused does not resume itself.
fn resume(tx: &mut Tx<'_>, caller: &Caller, Named(program): Named) -> Outcome {
    let keeper = keeps_programs(&caller.program);
    if caller.program != program && !keeper {
        return Ok(refused("Access denied: can only resume your own program"));
    }
    let Some(mut entry) = entry(tx, &program)? else {
        return Ok(unknown(&program));
    };
    let Some(pause) = entry.paused.take() else {
        return Ok(refused(format!("Program \"{program}\" is not paused.")));
    };
    if pause.by != caller.program && !keeper {
        return Ok(refused(format!(
            "Access denied: \"{program}\" was paused by \"{}\"",
            pause.by
        )));
    }
    tx.put(&entry)?;
    let message = format!("Program \"{program}\" resumed.");
    Ok(json!({ "success": true, "programId": program, "message": message }))
}

/// A program's entry; one that is known without having one gets it now.
fn entry(view: &mut View<'_>, program: &ProgramId) -> Stored<Option<Program>> {
    if let Some(entry) = view.get::<Program>(program.as_str())? {
        return Ok(Some(entry));
    }
    let known = knows_program(view, program)?;
    Ok(known.then(|| Program::new(program.clone(), view.now)))
}

/// The programs that hold a key which still opens the door.
fn able(view: &mut View<'_>) -> Stored<BTreeSet<ProgramId>> {
    let now: Timestamp = view.now;
    let keys: Vec<Key> = view.list(&Listing {
        limit: MOST_KEYS,
        ..Listing::default()
    })?;
    let good = keys.into_iter().filter(|key| key.is_good(now));
    Ok(good.map(|key| key.program).collect())
}

fn shown(program: &Program, active: bool) -> Value {
    let mut row = program.shown();
    row["active"] = active.into();
    row
}

fn unknown(program: &ProgramId) -> Value {
    refused(format!("Unknown program: \"{program}\""))
}

/// `all` is no group that one could leave or join.
fn once_each(words: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        if word != EVERYONE && !kept.contains(&word) {
            kept.push(word);
        }
    }
    kept
}

/// Which programs to list.
struct Which {
    role: Option<String>,
    group: Option<String>,
    active: bool,
}

/// What is said of a program; `None` says nothing about it, and an empty text takes back what was said.
struct Change {
    program: ProgramId,
    display_name: Option<String>,
    role: Option<String>,
    colour: Option<String>,
    groups: Option<Vec<String>>,
    tags: Option<Vec<String>>,
}

struct Halt {
    program: ProgramId,
    reason: String,
}

struct Named(ProgramId);

impl FromFields for Which {
    fn read(fields: &mut Fields<'_>) -> Self {
        Which {
            role: fields.text("role", WORD),
            group: fields.text("group", WORD),
            active: fields.flag("active").unwrap_or(true),
        }
    }
}

impl FromFields for Change {
    fn read(fields: &mut Fields<'_>) -> Self {
        let program = ProgramId::new(fields.required_id("programId", PROGRAM_ID));
        let display_name = fields.text("displayName", NAME);
        let role = fields.text("role", WORD);
        let colour = fields.text("color", COLOUR);
        let groups = fields.texts("groups", MOST_WORDS, WORD);
        let tags = fields.texts("tags", MOST_WORDS, WORD);
        fields.of_form("groups", GROUP);
        fields.of_form("role", ADDRESSABLE);
        // Tasks and messages are addressed to roles and groups, so they must be names that a target can spell.
        for (place, group) in groups.iter().flatten().enumerate() {
            if group.is_empty() || group.starts_with('@') || !is_addressable(group) {
                let path = format!("groups.{place}");
                fields.complain(&path, "Invalid string: must be a group's name", "invalid_format");
            }
        }
        if role.as_deref().is_some_and(|role| !is_addressable(role)) {
            fields.complain("role", "Invalid string: must be a role's name", "invalid_format");
        }
        Change {
            program,
            display_name,
            role,
            colour,
            groups,
            tags,
        }
    }
}

impl FromFields for Halt {
    fn read(fields: &mut Fields<'_>) -> Self {
        Halt {
            program: ProgramId::new(fields.required_id("programId", PAUSED_ID)),
            reason: fields.required_text("reason", REASON),
        }
    }
}

impl FromFields for Named {
    fn read(fields: &mut Fields<'_>) -> Self {
        Named(ProgramId::new(fields.required_id("programId", PAUSED_ID)))
    }
}
