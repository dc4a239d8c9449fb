//! What comes in, read with care: a query, a body or a path segment that is malformed, huge or not UTF-8 is told so
//! with the contract's error, and no more of it is kept than the limit.

use std::future::poll_fn;
use std::pin::Pin;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::header::EXPECT;
use axum::http::{HeaderMap, Method};
use serde_json::{Map, Value};

use crate::refusal::{Issue, Refusal};
use crate::tools::Arguments;

/// The largest body, in bytes (contract section 1).
pub(crate) const BODY_LIMIT: usize = 65_536;

/// How much of a body beyond the limit is read and thrown away, so that an honest client gets to read the answer
/// instead of a reset connection. Whoever sends more is cut off.
const DRAIN_LIMIT: usize = 1 << 20;

/// Query parameters that are numbers; they are coerced before validation (contract section 3).
const NUMBERS: [&str; 3] = ["limit", "progress", "ttl"];
/// Query parameters that are booleans: `true` and `1` are true, anything else is false.
const FLAGS: [&str; 8] = [
    "active",
    "markAsRead",
    "includeDelivered",
    "includeArchived",
    "includeRevoked",
    "allowed",
    "encrypt",
    "lastHeartbeat",
];

/// Whether an argument can be told in a query at all: there, what is not coerced stays a text.
pub(super) fn survives_a_query(name: &str, schema: &Value) -> bool {
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.as_slice(),
        kind => std::slice::from_ref(kind),
    };
    kinds.iter().any(|kind| match kind.as_str() {
        Some("number" | "integer") => NUMBERS.contains(&name),
        Some("boolean") => FLAGS.contains(&name),
        Some("string") => true,
        _ => false,
    })
}

/// What a request asks of its route's tool: a GET in its query, anything else in a JSON object, and the rest in the path.
/// An id in the body wins over the path's (contract section 3).
pub(super) async fn arguments(request: Request, in_path: &[(&'static str, usize)]) -> Result<Arguments, Refusal> {
    let path = request.uri().path();
    let segments: Vec<(&'static str, String)> = in_path
        .iter()
        // As it stands there: ids in paths are not percent-decoded (contract section 3).
        .map(|(name, place)| (*name, path.split('/').nth(*place).unwrap_or_default().to_owned()))
        .collect();
    let mut arguments = if request.method() == Method::GET {
        decode_query(request.uri().query().unwrap_or_default())?
    } else {
        read_object(request).await?
    };
    for (name, segment) in segments {
        if arguments.get(name).is_none_or(|id| id.as_str() == Some("")) {
            arguments.insert(name.to_owned(), segment.into());
        }
    }
    Ok(arguments)
}

/// The JSON object in a body; no body at all is an empty one.
async fn read_object(request: Request) -> Result<Arguments, Refusal> {
    let (parts, body) = request.into_parts();
    let bytes = read_body(&parts.headers, body).await?;
    if bytes.is_empty() {
        return Ok(Arguments::new());
    }
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(other) => Err(Refusal::Invalid(vec![not_an_object(&other)])),
        Err(_) => Err(unreadable(
            "Invalid JSON in request body",
            "body",
            "Request body is not valid JSON",
            "invalid_type",
        )),
    }
}

fn not_an_object(value: &Value) -> Issue {
    let received = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) | Value::Object(_) => "array",
    };
    let message = format!("Invalid input: expected object, received {received}");
    Issue {
        path: String::new(),
        message,
        code: "invalid_type",
    }
}

/// A whole body, or what is wrong with it. One that is declared too long is not waited for.
pub(super) async fn read_body(headers: &HeaderMap, mut body: Body) -> Result<Vec<u8>, Refusal> {
    if body.size_hint().lower() > BODY_LIMIT as u64 {
        // Whoever asks before sending sends nothing now; to read would be to say "go on".
        if !headers.contains_key(EXPECT) {
            tokio::spawn(drain(body));
        }
        return Err(too_large());
    }
    let mut kept = Vec::new();
    let mut seen = 0_usize;
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let Ok(frame) = frame else {
            let issue = "Request body could not be read to its end";
            return Err(unreadable(
                "Invalid JSON in request body",
                "body",
                issue,
                "invalid_type",
            ));
        };
        if let Ok(data) = frame.into_data() {
            seen = seen.saturating_add(data.len());
            if seen > DRAIN_LIMIT {
                break;
            }
            if seen <= BODY_LIMIT {
                kept.extend_from_slice(&data);
            }
        }
    }
    if seen > BODY_LIMIT {
        return Err(too_large());
    }
    Ok(kept)
}

/// Throws away what a client sends although it is answered already, within the limits of length and patience.
async fn drain(mut body: Body) {
    let mut seen = 0_usize;
    while let Some(Ok(frame)) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        seen = seen.saturating_add(frame.data_ref().map_or(0, |data| data.len()));
        if seen > DRAIN_LIMIT {
            break;
        }
    }
}

fn too_large() -> Refusal {
    unreadable(
        "Request body too large (max 64KB)",
        "body",
        "Exceeds maximum size of 64KB",
        "too_big",
    )
}

fn unreadable(message: &'static str, path: &str, issue: &str, code: &'static str) -> Refusal {
    Refusal::Unreadable {
        message,
        issue: Issue {
            path: path.to_owned(),
            message: issue.to_owned(),
            code,
        },
    }
}

/// Decodes a query as forms are encoded (`+` is a space, a value may hold `=`), the last of a repeated name wins.
fn decode_query(query: &str) -> Result<Map<String, Value>, Refusal> {
    let mut fields = Map::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (Some(name), Some(value)) = (decode(name), decode(value)) else {
            return Err(unreadable(
                "Malformed percent-encoding in query",
                "query",
                "Query is not valid percent-encoded UTF-8",
                "invalid_format",
            ));
        };
        let value = coerce(&name, value);
        fields.insert(name, value);
    }
    Ok(fields)
}

fn decode(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    let bytes = spaced.as_bytes();
    let hex = |place: usize| bytes.get(place).is_some_and(u8::is_ascii_hexdigit);
    let whole = bytes
        .iter()
        .enumerate()
        .all(|(at, byte)| *byte != b'%' || (hex(at + 1) && hex(at + 2)));
    if !whole {
        return None;
    }
    percent_encoding::percent_decode_str(&spaced)
        .decode_utf8()
        .ok()
        .map(|text| text.into_owned())
}

fn coerce(name: &str, text: String) -> Value {
    if NUMBERS.contains(&name) {
        as_number(&text).unwrap_or(Value::String(text))
    } else if FLAGS.contains(&name) {
        Value::Bool(matches!(text.as_str(), "true" | "1"))
    } else {
        Value::String(text)
    }
}

/// A decimal number; an empty text is 0. Words that only some languages take for numbers (`inf`, `nan`) are none.
fn as_number(text: &str) -> Option<Value> {
    let text = text.trim();
    if text.is_empty() {
        return Some(0.into());
    }
    let digits = text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    let value: f64 = if digits { text.parse().ok()? } else { return None };
    serde_json::Number::from_f64(value).map(Value::Number)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn decoded(query: &str) -> Value {
        Value::Object(decode_query(query).unwrap())
    }

    #[test]
    fn a_query_is_decoded_as_the_standard_says() {
        assert_eq!(decoded("programId=a+b"), json!({"programId": "a b"}));
        assert_eq!(decoded("programId=a%20b"), json!({"programId": "a b"}));
        assert_eq!(decoded("programId=a%2Bb"), json!({"programId": "a+b"}));
        assert_eq!(decoded("programId=k=v"), json!({"programId": "k=v"}));
        assert_eq!(decoded("programId=x%26y&programId=last"), json!({"programId": "last"}));
        assert_eq!(decoded("&&a"), json!({"a": ""}));
    }

    #[test]
    fn a_query_that_cannot_be_decoded_is_refused() {
        for query in [
            "programId=%zz",
            "programId=%",
            "programId=%4",
            "programId=%ff",
            "%c3%28=x",
        ] {
            assert!(decode_query(query).is_err(), "{query}");
        }
    }

    #[test]
    fn numbers_and_flags_are_coerced_and_nothing_else() {
        assert_eq!(decoded("limit=2.5"), json!({"limit": 2.5}));
        assert_eq!(decoded("limit=")["limit"].as_f64(), Some(0.0));
        assert_eq!(decoded("limit=abc"), json!({"limit": "abc"}));
        assert_eq!(decoded("limit=inf"), json!({"limit": "inf"}));
        assert_eq!(decoded("limit=1e999"), json!({"limit": "1e999"}));
        assert_eq!(
            decoded("includeArchived=TRUE&includeRevoked=1"),
            json!({"includeArchived": false, "includeRevoked": true})
        );
        assert_eq!(decoded("include_archived=true"), json!({"include_archived": "true"}));
    }
}
