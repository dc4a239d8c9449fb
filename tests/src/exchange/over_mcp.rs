//! Cases that speak MCP (contract section 10): what a tool answers is the `data` of its REST twin, so they are judged as
//! that. The client itself asks one tool only; of the others it has the forms.

use cachebash_core::api::{self, Wrapping};
use cachebash_core::wire::{self, Salvage};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::asking::{Asked, Heard};
use super::{Case, Recorded, Reply};
use crate::mock_server::Endpoint;

/// Tools by the flat half of their names, with their REST twins.
const TOOLS: &[(&str, Endpoint)] = &[
    ("list_sessions", Endpoint::ListSessions),
    ("create_session", Endpoint::CreateSession),
    ("update_session", Endpoint::UpdateSession),
    ("get_fleet_health", Endpoint::FleetHealth),
    ("get_fleet_timeline", Endpoint::FleetTimeline),
    ("get_context_utilization", Endpoint::ContextUse),
    ("get_program_state", Endpoint::ProgramState),
    ("update_program_state", Endpoint::UpdateProgramState),
    ("get_context_history", Endpoint::ContextHistory),
    ("list_programs", Endpoint::ListPrograms),
    ("update_program", Endpoint::UpdateProgram),
    ("list_keys", Endpoint::ListKeys),
    ("create_key", Endpoint::CreateKey),
    ("revoke_key", Endpoint::RevokeKey),
    ("rotate_key", Endpoint::RotateKey),
    ("get_tasks", Endpoint::ListTasks),
    ("get_task_by_id", Endpoint::ReadTask),
    ("create_task", Endpoint::CreateTask),
    ("claim_task", Endpoint::ClaimTask),
    ("unclaim_task", Endpoint::UnclaimTask),
    ("complete_task", Endpoint::CompleteTask),
    ("batch_claim_tasks", Endpoint::ClaimTasks),
    ("batch_complete_tasks", Endpoint::CompleteTasks),
    ("send_message", Endpoint::SendMessage),
    ("get_messages", Endpoint::Messages),
    ("get_sent_messages", Endpoint::SentMessages),
    ("query_message_history", Endpoint::MessageHistory),
    ("get_dead_letters", Endpoint::DeadLetters),
    ("list_groups", Endpoint::RelayGroups),
    ("ask_question", Endpoint::AskQuestion),
    ("get_response", Endpoint::QuestionResponse),
    ("send_alert", Endpoint::SendAlert),
    ("create_sprint", Endpoint::CreateSprint),
    ("get_sprint", Endpoint::ReadSprint),
    ("add_story_to_sprint", Endpoint::AddStory),
    ("update_sprint_story", Endpoint::UpdateStory),
    ("complete_sprint", Endpoint::CompleteSprint),
    ("get_cost_summary", Endpoint::CostSummary),
];

/// What a case is for.
pub(super) fn endpoint_of(request: &Recorded) -> Endpoint {
    let body = request.body.as_deref().unwrap_or_default();
    let endpoint = Endpoint::with_body(&request.method, &request.path, body);
    if endpoint != Endpoint::McpTool {
        return endpoint;
    }
    let asked: Value = serde_json::from_str(body).unwrap_or_default();
    let name = asked
        .pointer("/params/name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let flat = name.split_once('_').map_or("", |(_, flat)| flat);
    let twin = TOOLS.iter().find(|(tool, _)| *tool == name || *tool == flat);
    twin.map_or(Endpoint::McpTool, |(_, endpoint)| *endpoint)
}

/// Whether a request speaks JSON-RPC.
pub(super) fn is_spoken_by(request: &Recorded) -> bool {
    request.method == "POST" && request.path == "/v1/mcp"
}

/// The transport session that it names; the client names none over REST.
pub(super) fn transport_of(request: &Recorded) -> Option<String> {
    let is_mcp = request.path.starts_with("/v1/mcp");
    request.mcp_session.clone().filter(|_| is_mcp)
}

/// The reply as REST would give it. One that is none of JSON-RPC stays as it is.
pub(super) fn as_rest(case: &Case) -> Reply {
    let reply = &case.reply;
    let Some(result) = reply.body.get("result").filter(|_| is_spoken_by(&case.request)) else {
        return reply.clone();
    };
    let text = result.pointer("/content/0/text").and_then(Value::as_str);
    let body = match text {
        None => json!({"success": true, "data": result}),
        Some(text) if result.get("isError") == Some(&Value::Bool(true)) => refusal(text),
        Some(text) => json!({"success": true, "data": serde_json::from_str::<Value>(text).unwrap_or_default()}),
    };
    Reply { body, ..reply.clone() }
}

fn refusal(text: &str) -> Value {
    let told: Value = serde_json::from_str(text).unwrap_or_default();
    let mut error = Map::new();
    error.insert("message".to_owned(), text.into());
    if let Some(code) = told.get("error") {
        error.insert("code".to_owned(), code.clone());
    }
    if let Some(wait) = told.get("retryAfter") {
        error.insert("retryAfter".to_owned(), wait.clone());
    }
    let list = text.strip_prefix("Error: ").unwrap_or_default();
    let issues: Vec<Value> = serde_json::from_str(list).unwrap_or_default();
    if !issues.is_empty() {
        error.insert("code".to_owned(), "VALIDATION_ERROR".into());
        let joined = issues.into_iter().map(|mut issue| {
            let steps = issue["path"].as_array().into_iter().flatten();
            let steps: Vec<_> = steps
                .map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned))
                .collect();
            issue["path"] = steps.join(".").into();
            issue
        });
        error.insert("issues".to_owned(), joined.collect());
    }
    json!({"success": false, "error": error})
}

impl Asked<'_> {
    /// Word for word, with the form of the tool's REST twin.
    pub(super) async fn over_mcp(&self, endpoint: Endpoint) -> Result<Heard, api::Error> {
        let body: Value = self.body().unwrap_or_default();
        let id = body["id"].as_u64().and_then(|id| u32::try_from(id).ok()).unwrap_or(0);
        match endpoint {
            Endpoint::McpInitialize => self.told::<wire::McpInitialized>(Wrapping::Rpc(id)).await,
            Endpoint::Mcp if body["method"] == "tools/list" => self.told::<wire::McpTools>(Wrapping::Rpc(id)).await,
            Endpoint::McpNotification => self.told::<Value>(Wrapping::BothOrNothing).await,
            Endpoint::Mcp => self.told::<Value>(Wrapping::Rpc(id)).await,
            Endpoint::ListSessions => self.tool::<wire::SessionsPage>(id).await,
            Endpoint::CreateSession | Endpoint::UpdateSession => self.tool::<wire::SessionAck>(id).await,
            Endpoint::FleetHealth => self.tool::<wire::FleetHealth>(id).await,
            Endpoint::FleetTimeline => self.tool::<wire::FleetTimeline>(id).await,
            Endpoint::ContextUse => self.tool::<wire::ContextUse>(id).await,
            Endpoint::ProgramState => self.tool::<wire::StateReply>(id).await,
            Endpoint::UpdateProgramState => self.tool::<wire::StateAck>(id).await,
            Endpoint::ContextHistory => self.tool::<wire::ContextHistory>(id).await,
            Endpoint::ListPrograms => self.tool::<wire::ProgramsPage>(id).await,
            Endpoint::UpdateProgram => self.tool::<wire::ProgramAck>(id).await,
            Endpoint::ListKeys => self.tool::<wire::KeysPage>(id).await,
            Endpoint::CreateKey => self.tool::<wire::CreatedKey>(id).await,
            Endpoint::RevokeKey => self.tool::<wire::RevokedKey>(id).await,
            Endpoint::RotateKey => self.tool::<wire::RotatedKey>(id).await,
            Endpoint::ListTasks => self.tool::<wire::TasksPage>(id).await,
            Endpoint::ReadTask => self.tool::<wire::TaskReply>(id).await,
            Endpoint::CreateTask | Endpoint::ClaimTask | Endpoint::CompleteTask => self.tool::<wire::TaskAck>(id).await,
            Endpoint::SendMessage => self.tool::<wire::MessageAck>(id).await,
            Endpoint::SentMessages | Endpoint::MessageHistory => self.tool::<wire::MessagesPage>(id).await,
            Endpoint::RelayGroups => self.tool::<wire::GroupsReply>(id).await,
            Endpoint::QuestionResponse => self.tool::<wire::QuestionResponse>(id).await,
            Endpoint::CostSummary => self.tool::<wire::CostReply>(id).await,
            other => match self.form_only(other, |_| Wrapping::Tool(id)).await {
                Some(told) => told,
                None => self.tool::<Value>(id).await,
            },
        }
    }

    async fn tool<T: Salvage + Default + Send + Serialize>(&self, id: u32) -> Result<Heard, api::Error> {
        self.told::<T>(Wrapping::Tool(id)).await
    }
}
