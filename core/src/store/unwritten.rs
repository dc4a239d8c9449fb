//! What was seen of sessions lately and is not in the kept file yet.
//!
//! Each look at a fleet at work changes a little of every session's trace. Written look by look that would be most of what
//! this device writes, for what it can do without for some minutes: after a kill the chart has a hole, and says so.

use std::collections::BTreeMap;

use super::changes::{KeptChanges, TraceRow};
use crate::domain::{SessionId, Timestamp};
use crate::insight::ProgressSample;

/// Newer than the file, session by session.
#[derive(Default)]
pub(super) struct Unwritten {
    traces: BTreeMap<SessionId, TraceRow>,
    samples: Vec<(SessionId, ProgressSample)>,
    beats: Vec<(SessionId, Timestamp)>,
}

impl Unwritten {
    pub(super) fn is_empty(&self) -> bool {
        self.traces.is_empty() && self.samples.is_empty() && self.beats.is_empty()
    }

    /// Takes what was seen out of a plan, and leaves what is to be written at once.
    pub(super) fn take_from(&mut self, mut changes: KeptChanges) -> KeptChanges {
        let traces = std::mem::take(&mut changes.traces);
        self.traces
            .extend(traces.into_iter().map(|trace| (trace.session.clone(), trace)));
        self.samples.append(&mut changes.samples);
        self.beats.append(&mut changes.beats);
        changes
    }

    /// The plan with all that waited before it.
    pub(super) fn before(&self, changes: &KeptChanges) -> KeptChanges {
        let mut all = changes.clone();
        let newer: Vec<_> = std::mem::take(&mut all.traces);
        all.traces = self.traces.values().cloned().chain(newer).collect();
        all.samples = [self.samples.as_slice(), &changes.samples].concat();
        all.beats = [self.beats.as_slice(), &changes.beats].concat();
        all
    }

    pub(super) fn trace(&self, session: &SessionId) -> Option<&TraceRow> {
        self.traces.get(session)
    }

    pub(super) fn traces(&self) -> impl Iterator<Item = &TraceRow> {
        self.traces.values()
    }

    /// In the order in which they were seen; one may replace one of the file of the same time.
    pub(super) fn samples<'a>(&'a self, session: &'a SessionId) -> impl Iterator<Item = ProgressSample> + 'a {
        let theirs = self.samples.iter().filter(move |(of, _)| of == session);
        theirs.map(|(_, sample)| *sample)
    }

    pub(super) fn beats<'a>(&'a self, session: &'a SessionId) -> impl Iterator<Item = Timestamp> + 'a {
        let theirs = self.beats.iter().filter(move |(of, _)| of == session);
        theirs.map(|(_, at)| *at)
    }
}
