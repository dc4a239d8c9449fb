//! Following a server's changes instead of listing everything: where `/v1/sync` is offered, the clock asks what changed
//! since a cursor. Sessions come with the answer; of anything else it says that it changed, and that is read again.
//!
//! The cursor is kept with the rows it brought, and only once nothing is left behind: whoever goes on from it misses
//! nothing. What comes twice says the same twice.

use std::collections::BTreeSet;

use super::fetch::Fetch;
use super::standings::{Outcome, is_general};
use super::{SessionsRead, Turn, Wanted};
use crate::api;
use crate::domain::{Change, Timestamp};
use crate::insight::{Cause, Source};
use crate::store::{SourceKey, Standings};

/// Pages of changes that one refresh asks for at most.
const MOST_PAGES: usize = 20;

/// What is remembered of a server's changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Following {
    /// How far they were heard; `None` where they were never followed.
    pub(super) place: Option<String>,
    /// What is known to have changed, and was not read since.
    pub(super) behind: BTreeSet<SourceKey>,
    /// States were asked for that could not be read: they wait for their turn like any other.
    confirmed: Option<Timestamp>,
}

/// What came of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Followed {
    /// The server does not tell: lists are read as ever.
    No,
    /// To begin takes as many pages as there were changes, and this look may not ask so much: lists are read.
    NotNow,
    /// From here on it tells. What is there already is in the lists, which are read once, each to its end.
    Anew,
    /// All that changed is known.
    Yes,
    /// It did not answer, and that was noted.
    Failed,
}

impl Following {
    /// As of a cursor that was kept.
    pub(super) fn from(cursor: Option<String>) -> Self {
        Self {
            place: cursor,
            ..Self::default()
        }
    }

    /// Everything is behind.
    fn begin(&mut self) {
        self.behind = Turn::ALL.map(|turn| SourceKey::of(turn.source())).into();
        self.behind.insert(SourceKey::of(Source::FleetHealth));
    }

    /// Asks for what changed since, page by page.
    pub(super) async fn ask(&mut self, fetch: &mut Fetch<'_>) -> Followed {
        let mut is_new = self.place.is_none();
        let mut sessions = Vec::new();
        let (mut at, mut is_whole) = (None, false);
        for _ in 0..MOST_PAGES {
            if is_new && fetch.is_half_spent() {
                *self = Self::default();
                return Followed::NotNow;
            }
            if fetch.is_spent() {
                break;
            }
            fetch.requests += 1;
            let reply = match fetch.client.changes(self.place.as_deref()).await {
                Ok(reply) => reply,
                // The server no longer knows what changed since, or another one answers here.
                Err(api::Error::SessionTerminated | api::Error::Invalid { .. }) if !is_new => {
                    (self.place, is_new) = (None, true);
                    sessions.clear();
                    continue;
                }
                Err(api::Error::NoSuchRoute) => {
                    *self = Self::default();
                    return Followed::No;
                }
                Err(error) => {
                    fetch.failed(SourceKey::of(Source::Sessions), error);
                    return Followed::Failed;
                }
            };
            at = Some(fetch.heard(&reply));
            let Some(page) = reply.value else {
                is_whole = true;
                break;
            };
            is_whole = !page.has_more;
            self.place = Some(page.cursor);
            if is_new {
                // It begins with all there ever was; lists say the same in less.
                if !page.has_more {
                    break;
                }
                continue;
            }
            for change in page.changes {
                match change {
                    Change::Session(session) => sessions.push(*session),
                    other => self.take(other),
                }
            }
            if !page.has_more {
                break;
            }
        }
        let at = at.unwrap_or_else(|| fetch.server_now());
        if is_new {
            self.begin();
            return Followed::Anew;
        }
        if !sessions.is_empty() {
            self.behind.insert(SourceKey::of(Source::FleetHealth));
        }
        if is_whole {
            let held = fetch.standings.reading(&SourceKey::of(Source::Sessions));
            fetch.good(SourceKey::of(Source::Sessions), at, held.lacking);
            self.confirmed = Some(at);
        }
        fetch.remote.sessions = Some(SessionsRead {
            at,
            rows: sessions,
            whole: false,
        });
        Followed::Yes
    }

    fn take(&mut self, change: Change) {
        let key = match change {
            Change::Session(_) => return,
            // Lists tell which one: it is read like one that is new here.
            Change::SessionGone => SourceKey::of(Source::Sessions),
            Change::State(program) => SourceKey::state_of(program),
            Change::Questions => SourceKey::of(Source::Questions),
            Change::Alerts => SourceKey::of(Source::Alerts),
            Change::Tasks => SourceKey::of(Source::Tasks),
            Change::Keys => SourceKey::of(Source::Keys),
            Change::Fleet => SourceKey::of(Source::FleetHealth),
        };
        self.behind.insert(key);
    }

    /// What a refresh must read to catch up. `standings`: what failed for a reason of its own is behind as well.
    pub(super) fn wanted(&mut self, standings: &Standings) -> Wanted {
        let failed = standings.sources.iter().filter(|(_, reading)| {
            let cause = reading.trouble.as_ref().map(|trouble| &trouble.cause);
            cause.is_some_and(|cause| !is_general(cause) && !matches!(cause, Cause::Forbidden { .. }))
        });
        let follows = |source| Turn::ALL.iter().any(|turn| turn.source() == source);
        self.behind
            .extend(failed.map(|(key, _)| key.clone()).filter(|key| follows(key.source)));
        let lists = Turn::ALL.into_iter().filter(|turn| self.lacks(turn.source()));
        Wanted {
            by_clock: true,
            lists: lists.collect(),
            keys: self.lacks(Source::Keys),
            ..Wanted::default()
        }
    }

    pub(super) fn lacks(&self, source: Source) -> bool {
        self.behind.iter().any(|key| key.source == source)
    }

    /// Takes note of what was read, and confirms what did not change: it is as it was, and known to be so now.
    pub(super) fn end(&mut self, fetch: &mut Fetch<'_>, known: &Standings) {
        for (key, outcome) in &fetch.reported {
            let is_settled = match outcome {
                Outcome::Good { .. } => true,
                Outcome::Failed(cause) => !is_general(cause),
            };
            if is_settled {
                self.behind.remove(key);
            }
        }
        let Some(at) = self.confirmed.take() else { return };
        let unchanged = known.sources.iter().filter(|(key, reading)| {
            let told = !matches!(key.source, Source::Messages | Source::Groups | Source::Cost);
            let was_asked = fetch.reported.iter().any(|(reported, _)| reported == *key);
            let general = |cause: &Cause| is_general(cause);
            let is_well = reading.trouble.as_ref().is_none_or(|trouble| general(&trouble.cause));
            told && !was_asked && reading.as_of.is_some() && is_well && !self.behind.contains(key)
        });
        let confirmed: Vec<_> = unchanged
            .map(|(key, reading)| {
                let lacking = reading.lacking.clone();
                (key.clone(), Outcome::Good { at, lacking })
            })
            .collect();
        fetch.reported.extend(confirmed);
    }

    /// The cursor to keep: everything before it is in the rows. `None` while something is behind.
    pub(super) fn cursor(&self) -> Option<&String> {
        self.place.as_ref().filter(|_| self.behind.is_empty())
    }
}
