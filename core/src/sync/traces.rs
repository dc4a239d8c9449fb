//! What this device alone can remember of a session: its first name, each change of progress, its beats, and when
//! nobody watched. One look at the list is one look at every session in it.

use super::plan::After;
use super::{Local, SessionsRead};
use crate::domain::{FleetProgram, Session, Span, Timestamp};
use crate::insight::{Gap, Look, ProgressSample, Trace};
use crate::store::{Changes, TraceRow};

pub(super) fn plan(local: &Local, read: &SessionsRead, after: &After, changes: &mut Changes) {
    let since_last = local.looked_at.map(|before| read.at.since(before));
    let continuous = since_last.is_some_and(|span| span <= local.sync_period.times(2));
    if let (Some(from), Some(span)) = (local.looked_at, since_last)
        && !continuous
        && span > Span::default()
        && !local.live.is_empty()
    {
        changes.kept.gaps.push(Gap { from, until: read.at });
    }

    for (id, session) in &after.live {
        let listed = read.rows.iter().any(|row| row.id == *id);
        if !listed {
            continue;
        }
        let fleet = after
            .fleet
            .get(&session.program)
            .filter(|fleet| fleet.session.as_ref() == Some(id));
        let look = Look {
            own_write: local.own_writes.get(id).copied(),
            ..look_at(read.at, session, fleet, continuous)
        };
        match local.traces.get(id) {
            None => first_look(&look, changes),
            Some(trace) => next_look(local, trace, &look, changes),
        }
    }

    for (id, session) in &local.live {
        if let (false, Some(trace)) = (after.live.contains_key(id), local.traces.get(&session.id))
            && trace.seen_until.is_none()
        {
            changes.kept.traces.push(TraceRow {
                seen_until: Some(read.at),
                ..trace.clone()
            });
        }
    }
}

fn look_at<'a>(at: Timestamp, session: &'a Session, fleet: Option<&'a FleetProgram>, continuous: bool) -> Look<'a> {
    Look {
        at,
        session,
        fleet_word: fleet.and_then(|fleet| fleet.last_reported_state.as_deref()),
        fleet_heartbeat: fleet.and_then(|fleet| fleet.last_heartbeat),
        own_write: None,
        continuous,
    }
}

fn first_look(look: &Look<'_>, changes: &mut Changes) {
    let session = look.session;
    let sample = ProgressSample {
        at: session.last_update.unwrap_or(look.at),
        progress: session.progress,
    };
    let beat_at = beat(look);
    changes.kept.traces.push(TraceRow {
        session: session.id.clone(),
        first_name: session.name.clone(),
        first_seen: look.at,
        seen_until: None,
        sampled: sample,
        beat_at,
        folded: Trace::begin(look),
    });
    changes.kept.samples.push((session.id.clone(), sample));
    changes.kept.beats.extend(beat_at.map(|at| (session.id.clone(), at)));
}

fn next_look(local: &Local, trace: &TraceRow, look: &Look<'_>, changes: &mut Changes) {
    let session = look.session;
    let mut next = TraceRow {
        seen_until: None,
        ..trace.clone()
    };
    if trace.first_name.is_none() {
        next.first_name.clone_from(&session.name);
    }
    if session.progress != trace.sampled.progress {
        let told = session.last_update.unwrap_or(look.at);
        let sample = ProgressSample {
            at: told.max(trace.sampled.at),
            progress: session.progress,
        };
        next.sampled = sample;
        changes.kept.samples.push((session.id.clone(), sample));
    }
    let heard = beat(look);
    if heard > trace.beat_at {
        next.beat_at = heard;
        changes.kept.beats.extend(heard.map(|at| (session.id.clone(), at)));
    }
    // A trace that is behind its session was not written before the app was killed.
    if differs(local, look) || trace.folded.last_heard < look.heard() {
        next.folded = trace.folded.advance(look);
    }
    if next != *trace {
        changes.kept.traces.push(next);
    }
}

/// Something is new since the last look. Looks that bring nothing are not folded in: they would be written for nothing,
/// and that the look before was recent is known from its as-of.
fn differs(local: &Local, look: &Look<'_>) -> bool {
    let before = local.live.get(&look.session.id);
    let fleet = before
        .and_then(|session| local.fleet.get(&session.program))
        .filter(|fleet| fleet.session.as_ref() == Some(&look.session.id));
    before != Some(look.session)
        || fleet.and_then(|fleet| fleet.last_reported_state.as_deref()) != look.fleet_word
        || fleet.and_then(|fleet| fleet.last_heartbeat) != look.fleet_heartbeat
}

/// The newest check-in this look shows: the record's own, or fleet health's of the same session.
fn beat(look: &Look<'_>) -> Option<Timestamp> {
    let theirs = |at: &Timestamp| look.own_write.is_none_or(|own| !own.covers(*at));
    look.session.last_heartbeat.filter(theirs).max(look.fleet_heartbeat)
}
