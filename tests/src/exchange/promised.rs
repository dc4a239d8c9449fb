//! What the contract promises of every reply as a whole: envelope, status and code belong together, a list is a list. A
//! recording that breaks this was changed since it was made, and fails even where the client would get by with it.
//! Which fields a row has is no promise: old records lack what they never had.

use serde_json::Value;

use super::Case;
use crate::mock_server::Endpoint;

/// Contract section 2: which code comes with which status.
const CODES: &[(u16, &str)] = &[
    (400, "VALIDATION_ERROR"),
    (401, "UNAUTHORIZED"),
    (402, "PRICING_LIMIT_REACHED"),
    (403, "FORBIDDEN"),
    (403, "COMPLIANCE_BLOCKED"),
    (404, "NOT_FOUND"),
    (410, "SESSION_TERMINATED"),
    (429, "RATE_LIMITED"),
    (429, "CEILING_KEY_EXCEEDED"),
    (429, "CEILING_ORG_EXCEEDED"),
    (503, "CEILING_ORG_PAUSED"),
    (503, "CEILING_CONFIG_UNAVAILABLE"),
    (500, "INTERNAL_ERROR"),
];

/// What of the contract's promises a case breaks, as lines. Replies without a body, and those of routes that have
/// their own shapes, promise nothing here.
pub(super) fn broken(endpoint: Endpoint, case: &Case) -> Vec<String> {
    let body = &case.reply.body;
    let is_success = (200..300).contains(&case.reply.status);
    let lines = if endpoint == Endpoint::Health {
        health(is_success, body)
    } else if body.is_null() && is_read_of_ours(endpoint, case) {
        vec!["no body".to_owned()]
    } else if body.is_null() || body == "" {
        Vec::new()
    } else if case.request.path == "/v1/mcp" {
        json_rpc(is_success, body)
    } else if case.request.path == "/v1/relay/messages" && !is_success {
        lacking(body, "body", &["success", "error", "message"])
    } else if !is_wrapped(&case.request.path) || !body.is_object() {
        Vec::new()
    } else if is_success {
        success(endpoint, body)
    } else if body.is_object() {
        failure(case.reply.status, body)
    } else {
        Vec::new()
    };
    lines
        .into_iter()
        .map(|line| format!("not as the contract says: {line}"))
        .collect()
}

/// Whether a path's replies have the envelope. The other shapes of section 2 are outside.
fn is_wrapped(path: &str) -> bool {
    let below = |root: &str| {
        path.strip_prefix(root)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    below("/v1") && !["/v1/mcp", "/v1/relay/messages", "/v1/internal"].into_iter().any(below)
}

/// A write may be answered with nothing, and whatever stands before the server may fail without a word.
fn is_read_of_ours(endpoint: Endpoint, case: &Case) -> bool {
    endpoint != Endpoint::Any && case.request.method == "GET" && case.reply.status < 500
}

fn health(is_success: bool, body: &Value) -> Vec<String> {
    if is_success {
        return lacking(body, "body", &["status"]);
    }
    let is_well = body.get("status") == Some(&Value::from("ok"));
    is_well
        .then(|| "an ok with the status of a failure".to_owned())
        .into_iter()
        .collect()
}

/// Section 10. A list is a batch.
fn json_rpc(is_success: bool, body: &Value) -> Vec<String> {
    let is_reply = |one: &Value| one["jsonrpc"] == "2.0" && one.get("result").is_some() != one.get("error").is_some();
    let holds = match body {
        Value::Array(batch) => batch.iter().all(is_reply),
        one if is_success => is_reply(one),
        other => other.get("error").is_some(),
    };
    if holds {
        Vec::new()
    } else {
        vec!["no reply of JSON-RPC".to_owned()]
    }
}

/// Contract section 2: endpoints whose `data` has no success of its own, and those that nobody knows.
pub(super) fn may_lack_success(endpoint: Endpoint) -> bool {
    matches!(
        endpoint,
        Endpoint::SessionHistory
            | Endpoint::UnreadMessages
            | Endpoint::MarkRead
            | Endpoint::TaskCounts
            | Endpoint::ActiveSprints
            | Endpoint::Mcp
            | Endpoint::McpInitialize
            | Endpoint::McpTool
            | Endpoint::Any
    )
}

fn success(endpoint: Endpoint, body: &Value) -> Vec<String> {
    let mut lines = enveloped(body, true);
    let Some(data) = body.get("data").filter(|data| !data.is_null()) else {
        lines.push("success without data".to_owned());
        return lines;
    };
    let may_lack = may_lack_success(endpoint);
    let tells_why = data.get("error").is_some_and(Value::is_string);
    match data.get("success") {
        Some(Value::Bool(false)) if tells_why => return lines,
        Some(Value::Bool(false)) => lines.push("a refusal without its sentence".to_owned()),
        Some(Value::Bool(true)) if tells_why => lines.push("a success with the sentence of a refusal".to_owned()),
        Some(Value::Bool(true)) => lines.extend(promised(endpoint, data)),
        None if may_lack => lines.extend(promised(endpoint, data)),
        _ => lines.push("data.success is neither true nor false".to_owned()),
    }
    lines
}

fn failure(status: u16, body: &Value) -> Vec<String> {
    let mut lines = enveloped(body, false);
    let text = |field: &str| body.pointer(&format!("/error/{field}")).and_then(Value::as_str);
    let code = text("code");
    // A code that the contract does not know may be a later server's; a known one with another's status is a mistake.
    let is_known = CODES.iter().any(|(_, c)| Some(*c) == code);
    let fits = code.is_some() && (!is_known || CODES.contains(&(status, code.unwrap_or_default())));
    if text("message").is_none() || !fits {
        lines.push(format!("error {code:?} with the status {status}"));
    }
    if code == Some("RATE_LIMITED") && !body.pointer("/error/retryAfter").is_some_and(Value::is_number) {
        lines.push("RATE_LIMITED without retryAfter".to_owned());
    }
    let issues = body.pointer("/error/issues");
    let are_listed = |issues: &Value| {
        let listed = issues.as_array();
        listed.is_some_and(|issues| !issues.is_empty() && issues.iter().all(Value::is_object))
    };
    if code == Some("VALIDATION_ERROR") && issues.is_some_and(|issues| !are_listed(issues)) {
        lines.push("issues that are none".to_owned());
    }
    lines
}

fn enveloped(body: &Value, succeeded: bool) -> Vec<String> {
    let mut lines = Vec::new();
    if body.get("success") != Some(&Value::Bool(succeeded)) {
        lines.push(format!("success is not {succeeded}"));
    }
    lines
}

fn promised(endpoint: Endpoint, data: &Value) -> Vec<String> {
    let page = |name: &'static str| {
        let Some(rows) = data.get(name).and_then(Value::as_array) else {
            return vec![format!("no list of {name}")];
        };
        let is_counted = data
            .get("count")
            .is_none_or(|count| count.as_u64() == Some(rows.len() as u64));
        let mut lines = Vec::new();
        if !is_counted {
            lines.push(format!("count is not the number of {name}"));
        }
        if !rows.iter().all(Value::is_object) {
            lines.push(format!("{name} that are none"));
        }
        lines
    };
    match endpoint {
        Endpoint::ListSessions | Endpoint::SessionHistory => page("sessions"),
        Endpoint::FleetHealth => page("programs"),
        Endpoint::ContextHistory => page("entries"),
        Endpoint::ListKeys => page("keys"),
        Endpoint::ListTasks => page("tasks"),
        Endpoint::SentMessages | Endpoint::MessageHistory | Endpoint::UnreadMessages => page("messages"),
        Endpoint::ListQuestions => page("questions"),
        Endpoint::Messages | Endpoint::PeekInterrupts => page("interrupts"),
        Endpoint::DeadLetters => page("deadLetters"),
        Endpoint::ActiveSprints => page("sprints"),
        Endpoint::FleetTimeline => page("timeline"),
        Endpoint::ContextUse => page("contextHistory"),
        Endpoint::ClaimTasks | Endpoint::CompleteTasks => page("results"),
        Endpoint::ReadSprint => lacking(data, "data", &["sprint", "stories"]),
        Endpoint::ReadTask => lacking(data, "data", &["task"]),
        Endpoint::QuestionResponse => lacking(data, "data", &["answered"]),
        Endpoint::RelayGroups => lacking(data, "data", &["groups"]),
        Endpoint::Capabilities => lacking(data, "data", &["offers"]),
        Endpoint::CreateKey | Endpoint::RotateKey => lacking(data, "data", &["key", "keyHash"]),
        Endpoint::ProgramState => lacking(data, "data", &["exists", "state"]),
        _ => Vec::new(),
    }
}

fn lacking(value: &Value, holder: &str, fields: &[&str]) -> Vec<String> {
    let missing = fields
        .iter()
        .filter(|field| value.get(**field).is_none_or(Value::is_null));
    missing.map(|field| format!("{holder} without {field}")).collect()
}
