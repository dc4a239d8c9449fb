//! Where the account's own key is refused a read that is the same whoever asks, another of the ring asks in its place. Below
//! whoever records: a recording holds what came of it, so it plays with one key.

use std::sync::Arc;

use super::keys::{Asker, Heard, KeyRing};
use crate::api::{Carried, Carrier, Client, Error, Method, Opened, RawReply, Refusal, Request};
use crate::domain::{KeyHash, RejectedReason};
use crate::insight::Source;

impl KeyRing {
    /// The account's client, with the ring behind it.
    pub(in crate::companion) fn behind(self: &Arc<Self>, own: &Client) -> Client {
        let carrier = StandingIn {
            own: own.carrier(),
            ring: Arc::clone(self),
        };
        Client::over(Arc::new(carrier), Arc::clone(&self.clock))
    }
}

struct StandingIn {
    own: Arc<dyn Carrier>,
    ring: Arc<KeyRing>,
}

impl Carrier for StandingIn {
    fn carry<'a>(&'a self, request: &'a Request) -> Carried<'a> {
        Box::pin(async move {
            match shared(request) {
                Some(source) if self.ring.can_stand_in() => self.carry_with_any(request, source).await,
                _ => self.own.carry(request).await,
            }
        })
    }

    fn heed(&self, error: &Error, is_write: bool) {
        self.own.heed(error, is_write);
    }

    fn listen(&self) -> Opened<'_> {
        self.own.listen()
    }
}

impl StandingIn {
    async fn carry_with_any(&self, request: &Request, source: Source) -> Result<RawReply, Error> {
        let mut refusal = None;
        if self.ring.own_may_ask(source, &request.path) {
            let (reply, is_refusal) = self.ask_own(request, source).await?;
            if !is_refusal {
                return Ok(reply);
            }
            refusal = Some(reply);
        }
        for key in self.ring.others(source, &request.path) {
            if let Some(reply) = self.ask_with(&key, request, source).await? {
                return Ok(reply);
            }
        }
        match refusal {
            Some(refusal) => Ok(refusal),
            // All were refused a while ago; then this is what is said of it.
            None => Ok(self.ask_own(request, source).await?.0),
        }
    }

    /// The reply, and whether it says that the key may not.
    async fn ask_own(&self, request: &Request, source: Source) -> Result<(RawReply, bool), Error> {
        let reply = self.own.carry(request).await?;
        let heard = match reply.failure(self.ring.clock.now()) {
            None => Some(Heard::Allowed),
            Some(error) => refused(&error),
        };
        let is_refusal = matches!(heard, Some(Heard::Lacks(_) | Heard::NotTheirs));
        if let Some(heard) = heard {
            self.ring.learn(Asker::Own, source, &request.path, heard);
        }
        Ok((reply, is_refusal))
    }

    /// The reply; `None` where this key may not, either.
    async fn ask_with(&self, key: &KeyHash, request: &Request, source: Source) -> Result<Option<RawReply>, Error> {
        let (ring, wanted) = (Arc::clone(&self.ring), key.clone());
        let client = tokio::task::spawn_blocking(move || ring.client_with(&wanted)).await;
        let Ok(Some(client)) = client else { return Ok(None) };
        let carrier = client.carrier();
        let reply = carrier.carry(request).await?;
        let learn = |heard| self.ring.learn(Asker::Further(key), source, &request.path, heard);
        match reply.failure(self.ring.clock.now()) {
            None => learn(Heard::Allowed),
            Some(Error::Unauthorized) => {
                learn(Heard::Unknown);
                return Ok(None);
            }
            // Its limit is its own: the account's key need not wait for it.
            Some(error @ (Error::RateLimited { .. } | Error::Paused { .. })) => {
                carrier.heed(&error, false);
                return Err(error);
            }
            Some(error) => {
                if let Some(heard) = refused(&error) {
                    learn(heard);
                    return Ok(None);
                }
            }
        }
        Ok(Some(reply))
    }
}

/// What a refusal says of a key's rights; `None` where the error is none.
fn refused(error: &Error) -> Option<Heard> {
    match error {
        Error::Forbidden => Some(Heard::Lacks(None)),
        Error::MissingCapability(capability) | Error::Refused(Refusal::Missing(capability)) => {
            Some(Heard::Lacks(Some(capability.clone())))
        }
        Error::Refused(Refusal::Reason(RejectedReason::NotYours)) => Some(Heard::NotTheirs),
        _ => None,
    }
}

/// Of which source it reads, if that is the same whoever asks; see [`Learnt::SHARED`](crate::insight::Learnt::SHARED).
fn shared(request: &Request) -> Option<Source> {
    if request.method != Method::Get {
        return None;
    }
    match request.path.as_str() {
        "/v1/sessions" => Some(Source::Sessions),
        "/v1/sessions/history" => Some(Source::SessionHistory),
        "/v1/fleet/health" => Some(Source::FleetHealth),
        "/v1/keys" => Some(Source::Keys),
        "/v1/relay/groups" => Some(Source::Groups),
        "/v1/metrics/cost-summary" => Some(Source::Cost),
        "/v1/sprints/active" => Some(Source::Sprints),
        path if path.starts_with("/v1/program-state/") => Some(Source::ProgramState),
        _ => None,
    }
}
