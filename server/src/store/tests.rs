//! What only the store itself can show: undone transactions, sealed tenants, and documents of older writers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;

use cachebash_core::domain::{Capability, ProgramId, SessionId, Timestamp};
use serde_json::{Map, Value, json};

use super::*;

const NOON: Timestamp = Timestamp::from_millis(1_795_435_200_000);

fn store() -> (Store, Tenant) {
    let store = Store::open(None, Mint::Seeded(7)).unwrap();
    store.first_start(NOON).unwrap();
    (store, Tenant(Arc::from(FIRST_TENANT)))
}

fn neighbour(store: &Store) -> Tenant {
    let insert = "INSERT INTO tenant (id, created_at) VALUES ('next door', 0)";
    store
        .write_now(|transaction| Ok(transaction.execute(insert, [])?))
        .unwrap();
    Tenant(Arc::from("next door"))
}

fn session(id: &str) -> NewSession {
    NewSession {
        id: Some(SessionId::new(id)),
        program: None,
        name: id.to_owned(),
        status: None,
        state: SessionWord::Working,
        progress: None,
        project: None,
    }
}

fn everything() -> SessionFilter {
    SessionFilter {
        states: Vec::new(),
        program: None,
        include_archived: true,
        limit: 50,
    }
}

fn change(sections: &[(&'static str, Value)]) -> StateChange {
    let fields = |value: &Value| value.as_object().cloned().unwrap_or_else(Map::new);
    let sections = sections.iter().map(|(name, value)| (*name, fields(value))).collect();
    StateChange {
        session: None,
        sections,
        learned_patterns: None,
    }
}

async fn document(store: &Store, tenant: &Tenant, program: &str) -> Map<String, Value> {
    match store.program_state(tenant, ProgramId::new(program)).await.unwrap() {
        StoredState::Some(document) => document,
        _ => panic!("no document"),
    }
}

#[tokio::test]
async fn a_write_that_fails_or_panics_halfway_leaves_nothing_and_hurts_nobody() {
    let (store, tenant) = store();
    let insert = "INSERT INTO program (tenant, id, created_at) VALUES ('home', 'half', 0)";
    let failed = store
        .write(move |transaction| {
            transaction.execute(insert, [])?;
            Err::<(), _>(StoreError::Ended)
        })
        .await;
    assert!(failed.is_err());
    let panicked = store
        .write(move |transaction| -> Result<(), StoreError> {
            transaction.execute(insert, [])?;
            panic!("halfway");
        })
        .await;
    assert!(matches!(panicked, Err(StoreError::Ended)));
    let known = store.program_state(&tenant, ProgramId::from("half")).await.unwrap();
    assert!(matches!(known, StoredState::UnknownProgram));
    store
        .create_session(&tenant, &ProgramId::from("legacy"), session("a.1"), NOON)
        .await
        .unwrap();
    assert_eq!(store.sessions(&tenant, everything()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_document_that_lacks_sections_is_changed_where_it_is_told_and_stays_sparse_elsewhere() {
    let (store, tenant) = store();
    let old = json!({"programId": "architect", "version": 1, "learnedPatterns": []}).to_string();
    let insert = "INSERT INTO program_state (tenant, program, version, document) VALUES ('home', 'architect', 1, ?1)";
    store
        .write_now(|transaction| Ok(transaction.execute(insert, [old])?))
        .unwrap();
    let (caller, program) = (ProgramId::from("mobile"), ProgramId::from("architect"));
    let told = change(&[("baselines", json!({"sessionsCompleted": 1}))]);
    store
        .update_program_state(&tenant, &caller, program, told, NOON)
        .await
        .unwrap();
    let document = document(&store, &tenant, "architect").await;
    assert_eq!(document["version"], 2);
    assert_eq!(document["sessionId"], "unknown");
    assert_eq!(
        document["baselines"],
        json!({
            "avgTaskDurationMinutes": null, "commonFailureModes": [], "sessionsCompleted": 1,
            "lastSessionDurationMinutes": null,
        })
    );
    assert!(!document.contains_key("contextSummary"));
    assert!(!document.contains_key("config"));
}

#[tokio::test]
async fn tenants_are_sealed_from_each_other() {
    let (store, home) = store();
    let next_door = neighbour(&store);
    let builder = ProgramId::from("builder");
    let told = || change(&[("contextSummary", json!({"handoffNotes": "ours"}))]);
    store
        .create_session(&home, &builder, session("builder.t"), NOON)
        .await
        .unwrap();
    store
        .update_program_state(&home, &builder, builder.clone(), told(), NOON)
        .await
        .unwrap();
    let new = NewKey {
        program: builder.clone(),
        label: String::new(),
        capabilities: vec![Capability::new("*")],
        expires_at: None,
    };
    let ours = store.create_key(&home, new, NOON).await.unwrap().key.hash();

    assert!(store.sessions(&next_door, everything()).await.unwrap().is_empty());
    assert!(store.fleet(&next_door).await.unwrap().is_empty());
    assert_eq!(store.live_sessions(&next_door, NOON).await.unwrap(), (0, 0));
    assert!(store.keys(&next_door, true, NOON).await.unwrap().is_empty());
    let state = store.program_state(&next_door, builder.clone()).await.unwrap();
    assert!(matches!(state, StoredState::None));
    let history = store.context_history(&next_door, builder.clone(), 50).await.unwrap();
    assert!(history.unwrap().is_empty());
    let revoked = store.revoke_key(&next_door, ours.clone(), NOON).await.unwrap();
    assert!(matches!(revoked, Revoked::Unknown));
    assert!(
        store
            .rotate_key(&next_door, ours.clone(), NOON)
            .await
            .unwrap()
            .is_none()
    );
    assert!(store.use_key(ours, NOON).await.unwrap().is_some());
    // The same id next door is another session.
    store
        .create_session(&next_door, &builder, session("builder.t"), NOON)
        .await
        .unwrap();
    assert_eq!(store.sessions(&home, everything()).await.unwrap().len(), 1);
    assert_eq!(store.sessions(&next_door, everything()).await.unwrap().len(), 1);
}

#[test]
fn the_migrations_are_sound() {
    Migrations::from_slice(MIGRATIONS).validate().unwrap();
}
