//! What inputs are made of: the recorded exchanges, links, and a recording of a day on which most things happen.

use std::path::{Path, PathBuf};

use super::mutating::mutated;
use super::targets::Target;
use crate::dice::Dice;
use crate::exchange::{Case, cases_in};

/// Links of every form that is read.
const LINKS: [&str; 6] = [
    "cachebash://pair?v=1&url=https%3A%2F%2Fapi.example.org&key=cb_0000000000000000000000000000000000000000000000000000000000000002",
    "cachebash://pair?v=1&url=http%3A%2F%2F127.0.0.1%3A3001%2Fbase%2F&key=cb_0000000000000000000000000000000000000000000000000000000000000002&program=builder",
    "cb_0000000000000000000000000000000000000000000000000000000000000002",
    "cachebash://pair?key=cb_1&v=2&v=1&url=%F0%9F%92%A9&program=%00",
    "CACHEBASH://PAIR/?v=1&url=https%3A%2F%2Fuser%3Apass%40%5B%3A%3A1%5D%3A65536%2F%3Fq%23f&key=cb_",
    "https://xn--bcher-kva.example:443/%2e%2e/?v=1#key=cb_",
];

/// See the module.
pub(super) struct Corpus {
    pub(super) cases: Vec<Case>,
    replies: Vec<Vec<u8>>,
    recordings: Vec<Vec<u8>>,
    lines: Vec<Vec<u8>>,
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

impl Corpus {
    pub(super) fn checked_in() -> std::io::Result<Self> {
        let cases: Vec<Case> = cases_in(&fixtures().join("exchanges"))?
            .into_iter()
            .filter_map(|(_, case)| case.ok())
            .collect();
        let replies = cases.iter().map(|case| case.reply.bytes()).collect();
        let recording = std::fs::read(fixtures().join("recording.jsonl"))?;
        let lines = recording.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        Ok(Self {
            cases,
            replies,
            recordings: vec![recording],
            lines,
        })
    }

    /// An input for a target, and of which case it was made.
    pub(super) fn input(&self, target: Target, dice: &mut Dice) -> (usize, Vec<u8>) {
        let links: Vec<Vec<u8>> = LINKS.iter().map(|link| link.as_bytes().to_vec()).collect();
        let seeds = match target {
            Target::Wire => &self.replies,
            Target::Pairing => &links,
            Target::Line => &self.lines,
            Target::Recording => &self.recordings,
        };
        let case = dice.roll(seeds.len());
        let other = dice.pick(seeds);
        (case, mutated(&seeds[case], other, dice))
    }

    #[cfg(test)]
    pub(super) fn has(&self, input: &[u8]) -> bool {
        let known = self.replies.iter().chain(&self.lines).chain(&self.recordings);
        known.into_iter().any(|seed| seed == input) || LINKS.iter().any(|link| link.as_bytes() == input)
    }
}
