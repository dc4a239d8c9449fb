//! Who sees what, kind by kind, and that no kind is forgotten.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;

use cachebash_core::domain::{Capability, KeyHash, SessionId, Timestamp};
use serde_json::Map;

use super::*;
use crate::store::{Store, Tenant};

const NOON: Timestamp = Timestamp::from_millis(1_795_435_200_000);

fn caller(program: &str, held: &[&str]) -> Caller {
    Caller {
        tenant: Tenant::from("home"),
        program: ProgramId::from(program),
        key: KeyHash::new("k"),
        capabilities: held.iter().map(|word| Capability::new(*word)).collect(),
    }
}

/// Every caller of the table sees the record, and hears of its end, exactly as the table says.
#[track_caller]
fn sees<R: Fed>(record: &R, table: &[(&str, &[&str], bool)]) {
    for (program, held, sees) in table {
        let caller = caller(program, held);
        assert_eq!(record.may_see(&caller), *sees, "{program} with {held:?}");
        assert_eq!(
            R::is_told_gone(&caller, &record.id()),
            *sees,
            "{program} with {held:?}, of its end"
        );
    }
}

fn session() -> Session {
    Session {
        id: SessionId::new("builder.t1"),
        program: ProgramId::from("builder"),
        name: "n".to_owned(),
        status: "s".to_owned(),
        state: SessionWord::Working,
        progress: None,
        project: None,
        born_from_update: false,
        created_at: NOON,
        last_update: NOON,
        last_heartbeat: None,
        heard_at: None,
        completed_at: None,
        context_left: None,
        context_used: None,
        hand_off_required: false,
    }
}

#[test]
fn sessions_and_their_updates_are_for_whoever_reads_the_pulse_also_another_program() {
    let table: &[(&str, &[&str], bool)] = &[
        ("builder", &["pulse.read"], true),
        ("reviewer", &["pulse.read"], true),
        ("mobile", &["*"], true),
        ("builder", &["pulse.write", "state.read"], false),
    ];
    sees(&session(), table);
    let update = Update {
        id: "u".to_owned(),
        session: SessionId::new("builder.t1"),
        program: ProgramId::from("builder"),
        at: NOON,
        status: "s".to_owned(),
        state: SessionWord::Working,
        progress: None,
        context_left: None,
        context_used: None,
        heartbeat: false,
    };
    sees(&update, table);
}

#[test]
fn state_and_its_history_are_for_the_program_itself_and_the_readers_of_all() {
    let table: &[(&str, &[&str], bool)] = &[
        ("builder", &["state.read"], true),
        ("mobile", &["state.read"], true),
        ("auditor", &["*"], true),
        ("reviewer", &["*"], false),
        ("builder", &["state.write", "pulse.read"], false),
    ];
    let state = ProgramState {
        program: ProgramId::from("builder"),
        version: 2,
        document: Map::new(),
    };
    sees(&state, table);
    let entry = ContextEntry {
        program: ProgramId::from("builder"),
        version: 2,
        written_at: NOON,
        context: Value::Null,
        session: "s".to_owned(),
        updated_by: "builder".to_owned(),
    };
    sees(&entry, table);
    // Programs may have dots in their names.
    assert!(ContextEntry::is_told_gone(&caller("a.b", &["state.read"]), "a.b.7"));
    assert!(!ContextEntry::is_told_gone(&caller("a", &["state.read"]), "a.b.7"));
}

#[test]
fn keys_are_for_the_readers_of_keys() {
    let key = Key {
        hash: KeyHash::new("h"),
        program: ProgramId::from("builder"),
        label: "l".to_owned(),
        capabilities: Vec::new(),
        created_at: NOON,
        expires_at: None,
        revoked_at: None,
    };
    sees(
        &key,
        &[
            ("legacy", &["*"], true),
            ("ops", &["keys.read"], true),
            ("builder", &["keys.write", "pulse.read"], false),
        ],
    );
}

#[test]
fn programs_are_for_the_readers_of_programs_or_of_the_fleet() {
    sees(
        &Program::new(ProgramId::from("builder"), NOON),
        &[
            ("mobile", &["fleet.read"], true),
            ("reviewer", &["programs.read"], true),
            ("reviewer", &["pulse.read"], false),
        ],
    );
}

fn message(source: &str, target: &str) -> Message {
    let text = json!({
        "id": "m", "source": source, "target": target, "messageType": "QUERY", "text": "t", "status": "pending",
        "ttlSeconds": 60, "createdAt": NOON, "expiresAt": NOON,
    });
    serde_json::from_value(text).unwrap()
}

/// Every caller of the table sees the record exactly as the table says; of its end hears whoever may read its kind.
#[track_caller]
fn sees_its_own<R: Fed>(record: &R, table: &[(&str, &[&str], bool, bool)]) {
    for (program, held, sees, hears) in table {
        let caller = caller(program, held);
        assert_eq!(record.may_see(&caller), *sees, "{program} with {held:?}");
        assert_eq!(
            R::is_told_gone(&caller, &record.id()),
            *hears,
            "{program} with {held:?}, of its end"
        );
    }
}

#[test]
fn messages_are_for_those_they_pass_between_and_for_whoever_oversees_all() {
    sees_its_own(
        &message("builder", "reviewer"),
        &[
            ("builder", &["relay.read"], true, true),
            ("reviewer", &["relay.read"], true, true),
            ("ops", &["relay.read"], false, true),
            ("ops", &["*"], false, true),
            ("mobile", &["relay.read"], true, true),
            ("legacy", &["*"], true, true),
            ("reviewer", &["relay.write"], false, false),
            ("legacy", &["signal.read"], false, false),
        ],
    );
    let everyone: &[&str] = &["relay.read"];
    sees_its_own(&message("builder", "all"), &[("ops", everyone, true, true)]);
}

#[test]
fn alerts_are_for_the_readers_of_signals() {
    let alert = Alert {
        alert_type: crate::records::AlertType::Info,
        message: message("builder", "user"),
    };
    sees(
        &alert,
        &[
            ("mobile", &["signal.read"], true),
            ("ops", &["signal.read"], true),
            ("builder", &["signal.write"], false),
        ],
    );
}

#[test]
fn questions_are_for_their_asker_the_owner_and_the_readers_of_signals() {
    let text = json!({
        "id": "q", "asker": "builder", "status": "created", "asked": "", "encrypt": true, "priority": "normal",
        "createdAt": NOON,
    });
    let question: Question = serde_json::from_value(text).unwrap();
    sees_its_own(
        &question,
        &[
            ("builder", &["signal.write"], true, true),
            ("builder", &[], true, false),
            ("reviewer", &["signal.read"], true, true),
            ("reviewer", &["signal.write"], false, true),
            ("reviewer", &["relay.read"], false, false),
            ("legacy", &[], true, true),
        ],
    );
}

#[test]
fn a_kind_that_nobody_described_is_shown_to_nobody() {
    let store = Store::in_memory();
    for body in [Some("{}".to_owned()), None] {
        let change = Change {
            seq: 1,
            kind: "secret".to_owned(),
            id: "x".to_owned(),
            body,
        };
        assert_eq!(item(store.world(), &caller("legacy", &["*"]), &change).unwrap(), None);
    }
}

#[test]
fn tasks_are_for_those_they_pass_between_and_for_whoever_oversees_all() {
    let task = |target: &str| Task {
        source: "builder".to_owned(),
        target: Some(target.to_owned()),
        ..Task::named("t", crate::records::TaskType::Task, "Do it".to_owned(), NOON)
    };
    sees_its_own(
        &task("reviewer"),
        &[
            ("builder", &["dispatch.read"], true, true),
            ("reviewer", &["dispatch.read"], true, true),
            ("ops", &["*"], false, true),
            ("mobile", &["dispatch.read"], true, true),
            ("reviewer", &["dispatch.write"], false, false),
        ],
    );
    sees_its_own(&task("all"), &[("ops", &["dispatch.read"], true, true)]);
}

#[test]
fn sprints_and_their_stories_are_for_the_readers_of_sprints_and_costs_for_those_of_metrics() {
    let table: &[(&str, &[&str], bool)] = &[("ops", &["sprint.read"], true), ("builder", &["sprint.write"], false)];
    let sprint = json!({
        "id": "s", "project": "p", "branch": "b", "definition": [], "createdBy": "builder", "createdAt": NOON,
    });
    sees(&serde_json::from_value::<Sprint>(sprint).unwrap(), table);
    let spend = json!({
        "day": NOON, "program": "builder", "kind": "task", "tasks": 1, "tokensIn": 1, "tokensOut": 1, "nanoUsd": 5_000_000,
    });
    let spend: Spend = serde_json::from_value(spend).unwrap();
    sees(
        &spend,
        &[
            ("mobile", &["metrics.read"], true),
            ("builder", &["dispatch.read"], false),
        ],
    );
    let told = spend
        .fed(Store::in_memory().world(), &caller("mobile", &["*"]))
        .unwrap();
    assert_eq!(told["cost_usd"], 0.005);
}

#[test]
fn every_kind_that_is_stored_can_be_followed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/records");
    let mut stored = BTreeSet::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let kinds = text
            .split("const KIND: &'static str = \"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned());
        stored.extend(kinds);
    }
    let followed: BTreeSet<String> = entities().into_iter().map(str::to_owned).collect();
    assert!(stored.contains("session") && stored.len() >= 6, "{stored:?}");
    assert_eq!(stored, followed, "implement `Fed` for what is missing in feed/kinds.rs");
}

#[test]
fn kinds_are_named_once_and_in_order() {
    assert!(entities().is_sorted());
    let once: BTreeSet<&str> = entities().into_iter().collect();
    assert_eq!(once.len(), entities().len());
}
