//! What each source says, since when and why not: from real replies and from nothing else.

use cachebash_core::companion::ProgramQuery;
use cachebash_core::domain::{Capability, Span};
use cachebash_core::insight::{Cause, Notice, Source, SourceReport, Standing};
use cachebash_tests::mock_server::{Endpoint, MockServer};
use serde_json::json;

use crate::scripted::{self, knows_nothing, phone_on, session};
use crate::world::{NOON, World};
use cachebash_tests::line::Mode;

fn of(reports: &[SourceReport], source: Source) -> SourceReport {
    reports.iter().find(|report| report.source == source).unwrap().clone()
}

#[tokio::test]
async fn b11_the_as_of_is_the_time_of_the_reply_not_of_the_agent_nor_of_this_device() {
    let server = MockServer::start().await;
    let (phone, companion) = phone_on(&server).await;
    let (agent, reply) = (NOON.minus(Span::from_mins(20)), NOON.plus(Span::from_mins(7)));
    server
        .when(Endpoint::ListSessions)
        .answers(200, scripted::sessions(reply, &[session("b.1", "builder", "x", agent)]));
    knows_nothing(&server, reply);
    phone.clock.advance(Span::from_secs(3));
    companion.refresh(None).await.unwrap();
    let overview = companion.overview(&ProgramQuery::default()).unwrap();
    assert_eq!(overview.as_of, Some(reply));
    assert_eq!(overview.server_offset, reply.since(NOON.plus(Span::from_secs(3))));
    assert_eq!(
        overview.now, reply,
        "this device's clock, moved by what the reply showed"
    );
    assert_eq!(overview.rows[0].last_heard, Some(agent));
    assert!(overview.fresh);
}

#[tokio::test]
async fn b12_every_source_says_how_it_stands_since_when_and_why() {
    let server = MockServer::start().await;
    let (phone, companion) = phone_on(&server).await;
    server
        .when(Endpoint::FleetHealth)
        .answers(200, scripted::fleet(NOON, &[]))
        .once();
    server.when(Endpoint::FleetHealth).fails(500, "INTERNAL_ERROR", "no");
    server.when(Endpoint::SessionHistory).fails(
        500,
        "INTERNAL_ERROR",
        "Insufficient capability: list_history requires \"metrics.read\"",
    );
    for seconds in [0, 15, 30] {
        let at = NOON.plus(Span::from_secs(seconds));
        server
            .when(Endpoint::ListSessions)
            .answers(200, scripted::sessions(at, &[]))
            .once();
    }
    knows_nothing(&server, NOON);
    companion.refresh(None).await.unwrap();
    assert_eq!(
        companion.overview(&ProgramQuery::default()).unwrap().notice,
        None,
        "a missing right is no trouble"
    );

    phone.clock.advance(Span::from_secs(15));
    let first = companion.refresh(None).await.unwrap().sources;
    phone.clock.advance(Span::from_secs(15));
    let second = companion.refresh(None).await.unwrap().sources;
    let overview = companion.overview(&ProgramQuery::default()).unwrap();
    assert_eq!(overview.notice, Some(Notice::Partial), "said after the first failure");
    assert_eq!(overview.sources, second);

    assert_eq!(of(&second, Source::Sessions).standing, Standing::Fresh);
    let fleet = of(&second, Source::FleetHealth);
    assert_eq!(
        (fleet.standing, fleet.cause),
        (Standing::Failed, Some(Cause::ServerUnavailable))
    );
    assert_eq!(fleet.as_of, Some(NOON), "what was known is still as of then");
    assert_eq!(
        fleet.since,
        Some(NOON.plus(Span::from_secs(15))),
        "since its first failure"
    );
    assert_eq!(of(&first, Source::FleetHealth).since, fleet.since);
    let capability = Some(Capability::new("metrics.read"));
    assert_eq!(
        of(&second, Source::SessionHistory).cause,
        Some(Cause::Forbidden { capability })
    );
    assert_eq!(of(&second, Source::Keys).standing, Standing::NeverRead);
}

#[tokio::test]
async fn offline_is_said_of_all_sources_and_the_first_reply_takes_it_back() {
    let world = World::new().await;
    world
        .fleet
        .creates(json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth"}))
        .await;
    world.refresh().await;
    world.line.is(Mode::Cut);
    world.at(Span::from_secs(15));
    world.refresh().await;
    let offline = world.overview();
    assert_eq!(offline.notice, Some(Notice::Offline { as_of: Some(NOON) }));
    assert!(!offline.fresh, "a failed source is not fresh");
    assert_eq!(of(&offline.sources, Source::ProgramState).cause, Some(Cause::Offline));

    world.line.is(Mode::Open);
    world.at(Span::from_secs(30));
    world.refresh().await;
    let back = world.overview();
    assert_eq!(back.notice, None, "{:?}", back.sources);
    assert!(back.fresh);
}

#[tokio::test]
async fn a_refused_key_says_so_and_the_rows_stay() {
    let server = MockServer::start().await;
    let (_phone, companion) = phone_on(&server).await;
    server
        .when(Endpoint::ListSessions)
        .answers(200, scripted::sessions(NOON, &[session("b.1", "builder", "x", NOON)]))
        .once();
    server.when(Endpoint::ListSessions).fails(401, "UNAUTHORIZED", "no");
    knows_nothing(&server, NOON);
    companion.refresh(None).await.unwrap();
    let asked = server.seen().len();
    companion.refresh(None).await.unwrap();
    assert_eq!(
        server.seen().len(),
        asked + 1,
        "nothing else is asked with a refused key"
    );
    let overview = companion.overview(&ProgramQuery::default()).unwrap();
    assert_eq!(overview.notice, Some(Notice::KeyRefused { as_of: Some(NOON) }));
    assert_eq!(overview.total, 1);
}
