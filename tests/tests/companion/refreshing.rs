//! One refresh: joined, spaced, newest wins, nothing written for nothing, and honest about what is missing.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use cachebash_core::companion::{Clock, Companion, ProgramQuery, SessionQuery};
use cachebash_core::domain::{Span, Timestamp};
use cachebash_core::insight::{Cause, Source};
use cachebash_tests::files::files;
use cachebash_tests::mock_server::{Endpoint, MockServer};
use serde_json::json;
use tokio::sync::watch;

use crate::scripted::{self, knows_nothing, phone_on, said_at, session, some_key};
use crate::world::{NOON, Phone, World, new_account};
use cachebash_tests::line::Mode;

#[tokio::test]
async fn b06_ticks_join_the_refresh_that_runs_and_its_reply_is_shown() {
    let world = World::new().await;
    world
        .fleet
        .creates(json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth"}))
        .await;
    let before = world.line.requests().len();
    world.line.is(Mode::Held);
    let refresh = || {
        let companion = Arc::clone(&world.companion);
        tokio::spawn(async move { companion.refresh(None).await.unwrap() })
    };
    let first = refresh();
    world.line.reached(before + 1).await;
    let later = [refresh(), refresh(), refresh()];
    world.line.is(Mode::Open);
    let report = first.await.unwrap();
    for tick in later {
        assert_eq!(tick.await.unwrap(), report, "a tick that joined has the same report");
    }
    assert_eq!(world.line.count("GET /v1/fleet/health"), 1, "one refresh, not four");
    assert_eq!(world.overview().total, 1, "the slow reply is shown");
}

/// Stands still, remembers each pause of a scheduler, and lets go only so many of them.
struct Paces {
    pauses: watch::Sender<Vec<Span>>,
    free: usize,
    period: Span,
    at: Mutex<Timestamp>,
}

impl Clock for Paces {
    fn now(&self) -> Timestamp {
        *self.at.lock().unwrap()
    }

    fn lasts(&self, span: Span) -> Duration {
        if span < self.period {
            return Duration::ZERO;
        }
        self.pauses.send_modify(|pauses| pauses.push(span));
        if self.pauses.borrow().len() > self.free {
            Duration::from_secs(3_600)
        } else {
            Duration::ZERO
        }
    }
}

#[tokio::test]
async fn b07_the_first_success_restores_the_cadence() {
    let server = MockServer::start().await;
    let phone = Phone::new();
    let period = Span::from_secs(15);
    let clock = Arc::new(Paces {
        pauses: watch::Sender::new(Vec::new()),
        free: 4,
        period,
        at: Mutex::new(NOON),
    });
    let mut options = phone.options();
    options.clock = clock.clone();
    let companion = Companion::open(options).unwrap();
    server
        .when(Endpoint::ListSessions)
        .answers(200, scripted::sessions(NOON, &[]))
        .once();
    companion
        .add_account(new_account(server.url(), &some_key()))
        .await
        .unwrap();

    server
        .when(Endpoint::ListSessions)
        .fails(500, "INTERNAL_ERROR", "no")
        .times(3);
    knows_nothing(&server, NOON);
    companion.start().unwrap();
    let mut pauses = clock.pauses.subscribe();
    let seen = pauses.wait_for(|pauses| pauses.len() >= 5).await.unwrap().clone();
    assert_eq!(
        seen,
        [period.times(2), period.times(4), period.times(8), period, period]
    );
}

#[tokio::test]
async fn b08_a_late_reply_never_overwrites_newer_data() {
    let server = MockServer::start().await;
    let (phone, companion) = phone_on(&server).await;
    let newer = NOON.plus(Span::from_secs(30));
    let late = NOON.plus(Span::from_secs(10));
    server
        .when(Endpoint::ListSessions)
        .answers(
            200,
            scripted::sessions(newer, &[session("b.1", "builder", "newer", newer)]),
        )
        .once();
    server
        .when(Endpoint::ListSessions)
        .answers(
            200,
            scripted::sessions(late, &[session("b.1", "builder", "late", late)]),
        )
        .once();
    knows_nothing(&server, newer);
    phone.clock.advance(Span::from_secs(31));
    companion.refresh(None).await.unwrap();
    companion.refresh(None).await.unwrap();
    let overview = companion.overview(&ProgramQuery::default()).unwrap();
    assert_eq!(overview.rows[0].status.as_deref(), Some("newer"));
    assert_eq!(overview.as_of, Some(newer), "the as-of does not go back either");
}

#[tokio::test]
async fn b17_a_session_that_left_the_list_stays_where_history_may_not_be_read() {
    let server = MockServer::start().await;
    let (phone, companion) = phone_on(&server).await;
    server
        .when(Endpoint::SessionHistory)
        .fails(403, "FORBIDDEN", "Admin access required");
    let listed = scripted::sessions(NOON, &[session("builder.auth", "builder", "Auth", NOON)]);
    server.when(Endpoint::ListSessions).answers(200, listed).once();
    let later = NOON.plus(Span::from_mins(5));
    server
        .when(Endpoint::ListSessions)
        .answers(200, scripted::sessions(later, &[]));
    knows_nothing(&server, NOON);
    companion.refresh(None).await.unwrap();
    phone.clock.advance(Span::from_mins(5));
    companion.refresh(None).await.unwrap();

    let overview = companion.overview(&ProgramQuery::default()).unwrap();
    let [row] = overview.rows.as_slice() else {
        panic!("the program is gone: {:?}", overview.rows)
    };
    assert_eq!((row.program.as_str(), row.live), ("builder", false));
    assert_eq!(row.ended_at, Some(NOON), "the last that was heard of it");
}

#[tokio::test]
async fn b17_an_ended_session_and_its_program_stay_with_their_times() {
    let world = World::new().await;
    world
        .fleet
        .creates(json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth", "progress": 90}))
        .await;
    world.refresh().await;
    world.at(Span::from_mins(5));
    world
        .fleet
        .updates(
            "builder.auth",
            json!({"status": "Done", "state": "complete", "progress": 100}),
        )
        .await;
    world.refresh().await;

    let row = world.row("builder");
    assert!(!row.live);
    assert_eq!(row.ended_at, Some(NOON.plus(Span::from_mins(5))));
    let all = SessionQuery {
        include_ended: true,
        ..SessionQuery::default()
    };
    let window = world.companion.sessions(&all).unwrap();
    assert_eq!(window.rows.len(), 1);
    assert_eq!(window.rows[0].started_at, Some(NOON));
    assert!(window.rows[0].start_known);
    assert_eq!(
        world.companion.sessions(&SessionQuery::default()).unwrap().total,
        0,
        "no live one"
    );
}

#[tokio::test]
async fn a_refresh_that_brings_nothing_writes_nothing() {
    let world = World::new().await;
    world
        .fleet
        .creates(json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth", "progress": 45}))
        .await;
    world.refresh().await;
    // Reading the state of a program whose session was updated in this very instant is due once more.
    world.at(Span::from_secs(15));
    world.refresh().await;
    let data = || -> Vec<_> {
        let all = files(world.phone.dir.path()).into_iter();
        // The shared-memory file holds readers' marks and is no part of the data.
        all.filter(|(path, _)| !path.to_string_lossy().ends_with("-shm"))
            .collect()
    };
    let before = data();
    world.at(Span::from_secs(30));
    let report = world.companion.refresh(None).await.unwrap();
    assert_eq!(report.rows_changed, 0);
    assert!(data() == before, "not one byte");
    assert_eq!(
        world.overview().as_of,
        Some(NOON.plus(Span::from_secs(30))),
        "and yet it is known to be newer"
    );
}

#[tokio::test]
async fn after_a_kill_the_as_of_is_at_most_a_minute_older_than_the_last_change_and_never_too_new() {
    let mut world = World::new().await;
    world
        .fleet
        .creates(json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth", "progress": 45}))
        .await;
    for tick in 0..=10 {
        world.at(Span::from_secs(15 * tick));
        if tick == 6 {
            world
                .fleet
                .updates("builder.auth", json!({"status": "Half", "progress": 50}))
                .await;
        }
        world.refresh().await;
    }
    assert_eq!(world.overview().as_of, Some(NOON.plus(Span::from_secs(150))));
    world.kill_and_start();
    let (after, changed) = (world.overview().as_of.unwrap(), NOON.plus(Span::from_secs(90)));
    assert!(
        after <= changed && changed.since(after) <= Span::from_mins(1),
        "{after:?} for a change at {changed:?}"
    );
    world.refresh().await;
    world.at(Span::from_secs(165));
    world.refresh().await;
    world.companion.suspend().await.unwrap();
    world.companion = world.phone.open();
    assert_eq!(
        world.overview().as_of,
        Some(NOON.plus(Span::from_secs(165))),
        "a suspend flushes"
    );
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_the_refresh_whole() {
    let world = World::new().await;
    world
        .fleet
        .creates(json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth"}))
        .await;
    let before = world.line.requests().len();
    world.line.is(Mode::Held);
    let companion = Arc::clone(&world.companion);
    let caller = tokio::spawn(async move { companion.refresh(None).await });
    world.line.reached(before + 1).await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    assert_eq!(world.overview().total, 0);
    world.line.is(Mode::Open);
    // Joins what still runs: no second refresh is made.
    world.refresh().await;
    assert_eq!(world.overview().total, 1);
    assert_eq!(world.line.count("GET /v1/fleet/health"), 1);
}

#[tokio::test]
async fn a_bad_row_is_left_out_and_counted() {
    let server = MockServer::start().await;
    let (_phone, companion) = phone_on(&server).await;
    let rows = [session("b.1", "builder", "fine", NOON), json!({"name": "no id"})];
    server
        .when(Endpoint::ListSessions)
        .answers(200, scripted::sessions(NOON, &rows));
    knows_nothing(&server, NOON);
    let report = companion.refresh(None).await.unwrap();
    let sessions = report
        .sources
        .iter()
        .find(|report| report.source == Source::Sessions)
        .unwrap();
    assert_eq!(sessions.cause, Some(Cause::RowsSkipped { count: 1 }));
    assert_eq!(companion.overview(&ProgramQuery::default()).unwrap().total, 1);
}

#[tokio::test]
async fn a_session_without_a_program_is_the_one_that_fleet_health_names() {
    let server = MockServer::start().await;
    let (_phone, companion) = phone_on(&server).await;
    let mut row = session("session_17", "builder", "fine", NOON);
    row.as_object_mut().unwrap().remove("programId");
    server
        .when(Endpoint::ListSessions)
        .answers(200, scripted::sessions(NOON, &[row]));
    server
        .when(Endpoint::FleetHealth)
        .fails(500, "INTERNAL_ERROR", "no")
        .once();
    let named = json!({"programId": "builder", "state": "working", "lastReportedState": "working", "sessionId": "session_17",
        "lastHeartbeat": null, "pendingMessages": 0, "pendingTasks": 0, "handoffRequired": false});
    server
        .when(Endpoint::FleetHealth)
        .answers(200, scripted::fleet(NOON, &[named]));
    server
        .when(Endpoint::SessionHistory)
        .answers(200, said_at(NOON, json!({"sessions": [], "count": 0})));
    knows_nothing(&server, NOON);

    companion.refresh(None).await.unwrap();
    let rows = companion.overview(&ProgramQuery::default()).unwrap().rows;
    assert_eq!(
        (rows[0].program.as_str(), rows[0].derived),
        ("session_17", true),
        "guessed from its id"
    );
    companion.refresh(None).await.unwrap();
    let rows = companion.overview(&ProgramQuery::default()).unwrap().rows;
    assert_eq!(rows.len(), 1, "the guess is gone");
    assert_eq!((rows[0].program.as_str(), rows[0].derived), ("builder", false));
}

#[tokio::test]
async fn a_first_look_reads_a_dozen_states_and_no_refresh_waits_for_the_limiter() {
    let world = World::new().await;
    for number in 0..16 {
        let program = format!("p{number}");
        world
            .fleet
            .creates(json!({"sessionId": format!("{program}.a"), "programId": program, "name": "x"}))
            .await;
    }
    let states = || world.line.count("GET /v1/program-state/") / 2;
    for tick in 0..8 {
        world.at(Span::from_secs(15 * tick));
        world.refresh().await;
        if tick == 0 {
            assert_eq!(states(), 12, "as many as a minute allows, at once");
        }
    }
    assert!(states() >= 16, "all of them in time: {}", states());
    assert_eq!(world.phone.clock.waits(), [], "no refresh ever waited for the limiter");
}
