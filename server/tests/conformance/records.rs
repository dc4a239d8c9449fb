//! The seed's rows as the server's own records, and the server they are put into.

use cachebash_core::domain::Timestamp;
use serde_json::{Map, Value, json};

use super::cases::{fixtures, millis};
use super::people;
use super::support::TestServer;
use super::talk::{messages, questions};
use super::work::{costs, sprints, tasks};

/// A record as it is put in place: the name of its kind, and its body.
pub(crate) type Record = (&'static str, Value);

/// The checked-in seed.
pub(crate) fn seed() -> Value {
    serde_json::from_slice(&std::fs::read(fixtures().join("seed.json")).expect("the seed")).expect("JSON")
}

/// Puts the seed into a server, whose clock then stands where the recording began.
pub(crate) async fn plant(home: &TestServer, seed: &Value) {
    let began = seed["began"].as_i64().unwrap();
    home.clock.set(Timestamp::from_millis(began));
    for (tenant, held) in seed["tenants"].as_object().unwrap() {
        home.server.plant(tenant, records(held, began)).await.expect(tenant);
    }
}

fn records(held: &Value, began: i64) -> Vec<Record> {
    let each = |place: &str, record: &dyn Fn(&Value) -> Record| -> Vec<Record> {
        held[place].as_array().into_iter().flatten().map(record).collect()
    };
    let mut records = each("keys", &|row| key(row, began));
    records.extend(keys_of_programs(held, began));
    records.extend(programs(held, began));
    records.extend(each("sessions", &session));
    records.extend(each("programStates", &state));
    records.extend(questions(held));
    records.extend(messages(held));
    records.extend(tasks(held));
    records.extend(sprints(held));
    records.extend(costs(held, began));
    records
}

/// The rows of a place in the seed.
pub(crate) fn list<'a>(held: &'a Value, place: &str) -> impl Iterator<Item = &'a Value> {
    held[place].as_array().into_iter().flatten()
}

fn key(row: &Value, began: i64) -> Record {
    let number = u32::try_from(row["number"].as_u64().unwrap()).unwrap();
    let revoked = row["revoked"] == true;
    let body = json!({
        "hash": people::key(number).hash(), "program": row["program"], "label": row["label"],
        "capabilities": row["capabilities"], "createdAt": date(&row["createdAt"]).unwrap_or(began), "expiresAt": null,
        "revokedAt": revoked.then_some(began),
    });
    ("key", body)
}

/// The programs that are shown, and those that are only named as members of a group or by a key.
fn programs(held: &Value, began: i64) -> Vec<Record> {
    let mut programs: Map<String, Value> = Map::new();
    let new = |id: &str| {
        json!({"id": id, "displayName": null, "role": null, "color": null, "groups": [], "tags": [], "paused": null,
            "createdBy": null, "createdAt": began})
    };
    for (group, members) in held["groups"].as_object().into_iter().flatten() {
        // Everyone is in `all`, and nobody says so.
        let members = members.as_array().unwrap().iter().filter(|_| group != "all");
        for member in members {
            let id = member.as_str().unwrap();
            let program = programs.entry(id).or_insert_with(|| new(id));
            program["groups"].as_array_mut().unwrap().push(group.as_str().into());
        }
    }
    for row in held["programs"].as_array().into_iter().flatten() {
        let id = row["programId"].as_str().unwrap();
        let program = programs.entry(id).or_insert_with(|| new(id));
        for name in ["displayName", "role", "color", "groups", "tags", "createdBy"] {
            program[name] = row[name].clone();
        }
        let groups = program["groups"].as_array_mut().unwrap();
        groups.retain(|group| group != "all");
        program["createdAt"] = date(&row["createdAt"]).into();
    }
    for key in held["keys"].as_array().into_iter().flatten() {
        let id = key["program"].as_str().unwrap();
        programs.entry(id).or_insert_with(|| new(id));
    }
    programs.into_values().map(|program| ("program", program)).collect()
}

/// A program that is shown as active has a key, which no reply shows.
fn keys_of_programs(held: &Value, began: i64) -> Vec<Record> {
    let active = list(held, "programs").filter(|row| row["active"] == true);
    let keys = active.zip(UNSHOWN..).map(|(row, number)| {
        let row = json!({"number": number, "program": row["programId"], "label": row["displayName"], "capabilities": ["relay.read"]});
        key(&row, began)
    });
    keys.collect()
}

/// Keys that are known to exist and were never shown have numbers from here on.
const UNSHOWN: u32 = 200;

fn session(row: &Value) -> Record {
    let word = match row["state"].as_str().unwrap() {
        "active" => "working",
        "done" => "complete",
        word => word,
    };
    let ended = date(&row["completedAt"]);
    // Theirs may have no date and comes last in lists, where it is listed; so does ours with the first of all dates.
    let updated = date(&row["lastUpdate"]).or(ended).unwrap_or_default();
    let left = row["contextBytes"].as_f64();
    // Theirs may have none; ours is then the one that its id speaks of.
    let id = row["sessionId"].as_str().unwrap();
    let program = row["programId"].as_str().or(id.split('.').next());
    let body = json!({
        "id": row["sessionId"], "program": program, "name": row["name"], "status": row["status"],
        "state": word, "progress": row["progress"], "project": row["projectName"], "bornFromUpdate": row.get("projectName").is_none(),
        "createdAt": date(&row["createdAt"]).unwrap_or(updated), "lastUpdate": updated,
        "lastHeartbeat": date(&row["lastHeartbeat"]), "heardAt": null,
        "completedAt": if word == "complete" { ended.or(Some(updated)) } else { None },
        "contextLeft": left, "contextUsed": left.filter(|left| *left <= 100.0).map(|left| 100.0 - left),
        "handOffRequired": row["handoffRequired"] == true,
    });
    ("session", body)
}

fn state(row: &Value) -> Record {
    let body = json!({"program": row["programId"], "version": row["version"], "document": row});
    ("program_state", body)
}

pub(crate) fn date(value: &Value) -> Option<i64> {
    value.as_str().and_then(millis)
}
