//! What the domain's values say, told back in the API's names and compared with what was recorded. The words for enums
//! are written down here once more, so that two variants that change places are noticed.

use cachebash_core::companion::IssuedKey;
use cachebash_core::domain::{
    ApiKey, ContextEntry, ContextLeft, ContextSummary, EndedSession, FleetProgram, LearnedPattern, Outcome, Percent,
    ProgramState, Progress, ReportedState, Session, SessionState, Timestamp,
};
use cachebash_core::wire::{parse_time, write_time};
use serde_json::{Value, json};

use crate::mock_server::Endpoint;

/// A value of the domain that can be told in the API's names.
pub(super) trait Meaning {
    fn said(&self) -> Value;
}

pub(super) fn said_rows<T: Meaning>(name: &str, rows: &[T]) -> Value {
    json!({name: rows.iter().map(Meaning::said).collect::<Vec<_>>()})
}

/// Where `said` disagrees with the recorded `data`, as lines. Absent, null and the domain's "nothing" are one here:
/// keeping them apart is the wire types' duty.
pub(super) fn differences(endpoint: Endpoint, recorded: &Value, said: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    compare("meaning", &prepared(endpoint, recorded), said, &mut lines);
    lines
}

/// The recorded data with what the words in it mean, by the tables below.
fn prepared(endpoint: Endpoint, recorded: &Value) -> Value {
    let mut data = recorded.clone();
    match endpoint {
        Endpoint::ListSessions | Endpoint::SessionHistory => {
            for row in data
                .get_mut("sessions")
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
                .filter(|row| row.is_object())
            {
                row["#reads"] = row
                    .get("state")
                    .and_then(Value::as_str)
                    .map_or(Value::Null, |word| reading(word).into());
                row["#context"] = context_kind(row.get("contextBytes")).into();
                row["#shown"] = row
                    .get("progress")
                    .and_then(Value::as_f64)
                    .map_or(Value::Null, |p| shown(p).into());
                // Without a program the record says nothing of one.
                if row.get("programId").and_then(Value::as_str) == Some("") {
                    row["programId"] = Value::Null;
                }
            }
        }
        Endpoint::ProgramState => {
            // Times of a state that is not stored are invented.
            if data.get("exists") != Some(&Value::Bool(true))
                && let Some(state) = data.get_mut("state").and_then(Value::as_object_mut)
            {
                for field in ["lastUpdatedAt", "lastUpdatedBy", "sessionId"] {
                    state.remove(field);
                }
                if let Some(decay) = state.get_mut("decay").and_then(Value::as_object_mut) {
                    decay.remove("lastDecayRun");
                }
            }
        }
        _ => {}
    }
    data
}

fn reading(word: &str) -> String {
    match word {
        "active" | "working" | "created" | "completing" => "working",
        "blocked" => "blocked or pinned",
        "pinned" => "pinned",
        "done" | "complete" | "archived" => "complete",
        other => other,
    }
    .to_owned()
}

fn reads(state: &ReportedState) -> Option<String> {
    state.read(None).map(|state| match state {
        SessionState::Working => "working".to_owned(),
        SessionState::Blocked => "blocked".to_owned(),
        SessionState::BlockedOrPinned => "blocked or pinned".to_owned(),
        SessionState::Pinned => "pinned".to_owned(),
        SessionState::Complete => "complete".to_owned(),
        SessionState::Other(word) => word,
    })
}

fn context_kind(number: Option<&Value>) -> &'static str {
    match number.and_then(Value::as_f64) {
        None => "not reported",
        Some(number) if number <= 100.0 => "percent",
        Some(_) => "raw bytes",
    }
}

/// The whole percent a person reads: 99.5 is not done, 0.4 is not nothing.
fn shown(progress: f64) -> u64 {
    let floor = progress.clamp(0.0, 100.0).floor() as u64;
    if floor == 0 && progress > 0.0 { 1 } else { floor }
}

fn context_left(context: ContextLeft) -> (Option<f64>, &'static str) {
    match context {
        ContextLeft::NotReported => (None, "not reported"),
        ContextLeft::Percent(number) => (Some(number), "percent"),
        ContextLeft::RawBytes(number) => (Some(number), "raw bytes"),
    }
}

pub(super) fn time(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| write_time(at).into())
}

fn whole_percent(progress: Progress) -> Option<u8> {
    progress.reported().map(|reported| Percent::of(reported).value())
}

impl Meaning for Session {
    fn said(&self) -> Value {
        let (context, kind) = context_left(self.context_left);
        json!({
            "sessionId": self.id.as_str(),
            "programId": (!self.program_derived).then(|| self.program.as_str()),
            "name": self.name, "status": self.status, "state": self.state.word(), "#reads": reads(&self.state),
            "progress": self.progress.reported(), "#shown": whole_percent(self.progress), "projectName": self.project,
            "lastUpdate": time(self.last_update), "lastHeartbeat": time(self.last_heartbeat),
            "archived": self.archived, "handoffRequired": self.hand_off_required,
            "contextBytes": context, "#context": kind,
        })
    }
}

impl Meaning for EndedSession {
    fn said(&self) -> Value {
        json!({
            "sessionId": self.id.as_str(),
            "programId": (!self.program_derived).then(|| self.program.as_str()),
            "name": self.name, "status": self.status, "state": self.state.word(), "#reads": reads(&self.state),
            "progress": self.progress.reported(), "#shown": whole_percent(self.progress), "projectName": self.project,
            "createdAt": time(self.created_at), "completedAt": time(self.completed_at),
        })
    }
}

impl Meaning for FleetProgram {
    fn said(&self) -> Value {
        json!({
            "programId": self.program.as_str(), "state": self.state, "lastReportedState": self.last_reported_state,
            "sessionId": self.session.as_ref().map(|id| id.as_str()), "lastHeartbeat": time(self.last_heartbeat),
            "pendingMessages": self.pending_messages, "pendingTasks": self.pending_tasks,
            "contextBytes": context_left(self.context_left).0, "handoffRequired": self.hand_off_required,
        })
    }
}

fn context(context: &ContextSummary) -> Value {
    let last_task = context.last_task.as_ref().map(|task| {
        let outcome = task.outcome.as_ref().map(|outcome| match outcome {
            Outcome::Completed => "completed",
            Outcome::InProgress => "in_progress",
            Outcome::Blocked => "blocked",
            Outcome::Deferred => "deferred",
            Outcome::Other(word) => word,
        });
        json!({"taskId": task.task_id, "title": task.title, "outcome": outcome, "notes": task.notes})
    });
    json!({
        "lastTask": last_task, "activeWorkItems": context.active_work_items,
        "handoffNotes": context.hand_off_notes, "openQuestions": context.open_questions,
    })
}

fn pattern(pattern: &LearnedPattern) -> Value {
    json!({
        "id": pattern.id, "domain": pattern.domain, "pattern": pattern.pattern, "confidence": pattern.confidence,
        "evidence": pattern.evidence, "discoveredAt": time(pattern.discovered_at),
        "lastReinforced": time(pattern.last_reinforced), "promotedToStore": pattern.promoted_to_store,
        "stale": pattern.stale, "projectId": pattern.project,
    })
}

impl Meaning for ProgramState {
    fn said(&self) -> Value {
        let config = self.config.as_ref().map(|config| {
            json!({
                "preferredOutputFormat": config.preferred_output_format, "toolPreferences": config.tool_preferences,
                "knownQuirks": config.known_quirks, "customSettings": config.custom_settings,
            })
        });
        let baselines = self.baselines.as_ref().map(|usual| {
            json!({
                "avgTaskDurationMinutes": usual.avg_task_duration_minutes,
                "commonFailureModes": usual.common_failure_modes, "sessionsCompleted": usual.sessions_completed,
                "lastSessionDurationMinutes": usual.last_session_duration_minutes,
            })
        });
        let decay = self.decay.as_ref().map(|decay| {
            let runs = decay.decay_log.iter().map(|run| {
                json!({
                    "timestamp": time(run.at), "patternsMarkedStale": run.patterns_marked_stale,
                    "contextCleared": run.context_cleared,
                })
            });
            json!({
                "contextSummaryTTLDays": decay.context_summary_ttl_days,
                "learnedPatternMaxAge": decay.learned_pattern_max_age,
                "maxUnpromotedPatterns": decay.max_unpromoted_patterns, "lastDecayRun": time(decay.last_decay_run),
                "decayLog": runs.collect::<Vec<_>>(),
            })
        });
        let state = json!({
            "version": self.version, "lastUpdatedBy": self.last_updated_by,
            "lastUpdatedAt": time(self.last_updated_at), "sessionId": self.session.as_ref().map(|id| id.as_str()),
            "contextSummary": self.context.as_ref().map(context),
            "learnedPatterns": self.learned_patterns.as_ref().map(|list| list.iter().map(pattern).collect::<Vec<_>>()),
            "config": config, "baselines": baselines, "decay": decay,
        });
        json!({"exists": self.exists, "state": state})
    }
}

impl Meaning for ContextEntry {
    fn said(&self) -> Value {
        json!({
            "id": self.id, "timestamp": time(self.at), "contextSummary": context(&self.context),
            "sessionId": self.session.as_ref().map(|id| id.as_str()), "updatedBy": self.updated_by,
        })
    }
}

impl Meaning for ApiKey {
    fn said(&self) -> Value {
        json!({
            "keyHash": self.hash.as_str(), "programId": self.program.as_str(), "label": self.label,
            "capabilities": self.capabilities, "active": self.active, "createdAt": time(self.created_at),
            "lastUsedAt": time(self.last_used_at), "revokedAt": time(self.revoked_at),
        })
    }
}

impl Meaning for IssuedKey {
    fn said(&self) -> Value {
        let mut said = json!({"key": self.key.reveal(), "keyHash": self.hash.as_str(), "label": self.label});
        // A rotation does not say them.
        if let Some(program) = &self.program {
            said["programId"] = program.as_str().into();
        }
        if let Some(capabilities) = &self.capabilities {
            said["capabilities"] = json!(capabilities);
        }
        said
    }
}

fn compare(at: &str, recorded: &Value, said: &Value, lines: &mut Vec<String>) {
    let agree = match (recorded, said) {
        (Value::Object(_) | Value::Null, Value::Object(said)) => {
            for (name, said) in said {
                compare(
                    &format!("{at}.{name}"),
                    recorded.get(name).unwrap_or(&Value::Null),
                    said,
                    lines,
                );
            }
            true
        }
        (Value::Array(recorded), Value::Array(said)) if recorded.len() == said.len() => {
            for (index, (recorded, said)) in recorded.iter().zip(said).enumerate() {
                compare(&format!("{at}[{index}]"), recorded, said, lines);
            }
            true
        }
        (Value::Number(recorded), Value::Number(said)) => recorded.as_f64() == said.as_f64(),
        (Value::String(recorded), Value::String(said)) => {
            recorded == said || parse_time(recorded).is_some_and(|time| parse_time(said) == Some(time))
        }
        (Value::Null, said) => is_nothing(said),
        // The times of a pattern are its agent's own text, which need not be one.
        (Value::String(recorded), Value::Null) => {
            let is_free = at.ends_with(".discoveredAt") || at.ends_with(".lastReinforced");
            is_free && !is_time(recorded)
        }
        (recorded, said) => recorded == said,
    };
    if !agree {
        lines.push(format!("{at}: the domain says something else than was recorded"));
    }
}

/// Whether a text has the form of the API's own times. It must be read then.
fn is_time(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    shape.starts_with("0000-00-00T00:00:00") && shape.ends_with('Z')
}

fn is_nothing(said: &Value) -> bool {
    match said {
        Value::Null => true,
        Value::Bool(said) => !said,
        Value::Number(said) => said.as_f64() == Some(0.0),
        Value::String(said) => said.is_empty(),
        Value::Array(said) => said.is_empty(),
        Value::Object(said) => said.is_empty(),
    }
}
