//! Lists of tasks, newest first, merged from every kind that stands there, and one task by its id. A cursor names a place in
//! the order and not a task, so that it stays good when that task is claimed, completed or gone.

use std::collections::VecDeque;

use serde_json::{Value, json};

use super::lookalikes::{self, Lookalike, sees_everything};
use super::{Outcome, TASK_ID};
use crate::caller::Caller;
use crate::records::{Task, TaskType, TaskWord, as_stored, targets_of};
use crate::refusal::refused;
use crate::rules::page;
use crate::rules::validation::{Fields, FromFields};
use crate::store::{Listing, Record, Stored, View};

const TARGET: usize = 100;
const CURSOR: usize = 200;

/// How many rows one call looks at. What is not wanted is rare, so this is for tenants that are full of it.
const MOST_LOOKED_AT: usize = 2_000;

/// Which tasks are listed, by where they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Created,
    Active,
    All,
}

impl Status {
    fn admits(self, word: TaskWord) -> bool {
        match self {
            Status::Created => word == TaskWord::Created,
            Status::Active => word == TaskWord::Active,
            Status::All => true,
        }
    }
}

/// What is asked for.
pub(super) struct Asked {
    pub(super) status: Status,
    /// `None`: all of them.
    pub(super) kind: Option<TaskType>,
    pub(super) target: Option<String>,
    limit: u32,
    /// `None`: whether or not anything is to be done.
    requires_action: Option<bool>,
    instructions: bool,
    cursor: Option<String>,
}

impl Asked {
    pub(super) fn wants(&self, kind: TaskType) -> bool {
        self.kind.is_none_or(|wanted| wanted == kind)
    }
}

/// A place in the order of a list: when something was created, and its id.
type Place = (i64, String);

/// What stands at a place; `None`: that one is shown to nobody or not to the caller.
type Standing = (Place, Option<Task>);

/// Counts what a lane holds; `None`: that cannot be told cheaply.
type Count = fn(&mut View<'_>, Option<&str>, &[&str]) -> Stored<Option<u64>>;

/// One range of one kind of record, read newest first and bit by bit.
pub(super) struct Lane {
    owner: Option<String>,
    tags: Vec<&'static str>,
    read: fn(&mut View<'_>, &Caller, &Listing<'_>) -> Stored<Vec<Standing>>,
    count: Count,
    /// What was read and not yet taken.
    ahead: VecDeque<Standing>,
    /// Behind which it goes on.
    place: Option<Place>,
    ended: bool,
}

impl Lane {
    /// Those of a kind that stand where they are wanted; `None`: none of that kind ever does.
    pub(super) fn of<R: Lookalike>(owner: Option<String>, status: Status) -> Option<Self> {
        let tags: Vec<&'static str> = R::TAGS
            .iter()
            .filter(|tag| R::stands_as(tag).is_some_and(|word| status.admits(word)))
            .copied()
            .collect();
        (!tags.is_empty()).then_some(Self {
            owner,
            tags,
            read: |view, caller, listing| {
                let found: Vec<R> = view.list(listing)?;
                let mut tasks = Vec::with_capacity(found.len());
                for record in found {
                    let place = (record.rank(), record.id().into_owned());
                    tasks.push((place, record.into_task(view, caller)?));
                }
                Ok(tasks)
            },
            count: R::candidates,
            ahead: VecDeque::new(),
            place: None,
            ended: false,
        })
    }

    /// The next one's place in the order; `chunk` are read at a time.
    fn next_place(&mut self, view: &mut View<'_>, caller: &Caller, chunk: u32) -> Stored<Option<Place>> {
        if self.ahead.is_empty() && !self.ended {
            let found = (self.read)(
                view,
                caller,
                &Listing {
                    owner: self.owner.as_deref(),
                    tags: &self.tags,
                    after: self.place.as_ref().map(|(rank, id)| (*rank, id.as_str())),
                    ascending: false,
                    limit: chunk,
                },
            )?;
            self.ended = found.len() < chunk as usize;
            self.place = found.last().map(|(place, _)| place.clone()).or(self.place.take());
            self.ahead.extend(found);
        }
        Ok(self.ahead.front().map(|(place, _)| place.clone()))
    }
}

/// What one walk down the lanes found.
struct Walk {
    tasks: Vec<Task>,
    /// Where the next page begins, if there is one.
    rest: Option<Place>,
    /// It ended for having looked long enough.
    cut: bool,
    /// How many of the kind were looked at, wanted or not.
    looked_at: u64,
}

pub(super) fn list(view: &mut View<'_>, caller: &Caller, asked: Asked) -> Outcome {
    let after = match &asked.cursor {
        None => None,
        Some(cursor) => match behind(view, caller, cursor)? {
            Some(place) => Some(place),
            None => return Ok(refused("Invalid or expired cursor")),
        },
    };
    let mut lanes = lanes(view, caller, &asked)?;
    let candidates = match asked.kind {
        // How many of the tasks are of one type cannot be told without looking at all.
        Some(_) => None,
        None => {
            let mut sum = Some(0);
            for lane in &lanes {
                let count = (lane.count)(view, lane.owner.as_deref(), &lane.tags)?;
                sum = sum.zip(count).map(|(sum, count)| sum + count);
            }
            sum
        }
    };
    for lane in &mut lanes {
        lane.place.clone_from(&after);
    }
    let walk = walk(view, caller, &asked, lanes)?;
    let whole = after.is_none() && walk.rest.is_none();
    let tasks: Vec<Value> = walk
        .tasks
        .iter()
        .map(|task| task.shown(&caller.program, asked.instructions))
        .collect();
    let message = match (tasks.len(), walk.cut) {
        (0, false) => "No tasks found".to_owned(),
        (0, true) => "No tasks found so far; go on from the cursor".to_owned(),
        (count, _) => format!("Found {count} task(s)"),
    };
    Ok(json!({
        "success": true,
        // Who was not told the end was not told that there is nothing.
        "hasTasks": !tasks.is_empty() || walk.cut,
        "count": tasks.len(),
        "tasks": tasks,
        "hasMore": walk.rest.is_some(),
        "cursor": walk.rest.map(|(rank, id)| page::cursor(rank, &id)),
        "totalCandidates": candidates.or(whole.then_some(walk.looked_at)),
        "degraded": walk.cut,
        "degradedReason": walk.cut.then(|| format!("{MOST_LOOKED_AT} rows were looked at; go on from the cursor")),
        "message": message,
    }))
}

pub(super) fn get(view: &mut View<'_>, caller: &Caller, OneTask(id): OneTask) -> Outcome {
    let now = view.now;
    let task = lookalikes::find(view, caller, &id)?.filter(|task| !task.is_over(now));
    Ok(match task {
        Some(task) => json!({ "success": true, "task": task.shown(&caller.program, true) }),
        None => refused("Task not found"),
    })
}

/// Every range that what is asked for reaches into.
fn lanes(view: &mut View<'_>, caller: &Caller, asked: &Asked) -> Stored<Vec<Lane>> {
    let everything = sees_everything(&caller.program);
    let owners = match &asked.target {
        Some(target) => vec![Some(target.clone())],
        None if everything => vec![None],
        None => targets_of(view, &caller.program)?.into_iter().map(Some).collect(),
    };
    let others = lookalikes::lanes(asked, everything, &owners);
    let tasks = owners
        .into_iter()
        .filter_map(|owner| Lane::of::<Task>(owner, asked.status));
    Ok(tasks.chain(others).collect())
}

/// Goes down all lanes at once, always to the newest of what is next.
fn walk(view: &mut View<'_>, caller: &Caller, asked: &Asked, mut lanes: Vec<Lane>) -> Stored<Walk> {
    let now = view.now;
    let mine_alone = asked.target.is_none() && !sees_everything(&caller.program);
    let mut walk = Walk {
        tasks: Vec::new(),
        rest: None,
        cut: false,
        looked_at: 0,
    };
    let mut last = None;
    for looked_at in 0.. {
        let mut newest: Option<(Place, usize)> = None;
        for (number, lane) in lanes.iter_mut().enumerate() {
            if let Some(place) = lane.next_place(view, caller, asked.limit + 1)?
                && newest.as_ref().is_none_or(|(best, _)| place > *best)
            {
                newest = Some((place, number));
            }
        }
        let Some((place, number)) = newest else { break };
        if looked_at >= MOST_LOOKED_AT {
            walk.cut = true;
            walk.rest = last;
            break;
        }
        let task = lanes[number].ahead.pop_front().and_then(|(_, task)| task);
        if let Some(task) = task.filter(|task| asked.wants(task.kind) && asked.status.admits(task.status)) {
            walk.looked_at += 1;
            let wanted = !task.is_over(now)
                && asked.requires_action.is_none_or(|asked| asked == task.requires_action)
                // Who came to a group later was not asked.
                && (!mine_alone || task.is_for(&caller.program));
            if wanted && walk.tasks.len() == asked.limit as usize {
                walk.rest = walk.tasks.last().map(place_of);
                break;
            }
            if wanted {
                walk.tasks.push(task);
            }
        }
        last = Some(place);
    }
    Ok(walk)
}

/// The place that a cursor names: one of ours, or a task's id, as the hosted server's cursors are.
fn behind(view: &mut View<'_>, caller: &Caller, cursor: &str) -> Stored<Option<Place>> {
    if let Some(place) = page::place(cursor) {
        return Ok(Some(place));
    }
    Ok(lookalikes::find(view, caller, cursor)?.as_ref().map(place_of))
}

fn place_of(task: &Task) -> Place {
    (task.rank(), task.id.clone())
}

pub(super) struct OneTask(String);

impl FromFields for OneTask {
    fn read(fields: &mut Fields<'_>) -> Self {
        OneTask(fields.required_id("taskId", TASK_ID))
    }
}

impl FromFields for Asked {
    fn read(fields: &mut Fields<'_>) -> Self {
        const STATUSES: [(&str, Status); 3] = [
            ("created", Status::Created),
            ("active", Status::Active),
            ("all", Status::All),
        ];
        const KINDS: [(&str, Option<TaskType>); 6] = [
            ("task", Some(TaskType::Task)),
            ("question", Some(TaskType::Question)),
            ("dream", Some(TaskType::Dream)),
            ("sprint", Some(TaskType::Sprint)),
            ("sprint-story", Some(TaskType::SprintStory)),
            ("all", None),
        ];
        let status = fields.word("status", &STATUSES).unwrap_or(Status::Created);
        let kind = fields.word("type", &KINDS).flatten();
        let target = fields.id("target", TARGET).map(|target| as_stored(&target));
        let limit = fields.whole("limit", 1, 50).unwrap_or(10);
        let requires_action = fields.nullable_flag("requires_action").unwrap_or(Some(true));
        // Known and without effect: nothing is archived by being read.
        let _ = fields.flag("include_archived");
        Asked {
            status,
            kind,
            target,
            limit,
            requires_action,
            instructions: fields.flag("include_instructions").unwrap_or_default(),
            cursor: fields.id("cursor", CURSOR),
        }
    }
}
