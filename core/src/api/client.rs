//! The way of a call: may it go, when may it go, send it, read it, and perhaps ask a read once more.

use std::fmt;
use std::sync::Arc;

use super::address::Endpoint;
use super::calls::{
    AskHealth, Call, ContextHistoryOf, CreateSessionOf, FleetHealthNow, ListSessions, Request, SessionHistory,
    SessionsQuery, StateOf, UpdateSessionOf, UpdateStateOf, Wrapping,
};
use super::carrier::{Carrier, Network, wait};
use super::error::Error;
use super::limiter::{Budget, Limiter};
use super::reading::{self, Read};
use super::transport::{Limits, RawReply, Transport};
use crate::domain::{
    ContextEntry, EndedSession, FleetProgram, ProgramId, ProgramState, RawKey, Session, SessionId, Span, Timestamp,
};
use crate::wire::{self, Warning};
use crate::world::Clock;

/// What a call brought.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply<T> {
    /// The answer.
    pub value: T,
    /// The server's clock when it answered; `None` where it does not say.
    pub server_time: Option<Timestamp>,
    /// How many rows the server says it sent, for lists. A full page may not be all there is.
    pub count: Option<u64>,
    /// Rows (or parts of a state) that could not be read and were left out.
    pub skipped: u32,
    /// Remarks that rode along.
    pub warnings: Vec<Warning>,
}

impl<T> Reply<T> {
    /// The same reply with another answer.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Reply<U> {
        let Self {
            value,
            server_time,
            count,
            skipped,
            warnings,
        } = self;
        Reply {
            value: change(value),
            server_time,
            count,
            skipped,
            warnings,
        }
    }

    /// The rows of a page; those that say too little are counted with the skipped ones.
    pub(super) fn rows<Row, U>(
        self,
        parts: impl FnOnce(T) -> (wire::Field<Vec<Row>>, wire::Field<serde_json::Number>),
        read: impl Fn(Row) -> Option<U>,
    ) -> Result<Reply<Vec<U>>, Error> {
        let (rows, count) = parts(self.value);
        let rows = rows.into_option().ok_or(Error::Unreadable)?;
        let sent = rows.len();
        let value: Vec<U> = rows.into_iter().filter_map(read).collect();
        let nameless = u32::try_from(sent - value.len()).unwrap_or(u32::MAX);
        Ok(Reply {
            value,
            server_time: self.server_time,
            count: count.get().and_then(serde_json::Number::as_u64),
            skipped: self.skipped.saturating_add(nameless),
            warnings: self.warnings,
        })
    }
}

/// What a server says of itself without a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerHealth {
    /// `ok`, or another word.
    pub status: Option<String>,
    /// Its version.
    pub version: Option<String>,
}

/// A client of one server with one key. Cheap to clone; clones share the connections and the budget.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    carrier: Arc<dyn Carrier>,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client(…)")
    }
}

/// How long to wait before a read is asked again, and with that how often: twice.
const BACKOFF: [Span; 2] = [Span::from_millis(200), Span::from_millis(800)];

impl Client {
    /// A client with the usual limits.
    ///
    /// # Errors
    /// [`Error::Address`], [`Error::PlainHttp`] or [`Error::KeyForm`]; nothing is sent.
    pub fn new(endpoint: Endpoint, key: RawKey, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        Self::with_limits(endpoint, key, clock, Limits::default(), Budget::default())
    }

    /// A client with other limits, for tests and for servers that allow more.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn with_limits(
        endpoint: Endpoint,
        key: RawKey,
        clock: Arc<dyn Clock>,
        limits: Limits,
        budget: Budget,
    ) -> Result<Self, Error> {
        let network = Network {
            transport: Transport::new(endpoint, &key, limits)?,
            limiter: Limiter::new(budget),
            clock: Arc::clone(&clock),
        };
        Ok(Self::over(Arc::new(network), clock))
    }

    /// A client whose requests somebody else carries.
    pub fn over(carrier: Arc<dyn Carrier>, clock: Arc<dyn Clock>) -> Self {
        Self {
            inner: Arc::new(Inner { carrier, clock }),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    pub(super) async fn carry(&self, request: &Request) -> Result<RawReply, Error> {
        self.inner.carrier.carry(request).await
    }

    /// Who carries its requests.
    pub fn carrier(&self) -> Arc<dyn Carrier> {
        Arc::clone(&self.inner.carrier)
    }

    /// Sends any call and gives its `data` as it travelled. The other methods are this and a translation.
    ///
    /// # Errors
    /// Any [`Error`]. A read is asked again at most twice when the connection broke or the server stumbled; a write
    /// never. While a 429's wait lasts, nothing is sent.
    pub async fn send<C: Call>(&self, call: &C) -> Result<Reply<C::Data>, Error> {
        let request = call.request()?;
        let mut pauses = BACKOFF.iter();
        loop {
            let error = match self.once(call, &request).await {
                Ok(Read {
                    data,
                    server_time,
                    skipped,
                    warnings,
                }) => {
                    return Ok(Reply {
                        value: data,
                        server_time,
                        count: None,
                        skipped,
                        warnings,
                    });
                }
                Err(error) => error,
            };
            let again = error.is_passing() && !request.is_write();
            let Some(pause) = pauses.next().filter(|_| again) else {
                tracing::debug!(error = error.name(), "a call failed");
                return Err(error);
            };
            wait(&*self.inner.clock, *pause).await;
        }
    }

    async fn once<C: Call>(&self, call: &C, request: &Request) -> Result<Read<C::Data>, Error> {
        let reply = self.carry(request).await?;
        self.understood(&reply, call.wrapping(), call.looks(request))
    }

    /// What a reply says. A wait that it asks for is waited by all calls of its kind: those that look, or those that write.
    pub(super) fn understood<T: wire::Salvage + Default>(
        &self,
        reply: &RawReply,
        wrapping: Wrapping,
        looks: bool,
    ) -> Result<Read<T>, Error> {
        let read = reading::read(reply, wrapping, !looks, self.now());
        read.inspect_err(|error| self.inner.carrier.heed(error, !looks))
    }

    /// Sessions, newest update first, at most 50. Needs an admin key on the hosted server (trap T11).
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn sessions(&self, query: &SessionsQuery) -> Result<Reply<Vec<Session>>, Error> {
        let reply = self.send(&ListSessions(query.clone())).await?;
        reply.rows(|page| (page.sessions, page.count), wire::SessionRow::into_session)
    }

    /// Ended sessions, at most 100.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn session_history(&self, limit: Option<u32>) -> Result<Reply<Vec<EndedSession>>, Error> {
        let reply = self.send(&SessionHistory(limit)).await?;
        reply.rows(|page| (page.sessions, page.count), wire::HistoryRow::into_ended)
    }

    /// One row per program.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn fleet_health(&self) -> Result<Reply<Vec<FleetProgram>>, Error> {
        let reply = self.send(&FleetHealthNow).await?;
        reply.rows(
            |page| (page.programs, wire::Field::Absent),
            wire::FleetRow::into_program,
        )
    }

    /// What a program remembers. On the hosted server this read may run decay (trap T9).
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn program_state(&self, program: &ProgramId) -> Result<Reply<ProgramState>, Error> {
        let reply = self.send(&StateOf(program.clone())).await?;
        if reply.value.state.get().is_none() {
            return Err(Error::Unreadable);
        }
        Ok(reply.map(|answer| answer.into_state(program)))
    }

    /// What a program's sessions left behind, newest first, at most 50. Never runs decay.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn context_history(
        &self,
        program: &ProgramId,
        limit: Option<u32>,
    ) -> Result<Reply<Vec<ContextEntry>>, Error> {
        let reply = self.send(&ContextHistoryOf(program.clone(), limit)).await?;
        reply.rows(|page| (page.entries, page.count), wire::ContextHistoryEntry::into_entry)
    }

    /// Whether the server is there. Sends no key.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn health(&self) -> Result<Reply<ServerHealth>, Error> {
        let reply = self.send(&AskHealth).await?;
        let server_time = reply.value.timestamp.get().and_then(|time| wire::parse_time(time));
        let told = reply.map(|h| ServerHealth {
            status: h.status.into_option(),
            version: h.version.into_option(),
        });
        Ok(Reply { server_time, ..told })
    }

    /// Creates a session, or replaces one whole. Gives its id.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn create_session(&self, session: &wire::CreateSession) -> Result<Reply<Option<SessionId>>, Error> {
        let reply = self.send(&CreateSessionOf(session.clone())).await?;
        Ok(reply.map(|ack| ack.session_id.into_option().map(SessionId::new)))
    }

    /// Reports what a session does. Send state and progress every time: what is left out is reset.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn update_session(&self, id: &SessionId, change: &wire::UpdateSession) -> Result<Reply<()>, Error> {
        Ok(self
            .send(&UpdateSessionOf(id.clone(), change.clone()))
            .await?
            .map(|_| ()))
    }

    /// Writes a program's state, merged one level deep.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn update_program_state(&self, id: &ProgramId, change: &wire::UpdateState) -> Result<Reply<()>, Error> {
        Ok(self.send(&UpdateStateOf(id.clone(), change.clone())).await?.map(|_| ()))
    }
}
