//! From a recorded request to a call of the client. What the client's typed calls can say, they say; what they cannot
//! (a limit of `abc`, a body that is no JSON) goes through the same pipeline word for word, with the same type for its data.

use cachebash_core::api::{
    self, AskHealth, Call, Client, ContextHistoryOf, CreateKeyFor, CreateSessionOf, FleetHealthNow, KeysOf,
    ListSessions, Method, Request, RevokeKeyOf, RotateOwnKey, SessionHistory, SessionsQuery, StateOf, StateWord,
    UpdateSessionOf, UpdateStateOf, Wrapping,
};
use cachebash_core::companion::NewKey;
use cachebash_core::domain::{KeyHash, ProgramId, SessionId, Timestamp};
use cachebash_core::wire::{self, Field, Salvage, Warning};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::meaning::{Meaning, said_rows};
use super::{Recorded, over_mcp};
use crate::mock_server::Endpoint;

/// What the client made of a reply.
pub(super) struct Heard {
    /// The decoded data, written again.
    pub(super) data: Value,
    /// What the domain's values say, in the API's names; null where there is no domain value.
    pub(super) said: Value,
    /// Rows left out.
    pub(super) skipped: u32,
    /// Remarks that rode along.
    pub(super) warnings: Vec<Warning>,
    /// The server's clock.
    pub(super) server_time: Option<Timestamp>,
}

/// Asks with the recorded request.
pub(super) async fn ask(client: &Client, request: &Recorded) -> Result<Heard, api::Error> {
    let asked = Asked { client, request };
    let endpoint = over_mcp::endpoint_of(request);
    if over_mcp::is_spoken_by(request) {
        return asked.over_mcp(endpoint).await;
    }
    if let Some(told) = asked.form_only(endpoint, |wrapping| wrapping).await {
        return told;
    }
    match endpoint {
        Endpoint::ListSessions => asked.sessions().await,
        Endpoint::SessionHistory => asked.history().await,
        Endpoint::FleetHealth => asked.fleet_health().await,
        Endpoint::ProgramState => asked.state().await,
        Endpoint::ContextHistory => asked.context_history().await,
        Endpoint::ListKeys => asked.keys().await,
        Endpoint::CreateKey => asked.create_key().await,
        Endpoint::RevokeKey => asked.revoke_key().await,
        Endpoint::RotateKey => asked.rotate_key().await,
        Endpoint::CreateSession => asked.create_session().await,
        Endpoint::UpdateSession => asked.update_session().await,
        Endpoint::UpdateProgramState => asked.update_state().await,
        Endpoint::Health => asked.health().await,
        Endpoint::ListTasks => asked.tasks().await,
        Endpoint::ReadTask => asked.task().await,
        Endpoint::SentMessages => asked.sent().await,
        Endpoint::MessageHistory => asked.messages().await,
        Endpoint::UnreadMessages => asked.unread().await,
        Endpoint::RelayGroups => asked.groups().await,
        Endpoint::SendMessage => asked.send_message().await,
        Endpoint::CreateTask => asked.create_task().await,
        Endpoint::ClaimTask => asked.claim_task().await,
        Endpoint::CompleteTask => asked.complete_task().await,
        Endpoint::CostSummary => asked.cost().await,
        Endpoint::Capabilities => asked.capabilities().await,
        Endpoint::ListQuestions => asked.questions().await,
        Endpoint::QuestionResponse => asked.response().await,
        _ => asked.envelope_only().await,
    }
}

pub(super) struct Asked<'a> {
    pub(super) client: &'a Client,
    pub(super) request: &'a Recorded,
}

impl Asked<'_> {
    async fn sessions(&self) -> Result<Heard, api::Error> {
        let query = self.formed(self.sessions_query().map(ListSessions));
        let page = self.send(query.clone(), Wrapping::Both).await?;
        let sessions = match query {
            Some(ListSessions(query)) => self.client.sessions(&query).await?.value,
            None => rows(&page.value.sessions, wire::SessionRow::into_session),
        };
        heard(page, said_rows("sessions", &sessions))
    }

    async fn history(&self) -> Result<Heard, api::Error> {
        let call = self.formed(self.limit_only().map(SessionHistory));
        let page = self.send(call, Wrapping::Outer).await?;
        let ended = match call {
            Some(SessionHistory(limit)) => self.client.session_history(limit).await?.value,
            None => rows(&page.value.sessions, wire::HistoryRow::into_ended),
        };
        heard(page, said_rows("sessions", &ended))
    }

    async fn fleet_health(&self) -> Result<Heard, api::Error> {
        let call = self.formed(Some(FleetHealthNow));
        let page = self.send(call, Wrapping::Both).await?;
        let programs = match call {
            Some(_) => self.client.fleet_health().await?.value,
            None => rows(&page.value.programs, wire::FleetRow::into_program),
        };
        heard(page, said_rows("programs", &programs))
    }

    async fn state(&self) -> Result<Heard, api::Error> {
        let program = ProgramId::new(self.step(3));
        let call = self.formed(Some(StateOf(program.clone())));
        let is_formed = call.is_some();
        let answer = self.send(call, Wrapping::Both).await?;
        let state = if is_formed {
            self.client.program_state(&program).await?.value
        } else {
            answer.value.clone().into_state(&program)
        };
        heard(answer, state.said())
    }

    async fn context_history(&self) -> Result<Heard, api::Error> {
        let program = ProgramId::new(self.step(3));
        let call = self.formed(self.limit_only().map(|limit| ContextHistoryOf(program, limit)));
        let page = self.send(call.clone(), Wrapping::Both).await?;
        let entries = match call {
            Some(ContextHistoryOf(program, limit)) => self.client.context_history(&program, limit).await?.value,
            None => rows(&page.value.entries, wire::ContextHistoryEntry::into_entry),
        };
        heard(page, said_rows("entries", &entries))
    }

    async fn keys(&self) -> Result<Heard, api::Error> {
        let call = self.formed(Some(KeysOf {
            include_revoked: self.request.query == "includeRevoked=true",
        }));
        let page = self.send(call, Wrapping::Both).await?;
        let keys = match call {
            Some(KeysOf { include_revoked }) => self.client.keys(include_revoked).await?.value,
            None => rows(&page.value.keys, wire::KeyRow::into_key),
        };
        heard(page, said_rows("keys", &keys))
    }

    async fn create_key(&self) -> Result<Heard, api::Error> {
        let call = self.formed(self.body().map(CreateKeyFor));
        let answer = self.send(call.clone(), Wrapping::Both).await?;
        let asked = call.and_then(|CreateKeyFor(body)| {
            let ttl_days = body
                .ttl_days
                .get()
                .map(|days| days.as_u64().and_then(|days| u32::try_from(days).ok()));
            Some(NewKey {
                program: ProgramId::new(body.program_id.into_option()?),
                label: body.label.into_option()?,
                capabilities: body.capabilities.into_option(),
                // A number that is no count of days cannot be asked for.
                ttl_days: ttl_days.map_or(Some(None), |days| days.map(Some))?,
            })
        });
        let said = match asked.filter(|key| self.formed(Some(CreateKeyFor::of(key))).is_some()) {
            Some(key) => self.client.create_key(&key).await?.value.said(),
            None => Value::Null,
        };
        heard(answer, said)
    }

    async fn revoke_key(&self) -> Result<Heard, api::Error> {
        let call = self.formed(Some(RevokeKeyOf(KeyHash::new(self.step(3)))));
        let answer = self.send(call.clone(), Wrapping::Both).await?;
        if let Some(RevokeKeyOf(hash)) = call {
            self.client.revoke_key(&hash).await?;
        }
        heard(answer, Value::Null)
    }

    async fn rotate_key(&self) -> Result<Heard, api::Error> {
        let call = self.formed(Some(RotateOwnKey));
        let answer = self.send(call, Wrapping::Both).await?;
        let said = match call {
            Some(_) => self.client.rotate_key().await?.value.said(),
            None => Value::Null,
        };
        heard(answer, said)
    }

    async fn create_session(&self) -> Result<Heard, api::Error> {
        let call = self.formed(self.body().map(CreateSessionOf));
        let answer = self.send(call.clone(), Wrapping::Both).await?;
        let said = match call {
            Some(CreateSessionOf(body)) => {
                let id = self.client.create_session(&body).await?.value;
                serde_json::json!({"sessionId": id.map(SessionId::into_string)})
            }
            None => Value::Null,
        };
        heard(answer, said)
    }

    async fn update_session(&self) -> Result<Heard, api::Error> {
        let id = SessionId::new(self.step(3));
        let call = self.formed(self.body().map(|body| UpdateSessionOf(id, body)));
        let answer = self.send(call.clone(), Wrapping::Both).await?;
        if let Some(UpdateSessionOf(id, body)) = call {
            self.client.update_session(&id, &body).await?;
        }
        heard(answer, Value::Null)
    }

    async fn update_state(&self) -> Result<Heard, api::Error> {
        let id = ProgramId::new(self.step(3));
        let call = self.formed(self.body().map(|body| UpdateStateOf(id, body)));
        let answer = self.send(call.clone(), Wrapping::Both).await?;
        if let Some(UpdateStateOf(id, body)) = call {
            self.client.update_program_state(&id, &body).await?;
        }
        heard(answer, Value::Null)
    }

    async fn health(&self) -> Result<Heard, api::Error> {
        let call = self.formed(Some(AskHealth));
        let answer = self.send(call, Wrapping::None).await?;
        let said = match call {
            Some(_) => {
                let health = self.client.health().await?;
                let time = health.server_time.map(wire::write_time);
                serde_json::json!({"status": health.value.status, "version": health.value.version, "timestamp": time})
            }
            None => Value::Null,
        };
        heard(answer, said)
    }

    async fn envelope_only(&self) -> Result<Heard, api::Error> {
        let answer = self
            .client
            .send(&Verbatim::<Value>::new(self.request, Wrapping::Outer))
            .await?;
        heard(answer, Value::Null)
    }

    /// The call, if it says exactly what was recorded.
    pub(super) fn formed<C: Call>(&self, call: Option<C>) -> Option<C> {
        call.filter(|call| call.request().is_ok_and(|formed| says_the_same(&formed, self.request)))
    }

    pub(super) async fn send<C: Call>(
        &self,
        call: Option<C>,
        wrapping: Wrapping,
    ) -> Result<api::Reply<C::Data>, api::Error> {
        match call {
            Some(call) => self.client.send(&call).await,
            None => {
                self.client
                    .send(&Verbatim::<C::Data>::new(self.request, wrapping))
                    .await
            }
        }
    }

    pub(super) fn step(&self, index: usize) -> String {
        self.request.path.split('/').nth(index).unwrap_or_default().to_owned()
    }

    pub(super) fn body<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(self.request.body.as_deref()?).ok()
    }

    pub(super) fn limit_only(&self) -> Option<Option<u32>> {
        match pairs(&self.request.query).as_slice() {
            [] => Some(None),
            [("limit", limit)] => limit.parse().ok().map(Some),
            _ => None,
        }
    }

    fn sessions_query(&self) -> Option<SessionsQuery> {
        let mut query = SessionsQuery::default();
        for (name, value) in pairs(&self.request.query) {
            match name {
                "state" => query.state = Some(state_word(value)?),
                "programId" => query.program = Some(ProgramId::new(value)),
                "limit" => query.limit = Some(value.parse().ok()?),
                "includeArchived" if value == "true" => query.include_archived = true,
                _ => return None,
            }
        }
        Some(query)
    }
}

fn state_word(text: &str) -> Option<StateWord> {
    [
        StateWord::Working,
        StateWord::Blocked,
        StateWord::Pinned,
        StateWord::Complete,
    ]
    .into_iter()
    .find(|word| word.as_str() == text)
}

pub(super) fn pairs(query: &str) -> Vec<(&str, &str)> {
    let mut pairs: Vec<_> = query.split('&').filter(|part| !part.is_empty()).map(pair).collect();
    pairs.sort_unstable();
    pairs
}

fn pair(part: &str) -> (&str, &str) {
    part.split_once('=').unwrap_or((part, ""))
}

/// Whether a formed request is the recorded one, but for the order of its parameters and of its body's fields.
pub(super) fn says_the_same(formed: &Request, recorded: &Recorded) -> bool {
    let json = |body: Option<&str>| body.map(|text| serde_json::from_str::<Value>(text).unwrap_or_default());
    method_of(&recorded.method) == Some(formed.method)
        && formed.path == recorded.path
        && pairs(&formed.query) == pairs(&recorded.query)
        && json(formed.body.as_deref()) == json(recorded.body.as_deref())
}

fn method_of(word: &str) -> Option<Method> {
    Some(match word {
        "GET" => Method::Get,
        "POST" => Method::Post,
        "PATCH" => Method::Patch,
        "DELETE" => Method::Delete,
        "PUT" => Method::Put,
        "HEAD" => Method::Head,
        "OPTIONS" => Method::Options,
        _ => return None,
    })
}

pub(super) fn rows<Row: Clone, T>(rows: &Field<Vec<Row>>, read: impl Fn(Row) -> Option<T>) -> Vec<T> {
    rows.get()
        .cloned()
        .unwrap_or_default()
        .into_iter()
        .filter_map(read)
        .collect()
}

pub(super) fn heard<T: Serialize>(reply: api::Reply<T>, said: Value) -> Result<Heard, api::Error> {
    let data = serde_json::to_value(&reply.value).map_err(|_| api::Error::Unreadable)?;
    Ok(Heard {
        data,
        said,
        skipped: reply.skipped,
        warnings: reply.warnings,
        server_time: reply.server_time,
    })
}

/// A recorded request, word for word.
pub(super) struct Verbatim<T> {
    request: Option<Request>,
    wrapping: Wrapping,
    data: std::marker::PhantomData<fn() -> T>,
}

impl<T> Verbatim<T> {
    pub(super) fn new(recorded: &Recorded, wrapping: Wrapping) -> Self {
        let request = method_of(&recorded.method).map(|method| Request {
            method,
            path: recorded.path.clone(),
            query: recorded.query.clone(),
            body: recorded.body.clone(),
            with_key: recorded.path != "/health" && recorded.path != "/v1/health",
            mcp_session: over_mcp::transport_of(recorded),
        });
        Self {
            request,
            wrapping,
            data: std::marker::PhantomData,
        }
    }
}

impl<T: Salvage + Default + Send> Call for Verbatim<T> {
    type Data = T;

    fn request(&self) -> Result<Request, api::Error> {
        // No other method exists in the recordings' format; it would be reported as a failed case.
        self.request.clone().ok_or(api::Error::UnsuitableId)
    }

    fn wrapping(&self) -> Wrapping {
        self.wrapping
    }
}
