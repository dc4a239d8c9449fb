//! Tasks: created, listed, claimed, completed (contract section 8).

mod create;
mod list;
mod lookalikes;
mod work;

use serde_json::json;

use super::{Entry, Nothing, Outcome, Tool, act, look};
use crate::caller::Caller;
use crate::records::{Task, TaskWord};
use crate::store::View;

const TASK_ID: usize = 100;

const LIST: Tool = Tool::new(
    "dispatch",
    "get_tasks",
    "dispatch.read",
    "List tasks, newest first; without a target your own and those for all",
);
const GET: Tool = Tool::new(
    "dispatch",
    "get_task_by_id",
    "dispatch.read",
    "Read one task with its instructions",
);
const CREATE: Tool = Tool::new(
    "dispatch",
    "create_task",
    "dispatch.write",
    "Give a task to a program, a group, a @role or all",
)
.at_most(10);
const CLAIM: Tool = Tool::new(
    "dispatch",
    "claim_task",
    "dispatch.write",
    "Take a task, which no other can then take",
);
const UNCLAIM: Tool = Tool::new("dispatch", "unclaim_task", "dispatch.write", "Give a claimed task back");
const COMPLETE: Tool = Tool::new(
    "dispatch",
    "complete_task",
    "dispatch.write",
    "Say how a claimed task ended, and what it cost",
);
const BATCH_CLAIM: Tool = Tool::new(
    "dispatch",
    "batch_claim_tasks",
    "dispatch.write",
    "Take up to 50 tasks; each is taken or not for itself",
);
const BATCH_COMPLETE: Tool = Tool::new(
    "dispatch",
    "batch_complete_tasks",
    "dispatch.write",
    "Say of up to 50 claimed tasks how they ended",
);
const STATS: Tool = Tool::new("", "task_stats", "dispatch.read", "Count tasks by where they stand");

pub(super) fn tools() -> [Entry; 9] {
    [
        look(LIST, list::list),
        look(GET, list::get),
        act(CREATE, create::create),
        act(CLAIM, work::claim),
        act(UNCLAIM, work::unclaim),
        act(COMPLETE, work::complete),
        act(BATCH_CLAIM, work::claim_several),
        act(BATCH_COMPLETE, work::complete_several),
        look(STATS, stats),
    ]
}

fn stats(view: &mut View<'_>, _: &Caller, _: Nothing) -> Outcome {
    let mut count = |word: TaskWord| view.count::<Task>(None, &[word.as_str()]);
    let (created, active) = (count(TaskWord::Created)?, count(TaskWord::Active)?);
    let (done, failed) = (count(TaskWord::Done)?, count(TaskWord::Failed)?);
    let total = created + active + done + failed;
    Ok(json!({ "created": created, "active": active, "done": done, "failed": failed, "total": total }))
}
