//! Following a server's changes by a cursor, where it tells them: nothing missed, nothing doubled, next to nothing asked.

use std::sync::Arc;
use std::time::Duration;

use cachebash_core::companion::{Clock, Companion, ProgramQuery, SessionQuery, WakeBudget, WakeReport};
use cachebash_core::domain::{Span, Timestamp};
use cachebash_core::insight::{Overview, Source, Standing};
use cachebash_tests::files::files;
use cachebash_tests::line::{Line, Mode};
use serde_json::json;
use tokio::sync::watch;

use crate::world::{Fleet, NOON, Phone, World, new_account};

const BUDGET: WakeBudget = WakeBudget {
    time: Span::from_mins(1),
    requests: 40,
};

/// A phone that follows a fleet of two programs.
async fn following() -> World {
    let world = World::new().await;
    for program in ["builder", "tester"] {
        let id = format!("{program}.one");
        let session = json!({"sessionId": id, "programId": program, "name": "One", "progress": 10});
        world.fleet.creates(session).await;
    }
    // The first look learns what is offered, the second one begins to follow.
    world.refresh().await;
    look(&world, 30).await;
    assert_eq!(world.line.count("GET /v1/sync?limit"), 1, "it begins once");
    look(&world, 90).await;
    world
}

/// What the clock asks for, so many seconds after noon.
async fn look(world: &World, secs: i64) -> WakeReport {
    world.at(Span::from_secs(secs));
    let report = world.companion.wake(BUDGET).await.unwrap();
    assert!(report.in_time);
    report
}

/// What was asked since there were so many requests.
fn since(world: &World, before: usize) -> Vec<String> {
    let targets = world.line.requests()[before..].to_vec();
    targets
        .iter()
        .map(|target| target.split(['?', '=']).next().unwrap_or_default().to_owned())
        .collect()
}

fn rows_of(world: &World) -> Vec<(String, bool, String)> {
    let all = SessionQuery {
        include_ended: true,
        ..SessionQuery::default()
    };
    let rows = world.companion.sessions(&all).unwrap().rows;
    let mut told: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let status = row.status.unwrap_or_default();
            (row.session.as_str().to_owned(), row.live, status)
        })
        .collect();
    told.sort();
    told
}

#[tokio::test]
async fn where_changes_are_told_an_idle_look_is_one_small_question_and_writes_nothing() {
    let world = following().await;
    let (before, kept) = (world.line.requests().len(), files(world.phone.dir.path()));
    for tick in 4..8 {
        let report = look(&world, tick * 30).await;
        assert_eq!(report.rows_changed, 0);
        let late = report.sources.iter().filter(|line| line.standing != Standing::Fresh);
        let late: Vec<_> = late.map(|line| line.source).collect();
        assert!(
            late.iter().all(|source| *source == Source::Keys),
            "what did not change is as it was, and known to be so: {late:?}"
        );
    }
    assert_eq!(since(&world, before), ["GET /v1/sync"; 4]);
    let now = files(world.phone.dir.path());
    let differ: Vec<_> = kept
        .iter()
        .filter(|(name, bytes)| now.get(*name) != Some(bytes) && !name.to_string_lossy().ends_with("-shm"))
        .map(|(name, _)| name)
        .collect();
    assert!(differ.is_empty(), "nothing is written: {differ:?}");
}

#[tokio::test]
async fn a_change_comes_with_the_answer_and_no_list_is_read_for_it() {
    let world = following().await;
    world.at(Span::from_secs(120));
    world
        .fleet
        .updates("builder.one", json!({"status": "Halfway", "progress": 50}))
        .await;
    let before = world.line.requests().len();
    look(&world, 121).await;
    assert_eq!(world.row("builder").status.as_deref(), Some("Halfway"));
    let asked = since(&world, before);
    assert!(!asked.contains(&"GET /v1/sessions".to_owned()), "{asked:?}");
    assert_eq!(asked[0], "GET /v1/sync");
    assert_eq!(rows_of(&world).len(), 2, "no double");
}

#[tokio::test]
async fn after_a_cut_and_a_kill_changes_go_on_where_they_were_without_a_gap_or_a_double() {
    let mut world = following().await;
    world.line.is(Mode::Cut);
    let archived = json!({"status": "All done", "state": "complete", "progress": 100});
    world.at(Span::from_secs(120));
    world.fleet.updates("builder.one", archived).await;
    look(&world, 121).await;
    let fresh = json!({"sessionId": "builder.two", "programId": "builder", "name": "Two", "progress": 5});
    world.fleet.creates(fresh).await;
    world.kill_and_start();
    look(&world, 150).await;
    world.line.is(Mode::Open);
    let before = world.line.requests().len();
    look(&world, 200).await;
    let followed = rows_of(&world);
    let asked = since(&world, before);
    assert!(
        !asked.contains(&"GET /v1/sessions".to_owned()),
        "it goes on from its cursor: {asked:?}"
    );
    let ids: Vec<_> = followed.iter().map(|(id, live, _)| (id.as_str(), *live)).collect();
    assert_eq!(
        ids,
        [("builder.one", false), ("builder.two", true), ("tester.one", true)]
    );
    world.refresh().await;
    assert_eq!(rows_of(&world), followed, "a look at everything finds nothing else");
}

#[tokio::test]
async fn an_expired_cursor_is_answered_by_reading_everything_once() {
    let world = following().await;
    world.line.forgets("GET /v1/sync?cursor");
    world
        .fleet
        .updates("tester.one", json!({"status": "Green", "progress": 90}))
        .await;
    let before = world.line.requests().len();
    look(&world, 150).await;
    let asked = since(&world, before);
    assert_eq!(
        asked[..2],
        ["GET /v1/sync", "GET /v1/sync"],
        "the expired one, and one from the beginning"
    );
    assert_eq!(
        asked.iter().filter(|target| *target == "GET /v1/sessions").count(),
        1,
        "{asked:?}"
    );
    for list in ["GET /v1/questions", "GET /v1/fleet/health"] {
        assert!(asked.contains(&list.to_owned()), "{asked:?}");
    }
    let before = world.line.requests().len();
    look(&world, 270).await;
    assert_eq!(since(&world, before), ["GET /v1/sync"], "once");
}

#[tokio::test]
async fn a_server_that_stops_telling_changes_is_polled() {
    let world = following().await;
    world.line.hides("GET /v1/sync");
    world
        .fleet
        .updates("tester.one", json!({"status": "Green", "progress": 90}))
        .await;
    let before = world.line.requests().len();
    let report = look(&world, 150).await;
    let asked = since(&world, before);
    assert!(asked.contains(&"GET /v1/sessions".to_owned()), "{asked:?}");
    assert_ne!(report.rows_changed, 0);
    let sessions = report.sources.iter().find(|line| line.source == Source::Sessions);
    assert_eq!(sessions.unwrap().standing, Standing::Fresh);
}

#[tokio::test]
async fn a_wake_asks_no_more_than_it_may() {
    let world = World::new().await;
    for program in 0..6 {
        let session = json!({"sessionId": format!("p{program}.a"), "programId": format!("p{program}"), "name": "A"});
        world.fleet.creates(session).await;
    }
    let before = world.line.requests().len();
    let budget = WakeBudget { requests: 3, ..BUDGET };
    let report = world.companion.wake(budget).await.unwrap();
    assert!(report.in_time);
    assert_ne!(report.rows_changed, 0, "what it asked first is kept");
    assert!(world.line.requests().len() - before <= 4, "a state is two requests");
}

/// A clock that stands, and on which a pause ends when a test says so.
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        NOON
    }

    fn lasts(&self, _: Span) -> Duration {
        // Whatever comes in a test's time comes for another reason than the clock.
        Duration::from_secs(3_600)
    }
}

/// A started companion whose next tick is an hour away, and what it shows.
async fn listening() -> (Fleet, Line, Phone, Arc<Companion>, watch::Receiver<Option<Overview>>) {
    let fleet = Fleet::start().await;
    let session = json!({"sessionId": "builder.one", "programId": "builder", "name": "One", "progress": 10});
    fleet.creates(session).await;
    let line = Line::to(&fleet.url).await;
    let phone = Phone::new();
    let mut options = phone.options();
    options.clock = Arc::new(Still);
    let companion = Companion::open(options).unwrap();
    companion
        .add_account(new_account(line.url(), &fleet.owner))
        .await
        .unwrap();
    let (shown, shows) = watch::channel(None);
    let listener = move |overview| {
        shown.send_replace(Some(overview));
    };
    let seeing = companion
        .observe_overview(ProgramQuery::default(), Arc::new(listener))
        .unwrap();
    std::mem::forget(seeing);
    companion.start().unwrap();
    line.reached_after("GET /v1/events", "GET /v1/sync").await;
    (fleet, line, phone, companion, shows)
}

/// Waits until this is what the builder says.
async fn says(shows: &mut watch::Receiver<Option<Overview>>, status: &str) {
    let is_shown = |overview: &Option<Overview>| {
        let rows = overview.iter().flat_map(|overview| &overview.rows);
        rows.into_iter().any(|row| row.status.as_deref() == Some(status))
    };
    let shown = tokio::time::timeout(Duration::from_secs(60), shows.wait_for(is_shown)).await;
    shown.expect("long before the next tick").unwrap();
}

#[tokio::test]
async fn a_change_reaches_the_phone_at_once_where_events_are_offered() {
    let (fleet, line, _phone, _companion, mut shows) = listening().await;
    for status in ["Compiling", "Testing"] {
        fleet
            .updates("builder.one", json!({"status": status, "progress": 40}))
            .await;
        says(&mut shows, status).await;
    }
    assert_eq!(
        line.count("GET /v1/sessions?"),
        3,
        "adding, the first look, and the first of following; no list since"
    );
}

#[tokio::test]
async fn a_cut_stream_falls_back_to_polling_without_a_gap_or_a_double() {
    let (fleet, line, _phone, companion, mut shows) = listening().await;
    fleet
        .updates("builder.one", json!({"status": "Compiling", "progress": 40}))
        .await;
    says(&mut shows, "Compiling").await;
    line.hides("GET /v1/events");
    line.breaks();
    fleet
        .updates("builder.one", json!({"status": "Testing", "progress": 50}))
        .await;
    let two = json!({"sessionId": "builder.two", "programId": "builder", "name": "Two", "progress": 5});
    fleet.creates(two).await;
    // The next ticks, which the clock would bring: they bring all of it, and nobody is told twice. The first may join a
    // look that was under way when the line broke.
    let budget = BUDGET;
    companion.wake(budget).await.unwrap();
    companion.wake(budget).await.unwrap();
    let all = companion.sessions(&SessionQuery::default()).unwrap();
    let mut told: Vec<_> = all
        .rows
        .iter()
        .map(|row| (row.session.as_str(), row.status.as_deref()))
        .collect();
    told.sort_unstable();
    assert_eq!(told, [("builder.one", Some("Testing")), ("builder.two", Some("Two"))]);
    assert_eq!(all.total, 2);
    assert_eq!(companion.wake(budget).await.unwrap().rows_changed, 0, "once");
}
