//! Who watches gets the present value, then each new one, and nothing after the end. And suspend, which ends nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cachebash_core::companion::{CompanionError, ProgramQuery};
use cachebash_core::domain::{ProgramId, Span};
use cachebash_core::insight::{Notice, Overview};
use serde_json::json;
use tokio::sync::mpsc;

use crate::world::World;
use cachebash_tests::line::Mode;

fn watch(
    world: &World,
) -> (
    mpsc::UnboundedReceiver<Overview>,
    cachebash_core::companion::Observation,
) {
    let (tell, told) = mpsc::unbounded_channel();
    let listener = Arc::new(move |overview| drop(tell.send(overview)));
    (
        told,
        world
            .companion
            .observe_overview(ProgramQuery::default(), listener)
            .unwrap(),
    )
}

async fn until(told: &mut mpsc::UnboundedReceiver<Overview>, holds: impl Fn(&Overview) -> bool) -> Overview {
    loop {
        let overview = told.recv().await.expect("the observation goes on");
        if holds(&overview) {
            return overview;
        }
    }
}

#[tokio::test]
async fn an_observer_gets_the_present_value_then_changes_and_failures() {
    let world = World::new().await;
    let (mut told, observation) = watch(&world);
    assert_eq!(told.recv().await.unwrap().total, 0, "at once, without any change");
    world
        .fleet
        .creates(json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth"}))
        .await;
    world.refresh().await;
    until(&mut told, |overview| overview.total == 1).await;
    world.at(Span::from_secs(15));
    world.refresh().await;
    let newest = world.overview().as_of;
    until(&mut told, |overview| overview.as_of == newest).await;
    world.line.is(Mode::Cut);
    world.refresh().await;
    until(&mut told, |overview| {
        matches!(overview.notice, Some(Notice::Offline { .. }))
    })
    .await;
    drop(observation);
    world.refresh().await;
    while told.recv().await.is_some() {}
}

#[tokio::test]
async fn a_listener_that_panics_or_blocks_holds_up_nobody() {
    let world = World::new().await;
    let (entered, mut inside) = mpsc::unbounded_channel();
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    let blocking = Arc::new(move |_| {
        let _ = entered.send(());
        let _ = held.lock().unwrap().recv();
    });
    let panicking = Arc::new(|_| panic!("a listener's own fault"));
    let stuck = world
        .companion
        .observe_overview(ProgramQuery::default(), blocking)
        .unwrap();
    let broken = world
        .companion
        .observe_overview(ProgramQuery::default(), panicking)
        .unwrap();
    inside.recv().await.unwrap();
    let (mut told, _observation) = watch(&world);
    world
        .fleet
        .creates(json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth"}))
        .await;
    world.refresh().await;
    until(&mut told, |overview| overview.total == 1).await;
    drop(broken);
    drop(release);
    drop(stuck);
}

#[tokio::test]
async fn after_cancel_no_call_begins_even_from_within_a_call() {
    let world = World::new().await;
    let calls = Arc::new(AtomicUsize::new(0));
    let own: Arc<std::sync::Mutex<Option<cachebash_core::companion::Observation>>> = Arc::default();
    let (tell, mut told) = mpsc::unbounded_channel();
    let (counter, handle) = (Arc::clone(&calls), Arc::clone(&own));
    let listener = Arc::new(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
        if let Some(observation) = handle.lock().unwrap().as_ref() {
            observation.cancel();
        }
        let _ = tell.send(());
    });
    {
        // The first call waits here until it can find its own handle.
        let mut own = own.lock().unwrap();
        *own = Some(
            world
                .companion
                .observe_overview(ProgramQuery::default(), listener)
                .unwrap(),
        );
    }
    told.recv().await.unwrap();
    world.refresh().await;
    world.refresh().await;
    let (mut seen, _other) = watch(&world);
    seen.recv().await.unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_suspended_companion_refuses_and_resumes_where_it_was() {
    let world = World::new().await;
    world
        .fleet
        .creates(json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth"}))
        .await;
    world.refresh().await;
    let (mut told, _observation) = watch(&world);
    told.recv().await.unwrap();
    world.companion.suspend().await.unwrap();
    world.companion.suspend().await.unwrap();

    let id = &world.account.id;
    assert_eq!(world.companion.accounts().unwrap_err(), CompanionError::Suspended);
    assert_eq!(
        world.companion.refresh(None).await.unwrap_err(),
        CompanionError::Suspended
    );
    assert!(matches!(
        world.companion.program(id, &ProgramId::from("builder")),
        Err(CompanionError::Suspended)
    ));
    assert_eq!(world.companion.start().unwrap_err(), CompanionError::Suspended);
    let left: Vec<_> = cachebash_tests::files::files(world.phone.dir.path())
        .into_keys()
        .collect();
    let of_an_open_file = |path: &std::path::PathBuf| {
        let name = path.to_string_lossy();
        name.ends_with("-wal") || name.ends_with("-shm") || name.ends_with("-journal")
    };
    assert!(!left.iter().any(of_an_open_file), "no WAL is left: {left:?}");

    world.companion.resume().await.unwrap();
    assert_eq!(told.recv().await.unwrap().total, 1, "the observation goes on");
    world.refresh().await;
    assert_eq!(world.overview().notice, None);
}

#[tokio::test]
async fn a_suspend_drops_a_refresh_that_hangs() {
    let world = World::new().await;
    world
        .fleet
        .creates(json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth"}))
        .await;
    let before = world.line.requests().len();
    world.line.is(Mode::BlackHole);
    let companion = Arc::clone(&world.companion);
    let hanging = tokio::spawn(async move { companion.refresh(None).await });
    world.line.reached(before + 1).await;
    world.companion.suspend().await.unwrap();
    assert_eq!(hanging.await.unwrap().unwrap_err(), CompanionError::Suspended);
    world.line.is(Mode::Open);
    world.companion.resume().await.unwrap();
    world.refresh().await;
    assert_eq!(world.overview().total, 1);
}

#[tokio::test]
async fn an_app_that_is_entered_again_while_it_is_left_ends_open() {
    let world = World::new().await;
    let before = world.line.requests().len();
    world.line.is(Mode::BlackHole);
    let companion = Arc::clone(&world.companion);
    let hanging = tokio::spawn(async move { companion.refresh(None).await });
    world.line.reached(before + 1).await;
    // The suspend waits for the refresh that hangs, and the resume for the suspend.
    let (left, entered) = tokio::join!(world.companion.suspend(), world.companion.resume());
    assert_eq!((left, entered), (Ok(()), Ok(())));
    assert!(hanging.await.unwrap().is_err());
    assert_eq!(world.companion.accounts().unwrap().len(), 1);
    world.line.is(Mode::Open);
    world.refresh().await;
}
