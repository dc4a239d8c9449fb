//! What the server forgets or makes up, and this device does not.

use cachebash_core::companion::{Companion, ProgramQuery, SessionQuery};
use cachebash_core::domain::{Capability, Percent, ProgramId, SessionId, SessionState, Span, Timestamp};
use cachebash_core::insight::{Cause, Gap, ProgramPage, Reading, RowProgress, Source, Standing};
use cachebash_core::wire::write_time;
use cachebash_tests::mock_server::{Endpoint, MockServer};
use serde_json::{Value, json};

use crate::scripted::{self, knows_nothing, phone_on, said_at, session};
use crate::world::{NOON, World};

fn builder(companion: &Companion) -> ProgramPage {
    let account = companion.accounts().unwrap().remove(0).id;
    companion.program(&account, &ProgramId::from("builder")).unwrap()
}

async fn refresh_builder(companion: &Companion) {
    let account = companion.accounts().unwrap().remove(0).id;
    companion
        .refresh_program(&account, &ProgramId::from("builder"))
        .await
        .unwrap();
}

#[tokio::test]
async fn t03_a_state_that_does_not_exist_was_never_written() {
    let world = World::new().await;
    world
        .fleet
        .creates(json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth"}))
        .await;
    world.refresh().await;
    let page = builder(&world.companion);
    assert_eq!(page.context.reading, Reading::Nothing);
    assert_eq!(
        page.context.written_at, None,
        "the defaults are stamped with the time of the call"
    );
    assert_eq!(
        (page.context.version, page.context.written_by, page.context.as_of),
        (None, None, Some(NOON))
    );
}

fn context(notes: &str) -> Value {
    json!({"lastTask": null, "activeWorkItems": ["cache"], "handoffNotes": notes, "openQuestions": ["401 or 403?"]})
}

fn state(notes: Option<&str>, written: Timestamp, log: &Value) -> Value {
    let empty = json!({"lastTask": null, "activeWorkItems": [], "handoffNotes": "", "openQuestions": []});
    json!({"success": true, "exists": true, "message": "", "state": {
        "programId": "builder", "version": 7, "lastUpdatedBy": "builder", "lastUpdatedAt": write_time(written),
        "sessionId": "builder.auth", "contextSummary": notes.map_or(empty, context), "learnedPatterns": [],
        "decay": {"contextSummaryTTLDays": 7, "learnedPatternMaxAge": 30, "maxUnpromotedPatterns": 50,
            "lastDecayRun": write_time(NOON), "decayLog": log}}})
}

fn entry(id: &str, notes: Option<&str>, at: Timestamp) -> Value {
    let empty = json!({"lastTask": null, "activeWorkItems": [], "handoffNotes": "", "openQuestions": []});
    json!({"id": id, "timestamp": write_time(at), "contextSummary": notes.map_or(empty, context),
        "sessionId": "builder.auth", "updatedBy": "builder"})
}

fn history(entries: &[Value]) -> Value {
    json!({"success": true, "programId": "builder", "entries": entries, "count": entries.len(), "message": ""})
}

fn has_builder(server: &MockServer) {
    server.when(Endpoint::ListSessions).answers(
        200,
        scripted::sessions(NOON, &[session("builder.auth", "builder", "x", NOON)]),
    );
}

#[tokio::test]
async fn b27_t09_context_history_is_read_before_the_read_that_may_wipe() {
    let server = MockServer::start().await;
    let (_phone, companion) = phone_on(&server).await;
    has_builder(&server);
    knows_nothing(&server, NOON);
    companion.refresh(None).await.unwrap();
    let paths: Vec<_> = server
        .seen()
        .into_iter()
        .map(|seen| seen.path)
        .filter(|path| path.contains("state"))
        .collect();
    assert_eq!(
        paths,
        ["/v1/program-state/builder/context-history", "/v1/program-state/builder"]
    );
    assert!(
        server.seen_at(Endpoint::Messages).is_empty(),
        "looking never drains messages"
    );
}

#[tokio::test]
async fn t09_what_the_server_cleared_is_kept_and_said_to_be_cleared() {
    let server = MockServer::start().await;
    let (_phone, companion) = phone_on(&server).await;
    has_builder(&server);
    let (written, cleared) = (
        NOON.minus(Span::from_mins(60 * 24 * 8)),
        NOON.minus(Span::from_mins(60)),
    );
    let log = json!([{"timestamp": write_time(cleared), "patternsMarkedStale": 0, "contextCleared": true}]);
    server.when(Endpoint::ContextHistory).answers(
        200,
        said_at(NOON, history(&[entry("1", Some("Mind the gap"), written)])),
    );
    server
        .when(Endpoint::ProgramState)
        .answers(200, said_at(NOON, state(None, written, &log)));
    knows_nothing(&server, NOON);
    companion.refresh(None).await.unwrap();
    let page = builder(&companion);
    assert_eq!(page.context.reading, Reading::Read);
    assert!(page.context.context.is_empty());
    let kept = page.context.cleared.unwrap();
    assert_eq!(kept.context.hand_off_notes, "Mind the gap");
    assert_eq!(kept.context.open_questions, ["401 or 403?"]);
    assert_eq!((kept.written_at, kept.cleared_at), (Some(written), Some(cleared)));
    assert_eq!(page.row.open_questions, 0, "a cleared question is no open one");
}

#[tokio::test]
async fn t09_what_is_kept_survives_a_history_that_is_gone_and_a_cache_that_is_lost() {
    let server = MockServer::start().await;
    let (phone, companion) = phone_on(&server).await;
    has_builder(&server);
    let written = NOON.minus(Span::from_mins(60));
    let log = json!([{"timestamp": write_time(NOON), "patternsMarkedStale": 0, "contextCleared": true}]);
    server
        .when(Endpoint::ContextHistory)
        .answers(
            200,
            said_at(NOON, history(&[entry("1", Some("Mind the gap"), written)])),
        )
        .once();
    server.when(Endpoint::ContextHistory).answers(
        200,
        json!({"success": true, "data": {"success": false, "error": "Access denied"}}),
    );
    server
        .when(Endpoint::ProgramState)
        .answers(200, said_at(NOON, state(Some("Mind the gap"), written, &json!([]))))
        .once();
    server
        .when(Endpoint::ProgramState)
        .answers(200, said_at(NOON, state(None, written, &log)));
    knows_nothing(&server, NOON);
    companion.refresh(None).await.unwrap();
    assert_eq!(builder(&companion).context.cleared, None, "nothing is cleared yet");
    companion.suspend().await.unwrap();
    for entry in std::fs::read_dir(phone.dir.path().join("accounts")).unwrap() {
        std::fs::remove_file(entry.unwrap().path().join("cache.sqlite")).unwrap();
    }
    companion.resume().await.unwrap();
    companion.refresh(None).await.unwrap();
    assert_eq!(
        builder(&companion).context.cleared.unwrap().context.hand_off_notes,
        "Mind the gap"
    );
}

#[tokio::test]
async fn t09_what_the_agent_emptied_itself_is_simply_empty() {
    let server = MockServer::start().await;
    let (_phone, companion) = phone_on(&server).await;
    has_builder(&server);
    let (written, emptied) = (NOON.minus(Span::from_mins(60)), NOON.minus(Span::from_mins(5)));
    let entries = [entry("2", None, emptied), entry("1", Some("Mind the gap"), written)];
    server
        .when(Endpoint::ContextHistory)
        .answers(200, said_at(NOON, history(&entries)));
    server
        .when(Endpoint::ProgramState)
        .answers(200, said_at(NOON, state(None, emptied, &json!([]))));
    knows_nothing(&server, NOON);
    companion.refresh(None).await.unwrap();
    let page = builder(&companion);
    assert!(page.context.context.is_empty());
    assert_eq!(page.context.cleared, None);
}

#[tokio::test]
async fn t10_the_first_name_and_the_last_real_progress_are_remembered() {
    let server = MockServer::start().await;
    let (phone, companion) = phone_on(&server).await;
    let later = NOON.plus(Span::from_secs(15));
    let mut first = session("builder.auth", "builder", "Auth module", NOON);
    first["progress"] = json!(45);
    // What the hosted server makes of an update that says only what it is doing.
    let mut second = session("builder.auth", "builder", "Writing tests", later);
    second["progress"] = json!(null);
    server
        .when(Endpoint::ListSessions)
        .answers(200, scripted::sessions(NOON, &[first]))
        .once();
    server
        .when(Endpoint::ListSessions)
        .answers(200, scripted::sessions(later, &[second]));
    knows_nothing(&server, NOON);
    companion.refresh(None).await.unwrap();
    phone.clock.advance(Span::from_secs(15));
    companion.refresh(None).await.unwrap();
    std::mem::forget(companion);
    let companion = phone.open();

    let row = builder(&companion).row;
    assert_eq!(row.state, Some(SessionState::Working));
    assert_eq!(row.status.as_deref(), Some("Writing tests"));
    assert_eq!(
        row.progress,
        RowProgress::Last {
            percent: Percent::of(45.0),
            at: NOON
        },
        "not 0 %, not nothing"
    );
    let window = companion.sessions(&SessionQuery::default()).unwrap();
    assert_eq!(window.rows[0].name.as_deref(), Some("Auth module"));
    let history = builder(&companion).history.unwrap();
    let samples: Vec<_> = history
        .samples
        .iter()
        .map(|sample| sample.progress.reported())
        .collect();
    assert_eq!(samples, [Some(45.0), None]);
}

#[tokio::test]
async fn progress_beats_and_the_times_nobody_watched_are_kept() {
    let world = World::new().await;
    let session = SessionId::from("builder.auth");
    world
        .fleet
        .creates(json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth", "progress": 0}))
        .await;
    world.refresh().await;
    for (seconds, progress) in [(15, 10), (30, 10), (330, 18), (345, 10)] {
        world.at(Span::from_secs(seconds));
        let change = json!({"status": "on", "state": "working", "progress": progress, "lastHeartbeat": true});
        world.fleet.updates("builder.auth", change).await;
        world.refresh().await;
    }
    let history = world.companion.progress_history(&world.account.id, &session).unwrap();
    let at = |seconds| NOON.plus(Span::from_secs(seconds));
    let samples: Vec<_> = history
        .samples
        .iter()
        .map(|sample| (sample.at, sample.progress.reported().unwrap()))
        .collect();
    assert_eq!(
        samples,
        [(at(0), 0.0), (at(15), 10.0), (at(330), 18.0), (at(345), 10.0)]
    );
    assert_eq!(
        history.gaps,
        [Gap {
            from: at(30),
            until: at(330)
        }]
    );
    assert!(
        history.beats.ends_with(&[at(15), at(30), at(330), at(345)]),
        "{:?}",
        history.beats
    );
    assert_eq!((history.seen_since, history.seen_until), (Some(at(0)), Some(at(345))));
    let account = world.account.id.clone();
    assert!(
        world
            .companion
            .progress_history(&account, &SessionId::from("nobody"))
            .is_err()
    );
}

#[tokio::test]
async fn a_missing_right_is_shown_where_its_data_would_stand() {
    let server = MockServer::start().await;
    let (_phone, companion) = phone_on(&server).await;
    has_builder(&server);
    server.when(Endpoint::ListKeys).fails(
        500,
        "INTERNAL_ERROR",
        "Insufficient capability: list_keys requires \"keys.read\"",
    );
    server.when(Endpoint::ContextHistory).fails(
        500,
        "INTERNAL_ERROR",
        "Insufficient capability: get_context_history requires \"state.read\"",
    );
    knows_nothing(&server, NOON);
    refresh_builder(&companion).await;
    let page = builder(&companion);
    let lacks = |word: &str| Reading::NoPermission {
        capability: Some(Capability::new(word)),
    };
    assert_eq!(page.keys.reading, lacks("keys.read"));
    assert_eq!(page.context.reading, lacks("state.read"));
    assert_eq!(page.notice, None);
    let asked = server.seen_at(Endpoint::ContextHistory).len();
    companion.refresh(None).await.unwrap();
    assert_eq!(
        server.seen_at(Endpoint::ContextHistory).len(),
        asked,
        "not asked again every period"
    );
    let overview = companion.overview(&ProgramQuery::default()).unwrap();
    let report = overview
        .sources
        .iter()
        .find(|report| report.source == Source::ProgramState)
        .unwrap();
    assert_eq!(report.standing, Standing::Failed);
    assert!(matches!(report.cause, Some(Cause::Forbidden { .. })));
}

#[tokio::test]
async fn a_hand_off_written_by_a_session_that_ends_is_read() {
    let world = World::new().await;
    world
        .fleet
        .creates(json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth", "progress": 90}))
        .await;
    world.refresh().await;
    world.at(Span::from_secs(30));
    world.refresh().await;
    world.at(Span::from_secs(45));
    world
        .fleet
        .remembers(
            "builder",
            json!({"contextSummary": {"handoffNotes": "One edge case left"}}),
        )
        .await;
    world
        .fleet
        .updates("builder.auth", json!({"status": "Done", "state": "complete"}))
        .await;
    world.refresh().await;
    let page = builder(&world.companion);
    assert_eq!(page.context.context.hand_off_notes, "One edge case left");
    assert_eq!(page.context.written_at, Some(NOON.plus(Span::from_secs(45))));
}

#[tokio::test]
async fn a_program_the_server_does_not_know_has_no_state_and_that_is_no_trouble() {
    let server = MockServer::start().await;
    let (_phone, companion) = phone_on(&server).await;
    has_builder(&server);
    let unknown = json!({"success": false, "error": "Unknown program: builder"});
    for endpoint in [Endpoint::ContextHistory, Endpoint::ProgramState] {
        server.when(endpoint).answers(200, said_at(NOON, unknown.clone()));
    }
    knows_nothing(&server, NOON);
    companion.refresh(None).await.unwrap();
    let page = builder(&companion);
    assert_eq!((page.context.reading, page.notice), (Reading::Nothing, None));
}

#[tokio::test]
async fn what_was_seen_lately_is_shown_at_once_and_written_within_ten_minutes_or_on_suspend() {
    let mut world = World::new().await;
    world
        .fleet
        .creates(json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth", "progress": 10}))
        .await;
    world.refresh().await;
    let seen = |world: &World| -> Vec<f64> {
        let session = SessionId::from("builder.auth");
        let history = world.companion.progress_history(&world.account.id, &session).unwrap();
        history
            .samples
            .iter()
            .filter_map(|sample| sample.progress.reported())
            .collect()
    };
    let report = async |world: &World, minute, progress| {
        world.at(Span::from_mins(minute));
        world
            .fleet
            .updates("builder.auth", json!({"status": "On", "progress": progress}))
            .await;
        world.refresh().await;
    };
    report(&world, 1, 20).await;
    assert_eq!(seen(&world), [10.0, 20.0], "shown before it is written");
    world.kill_and_start();
    assert_eq!(seen(&world), [10.0], "a kill costs what was seen lately");
    assert_eq!(
        world.row("builder").progress,
        RowProgress::Percent(Percent::of(20.0)),
        "and no row"
    );
    world.refresh().await;
    assert_eq!(seen(&world), [10.0, 20.0], "what the record still says is seen again");

    report(&world, 2, 30).await;
    report(&world, 12, 40).await;
    world.kill_and_start();
    assert_eq!(
        seen(&world),
        [10.0, 20.0, 30.0, 40.0],
        "after ten minutes it is on the disk"
    );

    report(&world, 13, 50).await;
    world.companion.suspend().await.unwrap();
    world.companion = world.phone.open();
    assert_eq!(seen(&world), [10.0, 20.0, 30.0, 40.0, 50.0], "a suspend writes it");
}
