//! Damaged files, and files of a later version.

use std::path::PathBuf;

use cachebash_core::companion::{Companion, CompanionError};
use cachebash_core::domain::{ProgramId, SessionId, Span};
use cachebash_tests::files::files;
use serde_json::json;

use crate::world::World;

fn file(world: &World, name: &str) -> PathBuf {
    let folder = std::fs::read_dir(world.phone.dir.path().join("accounts"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    folder.path().join(name)
}

async fn with_one_session() -> World {
    let world = World::new().await;
    world
        .fleet
        .creates(json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth", "progress": 45}))
        .await;
    world.refresh().await;
    world.companion.suspend().await.unwrap();
    world
}

#[tokio::test]
async fn a_damaged_cache_is_rebuilt_and_what_was_kept_is_still_there() {
    let world = with_one_session().await;
    std::fs::write(file(&world, "cache.sqlite"), vec![7; 4_096]).unwrap();
    world.companion.resume().await.unwrap();
    assert_eq!(world.overview().total, 0);
    world.at(Span::from_secs(15));
    world.refresh().await;
    assert_eq!(world.overview().total, 1);
    let history = world
        .companion
        .progress_history(&world.account.id, &SessionId::from("builder.auth"))
        .unwrap();
    assert_eq!(history.samples.len(), 1, "seen once, kept once");
    assert_eq!(history.seen_since, Some(crate::world::NOON));
}

#[tokio::test]
async fn a_damaged_kept_file_is_set_aside_and_never_deleted() {
    let world = with_one_session().await;
    let damaged = vec![7; 4_096];
    std::fs::write(file(&world, "kept.sqlite"), &damaged).unwrap();
    world.companion.resume().await.unwrap();
    assert_eq!(std::fs::read(file(&world, "kept.sqlite.damaged-1")).unwrap(), damaged);
    world.at(Span::from_secs(15));
    world.refresh().await;
    assert_eq!(world.overview().total, 1);
}

#[tokio::test]
async fn a_file_of_a_later_version_is_refused_and_left_as_it_is() {
    let world = with_one_session().await;
    let path = file(&world, "kept.sqlite");
    // SQLite keeps the schema's number at byte 60 of the file.
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[60..64].copy_from_slice(&99_u32.to_be_bytes());
    std::fs::write(&path, &bytes).unwrap();
    let before = files(world.phone.dir.path());
    let opened = Companion::open(world.phone.options());
    assert!(matches!(opened.err(), Some(CompanionError::Storage { .. })));
    let after = files(world.phone.dir.path());
    assert_eq!(after.get(&path), before.get(&path));
}

#[tokio::test]
async fn a_key_that_an_agent_pasted_is_nowhere_on_this_device() {
    let world = World::new().await;
    let pasted = format!("cb_{}", "5".repeat(64));
    let session = json!({
        "sessionId": "builder.auth", "programId": "builder", "name": "Auth", "status": format!("Trying {pasted} now")
    });
    world.fleet.creates(session).await;
    let state = json!({"contextSummary": {"handoffNotes": format!("The key is {pasted}")}});
    world.fleet.remembers("builder", state).await;
    let builder = ProgramId::from("builder");
    world
        .companion
        .refresh_program(&world.account.id, &builder)
        .await
        .unwrap();
    assert_eq!(world.row("builder").status.as_deref(), Some("Trying cb_… now"));
    let page = world.companion.program(&world.account.id, &builder).unwrap();
    assert_eq!(page.context.context.hand_off_notes, "The key is cb_…");
    world.companion.suspend().await.unwrap();
    for (file, bytes) in files(world.phone.dir.path()) {
        let found = bytes.windows(pasted.len()).any(|window| window == pasted.as_bytes());
        assert!(!found, "{}", file.display());
    }
}

#[tokio::test]
async fn a_key_that_was_typed_for_a_name_is_neither_asked_about_nor_kept() {
    let world = World::new().await;
    let typed = ProgramId::new(crate::scripted::some_key().reveal());
    let before = world.line.requests().len();
    let account = &world.account.id;
    let page = world.companion.refresh_program(account, &typed).await;
    let messages = world.companion.refresh_messages(account, &typed).await;
    assert_eq!(page.unwrap_err(), CompanionError::NotFound);
    assert_eq!(messages.unwrap_err(), CompanionError::NotFound);
    assert_eq!(world.line.requests().len(), before);
}
