//! The flight recorder: what was recorded, played to the real core, ends with the rows and pages of then.

use cachebash_core::companion::{Difference, NewKey, Replay, ReplayError, WakeBudget};
use cachebash_core::domain::{Action, ContextEdit, Delivery, ProgramId, Span};
use cachebash_core::insight::{Overview, ProgramPage};
use cachebash_tests::files::files;
use cachebash_tests::line::Mode;
use serde_json::json;
use tempfile::TempDir;

use crate::acts::{message, reply};
use crate::world::{World, issued};

/// A text that only an agent or a person wrote.
const SECRET: &str = "zanzibar";

impl World {
    async fn records(&self, texts: bool) {
        let account = &self.account.id;
        self.companion.start_recording(account, texts).await.unwrap();
    }

    async fn recording(&self) -> Vec<u8> {
        self.companion.recording(&self.account.id).await.unwrap()
    }

    /// A quarter of an hour in which most things happen that can.
    async fn lives_through_a_quarter_of_an_hour(&self) {
        let builder = ProgramId::from("builder");
        self.fleet
            .creates(json!({
                "sessionId": "builder.auth", "programId": "builder", "name": "Auth", "state": "working", "progress": 10,
                "status": format!("Writing {SECRET}"), "projectName": format!("project {SECRET}"),
            }))
            .await;
        self.fleet
            .remembers(
                "builder",
                json!({ "contextSummary": { "handoffNotes": format!("Notes of {SECRET}"), "openQuestions": [
                    format!("Which {SECRET}?"), "And when?"] } }),
            )
            .await;
        self.companion
            .refresh_program(&self.account.id, &builder)
            .await
            .unwrap();
        for (minute, progress) in [(1, 20), (3, 30), (5, 25)] {
            self.at(Span::from_mins(minute));
            self.fleet
                .updates(
                    "builder.auth",
                    json!({ "status": format!("Step {minute} of {SECRET}"), "progress": progress }),
                )
                .await;
            self.refresh().await;
        }
        self.companion.allow_writes(&self.account.id, true).unwrap();
        self.asks_all(vec![
            reply(&builder, &format!("Which {SECRET}?"), "The island"),
            about_it("nobody-here"),
            notes("Notes of somebody else"),
        ])
        .await;
        self.companion.deliver(&self.account.id).await.unwrap();

        self.line.is(Mode::Cut);
        self.at(Span::from_mins(8));
        self.refresh().await;
        self.asks_all(vec![about_it("builder")]).await;
        self.companion.deliver(&self.account.id).await.unwrap();
        self.line.is(Mode::Open);
        self.at(Span::from_mins(12));
        self.fleet
            .updates(
                "builder.auth",
                json!({ "status": format!("What of {SECRET}?"), "state": "blocked", "progress": 25 }),
            )
            .await;
        self.refresh().await;
        self.at(Span::from_mins(15));
    }

    /// One key is made, one is lost, and the phone's own replaced.
    async fn makes_keys(&self) {
        let key = NewKey {
            program: ProgramId::from("deployer"),
            label: format!("Key for {SECRET}"),
            capabilities: None,
            ttl_days: None,
        };
        issued(self.companion.create_key(&self.account.id, key.clone()).await.unwrap());
        self.line.loses_the_reply_to("POST /v1/keys");
        self.companion.create_key(&self.account.id, key).await.unwrap();
        self.companion.deliver(&self.account.id).await.unwrap();
        issued(self.companion.rotate_key(&self.account.id).await.unwrap());
    }

    async fn asks_all(&self, actions: Vec<Action>) {
        for action in actions {
            self.companion.ask(&self.account.id, action).await.unwrap();
        }
    }
}

fn about_it(to: &str) -> Action {
    message(to, &format!("About {SECRET}"))
}

fn notes(seen: &str) -> Action {
    Action::EditContext {
        program: ProgramId::from("builder"),
        edit: ContextEdit::HandOffNotes(format!("Mine of {SECRET}")),
        seen: ContextEdit::HandOffNotes(seen.to_owned()),
    }
}

/// What is not the recorded account's own: its name and address here.
fn rows_of(overview: &Overview) -> String {
    let Overview {
        headline,
        sections,
        asked,
        rows,
        as_of,
        judged_at,
        now,
        server_offset,
        fresh,
        notice,
        sources,
        ..
    } = overview;
    format!(
        "{headline:#?}{sections:#?}{asked:#?}{rows:#?}{as_of:?}{judged_at:?}{now:?}{server_offset:?}{fresh}{notice:#?}{sources:#?}"
    )
}

async fn play(recording: &[u8]) -> (Replay, TempDir) {
    let folder = TempDir::new().unwrap();
    let replay = Replay::of(folder.path(), recording).await.unwrap();
    (replay, folder)
}

fn all_of(replay: &Replay) -> (Overview, ProgramPage, Vec<Delivery>) {
    let companion = &replay.companion;
    let overview = companion.overview(&Default::default()).unwrap();
    let page = companion.program(&replay.account, &ProgramId::from("builder")).unwrap();
    let outbox = companion.outbox(None).unwrap().lines;
    (
        overview,
        page,
        outbox.into_iter().map(|line| line.entry.delivery).collect(),
    )
}

#[tokio::test]
async fn a_recording_that_is_played_ends_with_the_rows_and_pages_of_then() {
    let world = World::new().await;
    world.refresh().await;
    world.records(true).await;
    world.lives_through_a_quarter_of_an_hour().await;
    world.makes_keys().await;

    let (replay, _folder) = play(&world.recording().await).await;
    assert_eq!(replay.differences, []);
    let (overview, page, outbox) = all_of(&replay);
    assert_eq!(rows_of(&overview), rows_of(&world.overview()));
    assert_eq!(format!("{page:#?}"), format!("{:#?}", world.page("builder")));
    let then: Vec<_> = world.companion.outbox(None).unwrap().lines;
    assert_eq!(
        outbox,
        then.into_iter().map(|line| line.entry.delivery).collect::<Vec<_>>()
    );
    assert!(outbox.len() >= 2, "one refused, one over what had changed: {outbox:?}");
}

#[tokio::test]
async fn without_texts_nobody_learns_what_was_written_and_the_rows_stand_as_they_did() {
    let world = World::new().await;
    world.refresh().await;
    world.records(false).await;
    world.lives_through_a_quarter_of_an_hour().await;
    world.makes_keys().await;

    let recording = world.recording().await;
    let text = String::from_utf8(recording.clone()).unwrap();
    assert!(!text.to_lowercase().contains(SECRET), "{text}");
    assert!(!text.contains("island") && !text.contains("And when"));

    let (replay, _folder) = play(&recording).await;
    assert_eq!(replay.differences, []);
    let (overview, page, outbox) = all_of(&replay);
    let (then, now) = (world.row("builder"), overview.rows[0].clone());
    assert_eq!(
        (
            now.section,
            now.state,
            now.progress,
            now.last_heard,
            now.finding,
            now.waiting
        ),
        (
            then.section,
            then.state,
            then.progress,
            then.last_heard,
            then.finding,
            then.waiting
        )
    );
    assert_eq!(page.history, world.page("builder").history);
    assert_eq!(page.replies.len(), world.page("builder").replies.len());
    let receipts = |page: &ProgramPage| {
        page.replies
            .iter()
            .map(|reply| format!("{:?}", reply.progress))
            .collect::<Vec<_>>()
    };
    assert_eq!(receipts(&page), receipts(&world.page("builder")));
    assert_eq!(outbox.len(), world.companion.outbox(None).unwrap().lines.len());
}

#[tokio::test]
async fn nothing_is_recorded_until_somebody_says_so_and_what_was_goes_when_they_say_so() {
    let world = World::new().await;
    world.lives_through_a_quarter_of_an_hour().await;
    let is_recorded = || {
        files(world.phone.dir.path())
            .keys()
            .any(|path| path.to_string_lossy().contains("flight"))
    };
    assert!(!is_recorded());
    assert_eq!(world.companion.records_texts(&world.account.id).unwrap(), None);
    assert!(world.recording().await.is_empty());

    world.records(false).await;
    world.refresh().await;
    assert!(is_recorded());
    assert_eq!(world.companion.records_texts(&world.account.id).unwrap(), Some(false));
    world.companion.stop_recording(&world.account.id).await.unwrap();
    assert!(!is_recorded());
}

#[tokio::test]
async fn a_recording_goes_on_after_a_kill_and_goes_with_the_account() {
    let mut world = World::new().await;
    world.records(true).await;
    world.refresh().await;
    world.kill_and_start();
    world.lives_through_a_quarter_of_an_hour().await;
    let recording = world.recording().await;
    let begun = String::from_utf8(recording.clone())
        .unwrap()
        .matches("{\"begun\":")
        .count();
    assert_eq!(begun, 2);
    let (replay, _folder) = play(&recording).await;
    assert_eq!(replay.differences, []);
    assert_eq!(rows_of(&all_of(&replay).0), rows_of(&world.overview()));

    // A key is in no recording, whoever's.
    let key = world.fleet.owner.reveal();
    assert!(!String::from_utf8(recording).unwrap().contains(&key[3..]));
    world.companion.remove_account(&world.account.id).await.unwrap();
    assert!(
        !files(world.phone.dir.path())
            .keys()
            .any(|path| path.to_string_lossy().contains("flight"))
    );
}

/// Looks by the clock at a server that tells its changes: a cursor, and no lists.
#[tokio::test]
async fn what_was_followed_is_played_as_it_was_followed() {
    let world = World::new().await;
    world.records(true).await;
    world.lives_through_a_quarter_of_an_hour().await;
    let budget = WakeBudget {
        time: Span::from_mins(1),
        requests: 40,
    };
    for (minute, progress) in [(16, 30), (17, 35), (18, 40)] {
        world.at(Span::from_mins(minute));
        let change = json!({"status": format!("Step {minute}"), "state": "working", "progress": progress});
        world.fleet.updates("builder.auth", change).await;
        assert!(world.companion.wake(budget).await.unwrap().in_time);
    }
    assert!(world.line.count("GET /v1/sync?cursor=") >= 2, "it follows");
    let (replay, _folder) = play(&world.recording().await).await;
    assert_eq!(replay.differences, []);
    let (overview, page, _) = all_of(&replay);
    assert_eq!(rows_of(&overview), rows_of(&world.overview()));
    assert_eq!(format!("{page:#?}"), format!("{:#?}", world.page("builder")));
    assert_eq!(overview.rows[0].status.as_deref(), Some("Step 18"));
}

#[tokio::test]
async fn a_recording_that_does_not_fit_says_where() {
    let world = World::new().await;
    world.records(false).await;
    world.lives_through_a_quarter_of_an_hour().await;
    let text = String::from_utf8(world.recording().await).unwrap();

    let other = text.replacen("/v1/fleet/health", "/v1/fleet/wealth", 1);
    assert_ne!(other, text);
    let (replay, _folder) = play(other.as_bytes()).await;
    let first = replay.differences.first();
    assert!(
        matches!(first, Some(Difference::AskedOtherwise { then, now, .. })
            if then.contains("wealth") && now.contains("health")),
        "{first:?}"
    );

    let folder = TempDir::new().unwrap();
    for (text, error) in [
        (String::new(), ReplayError::Empty),
        ("hello".to_owned(), ReplayError::Line(1)),
        (text.replacen("\"format\":1", "\"format\":9", 1), ReplayError::Format(9)),
    ] {
        assert_eq!(Replay::of(folder.path(), text.as_bytes()).await.err(), Some(error));
    }
    // Cut off in the middle of a line, as by the end of a process: what is whole is played.
    let (replay, _folder) = play(&text.as_bytes()[..text.len() - 20]).await;
    assert_eq!(replay.differences, []);
}

/// What fuzzing mutates. `RECORDING_UPDATE=1` takes it anew, when recordings have another form.
#[tokio::test]
async fn the_recording_that_fuzzing_starts_from_is_still_read() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/recording.jsonl");
    if std::env::var_os("RECORDING_UPDATE").is_some() {
        let world = World::new().await;
        world.records(true).await;
        world.lives_through_a_quarter_of_an_hour().await;
        std::fs::write(file, world.recording().await).unwrap();
    }
    let (replay, _folder) = play(&std::fs::read(file).unwrap()).await;
    assert!(replay.lines > 20, "{}", replay.lines);
    assert_eq!(
        replay.differences,
        [],
        "another order of asking needs another recording"
    );
}
