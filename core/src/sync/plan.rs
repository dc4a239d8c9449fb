//! What to write, given what is kept and what the server said. Pure: no clock, no I/O, no network.
//!
//! Twice the same reply plans nothing the second time, and the order of its rows does not matter. Whole rows are
//! compared; they hold no derived field (ages, effective state), so a row that differs has really changed. A row on which
//! an action waits is never dropped: whoever decides about the action must see what it is about.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::derive::{owners, settle};
use super::{Local, Remote, SessionsRead, lists, messages, programs, states, traces};
use crate::domain::{EndedSession, FleetProgram, Goal, KeyHash, ProgramId, Session, SessionId};
use crate::store::{Changes, EndedRow};

/// The sessions and fleet health that will hold once the plan is written.
pub(super) struct After {
    pub(super) live: BTreeMap<SessionId, Session>,
    pub(super) ended: BTreeMap<SessionId, EndedRow>,
    pub(super) fleet: BTreeMap<ProgramId, FleetProgram>,
}

/// Compares and says what to write.
pub fn plan(local: &Local, remote: &Remote) -> Changes {
    let remote = &without_our_own(local, remote);
    let mut changes = Changes::default();
    changes.kept.transports.clone_from(&remote.transports);
    let fleet = fleet_after(local, remote);
    let after = sessions_after(local, remote, fleet);

    changes.cache.put_sessions = changed(&local.live, &after.live);
    changes.cache.drop_sessions = gone(&local.live, &after.live);
    changes.cache.put_ended = changed(&local.ended, &after.ended);
    changes.cache.drop_ended = local
        .ended
        .keys()
        .filter(|id| after.live.contains_key(*id))
        .cloned()
        .collect();
    changes.cache.put_fleet = changed(&local.fleet, &after.fleet);
    changes.cache.drop_fleet = gone(&local.fleet, &after.fleet);

    programs::plan(local, remote, &after, &mut changes);
    if let Some(read) = &remote.sessions {
        traces::plan(local, read, &after, &mut changes);
    }
    for read in newest_per_program(&remote.states) {
        states::plan(local, read, &mut changes);
    }
    if let Some(read) = &remote.keys {
        let keys: BTreeMap<_, _> = read.rows.iter().map(|key| (key.hash.clone(), key.clone())).collect();
        changes.cache.put_keys = changed(&local.keys, &keys);
        if read.whole {
            changes.cache.drop_keys = gone(&local.keys, &keys);
            let is_over = |key: &KeyHash| !local.pending.contains(&Goal::Key(key.clone()));
            changes.cache.drop_keys.retain(is_over);
        }
    }
    lists::plan(local, remote, &mut changes);
    if remote.sent.is_some() || !remote.messages.is_empty() {
        messages::plan(local, remote, &mut changes);
    }
    changes
}

/// A server may count the session in which we ask it over MCP among its agents'. It is none.
fn without_our_own<'a>(local: &Local, remote: &'a Remote) -> Cow<'a, Remote> {
    let is_ours = |id: &SessionId| {
        local.transports.contains(id) || remote.transports.iter().any(|transport| transport == id.as_str())
    };
    let sessions = remote.sessions.iter().flat_map(|read| &read.rows).map(|row| &row.id);
    let ended = remote.ended.iter().flat_map(|read| &read.rows).map(|row| &row.id);
    let fleet = remote.fleet.iter().flat_map(|read| &read.rows);
    let current = fleet.filter_map(|row| row.session.as_ref());
    if !sessions.chain(ended).chain(current).any(is_ours) {
        return Cow::Borrowed(remote);
    }
    let mut without = remote.clone();
    if let Some(read) = &mut without.sessions {
        read.rows.retain(|row| !is_ours(&row.id));
    }
    if let Some(read) = &mut without.ended {
        read.rows.retain(|row| !is_ours(&row.id));
    }
    if let Some(read) = &mut without.fleet {
        for row in &mut read.rows {
            row.session = row.session.take().filter(|id| !is_ours(id));
        }
    }
    Cow::Owned(without)
}

fn fleet_after(local: &Local, remote: &Remote) -> BTreeMap<ProgramId, FleetProgram> {
    let Some(read) = &remote.fleet else {
        return local.fleet.clone();
    };
    let mut fleet = if read.whole {
        BTreeMap::new()
    } else {
        local.fleet.clone()
    };
    fleet.extend(read.rows.iter().map(|row| (row.program.clone(), row.clone())));
    fleet
}

fn sessions_after(local: &Local, remote: &Remote, fleet: BTreeMap<ProgramId, FleetProgram>) -> After {
    let mut live = local.live.clone();
    let mut ended = local.ended.clone();
    if let Some(read) = &remote.sessions {
        let listed = newest_of_each(read);
        if read.whole {
            // Absence from a whole list is an end; from a capped page it is nothing.
            for (id, session) in &local.live {
                if !listed.contains_key(id) {
                    live.remove(id);
                    ended.insert(id.clone(), just_ended(session));
                }
            }
        }
        for (id, session) in listed {
            if session.archived {
                let known = ended.remove(&id);
                live.remove(&id);
                let (created_at, ended_at) = known.map_or((None, None), |row| (row.created_at, row.ended_at));
                ended.insert(
                    id,
                    EndedRow {
                        session: session.clone(),
                        created_at,
                        ended_at,
                    },
                );
            } else {
                ended.remove(&id);
                live.insert(id, session.clone());
            }
        }
    }
    for row in remote.ended.iter().flat_map(|read| &read.rows) {
        if remote.sessions.is_some() && lives_on(&live, row) {
            continue;
        }
        let last = live
            .remove(&row.id)
            .map(|session| just_ended(&session))
            .or_else(|| ended.remove(&row.id));
        ended.insert(row.id.clone(), with_history(last, row));
    }

    let owners = owners(&fleet);
    for (id, session) in &mut live {
        let known = local
            .live
            .get(id)
            .or_else(|| local.ended.get(id).map(|row| &row.session));
        settle(session, &owners, known.map(|session| &session.program));
    }
    for (id, row) in &mut ended {
        let known = local
            .ended
            .get(id)
            .map(|row| &row.session)
            .or_else(|| local.live.get(id));
        settle(&mut row.session, &owners, known.map(|session| &session.program));
    }
    drop(owners);
    After { live, ended, fleet }
}

/// A session may be in several pages, read one after the other: the newest word counts, whatever the order.
fn newest_of_each(read: &SessionsRead) -> BTreeMap<SessionId, &Session> {
    let mut newest: BTreeMap<SessionId, &Session> = BTreeMap::new();
    for session in &read.rows {
        let age = |s: &Session| (s.last_update, s.last_heartbeat);
        let replaces = newest.get(&session.id).is_none_or(|held| {
            age(session)
                .cmp(&age(held))
                .then_with(|| format!("{session:?}").cmp(&format!("{held:?}")))
                .is_gt()
        });
        if replaces {
            newest.insert(session.id.clone(), session);
        }
    }
    newest
}

/// The list still has it and it was updated after this end: it came back to life.
fn lives_on(live: &BTreeMap<SessionId, Session>, row: &EndedSession) -> bool {
    live.get(&row.id)
        .is_some_and(|session| match (session.last_update, row.completed_at) {
            (Some(updated), Some(completed)) => updated > completed,
            _ => true,
        })
}

fn just_ended(session: &Session) -> EndedRow {
    EndedRow {
        session: Session {
            archived: true,
            ..session.clone()
        },
        created_at: None,
        ended_at: None,
    }
}

/// What the history says, over what was known while it lived.
fn with_history(last: Option<EndedRow>, row: &EndedSession) -> EndedRow {
    let mut told = EndedRow::of(row);
    if let Some(last) = last {
        told.session.last_update = last.session.last_update;
        told.session.last_heartbeat = last.session.last_heartbeat;
        told.session.hand_off_required = last.session.hand_off_required;
        told.session.context_left = last.session.context_left;
        told.created_at = told.created_at.or(last.created_at);
        told.ended_at = told.ended_at.or(last.ended_at);
    }
    told
}

fn newest_per_program(reads: &[super::StateRead]) -> Vec<&super::StateRead> {
    let mut newest: BTreeMap<&ProgramId, &super::StateRead> = BTreeMap::new();
    for read in reads {
        if newest.get(&read.program).is_none_or(|held| read.at >= held.at) {
            newest.insert(&read.program, read);
        }
    }
    newest.into_values().collect()
}

fn changed<K: Ord, V: Clone + PartialEq>(before: &BTreeMap<K, V>, after: &BTreeMap<K, V>) -> Vec<V> {
    after
        .iter()
        .filter(|(key, value)| before.get(key) != Some(value))
        .map(|(_, value)| value.clone())
        .collect()
}

fn gone<K: Ord + Clone, V>(before: &BTreeMap<K, V>, after: &BTreeMap<K, V>) -> Vec<K> {
    before.keys().filter(|key| !after.contains_key(key)).cloned().collect()
}
