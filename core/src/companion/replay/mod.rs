//! Playing a recording: the real core, led through what was asked and told under the clock of then, ends with the rows of
//! then. A bug report that reproduces.

mod player;
mod script;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use self::player::{NoKey, Player};
use self::script::Segment;
use super::{Companion, CompanionError, OpenAccount, Options};
use crate::api::{Error, RawReply};
use crate::domain::{AccountId, Action, Span, Timestamp};
use crate::flight::{Act, Called, Entry, Told};
use crate::outbox::Then;
use crate::store::{AccountRow, AccountStore, Registry, StoreError};
use crate::sync::Wanted;

/// How long, in the real world, the core may take for its next step.
const STEP: Duration = Duration::from_secs(10);

/// The same once it went another way: much of what was recorded will not come any more.
const STEP_ASTRAY: Duration = Duration::from_millis(200);

/// A recording that was played.
pub struct Replay {
    /// Shows what screens showed at the end. It talks to nobody.
    pub companion: Arc<Companion>,
    /// The recorded account.
    pub account: AccountId,
    /// Where the core went another way than it did then. Empty: what is shown is what was shown.
    pub differences: Vec<Difference>,
    /// When the recording begins, by the recorded device's clock.
    pub from: Timestamp,
    /// When it ends, likewise.
    pub until: Timestamp,
    /// Lines that were played.
    pub lines: usize,
    /// Texts are as they were, and not letters in their place.
    pub texts: bool,
    /// IANA name of the zone in which it was recorded.
    pub zone: String,
    /// Version of the library that recorded.
    pub version: String,
}

/// The core did something else than what was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It asked something else.
    AskedOtherwise {
        /// Line of the recording, from 1.
        line: usize,
        /// Method and target then.
        then: String,
        /// Method and target now.
        now: String,
    },
    /// It did not ask.
    NotAsked {
        /// Line of the recording, from 1.
        line: usize,
        /// Method and target then.
        then: String,
    },
    /// It asked more.
    AskedMore {
        /// Method and target now.
        now: String,
    },
    /// A call that ended then goes on now.
    GoesOn {
        /// Line of the recording, from 1.
        line: usize,
    },
}

/// Why a recording cannot be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// No segment begins in it.
    #[error("this is no recording, or an empty one")]
    Empty,
    /// This line is not one of a recording.
    #[error("line {0} is not one of a recording")]
    Line(usize),
    /// Another version's format.
    #[error("the recording has format {0}, which this version does not play")]
    Format(u32),
    /// The rows it begins with cannot be put into files here.
    #[error("the rows it begins with do not fit: {0}")]
    Rows(#[from] StoreError),
    /// It cannot be opened.
    #[error("the companion cannot be opened on it")]
    Open,
}

impl From<CompanionError> for ReplayError {
    fn from(_: CompanionError) -> Self {
        ReplayError::Open
    }
}

impl Replay {
    /// Plays a recording in a folder that is empty. Nothing is sent to anyone.
    ///
    /// # Errors
    /// [`ReplayError`].
    pub async fn of(folder: &Path, recording: &[u8]) -> Result<Self, ReplayError> {
        let segments = script::segments(recording)?;
        let mut differences = Vec::new();
        let from = segments.first().ok_or(ReplayError::Empty)?.beginning.at;
        let lines = segments.iter().map(|segment| segment.entries.len() + 1).sum();
        let mut last = None;
        for (number, segment) in segments.iter().enumerate() {
            let stage = Stage::set(&folder.join(number.to_string()), segment)?;
            differences.extend(stage.play(segment).await);
            last = Some((stage.companion, segment));
        }
        let (companion, segment) = last.ok_or(ReplayError::Empty)?;
        Ok(Self {
            companion,
            account: segment.beginning.account.clone(),
            differences,
            from,
            until: segment
                .entries
                .last()
                .map_or(segment.beginning.at, |(_, entry)| entry.at()),
            lines,
            texts: segment.beginning.texts,
            zone: segment.beginning.zone.clone(),
            version: segment.beginning.version.clone(),
        })
    }
}

/// A companion on a segment's rows, and who leads it.
struct Stage {
    companion: Arc<Companion>,
    account: OpenAccount,
    player: Arc<Player>,
}

/// What is under way on it.
#[derive(Default)]
struct Underway {
    calls: BTreeMap<u32, JoinHandle<()>>,
    /// Requests that were handed over, each with its call.
    requests: BTreeMap<u32, (u32, oneshot::Sender<Result<RawReply, Error>>)>,
    given_up: Vec<(u32, oneshot::Sender<Result<RawReply, Error>>)>,
    /// How long to wait for the next step.
    patience: Duration,
}

impl Stage {
    fn set(folder: &Path, segment: &Segment) -> Result<Self, ReplayError> {
        let beginning = &segment.beginning;
        let registry = Registry::open(folder)?;
        let row = AccountRow {
            id: beginning.account.clone(),
            server: "https://recorded.invalid".to_owned(),
            label: "Recorded".to_owned(),
            key_hash: beginning.key_hash.clone(),
            writes_allowed: true,
        };
        registry.keep(&row, beginning.at)?;
        registry.close()?;
        AccountStore::restore(folder, &beginning.account, &beginning.rows)?;

        let entries: Vec<Entry> = segment.entries.iter().map(|(_, entry)| entry.clone()).collect();
        let player = Player::new(beginning.at, &entries);
        let options = Options {
            clock: player.clone(),
            ids: player.clone(),
            zone: Some(beginning.zone.clone()),
            sync_period: Span::from_millis(beginning.sync_period),
            ..Options::new(folder.to_owned(), Arc::new(NoKey))
        };
        let companion = Companion::open_on(options, Some(player.clone()))?;
        let account = companion.inner.account(&beginning.account)?;
        Ok(Self {
            companion,
            account,
            player,
        })
    }

    async fn play(&self, segment: &Segment) -> Vec<Difference> {
        let mut differences = Vec::new();
        let mut underway = Underway::default();
        for (line, entry) in &segment.entries {
            self.player.set_now(entry.at());
            underway.patience = if differences.is_empty() { STEP } else { STEP_ASTRAY };
            if let Some(difference) = self.step(*line, entry, segment, &mut underway).await {
                differences.push(difference);
            }
        }
        // A recording that was taken in the middle of a call ends there.
        for task in underway.calls.into_values() {
            task.abort();
        }
        self.account.sync.settle(Duration::ZERO).await;
        let more = self.player.unrecorded().into_iter();
        differences.extend(more.map(|now| Difference::AskedMore { now }));
        differences
    }

    async fn step(&self, line: usize, entry: &Entry, segment: &Segment, underway: &mut Underway) -> Option<Difference> {
        match entry {
            Entry::Called {
                call,
                what,
                within: None,
                ..
            } => {
                underway.calls.insert(*call, self.call(what));
            }
            Entry::Asked {
                request,
                call: Some(call),
                method,
                target,
                ..
            } if segment.has_call(*call) && !self.player.is_astray(*call) => {
                let then = format!("{method} {target}");
                let Some(waiting) = self.player.next_of(*call, underway.patience).await else {
                    self.player.went_astray(*call);
                    return Some(Difference::NotAsked { line, then });
                };
                if waiting.what != then {
                    self.player.went_astray(*call);
                    let now = waiting.what;
                    return Some(Difference::AskedOtherwise { line, then, now });
                }
                underway.requests.insert(*request, (*call, waiting.reply));
            }
            Entry::Told { request, what, .. } => match (underway.requests.remove(request), what) {
                (Some(given_up), Told::GivenUp) => underway.given_up.push(given_up),
                // Whoever asked may be gone.
                (Some((_, reply)), what) => drop(reply.send(what.clone().into_reply())),
                (None, _) => {}
            },
            Entry::Ended { call, .. } => {
                let was_cut_off = underway.given_up.iter().any(|(cut, _)| cut == call);
                if was_cut_off {
                    self.account.sync.settle(Duration::ZERO).await;
                }
                let task = underway.calls.remove(call)?;
                if was_cut_off {
                    task.abort();
                } else if tokio::time::timeout(underway.patience, task).await.is_err() {
                    return Some(Difference::GoesOn { line });
                }
            }
            Entry::Acted { act, .. } => self.act(act.clone()).await,
            Entry::Clock { call, .. } => self.player.let_read(*call),
            Entry::Called { .. }
            | Entry::Joined { .. }
            | Entry::Asked { .. }
            | Entry::Begun(_)
            | Entry::Taken { .. } => {}
        }
        None
    }

    fn call(&self, what: &Called) -> JoinHandle<()> {
        let runtime = self.companion.inner.runtime.clone();
        let OpenAccount { sync, outbox, .. } = self.account.clone();
        match what {
            Called::Refresh(wanted) => {
                let wanted: Wanted = serde_json::from_value(wanted.clone()).unwrap_or_default();
                let handle = runtime.clone();
                // How it ended is in what it wrote.
                runtime.spawn(async move { drop(sync.refresh(wanted, &handle).await) })
            }
            Called::Drain => runtime.spawn(async move {
                let _ = outbox.drain().await;
            }),
            Called::Send => {
                let sent = outbox.wake(Then::Leave, &runtime);
                runtime.spawn(async move { drop(sent.await) })
            }
        }
    }

    /// A person was refused then what is refused now.
    async fn act(&self, act: Act) {
        let outbox = Arc::clone(&self.account.outbox);
        let acting = move || match act {
            Act::Ask { action, .. } => drop(action_of(action).map(|action| outbox.ask(action))),
            Act::Edit { instead_of, action, .. } => {
                drop(action_of(action).map(|action| outbox.edit(&instead_of, action)))
            }
            Act::Retry { id } => drop(outbox.retry(&id)),
            Act::Discard { id } => drop(outbox.discard(&id)),
        };
        drop(self.companion.inner.runtime.spawn_blocking(acting).await);
    }
}

fn action_of(recorded: serde_json::Value) -> Option<Action> {
    serde_json::from_value(recorded).ok()
}
