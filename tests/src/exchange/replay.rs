//! One case through the client, and the judgement of what came of it.

use std::path::Path;
use std::sync::Arc;

use cachebash_core::api::{self, Budget, Client, Limits};
use cachebash_core::domain::{RawKey, Timestamp};
use serde_json::Value;

use super::asking::{self, Heard};
use super::expected::Facts;
use super::{Case, ErrorTable, Recorded, Reply, cases_in, details, fields, meaning, over_mcp, promised};
use crate::TestClock;
use crate::mock_server::{Answer, Endpoint, MockServer, Seen};

/// The client's clock stands still here.
const NOW: Timestamp = Timestamp::from_millis(1_795_365_274_802);

/// What came of one case.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The client has a type for all that the reply says.
    pub is_typed: bool,
    /// Why it failed; empty when it passed.
    pub faults: Vec<String>,
    /// The error the client gave, if it gave one.
    pub error: Option<api::Error>,
}

/// What came of a folder.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Cases whose data or error the client has a type for.
    pub typed: usize,
    /// The others.
    pub envelope_only: usize,
    /// Name and reason.
    pub failures: Vec<(String, String)>,
}

impl Report {
    /// Cases without a fault.
    pub fn passed(&self) -> usize {
        self.typed + self.envelope_only - self.failures.len()
    }
}

/// Replays a case as it was recorded.
pub async fn replay(case: &Case, table: &ErrorTable) -> Outcome {
    replay_changed(case, &case.reply, table).await
}

/// Replays a case with another reply than the recorded one, and judges by the recorded one.
pub async fn replay_changed(case: &Case, sent: &Reply, table: &ErrorTable) -> Outcome {
    let server = MockServer::start().await;
    let answer = Answer::Reply {
        status: sent.status,
        headers: sent.headers.clone(),
        body: sent.bytes(),
    };
    server.when(Endpoint::Any).does(answer);
    let clock = Arc::new(TestClock::at(NOW));
    let key = RawKey::new(format!("cb_{:064}", 2));
    let client = Client::with_limits(server.endpoint(), key, clock, Limits::default(), Budget::default());
    let endpoint = over_mcp::endpoint_of(&case.request);
    let heard = match client {
        Ok(client) => asking::ask(&client, &case.request).await,
        Err(error) => Err(error),
    };
    let told = Case {
        reply: over_mcp::as_rest(case),
        ..case.clone()
    };
    let mut faults = judge(endpoint, &told, table, &heard);
    faults.extend(promised::broken(endpoint, case));
    let seen = server.seen();
    if seen.is_empty() {
        faults.push("nothing was sent".to_owned());
    }
    let base = server.endpoint();
    faults.extend(seen.iter().filter_map(|seen| wrong_request(case, seen, &base)));
    Outcome {
        is_typed: is_typed(case),
        faults,
        error: heard.err(),
    }
}

/// Whether the client has a type for all that the reply says: its data's, or that of an error.
fn is_typed(case: &Case) -> bool {
    let facts = Facts::of(&over_mcp::as_rest(case));
    let is_refused = !facts.is_2xx() || facts.inner == Some(false) || facts.outer == Some(false);
    let has_form = fields::of(over_mcp::endpoint_of(&case.request)).is_some();
    !Endpoint::is_left_out(&case.request.path) && (is_refused || has_form)
}

/// Makes the client's own call for a recorded request, whoever answers.
///
/// # Errors
/// The client's.
pub async fn call(client: &Client, request: &Recorded) -> Result<(), api::Error> {
    asking::ask(client, request).await.map(|_| ())
}

impl Outcome {
    fn failed(is_typed: bool, fault: String) -> Self {
        Self {
            is_typed,
            faults: vec![fault],
            error: None,
        }
    }
}

/// A recording so odd that the replay gives up on it is one failed case, not the end of the report.
async fn guarded(case: Case, table: Arc<ErrorTable>) -> Outcome {
    let is_typed = is_typed(&case);
    let replayed = tokio::spawn(async move { replay(&case, &table).await }).await;
    replayed.unwrap_or_else(|error| Outcome::failed(is_typed, format!("the replay gave up: {error}")))
}

/// Replays every case of a folder.
///
/// # Errors
/// When the folder cannot be listed.
pub async fn replay_all(folder: &Path) -> std::io::Result<Report> {
    let table = Arc::new(ErrorTable::checked_in());
    let mut report = Report::default();
    for (name, case) in cases_in(folder)? {
        let outcome = match case {
            Ok(case) => guarded(case, table.clone()).await,
            Err(reason) => Outcome::failed(false, format!("not an exchange: {reason}")),
        };
        if outcome.is_typed {
            report.typed += 1;
        } else {
            report.envelope_only += 1;
        }
        if !outcome.faults.is_empty() {
            report.failures.push((name, outcome.faults.join("; ")));
        }
    }
    Ok(report)
}

/// The places of a case's reply that the contract names, as JSON pointers into its body.
pub fn named_places(case: &Case) -> Vec<String> {
    let endpoint = over_mcp::endpoint_of(&case.request);
    if over_mcp::is_spoken_by(&case.request) {
        // Inside a text, where no pointer leads.
        return Vec::new();
    }
    let holder = if is_bare(endpoint) { "" } else { "/data" };
    let Some((named, data)) = fields::of(endpoint).zip(case.reply.body.pointer(holder)) else {
        return Vec::new();
    };
    named
        .places(data)
        .into_iter()
        .map(|place| format!("{holder}{place}"))
        .collect()
}

/// What must come of it: the recorded data, or an error of the table.
fn judge(endpoint: Endpoint, case: &Case, table: &ErrorTable, heard: &Result<Heard, api::Error>) -> Vec<String> {
    let facts = Facts::of(&case.reply);
    let succeeds = facts.is_2xx() && succeeds(endpoint, case, &facts);
    match heard {
        Ok(heard) if succeeds => differences(endpoint, case, &facts, heard),
        Ok(_) => vec!["it was taken for a success".to_owned()],
        Err(error) if succeeds => vec![format!("it was taken for the error {}", error.name())],
        Err(error) => match table.name_for(&facts) {
            Some(expected) if expected == error.name() => details::of_error(&case.reply, error, NOW),
            Some(expected) => vec![format!("expected the error {expected}, got {}", error.name())],
            None => vec![format!(
                "no row for status {}, code {:?}, outer {:?}, inner {:?} in exchange-errors.json; got {}",
                facts.status,
                facts.code,
                facts.outer,
                facts.inner,
                error.name(),
            )],
        },
    }
}

/// Contract section 2: both successes, but for the endpoints whose data has none; no body at all is one for a write.
fn succeeds(endpoint: Endpoint, case: &Case, facts: &Facts) -> bool {
    if facts.is_empty {
        return !matches!(case.request.method.as_str(), "GET" | "HEAD" | "OPTIONS");
    }
    match endpoint {
        endpoint if is_bare(endpoint) => case.reply.body.is_object(),
        endpoint if promised::may_lack_success(endpoint) => {
            facts.outer == Some(true) && facts.inner != Some(false) && case.reply.body.get("data").is_some()
        }
        _ => facts.outer == Some(true) && facts.inner == Some(true),
    }
}

/// Replies without an envelope.
fn is_bare(endpoint: Endpoint) -> bool {
    matches!(endpoint, Endpoint::Health | Endpoint::McpHeartbeat)
}

fn differences(endpoint: Endpoint, case: &Case, facts: &Facts, heard: &Heard) -> Vec<String> {
    if facts.is_empty {
        return Vec::new();
    }
    let recorded = if is_bare(endpoint) {
        Some(&case.reply.body)
    } else {
        case.reply.body.get("data")
    };
    let mut lines = match fields::of(endpoint) {
        Some(named) => named.differences(recorded, Some(&heard.data)),
        None if recorded == Some(&heard.data) => Vec::new(),
        None => vec!["data: not as it was recorded".to_owned()],
    };
    if !heard.said.is_null() {
        lines.extend(meaning::differences(
            endpoint,
            recorded.unwrap_or(&Value::Null),
            &heard.said,
        ));
    }
    if !is_bare(endpoint) {
        lines.extend(details::of_success(&case.reply, heard));
    }
    if heard.skipped > 0 {
        lines.push(format!("{} rows were left out", heard.skipped));
    }
    lines
}

/// Whether what was sent is what was recorded, and nothing that must not be sent.
fn wrong_request(case: &Case, seen: &Seen, base: &api::Endpoint) -> Option<String> {
    let sorted = |query: &str| {
        let mut parts: Vec<String> = query.split('&').map(str::to_owned).collect();
        parts.retain(|part| !part.is_empty());
        parts.sort_unstable();
        parts
    };
    let json = |text: &str| serde_json::from_str::<Value>(text).map_err(|_| text.to_owned());
    let recorded = &case.request;
    let body = recorded.body.as_deref().unwrap_or_default();
    // As a URL writes them: a quote in a query becomes %27, which the server decodes to the same.
    let mut url = base.base.clone();
    url.set_path(&recorded.path);
    url.set_query(Some(&recorded.query));
    if (seen.method.as_str(), seen.path.as_str()) != (recorded.method.as_str(), url.path()) {
        return Some(format!("sent {} {}", seen.method, seen.path));
    }
    if sorted(&seen.query) != sorted(url.query().unwrap_or_default()) {
        return Some(format!("sent the query {}", seen.query));
    }
    if json(&seen.body) != json(body) {
        return Some("sent another body".to_owned());
    }
    let is_health = seen.endpoint() == Endpoint::Health;
    let transport = over_mcp::transport_of(recorded);
    if seen.header("mcp-session-id") != transport.as_deref() || seen.header("authorization").is_some() == is_health {
        return Some("sent a header too many or too few".to_owned());
    }
    None
}
