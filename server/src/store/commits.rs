//! What the store counts of its own commits: how many writes each durable transaction carried.

use prometheus_client::metrics::histogram::Histogram;

const WRITES: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// The commits since the start; clones count together.
#[derive(Clone)]
pub(crate) struct Commits(Histogram);

impl Default for Commits {
    fn default() -> Self {
        Self(Histogram::new(WRITES))
    }
}

impl Commits {
    /// One transaction is durable, with so many writes in it.
    pub(super) fn committed(&self, writes: usize) {
        self.0.observe(writes as f64);
    }

    /// The same as a metric.
    pub(crate) fn histogram(&self) -> Histogram {
        self.0.clone()
    }
}
