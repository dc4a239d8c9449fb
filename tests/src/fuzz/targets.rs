//! What reads the inputs: the core's own code, by the ways on which such input reaches it.

use std::sync::Arc;
use std::time::Duration;

use cachebash_core::api::{Carried, Carrier, Client, Error, RawReply, Request};
use cachebash_core::companion::Replay;
use cachebash_core::domain::Timestamp;
use cachebash_core::flight::Entry;
use cachebash_core::pairing::Pairing;

use super::corpus::Corpus;
use crate::TestClock;
use crate::dice::Dice;
use crate::exchange::call;

/// A reader of what others wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A reply's body, through both envelopes and the types of the call that it answers.
    Wire,
    /// A pairing link.
    Pairing,
    /// A line of a recording.
    Line,
    /// A recording, played to a companion.
    Recording,
}

impl Target {
    /// All of them.
    pub const ALL: [Target; 4] = [Target::Wire, Target::Pairing, Target::Line, Target::Recording];

    /// What a file with an input of it is called after.
    pub const fn name(self) -> &'static str {
        match self {
            Target::Wire => "wire",
            Target::Pairing => "pairing",
            Target::Line => "line",
            Target::Recording => "recording",
        }
    }

    pub(super) fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.name() == name)
    }

    /// Reads an input that was made of a case of the corpus.
    pub(super) fn read(self, corpus: &Corpus, case: usize, input: &[u8]) {
        match self {
            Target::Wire => answered(corpus, case, input),
            Target::Pairing => {
                if let Ok(pairing) = Pairing::parse(&String::from_utf8_lossy(input)) {
                    let again = Pairing::parse(&pairing.link());
                    assert_eq!(again.as_ref(), Ok(&pairing), "a link that is written is read as it was");
                }
            }
            Target::Line => {
                if let Ok(entry) = serde_json::from_slice::<Entry>(input) {
                    let written = serde_json::to_vec(&entry).unwrap();
                    serde_json::from_slice::<Entry>(&written).unwrap();
                }
            }
            Target::Recording => played(input),
        }
    }
}

/// How long a recording may play.
const PATIENCE: Duration = Duration::from_secs(1);

/// Playing takes a database; it gets few turns.
pub(super) fn drawn(dice: &mut Dice) -> Target {
    match dice.roll(400) {
        0 => Target::Recording,
        1..=40 => Target::Pairing,
        41..=120 => Target::Line,
        _ => Target::Wire,
    }
}

/// Whatever is asked, this is the reply.
struct Always(RawReply);

impl Carrier for Always {
    fn carry<'a>(&'a self, _: &'a Request) -> Carried<'a> {
        Box::pin(async { Ok(self.0.clone()) })
    }

    fn heed(&self, _: &Error, _: bool) {}
}

fn answered(corpus: &Corpus, case: usize, input: &[u8]) {
    let Some(case) = corpus.cases.get(case) else { return };
    let retry_after = case
        .reply
        .headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("retry-after"));
    // As recorded, and as a success: what was an error's body may be taken for data, and the other way round.
    for status in [case.reply.status, 200] {
        let reply = RawReply {
            status,
            retry_after: retry_after.map(|(_, value)| value.clone()),
            mcp_session: None,
            body: input.to_vec(),
        };
        let clock = Arc::new(TestClock::at(Timestamp::from_millis(1_795_365_274_802)));
        let client = Client::over(Arc::new(Always(reply)), clock);
        // What it is refused with is the exchanges' concern.
        let _ = alone(call(&client, &case.request));
    }
}

fn played(input: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    // What it does not fit is said by the error; only a panic is wrong. One that went astray waits for what never comes.
    let _ = alone(async { tokio::time::timeout(PATIENCE, Replay::of(folder.path(), input)).await });
}

fn alone<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(work)
}
