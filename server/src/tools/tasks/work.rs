//! Claiming, giving back and completing. Each is judged and written in one transaction, so of two that claim a task at
//! once one gets it, and the other is told so.

use cachebash_core::domain::{ProgramId, SessionId};
use serde_json::{Value, json};

use super::{Outcome, TASK_ID};
use crate::caller::Caller;
use crate::records::{Claim, Completed, Completion, Program, Task, TaskWord, add_spend};
use crate::refusal::refused;
use crate::rules::access::keeps_tasks;
use crate::rules::validation::{Fields, FromFields};
use crate::store::{Stored, Tx, View};

const SESSION_ID: usize = 100;
const MOST_AT_ONCE: usize = 50;
const RESULT: usize = 4_000;
const NAME: usize = 200;
/// More than this no task costs, in dollars.
const MOST_COST: f64 = 1_000_000.0;

/// So often given back, a task is one for a person to look at.
const FLAGGED_FROM: u32 = 3;

const NOT_FOUND: &str = "Task not found";

/// What was done, or the sentence that says why not.
type Done<T> = Result<T, String>;

pub(super) fn claim(tx: &mut Tx<'_>, caller: &Caller, asked: Claiming) -> Outcome {
    let (task, again) = match take(tx, caller, &asked.task, asked.session)? {
        Ok(taken) => taken,
        Err(sentence) => return Ok(refused(sentence)),
    };
    let message = if again {
        "Task already claimed by this session."
    } else {
        "Task claimed."
    };
    Ok(json!({
        "success": true,
        "taskId": task.id,
        "title": task.title,
        "instructions": task.instructions,
        "action": task.action,
        "priority": task.priority,
        "alreadyClaimed": again,
        "message": message,
    }))
}

pub(super) fn claim_several(tx: &mut Tx<'_>, caller: &Caller, asked: ClaimingSeveral) -> Outcome {
    let mut results = Vec::with_capacity(asked.tasks.len());
    let mut claimed = 0;
    for id in asked.tasks {
        results.push(match take(tx, caller, &id, asked.session.clone())? {
            Ok((task, _)) => {
                claimed += 1;
                json!({ "taskId": id, "success": true, "title": task.title })
            }
            Err(sentence) => failed(&id, sentence),
        });
    }
    let failed = results.len() - claimed;
    Ok(json!({ "success": true, "results": results, "claimed": claimed, "failed": failed }))
}

pub(super) fn unclaim(tx: &mut Tx<'_>, caller: &Caller, Unclaiming(id): Unclaiming) -> Outcome {
    let Some(mut task) = present(tx, &id)? else {
        return Ok(refused(NOT_FOUND));
    };
    if task.status != TaskWord::Active {
        let status = task.status.as_str();
        let sentence = format!("Task not unclaimable (status: {status}). Only active tasks can be unclaimed.");
        return Ok(refused(sentence));
    }
    if !may_end(&task, &caller.program) {
        return Ok(refused(
            "Unauthorized: only the claiming owner, ISO, or admin can unclaim this task.",
        ));
    }
    task.unclaimed = task.unclaimed.saturating_add(1);
    task.wait(tx.now);
    tx.put(&task)?;
    let flagged = task.unclaimed >= FLAGGED_FROM;
    let message = if flagged {
        "Task unclaimed and flagged for manual review (3+ unclaims)."
    } else {
        "Task unclaimed and re-queued."
    };
    Ok(json!({
        "success": true,
        "taskId": id,
        "unclaimCount": task.unclaimed,
        "flagged": flagged,
        "message": message,
    }))
}

pub(super) fn complete(tx: &mut Tx<'_>, caller: &Caller, asked: Completing) -> Outcome {
    Ok(match end(tx, caller, &asked.task, asked.report)? {
        Ok(word) => json!({
            "success": true,
            "taskId": asked.task,
            "message": format!("Task marked as {}", word.as_str()),
        }),
        Err(sentence) => refused(sentence),
    })
}

pub(super) fn complete_several(tx: &mut Tx<'_>, caller: &Caller, asked: CompletingSeveral) -> Outcome {
    let mut results = Vec::with_capacity(asked.tasks.len());
    let mut completed = 0;
    for id in asked.tasks {
        results.push(match end(tx, caller, &id, asked.report.clone())? {
            Ok(_) => {
                completed += 1;
                json!({ "taskId": id, "success": true })
            }
            Err(sentence) => failed(&id, sentence),
        });
    }
    let failed = results.len() - completed;
    Ok(json!({ "success": true, "results": results, "completed": completed, "failed": failed }))
}

/// Gives a waiting task to the caller. True: the same session had it already.
fn take(tx: &mut Tx<'_>, caller: &Caller, id: &str, session: Option<SessionId>) -> Stored<Done<(Task, bool)>> {
    let Some(mut task) = present(tx, id)? else {
        return Ok(Err(NOT_FOUND.to_owned()));
    };
    if task.status != TaskWord::Created {
        // Two agents of one program are told apart by their sessions alone, so who names none is not taken for the other.
        let again = task.status == TaskWord::Active
            && session.is_some()
            && task
                .claim
                .as_ref()
                .is_some_and(|claim| claim.by == caller.program && claim.session == session);
        if again {
            return Ok(Ok((task, true)));
        }
        return Ok(Err(format!("Task not claimable (status: {})", task.status.as_str())));
    }
    let paused = tx
        .get::<Program>(caller.program.as_str())?
        .and_then(|entry| entry.paused);
    if let Some(pause) = paused {
        return Ok(Err(format!(
            "Program \"{}\" is paused: {}",
            caller.program, pause.reason
        )));
    }
    task.give_to(Claim {
        by: caller.program.clone(),
        session,
        at: tx.now,
    });
    tx.put(&task)?;
    Ok(Ok((task, false)))
}

/// Ends the work on a task, and books what it cost.
fn end(tx: &mut Tx<'_>, caller: &Caller, id: &str, report: Report) -> Stored<Done<TaskWord>> {
    let Some(mut task) = present(tx, id)? else {
        return Ok(Err(NOT_FOUND.to_owned()));
    };
    if task.status != TaskWord::Active {
        return Ok(Err(format!(
            "Task not completable (status: {}). Only active tasks can be completed.",
            task.status.as_str()
        )));
    }
    if !may_end(&task, &caller.program) {
        return Ok(Err(
            "Unauthorized: only the claiming owner, ISO, or admin can complete this task.".to_owned(),
        ));
    }
    // Whoever reports it, the work was the claimer's.
    let worker = task.claim.as_ref().map(|claim| claim.by.clone());
    let completion = Completion {
        by: worker.unwrap_or_else(|| caller.program.clone()),
        at: tx.now,
        status: report.status,
        result: report.result,
        tokens_in: report.tokens_in,
        tokens_out: report.tokens_out,
        cost_usd: report.cost_usd,
        model: report.model,
        provider: report.provider,
        error_code: report.error_code,
        error_class: report.error_class,
    };
    add_spend(tx, &task, &completion)?;
    task.complete(completion);
    tx.put(&task)?;
    Ok(Ok(task.status))
}

/// A task whose life is not over.
fn present(view: &mut View<'_>, id: &str) -> Stored<Option<Task>> {
    let now = view.now;
    Ok(view.get::<Task>(id)?.filter(|task| !task.is_over(now)))
}

/// Whether a program may say of a claimed task that it is done, or that it is not.
fn may_end(task: &Task, program: &ProgramId) -> bool {
    keeps_tasks(program) || task.claim.as_ref().is_some_and(|claim| claim.by == *program)
}

fn failed(id: &str, sentence: String) -> Value {
    json!({ "taskId": id, "success": false, "error": sentence })
}

pub(super) struct Claiming {
    task: String,
    session: Option<SessionId>,
}

pub(super) struct ClaimingSeveral {
    tasks: Vec<String>,
    session: Option<SessionId>,
}

pub(super) struct Unclaiming(String);

pub(super) struct Completing {
    task: String,
    report: Report,
}

pub(super) struct CompletingSeveral {
    tasks: Vec<String>,
    report: Report,
}

/// What is said of a task that ended.
#[derive(Clone, Default)]
struct Report {
    status: Completed,
    result: Option<String>,
    tokens_in: u32,
    tokens_out: u32,
    cost_usd: f64,
    model: Option<String>,
    provider: Option<String>,
    error_code: Option<String>,
    error_class: Option<String>,
}

const ERROR_CLASSES: [(&str, &str); 6] = [
    ("TRANSIENT", "TRANSIENT"),
    ("PERMANENT", "PERMANENT"),
    ("DEPENDENCY", "DEPENDENCY"),
    ("POLICY", "POLICY"),
    ("TIMEOUT", "TIMEOUT"),
    ("UNKNOWN", "UNKNOWN"),
];

impl FromFields for Claiming {
    fn read(fields: &mut Fields<'_>) -> Self {
        Claiming {
            task: fields.required_id("taskId", TASK_ID),
            session: fields.id("sessionId", SESSION_ID).map(SessionId::new),
        }
    }
}

impl FromFields for ClaimingSeveral {
    fn read(fields: &mut Fields<'_>) -> Self {
        ClaimingSeveral {
            tasks: several(fields),
            session: fields.id("sessionId", SESSION_ID).map(SessionId::new),
        }
    }
}

impl FromFields for Unclaiming {
    fn read(fields: &mut Fields<'_>) -> Self {
        let task = fields.required_id("taskId", TASK_ID);
        let _ = fields.word("reason", &[("stale_recovery", ()), ("manual", ()), ("timeout", ())]);
        Unclaiming(task)
    }
}

impl FromFields for Completing {
    fn read(fields: &mut Fields<'_>) -> Self {
        let task = fields.required_id("taskId", TASK_ID);
        let tokens_in = fields.whole("tokens_in", 0, u32::MAX).unwrap_or_default();
        let tokens_out = fields.whole("tokens_out", 0, u32::MAX).unwrap_or_default();
        let cost_usd = fields.number("cost_usd", 0.0, MOST_COST).unwrap_or_default();
        let status = fields.word("completed_status", &Completed::WORDS).unwrap_or_default();
        let report = Report {
            status,
            tokens_in,
            tokens_out,
            cost_usd,
            model: Some(fields.required_text("model", NAME)),
            provider: Some(fields.required_text("provider", NAME)),
            result: fields.text("result", RESULT),
            error_code: fields.text("error_code", NAME),
            error_class: fields.word("error_class", &ERROR_CLASSES).map(str::to_owned),
        };
        Completing { task, report }
    }
}

impl FromFields for CompletingSeveral {
    fn read(fields: &mut Fields<'_>) -> Self {
        CompletingSeveral {
            tasks: several(fields),
            report: Report {
                status: fields.word("completed_status", &Completed::WORDS).unwrap_or_default(),
                result: fields.text("result", RESULT),
                model: fields.text("model", NAME),
                provider: fields.text("provider", NAME),
                ..Report::default()
            },
        }
    }
}

fn several(fields: &mut Fields<'_>) -> Vec<String> {
    fields.required_ids("taskIds", MOST_AT_ONCE, TASK_ID)
}
