//! What a start shows before it has opened anything.

use cachebash_core::companion::Companion;
use cachebash_core::domain::Span;
use cachebash_core::insight::{Headline, Standing};
use cachebash_tests::files::files;
use serde_json::json;

use crate::world::{NOON, World, new_account};

async fn with_a_builder() -> World {
    let world = World::new().await;
    world
        .fleet
        .creates(json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth", "progress": 45}))
        .await;
    world.refresh().await;
    world
}

fn painted(world: &World) -> Option<cachebash_core::insight::Overview> {
    Companion::last_overview(
        world.phone.dir.path(),
        cachebash_core::companion::Clock::now(&*world.phone.clock),
    )
}

#[tokio::test]
async fn a_start_shows_the_rows_of_the_last_time_before_it_has_opened_anything() {
    let world = with_a_builder().await;
    let shown = world.overview();
    world.companion.suspend().await.unwrap();
    // Nothing but the one small file is read.
    std::fs::remove_dir_all(world.phone.dir.path().join("accounts")).unwrap();
    world.at(Span::from_mins(90));
    let painted = painted(&world).unwrap();
    assert_eq!(painted.rows, shown.rows);
    assert_eq!(painted.sections, shown.sections);
    assert_eq!((painted.as_of, painted.judged_at), (shown.as_of, shown.judged_at));
    assert_eq!(painted.now, NOON.plus(Span::from_mins(90)));
}

#[tokio::test]
async fn what_was_seen_last_time_is_never_called_fresh() {
    let world = with_a_builder().await;
    assert!(world.overview().fresh);
    assert_eq!(world.overview().headline, Headline::NothingNeedsYou);
    world.companion.suspend().await.unwrap();
    let painted = painted(&world).unwrap();
    assert!(!painted.fresh);
    assert_eq!(painted.headline, Headline::NothingNeededYou);
    assert!(painted.sources.iter().all(|report| report.standing != Standing::Fresh));
    assert_eq!(painted.next_check, None);
}

#[tokio::test]
async fn a_removed_account_is_in_no_first_screen() {
    let world = with_a_builder().await;
    let other = world.fleet.key_of("watcher").await;
    let server = world.line.url().to_owned();
    world.companion.add_account(new_account(&server, &other)).await.unwrap();
    world.companion.suspend().await.unwrap();
    assert_eq!(painted(&world).unwrap().accounts.len(), 2);
    world.companion.resume().await.unwrap();
    world.companion.remove_account(&world.account.id).await.unwrap();
    assert_eq!(painted(&world), None, "gone with the account, at once");
    world.companion.suspend().await.unwrap();
    assert!(painted(&world).unwrap().rows.is_empty(), "only what is left");
}

#[tokio::test]
async fn a_first_screen_of_another_version_or_cut_short_is_as_good_as_none() {
    let world = with_a_builder().await;
    world.companion.suspend().await.unwrap();
    let file = world.phone.dir.path().join("overview.last");
    let bytes = std::fs::read(&file).unwrap();
    let other = [&[bytes[0] + 1], &bytes[1..]].concat();
    for broken in [&bytes[..bytes.len() / 2], &other, &[]] {
        std::fs::write(&file, broken).unwrap();
        assert_eq!(painted(&world), None);
    }
}

#[tokio::test]
async fn an_hour_in_which_nothing_changes_writes_nothing() {
    let world = with_a_builder().await;
    world.overview();
    // The first screen is written beside what runs; a refresh afterwards waits for nothing of it.
    world.companion.suspend().await.unwrap();
    world.companion.resume().await.unwrap();
    // Each list has had its turn once, and the server has called the agent idle and then stale.
    for minute in 1..=40 {
        world.at(Span::from_mins(minute));
        world.refresh().await;
    }
    let before = files(world.phone.dir.path());
    for poll in 1..=220 {
        let past = if poll <= 120 { 5 * poll } else { 600 + 30 * (poll - 120) };
        world.at(Span::from_secs(2_400 + past));
        world.refresh().await;
        world.overview();
    }
    let after = files(world.phone.dir.path());
    // Readers' marks in the shared memory are on no disk.
    let changed: Vec<_> = after
        .iter()
        .filter(|(path, _)| !path.to_string_lossy().ends_with("-shm"))
        .filter(|(path, bytes)| before.get(*path) != Some(bytes))
        .map(|(path, _)| path)
        .collect();
    assert!(changed.is_empty(), "{changed:?}");
}
