//! What only the terminal says, because its lines are short: the apps' sentences in half the room.

use cachebash_core::domain::Timestamp;
use cachebash_core::insight::{FallSeen, Gap};

use super::Labels;

impl Labels {
    /// `Fell 18 → 10 % at 13:13 · ╱ not seen 13:33`: the last fall and the last gap. `arrow` and `unseen` are the signs
    /// that the terminal can draw.
    pub(crate) fn chart_line(
        &self,
        falls: &[FallSeen],
        gaps: &[Gap],
        now: Timestamp,
        arrow: &str,
        unseen: &str,
    ) -> String {
        let fell = falls.last().map(|fall| {
            let at = self.day_clock(fall.at, now);
            format!("Fell {} {arrow} {} at {at}", fall.from.value(), self.percent(fall.to))
        });
        let gap = gaps
            .last()
            .map(|gap| format!("{unseen} not seen {}", self.day_clock(gap.from, now)));
        [fell, gap].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}
