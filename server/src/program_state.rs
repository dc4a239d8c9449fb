//! Program state over HTTP: what one session of a program leaves for the next (contract section 6).

use axum::extract::State;
use cachebash_core::domain::{ProgramId, SessionId};
use serde_json::{Map, Value, json};

use crate::access::{GET_CONTEXT_HISTORY, GET_PROGRAM_STATE, UPDATE_PROGRAM_STATE, may_read_state, may_write_state};
use crate::app::App;
use crate::auth::Caller;
use crate::envelope::{Answer, Reply, refused};
use crate::program_state_document::{SECTIONS, default_document};
use crate::request::{PathId, Query, Sent};
use crate::store::{ContextRow, StateChange, StoredState, Written};
use crate::validation::{Fields, FromFields};
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

/// `GET /v1/program-state/:programId`
pub(crate) async fn get(State(app): State<App>, caller: Caller, path: PathId) -> Answer {
    caller.may(&GET_PROGRAM_STATE)?;
    let program = ProgramId::new(path.0);
    if !may_read_state(&caller.program, &program) {
        return Ok(Reply::ok(no_reading(&caller, &program)));
    }
    let stored = app.store.program_state(&caller.tenant, program.clone()).await?;
    Ok(Reply::ok(match stored {
        StoredState::UnknownProgram => unknown(&program),
        StoredState::None => json!({
            "success": true, "exists": false, "state": default_document(&program, app.now()),
            "message": format!("No persisted state for \"{program}\". Returning defaults."),
        }),
        StoredState::Some(state) => json!({
            "success": true, "exists": true, "state": state, "message": format!("State loaded for \"{program}\"."),
        }),
    }))
}

/// `PATCH /v1/program-state/:programId`
pub(crate) async fn update(State(app): State<App>, caller: Caller, path: PathId, sent: Sent) -> Answer {
    caller.may(&UPDATE_PROGRAM_STATE)?;
    let Update { program, change } = sent.checked_with("programId", path)?;
    if !may_write_state(&caller.program, &program) {
        let sentence = format!(
            "Access denied: \"{}\" cannot write state for \"{program}\"",
            caller.program
        );
        return Ok(Reply::ok(refused(sentence)));
    }
    let written = app
        .store
        .update_program_state(&caller.tenant, &caller.program, program.clone(), change, app.now())
        .await?;
    Ok(Reply::ok(match written {
        Written::UnknownProgram => unknown(&program),
        Written::Done { patterns } => json!({
            "success": true, "programId": program, "patternsCount": patterns,
            "message": format!("State updated for \"{program}\"."),
        }),
    }))
}

/// `GET /v1/program-state/:programId/context-history`
pub(crate) async fn context_history(State(app): State<App>, caller: Caller, path: PathId, query: Query) -> Answer {
    caller.may(&GET_CONTEXT_HISTORY)?;
    let HistoryQuery { limit } = query.checked()?;
    let program = ProgramId::new(path.0);
    if !may_read_state(&caller.program, &program) {
        return Ok(Reply::ok(no_reading(&caller, &program)));
    }
    let Some(entries) = app
        .store
        .context_history(&caller.tenant, program.clone(), limit)
        .await?
    else {
        return Ok(Reply::ok(unknown(&program)));
    };
    let count = entries.len();
    let entries: Vec<Value> = entries.into_iter().map(|entry| entry_of(&program, entry)).collect();
    Ok(Reply::ok(json!({
        "success": true, "programId": program, "entries": entries, "count": count,
        "message": format!("Retrieved {count} context history entries for \"{program}\"."),
    })))
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

fn entry_of(program: &ProgramId, entry: ContextRow) -> Value {
    json!({
        // One entry per version at most, so this is an id within the tenant.
        "id": format!("{program}.{}", entry.version),
        "timestamp": iso(entry.written_at),
        "contextSummary": entry.context,
        "sessionId": entry.session,
        "updatedBy": entry.updated_by,
    })
}

struct HistoryQuery {
    limit: u32,
}

impl FromFields for HistoryQuery {
    fn read(fields: &mut Fields<'_>) -> Self {
        HistoryQuery {
            limit: fields.whole("limit", 1, 50).unwrap_or(20),
        }
    }
}

struct Update {
    program: ProgramId,
    change: StateChange,
}

impl FromFields for Update {
    fn read(fields: &mut Fields<'_>) -> Self {
        let program = ProgramId::new(fields.required_text("programId", PROGRAM_ID));
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
        Update {
            program,
            change: StateChange {
                session,
                sections,
                learned_patterns,
            },
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
