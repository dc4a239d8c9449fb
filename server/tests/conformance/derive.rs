//! The seed: what was there before the first recorded request, as far as the replies show it.
//!
//! The cases are read in the order of their recording. A row that is older than the first request was there before it,
//! and is taken as it is first shown; a later sight adds only fields that were not shown yet. What is younger came of a
//! request, and comes of it again when that is replayed.

use serde_json::{Map, Value, json};

use super::cases::{Case, millis};
use super::people;

/// What a kind of row is known by: its place in the seed, the name of its id, and the fields that tell how old it is.
struct Rows {
    place: &'static str,
    id: &'static str,
    dates: &'static [&'static str],
}

const SESSIONS: Rows = rows("sessions", "sessionId", &["lastUpdate", "completedAt"]);
const PROGRAMS: Rows = rows("programs", "programId", &["createdAt"]);
const TASKS: Rows = rows("tasks", "id", &["createdAt"]);
const MESSAGES: Rows = rows("messages", "id", &["createdAt"]);
const DEAD_LETTERS: Rows = rows("deadLetters", "id", &["createdAt"]);
const STATES: Rows = rows("programStates", "programId", &["lastUpdatedAt"]);
const STORIES: Rows = rows("stories", "id", &[]);
const QUESTIONS: Rows = rows("questions", "id", &["answeredAt"]);

const fn rows(place: &'static str, id: &'static str, dates: &'static [&'static str]) -> Rows {
    Rows { place, id, dates }
}

const ABOUT: [&str; 4] = [
    "What the hosted server held before the first recorded request, derived from the replies in tests/fixtures/exchanges.",
    "Rows older than the first request, as they were first shown; times, ids and texts are those of the recording.",
    "The fields have the names of the replies. The rules are in server/tests/conformance/derive.rs.",
    "Do not edit: `cargo xtask seed tests/fixtures/exchanges` writes it, and a test compares.",
];

/// Reads the recording.
pub(crate) fn derive(cases: &[Case]) -> Value {
    let mut seed = Seed {
        began: cases.iter().map(|case| case.at).min().unwrap_or_default(),
        tenants: Map::new(),
    };
    for (tenant, keys) in people::derive(cases) {
        seed.tenant(&tenant).insert("keys".to_owned(), Value::Array(keys));
    }
    for case in cases {
        if let (Some(data), Some(tenant)) = (case.data(), people::tenant_of(case)) {
            seed.read(&tenant, case, &data);
        }
    }
    json!({"about": ABOUT, "began": seed.began, "tenants": seed.tenants})
}

struct Seed {
    began: i64,
    tenants: Map<String, Value>,
}

impl Seed {
    fn tenant(&mut self, name: &str) -> &mut Map<String, Value> {
        let tenant = self.tenants.entry(name).or_insert_with(|| json!({}));
        tenant.as_object_mut().unwrap()
    }

    /// Takes what one reply shows.
    fn read(&mut self, tenant: &str, case: &Case, data: &Value) {
        self.all(tenant, &SESSIONS, &data["sessions"]);
        // Fleet health lists programs too, but tells of their sessions.
        if case.path() != "/v1/fleet/health" {
            self.all(tenant, &PROGRAMS, &data["programs"]);
        }
        self.all(tenant, &TASKS, &data["tasks"]);
        self.all(tenant, &MESSAGES, &data["interrupts"]);
        self.all(tenant, &MESSAGES, &data["messages"]);
        self.all(tenant, &DEAD_LETTERS, &data["deadLetters"]);
        self.one(tenant, &TASKS, &data["task"]);
        if data["exists"] == true {
            self.one(tenant, &STATES, &data["state"]);
        }
        if data["sprint"].is_object() {
            self.one(tenant, &TASKS, &data["sprint"]);
            for story in data["stories"].as_array().into_iter().flatten() {
                let mut story = story.clone();
                story["sprintId"] = data["sprint"]["id"].clone();
                self.one(tenant, &STORIES, &story);
            }
        }
        if let Some(groups) = data["groups"].as_object() {
            self.tenant(tenant).insert("groups".to_owned(), json!(groups));
        }
        let segments: Vec<&str> = case.path().split('/').collect();
        if let ["", "v1", "questions", id, "response"] = segments[..] {
            self.response(tenant, id, case.who(), data);
        }
        if case.path() == "/v1/messages"
            && case.method() == "GET"
            && !case.request["query"].as_str().unwrap().contains("markAsRead")
        {
            self.drained(tenant, case, data);
        }
        if case.path() == "/v1/messages/mark_read" {
            self.marked(tenant, &case.request["body"]["messageIds"]);
        }
        if case.path() == "/v1/metrics/cost-summary" {
            self.costs(tenant, data);
        }
        if let Some(number) = case
            .note
            .strip_suffix(" sessions exist; nothing in the answer says there are more and there is no cursor")
        {
            self.fill_up(tenant, number.parse().unwrap());
        }
    }

    fn all(&mut self, tenant: &str, rows: &Rows, shown: &Value) {
        for row in shown.as_array().into_iter().flatten() {
            self.one(tenant, rows, row);
        }
    }

    fn one(&mut self, tenant: &str, rows: &Rows, row: &Value) {
        let Some(id) = row[rows.id].as_str() else { return };
        let row = plain(row);
        let dates: Vec<i64> = rows
            .dates
            .iter()
            .filter_map(|name| millis(row.get(*name)?.as_str()?))
            .collect();
        // What tells no date is old as well: whatever a request made has one.
        if dates.iter().any(|at| *at >= self.began) {
            return;
        }
        self.add(tenant, rows, id, row);
    }

    fn row(&mut self, tenant: &str, rows: &Rows, id: &str) -> Option<&mut Map<String, Value>> {
        let list = self.tenant(tenant).get_mut(rows.place)?.as_array_mut()?;
        list.iter_mut().find(|row| row[rows.id] == id)?.as_object_mut()
    }

    fn add(&mut self, tenant: &str, rows: &Rows, id: &str, row: Map<String, Value>) {
        let began = self.began;
        match self.row(tenant, rows, id) {
            Some(known) => {
                for (name, value) in row {
                    // `deliveredAt` and its like tell of what was done since.
                    let is_news = value
                        .as_str()
                        .and_then(millis)
                        .is_some_and(|at| at >= began && name.ends_with("edAt"));
                    if !is_news {
                        known.entry(name).or_insert(value);
                    }
                }
            }
            None => {
                let list = self.tenant(tenant).entry(rows.place).or_insert_with(|| json!([]));
                list.as_array_mut().unwrap().push(Value::Object(row));
            }
        }
    }

    /// An answer that was there before it was asked for.
    fn response(&mut self, tenant: &str, id: &str, who: &str, data: &Value) {
        // What another key sees is no answer but its ciphertext.
        if data["decryptionFailed"] == true {
            let known = self.row(tenant, &QUESTIONS, id);
            known.unwrap().insert("encrypted".to_owned(), true.into());
            return;
        }
        let mut row = Map::new();
        row.insert("id".to_owned(), id.into());
        row.insert("askedAs".to_owned(), who.into());
        for name in ["answered", "response", "answeredAt"] {
            if let Some(value) = data.get(name) {
                row.insert(name.to_owned(), value.clone());
            }
        }
        self.add(tenant, &QUESTIONS, id, row);
    }

    /// A drain hands out what is for the asked session, and what stays pending after it is for all.
    fn drained(&mut self, tenant: &str, case: &Case, data: &Value) {
        let query = case.request["query"].as_str().unwrap();
        let session = query
            .split('&')
            .find_map(|part| part.strip_prefix("sessionId="))
            .unwrap_or_default();
        for message in data["interrupts"].as_array().into_iter().flatten() {
            let target = if message["status"] == "pending" { "all" } else { session };
            if let Some(known) = message["id"].as_str().and_then(|id| self.row(tenant, &MESSAGES, id)) {
                known.entry("target").or_insert(target.into());
            }
        }
    }

    /// A message that could be marked was there and was pending, though only shown later.
    fn marked(&mut self, tenant: &str, ids: &Value) {
        for id in ids.as_array().into_iter().flatten() {
            let id = id.as_str().unwrap();
            let mut row = Map::new();
            row.insert("id".to_owned(), id.into());
            row.insert("status".to_owned(), "pending".into());
            self.add(tenant, &MESSAGES, id, row);
        }
    }

    /// What was spent can only have been spent by tasks that were done. Each sum that is no sum of shown tasks is one.
    fn costs(&mut self, tenant: &str, data: &Value) {
        if data["groupBy"] != "program" {
            return;
        }
        let spent = data["breakdown"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|sum| sum["tokens_in"] != 0);
        self.tenant(tenant).insert("costs".to_owned(), spent.cloned().collect());
    }

    /// Some rows are only told of in a note; they are like the last that is shown, each a second older.
    fn fill_up(&mut self, tenant: &str, number: usize) {
        let sessions = self.tenant(tenant)["sessions"].as_array_mut().unwrap();
        let last = sessions.last().unwrap().clone();
        let at = millis(last["lastUpdate"].as_str().unwrap()).unwrap();
        let id = last["sessionId"]
            .as_str()
            .unwrap()
            .trim_end_matches(|c: char| c.is_ascii_digit())
            .to_owned();
        for place in sessions.len()..number {
            let older = at - 1_000 * (place as i64);
            let mut row = last.clone();
            row["sessionId"] = format!("{id}{place}").into();
            row["name"] = format!("Session {place}").into();
            row["lastUpdate"] = iso(older).into();
            sessions.push(row);
        }
    }
}

/// A row as it is kept: without what was computed for the reply, and with times as text.
fn plain(row: &Value) -> Map<String, Value> {
    let mut row = row.as_object().unwrap().clone();
    for computed in [
        "lastUpdateAgeSeconds",
        "effectiveState",
        "durationMs",
        "durationMinutes",
    ] {
        row.remove(computed);
    }
    for value in row.values_mut() {
        if let Some(seconds) = value.get("_seconds").and_then(Value::as_i64) {
            let rest = value["_nanoseconds"].as_i64().unwrap() / 1_000_000;
            *value = iso(seconds * 1_000 + rest).into();
        }
    }
    row
}

fn iso(at: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(at).unwrap();
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}
