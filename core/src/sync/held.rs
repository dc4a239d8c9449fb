//! What is kept when a refresh begins, as far as it decides what to ask.

use std::collections::BTreeSet;

use super::fetch::Due;
use super::{Remote, SessionsRead};
use crate::domain::{ProgramId, Session, Timestamp};
use crate::store::{Reader, StoreError, Subject};

/// What is kept, as far as it decides what to ask.
pub(super) struct Held {
    pub(super) programs: BTreeSet<ProgramId>,
    /// When the register of programs was read, server time.
    pub(super) register_read_at: Option<Timestamp>,
    live: Vec<Session>,
    ended_at: Due,
}

impl Held {
    pub(super) fn load(reader: &Reader<'_>) -> Result<Self, StoreError> {
        let programs: BTreeSet<ProgramId> = reader.programs()?.into_iter().map(|entry| entry.program).collect();
        let mut ended_at = Due::new();
        for program in &programs {
            let newest = reader.ended_sessions(Some(program), None, 1)?.pop();
            ended_at.insert(program.clone(), newest.and_then(|row| row.newest_at()));
        }
        Ok(Self {
            programs,
            register_read_at: reader.looked_up(&Subject::Programs)?.map(|row| row.at),
            live: reader.live_sessions()?,
            ended_at,
        })
    }

    /// Whose sessions a whole list no longer has, or a reply calls ended.
    pub(super) fn left(&self, read: Option<&SessionsRead>) -> BTreeSet<ProgramId> {
        let Some(read) = read else {
            return BTreeSet::new();
        };
        let gone = self
            .live
            .iter()
            .filter(|held| match read.rows.iter().find(|row| row.id == held.id) {
                Some(row) => row.archived,
                None => read.whole,
            });
        gone.map(|session| session.program.clone()).collect()
    }

    /// When each program last did something. A session that left has written its hand-off just before.
    pub(super) fn updated(&self, remote: &Remote, left: &BTreeSet<ProgramId>, now: Timestamp) -> Due {
        let mut updated = self.ended_at.clone();
        for program in remote.fleet.iter().flat_map(|read| &read.rows).map(|row| &row.program) {
            updated.entry(program.clone()).or_default();
        }
        let listed = remote.sessions.as_ref().map_or(&self.live, |read| &read.rows);
        let ended = remote.ended.iter().flat_map(|read| &read.rows);
        // Guessed programs are asked about once it is settled whether they are any.
        let spoke = listed
            .iter()
            .filter(|session| !session.program_derived)
            .map(|session| (&session.program, session.last_update))
            .chain(
                ended
                    .filter(|row| !row.program_derived)
                    .map(|row| (&row.program, row.completed_at)),
            )
            .chain(left.iter().map(|program| (program, Some(now))));
        for (program, at) in spoke {
            let newest = updated.entry(program.clone()).or_default();
            *newest = (*newest).max(at);
        }
        updated
    }
}
