//! What agents ask, tell and hand to each other, as JSON.

use cachebash_core::domain::{AccountId, Task};
use cachebash_core::insight::{AlertRow, AskedRow, ListWindow, MessageRow, SprintsView, TaskRow};
use serde_json::{Value, json};

use super::acts::picked_up;
use super::{moment, notice, source};

/// A question that waits.
pub(super) fn question(row: &AskedRow) -> Value {
    json!({
        "account": row.account.as_str(),
        "question": row.question.as_str(),
        "asker": row.asker.as_ref().map(|program| program.as_str()),
        "text": row.text,
        "cut": row.cut,
        "options": row.options,
        "context": row.context,
        "priority": row.priority,
        "status": row.status,
        "askedAt": row.asked_at.map(moment),
        "thread": row.thread,
        "answerable": row.answerable,
    })
}

/// The questions that wait.
pub(in crate::commands) fn questions(window: &ListWindow<AskedRow>) -> Value {
    list("questions", window, question)
}

/// Tasks.
pub(in crate::commands) fn tasks(window: &ListWindow<TaskRow>) -> Value {
    list("tasks", window, |row| task(&row.account, &row.task))
}

/// One task.
pub(in crate::commands) fn task(account: &AccountId, task: &Task) -> Value {
    json!({
        "account": account.as_str(),
        "task": task.id.as_str(),
        "type": task.kind,
        "title": task.title,
        "instructions": task.instructions,
        "action": task.action,
        "priority": task.priority,
        "status": task.status,
        "source": task.source,
        "target": task.target,
        "project": task.project,
        "thread": task.thread,
        "createdAt": task.created_at.map(moment),
        "expiresAt": task.expires_at.map(moment),
        "claimedBy": task.claimed_by,
        "claimedAt": task.claimed_at.map(moment),
        "completedAt": task.completed_at.map(moment),
        "completedStatus": task.completed_status,
        "result": task.result,
    })
}

/// Messages.
pub(in crate::commands) fn messages(window: &ListWindow<MessageRow>) -> Value {
    list("messages", window, |row| {
        let message = &row.message;
        json!({
            "account": row.account.as_str(),
            "message": message.id.as_str(),
            "source": message.source,
            "target": message.target,
            "type": message.kind,
            "text": message.text,
            "status": message.status,
            "priority": message.priority,
            "action": message.action,
            "context": message.context,
            "thread": message.thread,
            "replyTo": message.reply_to.as_ref().map(|id| id.as_str()),
            "createdAt": message.created_at.map(moment),
            "deliveredAt": message.delivered_at.map(moment),
            "expiresAt": message.expires_at.map(moment),
            "pickedUp": row.receipt.map_or(Value::Null, picked_up),
        })
    })
}

/// Alerts.
pub(in crate::commands) fn alerts(window: &ListWindow<AlertRow>) -> Value {
    list("alerts", window, |row| {
        let alert = &row.alert;
        json!({
            "account": row.account.as_str(),
            "alert": alert.id.as_str(),
            "type": alert.kind,
            "text": alert.text,
            "source": alert.source,
            "session": alert.session,
            "priority": alert.priority,
            "context": alert.context,
            "createdAt": alert.created_at.map(moment),
            "expiresAt": alert.expires_at.map(moment),
        })
    })
}

/// The sprints that are under way.
pub(in crate::commands) fn sprints(view: &SprintsView) -> Value {
    let mut told = list("sprints", &view.list, |row| {
        let sprint = &row.sprint;
        json!({
            "account": row.account.as_str(),
            "sprint": sprint.id,
            "title": sprint.title,
            "status": sprint.status,
            "project": sprint.project,
            "branch": sprint.branch,
            "createdAt": sprint.created_at.map(moment),
            "startedAt": sprint.started_at.map(moment),
            "completedAt": sprint.completed_at.map(moment),
            "done": row.done,
            "stories": sprint.stories.iter().map(|story| json!({
                "story": story.id,
                "title": story.title,
                "status": story.status,
                "wave": story.wave,
                "currentAction": story.current_action,
                "progress": story.progress,
                "startedAt": story.started_at.map(moment),
                "completedAt": story.completed_at.map(moment),
            })).collect::<Vec<_>>(),
        })
    });
    let not_offered: Vec<_> = view.not_offered.iter().map(AccountId::as_str).collect();
    told["notOfferedBy"] = json!(not_offered);
    told
}

fn list<T>(name: &str, window: &ListWindow<T>, row: impl Fn(&T) -> Value) -> Value {
    json!({
        "asOf": window.as_of.map(moment),
        "now": moment(window.now),
        "fresh": window.fresh,
        "notice": window.notice.as_ref().map(notice),
        name: window.rows.iter().map(row).collect::<Vec<_>>(),
        "offset": window.offset,
        "total": window.total,
        "sources": window.sources.iter().map(source).collect::<Vec<_>>(),
    })
}
