//! Which programs there are, and which session speaks for each: one flat row per program, kept on every write.

use std::collections::{BTreeMap, BTreeSet};

use super::lists::askers;
use super::plan::After;
use super::{Local, Remote};
use crate::domain::{ProgramId, SessionId, Timestamp};
use crate::insight;
use crate::store::{Changes, EndedRow, ProgramEntry};

pub(super) fn plan(local: &Local, remote: &Remote, after: &After, changes: &mut Changes) {
    let mut named: BTreeSet<&ProgramId> = after.fleet.keys().chain(named_by_sessions(after)).collect();
    // Whoever asks must not be overlooked because no session of it is known.
    named.extend(askers(remote));
    let mut all: BTreeSet<&ProgramId> = local.programs.keys().collect();
    all.extend(&named);
    all.extend(after.live.values().map(|session| &session.program));
    all.extend(after.ended.values().map(|row| &row.session.program));

    for program in all {
        let known = local.programs.get(program);
        let derived = !named.contains(program) && known.is_none_or(|entry| entry.derived);
        let current = current_session(local, after, program);
        // Guessed from an id whose session has since been found to be another program's.
        let unfounded = derived && current.is_none();
        if unfounded && !(known.is_some() && local.awaits(program)) {
            if known.is_some() {
                changes.cache.drop_programs.push(program.clone());
            }
            continue;
        }
        let entry = ProgramEntry {
            program: program.clone(),
            derived,
            current,
        };
        if known != Some(&entry) {
            changes.cache.put_programs.push(entry);
        }
        if let (false, Some(at)) = (local.listed.contains_key(program), heard_at(remote)) {
            changes.kept.programs.push((program.clone(), at));
        }
    }
}

fn named_by_sessions(after: &After) -> impl Iterator<Item = &ProgramId> {
    let ended = after.ended.values().map(|row| &row.session);
    after
        .live
        .values()
        .chain(ended)
        .filter(|session| !session.program_derived)
        .map(|session| &session.program)
}

/// The newest live session, else the newest that ended.
fn current_session(local: &Local, after: &After, program: &ProgramId) -> Option<SessionId> {
    let live = after.live.values().filter(|session| session.program == *program);
    if let Some(session) = insight::pick(live) {
        return Some(session.id.clone());
    }
    let mut ended: BTreeMap<&SessionId, &EndedRow> = BTreeMap::new();
    ended.extend(local.newest_ended.get(program).map(|row| (&row.session.id, row)));
    ended.extend(after.ended.iter().filter(|(_, row)| row.session.program == *program));
    // The first of equals in order of id: `max_by` would take the last.
    ended
        .into_iter()
        .rev()
        .max_by_key(|(_, row)| row.newest_at())
        .map(|(id, _)| id.clone())
}

/// Server time of the newest reply that can bring a program.
fn heard_at(remote: &Remote) -> Option<Timestamp> {
    let sessions = remote.sessions.as_ref().map(|read| read.at);
    let fleet = remote.fleet.as_ref().map(|read| read.at);
    let ended = remote.ended.as_ref().map(|read| read.at);
    let questions = remote.questions.as_ref().map(|read| read.at);
    [sessions, fleet, ended, questions].into_iter().flatten().max()
}
