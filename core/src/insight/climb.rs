//! The rises of a session since it last fell, as much of them as says how fast it goes.
//!
//! Folded into the trace, so that a list of hundreds has its estimates without reading a single history.

use serde::{Deserialize, Serialize};

use super::{Sample, exact};
use crate::domain::{Percent, Span, Timestamp};

/// So many rises are kept apart; older ones are taken together.
const KEPT: usize = 24;

/// One rise, or several taken together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rise {
    /// By how much.
    #[serde(with = "exact")]
    pub by: f64,
    /// In how long; `None` where its beginning was not seen, or was not work.
    pub took: Option<Span>,
}

/// How a session rose since it last fell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Climb {
    /// How high it is, and since when.
    top: Option<Sample>,
    /// The next rise is measured from there.
    measured: bool,
    /// Oldest first.
    rises: Vec<Rise>,
}

impl Climb {
    /// How high it is, and since when: the last rise, or when it went on working after a pause.
    pub fn top(&self) -> Option<Sample> {
        self.top
    }

    /// The rises, oldest first.
    pub fn rises(&self) -> &[Rise] {
        &self.rises
    }

    /// A number was reported. `worked`: the agent worked since the last one. `seen`: somebody was watching, so a first
    /// number or a fall happened when it says.
    pub fn reach(&mut self, sample: Sample, worked: bool, seen: bool) {
        if !sample.value.is_finite() {
            return;
        }
        let Some(top) = self.top else {
            self.begin(sample, seen);
            return;
        };
        if Percent::of(sample.value) < Percent::of(top.value) {
            self.begin(sample, worked && seen);
        } else if sample.value > top.value {
            self.rise(top, sample, worked);
        }
    }

    /// What it reports of itself changed at that time: work went on from there, or will.
    pub fn pause(&mut self, at: Timestamp) {
        if let Some(top) = &mut self.top {
            top.at = top.at.max(at);
            self.measured = false;
        }
    }

    fn begin(&mut self, sample: Sample, measured: bool) {
        self.rises.clear();
        self.top = Some(sample);
        self.measured = measured;
    }

    fn rise(&mut self, top: Sample, sample: Sample, worked: bool) {
        let took = sample.at.since(top.at);
        let at = top.at.max(sample.at);
        self.top = Some(Sample { at, ..sample });
        // Two numbers of one moment are one number.
        if took <= Span::default() {
            return;
        }
        self.rises.push(Rise {
            by: sample.value - top.value,
            took: Some(took).filter(|_| worked && self.measured),
        });
        self.measured = true;
        if self.rises.len() > KEPT {
            self.take_together();
        }
    }

    /// Halves the older rises in number, two by two, so that the whole way stays known and its end stays fine.
    fn take_together(&mut self) {
        let newer = self.rises.split_off(KEPT / 2);
        let mut together: Vec<Rise> = Vec::with_capacity(KEPT);
        for pair in self.rises.chunks(2) {
            if let [Rise { by: a, took: Some(s) }, Rise { by: b, took: Some(t) }] = pair {
                together.push(Rise {
                    by: a + b,
                    took: Some(Span::from_millis(s.as_millis().saturating_add(t.as_millis()))),
                });
            } else {
                together.extend(pair.iter().filter(|rise| rise.took.is_some()));
            }
        }
        together.extend(newer);
        self.rises = together;
    }
}
