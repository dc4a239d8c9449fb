//! What no server tells and this device keeps, over kills, restarts and a cache that is lost.

use cachebash_core::domain::{
    Action, ContextLeft, MessageKind, NewMessage, OpenQuestion, ProgramId, Progress, SessionId, SessionState,
    SessionUpdate, Span, Timestamp,
};
use cachebash_core::insight::{
    ContextPart, Finding, ProgramPage, QuestionTime, Receipt, ReplyProgress, Section, Writing,
};
use cachebash_tests::line::Mode;
use serde_json::{Value, json};

use crate::world::{NOON, World};

fn after(minutes: i64) -> Timestamp {
    NOON.plus(Span::from_mins(minutes))
}

/// A world with a builder at work, whose owner lets this phone act.
async fn with_a_builder() -> World {
    let world = World::new().await;
    let builder = json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth", "status": "At it",
        "state": "working"});
    world.fleet.creates(builder).await;
    world.refresh().await;
    world.companion.allow_writes(&world.account.id, true).unwrap();
    world
}

async fn looks(world: &World) {
    let builder = ProgramId::from("builder");
    world
        .companion
        .refresh_program(&world.account.id, &builder)
        .await
        .unwrap();
}

/// The app is killed, and what can be fetched again is lost.
fn loses_its_cache(world: &mut World) {
    world.kill_and_start();
    let folder = world.phone.dir.path().join("accounts");
    for entry in std::fs::read_dir(folder).unwrap() {
        let folder = entry.unwrap().path();
        for file in ["cache.sqlite", "cache.sqlite-wal", "cache.sqlite-shm"] {
            let _ = std::fs::remove_file(folder.join(file));
        }
    }
    world.kill_and_start();
}

async fn remembers(world: &World, part: Value) {
    world.fleet.remembers("builder", json!({"contextSummary": part})).await;
}

fn written(page: &ProgramPage, part: ContextPart) -> Writing {
    let parts = &page.context.parts;
    parts.iter().find(|known| known.part == part).unwrap().written.clone()
}

#[tokio::test]
async fn a_status_from_here_is_no_sign_of_life_of_the_agent() {
    let mut world = with_a_builder().await;
    world.at(Span::from_mins(29));
    let update = SessionUpdate {
        session: SessionId::from("builder.auth"),
        status: "Wait for me".to_owned(),
        state: Some(SessionState::Working),
        progress: Progress::NotReported,
    };
    let action = Action::UpdateSession(update);
    world.companion.ask(&world.account.id, action).await.unwrap();
    world.companion.deliver(&world.account.id).await.unwrap();
    world.at(Span::from_mins(31));
    for killed in [false, true, true] {
        if killed {
            world.kill_and_start();
        }
        world.refresh().await;
        let row = world.row("builder");
        assert_eq!(row.status.as_deref(), Some("Wait for me"));
        assert_eq!(row.last_heard, Some(NOON));
        assert_eq!(row.section, Section::StalledOrSilent);
        assert!(
            matches!(row.finding, Some(Finding::Silent { since: NOON, .. })),
            "{row:?}"
        );
    }
    assert_eq!(world.page("builder").history.unwrap().beats.last(), Some(&NOON));

    let word = json!({"status": "Yes?", "state": "working"});
    world.fleet.updates("builder.auth", word).await;
    world.refresh().await;
    let row = world.row("builder");
    assert_eq!((row.last_heard, row.section), (Some(after(31)), Section::Working));
}

#[tokio::test]
async fn who_waits_waits_since_the_same_moment_whatever_becomes_of_the_app() {
    let mut world = with_a_builder().await;
    world.at(Span::from_secs(15));
    let asks = json!({"status": "Run it now?", "state": "blocked"});
    world.fleet.updates("builder.auth", asks).await;
    world.refresh().await;
    let waiting = world.row("builder").waiting.unwrap();
    assert_eq!(waiting.since, NOON.plus(Span::from_secs(15)));
    world.companion.suspend().await.unwrap();
    loses_its_cache(&mut world);
    world.at(Span::from_mins(20));
    let still = json!({"status": "Still here", "state": "blocked"});
    world.fleet.updates("builder.auth", still).await;
    world.refresh().await;
    assert_eq!(world.row("builder").waiting, Some(waiting));
}

#[tokio::test]
async fn each_part_of_a_state_has_its_own_time_and_each_question_too() {
    let mut world = with_a_builder().await;
    remembers(
        &world,
        json!({"handoffNotes": "Mind the gap", "openQuestions": ["Port?", "Host?"]}),
    )
    .await;
    looks(&world).await;
    world.at(Span::from_mins(10));
    remembers(&world, json!({"openQuestions": ["User?", "Host?", "Port?"]})).await;
    looks(&world).await;
    for lost in [false, true] {
        if lost {
            world.companion.suspend().await.unwrap();
            loses_its_cache(&mut world);
            world.at(Span::from_mins(20));
            looks(&world).await;
        }
        let page = world.page("builder");
        assert_eq!(written(&page, ContextPart::HandOffNotes).at, Some(NOON));
        assert_eq!(written(&page, ContextPart::OpenQuestions).at, Some(after(10)));
        let time = |question, since: Timestamp| QuestionTime {
            question,
            since: Some(since),
            first_seen: since,
        };
        assert_eq!(
            page.context.questions,
            [time(0, after(10)), time(1, NOON), time(2, NOON)]
        );
    }
}

#[tokio::test]
async fn a_part_says_which_program_wrote_it() {
    let world = with_a_builder().await;
    let builder = world.fleet.key_of("builder").await;
    let notes = serde_json::from_value(json!({"contextSummary": {"handoffNotes": "Mind the gap"}})).unwrap();
    let program = ProgramId::from("builder");
    let client = world.fleet.client(&builder);
    client.update_program_state(&program, &notes).await.unwrap();
    looks(&world).await;
    let by_agent = written(&world.page("builder"), ContextPart::HandOffNotes);
    assert_eq!((by_agent.by.as_deref(), by_agent.at), (Some("builder"), Some(NOON)));
    world.at(Span::from_mins(5));
    remembers(&world, json!({"openQuestions": ["Port?"]})).await;
    looks(&world).await;
    let page = world.page("builder");
    assert_eq!(written(&page, ContextPart::HandOffNotes), by_agent);
    assert_eq!(written(&page, ContextPart::OpenQuestions).at, Some(after(5)));
}

#[tokio::test]
async fn a_reply_that_nobody_fetched_in_time_stays_never_picked_up_when_its_message_is_forgotten() {
    let mut world = with_a_builder().await;
    remembers(&world, json!({"openQuestions": ["Which port?"]})).await;
    looks(&world).await;
    let reply = Action::SendMessage(NewMessage {
        to: "builder".to_owned(),
        text: "> Which port?\n8080".to_owned(),
        kind: MessageKind::Directive,
        replies_to: Some(OpenQuestion {
            program: ProgramId::from("builder"),
            text: "Which port?".to_owned(),
            occurrence: 0,
        }),
    });
    world.companion.ask(&world.account.id, reply).await.unwrap();
    world.companion.deliver(&world.account.id).await.unwrap();
    looks(&world).await;
    let receipt = |world: &World| match world.page("builder").replies[0].progress {
        ReplyProgress::Sent { receipt, .. } => receipt,
        other => panic!("{other:?}"),
    };
    assert_eq!(receipt(&world), Receipt::NotPickedUp);

    world.at(Span::from_mins(25 * 60));
    looks(&world).await;
    assert_eq!(receipt(&world), Receipt::NeverPickedUp);
    world.companion.suspend().await.unwrap();
    loses_its_cache(&mut world);
    world.line.hides("GET /v1/messages");
    looks(&world).await;
    assert_eq!(receipt(&world), Receipt::NeverPickedUp);
    world.line.is(Mode::Cut);
    world.kill_and_start();
    assert_eq!(receipt(&world), Receipt::NeverPickedUp);
}

#[tokio::test]
async fn a_message_that_nobody_fetched_in_time_stays_never_picked_up_when_its_server_has_forgotten_it() {
    let mut world = with_a_builder().await;
    let sends = async |world: &World, text: &str| {
        let message = Action::SendMessage(NewMessage {
            to: "builder".to_owned(),
            text: text.to_owned(),
            kind: MessageKind::Directive,
            replies_to: None,
        });
        world.companion.ask(&world.account.id, message).await.unwrap();
        world.companion.deliver(&world.account.id).await.unwrap();
    };
    sends(&world, "Take the other port").await;
    let builder = world.fleet.key_of("builder").await;
    let fetched = world.fleet.gets(&builder, "/v1/messages", "sessionId=builder").await;
    assert_eq!(fetched["interrupts"].as_array().map(Vec::len), Some(1), "{fetched}");
    sends(&world, "And the other host").await;
    looks(&world).await;
    let told = |world: &World| -> Vec<_> {
        let window = world.companion.messages(&Default::default()).unwrap();
        let rows = window.rows.into_iter().filter(|row| row.receipt.is_some());
        let mut rows: Vec<_> = rows.map(|row| (row.message.text, row.receipt.unwrap())).collect();
        rows.sort_by(|a, b| b.0.cmp(&a.0));
        rows
    };
    let expected = |second| {
        [
            ("Take the other port".to_owned(), Receipt::PickedUp),
            ("And the other host".to_owned(), second),
        ]
    };
    assert_eq!(told(&world), expected(Receipt::NotPickedUp));

    world.at(Span::from_mins(25 * 60));
    looks(&world).await;
    assert_eq!(told(&world), expected(Receipt::NeverPickedUp));
    world.companion.suspend().await.unwrap();
    loses_its_cache(&mut world);
    world.line.hides("GET /v1/messages");
    looks(&world).await;
    assert_eq!(told(&world), expected(Receipt::NeverPickedUp), "as they were sent");
}

/// Ends the builder's session and begins the next.
async fn hands_over(world: &World, at: i64, from: &str, to: &str) {
    world.at(Span::from_mins(at));
    let done = json!({"status": "Over to you", "state": "complete"});
    world.fleet.updates(from, done).await;
    world.at(Span::from_mins(at + 1));
    let next = json!({"sessionId": to, "programId": "builder", "name": "Auth", "state": "working"});
    world.fleet.creates(next).await;
    looks(world).await;
}

#[tokio::test]
async fn a_chain_keeps_what_each_session_handed_to_the_next() {
    let mut world = with_a_builder().await;
    let leaves = |session: &str, items: &[&str]| {
        let context = json!({"handoffNotes": "Mind the gap", "activeWorkItems": items});
        json!({"sessionId": session, "contextSummary": context})
    };
    world
        .fleet
        .remembers("builder", leaves("builder.auth", &["cache", "retry"]))
        .await;
    looks(&world).await;
    hands_over(&world, 10, "builder.auth", "builder.auth-2").await;
    world.at(Span::from_mins(20));
    world
        .fleet
        .remembers("builder", leaves("builder.auth-2", &["retry"]))
        .await;
    looks(&world).await;
    hands_over(&world, 30, "builder.auth-2", "builder.auth-3").await;
    world.at(Span::from_mins(40));
    // The third only looks at its settings: the notes are still the second's.
    let settings = json!({"sessionId": "builder.auth-3", "config": {"knownQuirks": ["slow"]}});
    world.fleet.remembers("builder", settings).await;
    looks(&world).await;
    world.companion.suspend().await.unwrap();
    loses_its_cache(&mut world);
    world.at(Span::from_mins(41));
    looks(&world).await;
    let page = world.page("builder");
    let handed: Vec<_> = page
        .sessions
        .iter()
        .map(|row| {
            let took = row.took_over.as_ref().map(|took| (took.from.as_str(), took.work_items));
            (row.session.as_str(), took)
        })
        .collect();
    assert_eq!(
        handed,
        [
            ("builder.auth-3", Some(("builder.auth-2", 1))),
            ("builder.auth-2", Some(("builder.auth", 2))),
            ("builder.auth", None),
        ]
    );
}

#[tokio::test]
async fn two_live_sessions_are_flagged_and_an_agent_near_its_end_says_so() {
    let world = with_a_builder().await;
    assert_eq!(world.page("builder").live_sessions, 1);
    world.at(Span::from_mins(1));
    let second = json!({"sessionId": "builder.auth-2", "programId": "builder", "name": "Auth", "state": "working"});
    world.fleet.creates(second).await;
    let full = json!({"status": "Nearly full", "state": "working", "contextUsedPct": 91, "handoffRequired": true});
    world.fleet.updates("builder.auth-2", full).await;
    looks(&world).await;
    let page = world.page("builder");
    assert_eq!(page.live_sessions, 2);
    let session = page.session.unwrap();
    assert_eq!(session.session.as_str(), "builder.auth-2", "the newest is shown");
    assert!(page.row.hand_off_required);
    assert_eq!(session.context_left, ContextLeft::Percent(9.0));
}
