//! The questions this client can ask, one type each; those that page through lists are in `lists`. There is none that
//! hands messages out or marks them as read, so none can drain them (trap T4).

use serde::Serialize;

use super::address::{query, segment};
use super::error::Error;
use crate::domain::NewKey;
use crate::domain::{KeyHash, ProgramId, SessionId};
use crate::wire::{self, Field, Salvage};

/// HTTP's word for what is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Writes.
    Post,
    /// Writes.
    Patch,
    /// Writes.
    Delete,
    /// No call of ours uses it; a recorded request may.
    Put,
    /// Likewise.
    Head,
    /// Likewise.
    Options,
}

impl Method {
    /// HTTP's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
            Method::Put => "PUT",
            Method::Head => "HEAD",
            Method::Options => "OPTIONS",
        }
    }
}

/// One request, ready to be sent: path and query are already written as the server reads them.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// From the root, beginning with a slash.
    pub path: String,
    /// Without the question mark; empty for none.
    pub query: String,
    /// JSON; `None` sends no body.
    pub body: Option<String>,
    /// Whether the key goes along.
    pub with_key: bool,
    /// The transport session of MCP; never on REST, where it would begin the compliance machine (contract section 9).
    pub mcp_session: Option<String>,
}

impl std::fmt::Debug for Request {
    /// Without the body, which may hold anyone's words.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {}", self.method, self.path)
    }
}

impl Request {
    pub(super) fn get(path: impl Into<String>, parts: &[(&str, Option<String>)]) -> Self {
        Self {
            method: Method::Get,
            path: path.into(),
            query: query(parts),
            body: None,
            with_key: true,
            mcp_session: None,
        }
    }

    pub(super) fn write(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            query: String::new(),
            body: None,
            with_key: true,
            mcp_session: None,
        }
    }

    pub(super) fn with_body(mut self, body: &impl Serialize) -> Result<Self, Error> {
        self.body = Some(serde_json::to_string(body).map_err(|_| Error::Invalid { issues: Vec::new() })?);
        Ok(self)
    }

    /// Whether it may change something, so that it is never sent a second time.
    pub fn is_write(&self) -> bool {
        !matches!(self.method, Method::Get | Method::Head | Method::Options)
    }
}

/// How an answer is wrapped (contract section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrapping {
    /// Envelope, and `data` has its own success.
    Both,
    /// As [`Both`](Wrapping::Both), or 204 without a body: there is nothing to say.
    BothOrNothing,
    /// Envelope, and `data` may lack its own success.
    Outer,
    /// No envelope.
    None,
    /// JSON-RPC: the result of the request with this id.
    Rpc(u32),
    /// JSON-RPC: the data as text in what a tool answered to the request with this id.
    Tool(u32),
}

/// A question and the form of its answer.
pub trait Call: Sync {
    /// `data` of the answer.
    type Data: Salvage + Default + Send;

    /// The request that asks it.
    ///
    /// # Errors
    /// [`Error::UnsuitableId`] where an id has no place in a path; nothing is sent then.
    fn request(&self) -> Result<Request, Error>;

    /// How its answer is wrapped.
    fn wrapping(&self) -> Wrapping {
        Wrapping::Both
    }

    /// Whether it changes nothing, whatever its method: then no key belongs in its answer.
    fn looks(&self, request: &Request) -> bool {
        !request.is_write()
    }
}

/// The words by which sessions are sent and filtered; the server answers with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StateWord {
    /// `working`
    Working,
    /// `blocked`
    Blocked,
    /// `pinned`
    Pinned,
    /// `complete`
    Complete,
}

impl StateWord {
    /// As it travels.
    pub fn as_str(self) -> &'static str {
        match self {
            StateWord::Working => "working",
            StateWord::Blocked => "blocked",
            StateWord::Pinned => "pinned",
            StateWord::Complete => "complete",
        }
    }
}

/// Which sessions to list. There is no cursor: partition by program or state (contract section 5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionsQuery {
    /// Of this state; `None` for all.
    pub state: Option<StateWord>,
    /// Of this program; `None` for all.
    pub program: Option<ProgramId>,
    /// 1 to 50; `None`: the server's 10.
    pub limit: Option<u32>,
    /// Ended ones too.
    pub include_archived: bool,
}

/// `GET /v1/sessions`
#[derive(Clone, Debug)]
pub struct ListSessions(pub SessionsQuery);

impl Call for ListSessions {
    type Data = wire::SessionsPage;

    fn request(&self) -> Result<Request, Error> {
        let asked = &self.0;
        let parts = [
            ("state", asked.state.map(|state| state.as_str().to_owned())),
            (
                "programId",
                asked.program.as_ref().map(|program| program.as_str().to_owned()),
            ),
            ("limit", asked.limit.map(|limit| limit.to_string())),
            ("includeArchived", asked.include_archived.then(|| "true".to_owned())),
        ];
        Ok(Request::get("/v1/sessions", &parts))
    }
}

/// `GET /v1/sessions/history`, with a limit of 1 to 100
#[derive(Clone, Copy, Debug)]
pub struct SessionHistory(pub Option<u32>);

impl Call for SessionHistory {
    type Data = wire::HistoryPage;

    fn request(&self) -> Result<Request, Error> {
        Ok(Request::get(
            "/v1/sessions/history",
            &[("limit", self.0.map(|limit| limit.to_string()))],
        ))
    }

    fn wrapping(&self) -> Wrapping {
        Wrapping::Outer
    }
}

/// `GET /v1/fleet/health`
#[derive(Clone, Copy, Debug)]
pub struct FleetHealthNow;

impl Call for FleetHealthNow {
    type Data = wire::FleetHealth;

    fn request(&self) -> Result<Request, Error> {
        Ok(Request::get("/v1/fleet/health", &[]))
    }
}

/// `GET /v1/program-state/:programId`. On the hosted server this read may run decay (trap T9): ask for the history first.
#[derive(Clone, Debug)]
pub struct StateOf(pub ProgramId);

impl Call for StateOf {
    type Data = wire::StateReply;

    fn request(&self) -> Result<Request, Error> {
        Ok(Request::get(
            format!("/v1/program-state/{}", segment(self.0.as_str())?),
            &[],
        ))
    }
}

/// `GET /v1/program-state/:programId/context-history`, with a limit of 1 to 50. Never runs decay.
#[derive(Clone, Debug)]
pub struct ContextHistoryOf(pub ProgramId, pub Option<u32>);

impl Call for ContextHistoryOf {
    type Data = wire::ContextHistory;

    fn request(&self) -> Result<Request, Error> {
        let path = format!("/v1/program-state/{}/context-history", segment(self.0.as_str())?);
        Ok(Request::get(path, &[("limit", self.1.map(|limit| limit.to_string()))]))
    }
}

/// `GET /v1/keys`, with or without revoked ones
#[derive(Clone, Copy, Debug)]
pub struct KeysOf {
    /// Revoked ones too.
    pub include_revoked: bool,
}

impl Call for KeysOf {
    type Data = wire::KeysPage;

    fn request(&self) -> Result<Request, Error> {
        Ok(Request::get(
            "/v1/keys",
            &[("includeRevoked", self.include_revoked.then(|| "true".to_owned()))],
        ))
    }
}

/// `POST /v1/keys`
#[derive(Clone, Debug)]
pub struct CreateKeyFor(pub wire::CreateKey);

impl CreateKeyFor {
    /// The body that asks for this key: always with program and label (B30).
    pub fn of(key: &NewKey) -> Self {
        Self(wire::CreateKey {
            program_id: Field::Value(key.program.as_str().to_owned()),
            label: Field::Value(key.label.clone()),
            capabilities: Field::or_absent(key.capabilities.clone()),
            ttl_days: Field::or_absent(key.ttl_days.map(serde_json::Number::from)),
        })
    }
}

impl Call for CreateKeyFor {
    type Data = wire::CreatedKey;

    fn request(&self) -> Result<Request, Error> {
        Request::write(Method::Post, "/v1/keys").with_body(&self.0)
    }
}

/// `DELETE /v1/keys/:keyHash`
#[derive(Clone, Debug)]
pub struct RevokeKeyOf(pub KeyHash);

impl Call for RevokeKeyOf {
    type Data = wire::RevokedKey;

    fn request(&self) -> Result<Request, Error> {
        Ok(Request::write(
            Method::Delete,
            format!("/v1/keys/{}", segment(self.0.as_str())?),
        ))
    }
}

/// `POST /v1/keys/rotate`: the calling key. The answer holds the only copy of the new one.
#[derive(Clone, Copy, Debug)]
pub struct RotateOwnKey;

impl Call for RotateOwnKey {
    type Data = wire::RotatedKey;

    fn request(&self) -> Result<Request, Error> {
        Ok(Request::write(Method::Post, "/v1/keys/rotate"))
    }
}

/// `GET /v1/health`: needs no key, so none is sent.
#[derive(Clone, Copy, Debug)]
pub struct AskHealth;

impl Call for AskHealth {
    type Data = wire::Health;

    fn request(&self) -> Result<Request, Error> {
        Ok(Request {
            with_key: false,
            ..Request::get("/v1/health", &[])
        })
    }

    fn wrapping(&self) -> Wrapping {
        Wrapping::None
    }
}

/// `POST /v1/sessions`: what an agent does when it starts.
#[derive(Clone, Debug)]
pub struct CreateSessionOf(pub wire::CreateSession);

impl Call for CreateSessionOf {
    type Data = wire::SessionAck;

    fn request(&self) -> Result<Request, Error> {
        Request::write(Method::Post, "/v1/sessions").with_body(&self.0)
    }
}

/// `PATCH /v1/sessions/:id`: what an agent does while it works.
#[derive(Clone, Debug)]
pub struct UpdateSessionOf(pub SessionId, pub wire::UpdateSession);

impl Call for UpdateSessionOf {
    type Data = wire::SessionAck;

    fn request(&self) -> Result<Request, Error> {
        Request::write(Method::Patch, format!("/v1/sessions/{}", segment(self.0.as_str())?)).with_body(&self.1)
    }
}

/// `PATCH /v1/program-state/:programId`: what an agent does before it hands off.
#[derive(Clone, Debug)]
pub struct UpdateStateOf(pub ProgramId, pub wire::UpdateState);

impl Call for UpdateStateOf {
    type Data = wire::StateAck;

    fn request(&self) -> Result<Request, Error> {
        Request::write(
            Method::Patch,
            format!("/v1/program-state/{}", segment(self.0.as_str())?),
        )
        .with_body(&self.1)
    }
}
