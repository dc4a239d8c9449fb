//! What to write of the lists that come by pages: absence from a whole list is an end, from a part of one it is nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use super::{ListRead, Local, Remote};
use crate::domain::ProgramId;
use crate::store::Changes;

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
        changes.cache.put_questions = put;
        changes.cache.drop_questions = drop;
    }
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
    let listed = one_of_each(&read.rows, key);
    let put = listed
        .iter()
        .filter(|(id, row)| stands(row) && held.get(id) != Some(**row))
        .map(|(_, row)| (*row).clone())
        .collect();
    let ended = |id: &K| listed.get(id).map_or(read.whole, |row| !stands(row));
    let drop = held.keys().filter(|id| ended(id)).cloned().collect();
    (put, drop)
}

/// A row that moved while pages were read may be in two of them. Which of the two counts is settled by what they say, so
/// that the order of pages does not matter.
fn one_of_each<K: Ord, V: Debug>(rows: &[V], key: impl Fn(&V) -> K) -> BTreeMap<K, &V> {
    let mut listed: BTreeMap<K, &V> = BTreeMap::new();
    for row in rows {
        let held = listed.entry(key(row)).or_insert(row);
        if format!("{row:?}") > format!("{held:?}") {
            *held = row;
        }
    }
    listed
}
