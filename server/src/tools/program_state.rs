//! Program state: what one session of a program leaves for the next (contract section 6). Changed by merging sections one
//! level deep inside one transaction, so that two writers at once lose nothing and each counts as a version. Reading
//! changes nothing, whatever its age.

use cachebash_core::domain::{ProgramId, SessionId, Timestamp};
use serde_json::{Map, Value, json};

use super::{Entry, Outcome, Tool, act, look};
use crate::caller::Caller;
use crate::records::{ContextEntry, ProgramState, knows_program};
use crate::refusal::refused;
use crate::rules::access::{may_read_state, may_write_state};
use crate::rules::program_state_document::{SECTIONS, default_document, prune_patterns};
use crate::rules::validation::{Fields, FromFields};
use crate::store::{Listing, Stored, Tx, View};
use crate::wire_values::iso;

const PROGRAM_ID: usize = 100;
const SESSION_ID: usize = 100;
const TITLE: usize = 200;
const NOTES: usize = 2_000;
const QUESTION: usize = 500;
const SHORT: usize = 200;
const PATTERN: usize = 500;
const NAME: usize = 100;
/// Lists and texts without a limit of their own; the body's limit holds them.
const UNBOUNDED: usize = usize::MAX;

/// How many entries of a program's context history are kept.
const HISTORY_KEPT: u32 = 50;

const GET: Tool = Tool::new(
    "state",
    "get_program_state",
    "state.read",
    "Read what a program's last session left behind",
);
const UPDATE: Tool = Tool::new(
    "state",
    "update_program_state",
    "state.write",
    "Leave notes, open questions, work items and the last task for the next session",
)
.at_most(10);
const HISTORY: Tool = Tool::new(
    "state",
    "get_context_history",
    "state.read",
    "List the context summaries that were written before",
);

pub(super) fn tools() -> [Entry; 3] {
    [look(GET, get), act(UPDATE, update), look(HISTORY, context_history)]
}

fn get(view: &mut View<'_>, caller: &Caller, Named(program): Named) -> Outcome {
    if !may_read_state(&caller.program, &program) {
        return Ok(no_reading(caller, &program));
    }
    if let Some(state) = view.get::<ProgramState>(program.as_str())? {
        let message = format!("State loaded for \"{program}\".");
        return Ok(json!({ "success": true, "exists": true, "state": state.document, "message": message }));
    }
    if !knows_program(view, &program)? {
        return Ok(unknown(&program));
    }
    Ok(json!({
        "success": true, "exists": false, "state": default_document(&program, view.now),
        "message": format!("No persisted state for \"{program}\". Returning defaults."),
    }))
}

fn update(
    tx: &mut Tx<'_>,
    caller: &Caller,
    Change {
        program,
        session,
        sections,
        learned_patterns,
    }: Change,
) -> Outcome {
    if !may_write_state(&caller.program, &program) {
        let sentence = format!(
            "Access denied: \"{}\" cannot write state for \"{program}\"",
            caller.program
        );
        return Ok(refused(sentence));
    }
    let stored: Option<ProgramState> = tx.get(program.as_str())?;
    if stored.is_none() && !knows_program(tx, &program)? {
        return Ok(unknown(&program));
    }
    let now = tx.now;
    let (version, mut document) = match stored {
        Some(state) => (state.version + 1, state.document),
        // The document that nobody wrote counts as version 1, and no session wrote it.
        None => {
            let mut document = default_document(&program, now);
            document.insert("sessionId".into(), "unknown".into());
            (2, document)
        }
    };
    let session = session
        .map(SessionId::into_string)
        .or_else(|| text_of(&document, "sessionId"));
    let session = session.unwrap_or_else(|| "unknown".to_owned());
    document.insert("programId".into(), program.as_str().into());
    document.insert("version".into(), version.into());
    document.insert("lastUpdatedBy".into(), caller.program.as_str().into());
    document.insert("lastUpdatedAt".into(), iso(now).into());
    document.insert("sessionId".into(), session.as_str().into());
    let told_context = sections.iter().any(|(name, _)| *name == SECTIONS.context);
    for (name, given) in sections {
        merge(&mut document, &program, name, given, now);
    }
    if let Some(patterns) = learned_patterns {
        document.insert("learnedPatterns".into(), Value::Array(patterns));
    }
    let patterns = prune_patterns(&mut document);
    if told_context {
        let context = document.get(SECTIONS.context).cloned().unwrap_or(Value::Null);
        let updated_by = caller.program.to_string();
        let entry = ContextEntry {
            program: program.clone(),
            version,
            written_at: now,
            context,
            session,
            updated_by,
        };
        remember(tx, &entry)?;
    }
    tx.put(&ProgramState {
        program: program.clone(),
        version,
        document,
    })?;
    Ok(json!({
        "success": true, "programId": program, "patternsCount": patterns,
        "message": format!("State updated for \"{program}\"."),
    }))
}

fn context_history(view: &mut View<'_>, caller: &Caller, HistoryQuery { program, limit }: HistoryQuery) -> Outcome {
    if !may_read_state(&caller.program, &program) {
        return Ok(no_reading(caller, &program));
    }
    if !knows_program(view, &program)? {
        return Ok(unknown(&program));
    }
    let newest = Listing {
        owner: Some(program.as_str()),
        limit: limit + 1,
        ..Listing::default()
    };
    let mut entries: Vec<ContextEntry> = view.list(&newest)?;
    let more = entries.len() > limit as usize;
    entries.truncate(limit as usize);
    let entries: Vec<Value> = entries.iter().map(listed).collect();
    let count = entries.len();
    Ok(json!({
        "success": true, "programId": program, "entries": entries, "count": count, "hasMore": more,
        "message": format!("Retrieved {count} context history entries for \"{program}\"."),
    }))
}

/// Keeps an entry, and no more than the newest of its program.
fn remember(tx: &mut Tx<'_>, entry: &ContextEntry) -> Stored<()> {
    tx.put(entry)?;
    let program = entry.program.as_str();
    let newest = Listing {
        owner: Some(program),
        limit: HISTORY_KEPT + 1,
        ..Listing::default()
    };
    let entries: Vec<ContextEntry> = tx.list(&newest)?;
    for old in entries.iter().skip(HISTORY_KEPT as usize) {
        tx.remove::<ContextEntry>(&crate::store::Record::id(old))?;
    }
    Ok(())
}

fn text_of(document: &Map<String, Value>, name: &str) -> Option<String> {
    document.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// Puts the given fields into a section. One that an old document lacks begins as its default.
fn merge(
    document: &mut Map<String, Value>,
    program: &ProgramId,
    name: &'static str,
    given: Map<String, Value>,
    now: Timestamp,
) {
    let mut section = match document.remove(name) {
        Some(Value::Object(section)) => section,
        _ => match default_document(program, now).remove(name) {
            Some(Value::Object(section)) => section,
            _ => Map::new(),
        },
    };
    section.extend(given);
    document.insert(name.to_owned(), Value::Object(section));
}

fn unknown(program: &ProgramId) -> Value {
    refused(format!("Unknown program: \"{program}\""))
}

fn no_reading(caller: &Caller, program: &ProgramId) -> Value {
    refused(format!(
        "Access denied: \"{}\" cannot read state for \"{program}\"",
        caller.program
    ))
}

/// An entry of the context history, as the contract lists it.
pub(crate) fn listed(entry: &ContextEntry) -> Value {
    json!({
        "id": format!("{}.{}", entry.program, entry.version),
        "timestamp": iso(entry.written_at),
        "contextSummary": entry.context,
        "sessionId": entry.session,
        "updatedBy": entry.updated_by,
    })
}

struct Named(ProgramId);

impl FromFields for Named {
    fn read(fields: &mut Fields<'_>) -> Self {
        Named(ProgramId::new(fields.required_text("programId", PROGRAM_ID)))
    }
}

struct HistoryQuery {
    program: ProgramId,
    limit: u32,
}

impl FromFields for HistoryQuery {
    fn read(fields: &mut Fields<'_>) -> Self {
        let Named(program) = Named::read(fields);
        HistoryQuery {
            program,
            limit: fields.whole("limit", 1, 50).unwrap_or(20),
        }
    }
}

/// What a write brings. Sections hold only the contract's fields and merge one level deep; the patterns replace the list.
struct Change {
    program: ProgramId,
    session: Option<SessionId>,
    /// Section name to given fields.
    sections: Vec<(&'static str, Map<String, Value>)>,
    learned_patterns: Option<Vec<Value>>,
}

impl FromFields for Change {
    fn read(fields: &mut Fields<'_>) -> Self {
        let Named(program) = Named::read(fields);
        let session = fields
            .text("sessionId", SESSION_ID)
            .filter(|id| !id.is_empty())
            .map(SessionId::new);
        let context = fields.object(SECTIONS.context, context_summary);
        let learned_patterns = fields.objects("learnedPatterns", UNBOUNDED, learned_pattern);
        let config = fields.object(SECTIONS.config, config);
        let baselines = fields.object(SECTIONS.baselines, baselines);
        let decay = fields.object(SECTIONS.decay, decay);
        let sections = [
            (SECTIONS.context, context),
            (SECTIONS.config, config),
            (SECTIONS.baselines, baselines),
            (SECTIONS.decay, decay),
        ];
        let sections = sections
            .into_iter()
            .filter_map(|(name, given)| Some((name, given?)))
            .collect();
        Change {
            program,
            session,
            sections,
            learned_patterns,
        }
    }
}

/// A section as it is merged: the known fields that were given, as they came.
struct Given<'f, 'v> {
    fields: &'f mut Fields<'v>,
    kept: Map<String, Value>,
}

impl<'f, 'v> Given<'f, 'v> {
    fn of(fields: &'f mut Fields<'v>) -> Self {
        Given {
            fields,
            kept: Map::new(),
        }
    }

    /// Keeps a field as it came once `read` has found nothing wrong with it.
    fn keep<T>(&mut self, name: &str, read: impl FnOnce(&mut Fields<'v>, &str) -> Option<T>) -> &mut Self {
        if read(self.fields, name).is_some()
            && let Some(value) = self.fields.anything(name)
        {
            self.kept.insert(name.to_owned(), value);
        }
        self
    }

    fn keep_value(&mut self, name: &str, value: Option<Value>) -> &mut Self {
        if let Some(value) = value {
            self.kept.insert(name.to_owned(), value);
        }
        self
    }

    fn into_object(self) -> Map<String, Value> {
        self.kept
    }
}

fn context_summary(fields: &mut Fields<'_>) -> Map<String, Value> {
    let last_task = fields.nullable_object("lastTask", last_task);
    let mut given = Given::of(fields);
    given
        .keep_value(
            "lastTask",
            last_task.map(|task| task.map_or(Value::Null, Value::Object)),
        )
        .keep("activeWorkItems", |fields, name| fields.texts(name, 20, SHORT))
        .keep("handoffNotes", |fields, name| fields.text(name, NOTES))
        .keep("openQuestions", |fields, name| fields.texts(name, 10, QUESTION));
    given.into_object()
}

fn last_task(fields: &mut Fields<'_>) -> Map<String, Value> {
    const OUTCOMES: [(&str, ()); 4] = [
        ("completed", ()),
        ("in_progress", ()),
        ("blocked", ()),
        ("deferred", ()),
    ];
    let mut given = Given::of(fields);
    given
        .keep("taskId", |fields, name| Some(fields.required_text(name, UNBOUNDED)))
        .keep("title", |fields, name| Some(fields.required_text(name, TITLE)))
        .keep("outcome", |fields, name| fields.required_word(name, &OUTCOMES))
        .keep("notes", |fields, name| Some(fields.required_text(name, NOTES)));
    given.into_object()
}

fn learned_pattern(fields: &mut Fields<'_>) -> Value {
    let promoted = fields.flag("promotedToStore").unwrap_or_default();
    let stale = fields.flag("stale").unwrap_or_default();
    let mut given = Given::of(fields);
    given
        .keep("id", |fields, name| Some(fields.required_text(name, UNBOUNDED)))
        .keep("domain", |fields, name| Some(fields.required_text(name, NAME)))
        .keep("pattern", |fields, name| Some(fields.required_text(name, PATTERN)))
        .keep("confidence", |fields, name| {
            Some(fields.required_number(name, 0.0, 1.0))
        })
        .keep("evidence", |fields, name| Some(fields.required_text(name, PATTERN)))
        .keep("discoveredAt", |fields, name| {
            Some(fields.required_text(name, UNBOUNDED))
        })
        .keep("lastReinforced", |fields, name| {
            Some(fields.required_text(name, UNBOUNDED))
        })
        .keep_value("promotedToStore", Some(promoted.into()))
        .keep_value("stale", Some(stale.into()))
        .keep("projectId", |fields, name| fields.text(name, NAME));
    Value::Object(given.into_object())
}

fn config(fields: &mut Fields<'_>) -> Map<String, Value> {
    let mut given = Given::of(fields);
    given
        .keep("preferredOutputFormat", |fields, name| fields.nullable_text(name, NAME))
        .keep("toolPreferences", |fields, name| fields.free_object(name))
        .keep("knownQuirks", |fields, name| fields.texts(name, 20, SHORT))
        .keep("customSettings", |fields, name| fields.anything(name));
    given.into_object()
}

fn baselines(fields: &mut Fields<'_>) -> Map<String, Value> {
    let mut given = Given::of(fields);
    given
        .keep("avgTaskDurationMinutes", |fields, name| {
            fields.nullable_number(name, f64::MIN, f64::MAX)
        })
        .keep("commonFailureModes", |fields, name| fields.texts(name, 10, SHORT))
        .keep("sessionsCompleted", |fields, name| fields.number(name, 0.0, f64::MAX))
        .keep("lastSessionDurationMinutes", |fields, name| {
            fields.nullable_number(name, f64::MIN, f64::MAX)
        });
    given.into_object()
}

fn decay(fields: &mut Fields<'_>) -> Map<String, Value> {
    let mut given = Given::of(fields);
    given
        .keep("contextSummaryTTLDays", |fields, name| fields.number(name, 1.0, 90.0))
        .keep("learnedPatternMaxAge", |fields, name| fields.number(name, 1.0, 365.0))
        .keep("maxUnpromotedPatterns", |fields, name| fields.number(name, 5.0, 200.0));
    given.into_object()
}
