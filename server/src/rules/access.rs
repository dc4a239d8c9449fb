//! Who may do what (contract section 4): pure rules over a key's program and capabilities.

use cachebash_core::domain::{Capability, ProgramId, SessionId, program_of_session_id};

/// Whose key a tenant's first one is: a person's, not an agent's.
pub(crate) const OWNER_PROGRAM: &str = "legacy";

/// Everything except creating keys.
pub(crate) const ALL: &str = "*";
/// Creating keys; `*` does not cover it.
pub(crate) const PROVISION: &str = "keys.provision";

/// Every word that a key may hold; also those of the contract for what is not built here. Any other would open nothing, now
/// or later.
pub(crate) const CAPABILITIES: [&str; 25] = [
    ALL,
    "dispatch.read",
    "dispatch.write",
    "relay.read",
    "relay.write",
    "pulse.read",
    "pulse.write",
    "signal.read",
    "signal.write",
    "state.read",
    "state.write",
    "sprint.read",
    "sprint.write",
    "programs.read",
    "programs.write",
    "fleet.read",
    "metrics.read",
    "keys.read",
    "keys.write",
    PROVISION,
    "audit.read",
    "gsp.read",
    "gsp.write",
    "webhooks.read",
    "webhooks.write",
];

/// What a key gets when its creator names no capabilities: the contract's role default for `builder`. The hosted
/// server gives an unknown program less, and then its agent cannot report a session (docs/adr/hosted-differences.md).
pub(crate) const DEFAULTS: [&str; 17] = [
    "dispatch.read",
    "dispatch.write",
    "relay.read",
    "relay.write",
    "pulse.read",
    "pulse.write",
    "signal.read",
    "signal.write",
    "state.read",
    "state.write",
    "sprint.read",
    "programs.read",
    "programs.write",
    "gsp.read",
    "gsp.write",
    "webhooks.read",
    "webhooks.write",
];

/// Programs that exist without anyone having made a key for them.
const BUILT_IN: [&str; 15] = [
    "admin",
    "architect",
    "auditor",
    "builder",
    "dispatcher",
    "iso",
    "legacy",
    "memory",
    "mobile",
    "ops",
    "orchestrator",
    "reviewer",
    "sage",
    "tester",
    "vector",
];
const ADMINS: [&str; 6] = ["admin", "legacy", "mobile", "orchestrator", "vector", "iso"];
const STATE_READERS: [&str; 7] = [
    "legacy",
    "mobile",
    "orchestrator",
    "vector",
    "iso",
    "auditor",
    "dispatcher",
];
const STATE_WRITERS: [&str; 2] = ["legacy", "mobile"];
const SESSION_WRITERS: [&str; 3] = ["legacy", "mobile", "dispatcher"];
const SPEAKERS: [&str; 2] = ["legacy", "mobile"];
const OVERSEERS: [&str; 5] = ["legacy", "mobile", "orchestrator", "admin", "dispatcher"];
const TASK_KEEPERS: [&str; 5] = ["legacy", "iso", "orchestrator", "admin", "dispatcher"];
const PROGRAM_KEEPERS: [&str; 7] = [
    "legacy",
    "mobile",
    "orchestrator",
    "iso",
    "vector",
    "admin",
    "dispatcher",
];

/// Whether a list of capabilities covers one. `*` covers all but [`PROVISION`].
pub(crate) fn covers(held: &[Capability], wanted: &str) -> bool {
    held.iter()
        .any(|has| has.as_str() == wanted || (has.as_str() == ALL && wanted != PROVISION))
}

/// Whether the admin-only lists are open to a key.
pub(crate) fn is_admin(program: &ProgramId, held: &[Capability]) -> bool {
    held.iter().any(|has| has.as_str() == ALL) || ADMINS.contains(&program.as_str())
}

/// Whether `caller` may read the state of `program`.
pub(crate) fn may_read_state(caller: &ProgramId, program: &ProgramId) -> bool {
    caller == program || STATE_READERS.contains(&caller.as_str())
}

/// Whether `caller` may write the state of `program`.
pub(crate) fn may_write_state(caller: &ProgramId, program: &ProgramId) -> bool {
    caller == program || STATE_WRITERS.contains(&caller.as_str())
}

/// Whether a program may write any session.
pub(crate) fn may_write_any_session(caller: &ProgramId) -> bool {
    SESSION_WRITERS.contains(&caller.as_str())
}

/// Whether the texts of all questions are open to a key. An asker reads its own whatever its key holds.
pub(crate) fn may_read_all_questions(program: &ProgramId, held: &[Capability]) -> bool {
    is_owner(program) || covers(held, "signal.read")
}

/// Whether a key may answer questions, its own program's too.
pub(crate) fn may_answer_questions(program: &ProgramId, held: &[Capability]) -> bool {
    is_owner(program) || covers(held, "signal.write")
}

/// Whether a program is the person whose tenant it is.
pub(crate) fn is_owner(program: &ProgramId) -> bool {
    program.as_str() == OWNER_PROGRAM
}

/// Whether a program may name another one as the source of what it sends.
pub(crate) fn may_speak_for_others(caller: &ProgramId) -> bool {
    SPEAKERS.contains(&caller.as_str())
}

/// Whether a program sees what passes between others: "admin" inside tools, in the contract's words.
pub(crate) fn oversees(caller: &ProgramId) -> bool {
    OVERSEERS.contains(&caller.as_str())
}

/// Whether a program may take a task from the one that claimed it.
pub(crate) fn keeps_tasks(caller: &ProgramId) -> bool {
    TASK_KEEPERS.contains(&caller.as_str())
}

/// Whether a program may describe, pause and resume others.
pub(crate) fn keeps_programs(caller: &ProgramId) -> bool {
    PROGRAM_KEEPERS.contains(&caller.as_str())
}

/// Whether the server knows a program without being told.
pub(crate) fn is_built_in(program: &ProgramId) -> bool {
    BUILT_IN.contains(&program.as_str())
}

/// The two programs a session's id may speak of, `program[-env].task`: with and without the environment.
/// `None` where the id has no dot, so that it speaks of none.
pub(crate) fn programs_in_id(session: &SessionId) -> Option<(ProgramId, ProgramId)> {
    session.as_str().contains('.').then(|| {
        let whole = program_of_session_id(session);
        let short = whole
            .as_str()
            .split_once('-')
            .map_or(whole.as_str(), |(program, _)| program);
        let short = ProgramId::new(short);
        (whole, short)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(words: &[&str]) -> Vec<Capability> {
        words.iter().map(|word| Capability::new(*word)).collect()
    }

    #[test]
    fn a_star_covers_all_but_making_keys() {
        assert!(covers(&held(&["*"]), "state.write"));
        assert!(!covers(&held(&["*"]), PROVISION));
        assert!(covers(&held(&["*", PROVISION]), PROVISION));
        assert!(!covers(&held(&["state.read"]), "state.write"));
    }

    #[test]
    fn the_defaults_are_enough_for_an_agents_job() {
        let granted = held(&DEFAULTS);
        assert!(cachebash_core::domain::MissingForJob::of(&granted).0.is_empty());
        assert!(!covers(&granted, "keys.write"));
    }

    #[test]
    fn an_id_speaks_of_a_program_and_perhaps_its_environment() {
        let named = |id: &str| programs_in_id(&SessionId::new(id)).map(|(a, b)| (a.into_string(), b.into_string()));
        assert_eq!(named("builder.t1"), Some(("builder".into(), "builder".into())));
        assert_eq!(
            named("reviewer-prod.r7"),
            Some(("reviewer-prod".into(), "reviewer".into()))
        );
        assert_eq!(named("session_1700000000000"), None);
    }
}
