//! The endpoints of the API by name, as tests speak of them.

use serde_json::Value;

/// The server's endpoints by what they are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// `GET /v1/sessions`
    ListSessions,
    /// `GET /v1/sessions/history`
    SessionHistory,
    /// `POST /v1/sessions`
    CreateSession,
    /// `PATCH /v1/sessions/:id`
    UpdateSession,
    /// `GET /v1/fleet/health`
    FleetHealth,
    /// `GET /v1/program-state/:id`
    ProgramState,
    /// `GET /v1/program-state/:id/context-history`
    ContextHistory,
    /// `PATCH /v1/program-state/:id`
    UpdateProgramState,
    /// `GET /v1/keys`
    ListKeys,
    /// `POST /v1/keys`
    CreateKey,
    /// `DELETE /v1/keys/:hash`
    RevokeKey,
    /// `POST /v1/keys/rotate`
    RotateKey,
    /// `GET /v1/messages`, which hands them out
    Messages,
    /// `GET /v1/messages/sent`
    SentMessages,
    /// `GET /v1/messages/history`
    MessageHistory,
    /// `GET /v1/messages/unread`
    UnreadMessages,
    /// `GET /v1/relay/groups`
    RelayGroups,
    /// `GET /v1/tasks`
    ListTasks,
    /// `GET /v1/tasks/:id`
    ReadTask,
    /// `POST /v1/messages`
    SendMessage,
    /// `POST /v1/tasks`
    CreateTask,
    /// `POST /v1/tasks/:id/claim`
    ClaimTask,
    /// `POST /v1/tasks/:id/complete`
    CompleteTask,
    /// `GET /v1/metrics/cost-summary`
    CostSummary,
    /// `GET /v1/capabilities`
    Capabilities,
    /// `GET /v1/questions`
    ListQuestions,
    /// `GET /v1/questions/:id/response`
    QuestionResponse,
    /// `GET /v1/interrupts/peek`
    PeekInterrupts,
    /// `POST /v1/messages/mark_read`, which takes them
    MarkRead,
    /// `GET /v1/dead-letters`
    DeadLetters,
    /// `POST /v1/questions`
    AskQuestion,
    /// `POST /v1/alerts`
    SendAlert,
    /// `POST /v1/tasks/:id/unclaim`
    UnclaimTask,
    /// `POST /v1/tasks/batch-claim`
    ClaimTasks,
    /// `POST /v1/tasks/batch-complete`
    CompleteTasks,
    /// `GET /v1/tasks/stats`
    TaskCounts,
    /// `GET /v1/sprints/active`
    ActiveSprints,
    /// `GET /v1/sprints/:id`
    ReadSprint,
    /// `POST /v1/sprints`
    CreateSprint,
    /// `POST /v1/sprints/:id/stories`
    AddStory,
    /// `PATCH /v1/sprints/:id/stories/:id`
    UpdateStory,
    /// `POST /v1/sprints/:id/complete`
    CompleteSprint,
    /// `GET /v1/metrics/context-utilization`
    ContextUse,
    /// `GET /v1/fleet/timeline`
    FleetTimeline,
    /// `GET /v1/metrics/comms`
    CommsMetrics,
    /// `GET /v1/budget/summary`
    BudgetSummary,
    /// `POST /v1/mcp`, by what it asks: `initialize`
    McpInitialize,
    /// A notification
    McpNotification,
    /// `tools/call`
    McpTool,
    /// Anything else over MCP
    Mcp,
    /// `POST /v1/mcp/heartbeat`
    McpHeartbeat,
    /// The tool `list_programs`, which has no route
    ListPrograms,
    /// The tool `update_program`, likewise
    UpdateProgram,
    /// `GET /v1/health` and `/health`
    Health,
    /// Every request.
    Any,
}

impl Endpoint {
    /// Which endpoint a request is for; `Any` when it is none that has a name.
    pub fn of(method: &str, path: &str) -> Self {
        let steps: Vec<&str> = path.split('/').skip(1).collect();
        match (method, steps.as_slice()) {
            ("GET", ["v1", "sessions"]) => Self::ListSessions,
            ("GET", ["v1", "sessions", "history"]) => Self::SessionHistory,
            ("POST", ["v1", "sessions"]) => Self::CreateSession,
            ("PATCH", ["v1", "sessions", id]) if !id.is_empty() => Self::UpdateSession,
            ("GET", ["v1", "fleet", "health"]) => Self::FleetHealth,
            ("GET", ["v1", "program-state", id]) if !id.is_empty() => Self::ProgramState,
            ("GET", ["v1", "program-state", id, "context-history"]) if !id.is_empty() => Self::ContextHistory,
            ("PATCH", ["v1", "program-state", id]) if !id.is_empty() => Self::UpdateProgramState,
            ("GET", ["v1", "keys"]) => Self::ListKeys,
            ("POST", ["v1", "keys"]) => Self::CreateKey,
            ("DELETE", ["v1", "keys", hash]) if !hash.is_empty() => Self::RevokeKey,
            ("POST", ["v1", "keys", "rotate"]) => Self::RotateKey,
            ("GET", ["v1", "messages"]) => Self::Messages,
            ("GET", ["v1", "messages", "sent"]) => Self::SentMessages,
            ("GET", ["v1", "messages", "history"]) => Self::MessageHistory,
            ("GET", ["v1", "messages", "unread"]) => Self::UnreadMessages,
            ("GET", ["v1", "relay", "groups"]) => Self::RelayGroups,
            ("GET", ["v1", "tasks"]) => Self::ListTasks,
            ("GET", ["v1", "tasks", "stats"]) => Self::TaskCounts,
            ("GET", ["v1", "tasks", id]) if !id.is_empty() => Self::ReadTask,
            ("POST", ["v1", "messages"]) => Self::SendMessage,
            ("POST", ["v1", "tasks"]) => Self::CreateTask,
            ("POST", ["v1", "tasks", id, "claim"]) if !id.is_empty() => Self::ClaimTask,
            ("POST", ["v1", "tasks", id, "complete"]) if !id.is_empty() => Self::CompleteTask,
            ("GET", ["v1", "metrics", "cost-summary"]) => Self::CostSummary,
            ("GET", ["v1", "capabilities"]) => Self::Capabilities,
            ("GET", ["v1", "questions"]) => Self::ListQuestions,
            ("GET", ["v1", "questions", _, "response"]) => Self::QuestionResponse,
            ("GET", ["v1", "interrupts", "peek"]) => Self::PeekInterrupts,
            ("POST", ["v1", "messages", "mark_read"]) => Self::MarkRead,
            ("GET", ["v1", "dead-letters"]) => Self::DeadLetters,
            ("POST", ["v1", "questions"]) => Self::AskQuestion,
            ("POST", ["v1", "alerts"]) => Self::SendAlert,
            ("POST", ["v1", "tasks", id, "unclaim"]) if !id.is_empty() => Self::UnclaimTask,
            ("POST", ["v1", "tasks", "batch-claim"]) => Self::ClaimTasks,
            ("POST", ["v1", "tasks", "batch-complete"]) => Self::CompleteTasks,
            ("GET", ["v1", "sprints", "active"]) => Self::ActiveSprints,
            ("GET", ["v1", "sprints", id]) if !id.is_empty() => Self::ReadSprint,
            ("POST", ["v1", "sprints"]) => Self::CreateSprint,
            ("POST", ["v1", "sprints", id, "stories"]) if !id.is_empty() => Self::AddStory,
            ("PATCH", ["v1", "sprints", _, "stories", _]) => Self::UpdateStory,
            ("POST", ["v1", "sprints", id, "complete"]) if !id.is_empty() => Self::CompleteSprint,
            ("GET", ["v1", "metrics", "context-utilization"]) => Self::ContextUse,
            ("GET", ["v1", "fleet", "timeline"]) => Self::FleetTimeline,
            ("GET", ["v1", "metrics", "comms"]) => Self::CommsMetrics,
            ("GET", ["v1", "budget", "summary"]) => Self::BudgetSummary,
            ("POST", ["v1", "mcp"]) => Self::Mcp,
            ("POST", ["v1", "mcp", "heartbeat"]) => Self::McpHeartbeat,
            ("GET", ["v1", "health"] | ["health"]) => Self::Health,
            _ => Self::Any,
        }
    }

    /// Likewise of a request with a body, which over MCP says what it is for.
    pub fn with_body(method: &str, path: &str, body: &str) -> Self {
        match Self::of(method, path) {
            Self::Mcp => {
                let asked: Value = serde_json::from_str(body).unwrap_or_default();
                match asked["method"].as_str() {
                    Some("initialize") => Self::McpInitialize,
                    Some("tools/call") => Self::McpTool,
                    Some(word) if word.starts_with("notifications/") => Self::McpNotification,
                    _ => Self::Mcp,
                }
            }
            other => other,
        }
    }

    /// Whether a path is of what the contract leaves out (section 11): nothing of such a reply but its envelope is known.
    pub fn is_left_out(path: &str) -> bool {
        let left_out = ["internal", "webhooks", "gsp", "memory", "dreams", "traces", "oauth"];
        let mut steps = path.split('/').skip(1);
        steps.next() == Some("v1") && steps.next().is_some_and(|room| left_out.contains(&room))
    }
}
