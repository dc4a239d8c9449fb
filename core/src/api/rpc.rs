//! From a reply of JSON-RPC to data or a typed error (contract section 10). A server that is asked over MCP by several at
//! once may hand one the answer of another: only an answer with the id of its request is read.

use serde_json::Value;

use super::error::{Error, Issue, Limit};
use super::reading::{Read, UNTOLD_WAIT, internal, refused, salvaged};
use super::refusal::Refusal;
use crate::domain::{LONGEST_WAIT, Span, Timestamp};
use crate::wire::{Field, Inner, RpcError, RpcReply, Salvage, ToolResult};

/// Reads what came of a request with this id. `is_tool`: the data is text in a tool's answer.
pub(super) fn read<T: Salvage>(text: &str, id: u32, is_tool: bool, now: Timestamp) -> Result<Read<T>, Error> {
    let reply: RpcReply = serde_json::from_str(text).map_err(|_| Error::NotThisApi)?;
    if let Field::Value(error) = &reply.error {
        return Err(not_carried_out(error));
    }
    let result = reply.result.into_option().ok_or(Error::NotThisApi)?;
    if reply.id.get().and_then(Value::as_u64) != Some(u64::from(id)) {
        return Err(Error::Unreadable);
    }
    if !is_tool {
        return found(result, Inner::default());
    }
    let answer: ToolResult = serde_json::from_value(result).map_err(|_| Error::Unreadable)?;
    let (text, is_refusal) = answer.into_text().ok_or(Error::Unreadable)?;
    if is_refusal {
        return Err(refusal(&text, now));
    }
    let data: Value = serde_json::from_str(&text).map_err(|_| Error::Unreadable)?;
    let inner: Inner = serde_json::from_value(data.clone()).unwrap_or_default();
    match inner.success {
        Field::Value(false) => Err(refused(&inner)),
        _ => found(data, inner),
    }
}

fn found<T: Salvage>(data: Value, inner: Inner) -> Result<Read<T>, Error> {
    let read = T::deserialize(&data).map(|data| (data, 0));
    let (data, skipped) = read.or_else(|_| salvaged(data))?;
    Ok(Read {
        data,
        // MCP tells no time.
        server_time: None,
        skipped,
        warnings: inner.warnings(),
    })
}

fn not_carried_out(error: &RpcError) -> Error {
    match error.code.get().and_then(Value::as_i64) {
        Some(-32_601) => Error::NoSuchRoute,
        Some(-32_700 | -32_600 | -32_602) => Error::Invalid { issues: Vec::new() },
        _ => Error::ServerFault,
    }
}

/// A refusal as JSON, as a list of what is not valid, or in prose.
fn refusal(text: &str, now: Timestamp) -> Error {
    if let Some(issues) = text.strip_prefix("Error: ").and_then(issues) {
        return Error::Invalid { issues };
    }
    if let Ok(told) = serde_json::from_str::<Value>(text) {
        return match told.get("error").and_then(Value::as_str) {
            Some("RATE_LIMIT_EXCEEDED") => Error::RateLimited {
                retry_at: now.plus(wait(&told).unwrap_or(UNTOLD_WAIT).min(LONGEST_WAIT)),
                limit: Limit::Requests,
            },
            Some(sentence) => Error::Refused(Refusal::read(sentence)),
            None => Error::Unreadable,
        };
    }
    if text.starts_with("Insufficient capability") {
        return internal(text);
    }
    if text.starts_with("Unknown tool") {
        return Error::NoSuchRoute;
    }
    Error::Refused(Refusal::read(text))
}

fn wait(told: &Value) -> Option<Span> {
    let seconds = told.get("retryAfter")?.as_f64().filter(|seconds| *seconds >= 0.0)?;
    // The cast saturates; what is too long is cut.
    Some(Span::from_millis((seconds * 1_000.0).ceil() as i64))
}

fn issues(list: &str) -> Option<Vec<Issue>> {
    let listed: Vec<Value> = serde_json::from_str(list).ok()?;
    let issue = |told: &Value| {
        let path = told.get("path").and_then(Value::as_array);
        let steps = path.into_iter().flatten().map(|step| match step {
            Value::String(name) => name.clone(),
            other => other.to_string(),
        });
        Issue {
            field: steps.collect::<Vec<_>>().join("."),
            code: told.get("code").and_then(Value::as_str).unwrap_or_default().to_owned(),
            longest: None,
        }
    };
    Some(listed.iter().map(issue).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::{Value, json};

    use super::read;
    use crate::api::Error;
    use crate::domain::Timestamp;
    use crate::wire::SessionsPage;

    const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

    fn told(id: Value, text: &str, is_error: bool) -> Result<SessionsPage, Error> {
        let body = json!({"jsonrpc": "2.0", "id": id, "result": {
            "content": [{"type": "text", "text": text}], "isError": is_error
        }});
        read(&body.to_string(), 7, true, NOW).map(|read| read.data)
    }

    #[test]
    fn only_the_answer_to_the_own_question_is_read() {
        let page = json!({"success": true, "count": 0, "sessions": []}).to_string();
        assert!(told(json!(7), &page, false).is_ok());
        for other in [json!(6), json!("7"), Value::Null] {
            assert_eq!(told(other.clone(), &page, false), Err(Error::Unreadable), "{other}");
        }
    }

    #[test]
    fn a_refusal_is_understood_whether_it_is_json_or_prose() {
        let name = |text| told(json!(7), text, true).unwrap_err().name();
        assert_eq!(
            name("Insufficient capability: list_sessions requires \"pulse.read\" but key has []"),
            "missing_capability"
        );
        assert_eq!(name("Unknown tool: no_such"), "no_such_route");
        assert_eq!(name("Something else"), "refused");
        assert_eq!(name("{\"success\":true}"), "unreadable");
        let limited = told(json!(7), "{\"error\":\"RATE_LIMIT_EXCEEDED\",\"retryAfter\":20}", true);
        assert!(matches!(limited, Err(Error::RateLimited { retry_at, .. })
            if retry_at == NOW.plus(crate::domain::Span::from_secs(20))));
        let invalid = told(json!(7), "Error: [{\"code\":\"too_big\",\"path\":[\"limit\"]}]", true);
        assert!(matches!(invalid, Err(Error::Invalid { issues }) if issues[0].field == "limit"));
        let inner = told(json!(7), "{\"success\":false,\"error\":\"Program not found\"}", false);
        assert_eq!(inner.unwrap_err().name(), "refused");
    }

    #[test]
    fn an_error_of_json_rpc_is_told_by_its_number() {
        let told = |code: i64| {
            let body = json!({"jsonrpc": "2.0", "id": 7, "error": {"code": code, "message": "x"}});
            read::<SessionsPage>(&body.to_string(), 7, true, NOW)
                .err()
                .unwrap()
                .name()
        };
        assert_eq!(told(-32_601), "no_such_route");
        assert_eq!(told(-32_600), "invalid");
        assert_eq!(told(-32_603), "server_fault");
    }
}
