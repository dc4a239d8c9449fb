//! More sessions than one page of the hosted list has: all are shown, or it is said that they are not (B16, T13).

use std::collections::BTreeSet;

use cachebash_core::companion::SessionQuery;
use cachebash_core::domain::Span;
use cachebash_core::insight::{Cause, Notice, SessionRow, SessionWindow, Source, SourceReport, Standing};
use serde_json::json;

use crate::world::World;

/// So many sessions of a program in this state, begun at this moment.
async fn begin(world: &World, program: &str, state: &str, count: usize) {
    for number in 0..count {
        let id = format!("{program}.{state}-{number}");
        world
            .fleet
            .creates(json!({"sessionId": id, "programId": program, "name": id, "state": state}))
            .await;
    }
}

/// Refreshes so long after noon, and gives how many pages of sessions were read.
async fn pages_at(world: &World, after_noon: Span) -> usize {
    world.at(after_noon);
    let before = world.line.count("GET /v1/sessions?");
    world.refresh().await;
    world.line.count("GET /v1/sessions?") - before
}

/// Every row there is, window after window.
fn all(world: &World) -> SessionWindow {
    let window = |offset| {
        let query = SessionQuery {
            include_ended: true,
            limit: 100,
            offset,
            ..SessionQuery::default()
        };
        world.companion.sessions(&query).unwrap()
    };
    let mut all = window(0);
    while all.rows.len() < usize::try_from(all.total).unwrap() {
        let next = window(u32::try_from(all.rows.len()).unwrap());
        assert_ne!(next.rows.len(), 0, "as many rows as are counted");
        all.rows.extend(next.rows);
    }
    all
}

fn live(window: &SessionWindow) -> usize {
    window.rows.iter().filter(|row| row.live).count()
}

fn line(window: &SessionWindow, source: Source) -> SourceReport {
    window
        .sources
        .iter()
        .find(|report| report.source == source)
        .unwrap()
        .clone()
}

fn is_whole(window: &SessionWindow) -> bool {
    let report = line(window, Source::Sessions);
    (report.standing, report.cause) == (Standing::Fresh, None)
}

#[tokio::test]
async fn b16_a_full_page_is_split_until_all_is_known() {
    let world = World::new().await;
    begin(&world, "builder", "working", 30).await;
    begin(&world, "reviewer", "blocked", 30).await;
    world.refresh().await;
    let window = all(&world);
    assert_eq!(window.total, 60);
    assert!(is_whole(&window), "said to be complete");
}

#[tokio::test]
async fn b16_t13_more_than_fifty_sessions_are_all_shown() {
    let world = World::new().await;
    for program in ["builder", "reviewer", "ops"] {
        begin(&world, program, "working", 30).await;
        begin(&world, program, "blocked", 30).await;
    }
    world.at(Span::from_mins(1));
    world.refresh().await;
    let window = all(&world);
    assert_eq!((live(&window), window.rows.len()), (180, 180));
    assert!(is_whole(&window));
    let ids: BTreeSet<_> = window.rows.iter().map(|row| row.session.clone()).collect();
    assert_eq!(ids.len(), 180, "each of them once");
}

#[tokio::test]
async fn b16_what_is_known_once_costs_a_page_a_refresh_and_misses_no_change() {
    let world = World::new().await;
    begin(&world, "builder", "working", 40).await;
    begin(&world, "reviewer", "working", 40).await;
    assert!(pages_at(&world, Span::from_mins(1)).await > 1);
    for tick in 0..4 {
        let at = Span::from_secs(75 + 15 * tick);
        world.at(at);
        world
            .fleet
            .updates(
                "reviewer.working-7",
                json!({"status": format!("step {tick}"), "state": "working"}),
            )
            .await;
        assert_eq!(pages_at(&world, at).await, 1);
        let window = all(&world);
        let row = window
            .rows
            .iter()
            .find(|row| row.session.as_str() == "reviewer.working-7")
            .unwrap();
        assert_eq!(row.status.as_deref(), Some(format!("step {tick}").as_str()));
        assert!(is_whole(&window));
    }
    world
        .fleet
        .updates("builder.working-3", json!({"status": "Done", "state": "complete"}))
        .await;
    pages_at(&world, Span::from_mins(7)).await;
    assert_eq!(live(&all(&world)), 79, "a new look at everything finds what is gone");
    // Half of them at once: more than a page can tell, so everything is looked at again.
    world.at(Span::from_secs(435));
    for number in 10..40 {
        for program in ["builder", "reviewer"] {
            let id = format!("{program}.working-{number}");
            world
                .fleet
                .updates(&id, json!({"status": "moved", "state": "working"}))
                .await;
        }
    }
    assert!(pages_at(&world, Span::from_secs(440)).await > 1);
    let window = all(&world);
    let moved = |row: &&SessionRow| row.status.as_deref() == Some("moved");
    assert_eq!(window.rows.iter().filter(moved).count(), 60);
    assert!(is_whole(&window));
}

#[tokio::test]
async fn b16_a_split_stays_within_a_minutes_requests_and_goes_on_at_the_next_refresh() {
    let world = World::new().await;
    for number in 0..30 {
        begin(&world, &format!("p{number}"), "working", 3).await;
    }
    pages_at(&world, Span::from_mins(1)).await;
    let window = all(&world);
    let report = line(&window, Source::Sessions);
    assert_eq!(
        (report.standing, report.cause),
        (Standing::Stale, Some(Cause::ShortList { limit: 50 })),
        "not all is read, and it is said"
    );
    pages_at(&world, Span::from_mins(2)).await;
    let window = all(&world);
    assert_eq!(live(&window), 90);
    assert!(is_whole(&window));
    assert_eq!(world.phone.clock.waits(), [], "no refresh ever waited for the limiter");
}

#[tokio::test]
async fn b16_a_program_of_seventy_working_sessions_is_partial_with_a_reason_and_loses_none() {
    let world = World::new().await;
    begin(&world, "builder", "working", 45).await;
    world.at(Span::from_mins(1));
    world.refresh().await;
    assert_eq!(live(&all(&world)), 45);
    world.at(Span::from_mins(2));
    for number in 45..70 {
        let id = format!("builder.working-{number}");
        world
            .fleet
            .creates(json!({"sessionId": id, "programId": "builder", "name": id, "state": "working"}))
            .await;
    }
    for at in [150, 165, 600] {
        pages_at(&world, Span::from_secs(at)).await;
        let window = all(&world);
        assert_eq!(
            (live(&window), window.rows.len()),
            (70, 70),
            "the twenty that no page has are not gone"
        );
        let report = line(&window, Source::Sessions);
        assert_eq!(
            (report.standing, report.cause),
            (Standing::Stale, Some(Cause::ShortList { limit: 50 }))
        );
        assert_eq!(world.overview().notice, Some(Notice::Partial));
    }
}

#[tokio::test]
async fn b16_a_program_too_large_for_a_page_is_split_by_state() {
    let world = World::new().await;
    begin(&world, "builder", "working", 45).await;
    begin(&world, "builder", "blocked", 45).await;
    begin(&world, "reviewer", "working", 20).await;
    world.at(Span::from_mins(1));
    world.refresh().await;
    let window = all(&world);
    assert_eq!(live(&window), 110);
    assert!(is_whole(&window));
}

#[tokio::test]
async fn b16_a_history_longer_than_the_server_tells_says_so_where_it_stands_and_in_no_bar() {
    let world = World::new().await;
    begin(&world, "builder", "complete", 101).await;
    world.at(Span::from_mins(1));
    world.refresh().await;
    let window = all(&world);
    let report = line(&window, Source::SessionHistory);
    assert_eq!(report.cause, Some(Cause::ShortList { limit: 100 }));
    assert!(!report.in_bar);
    assert_eq!(world.overview().notice, None);
}

#[tokio::test]
async fn b17_ended_sessions_beyond_the_history_are_read_program_by_program() {
    let world = World::new().await;
    for program in ["builder", "ops", "reviewer"] {
        begin(&world, program, "complete", 45).await;
    }
    begin(&world, "builder", "working", 2).await;
    pages_at(&world, Span::from_mins(1)).await;
    assert_eq!(
        line(&all(&world), Source::SessionHistory).cause,
        Some(Cause::ShortList { limit: 100 })
    );
    assert_eq!(
        pages_at(&world, Span::from_mins(2)).await,
        2,
        "two programs a refresh, the third one now"
    );
    let window = all(&world);
    assert_eq!((live(&window), window.rows.len()), (2, 137));
    assert_eq!(pages_at(&world, Span::from_mins(12)).await, 1, "once a run");
    let window = all(&world);
    assert_eq!((live(&window), window.rows.len()), (2, 137));
    assert_eq!(
        line(&window, Source::SessionHistory).cause,
        None,
        "and then it is whole"
    );
}
