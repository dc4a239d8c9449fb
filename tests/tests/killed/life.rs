//! One run of a companion in a process of its own, and how it ends.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use cachebash_core::domain::RawKey;

use crate::child::{FOLDER, KEY, ROUND, SECRETS, SERVER};

/// When a life ends.
#[derive(Clone, Copy)]
pub(crate) enum Fate {
    /// At its so many-th durable step.
    Step(u32),
    /// After so long.
    Time(Duration),
    /// By itself.
    Natural,
}

/// Repeatable dice.
pub(crate) struct Fates(u64);

impl Fates {
    pub(crate) fn of(seed: u32) -> Self {
        Self(u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn roll(&mut self, sides: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from((self.0 >> 33) % u64::from(sides)).unwrap()
    }

    pub(crate) fn next(&mut self) -> Fate {
        if self.roll(3) == 0 {
            Fate::Time(Duration::from_micros(u64::from(self.roll(150_000))))
        } else {
            Fate::Step(1 + self.roll(24))
        }
    }
}

/// One run of the companion, in a process of its own.
pub(crate) struct Life<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) secrets: &'a Path,
    pub(crate) server: &'a str,
    pub(crate) key: &'a RawKey,
    pub(crate) round: String,
}

/// What was heard of a life.
pub(crate) struct Ended {
    /// The step at which it was killed, `time`, or `lived`.
    pub(crate) at: String,
    /// What it said is kept.
    pub(crate) asked: Vec<String>,
    /// Keys that a person had seen, by label: their fingerprints.
    pub(crate) had: BTreeMap<String, String>,
}

impl Life<'_> {
    pub(crate) fn live(&self, fate: Fate) -> Ended {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "child::a_life",
                "--ignored",
                "--nocapture",
                "--test-threads",
                "1",
            ])
            .env(FOLDER, self.folder)
            .env(SECRETS, self.secrets)
            .env(SERVER, self.server)
            .env(KEY, self.key.reveal())
            .env(ROUND, &self.round)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut go = child.stdin.take().unwrap();
        let mut heard = BufReader::new(child.stdout.take().unwrap());
        if let Fate::Time(after) = fate {
            return self.timed(child, go, heard, after);
        }
        let (mut asked, mut had, mut steps) = (Vec::new(), BTreeMap::new(), 0);
        let mut line = String::new();
        while heard.read_line(&mut line).unwrap() > 0 {
            let said = std::mem::take(&mut line);
            if let Some(text) = word_of(&said, "asked ") {
                asked.push(text);
            } else if let Some(key) = seen(&said) {
                had.extend([key]);
            } else if let Some(step) = word_of(&said, "step ") {
                steps += 1;
                if matches!(fate, Fate::Step(nth) if nth == steps) {
                    child.kill().unwrap();
                    child.wait().unwrap();
                    return Ended { at: step, asked, had };
                }
                // The child waits for this, so that it dies exactly where it was meant to.
                let _ = go.write_all(b".");
            }
        }
        let status = child.wait().unwrap();
        let mut trouble = String::new();
        child.stderr.take().unwrap().read_to_string(&mut trouble).unwrap();
        assert!(status.success(), "{}: {trouble}", self.round);
        Ended {
            at: "lived".to_owned(),
            asked,
            had,
        }
    }

    fn timed(&self, mut child: Child, mut go: ChildStdin, heard: BufReader<impl Read>, after: Duration) -> Ended {
        // It need not wait for anybody.
        let _ = go.write_all(&[b'.'; 4_096]);
        std::thread::sleep(after);
        child.kill().unwrap();
        child.wait().unwrap();
        let lines: Vec<_> = heard.lines().map_while(Result::ok).collect();
        Ended {
            at: "time".to_owned(),
            asked: lines.iter().filter_map(|line| word_of(line, "asked ")).collect(),
            had: lines.iter().filter_map(|line| seen(line)).collect(),
        }
    }
}

/// What follows a word in a line of the child's. The test harness may write before it on the same line.
fn word_of(line: &str, word: &str) -> Option<String> {
    let (_, rest) = line.split_once(word)?;
    Some(rest.trim_end().to_owned())
}

/// The label and the fingerprint of a key that the child showed.
fn seen(line: &str) -> Option<(String, String)> {
    let key = word_of(line, "has ")?;
    let (label, hash) = key.rsplit_once(' ')?;
    Some((label.to_owned(), hash.to_owned()))
}
