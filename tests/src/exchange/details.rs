//! What rides along with a result and what an error says beside its name, read from the recording apart from the client.

use cachebash_core::api::{Error, Limit};
use cachebash_core::domain::{Span, Timestamp};
use cachebash_core::wire::{Warning, parse_time};
use serde_json::Value;

use super::Reply;
use super::asking::Heard;

/// The wait when none is told (contract section 9).
const UNTOLD_SECONDS: f64 = 30.0;

/// Where a success says something else beside its data.
pub(super) fn of_success(reply: &Reply, heard: &Heard) -> Vec<String> {
    let warns = |name: &str| reply.body.pointer(&format!("/data/{name}/warning")).is_some();
    let mut warnings = Vec::new();
    if warns("_pricing") {
        warnings.push(Warning::Pricing);
    }
    if warns("_compliance") {
        warnings.push(Warning::Compliance);
    }
    let time = reply.body.pointer("/meta/timestamp").and_then(Value::as_str);
    let mut lines = Vec::new();
    if heard.warnings != warnings {
        lines.push("other warnings than were recorded".to_owned());
    }
    if heard.server_time != time.and_then(parse_time) {
        lines.push("another server time than was recorded".to_owned());
    }
    lines
}

/// Where an error says something else than the recorded reply.
pub(super) fn of_error(reply: &Reply, error: &Error, now: Timestamp) -> Vec<String> {
    let code = reply
        .body
        .pointer("/error/code")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let is_told = match error {
        Error::Invalid { issues } => {
            let told: Vec<_> = issues
                .iter()
                .map(|issue| (issue.field.as_str(), issue.code.as_str()))
                .collect();
            told == issues_of(&reply.body)
        }
        Error::RateLimited { retry_at, limit } => {
            let expected = match code {
                "CEILING_KEY_EXCEEDED" => Limit::KeyWrites,
                "CEILING_ORG_EXCEEDED" => Limit::TenantWrites,
                _ => Limit::Requests,
            };
            *limit == expected && *retry_at == now.plus(wait(reply))
        }
        Error::Paused { retry_at } => *retry_at == now.plus(wait(reply)),
        Error::MissingCapability(capability) => {
            let sentence = reply.body.pointer("/error/message").and_then(Value::as_str);
            sentence.and_then(|sentence| sentence.split('"').nth(1)) == Some(capability.as_str())
        }
        _ => true,
    };
    if is_told {
        Vec::new()
    } else {
        vec![format!(
            "the error {} says something else than was recorded",
            error.name()
        )]
    }
}

fn issues_of(body: &Value) -> Vec<(&str, &str)> {
    let listed = body.pointer("/error/issues").and_then(Value::as_array);
    listed
        .into_iter()
        .flatten()
        .map(|issue| {
            (
                issue["path"].as_str().unwrap_or_default(),
                issue["code"].as_str().unwrap_or_default(),
            )
        })
        .collect()
}

/// The longer one of header and body, in whole milliseconds; at most an hour.
fn wait(reply: &Reply) -> Span {
    let header = reply
        .headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("retry-after"))
        .and_then(|(_, value)| value.trim().parse::<f64>().ok());
    let error = reply.body.get("error");
    let told = error.and_then(|error| error.get("retryAfter")).and_then(Value::as_f64);
    let seconds = header
        .into_iter()
        .chain(told)
        .reduce(f64::max)
        .unwrap_or(UNTOLD_SECONDS);
    Span::from_millis((seconds.min(3_600.0) * 1_000.0).ceil() as i64)
}
