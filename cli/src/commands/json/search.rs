//! Hits as JSON: pieces with their matches as ranges of UTF-16 units.

use cachebash_core::search::{Hit, HitKind, Opens, SearchPage};
use serde_json::{Map, Value, json};

use super::moment;

/// One page of hits.
pub(in crate::commands) fn search(page: &SearchPage) -> Value {
    let kinds: Map<String, Value> = page
        .kinds
        .iter()
        .map(|kind| (kind_word(kind.kind).to_owned(), json!(kind.count)))
        .collect();
    json!({
        "now": moment(page.now),
        "hits": page.hits.iter().map(hit).collect::<Vec<_>>(),
        "offset": page.offset,
        "total": page.total,
        "kinds": kinds,
        "reach": {
            "programs": page.reach.programs,
            "statesRead": page.reach.states_read,
            "tasks": page.reach.tasks,
            "messagesSince": page.reach.messages_since.map(moment),
            "questionsWhole": page.reach.questions_whole,
        },
    })
}

fn hit(hit: &Hit) -> Value {
    json!({
        "account": hit.account.as_str(),
        "kind": kind_word(hit.kind),
        "program": hit.program.as_ref().map(|program| program.as_str()),
        "opens": opens(&hit.opens),
        "at": hit.at.map(moment),
        "piece": hit.piece,
        "marks": hit.marks.iter().map(|mark| json!([mark.start, mark.end])).collect::<Vec<_>>(),
        "cutBefore": hit.cut_before,
        "cutAfter": hit.cut_after,
        "keptHere": hit.kept_here,
    })
}

fn opens(opens: &Opens) -> Value {
    match opens {
        Opens::Program { program } => json!({ "program": program.as_str() }),
        Opens::Session { program, session } => json!({ "program": program.as_str(), "session": session.as_str() }),
        Opens::Question { question } => json!({ "question": question.as_str() }),
        Opens::Task { task } => json!({ "task": task.as_str() }),
        Opens::Message { id } => json!({ "message": id.as_str() }),
        Opens::Alert { alert } => json!({ "alert": alert.as_str() }),
        Opens::Group { group } => json!({ "group": group }),
        Opens::Sprint { sprint } => json!({ "sprint": sprint }),
        Opens::Key { key } => json!({ "key": key.as_str() }),
        Opens::Outbox { action } => json!({ "outbox": action.as_str() }),
    }
}

fn kind_word(kind: HitKind) -> &'static str {
    match kind {
        HitKind::Program => "program",
        HitKind::Session => "session",
        HitKind::HandOffNotes => "handOffNotes",
        HitKind::OpenQuestion => "openQuestion",
        HitKind::Reply => "reply",
        HitKind::WorkItem => "workItem",
        HitKind::LastTask => "lastTask",
        HitKind::AskedQuestion => "askedQuestion",
        HitKind::Task => "task",
        HitKind::Message => "message",
        HitKind::Alert => "alert",
        HitKind::Group => "group",
        HitKind::Sprint => "sprint",
        HitKind::Key => "key",
        HitKind::Outbox => "outbox",
    }
}
