//! Whoever follows the feed ends with what the lists show, and sees nothing that they would not.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod pages;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::io::Read;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use cachebash_core::domain::Span;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{NOON, Person, TestServer};
use tower::ServiceExt;

/// What a client of the feed holds: its records, and how far it has come.
#[derive(Default)]
struct Follower {
    records: BTreeMap<(String, String), Value>,
    cursor: Option<String>,
}

impl Follower {
    /// Reads one page. False: there is no more for now.
    async fn read(&mut self, person: &Person, limit: usize) -> bool {
        let cursor = self.cursor.clone().unwrap_or_default();
        let got = person.get(&format!("/v1/sync?limit={limit}&cursor={cursor}")).await;
        if got.status == StatusCode::NO_CONTENT {
            assert_eq!(got.body, Value::Null);
            return false;
        }
        let page = got.done();
        let changes = page["changes"].as_array().unwrap();
        assert!(changes.len() <= limit);
        let order: Vec<i64> = changes.iter().map(|change| change["seq"].as_i64().unwrap()).collect();
        assert!(order.is_sorted(), "{order:?}");
        for change in changes {
            self.apply(change);
        }
        self.cursor = Some(page["cursor"].as_str().unwrap().to_owned());
        page["hasMore"].as_bool().unwrap()
    }

    async fn read_all(&mut self, person: &Person) {
        while self.read(person, 7).await {}
    }

    fn apply(&mut self, change: &Value) {
        let text = |name: &str| change[name].as_str().unwrap().to_owned();
        let place = (text("entity"), text("id"));
        if change["deleted"] == true {
            self.records.remove(&place);
        } else {
            self.records.insert(place, change["record"].clone());
        }
    }

    fn of(&self, entity: &str) -> BTreeMap<&str, &Value> {
        let records = self.records.iter().filter(|((kind, _), _)| kind == entity);
        records.map(|((_, id), record)| (id.as_str(), record)).collect()
    }
}

/// A record without the fields that the other side does not have.
fn only(record: &Value, names: &[&str]) -> Value {
    names
        .iter()
        .map(|name| ((*name).to_owned(), record[*name].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// The list under `name`, by id, with only the fields that its records have in the feed as well.
async fn listed(person: &Person, target: &str, name: &str, id: &str, fields: &[&str]) -> BTreeMap<String, Value> {
    let got = person.get(target).await.done();
    assert_ne!(got["hasMore"], true, "the list must be whole");
    let rows = got[name].as_array().unwrap();
    rows.iter()
        .map(|row| (row[id].as_str().unwrap().to_owned(), only(row, fields)))
        .collect()
}

/// Everything that the follower holds is what the lists show, no more and no less.
async fn holds_what_the_lists_show(follower: &Follower, person: &Person, programs: &[&str]) {
    let compare = |entity: &str, fields: &[&str]| -> BTreeMap<String, Value> {
        let records = follower.of(entity).into_iter();
        records
            .map(|(id, record)| (id.to_owned(), only(record, fields)))
            .collect()
    };
    let fields = [
        "sessionId",
        "name",
        "programId",
        "status",
        "state",
        "progress",
        "lastUpdate",
        "lastHeartbeat",
        "archived",
        "handoffRequired",
        "contextBytes",
    ];
    let target = "/v1/sessions?limit=50&includeArchived=true";
    let sessions = listed(person, target, "sessions", "sessionId", &fields).await;
    assert_eq!(compare("session", &fields), sessions);
    let fields = [
        "keyHash",
        "programId",
        "label",
        "capabilities",
        "createdAt",
        "revokedAt",
    ];
    let keys = listed(person, "/v1/keys?includeRevoked=true", "keys", "keyHash", &fields).await;
    assert_eq!(compare("key", &fields), keys);
    let mut updates = BTreeMap::new();
    for session in sessions.keys() {
        let target = format!("/v1/sessions/{session}/timeline?limit=50");
        let got = person.get(&target).await.done();
        assert_eq!(got["hasMore"], false);
        for update in got["updates"].as_array().unwrap() {
            updates.insert(update["updateId"].as_str().unwrap().to_owned(), update.clone());
        }
    }
    let held: BTreeMap<String, Value> = follower
        .of("session_update")
        .into_iter()
        .map(|(id, record)| (id.to_owned(), record.clone()))
        .collect();
    assert_eq!(held, updates);
    for program in programs {
        let got = person.get(&format!("/v1/program-state/{program}")).await.done();
        match follower.of("program_state").get(program) {
            Some(held) => assert_eq!(**held, got["state"]),
            None => assert_eq!(got["exists"], false),
        }
        let target = format!("/v1/program-state/{program}/context-history?limit=50");
        let entries = person.get(&target).await.done()["entries"].as_array().unwrap().clone();
        let held: Vec<Value> = follower
            .of("context")
            .into_values()
            .filter(|entry| entry["programId"] == **program)
            .cloned()
            .collect();
        assert_eq!(held.len(), entries.len());
        for entry in entries {
            let fields = ["id", "timestamp", "contextSummary", "sessionId", "updatedBy"];
            assert!(held.iter().any(|held| only(held, &fields) == only(&entry, &fields)));
        }
    }
    let questions = person.get("/v1/questions?limit=50").await.done();
    assert_eq!(questions["hasMore"], false);
    let mut held: Vec<Value> = follower.of("question").into_values().cloned().collect();
    let mut shown = questions["questions"].as_array().unwrap().clone();
    held.sort_by_key(Value::to_string);
    shown.sort_by_key(Value::to_string);
    assert_eq!(held, shown);
}

/// Something that somebody does.
#[derive(Clone, Debug)]
enum Deed {
    Begin(u8),
    Report(u8, u8, bool),
    End(u8),
    LeaveNotes(bool, u8),
    MakeKey(u8),
    RevokeKey(u8),
    Ask(u8),
    Answer,
    Wait(u16),
    /// The follower reads one page of so many.
    Read(u8),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        (0..5u8).prop_map(Deed::Begin),
        (0..5u8, any::<u8>(), any::<bool>()).prop_map(|(session, text, context)| Deed::Report(session, text, context)),
        (0..5u8).prop_map(Deed::End),
        (any::<bool>(), any::<u8>()).prop_map(|(one, text)| Deed::LeaveNotes(one, text)),
        (0..3u8).prop_map(Deed::MakeKey),
        (0..3u8).prop_map(Deed::RevokeKey),
        any::<u8>().prop_map(Deed::Ask),
        Just(Deed::Answer),
        (0..10_000u16).prop_map(Deed::Wait),
        (1..5u8).prop_map(Deed::Read),
        (1..5u8).prop_map(Deed::Read),
    ];
    prop::collection::vec(deed, 1..60)
}

const PROGRAMS: [&str; 2] = ["builder", "reviewer"];

struct Story {
    home: TestServer,
    owner: Person,
    follower: Follower,
    keys: Vec<String>,
}

impl Story {
    fn new() -> Self {
        let home = TestServer::in_memory();
        let owner = home.owner();
        Self {
            home,
            owner,
            follower: Follower::default(),
            keys: Vec::new(),
        }
    }

    async fn happens(&mut self, deed: Deed) {
        let owner = &self.owner;
        match deed {
            Deed::Begin(session) => {
                let id = format!("builder.{session}");
                let body = json!({ "sessionId": id, "name": format!("Work {session}") });
                owner.post("/v1/sessions", body).await.done();
            }
            Deed::Report(session, text, context) => {
                let mut body = json!({ "status": format!("Step {text}"), "progress": text % 101 });
                if context {
                    body["contextBytes"] = json!(text % 101);
                }
                let target = format!("/v1/sessions/builder.{session}");
                owner.patch(&target, body).await.done();
            }
            Deed::End(session) => {
                let target = format!("/v1/sessions/builder.{session}");
                let body = json!({ "status": "Done", "state": "complete" });
                owner.patch(&target, body).await.done();
            }
            Deed::LeaveNotes(one, text) => {
                let program = PROGRAMS[usize::from(one)];
                let body = json!({ "contextSummary": { "handoffNotes": format!("Note {text}") } });
                let target = format!("/v1/program-state/{program}");
                owner.patch(&target, body).await.done();
            }
            Deed::MakeKey(number) => {
                let body = json!({ "programId": PROGRAMS[usize::from(number % 2)], "label": format!("Key {number}") });
                let made = owner.post("/v1/keys", body).await.done();
                self.keys.push(made["keyHash"].as_str().unwrap().to_owned());
            }
            Deed::RevokeKey(number) => {
                if let Some(hash) = self.keys.get(usize::from(number)) {
                    owner.delete(&format!("/v1/keys/{hash}")).await.done();
                }
            }
            Deed::Ask(text) => {
                let body = json!({ "question": format!("Which one, {text}?"), "options": ["a", "b"] });
                owner.post("/v1/questions", body).await.done();
            }
            Deed::Answer => {
                let waiting = owner.get("/v1/questions?status=created").await.done();
                if let Some(id) = waiting["questions"][0]["questionId"].as_str() {
                    let target = format!("/v1/questions/{id}/answer");
                    owner.post(&target, json!({ "response": "a" })).await.done();
                }
            }
            Deed::Wait(millis) => self.home.after(Span::from_millis(millis.into())),
            Deed::Read(limit) => {
                self.follower.read(owner, limit.into()).await;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whoever_reads_pages_while_others_write_ends_with_what_the_lists_show(deeds in deeds()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut story = Story::new();
            for deed in deeds {
                story.happens(deed).await;
            }
            story.follower.read_all(&story.owner).await;
            holds_what_the_lists_show(&story.follower, &story.owner, &PROGRAMS).await;
            // And from nothing the same is read.
            let mut fresh = Follower::default();
            fresh.read_all(&story.owner).await;
            assert_eq!(fresh.records, story.follower.records);
        });
    }
}

#[tokio::test]
async fn a_message_is_spelled_as_the_history_spells_it() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    let builder = json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth"});
    owner.post("/v1/sessions", builder).await.done();
    let message = json!({
        "source": "legacy", "target": "builder", "message": "Please go on", "message_type": "DIRECTIVE", "threadId": "t"
    });
    owner.post("/v1/messages", message).await.done();
    let mut follower = Follower::default();
    follower.read_all(&owner).await;
    let history = owner.get("/v1/messages/history?threadId=t").await.done();
    let row = history["messages"][0].as_object().unwrap();
    let names: Vec<&str> = row
        .keys()
        .map(String::as_str)
        .filter(|name| *name != "deliveredAt")
        .collect();
    let followed = follower.of("message");
    let record = followed[row["id"].as_str().unwrap()];
    assert_eq!(only(record, &names), only(&history["messages"][0], &names));
    assert_eq!(record["message"], "Please go on");
}
