//! Who carries a request to a server: the network, within its budget; or somebody who watches it, or who plays it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::calls::Request;
use super::error::Error;
use super::events::Events;
use super::limiter::Limiter;
use super::transport::{RawReply, Transport};
use crate::domain::Span;
use crate::world::Clock;

/// A reply on its way.
pub type Carried<'a> = Pin<Box<dyn Future<Output = Result<RawReply, Error>> + Send + 'a>>;

/// An event stream on its way.
pub type Opened<'a> = Pin<Box<dyn Future<Output = Result<Events, Error>> + Send + 'a>>;

/// Brings a request to a server and its reply back. Dropping the future gives the request up.
pub trait Carrier: Send + Sync {
    /// Carries one request.
    fn carry<'a>(&'a self, request: &'a Request) -> Carried<'a>;

    /// Learns what the reply turned out to mean: a server may have asked to wait.
    fn heed(&self, error: &Error, is_write: bool);

    /// Opens the server's event stream. It only says when to ask, so whoever plays a recording has none.
    fn listen(&self) -> Opened<'_> {
        Box::pin(async { Err(Error::NoSuchRoute) })
    }
}

/// The network, no more often than the budget allows.
pub(super) struct Network {
    pub(super) transport: Transport,
    pub(super) limiter: Limiter,
    pub(super) clock: Arc<dyn Clock>,
}

impl Carrier for Network {
    fn carry<'a>(&'a self, request: &'a Request) -> Carried<'a> {
        Box::pin(async move {
            let turn = self.limiter.take(self.clock.now(), request.is_write())?;
            if turn.wait > Span::default() {
                wait(&*self.clock, turn.wait).await;
                self.limiter.waited(turn.until);
            }
            self.transport.exchange(request).await
        })
    }

    fn heed(&self, error: &Error, is_write: bool) {
        self.limiter.heed(error, is_write);
    }

    fn listen(&self) -> Opened<'_> {
        Box::pin(async move {
            self.limiter.take(self.clock.now(), false)?;
            self.transport.listen().await
        })
    }
}

/// Waits for a span of this clock.
pub(super) async fn wait(clock: &dyn Clock, span: Span) {
    let lasts = clock.lasts(span);
    if !lasts.is_zero() {
        tokio::time::sleep(lasts).await;
    }
}
