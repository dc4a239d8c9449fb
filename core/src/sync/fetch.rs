//! What a refresh asks the server, in which order and how much of it. Never writes, never judges.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::archive::Archive;
use super::fallback::Fallback;
use super::splitting::{Known, Split};
use super::standings::{Outcome, Reported, cause_of, is_general};
use super::states::nothing_stored;
use super::{EndedRead, FleetRead, KeysRead, Remote, SessionsRead, StateRead};
use crate::api::{self, Client, Reply, SessionsQuery, StateWord};
use crate::domain::{ProgramId, RejectedReason, Session, Timestamp};
use crate::error::CompanionError;
use crate::insight::{Cause, Source};
use crate::store::{SourceKey, Standings};
use crate::world::Clock;

/// The most rows that one page of sessions has (contract section 5).
pub(super) const PAGE: u32 = 50;

/// Rows of history; the server gives no more.
const HISTORY: u32 = 100;

/// Entries of context history: the newest that is not empty is among them, or long gone.
const CONTEXTS: u32 = 20;

/// One refresh's questions, and what has been heard so far.
pub(super) struct Fetch<'a> {
    pub(super) client: &'a Client,
    clock: &'a dyn Clock,
    /// A copy to follow the server's clock with.
    pub(super) standings: Standings,
    pub(super) remote: Remote,
    pub(super) reported: Vec<Reported>,
    /// Asking on is in vain: there is no connection, the key is refused, or the server asked to wait.
    stopped: Option<Cause>,
    /// How many requests there may be.
    pub(super) most_requests: Option<u32>,
    /// Requests so far.
    pub(super) requests: u32,
    /// How many of them were pages of sessions beside the first.
    pub(super) split_pages: u32,
}

impl<'a> Fetch<'a> {
    pub(super) fn new(client: &'a Client, clock: &'a dyn Clock, standings: Standings) -> Self {
        Self {
            client,
            clock,
            standings,
            remote: Remote::default(),
            reported: Vec::new(),
            stopped: None,
            most_requests: None,
            requests: 0,
            split_pages: 0,
        }
    }

    /// The sessions, and fleet health where it is due or needed to tell whether they are all. `room`: pages there may be
    /// beside the first.
    pub(super) async fn lists(
        &mut self,
        known: &BTreeSet<ProgramId>,
        split: &mut Split,
        room: u32,
        fleet_is_due: bool,
        fallback: &mut Fallback,
    ) {
        let key = SourceKey::of(Source::Sessions);
        let first = if self.may_ask(&key) {
            let told = self.first_page(fallback).await;
            told.and_then(|told| self.took(key.clone(), told))
        } else {
            None
        };
        match &first {
            Some((at, page)) if is_full(page) => split.begin(*at, page),
            Some(_) => *split = Split::default(),
            None => {}
        }
        if fleet_is_due || split.next().is_some() {
            self.fleet_health().await;
        }
        let Some((at, first)) = first else { return };
        let lacking_rows = skipped(first.skipped);
        if !is_full(&first) {
            self.good(key, at, lacking_rows);
            self.remote.sessions = Some(SessionsRead {
                at,
                whole: first.skipped == 0,
                rows: first.value,
            });
            return;
        }
        let mut rows = first.value;
        let known = self.programs_of(known);
        // Over MCP there is one question a minute.
        while !fallback.is_in_use()
            && self.split_pages < room
            && !self.is_spent()
            && let Some(query) = split.next()
        {
            let Some(page) = self.page(&query).await else { break };
            rows.extend(page.value.iter().cloned());
            split.take(&page, &known);
        }
        let fleet = self.remote.fleet.as_ref().map(|read| read.rows.as_slice());
        let told = split.end(at, &mut rows, fleet);
        let lacking = if told == Known::Some {
            Some(Cause::ShortList { limit: PAGE })
        } else {
            lacking_rows
        };
        self.good(key, at, lacking);
        self.remote.sessions = Some(SessionsRead {
            at,
            rows,
            whole: told == Known::All,
        });
    }

    fn programs_of(&self, known: &BTreeSet<ProgramId>) -> BTreeSet<ProgramId> {
        let told = self.remote.fleet.iter().flat_map(|read| &read.rows);
        known.iter().chain(told.map(|row| &row.program)).cloned().collect()
    }

    pub(super) async fn fleet_health(&mut self) {
        let key = SourceKey::of(Source::FleetHealth);
        if let Some((at, reply)) = self.ask(key.clone(), self.client.fleet_health()).await {
            let whole = reply.skipped == 0;
            self.good(key, at, skipped(reply.skipped));
            self.remote.fleet = Some(FleetRead {
                at,
                rows: reply.value,
                whole,
            });
        }
    }

    pub(super) async fn page(&mut self, query: &SessionsQuery) -> Option<Reply<Vec<Session>>> {
        self.requests += 1;
        self.split_pages += 1;
        self.client.sessions(query).await.ok()
    }

    /// Ended sessions. `known`: programs whose archive is read where the history does not tell all.
    pub(super) async fn history(&mut self, archive: &mut Archive, known: &BTreeSet<ProgramId>) {
        let key = SourceKey::of(Source::SessionHistory);
        if let Some((at, reply)) = self.ask(key.clone(), self.client.session_history(Some(HISTORY))).await {
            let sent = reply.value.len() + usize::try_from(reply.skipped).unwrap_or(0);
            let is_long = sent >= HISTORY as usize;
            if is_long {
                let named = reply.value.iter().filter(|row| !row.program_derived);
                let mut programs = self.programs_of(known);
                programs.extend(named.map(|row| row.program.clone()));
                archive.begin(programs);
            }
            let is_short = is_long && !archive.is_whole();
            let lacking = is_short.then_some(Cause::ShortList { limit: HISTORY });
            self.good(key, at, skipped(reply.skipped).or(lacking));
            self.remote.ended = Some(EndedRead { at, rows: reply.value });
        }
    }

    /// One program's state: its context history first, because reading the state may make the server forget (trap T9).
    /// Says whether asking for another program's makes sense.
    pub(super) async fn state(&mut self, program: &ProgramId) -> bool {
        let key = SourceKey::state_of(program.clone());
        self.requests += 2;
        let history = match self.client.context_history(program, Some(CONTEXTS)).await {
            Ok(reply) => Some(reply.value),
            Err(api::Error::Refused(_)) => None,
            Err(error) => return self.failed(key, error),
        };
        match self.client.program_state(program).await {
            Ok(reply) => {
                let at = self.heard(&reply);
                self.good(key, at, skipped(reply.skipped));
                let state = Some(reply.value);
                self.remote.states.push(StateRead {
                    program: program.clone(),
                    at,
                    history,
                    state,
                });
                true
            }
            Err(error) => {
                if history.is_some() {
                    let at = self.server_now();
                    self.remote.states.push(StateRead {
                        program: program.clone(),
                        at,
                        history,
                        state: None,
                    });
                }
                self.failed(key, error)
            }
        }
    }

    /// The tenant's keys.
    pub(super) async fn keys(&mut self) {
        let key = SourceKey::of(Source::Keys);
        if let Some((at, reply)) = self.ask(key.clone(), self.client.keys(true)).await {
            self.good(key, at, skipped(reply.skipped));
            self.remote.keys = Some(KeysRead {
                at,
                whole: reply.skipped == 0,
                rows: reply.value,
            });
        }
    }

    /// Why asking on is in vain, if it is.
    pub(super) fn stopped(&self) -> Option<Cause> {
        self.stopped.clone()
    }

    /// Whether asking on is in vain, or may not be.
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.is_some() || self.is_spent()
    }

    /// Whether there were as many requests as there may be. Nothing is wrong with what was not asked.
    pub(super) fn is_spent(&self) -> bool {
        !self.has_room_for(1)
    }

    /// Whether what is left of the requests should go to what is seen.
    pub(super) fn is_half_spent(&self) -> bool {
        self.most_requests.is_some_and(|most| self.requests >= most / 2)
    }

    pub(super) fn has_room_for(&self, requests: u32) -> bool {
        self.most_requests.is_none_or(|most| self.requests + requests <= most)
    }

    async fn ask<T>(
        &mut self,
        key: SourceKey,
        question: impl Future<Output = Result<Reply<T>, api::Error>>,
    ) -> Option<(Timestamp, Reply<T>)> {
        if !self.may_ask(&key) {
            return None;
        }
        self.requests += 1;
        let told = question.await;
        self.took(key, told)
    }

    /// Whether there is any point in asking; where there is none, says so of what would be asked.
    fn may_ask(&mut self, key: &SourceKey) -> bool {
        if let Some(cause) = &self.stopped {
            self.reported.push((key.clone(), Outcome::Failed(cause.clone())));
            return false;
        }
        !self.is_spent()
    }

    fn took<T>(&mut self, key: SourceKey, told: Result<Reply<T>, api::Error>) -> Option<(Timestamp, Reply<T>)> {
        match told {
            Ok(reply) => Some((self.heard(&reply), reply)),
            Err(error) => {
                self.failed(key, error);
                None
            }
        }
    }

    pub(super) fn heard<T>(&mut self, reply: &Reply<T>) -> Timestamp {
        let Some(at) = reply.server_time else {
            return self.server_now();
        };
        self.standings.follow_clock(at, self.clock.now());
        at
    }

    /// This device's time.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn server_now(&self) -> Timestamp {
        self.clock.now().plus(self.standings.offset)
    }

    pub(super) fn good(&mut self, key: SourceKey, at: Timestamp, lacking: Option<Cause>) {
        self.reported.push((key, Outcome::Good { at, lacking }));
    }

    fn stop_for(&mut self, cause: &Cause) {
        if is_general(cause) && *cause != Cause::ServerUnavailable {
            self.stopped = Some(cause.clone());
        }
    }

    /// Notes what concerns every question, of one that nobody waits for.
    pub(super) fn note_general(&mut self, error: api::Error) {
        let cause = cause_of(&CompanionError::from(error), self.standings.offset);
        self.stop_for(&cause);
    }

    /// Notes why, and says whether the next question of this kind makes sense.
    pub(super) fn failed(&mut self, key: SourceKey, error: api::Error) -> bool {
        let error = CompanionError::from(error);
        if key.source == Source::ProgramState
            && error
                == (CompanionError::Rejected {
                    reason: RejectedReason::UnknownTarget,
                })
        {
            // The server knows no such program, so there is no state: an answer, not a failure.
            let at = self.server_now();
            if let Some(program) = &key.program {
                self.remote.states.push(StateRead {
                    program: program.clone(),
                    at,
                    history: None,
                    state: Some(nothing_stored(program)),
                });
            }
            self.good(key, at, None);
            return true;
        }
        let cause = cause_of(&error, self.standings.offset);
        self.stop_for(&cause);
        let goes_on = self.stopped.is_none() && !matches!(cause, Cause::Forbidden { capability: Some(_) });
        self.reported.push((key, Outcome::Failed(cause)));
        goes_on
    }
}

pub(super) fn page_of(state: Option<StateWord>, program: Option<ProgramId>) -> SessionsQuery {
    SessionsQuery {
        state,
        program,
        limit: Some(PAGE),
        include_archived: false,
    }
}

/// A full page may not be all there is, and nothing says so (B16).
pub(super) fn is_full(page: &Reply<Vec<Session>>) -> bool {
    page.value.len() + usize::try_from(page.skipped).unwrap_or(0) >= PAGE as usize
}

pub(super) fn skipped(count: u32) -> Option<Cause> {
    (count > 0).then_some(Cause::RowsSkipped { count })
}

/// When each program last did something; `None` where that is not known.
pub(super) type Due = BTreeMap<ProgramId, Option<Timestamp>>;

/// Which programs' states to read now: those asked for, then those never read, then those that did something since,
/// oldest read first. What is asked for is read in any case; the rest has `room` for so many.
pub(super) fn due_states(
    asked: &BTreeSet<ProgramId>,
    updated: &Due,
    room: usize,
    standings: &Standings,
    not_now: impl Fn(&ProgramId) -> bool,
) -> Vec<ProgramId> {
    let mut due: Vec<_> = updated
        .iter()
        .filter(|(program, _)| !asked.contains(*program) && !not_now(program) && can_be_asked(program))
        .filter_map(|(program, newest)| {
            let read_at = standings.reading(&SourceKey::state_of(program.clone())).as_of;
            (read_at.is_none() || *newest >= read_at).then_some((read_at, Reverse(*newest), program))
        })
        .collect();
    due.sort();
    let room = room.saturating_sub(asked.len());
    asked
        .iter()
        .chain(due.into_iter().take(room).map(|(_, _, program)| program))
        .cloned()
        .collect()
}

/// Ids that would have to be encoded in a path cannot be asked about (contract section 3).
pub(super) fn can_be_asked(program: &ProgramId) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let text = program.as_str();
    !text.is_empty() && text.len() <= 200 && text.bytes().all(plain) && !text.bytes().all(|byte| byte == b'.')
}
