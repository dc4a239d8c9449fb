//! The recorded cases, in the order in which they were recorded.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// One recorded exchange.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) name: String,
    /// When it was answered, in milliseconds since the epoch.
    pub(crate) at: i64,
    pub(crate) request: Value,
    pub(crate) response: Value,
    pub(crate) note: String,
}

/// Where the checked-in recordings are.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures")
}

/// The checked-in recordings.
pub(crate) fn cases() -> Vec<Case> {
    cases_in(&fixtures().join("exchanges"))
}

/// The recordings of a folder.
pub(crate) fn cases_in(folder: &Path) -> Vec<Case> {
    let mut cases = Vec::new();
    for file in std::fs::read_dir(folder).expect("the recorded exchanges") {
        let mut case: Value = serde_json::from_slice(&std::fs::read(file.unwrap().path()).unwrap()).unwrap();
        let (request, response) = (case["request"].take(), case["response"].take());
        cases.push(Case {
            name: case["name"].as_str().unwrap().to_owned(),
            at: moment(&response).unwrap_or_default(),
            note: case["note"].as_str().unwrap_or_default().to_owned(),
            request,
            response,
        });
    }
    // What tells no time comes with its like: the MCP session is opened before it is used.
    let first_of = |mcp: bool| {
        let times = cases.iter().filter(|case| case.at > 0 && case.is_mcp() == mcp);
        times.map(|case| case.at).min().unwrap_or_default()
    };
    let (rest, mcp) = (first_of(false), cases.iter().filter(|case| case.is_opening()).count());
    let opened = cases
        .iter()
        .filter(|case| case.is_mcp() && case.session() == Some(OPENED) && case.at > 0)
        .map(|case| case.at)
        .min()
        .unwrap_or(rest);
    assert!(mcp <= 1, "one case opens the MCP session");
    for case in cases.iter_mut().filter(|case| case.at == 0) {
        case.at = match (case.is_mcp(), case.is_opening()) {
            (true, true) => opened - 2,
            (true, false) => opened - 1,
            (false, _) => rest,
        };
    }
    cases.sort_by(|one, other| (one.at, &one.name).cmp(&(other.at, &other.name)));
    cases
}

/// The MCP session that the recording opened.
const OPENED: &str = "fcf67cb1f5934b58e9197f5f16a534ac";

impl Case {
    /// Whose key was used.
    pub(crate) fn who(&self) -> &str {
        self.request["as"].as_str().unwrap()
    }

    pub(crate) fn method(&self) -> &str {
        self.request["method"].as_str().unwrap()
    }

    pub(crate) fn path(&self) -> &str {
        self.request["path"].as_str().unwrap()
    }

    pub(crate) fn is_mcp(&self) -> bool {
        self.path().starts_with("/v1/mcp")
    }

    fn is_opening(&self) -> bool {
        self.request["body"]["method"] == "initialize" && self.session().is_none()
    }

    fn session(&self) -> Option<&str> {
        self.request["headers"]["mcp-session-id"].as_str()
    }

    pub(crate) fn status(&self) -> u16 {
        self.response["status"].as_u64().unwrap() as u16
    }

    /// What the tool answered, over REST or MCP, where it was called and did not refuse.
    pub(crate) fn data(&self) -> Option<Value> {
        if self.status() >= 300 {
            return None;
        }
        let data = match text_of(&self.response["body"]) {
            Some(text) => serde_json::from_str(text).ok()?,
            None => self.response["body"]["data"].clone(),
        };
        (data.is_object() && data["success"] != false).then_some(data)
    }
}

/// The text of an MCP tool's answer.
pub(crate) fn text_of(body: &Value) -> Option<&str> {
    body.pointer("/result/content/0/text")?.as_str()
}

/// Milliseconds since the epoch of a time as the contract writes it.
pub(crate) fn millis(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(|at| at.as_millisecond())
}

/// When a reply was given, where it tells. MCP replies tell the second after which a count of calls starts anew, that
/// count, which falls within the second, and perhaps times in their text, which they are not older than.
fn moment(response: &Value) -> Option<i64> {
    let body = &response["body"];
    let stamp = body.pointer("/meta/timestamp").or_else(|| body.get("timestamp"));
    if let Some(at) = stamp.and_then(Value::as_str).and_then(millis) {
        return Some(at);
    }
    let header = |name: &str| response["headers"][name].as_str()?.parse::<i64>().ok();
    let (reset, limit) = (header("x-ratelimit-reset")?, header("x-ratelimit-limit")?);
    let second = (reset - 61) * 1_000;
    let told = times_in(text_of(body).unwrap_or_default());
    let told = told.into_iter().filter(|at| *at < second + 1_000).max();
    let counted = second + limit - header("x-ratelimit-remaining")?;
    Some(told.unwrap_or_default().max(counted))
}

fn times_in(text: &str) -> Vec<i64> {
    text.split('"').filter_map(millis).collect()
}
