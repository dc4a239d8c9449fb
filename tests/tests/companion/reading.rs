//! What one sees after a refresh, and without any network.

use std::time::Duration;

use cachebash_core::companion::{Companion, ProgramQuery};
use cachebash_core::domain::{ProgramId, Span};
use cachebash_core::insight::{Headline, Notice, Reading, RowProgress};
use serde_json::json;
use tokio::task::spawn_blocking;

use crate::world::{NOON, World};
use cachebash_tests::line::Mode;

#[tokio::test]
async fn a_refresh_brings_programs_sessions_and_what_they_hand_over() {
    let world = World::new().await;
    world
        .fleet
        .creates(json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth", "state": "working", "progress": 45}))
        .await;
    world
        .fleet
        .remembers(
            "builder",
            json!({"contextSummary": {"handoffNotes": "Mind the edge case", "openQuestions": ["401?"]}}),
        )
        .await;
    world.refresh().await;

    let overview = world.overview();
    assert_eq!(overview.headline, Headline::NothingNeedsYou);
    assert!(overview.fresh, "{:?}", overview.sources);
    assert_eq!(overview.notice, None);
    let row = world.row("builder");
    assert!(matches!(row.progress, RowProgress::Percent(percent) if percent.value() == 45));
    assert_eq!(row.open_questions, 1);

    let page = world
        .companion
        .program(&world.account.id, &ProgramId::from("builder"))
        .unwrap();
    assert_eq!(page.context.reading, Reading::Read);
    assert_eq!(page.context.context.hand_off_notes, "Mind the edge case");
    assert_eq!(page.sessions.len(), 1);
}

#[tokio::test]
async fn notes_have_the_time_and_the_author_of_their_own_last_write() {
    let world = World::new().await;
    world
        .fleet
        .creates(json!({"sessionId": "builder.auth-6", "programId": "builder", "name": "Auth"}))
        .await;
    let notes = json!({"sessionId": "builder.auth-6",
        "contextSummary": {"handoffNotes": "Mind the edge case", "activeWorkItems": ["cache", "retry"], "openQuestions": ["401?"]}});
    world.fleet.remembers("builder", notes).await;
    let written = NOON;
    world.at(Span::from_mins(90));
    world
        .fleet
        .creates(json!({"sessionId": "builder.auth-7", "programId": "builder", "name": "Auth again"}))
        .await;
    let settings = json!({"sessionId": "builder.auth-7", "config": {"knownQuirks": ["slow"]}});
    world.fleet.remembers("builder", settings).await;
    world.refresh().await;

    let page = world
        .companion
        .program(&world.account.id, &ProgramId::from("builder"))
        .unwrap();
    assert_eq!(
        page.context.written_at,
        Some(written),
        "the settings came later, the notes did not"
    );
    assert_eq!(
        page.context.written_in.as_ref().map(|id| id.as_str()),
        Some("builder.auth-6")
    );
    let newest = &page.sessions[0];
    assert_eq!(newest.session.as_str(), "builder.auth-7");
    let took = newest.took_over.as_ref().unwrap();
    assert_eq!(
        (took.from.as_str(), took.work_items, took.questions),
        ("builder.auth-6", 2, 1)
    );
    assert_eq!(page.sessions[1].took_over, None);
}

#[tokio::test]
async fn b36_opening_and_first_rows_need_no_network() {
    let mut world = World::new().await;
    world
        .fleet
        .creates(json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth", "progress": 45}))
        .await;
    world.refresh().await;
    world.companion.suspend().await.unwrap();

    world.line.is(Mode::BlackHole);
    let requests = world.line.requests().len();
    // A request hangs for 20 s before it is given up; what waits for one is far over this.
    let at_once = Duration::from_secs(10);
    let options = world.phone.options();
    let opened = tokio::time::timeout(at_once, spawn_blocking(|| Companion::open(options).unwrap()));
    world.companion = opened.await.expect("opening waits for no network").unwrap();
    world.companion.start().unwrap();
    world.line.reached(requests + 1).await;
    let companion = world.companion.clone();
    let read = spawn_blocking(move || companion.overview(&ProgramQuery::default()).unwrap());
    let overview = tokio::time::timeout(at_once, read)
        .await
        .expect("rows wait for no network")
        .unwrap();
    assert_eq!(overview.rows[0].session.as_ref().unwrap().as_str(), "builder.auth");
}

#[tokio::test]
async fn b09_what_was_known_is_shown_however_old_with_its_as_of() {
    let mut world = World::new().await;
    world
        .fleet
        .creates(json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth", "progress": 45}))
        .await;
    world.refresh().await;
    let before = world.overview();
    world.companion.suspend().await.unwrap();

    world.line.is(Mode::Cut);
    world.at(Span::from_mins(60 * 24 * 365));
    world.companion = world.phone.open();
    world.refresh().await;
    let after = world.overview();
    assert_eq!(after.rows, before.rows);
    assert_eq!(after.as_of, before.as_of);
    assert!(!after.fresh);
    assert_eq!(after.notice, Some(Notice::Offline { as_of: before.as_of }));
}
