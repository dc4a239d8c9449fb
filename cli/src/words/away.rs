//! The time in which nobody looked, in words.

use cachebash_core::insight::{AwayEvent, Digest};

use super::Labels;

impl Labels {
    /// One sentence: `One question waits for you. 3 programs finished, builder handed off twice.`
    pub(crate) fn away(&self, digest: &Digest) -> String {
        let waiting = digest.waiting.len();
        let first = match waiting {
            0 => "Nothing waits for you.".to_owned(),
            1 => "One program waits for you.".to_owned(),
            _ => format!("{} programs wait for you.", self.number(waiting as u64)),
        };
        let mut rest = Vec::new();
        match digest.finished.len() {
            0 => {}
            1 => rest.push("one session finished".to_owned()),
            count => rest.push(format!("{} sessions finished", self.number(count as u64))),
        }
        let mut handed_off: Vec<_> = digest.lanes.iter().filter(|lane| lane.hand_offs > 0).collect();
        handed_off.sort_by_key(|lane| std::cmp::Reverse(lane.hand_offs));
        if let Some(lane) = handed_off.first() {
            let times = match lane.hand_offs {
                1 => "once".to_owned(),
                2 => "twice".to_owned(),
                more => format!("{} times", self.number(u64::from(more))),
            };
            rest.push(format!("{} handed off {times}", lane.program));
        }
        match rest.as_slice() {
            [] => first,
            told => {
                let told = told.join(", ");
                let mut letters = told.chars();
                let begun: String = letters
                    .next()
                    .map(|first| first.to_uppercase().collect())
                    .unwrap_or_default();
                // A program is called what it is called.
                let begun = if digest.finished.is_empty() {
                    told.clone()
                } else {
                    begun + letters.as_str()
                };
                format!("{first} {begun}.")
            }
        }
    }

    /// What happened, on its line.
    pub(crate) fn away_event(&self, event: &AwayEvent) -> String {
        match event {
            AwayEvent::Waits { words } => words.clone().unwrap_or_else(|| "Waits".to_owned()),
            AwayEvent::Finished { words } => words.clone().unwrap_or_else(|| "Finished".to_owned()),
            AwayEvent::WentSilent => "Went silent".to_owned(),
            AwayEvent::StoodStill => "Stopped moving".to_owned(),
            AwayEvent::Fell { from, to } => format!("Fell from {} to {}", from.value(), self.percent(*to)),
        }
    }
}
