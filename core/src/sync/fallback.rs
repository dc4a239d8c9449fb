//! Where to ask for the sessions of an account whose key may not list them over REST: over MCP, at most once a minute, in a
//! transport session that is begun once, and once more when the server ended it (trap T11). Which way to go is a pure rule;
//! going it is [`Fetch`]'s.

use sha2::{Digest as _, Sha256};

use super::fetch::{Fetch, page_of};
use crate::api::{self, Reply};
use crate::domain::{AccountId, RegisteredProgram, Session, Span, Timestamp};

/// Between two questions over MCP.
pub(super) const MCP_EVERY: Span = Span::from_mins(1);

/// A refusal is believed for so long, and so is the end of MCP.
const BELIEVED_FOR: Span = Span::from_mins(60);

/// Which way to the sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// As ever.
    Rest,
    /// The other door.
    Mcp,
    /// It was asked a moment ago.
    NotYet,
    /// There is none.
    Closed,
}

/// What is known of the ways. Times are of this device's clock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fallback {
    /// The transport session that was begun.
    pub(super) transport: Option<String>,
    /// Of a request of JSON-RPC.
    last_id: u32,
    refused_at: Option<Timestamp>,
    asked_at: Option<Timestamp>,
    closed_at: Option<Timestamp>,
}

impl Fallback {
    /// With a transport session of an earlier start.
    pub(super) fn going_on(account: &AccountId, transport: Option<String>) -> Self {
        // Agents count from one: an answer to one of theirs is not to look like one to ours. A recording plays the same ids.
        let digest = Sha256::digest(account.as_str());
        let last_id = digest.iter().take(3).fold(1, |id, byte| id << 8 | u32::from(*byte));
        Self {
            transport,
            last_id,
            ..Self::default()
        }
    }

    /// For another key: what was refused, closed or begun was so for the one before. Ids go on.
    pub(super) fn for_another_key(&self) -> Self {
        Self {
            last_id: self.last_id,
            ..Self::default()
        }
    }

    fn next_id(&mut self) -> u32 {
        self.last_id = self.last_id.wrapping_add(1);
        self.last_id
    }

    /// Which way to go now.
    pub(super) fn way(&self, now: Timestamp) -> Way {
        let within = |at: Option<Timestamp>, span| at.is_some_and(|at| at <= now && now.since(at) < span);
        if !within(self.refused_at, BELIEVED_FOR) {
            Way::Rest
        } else if within(self.closed_at, BELIEVED_FOR) {
            Way::Closed
        } else if within(self.asked_at, MCP_EVERY) {
            Way::NotYet
        } else {
            Way::Mcp
        }
    }

    /// Whether a tool may be asked, whatever for: MCP is asked once a minute.
    pub(super) fn may_ask_tool(&self, now: Timestamp) -> bool {
        !self.asked_at.is_some_and(|at| at <= now && now.since(at) < MCP_EVERY)
    }

    /// Whether REST refuses.
    pub(super) fn is_in_use(&self) -> bool {
        self.refused_at.is_some()
    }
}

impl Fetch<'_> {
    /// The first page of sessions, whichever way leads to it. `None`: it was asked over MCP a moment ago, or there is no
    /// room for it among the requests; what was heard last still stands.
    pub(super) async fn first_page(
        &mut self,
        fallback: &mut Fallback,
    ) -> Option<Result<Reply<Vec<Session>>, api::Error>> {
        let mut way = fallback.way(self.now());
        if way == Way::Rest {
            self.requests += 1;
            let reply = self.client.sessions(&page_of(None, None)).await;
            if reply != Err(api::Error::Forbidden) {
                fallback.refused_at = None;
                return Some(reply);
            }
            fallback.refused_at = Some(self.now());
            way = fallback.way(self.now());
        }
        match way {
            Way::Mcp => self.over_mcp(fallback).await,
            Way::NotYet => None,
            Way::Rest | Way::Closed => Some(Err(api::Error::Forbidden)),
        }
    }

    /// The register of programs, which a hosted server has no route for. Its transport session is that of the sessions; one
    /// that is over is begun anew with the next question.
    pub(super) async fn register_over_mcp(
        &mut self,
        fallback: &mut Fallback,
    ) -> Result<Reply<Vec<RegisteredProgram>>, api::Error> {
        fallback.asked_at = Some(self.now());
        let transport = self.transport(fallback).await?;
        self.requests += 1;
        let id = fallback.next_id();
        let told = self.client.programs_over_mcp(&transport, id).await;
        if told == Err(api::Error::SessionTerminated) {
            fallback.transport = None;
        }
        told
    }

    /// The transport session that was begun, else one that is begun now.
    async fn transport(&mut self, fallback: &mut Fallback) -> Result<String, api::Error> {
        if let Some(transport) = fallback.transport.clone() {
            return Ok(transport);
        }
        self.requests += 2;
        let begun = self.client.begin_mcp(fallback.next_id()).await?;
        // From here on the server may list it among its sessions, whatever comes of it.
        self.remote.transports.push(begun.clone());
        self.client.initialized_mcp(&begun).await?;
        fallback.transport = Some(begun.clone());
        Ok(begun)
    }

    async fn over_mcp(&mut self, fallback: &mut Fallback) -> Option<Result<Reply<Vec<Session>>, api::Error>> {
        for _ in 0..2 {
            let needed = if fallback.transport.is_some() { 1 } else { 3 };
            if !self.has_room_for(needed) {
                return None;
            }
            fallback.asked_at = Some(self.now());
            let transport = match self.transport(fallback).await {
                Ok(transport) => transport,
                Err(error) => {
                    self.note_closed(fallback, &error);
                    return Some(Err(error));
                }
            };
            self.requests += 1;
            let (id, page) = (fallback.next_id(), page_of(None, None));
            let told = self.client.sessions_over_mcp(&transport, id, &page).await;
            let Err(error) = &told else { return Some(told) };
            if *error != api::Error::SessionTerminated {
                self.note_closed(fallback, error);
                return Some(told);
            }
            fallback.transport = None;
        }
        fallback.closed_at = Some(self.now());
        Some(Err(api::Error::Forbidden))
    }

    /// A server without MCP, or whose MCP refuses this key too, is not asked again for a while.
    fn note_closed(&self, fallback: &mut Fallback, error: &api::Error) {
        use api::Error::{Forbidden, MissingCapability, NoSuchRoute, SessionTerminated};
        if matches!(
            error,
            Forbidden | MissingCapability(_) | NoSuchRoute | SessionTerminated
        ) {
            fallback.closed_at = Some(self.now());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BELIEVED_FOR, Fallback, MCP_EVERY, Way};
    use crate::domain::{Span, Timestamp};

    const NOON: Timestamp = Timestamp::from_millis(1_795_000_000_000);

    #[test]
    fn mcp_is_asked_once_a_minute_after_rest_refused_and_rest_again_after_an_hour() {
        let mut fallback = Fallback::default();
        assert_eq!(fallback.way(NOON), Way::Rest);
        fallback.refused_at = Some(NOON);
        assert_eq!(fallback.way(NOON), Way::Mcp);
        fallback.asked_at = Some(NOON);
        let almost = Span::from_millis(1);
        assert_eq!(fallback.way(NOON.plus(MCP_EVERY).minus(almost)), Way::NotYet);
        assert_eq!(fallback.way(NOON.plus(MCP_EVERY)), Way::Mcp);
        assert_eq!(fallback.way(NOON.plus(BELIEVED_FOR)), Way::Rest);
    }

    #[test]
    fn what_is_closed_stays_closed_for_a_while_and_a_clock_that_was_set_back_opens_it() {
        let fallback = Fallback {
            refused_at: Some(NOON),
            closed_at: Some(NOON),
            ..Fallback::default()
        };
        assert_eq!(fallback.way(NOON), Way::Closed);
        assert_eq!(fallback.way(NOON.minus(Span::from_mins(5))), Way::Rest);
    }
}
