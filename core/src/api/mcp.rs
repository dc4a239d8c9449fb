//! The door that agents come in by, for what REST keeps from a key: MCP's `list_sessions` has no gate for admins (contract
//! sections 4 and 10). One call at a time, whoever asks: a server answers overlapping ones with each other's answers,
//! across keys too.

use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::calls::{Call, Method, Request, SessionsQuery, Wrapping};
use super::client::{Client, Reply};
use super::error::Error;
use crate::domain::{RegisteredProgram, Session};
use crate::wire::{self, SessionsPage};

const PATH: &str = "/v1/mcp";

/// The version that the recorded server speaks.
const PROTOCOL: &str = "2025-06-18";

/// Held during each call. One for all accounts: several may be on one server.
static LANE: Mutex<()> = Mutex::const_new(());

/// A request of JSON-RPC. `transport`: the session that an `initialize` began.
fn rpc(transport: Option<&str>, body: &Value) -> Result<Request, Error> {
    let mut request = Request::write(Method::Post, PATH).with_body(body)?;
    request.mcp_session = transport.map(str::to_owned);
    Ok(request)
}

/// `tools/call` of `list_sessions`, with the same answer as its REST twin.
struct ListSessionsTool<'a> {
    transport: &'a str,
    id: u32,
    query: &'a SessionsQuery,
}

impl Call for ListSessionsTool<'_> {
    type Data = SessionsPage;

    fn request(&self) -> Result<Request, Error> {
        let asked = self.query;
        let mut arguments = serde_json::Map::new();
        if let Some(state) = asked.state {
            arguments.insert("state".to_owned(), state.as_str().into());
        }
        if let Some(program) = &asked.program {
            arguments.insert("programId".to_owned(), program.as_str().into());
        }
        if let Some(limit) = asked.limit {
            arguments.insert("limit".to_owned(), limit.into());
        }
        if asked.include_archived {
            arguments.insert("includeArchived".to_owned(), true.into());
        }
        let params = json!({"name": "list_sessions", "arguments": arguments});
        let body = json!({"jsonrpc": "2.0", "id": self.id, "method": "tools/call", "params": params});
        rpc(Some(self.transport), &body)
    }

    fn wrapping(&self) -> Wrapping {
        Wrapping::Tool(self.id)
    }

    fn looks(&self, _: &Request) -> bool {
        true
    }
}

/// `tools/call` of `list_programs`, which the hosted server has no route for.
struct ListProgramsTool<'a> {
    transport: &'a str,
    id: u32,
}

impl Call for ListProgramsTool<'_> {
    type Data = wire::ProgramsPage;

    fn request(&self) -> Result<Request, Error> {
        let params = json!({"name": "list_programs", "arguments": {}});
        let body = json!({"jsonrpc": "2.0", "id": self.id, "method": "tools/call", "params": params});
        rpc(Some(self.transport), &body)
    }

    fn wrapping(&self) -> Wrapping {
        Wrapping::Tool(self.id)
    }

    fn looks(&self, _: &Request) -> bool {
        true
    }
}

/// `notifications/initialized`: nothing is answered.
struct Initialized<'a>(&'a str);

impl Call for Initialized<'_> {
    type Data = Value;

    fn request(&self) -> Result<Request, Error> {
        rpc(
            Some(self.0),
            &json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        )
    }

    fn wrapping(&self) -> Wrapping {
        Wrapping::BothOrNothing
    }
}

impl Client {
    /// Begins a transport session and gives its id; [`initialized_mcp`](Self::initialized_mcp) comes next. `id` is JSON-RPC's.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn begin_mcp(&self, id: u32) -> Result<String, Error> {
        let _lane = LANE.lock().await;
        let who = json!({"name": "cachebash-companion", "version": env!("CARGO_PKG_VERSION")});
        let params = json!({"protocolVersion": PROTOCOL, "capabilities": {}, "clientInfo": who});
        let body = json!({"jsonrpc": "2.0", "id": id, "method": "initialize", "params": params});
        let reply = self.carry(&rpc(None, &body)?).await?;
        self.understood::<wire::McpInitialized>(&reply, Wrapping::Rpc(id), true)?;
        reply.mcp_session.ok_or(Error::Unreadable)
    }

    /// Says that a transport session may be used from now on.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn initialized_mcp(&self, transport: &str) -> Result<(), Error> {
        let _lane = LANE.lock().await;
        self.send(&Initialized(transport)).await.map(|_| ())
    }

    /// One page of sessions over MCP, which a key may list that is no admin's. Only an answer to this id is taken.
    ///
    /// # Errors
    /// Any [`Error`]; [`Error::SessionTerminated`] when the transport session is over.
    pub async fn sessions_over_mcp(
        &self,
        transport: &str,
        id: u32,
        query: &SessionsQuery,
    ) -> Result<Reply<Vec<Session>>, Error> {
        let _lane = LANE.lock().await;
        let call = ListSessionsTool { transport, id, query };
        let reply = self.send(&call).await?;
        reply.rows(|page| (page.sessions, page.count), wire::SessionRow::into_session)
    }

    /// The register of programs over MCP. Only an answer to this id is taken.
    ///
    /// # Errors
    /// Any [`Error`]; [`Error::SessionTerminated`] when the transport session is over.
    pub async fn programs_over_mcp(&self, transport: &str, id: u32) -> Result<Reply<Vec<RegisteredProgram>>, Error> {
        let _lane = LANE.lock().await;
        let reply = self.send(&ListProgramsTool { transport, id }).await?;
        reply.rows(|page| (page.programs, page.count), wire::ProgramEntryRow::into_program)
    }
}
