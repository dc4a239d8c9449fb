//! A background wake: what a system that grants seconds gets for them.

use std::time::{Duration, Instant};

use cachebash_core::companion::{Conditions, ProgramQuery, WakeBudget};
use cachebash_core::domain::{Action, ContextEdit, ProgramId, Span};
use cachebash_core::insight::{Source, Standing};
use cachebash_tests::line::Mode;
use serde_json::json;

use crate::acts::message;
use crate::world::World;

const BUDGET: WakeBudget = WakeBudget {
    time: Span::from_mins(1),
    requests: 10,
};

async fn asks_to_go_on(world: &World) {
    let message = message("builder", "Please go on");
    world.companion.ask(&world.account.id, message).await.unwrap();
}

#[tokio::test]
async fn a_wake_sends_what_waited_for_a_line_and_reads_what_changed() {
    let mut world = World::new().await.with_a_builder_at_work().await;
    world.line.is(Mode::Cut);
    asks_to_go_on(&world).await;
    world.companion.deliver(&world.account.id).await.unwrap();
    world.kill_and_start();
    world.line.is(Mode::Open);
    world
        .fleet
        .updates("builder.auth", json!({"status": "Testing", "progress": 60}))
        .await;

    let report = world.companion.wake(BUDGET).await.unwrap();
    assert!(report.in_time);
    assert_eq!(world.companion.outbox(None).unwrap().lines, []);
    assert_eq!(world.fleet.sent().await, ["Please go on"]);
    let overview = world.companion.overview(&ProgramQuery::default()).unwrap();
    assert_eq!(overview.rows[0].status.as_deref(), Some("Testing"));
}

#[tokio::test]
async fn a_wake_looks_no_more_often_than_it_may_whatever_it_sent() {
    let world = World::new().await.with_a_builder_at_work().await;
    let builder = ProgramId::from("builder");
    let account = &world.account.id;
    world.companion.refresh_program(account, &builder).await.unwrap();
    for requests in 1..6 {
        world.at(Span::from_mins(10 * i64::from(requests)));
        world
            .fleet
            .updates(
                "builder.auth",
                json!({"status": format!("Step {requests}"), "progress": 60}),
            )
            .await;
        let seen = world.page("builder").context.context.hand_off_notes;
        let edit = Action::EditContext {
            program: builder.clone(),
            edit: ContextEdit::HandOffNotes(format!("Notes {requests}")),
            seen: ContextEdit::HandOffNotes(seen),
        };
        world.line.goes_down().await;
        world.companion.ask(account, edit).await.unwrap();
        world.companion.suspend().await.unwrap();
        world.companion.resume().await.unwrap();
        world.line.comes_up().await;
        let before = world.line.requests();
        let budget = WakeBudget { requests, ..BUDGET };
        assert!(world.companion.wake(budget).await.unwrap().in_time);
        assert_eq!(
            world.companion.outbox(None).unwrap().lines,
            [],
            "what was asked for is done"
        );
        let asked = &world.line.requests()[before.len()..];
        let sent = asked.iter().position(|request| request.starts_with("PATCH")).unwrap();
        let looks = asked[sent + 1..].len();
        assert!(looks <= usize::try_from(requests).unwrap(), "{requests}: {asked:?}");
        assert!(looks > 0, "it looks as far as it may");
        world.companion.refresh_program(account, &builder).await.unwrap();
    }
}

#[tokio::test]
async fn a_wake_that_nobody_answers_ends_when_its_time_is_over_and_nothing_is_lost() {
    let mut world = World::new().await.with_a_builder_at_work().await;
    world.line.is(Mode::BlackHole);
    asks_to_go_on(&world).await;
    let budget = WakeBudget {
        time: Span::from_millis(300),
        ..BUDGET
    };
    let began = Instant::now();
    let report = world.companion.wake(budget).await.unwrap();
    assert!(!report.in_time);
    // Far below any time-out of the client's own.
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    let sessions = report.sources.iter().find(|line| line.source == Source::Sessions);
    assert_eq!(
        sessions.unwrap().standing,
        Standing::Fresh,
        "what was known is as old as it is"
    );
    assert_eq!(world.companion.outbox(None).unwrap().lines.len(), 1);

    world.line.is(Mode::Open);
    world.kill_and_start();
    assert!(world.companion.wake(BUDGET).await.unwrap().in_time);
    assert_eq!(world.fleet.sent().await, ["Please go on"]);
}

#[tokio::test]
async fn what_a_person_asks_for_is_asked_whatever_it_costs() {
    let world = World::new().await.with_a_builder_at_work().await;
    world.companion.set_conditions(Conditions {
        metered: true,
        low_power: true,
    });
    let before = world.line.count("GET /v1/sessions?");
    world.refresh().await;
    assert_eq!(world.line.count("GET /v1/sessions?"), before + 1);
}
