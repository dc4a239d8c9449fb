//! The tools as MCP offers them, and their answers as MCP carries them.

use std::sync::{Arc, OnceLock};

use axum::http::request::Parts;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, CustomRequest, CustomResult, ErrorCode,
    Implementation, JsonObject, ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
    ToolAnnotations,
};
use rmcp::service::RequestContext;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde_json::{Value, json};

use crate::app::{App, Manner};
use crate::caller::Caller;
use crate::limiter::Allowance;
use crate::refusal::{Issue, Refusal};
use crate::store::WINDOW;
use crate::tools::Entry;
use crate::wire_values::iso;

/// rmcp with our tools behind it.
pub(super) type Service = StreamableHttpService<Toolbox, NeverSessionManager>;

/// The service; it keeps nothing between two requests.
pub(super) fn service(app: App) -> Arc<Service> {
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .disable_allowed_hosts();
    let toolbox = Toolbox { app };
    Arc::new(StreamableHttpService::new(
        move || Ok(toolbox.clone()),
        Arc::default(),
        config,
    ))
}

/// Offers and calls the tools.
#[derive(Clone)]
pub(super) struct Toolbox {
    app: App,
}

impl ServerHandler for Toolbox {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().build();
        ServerConfig::new(capabilities)
            .with_server_info(Implementation::new("cachebash-mcp", env!("CARGO_PKG_VERSION")))
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let caller = caller(&context)?;
        let offered = |entry: &&Entry| is_offered(entry) && caller.can(entry.tool.needs);
        let tools = self.app.tools.iter().filter(offered).map(described).collect();
        Ok(ListToolsResult::with_all_items(tools))
    }

    async fn call_tool(
        &self,
        asked: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let caller = caller(&context)?;
        let Some(entry) = self.app.tools.find(&asked.name).filter(|entry| is_offered(entry)) else {
            return Ok(failed(format!("Unknown tool: {}", asked.name)));
        };
        let arguments = asked.arguments.unwrap_or_default();
        // An idempotency key stands among the arguments.
        let manner = Manner {
            allowance: allowance(&context),
            ..Manner::default()
        };
        match self.app.call(caller, entry, arguments, manner).await {
            Ok(data) => {
                let mut result = CallToolResult::success(vec![ContentBlock::text(data.to_string())]);
                // Said only of errors.
                result.is_error = None;
                Ok(result.into())
            }
            Err(refusal) => Ok(failed(self.told(&refusal))),
        }
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        _: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        // A method that is known ends here only if its parameters could not be read.
        Err(
            if matches!(request.method.as_str(), "tools/call" | "tools/list" | "initialize") {
                ErrorData::invalid_params("Invalid parameters", None)
            } else {
                ErrorData::new(ErrorCode::METHOD_NOT_FOUND, "Method not found", None)
            },
        )
    }
}

impl Toolbox {
    /// What an agent reads of a refusal.
    fn told(&self, refusal: &Refusal) -> String {
        let (_, code, message) = refusal.told();
        match refusal {
            Refusal::Invalid(issues) => format!("Error: {}", listed(issues)),
            Refusal::Unreadable { issue, .. } => format!("Error: {}", listed(std::slice::from_ref(issue))),
            Refusal::Forbidden(sentence) => sentence.clone(),
            Refusal::TooOften { limit } => json!({
                "error": "RATE_LIMIT_EXCEEDED",
                "message": message,
                "tier": "free",
                "retryAfter": refusal.retry_after(),
                "limit": limit,
                "remaining": 0,
                "resetAt": iso(self.app.now().plus(WINDOW)),
                "scope": "key",
            })
            .to_string(),
            _ => match refusal.retry_after() {
                Some(seconds) => json!({ "error": code, "message": message, "retryAfter": seconds }).to_string(),
                None => json!({ "error": code, "message": message }).to_string(),
            },
        }
    }
}

fn caller(context: &RequestContext<RoleServer>) -> Result<&Caller, ErrorData> {
    let parts = context.extensions.get::<Parts>();
    parts
        .and_then(|parts| parts.extensions.get::<Caller>())
        // Absent only if a request came past the authentication; then nobody gets in.
        .ok_or_else(|| ErrorData::internal_error("Internal error", None))
}

/// Where the door wants to be told what the key still may.
fn allowance(context: &RequestContext<RoleServer>) -> Option<Arc<OnceLock<Allowance>>> {
    context.extensions.get::<Parts>()?.extensions.get().cloned()
}

fn is_offered(entry: &Entry) -> bool {
    !entry.tool.domain.is_empty()
}

fn described(entry: &Entry) -> Tool {
    let schema: JsonObject = entry.schema.as_object().cloned().unwrap_or_default();
    Tool::new(entry.tool.prefixed(), entry.tool.about, schema)
        .with_annotations(ToolAnnotations::new().read_only(!entry.acts).open_world(false))
}

fn failed(text: String) -> CallToolResponse {
    CallToolResult::error(vec![ContentBlock::text(text)]).into()
}

/// Issues as the hosted server prints them: the path in parts.
fn listed(issues: &[Issue]) -> String {
    let issues: Vec<Value> = issues
        .iter()
        .map(|issue| {
            let path: Vec<Value> = issue
                .path
                .split('.')
                .filter(|part| !part.is_empty())
                .map(step)
                .collect();
            json!({ "code": issue.code, "path": path, "message": issue.message })
        })
        .collect();
    format!("{:#}", Value::Array(issues))
}

/// A field, or a place in a list.
fn step(part: &str) -> Value {
    part.parse::<u32>().map_or_else(|_| json!(part), |place| json!(place))
}
