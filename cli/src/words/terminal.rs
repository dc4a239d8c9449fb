//! What only the terminal says, because its lines are short: the apps' sentences in half the room.

use cachebash_core::companion::Replay;
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

impl Labels {
    /// What a recording that was played covers, and whether it shows what was seen.
    pub(crate) fn replayed(&self, replay: &Replay) -> String {
        let from = self.day_clock(replay.from, replay.until);
        let until = self.day_clock(replay.until, replay.until);
        let texts = if replay.texts {
            ""
        } else {
            "; letters stand in the place of texts"
        };
        let truth = match replay.differences.len() {
            0 => "as it was seen then",
            _ => "and not as it was seen then",
        };
        format!("Recorded from {from} to {until}, {truth}{texts}")
    }
}
