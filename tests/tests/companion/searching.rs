//! Searching what is kept on this phone: every kind of text, several servers in one list, and nothing left behind.

use std::collections::BTreeSet;

use cachebash_core::companion::CompanionError;
use cachebash_core::domain::{Action, MessageKind, NewMessage, OpenQuestion, ProgramId, Span};
use cachebash_core::search::{Hit, HitKind, Opens, SearchPage, SearchQuery};
use cachebash_core::sync::Turn;
use cachebash_tests::files::files;
use cachebash_tests::line::Mode;
use serde_json::json;

use crate::world::{Fleet, NOON, World, new_account};

fn secs(seconds: i64) -> Span {
    Span::from_secs(seconds)
}

fn of(text: &str) -> SearchQuery {
    SearchQuery {
        text: text.to_owned(),
        ..SearchQuery::default()
    }
}

impl World {
    async fn searches(&self, query: &SearchQuery) -> SearchPage {
        self.companion.search(query).await.unwrap()
    }

    async fn hits(&self, text: &str) -> Vec<Hit> {
        self.searches(&of(text)).await.hits
    }

    /// A fleet in which every kind of text speaks of the aqueduct.
    async fn of_aqueducts() -> Self {
        let world = Self::new().await;
        let owner = world.fleet.owner.clone();
        let session = json!({"sessionId": "aqueduct.one", "programId": "aqueduct", "name": "Building the aqueduct"});
        world.fleet.creates(session).await;
        let state = json!({"contextSummary": {
            "handoffNotes": "The aqueduct leaks at its third arch.",
            "openQuestions": ["How high is an aqueduct?"],
            "activeWorkItems": ["Aqueduct arches"],
            "lastTask": {"taskId": "t", "title": "Survey of the aqueduct", "outcome": "completed", "notes": ""},
        }});
        world.fleet.remembers("aqueduct", state).await;
        let agent = world.fleet.key_of("aqueduct").await;
        for (path, key, body) in [
            (
                "/v1/messages",
                &owner,
                json!({"source": "legacy", "target": "aqueduct", "message": "Mind the aqueduct",
                "message_type": "DIRECTIVE"}),
            ),
            (
                "/v1/tasks",
                &owner,
                json!({"title": "Fill the aqueduct", "target": "aqueduct", "instructions": "To the brim."}),
            ),
            ("/v1/questions", &agent, json!({"question": "Close the aqueduct now?"})),
            (
                "/v1/alerts",
                &agent,
                json!({"message": "Aqueduct overflow", "sessionId": "aqueduct.one"}),
            ),
            (
                "/v1/sprints",
                &owner,
                json!({"projectName": "rome", "branch": "main",
                "stories": [{"id": "s-1", "title": "Arches of the aqueduct"}]}),
            ),
        ] {
            world.at(secs(1));
            world.fleet.posts(key, path, body).await;
        }
        let in_a_group = json!({"groups": ["aqueduct-builders"]});
        world.fleet.patches(&owner, "/v1/programs/aqueduct", in_a_group).await;
        world.companion.allow_writes(&world.account.id, true).unwrap();
        world.reads_all().await;
        world
    }

    async fn reads_all(&self) {
        let turns = [Turn::Questions, Turn::Alerts, Turn::Tasks];
        self.companion.refresh_lists(None, &turns).await.unwrap();
        let program = ProgramId::from("aqueduct");
        self.companion
            .refresh_program(&self.account.id, &program)
            .await
            .unwrap();
        self.companion.refresh_sprints(None).await.unwrap();
        self.companion.list_keys(&self.account.id).await.unwrap();
    }

    async fn replies_with(&self, text: &str) {
        let reply = Action::SendMessage(NewMessage {
            to: "aqueduct".to_owned(),
            text: text.to_owned(),
            kind: MessageKind::Directive,
            replies_to: Some(OpenQuestion {
                program: ProgramId::from("aqueduct"),
                text: "How high is an aqueduct?".to_owned(),
                occurrence: 0,
            }),
        });
        self.companion.ask(&self.account.id, reply).await.unwrap();
    }
}

#[tokio::test]
async fn every_kind_of_text_is_found_and_says_what_it_is_and_what_it_opens() {
    let world = World::of_aqueducts().await;
    world.replies_with("An aqueduct is 49 m high").await;
    world.companion.deliver(&world.account.id).await.unwrap();
    world.reads_all().await;
    world.line.is(Mode::Cut);
    world.replies_with("An aqueduct, once more").await;

    let page = world.searches(&of("aqued")).await;
    let kinds: BTreeSet<HitKind> = page.hits.iter().map(|hit| hit.kind).collect();
    assert_eq!(kinds, HitKind::ALL.into_iter().collect());
    assert_eq!(page.total, page.kinds.iter().map(|kind| kind.count).sum::<u32>());
    for hit in &page.hits {
        assert_eq!(hit.account, world.account.id);
        let marked: String = hit
            .parts()
            .iter()
            .filter(|part| part.1)
            .map(|part| part.0.to_lowercase())
            .collect();
        assert!(marked.starts_with("aqued"), "{:?}: {marked}", hit.kind);
        let whole: String = hit.parts().iter().map(|part| part.0).collect();
        assert_eq!(whole, hit.piece);
        let program = ProgramId::from("aqueduct");
        let opens_well = match hit.kind {
            HitKind::Session => {
                matches!(&hit.opens, Opens::Session { session, .. } if session.as_str() == "aqueduct.one")
            }
            HitKind::AskedQuestion => matches!(&hit.opens, Opens::Question { .. }),
            HitKind::Task => matches!(&hit.opens, Opens::Task { .. }),
            HitKind::Message | HitKind::Reply => matches!(&hit.opens, Opens::Message { .. }),
            HitKind::Alert => matches!(&hit.opens, Opens::Alert { .. }),
            HitKind::Group => matches!(&hit.opens, Opens::Group { group } if group == "aqueduct-builders"),
            HitKind::Sprint => matches!(&hit.opens, Opens::Sprint { .. }),
            HitKind::Key => matches!(&hit.opens, Opens::Key { .. }),
            HitKind::Outbox => matches!(&hit.opens, Opens::Outbox { .. }),
            _ => hit.opens == Opens::Program { program },
        };
        assert!(opens_well, "{:?} opens {:?}", hit.kind, hit.opens);
        // Of a group nobody tells since when there is one.
        assert_eq!(hit.at.is_some(), hit.kind != HitKind::Group, "{:?}", hit.kind);
    }
    let reply = page.hits.iter().find(|hit| hit.kind == HitKind::Reply).unwrap();
    assert_eq!(
        reply.program,
        Some(ProgramId::from("aqueduct")),
        "about whom it is, not who wrote it"
    );
    assert_eq!(page.hits[0].kind, HitKind::Program, "a name comes first");
    let reach = page.reach;
    // A sprint and its story are tasks, too.
    assert_eq!((reach.states_read, reach.tasks, reach.questions_whole), (1, 3, true));
    assert!(reach.messages_since.is_some());
}

#[tokio::test]
async fn hits_are_chosen_by_kind_and_program_and_come_in_pages() {
    let world = World::new().await;
    for number in 0..7 {
        let program = if number == 0 { "reviewer" } else { "builder" };
        let id = format!("{program}.s{number}");
        let session =
            json!({"sessionId": id, "programId": program, "name": "Weaving", "status": format!("Loom {number}")});
        world.fleet.creates(session).await;
        world.at(secs(number + 1));
    }
    world.refresh().await;
    let query = of("loom");
    let all = world.searches(&query).await;
    assert_eq!((all.total, all.hits.len()), (7, 7));
    let times: Vec<_> = all.hits.iter().map(|hit| hit.at).collect();
    assert!(times.is_sorted_by(|newer, older| newer > older), "newest first");

    let page = SearchQuery {
        offset: 4,
        limit: 2,
        ..query.clone()
    };
    assert_eq!(world.searches(&page).await.hits, all.hits[4..6]);
    let beyond = SearchQuery {
        offset: 7,
        ..query.clone()
    };
    let beyond = world.searches(&beyond).await;
    assert_eq!((beyond.total, beyond.hits.len()), (7, 0));
    let of_reviewer = SearchQuery {
        program: Some(ProgramId::from("reviewer")),
        ..query.clone()
    };
    assert_eq!(world.searches(&of_reviewer).await.total, 1);
    let notes = SearchQuery {
        kind: Some(HitKind::HandOffNotes),
        ..query
    };
    let notes = world.searches(&notes).await;
    assert_eq!(
        (notes.total, notes.kinds[0].count),
        (0, 7),
        "what other kinds have is still told"
    );
}

#[tokio::test]
async fn what_was_read_since_is_found_and_what_went_is_not() {
    let world = World::of_aqueducts().await;
    assert_eq!(world.hits("leaks").await.len(), 1);
    let state = json!({"contextSummary": {"handoffNotes": "Tight again.", "openQuestions": [], "activeWorkItems": []}});
    world.fleet.remembers("aqueduct", state).await;
    world.at(secs(30));
    world.reads_all().await;
    assert!(world.hits("leaks").await.is_empty());
    let hit = world.hits("tight").await.remove(0);
    assert_eq!((hit.kind, hit.piece.as_str()), (HitKind::HandOffNotes, "Tight again."));
}

#[tokio::test]
async fn several_servers_are_one_list_and_a_removed_one_leaves_no_word_behind() {
    let world = World::of_aqueducts().await;
    let other = Fleet::start().await;
    let session = json!({"sessionId": "mill.one", "programId": "mill", "name": "Mill", "status": "Fed by the aqueduct of Quintilia"});
    other.clock.set(NOON.plus(secs(60)));
    other.creates(session).await;
    let second = world
        .companion
        .add_account(new_account(&other.url, &other.owner))
        .await
        .unwrap();
    world.at(secs(60));
    world.refresh().await;
    let page = world.searches(&of("aqueduct")).await;
    let of_accounts: BTreeSet<_> = page.hits.iter().map(|hit| hit.account.clone()).collect();
    assert_eq!(of_accounts.len(), 2);
    let newest = page.hits.iter().find(|hit| hit.kind != HitKind::Program).unwrap();
    assert_eq!(newest.account, second.id);
    let only = SearchQuery {
        account: Some(second.id.clone()),
        ..of("aqueduct")
    };
    assert_eq!(world.searches(&only).await.total, 1);

    world.companion.remove_account(&second.id).await.unwrap();
    assert!(world.hits("quintilia").await.is_empty());
    assert_eq!(
        world.companion.search(&only).await.unwrap_err(),
        CompanionError::NotFound
    );
    world.companion.suspend().await.unwrap();
    let left = files(world.phone.dir.path());
    let has_word = |bytes: &[u8]| bytes.to_ascii_lowercase().windows(9).any(|word| word == b"quintilia");
    assert!(!left.values().any(|bytes| has_word(bytes)));
    assert!(
        left.keys().any(|path| path.ends_with("search.sqlite")),
        "the other one's index is still there"
    );
}

#[tokio::test]
async fn a_key_that_an_agent_pasted_is_not_in_the_index() {
    let world = World::new().await;
    let pasted = format!("cb_{}", "5".repeat(64));
    let session = json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth", "status": format!("Trying {pasted} now")});
    world.fleet.creates(session).await;
    world.refresh().await;
    assert!(world.hits("trying").await[0].piece.contains("Trying cb_… now"));
    let where_it_was = world.hits(&pasted).await.remove(0);
    assert!(
        !where_it_was.piece.contains("555"),
        "who looks for it finds where it was"
    );
    world.companion.suspend().await.unwrap();
    for (file, bytes) in files(world.phone.dir.path()) {
        let found = bytes.windows(40).any(|window| window.iter().all(|byte| *byte == b'5'));
        assert!(!found, "{}", file.display());
    }
}

#[tokio::test]
async fn what_was_sent_from_here_is_found_though_no_list_of_messages_was_read() {
    let world = World::of_aqueducts().await;
    let message = Action::SendMessage(NewMessage {
        to: "aqueduct".to_owned(),
        text: "Open the sluices".to_owned(),
        kind: MessageKind::Directive,
        replies_to: None,
    });
    world.companion.ask(&world.account.id, message).await.unwrap();
    world.companion.deliver(&world.account.id).await.unwrap();
    assert!(world.companion.outbox(None).unwrap().lines.is_empty());
    let hits = world.hits("sluices").await;
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0].kind, HitKind::Message);
    let aqueduct = ProgramId::from("aqueduct");
    world
        .companion
        .refresh_messages(&world.account.id, &aqueduct)
        .await
        .unwrap();
    assert_eq!(world.hits("sluices").await.len(), 1, "once, whoever tells of it");
}

#[tokio::test]
async fn only_a_search_writes_the_index() {
    let world = World::of_aqueducts().await;
    let index = || -> Vec<(std::path::PathBuf, Vec<u8>)> {
        let all = files(world.phone.dir.path()).into_iter();
        all.filter(|(path, _)| path.to_string_lossy().contains("search.sqlite"))
            .collect()
    };
    assert!(index().is_empty(), "nobody searched yet");
    world.hits("aqueduct").await;
    let before = index();
    assert!(!before.is_empty());
    world
        .fleet
        .updates("aqueduct.one", json!({"status": "Mortaring", "state": "working"}))
        .await;
    world.at(secs(15));
    world.refresh().await;
    assert!(index() == before, "a poll leaves it alone");
    assert_eq!(world.hits("mortar").await.len(), 1);
}

#[tokio::test]
async fn any_text_may_be_looked_for_and_nothing_is_looked_for_while_suspended() {
    let world = World::of_aqueducts().await;
    for text in [
        "",
        " ",
        "\"",
        "aqueduct\" OR \"",
        "NEAR(a b)",
        "a AND",
        "*",
        "text:aqueduct",
        "\0",
        "🚀",
        "(((",
        "'--",
    ] {
        let page = world.searches(&of(text)).await;
        assert_eq!(page.hits.len(), usize::try_from(page.total).unwrap(), "{text:?}");
    }
    assert_eq!(world.searches(&of("")).await.total, 0);
    world.companion.suspend().await.unwrap();
    let suspended = world.companion.search(&of("aqueduct")).await;
    assert_eq!(suspended.unwrap_err(), CompanionError::Suspended);
    world.companion.resume().await.unwrap();
    assert!(!world.hits("aqueduct").await.is_empty());
}
