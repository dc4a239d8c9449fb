//! Comparing and writing a thousand changes, on a file and in memory: what the disk costs.

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::ensure;
use cachebash_core::domain::{AccountId, ProgramId, Progress, ReportedState, Session, SessionId, Span, Timestamp};
use cachebash_core::store::AccountStore;
use cachebash_core::sync::{Local, Remote, SessionsRead, plan};

use super::phone::NOON;
use super::{Line, ROUNDS};
use crate::verdict::{Budget, Verdicts, median};

const CHANGES: usize = 1_000;

pub(crate) fn measure(line: &Line, verdicts: &mut Verdicts) -> anyhow::Result<()> {
    println!("\nPlanning and writing {CHANGES} changes, {ROUNDS} alternating runs:");
    let folder = tempfile::tempdir_in(&line.data)?;
    let file = AccountStore::open(folder.path(), &AccountId::new("file"))?;
    let memory = AccountStore::in_memory()?;
    let mut local = Local::nothing(Span::from_secs(15));
    let (mut ratios, mut files, mut memories) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let at = NOON.plus(Span::from_secs(15 * i64::try_from(round)?));
        let remote = look(round, at);
        let on_file = run(&file, &local, &remote)?;
        let in_memory = run(&memory, &local, &remote)?;
        take_in(&mut local, &remote, at);
        // The first one inserts; the others update.
        if round > 0 {
            files.push(on_file);
            memories.push(in_memory);
            ratios.push(on_file / in_memory);
        }
    }
    println!(
        "  ms: {:.2} on a file, {:.2} in memory",
        median(files),
        median(memories)
    );
    verdicts.add_rounds(
        "plan and apply of 1,000 changes on a file, against in memory",
        ratios,
        Budget::AtMost(2.0),
        "×",
    );
    Ok(())
}

/// Milliseconds.
fn run(store: &AccountStore, local: &Local, remote: &Remote) -> anyhow::Result<f64> {
    let began = Instant::now();
    let changes = plan(local, remote);
    store.apply(&changes, None)?;
    let took = began.elapsed().as_secs_f64() * 1e3;
    ensure!(changes.cache.put_sessions.len() == CHANGES, "not every row changed");
    Ok(took)
}

/// A look at a fleet all of whose sessions moved on.
fn look(round: usize, at: Timestamp) -> Remote {
    let rows = (0..CHANGES).map(|number| Session {
        id: SessionId::new(format!("agent-{:02}.part-{number}", number % 50)),
        program: ProgramId::new(format!("agent-{:02}", number % 50)),
        program_derived: false,
        name: Some(format!("Rework part {number} of the importer")),
        status: Some(format!("Step {round}: moving part {number} of the importer")),
        state: ReportedState::new(Some("working".to_owned())),
        progress: Progress::Reported((round % 100) as f64),
        project: Some("demo-app".to_owned()),
        last_update: Some(at),
        last_heartbeat: Some(at),
        archived: false,
        hand_off_required: false,
        context_left: cachebash_core::domain::ContextLeft::NotReported,
    });
    Remote {
        sessions: Some(SessionsRead {
            at,
            rows: rows.collect(),
            whole: true,
        }),
        ..Remote::default()
    }
}

/// What would be read from the store afterwards.
fn take_in(local: &mut Local, remote: &Remote, at: Timestamp) {
    let changes = plan(local, remote);
    let mut live: BTreeMap<_, _> = std::mem::take(&mut local.live);
    live.extend(changes.cache.put_sessions.into_iter().map(|row| (row.id.clone(), row)));
    local.live = live;
    local.programs.extend(
        changes
            .cache
            .put_programs
            .into_iter()
            .map(|entry| (entry.program.clone(), entry)),
    );
    local
        .traces
        .extend(changes.kept.traces.into_iter().map(|row| (row.session.clone(), row)));
    local.listed.extend(changes.kept.programs);
    local.looked_at = Some(at);
}
