//! Whether an answer is the recorded one: status, both successes, error to the letter, sentences, names and types.

use serde_json::Value;

use super::cases::{Case, text_of};
use super::shape::{Difference, Differences, compare};
use super::support::Got;
use super::tables::{ADDED, Instead};

/// Headers that the contract gives a meaning (section 9).
const HEADERS: [&str; 4] = [
    "retry-after",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
];

/// Where an answer is unlike the recorded one, which speaks of made-up things by our names.
pub(crate) fn unlike(case: &Case, wanted: &Value, got: &Got) -> Differences {
    let mut found = compare(&opened(wanted), &opened(&got.body));
    let status = got.status.as_u16();
    if status != case.status() {
        found.shape.push(Difference::other("status", status, case.status()));
    }
    found.shape.retain(|it| !ADDED.contains(&it.place.as_str()));
    found.shape.extend(headers(case, got));
    let exact: &[&str] = if status >= 400 {
        // Errors are compared to the letter, all but the moment.
        &[
            "/success",
            "/error",
            "/error_description",
            "/detail",
            "/fallback",
            "/message",
            "/id",
        ]
    } else if text_of(wanted).is_some_and(|text| !text.starts_with('{')) {
        &["/result"]
    } else {
        &[
            "/success",
            "/data/success",
            "/data/error",
            "/data/message",
            "/result/isError",
            "/jsonrpc",
            "/id",
        ]
    };
    for place in exact {
        let (theirs, ours) = (wanted.pointer(place), got.body.pointer(place));
        if theirs != ours {
            let told = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
            let place = place.replace('/', ".");
            found.shape.push(Difference::other(place, told(ours), told(theirs)));
        }
    }
    if let (Some(theirs), Some(ours)) = (text_of(wanted), text_of(&got.body)) {
        let told = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
        let (theirs, ours) = (told(theirs), told(ours));
        for name in ["success", "error", "message"] {
            if theirs[name] != ours[name] {
                found
                    .shape
                    .push(Difference::other(format!(".text.{name}"), &ours[name], &theirs[name]));
            }
        }
    }
    found
}

/// What a refusal tells besides its body: how long to wait is the same, the counts are there where theirs are. An answer
/// that is no refusal tells no counts here.
fn headers(case: &Case, got: &Got) -> Vec<Difference> {
    let mut found = Vec::new();
    if case.status() < 400 {
        return found;
    }
    for name in HEADERS {
        let theirs = case.response["headers"][name].as_str();
        let ours = got.headers.get(name).and_then(|value| value.to_str().ok());
        let must_equal = name == "retry-after" || (name == "x-ratelimit-limit" && case.status() == 429);
        if theirs.is_some() != ours.is_some() || (must_equal && theirs != ours) {
            let told = |value: Option<&str>| value.unwrap_or("nothing").to_owned();
            found.push(Difference::other(name, told(ours), told(theirs)));
        }
    }
    found
}

/// A body whose MCP text is opened where it is JSON, so that it is compared field by field.
fn opened(body: &Value) -> Value {
    let mut body = body.clone();
    let told = text_of(&body).and_then(|text| serde_json::from_str::<Value>(text).ok());
    if let (Some(told), Some(text)) = (told, body.pointer_mut("/result/content/0/text")) {
        *text = told;
    }
    body
}

/// Why an answer is not the one that is written down in place of the recorded one.
pub(crate) fn instead(expected: Instead, got: &Got, found: &Differences) -> Vec<String> {
    let (status, body) = (got.status.as_u16(), &got.body);
    let inner = body["data"]["success"].as_bool();
    let is_so = match expected {
        Instead::Error(wanted, code) => status == wanted && body["error"]["code"] == code,
        Instead::Done(wanted) => status == wanted && body["success"] == true && inner != Some(false),
        Instead::Refused(wanted) => status == wanted && body["success"] == true && inner == Some(false),
        Instead::Places(places) => {
            let differing: Vec<String> = found.shape.iter().map(|it| without_numbers(&it.place)).collect();
            differing
                .iter()
                .all(|place| places.iter().any(|listed| covers(listed, place)))
                && places
                    .iter()
                    .all(|listed| differing.iter().any(|place| covers(listed, place)))
        }
    };
    let mut complaints = Vec::new();
    if found.shape.is_empty() {
        complaints.push("is as it was recorded".to_owned());
    } else if !is_so {
        complaints.push(format!("wanted {expected:?}"));
        complaints.extend(found.shape.iter().map(ToString::to_string));
    }
    complaints
}

/// Whether a place is another, or beneath it.
fn covers(listed: &str, place: &str) -> bool {
    let rest = place.strip_prefix(listed);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// A place without the numbers of rows.
fn without_numbers(place: &str) -> String {
    let mut plain = String::new();
    for c in place.chars() {
        if !(c.is_ascii_digit() && plain.ends_with('[')) {
            plain.push(c);
        }
    }
    plain
}
