//! A recording's lines, segment by segment.

use std::collections::BTreeSet;

use super::ReplayError;
use crate::flight::{Beginning, Entry, FORMAT};

/// A segment: the rows it begins with, then its lines with their numbers, from 1.
pub(super) struct Segment {
    pub(super) beginning: Beginning,
    pub(super) entries: Vec<(usize, Entry)>,
    calls: BTreeSet<u32>,
}

impl Segment {
    /// Whether the call began in this segment.
    pub(super) fn has_call(&self, call: u32) -> bool {
        self.calls.contains(&call)
    }
}

/// Reads a recording. A line that was cut off by the end of a process is left out.
pub(super) fn segments(recording: &[u8]) -> Result<Vec<Segment>, ReplayError> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut torn = None;
    for (number, line) in recording.split(|byte| *byte == b'\n').enumerate() {
        if line.is_empty() {
            continue;
        }
        let Ok(entry) = serde_json::from_slice::<Entry>(line) else {
            if let Some(first) = torn.replace(number + 1) {
                return Err(ReplayError::Line(first));
            }
            continue;
        };
        match entry {
            Entry::Begun(beginning) if beginning.format != FORMAT => return Err(ReplayError::Format(beginning.format)),
            Entry::Begun(beginning) => {
                torn = None;
                segments.push(Segment {
                    beginning: *beginning,
                    entries: Vec::new(),
                    calls: BTreeSet::new(),
                });
            }
            _ if torn.is_some() => return Err(ReplayError::Line(torn.unwrap_or_default())),
            entry => {
                let Some(segment) = segments.last_mut() else { continue };
                if let Entry::Called { call, .. } = &entry {
                    segment.calls.insert(*call);
                }
                segment.entries.push((number + 1, entry));
            }
        }
    }
    match (segments.is_empty(), torn) {
        (true, Some(line)) => Err(ReplayError::Line(line)),
        (true, None) => Err(ReplayError::Empty),
        (false, _) => Ok(segments),
    }
}
