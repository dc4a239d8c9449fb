//! Writes down what one account does. A recorder that cannot write ends; it never disturbs what it watches.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::redaction::Redaction;
use super::ring::{Ring, Switch, erase};
use super::{Act, Beginning, Called, Entry, FORMAT, Lead, Tape, Told, Trouble, current_call};
use crate::api::{Carried, Carrier, Error, Opened, Request};
use crate::domain::{AccountId, KeyHash, Span, Timestamp};
use crate::store::{Snapshot, StoreError};
use crate::world::Clock;

/// What every segment says of its account.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Whose.
    pub account: AccountId,
    /// Of its key.
    pub key_hash: KeyHash,
    /// IANA name of the zone.
    pub zone: String,
    /// How often it refreshes.
    pub sync_period: Span,
}

/// The recorder of one account: off, until it is turned on.
pub struct Recorder {
    folder: PathBuf,
    facts: Facts,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

struct State {
    on: Option<On>,
    /// Calls under way, recorded or not: no segment can begin in the middle of one.
    under_way: u32,
    calls: u32,
    requests: u32,
    segment: u64,
}

struct On {
    redaction: Redaction,
    ring: Ring,
}

impl Recorder {
    /// The recorder of an account whose files are in `account`; goes on where it was on.
    pub fn open(account: &Path, facts: Facts, clock: Arc<dyn Clock>) -> Arc<Self> {
        let folder = account.join("flight");
        let on = Switch::read(&folder).and_then(|switch| On::new(&folder, switch.texts).ok());
        Arc::new(Self {
            folder,
            facts,
            clock,
            state: Mutex::new(State {
                on,
                under_way: 0,
                calls: 0,
                requests: 0,
                segment: 0,
            }),
        })
    }

    /// Begins to record, with texts or without. One that records otherwise is deleted first.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn start(&self, texts: bool) -> Result<(), StoreError> {
        let mut state = self.state();
        if state.on.as_ref().is_some_and(|on| on.redaction.keeps_texts() == texts) {
            return Ok(());
        }
        state.on = None;
        erase(&self.folder)?;
        Switch { texts }.write(&self.folder)?;
        state.on = Some(On::new(&self.folder, texts)?);
        Ok(())
    }

    /// Stops, and deletes what was recorded.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn stop(&self) -> Result<(), StoreError> {
        self.state().on = None;
        Ok(erase(&self.folder)?)
    }

    /// With texts or without; `None` while it is off.
    pub fn records_texts(&self) -> Option<bool> {
        self.state().on.as_ref().map(|on| on.redaction.keeps_texts())
    }

    /// What was recorded up to now, a JSON object a line.
    ///
    /// # Errors
    /// When the disk refuses. Nothing is empty, and no error.
    pub fn recording(&self) -> Result<Vec<u8>, StoreError> {
        let at = self.clock.now();
        let mut state = self.state();
        state.write(&Entry::Taken { at });
        let on = state.on.as_ref();
        Ok(on.map(|on| on.ring.read()).transpose()?.unwrap_or_default())
    }

    fn asked(&self, request: &Request) -> Option<u32> {
        let at = self.clock.now();
        let mut state = self.state();
        let on = state.on.as_ref()?;
        let target = match request.query.as_str() {
            "" => request.path.clone(),
            query => format!("{}?{query}", request.path),
        };
        let body = request.body.as_deref().map(|body| on.redaction.body(body.as_bytes()));
        state.requests += 1;
        let number = state.requests;
        state.write(&Entry::Asked {
            request: number,
            call: current_call(),
            method: request.method.as_str().to_owned(),
            target,
            body: body.map(|body| serde_json::from_str(&body).unwrap_or_default()),
            at,
        });
        Some(number)
    }

    fn told(&self, request: u32, what: impl FnOnce(&Redaction) -> Told) {
        let at = self.clock.now();
        let mut state = self.state();
        let Some(on) = &state.on else { return };
        let what = what(&on.redaction);
        state.write(&Entry::Told { request, what, at });
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl On {
    fn new(folder: &Path, texts: bool) -> Result<Self, StoreError> {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|_| StoreError::Unexpected)?;
        Ok(Self {
            redaction: Redaction::new(texts, salt),
            ring: Ring::new(folder),
        })
    }
}

impl State {
    fn write(&mut self, entry: &Entry) {
        let Some(on) = &mut self.on else { return };
        let written = serde_json::to_vec(entry)
            .map_err(std::io::Error::from)
            .and_then(|mut line| {
                line.push(b'\n');
                on.ring.write(&line)
            });
        if written.is_err() {
            tracing::debug!("a recording ended: the disk refuses");
            self.on = None;
        }
    }
}

impl Tape for Recorder {
    fn carrier(self: Arc<Self>, carrier: Arc<dyn Carrier>) -> Arc<dyn Carrier> {
        Arc::new(Watched {
            carrier,
            recorder: self,
        })
    }

    fn clock(self: Arc<Self>) -> Arc<dyn Clock> {
        Arc::new(WatchedClock(self))
    }

    fn begins(&self, called: &Called) -> u32 {
        let at = self.clock.now();
        let mut state = self.state();
        state.under_way += 1;
        state.calls += 1;
        let call = state.calls;
        state.write(&Entry::Called {
            call,
            what: called.clone(),
            within: current_call(),
            at,
        });
        call
    }

    fn ended(&self, call: u32) {
        let at = self.clock.now();
        let mut state = self.state();
        state.under_way = state.under_way.saturating_sub(1);
        state.write(&Entry::Ended { call, at });
    }

    fn lead(&self) -> Lead {
        Lead::Free
    }

    fn joined(&self) {
        let at = self.clock.now();
        if let Some(call) = current_call() {
            self.state().write(&Entry::Joined { call, at });
        }
    }

    fn acted(&self, act: &Act) {
        let at = self.clock.now();
        let mut state = self.state();
        let Some(on) = &state.on else { return };
        let act = match act.clone() {
            Act::Ask { id, action } => Act::Ask {
                id,
                action: on.redaction.own(action),
            },
            Act::Edit { instead_of, id, action } => Act::Edit {
                instead_of,
                id,
                action: on.redaction.own(action),
            },
            act @ (Act::Retry { .. } | Act::Discard { .. }) => act,
        };
        state.write(&Entry::Acted { act, at });
    }

    fn wants_rows(&self) -> bool {
        let state = self.state();
        state.under_way == 0 && state.on.as_ref().is_some_and(|on| on.ring.wants_segment())
    }

    fn begin_with(&self, rows: Snapshot) {
        let at = self.clock.now();
        let mut state = self.state();
        let Some(on) = &mut state.on else { return };
        if on.ring.begin().is_err() {
            state.on = None;
            return;
        }
        let facts = self.facts.clone();
        let beginning = Beginning {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            account: facts.account,
            key_hash: KeyHash::new(on.redaction.hash(facts.key_hash.as_str())),
            zone: facts.zone,
            sync_period: facts.sync_period.as_millis(),
            texts: on.redaction.keeps_texts(),
            rows: on.redaction.rows(rows),
            at,
        };
        state.segment += 1;
        state.write(&Entry::Begun(Box::new(beginning)));
    }

    fn segment(&self) -> u64 {
        self.state().segment
    }
}

struct WatchedClock(Arc<Recorder>);

impl Clock for WatchedClock {
    fn now(&self) -> Timestamp {
        let at = self.0.clock.now();
        if let Some(call) = current_call() {
            self.0.state().write(&Entry::Clock { call, at });
        }
        at
    }

    fn lasts(&self, span: Span) -> std::time::Duration {
        self.0.clock.lasts(span)
    }
}

struct Watched {
    carrier: Arc<dyn Carrier>,
    recorder: Arc<Recorder>,
}

impl Carrier for Watched {
    fn carry<'a>(&'a self, request: &'a Request) -> Carried<'a> {
        Box::pin(async move {
            let Some(number) = self.recorder.asked(request) else {
                return self.carrier.carry(request).await;
            };
            let mut waits = Waits {
                recorder: &self.recorder,
                request: Some(number),
            };
            let came = self.carrier.carry(request).await;
            waits.request = None;
            self.recorder.told(number, |redaction| match &came {
                Ok(reply) => Told::Reply {
                    status: reply.status,
                    retry_after: reply.retry_after.clone(),
                    mcp_session: reply.mcp_session.clone(),
                    body: redaction.body(&reply.body),
                },
                Err(error) => Told::Nothing(Trouble::of(error)),
            });
            came
        })
    }

    fn heed(&self, error: &Error, is_write: bool) {
        self.carrier.heed(error, is_write);
    }

    fn listen(&self) -> Opened<'_> {
        self.carrier.listen()
    }
}

/// Says so when whoever asked goes away before the reply.
struct Waits<'a> {
    recorder: &'a Recorder,
    request: Option<u32>,
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        if let Some(request) = self.request {
            self.recorder.told(request, |_| Told::GivenUp);
        }
    }
}
