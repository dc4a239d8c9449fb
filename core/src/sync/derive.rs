//! Whose session it is when its record does not say: the program whose fleet health names it, else its id's first part.

use std::collections::BTreeMap;

use crate::domain::{FleetProgram, ProgramId, Session, SessionId, program_of_session_id};

/// Which program each session of fleet health belongs to.
pub(super) fn owners(fleet: &BTreeMap<ProgramId, FleetProgram>) -> BTreeMap<&SessionId, &ProgramId> {
    let mut owners = BTreeMap::new();
    for (program, row) in fleet {
        if let Some(session) = &row.session {
            owners.entry(session).or_insert(program);
        }
    }
    owners
}

/// Settles the program of a session that names none. What fleet health once said is remembered in `known`: fleet health
/// speaks of each program's current session only and moves on.
pub(super) fn settle(session: &mut Session, owners: &BTreeMap<&SessionId, &ProgramId>, known: Option<&ProgramId>) {
    if !session.program_derived {
        return;
    }
    session.program = match (owners.get(&session.id), known) {
        (Some(program), _) => (*program).clone(),
        (None, Some(program)) => program.clone(),
        (None, None) => program_of_session_id(&session.id),
    };
}
