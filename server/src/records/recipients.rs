//! Whom the target of a task or a message means: one program, all of them, a group, or a role (`@builder`). Groups and
//! roles are what programs say of themselves, so that a group holds exactly those of its programs that this tenant has.

use cachebash_core::domain::ProgramId;

use super::{Program, knows_program};
use crate::store::{Listing, Stored, View};

/// The group that every program is in, and the target that means them all.
pub(crate) const EVERYONE: &str = "all";

/// The groups of the contract, and by which names programs belong to them from the start.
const GROUPS: [(&str, &[&str]); 3] = [
    (
        "council",
        &[
            "architect",
            "auditor",
            "designer",
            "orchestrator",
            "planner",
            "reviewer",
            "strategist",
            "vector",
        ],
    ),
    ("builders", &["able", "basher", "beck", "builder", "growth", "ops"]),
    ("intelligence", &["analyzer", "ops", "scribe"]),
];

/// No tenant has so many programs that this would leave one out.
const MOST_PROGRAMS: u32 = 10_000;

/// Whom a target means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Recipients {
    /// One program.
    One(ProgramId),
    /// All of them, also those that come later.
    Everyone,
    /// All of a group or a role, sorted; never none. `target` is how it is written, whatever the sender's capitals.
    Several { target: String, programs: Vec<ProgramId> },
}

impl Recipients {
    /// The target as tasks and messages are stored under it.
    pub(crate) fn target(&self) -> &str {
        match self {
            Recipients::One(program) => program.as_str(),
            Recipients::Everyone => EVERYONE,
            Recipients::Several { target, .. } => target,
        }
    }
}

/// Whom a target means; `None`: nobody. The contract's own groups go before programs, and programs before the groups
/// that programs made up: otherwise one could found a group of another's name and get its tasks.
pub(crate) fn recipients(view: &mut View<'_>, target: &str) -> Stored<Option<Recipients>> {
    if target == EVERYONE {
        return Ok(Some(Recipients::Everyone));
    }
    let members = if let Some(role) = target.strip_prefix('@') {
        programs_who(view, |program| program.role().eq_ignore_ascii_case(role))?
    } else {
        programs_who(view, |program| program.groups.iter().any(|group| group == target))?
    };
    let of_contract = GROUPS.iter().any(|(group, _)| *group == target);
    let program = ProgramId::from(target);
    if (!of_contract || members.is_empty()) && knows_program(view, &program)? {
        return Ok(Some(Recipients::One(program)));
    }
    Ok((!members.is_empty()).then(|| Recipients::Several {
        target: as_stored(target),
        programs: members,
    }))
}

/// Every target by which a program is meant, its own name first.
pub(crate) fn targets_of(view: &mut View<'_>, program: &ProgramId) -> Stored<Vec<String>> {
    let mut targets = vec![program.to_string(), EVERYONE.to_owned()];
    if let Some(program) = view.get::<Program>(program.as_str())? {
        targets.push(as_stored(&format!("@{}", program.role())));
        for group in program.groups {
            if !targets.contains(&group) {
                targets.push(group);
            }
        }
    }
    Ok(targets)
}

/// All groups with their programs: those of the contract, then those of the tenant's making by name, then `all`.
pub(crate) fn groups(view: &mut View<'_>) -> Stored<Vec<(String, Vec<ProgramId>)>> {
    let programs = programs(view)?;
    let mut names: Vec<String> = GROUPS.iter().map(|(group, _)| (*group).to_owned()).collect();
    let mut others: Vec<String> = programs.iter().flat_map(|program| program.groups.clone()).collect();
    others.retain(|group| !names.contains(group) && group != EVERYONE);
    others.sort();
    others.dedup();
    names.append(&mut others);
    let mut groups: Vec<(String, Vec<ProgramId>)> = names
        .into_iter()
        .map(|name| {
            let members = programs.iter().filter(|program| program.groups.contains(&name));
            let members = sorted(members.map(|program| program.id.clone()).collect());
            (name, members)
        })
        .collect();
    let all = sorted(programs.into_iter().map(|program| program.id).collect());
    groups.push((EVERYONE.to_owned(), all));
    Ok(groups)
}

/// The groups that a program is in by its name.
pub(crate) fn groups_by_name(program: &ProgramId) -> Vec<String> {
    let theirs = GROUPS.iter().filter(|(_, members)| members.contains(&program.as_str()));
    theirs.map(|(group, _)| (*group).to_owned()).collect()
}

/// All programs, in the order in which they came.
pub(crate) fn programs(view: &mut View<'_>) -> Stored<Vec<Program>> {
    view.list(&Listing {
        ascending: true,
        limit: MOST_PROGRAMS,
        ..Listing::default()
    })
}

fn programs_who(view: &mut View<'_>, belongs: impl Fn(&Program) -> bool) -> Stored<Vec<ProgramId>> {
    let members = programs(view)?.into_iter().filter(belongs);
    Ok(sorted(members.map(|program| program.id).collect()))
}

fn sorted(mut programs: Vec<ProgramId>) -> Vec<ProgramId> {
    programs.sort();
    programs
}

/// A target as tasks and messages are stored under it: roles are one whatever their capitals.
pub(crate) fn as_stored(target: &str) -> String {
    match target.strip_prefix('@') {
        Some(role) => format!("@{}", role.to_ascii_lowercase()),
        None => target.to_owned(),
    }
}
