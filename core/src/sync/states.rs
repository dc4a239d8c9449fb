//! Program state, and the last context that was not empty: what the server's decay forgets, this device keeps (trap T9).

use std::collections::BTreeMap;

use super::{Local, StateRead};
use crate::domain::{ContextEntry, ContextSummary, Decay, ProgramId, ProgramState, SessionId, Timestamp};
use crate::insight::{self, ContextRead, HandedOver, PartsKept, Writing};
use crate::store::{Changes, KeptContextRow};

pub(super) fn plan(local: &Local, read: &StateRead, changes: &mut Changes) {
    let state = read.state.as_ref().map(|state| honest(&read.program, state));
    let known = local.contexts.get(&read.program);
    if let Some(kept) =
        kept_context(known, read, state.as_ref()).map(|kept| with_parts(kept, known, read, state.as_ref()))
        && known != Some(&kept)
    {
        changes.kept.contexts.push(kept);
    }
    let news = left_by_sessions(read, known.map(|known| &known.context)).into_iter();
    let news = news.filter(|left| {
        local
            .handed_over
            .get(&left.session)
            .is_none_or(|held| is_newer(left, held))
    });
    changes.kept.handed_over.extend(news);
    if let Some(state) = state {
        let same = local
            .states
            .get(&read.program)
            .is_some_and(|held| without_runs(held) == without_runs(&state));
        if !same {
            changes.cache.put_states.push(state);
        }
    }
}

/// What each session left that wrote a context, by its newest write that this read shows. A write that left the context as it
/// was is none of its session's. `before`: the context that was read last.
pub(super) fn left_by_sessions(read: &StateRead, before: Option<&ContextSummary>) -> Vec<HandedOver> {
    let mut past: Vec<_> = read.history.iter().flatten().collect();
    past.sort_by_key(|entry| entry.at);
    let past = past
        .into_iter()
        .map(|entry| (&entry.context, entry.session.as_ref(), entry.at));
    let now = read.state.iter().filter(|state| state.exists);
    let now = now.filter_map(|state| Some((state.context.as_ref()?, state.session.as_ref(), state.last_updated_at)));
    let mut newest: BTreeMap<SessionId, HandedOver> = BTreeMap::new();
    let mut earlier = before.filter(|_| read.history.is_none());
    for (context, session, at) in past.chain(now) {
        let left = session.and_then(|session| HandedOver::of(session, at, context));
        if let Some(left) = left.filter(|_| earlier != Some(context)) {
            newest.insert(left.session.clone(), left);
        }
        earlier = Some(context);
    }
    newest.into_values().collect()
}

fn is_newer(left: &HandedOver, held: &HandedOver) -> bool {
    left.written_at >= held.written_at && left != held
}

/// When each part of it was written, as far as this read and those before it tell.
fn with_parts(
    kept: KeptContextRow,
    known: Option<&KeptContextRow>,
    read: &StateRead,
    state: Option<&ProgramState>,
) -> KeptContextRow {
    let now = state.filter(|state| state.context.as_ref() == Some(&kept.context));
    let same = known.filter(|known| known.context == kept.context);
    if let (None, Some(same)) = (now, same) {
        return KeptContextRow {
            parts: same.parts.clone(),
            ..kept
        };
    }
    let written = now.map_or_else(
        || Writing {
            at: kept.written_at,
            by: kept.written_by.clone(),
            session: kept.written_in.clone(),
        },
        |state| Writing {
            at: state.last_updated_at,
            by: state.last_updated_by.clone(),
            session: state.session.clone(),
        },
    );
    let past = read.history.as_deref().unwrap_or_default();
    let seen = ContextRead {
        context: &kept.context,
        written: &written,
        history: past,
        at: read.at,
    };
    // What its agent emptied meanwhile is written anew.
    let before = known.filter(|known| !known.emptied);
    let parts = insight::follow(before.map(|known| (&known.context, &known.parts)), &seen);
    KeptContextRow { parts, ..kept }
}

/// Nothing of what a server makes up for a program without state: its times are those of the call (trap T3).
fn honest(program: &ProgramId, state: &ProgramState) -> ProgramState {
    if state.exists {
        return ProgramState {
            program: program.clone(),
            ..state.clone()
        };
    }
    nothing_stored(program)
}

/// The state of a program that has none.
pub(super) fn nothing_stored(program: &ProgramId) -> ProgramState {
    ProgramState {
        program: program.clone(),
        exists: false,
        version: None,
        last_updated_by: None,
        last_updated_at: None,
        session: None,
        context: None,
        learned_patterns: None,
        config: None,
        baselines: None,
        decay: None,
    }
}

/// Every read stamps the last run of decay: that alone is no change.
fn without_runs(state: &ProgramState) -> ProgramState {
    let decay = state.decay.as_ref().map(|decay| Decay {
        last_decay_run: None,
        ..decay.clone()
    });
    ProgramState { decay, ..state.clone() }
}

/// The newest context that is not empty, from the history, the state, or what is kept already.
fn kept_context(
    known: Option<&KeptContextRow>,
    read: &StateRead,
    state: Option<&ProgramState>,
) -> Option<KeptContextRow> {
    let newest = read
        .history
        .as_ref()
        .and_then(|entries| entries.iter().max_by_key(|entry| entry.at));
    let full = read
        .history
        .iter()
        .flatten()
        .filter(|entry| !entry.context.is_empty())
        .max_by_key(|entry| entry.at);

    let now = state.and_then(|state| state.context.as_ref().map(|context| (state, context)));
    if let Some((state, context)) = now
        && !context.is_empty()
    {
        return Some(from_state(known, full, state, context, &read.program));
    }
    let from_history = full.map(|entry| from_entry(&read.program, entry));
    let newer = match (known, from_history) {
        (Some(known), Some(entry)) if entry.written_at > known.written_at && entry.context != known.context => entry,
        (Some(known), _) => known.clone(),
        (None, Some(entry)) => entry,
        (None, None) => return None,
    };
    let emptied = match (newest, state) {
        // The newest write left nothing: the agent did it.
        (Some(newest), _) => newest.context.is_empty(),
        // Without a history, decay's own log tells; where it is silent, the agent did it.
        (None, Some(state)) if state.exists => cleared_at(state, newer.written_at).is_none(),
        (None, _) => newer.emptied,
    };
    Some(KeptContextRow { emptied, ..newer })
}

fn from_state(
    known: Option<&KeptContextRow>,
    full: Option<&ContextEntry>,
    state: &ProgramState,
    context: &ContextSummary,
    program: &ProgramId,
) -> KeptContextRow {
    // A later write may have left the context alone, so the history's time is the better one; else the first we knew.
    if let Some(entry) = full.filter(|entry| entry.context == *context) {
        return from_entry(program, entry);
    }
    if let Some(known) = known.filter(|known| known.context == *context && !known.emptied) {
        return known.clone();
    }
    KeptContextRow {
        program: program.clone(),
        written_at: state.last_updated_at,
        written_by: state.last_updated_by.clone(),
        written_in: state.session.clone(),
        context: context.clone(),
        emptied: false,
        parts: PartsKept::default(),
    }
}

fn from_entry(program: &ProgramId, entry: &ContextEntry) -> KeptContextRow {
    KeptContextRow {
        program: program.clone(),
        written_at: entry.at,
        written_by: entry.updated_by.clone(),
        written_in: entry.session.clone(),
        context: entry.context.clone(),
        emptied: false,
        parts: PartsKept::default(),
    }
}

/// When the server's decay emptied what was written at `written_at`, by its own log.
pub(crate) fn cleared_at(state: &ProgramState, written_at: Option<Timestamp>) -> Option<Timestamp> {
    let runs = state.decay.iter().flat_map(|decay| &decay.decay_log);
    runs.filter(|run| run.context_cleared && run.at >= written_at)
        .filter_map(|run| run.at)
        .min()
}
