//! What agents ask the person: whole and with its asker where the server offers that, the beginning of it elsewhere.

use cachebash_core::companion::{ListQuery, ProgramQuery};
use cachebash_core::domain::{Action, ProgramId, QuestionId, RawKey, Response, Span, Timestamp};
use cachebash_core::insight::{Headline, Notice, Section, Shape, Source, Standing};
use cachebash_core::sync::Turn;
use cachebash_tests::mock_server::{Endpoint, MockServer};
use serde_json::{Value, json};

use crate::scripted::{self, knows_nothing, phone_on, said_at, session, some_key};
use crate::world::{NOON, World, new_account};
use cachebash_tests::line::Mode;

fn secs(seconds: i64) -> Span {
    Span::from_secs(seconds)
}

/// A page of hosted tasks, with where the next one begins.
fn tasks(at: Timestamp, titles: &[(&str, &str)], next: Option<&str>) -> Value {
    let row = |(id, title): &(&str, &str)| {
        json!({"id": id, "type": "question", "title": title, "priority": "high", "status": "created", "source": "program",
            "target": "user", "createdAt": "2026-11-23T11:58:00.000Z"})
    };
    let rows: Vec<Value> = titles.iter().map(row).collect();
    said_at(
        at,
        json!({"success": true, "hasTasks": !rows.is_empty(), "count": rows.len(), "tasks": rows,
            "hasMore": next.is_some(), "cursor": next}),
    )
}

/// A page of questions where the server offers them, with where the next one begins.
fn questions(at: Timestamp, ids: &[&str], next: Option<&str>) -> Value {
    let row = |id: &&str| {
        json!({"questionId": id, "question": "Colour?", "options": [], "status": "created",
            "createdAt": "2026-11-23T11:58:00.000Z"})
    };
    let rows: Vec<Value> = ids.iter().map(row).collect();
    said_at(
        at,
        json!({"success": true, "count": rows.len(), "questions": rows, "hasMore": next.is_some(), "cursor": next}),
    )
}

fn offers_questions(server: &MockServer) {
    let offers = json!({"success": true, "offers": {"questions": {"version": 1, "path": "/v1/questions"}}});
    server.when(Endpoint::Capabilities).answers(200, said_at(NOON, offers));
}

#[tokio::test]
async fn a_question_is_on_the_card_of_the_agent_that_asked_until_it_is_answered() {
    let world = World::new().await;
    world
        .fleet
        .creates(json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth", "status": "Migrating"}))
        .await;
    let builder = world.fleet.key_of("builder").await;
    world.at(secs(5));
    let asked = json!({"question": "Run it now or at 22:00?", "options": ["now", "22:00"], "context": "Locks users for 40 s.",
        "priority": "high"});
    let question = world.fleet.posts(&builder, "/v1/questions", asked).await;
    let id = question["questionId"].as_str().unwrap().to_owned();
    world.at(secs(15));
    world.refresh().await;

    let overview = world.overview();
    assert_eq!(overview.headline, Headline::NeedYou(1));
    assert!(overview.asked.is_empty(), "its asker is known");
    assert_eq!(overview.notice, None, "{:?}", overview.sources);
    let row = world.row("builder");
    assert_eq!((row.section, row.shape), (Section::NeedsYou, Shape::Working));
    let card = row.asked.unwrap();
    assert_eq!(card.question.as_str(), id);
    assert_eq!(
        (card.text.as_str(), card.cut, card.answerable),
        ("Run it now or at 22:00?", false, true)
    );
    assert_eq!(card.options, ["now", "22:00"]);
    assert_eq!(card.context.as_deref(), Some("Locks users for 40 s."));
    let waiting = row.waiting.unwrap();
    assert_eq!((waiting.since, waiting.change_seen), (NOON.plus(secs(5)), true));

    let answer = format!("/v1/questions/{id}/answer");
    let owner = world.fleet.owner.clone();
    world.fleet.posts(&owner, &answer, json!({"response": "now"})).await;
    world.at(secs(30));
    let refreshed = world.companion.refresh_lists(None, &[Turn::Questions]).await;
    refreshed.unwrap();
    assert_eq!(world.overview().headline, Headline::NothingNeedsYou);
    assert_eq!(world.row("builder").asked, None);
}

#[tokio::test]
async fn what_is_offered_and_asked_is_known_without_a_network_after_a_restart() {
    let mut world = World::new().await;
    let scribe = world.fleet.key_of("scribe").await;
    world
        .fleet
        .posts(&scribe, "/v1/questions", json!({"question": "Which tone?"}))
        .await;
    world.refresh().await;
    world.companion.suspend().await.unwrap();
    world.line.is(Mode::Cut);
    world.kill_and_start();

    let row = world.row("scribe");
    assert_eq!(
        row.section,
        Section::NeedsYou,
        "an asker without a session is not overlooked"
    );
    assert!(row.asked.unwrap().answerable, "what the server offers is kept");
    let window = world.companion.questions(&ListQuery::default()).unwrap();
    assert_eq!((window.total, window.as_of), (1, Some(NOON)));
    let page = world
        .companion
        .program(&world.account.id, &ProgramId::from("scribe"))
        .unwrap();
    assert_eq!(page.asked.len(), 1);
}

#[tokio::test]
async fn a_hosted_server_tells_the_beginning_and_nobody_who_asks() {
    let server = MockServer::start().await;
    let (_phone, companion) = phone_on(&server).await;
    server.when(Endpoint::ListSessions).answers(
        200,
        scripted::sessions(NOON, &[session("b.1", "builder", "fine", NOON)]),
    );
    let beginning = "The migration locks users for 40 s. Run it now ";
    let titles = [("q-2", &*format!("{beginning}...")), ("q-1", "Colour?")];
    server
        .when(Endpoint::ListTasks)
        .answers(200, tasks(NOON, &titles, None));
    knows_nothing(&server, NOON);
    companion.refresh(None).await.unwrap();

    let overview = companion.overview(&ProgramQuery::default()).unwrap();
    assert_eq!(overview.headline, Headline::QuestionsForYou(2));
    assert_eq!(overview.notice, None, "{:?}", overview.sources);
    assert_eq!(overview.total, 1, "questions are no programs");
    assert_eq!(overview.rows[0].section, Section::Working);
    assert_eq!(overview.rows[0].asked, None, "never on a program's card");
    let told: Vec<_> = overview
        .asked
        .iter()
        .map(|row| (row.question.as_str(), row.text.as_str(), row.cut, row.answerable))
        .collect();
    assert_eq!(
        told,
        [("q-1", "Colour?", false, false), ("q-2", beginning, true, false)],
        "oldest first, ties by id"
    );
    let asked = server.seen_at(Endpoint::ListTasks);
    assert_eq!(asked[0].query, "status=created&type=question&limit=50");
}

#[tokio::test]
async fn a_list_of_several_pages_is_read_a_page_a_period_and_ends_nothing_before_it_is_whole() {
    let server = MockServer::start().await;
    let (phone, companion) = phone_on(&server).await;
    offers_questions(&server);
    let at = |n: i64| NOON.plus(secs(15 * n));
    let pages = [
        questions(at(0), &["old"], None),
        questions(at(1), &["new"], Some("new")),
        questions(at(2), &["newer"], None),
    ];
    for page in pages {
        server.when(Endpoint::ListQuestions).answers(200, page).once();
    }
    knows_nothing(&server, at(2));
    let mut known = Vec::new();
    while server.seen_at(Endpoint::ListQuestions).len() < 3 {
        let before = server.seen_at(Endpoint::ListQuestions).len();
        companion.refresh(None).await.unwrap();
        let list = companion.questions(&ListQuery::default()).unwrap();
        let read = server.seen_at(Endpoint::ListQuestions).len();
        assert!(read <= before + 1, "one page a period");
        if read > before {
            let ids: Vec<_> = list.rows.iter().map(|row| row.question.as_str().to_owned()).collect();
            known.push((ids, list.as_of));
        }
        phone.clock.advance(secs(15));
    }
    let ids = |ids: &[&str]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(known[0], (ids(&["old"]), Some(at(0))));
    assert_eq!(
        known[1],
        (ids(&["new", "old"]), Some(at(0))),
        "absence from a part is nothing"
    );
    assert_eq!(
        known[2],
        (ids(&["new", "newer"]), Some(at(1))),
        "whole, as of its first page"
    );
    assert!(
        server.seen_at(Endpoint::ListQuestions)[2]
            .query
            .ends_with("&cursor=new")
    );
}

#[tokio::test]
async fn a_place_that_is_gone_begins_the_list_anew_and_is_no_trouble() {
    let server = MockServer::start().await;
    let (phone, companion) = phone_on(&server).await;
    offers_questions(&server);
    server
        .when(Endpoint::ListQuestions)
        .answers(200, questions(NOON, &["q"], Some("q")))
        .once();
    let gone = json!({"success": false, "error": "Invalid or expired cursor"});
    server
        .when(Endpoint::ListQuestions)
        .answers(200, said_at(NOON, gone))
        .once();
    server
        .when(Endpoint::ListQuestions)
        .answers(200, questions(NOON, &["q"], None));
    knows_nothing(&server, NOON);
    while server.seen_at(Endpoint::ListQuestions).len() < 3 {
        companion.refresh(None).await.unwrap();
        assert_eq!(companion.overview(&ProgramQuery::default()).unwrap().notice, None);
        phone.clock.advance(secs(15));
    }
    let cursors: Vec<bool> = server
        .seen_at(Endpoint::ListQuestions)
        .iter()
        .map(|seen| seen.query.contains("cursor"))
        .collect();
    assert_eq!(cursors, [false, true, false]);
}

#[tokio::test]
async fn what_a_server_offers_is_asked_once_an_hour_and_after_it_was_out_of_reach() {
    let world = World::new().await;
    let asked = || world.line.count("GET /v1/capabilities");
    for tick in 0..4 {
        world.at(secs(15 * tick));
        world.refresh().await;
    }
    assert_eq!(asked(), 1);
    world.line.is(Mode::Cut);
    world.at(secs(60));
    world.refresh().await;
    world.line.is(Mode::Open);
    world.at(secs(75));
    world.refresh().await;
    assert_eq!(asked(), 2, "it may be another version now");
    world.at(Span::from_mins(61));
    world.refresh().await;
    assert_eq!(asked(), 2);
    world.at(Span::from_mins(62));
    world.refresh().await;
    assert_eq!(asked(), 3, "an hour later");
}

#[tokio::test]
async fn a_period_costs_two_lists_and_one_that_is_read_in_turn() {
    let world = World::new().await;
    world
        .fleet
        .creates(json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth"}))
        .await;
    for tick in 0..2 {
        world.at(secs(15 * tick));
        world.refresh().await;
    }
    for tick in 2..14 {
        let before = world.line.requests().len();
        world.at(secs(15 * tick));
        world.refresh().await;
        let asked = world.line.requests().split_off(before);
        assert!(asked.len() <= 3, "{asked:?}");
        assert!(asked[0].starts_with("GET /v1/sessions") && asked[1].starts_with("GET /v1/fleet/health"));
    }
    let questions = world
        .overview()
        .sources
        .into_iter()
        .find(|report| report.source == Source::Questions)
        .unwrap();
    assert_eq!(questions.standing, Standing::Fresh);
}

#[tokio::test]
async fn a_missing_right_to_questions_is_no_trouble_and_is_not_asked_for_all_the_time() {
    let server = MockServer::start().await;
    let (phone, companion) = phone_on(&server).await;
    server.when(Endpoint::ListTasks).fails(
        500,
        "INTERNAL_ERROR",
        "Insufficient capability: get_tasks requires \"dispatch.read\"",
    );
    knows_nothing(&server, NOON);
    for _ in 0..12 {
        companion.refresh(None).await.unwrap();
        phone.clock.advance(secs(15));
    }
    let of_questions = |seen: &&cachebash_tests::mock_server::Seen| seen.query.contains("type=question");
    let asked = server.seen_at(Endpoint::ListTasks);
    assert_eq!(asked.iter().filter(of_questions).count(), 1);
    let overview = companion.overview(&ProgramQuery::default()).unwrap();
    assert_eq!(overview.notice, None, "{:?}", overview.sources);
}

#[tokio::test]
async fn two_servers_put_their_questions_in_one_order() {
    let servers = [MockServer::start().await, MockServer::start().await];
    let (_phone, companion) = phone_on(&servers[0]).await;
    servers[1]
        .when(Endpoint::ListSessions)
        .answers(200, scripted::sessions(NOON, &[]))
        .once();
    companion
        .add_account(new_account(servers[1].url(), &some_key()))
        .await
        .unwrap();
    for (server, id) in servers.iter().zip(["b", "a"]) {
        server
            .when(Endpoint::ListTasks)
            .answers(200, tasks(NOON, &[(id, "Colour?")], None));
        knows_nothing(server, NOON);
    }
    companion.refresh(None).await.unwrap();
    let overview = companion.overview(&ProgramQuery::default()).unwrap();
    assert_eq!(
        overview.headline,
        Headline::QuestionsForYou(2),
        "also where no program is"
    );
    let order: Vec<_> = overview.asked.iter().map(|row| row.question.as_str()).collect();
    assert_eq!(order, ["b", "a"], "equally old: by account");
    assert_ne!(overview.notice, Some(Notice::Partial));
}

#[tokio::test]
async fn an_answer_that_the_server_cannot_open_is_opened_by_the_key_that_asked() {
    let server = MockServer::start().await;
    let (_phone, companion) = phone_on(&server).await;
    let account = companion.accounts().unwrap()[0].id.clone();
    // As recorded of the hosted server.
    let sealed = "9IIJ9SV/UVAOQv+0+BgC+cMo+PX6pM7vKbaW4ZcqVFV4nELKLkLZQ1U6c0Hacwrt";
    let told =
        json!({"success": true, "answered": true, "response": sealed, "encrypted": true, "decryptionFailed": true});
    server
        .when(Endpoint::QuestionResponse)
        .answers(200, said_at(NOON, told));
    knows_nothing(&server, NOON);

    let question = QuestionId::from("question-answered-enc");
    let read = companion.read_response(&account, &question).await;
    assert_eq!(
        read,
        Ok(Response::Sealed(sealed.to_owned())),
        "this phone has no key that asked"
    );

    let asking = RawKey::new(format!("cb_{:0>64}", 6));
    companion.add_account(new_account(server.url(), &asking)).await.unwrap();
    let read = companion.read_response(&account, &question).await;
    assert_eq!(read, Ok(Response::Answered("Yes – ship it 🚀".to_owned())));
}

#[tokio::test]
async fn a_question_answered_elsewhere_stays_in_sight_until_my_own_answer_to_it_is_over() {
    let world = World::new().await;
    let builder = world.fleet.key_of("builder").await;
    let asked = json!({"question": "Run it now or at 22:00?"});
    let question = world.fleet.posts(&builder, "/v1/questions", asked).await;
    let question = QuestionId::from(question["questionId"].as_str().unwrap());
    world.refresh().await;
    world.companion.allow_writes(&world.account.id, true).unwrap();
    world.line.is(Mode::Cut);
    let answer = Action::AnswerQuestion {
        question: question.clone(),
        response: "At 22:00".to_owned(),
    };
    let action = world.companion.ask(&world.account.id, answer).await.unwrap();
    let elsewhere = format!("/v1/questions/{question}/answer");
    let owner = world.fleet.owner.clone();
    world.fleet.posts(&owner, &elsewhere, json!({"response": "now"})).await;
    world.companion.deliver(&world.account.id).await.unwrap();
    world.companion.allow_writes(&world.account.id, false).unwrap();
    world.line.is(Mode::Open);
    world.at(secs(30));
    world.companion.refresh_lists(None, &[Turn::Questions]).await.unwrap();
    let card = world.row("builder").asked.unwrap();
    assert_eq!(card.question, question, "what the answer that waits is about");

    world.companion.allow_writes(&world.account.id, true).unwrap();
    world.line.is(Mode::Cut);
    world
        .companion
        .discard_action(&world.account.id, &action)
        .await
        .unwrap();
    world.line.is(Mode::Open);
    world.at(secs(60));
    // Nothing has changed on the server since: the list is read because the action is over.
    world.refresh().await;
    let waits = world.companion.questions(&ListQuery::default()).unwrap().rows;
    assert_eq!(waits, []);
}
