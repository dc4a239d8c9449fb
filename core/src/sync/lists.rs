//! What to write of the lists that come by pages: absence from a whole list is an end, from a part of one it is nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use super::{ListRead, Local, Remote};
use crate::domain::{Goal, ProgramId, QuestionId, Span, Task, TaskId};
use crate::store::{Changes, LookedUp};

/// What hardly ever changes is looked up no more often, and the same answer is written again only then.
pub(super) const LOOKED_UP_EVERY: Span = Span::from_mins(24 * 60);

pub(super) fn plan(local: &Local, remote: &Remote, changes: &mut Changes) {
    if let Some(offers) = remote.offers
        && local.offers != Some(offers)
    {
        changes.cache.put_offers = Some(offers);
    }
    if let Some(read) = &remote.questions {
        let (put, drop) = compared(
            &local.questions,
            read,
            |question| question.id.clone(),
            |question| question.waits(),
        );
        let is_over = |id: &QuestionId| !local.pending.contains(&Goal::Question(id.clone()));
        changes.cache.put_questions = put;
        changes.cache.drop_questions = drop.into_iter().filter(is_over).collect();
    }
    if let Some(read) = &remote.alerts {
        let (put, drop) = compared(&local.alerts, read, |alert| alert.id.clone(), |_| true);
        changes.cache.put_alerts = put;
        changes.cache.drop_alerts = drop;
    }
    plan_tasks(local, remote, changes);
    if let Some(groups) = &remote.groups {
        let mut groups = groups.clone();
        groups.sort_by(|a, b| a.name.cmp(&b.name));
        if groups != local.groups {
            changes.cache.put_groups = Some(groups);
        }
    }
    changes.cache.put_cost.clone_from(&remote.cost);
    let is_news = |row: &&LookedUp| {
        let held = local.looked_up.iter().find(|held| held.subject == row.subject);
        held.is_none_or(|held| held.answer != row.answer || row.at.since(held.at) >= LOOKED_UP_EVERY)
    };
    changes.cache.put_looked_up = remote.looked_up.iter().filter(is_news).cloned().collect();
}

/// Lists leave instructions out: those of a task that was opened stay. Questions are told as what they are, not as tasks.
fn plan_tasks(local: &Local, remote: &Remote, changes: &mut Changes) {
    let whole = remote.tasks.as_ref().is_some_and(|read| read.whole);
    let listed = remote.tasks.iter().flat_map(|read| &read.rows);
    let told: Vec<&Task> = listed.chain(&remote.opened).collect();
    let mut instructions: BTreeMap<_, &String> = BTreeMap::new();
    for task in &told {
        if let Some(text) = &task.instructions {
            let held = instructions.entry(&task.id).or_insert(text);
            *held = (*held).max(text);
        }
    }
    // The same for every row of a task, so that which row counts is not settled by what was known before.
    let whole_row = |task: &&Task| {
        let held = local.tasks.get(&task.id).and_then(|task| task.instructions.as_ref());
        let instructions = instructions.get(&task.id).copied().or(held);
        Task {
            instructions: instructions.cloned(),
            ..(*task).clone()
        }
    };
    let rows: Vec<Task> = told.iter().map(whole_row).collect();
    let (put, drop) = compared_rows(
        &local.tasks,
        &rows,
        whole,
        |task| task.id.clone(),
        |task| task.kind.as_deref() != Some("question"),
    );
    changes.cache.put_tasks = put;
    let is_over = |id: &TaskId| !local.pending.contains(&Goal::Task(id.clone()));
    changes.cache.drop_tasks = drop.into_iter().filter(is_over).collect();
}

/// Who asks what was read now: programs, whether anything else speaks of them or not.
pub(super) fn askers(remote: &Remote) -> BTreeSet<&ProgramId> {
    let questions = remote.questions.iter().flat_map(|read| &read.rows);
    questions.filter_map(|question| question.asker.as_ref()).collect()
}

/// What of a list to write and what to drop. A row that `stands` no longer is as good as absent from a whole list.
fn compared<K: Ord + Clone, V: Clone + PartialEq + Debug>(
    held: &BTreeMap<K, V>,
    read: &ListRead<V>,
    key: impl Fn(&V) -> K,
    stands: impl Fn(&V) -> bool,
) -> (Vec<V>, Vec<K>) {
    compared_rows(held, &read.rows, read.whole, key, stands)
}

fn compared_rows<K: Ord + Clone, V: Clone + PartialEq + Debug>(
    held: &BTreeMap<K, V>,
    rows: &[V],
    whole: bool,
    key: impl Fn(&V) -> K,
    stands: impl Fn(&V) -> bool,
) -> (Vec<V>, Vec<K>) {
    let listed = one_of_each(rows, key);
    let put = listed
        .iter()
        .filter(|(id, row)| stands(row) && held.get(id) != Some(**row))
        .map(|(_, row)| (*row).clone())
        .collect();
    let ended = |id: &K| listed.get(id).map_or(whole, |row| !stands(row));
    let drop = held.keys().filter(|id| ended(id)).cloned().collect();
    (put, drop)
}

/// A row that moved while pages were read may be in two of them. Which of the two counts is settled by what they say, so
/// that the order of pages does not matter.
pub(super) fn one_of_each<K: Ord, V: Debug>(rows: &[V], key: impl Fn(&V) -> K) -> BTreeMap<K, &V> {
    let mut listed: BTreeMap<K, &V> = BTreeMap::new();
    for row in rows {
        let held = listed.entry(key(row)).or_insert(row);
        if format!("{row:?}") > format!("{held:?}") {
            *held = row;
        }
    }
    listed
}
