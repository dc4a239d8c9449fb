//! Acting from the command line: what was typed is kept, sent when that is possible, and never called done when it is not.

#![allow(clippy::unwrap_used)]

mod support;

use support::{World, posted, to_act_in};

#[test]
fn a_message_typed_offline_waits_and_goes_with_the_next_look_at_the_outbox() {
    let world = World::new();
    let server = to_act_in(&world);
    let kept = world.run(&["send", "builder", "Please go on", "--offline"]).well();
    assert_eq!(
        kept,
        "Will send when online; it is kept, and `cachebash outbox` sends it\n"
    );
    let waiting = world.run(&["outbox", "--offline", "--json"]).json();
    assert_eq!(waiting["lines"][0]["delivery"]["state"], "waiting");
    assert_eq!(waiting["lines"][0]["action"]["text"], "Please go on");

    let emptied = world.run(&["outbox"]).well();
    assert_eq!(emptied, "Nothing waits: all that was asked for is done.\n");
    let key = server.owner_key.clone().unwrap();
    let (_, sent) = support::get(&format!("{}/v1/messages/sent", server.url), &key);
    assert_eq!(sent.matches("Please go on").count(), 1, "{sent}");
}

#[test]
fn a_refused_message_fails_with_its_reason_and_stays_until_it_is_decided() {
    let world = World::new();
    let _server = to_act_in(&world);
    let refused = world.run(&["send", "nobody-here", "Hello?"]);
    assert_eq!((refused.code, refused.out.as_str()), (1, ""));
    assert!(
        refused.err.contains("the server knows no such target") && refused.err.contains("cachebash outbox retry"),
        "{}",
        refused.err
    );
    let line = world.run(&["outbox", "--json"]).json()["lines"][0].clone();
    assert_eq!(line["delivery"]["state"], "refused");
    let id = line["id"].as_str().unwrap();
    assert_eq!(world.run(&["outbox", "discard", id]).well(), "Discarded\n");
    assert!(world.run(&["outbox", "discard", id]).err.contains("there is no"));
}

#[test]
fn a_status_keeps_what_the_agent_reported_and_a_server_that_renames_is_told_of_first() {
    let world = World::new();
    let server = to_act_in(&world);
    let key = server.owner_key.clone().unwrap();
    let headers = [format!("Authorization: Bearer {key}")];
    let reported = r#"{"status":"Writing","state":"blocked","progress":40}"#;
    let (status, _) = support::patch(&format!("{}/v1/sessions/builder.auth", server.url), &headers, reported);
    assert!(status.contains(" 200"), "{status}");
    let told = world.run(&["status", "builder.auth", "On hold until Monday"]);
    assert_eq!((told.code, told.out.as_str()), (0, "Done\n"), "{}", told.err);
    assert!(!told.err.contains("name will change"), "this server keeps the name");
    let row = world.run(&["sessions", "builder", "--json"]).json()["sessions"][0].clone();
    assert_eq!(row["status"], "On hold until Monday");
    assert_eq!(
        (&row["state"], &row["name"]),
        (&"blocked".into(), &"Auth".into()),
        "{row}"
    );
    let unknown = world.run(&["status", "builder.nope", "Hello"]);
    assert!(
        unknown.code == 1 && unknown.err.contains("no session builder.nope"),
        "{}",
        unknown.err
    );
}

#[test]
fn notes_and_replies_go_to_the_program_and_show_on_its_page() {
    let world = World::new();
    let server = to_act_in(&world);
    let key = server.owner_key.clone().unwrap();
    let state = r#"{"contextSummary":{"handoffNotes":"Half done","openQuestions":["Which port?"]}}"#;
    let headers = [format!("Authorization: Bearer {key}")];
    let (status, _) = support::patch(&format!("{}/v1/program-state/builder", server.url), &headers, state);
    assert!(status.contains(" 200"), "{status}");

    assert_eq!(
        world.run_with(&["notes", "builder", "-"], &[], "Start over\n").well(),
        "Done\n"
    );
    assert_eq!(world.run(&["reply", "builder", "1", "8080"]).well(), "Done\n");
    let page = world.run(&["state", "builder"]).well();
    assert!(page.contains("Start over") && page.contains("Replied "), "{page}");
    let missing = world.run(&["reply", "builder", "2", "?"]);
    assert!(missing.err.contains("has no open question 2"), "{}", missing.err);
    let (_, sent) = support::get(&format!("{}/v1/messages/sent", server.url), &key);
    assert!(sent.contains(r"> Which port?\n\n8080"), "{sent}");
}

#[test]
fn a_task_is_created_claimed_and_completed() {
    let world = World::new();
    let server = to_act_in(&world);
    let created = world.run(&["task", "create", "builder", "Write the notes"]).well();
    assert_eq!(created, "Done\n");
    let key = server.owner_key.clone().unwrap();
    let (_, tasks) = support::get(&format!("{}/v1/tasks?target=builder", server.url), &key);
    let (_, body) = tasks.split_once("\"id\":\"").unwrap();
    let id = body.split('"').next().unwrap();
    assert_eq!(world.run(&["task", "claim", id]).well(), "Done\n");
    assert_eq!(world.run(&["task", "complete", id, "All written"]).well(), "Done\n");
    let again = world.run(&["task", "complete", id, "--json"]);
    assert_eq!(again.code, 1, "{again:?}");
    assert!(again.out.contains("\"refused\""), "{}", again.out);
}

#[test]
fn what_completed_tasks_cost_is_told_by_program_and_known_offline() {
    let world = World::new();
    let server = to_act_in(&world);
    let key = server.owner_key.clone().unwrap();
    let task = world
        .run(&["task", "create", "builder", "Write the notes", "--json"])
        .json();
    let id = world.run(&["tasks", "--json"]).json()["tasks"][0]["task"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(task.is_object());
    posted(&server.url, &format!("tasks/{id}/claim"), &key, "{}");
    let spent = r#"{"model":"m","provider":"p","tokens_in":1200,"tokens_out":300,"cost_usd":1.25}"#;
    posted(&server.url, &format!("tasks/{id}/complete"), &key, spent);
    let said = world.run(&["cost"]).well();
    assert!(
        said.contains("today: 1 task, $1.25, 1,200 tokens in, 300 out"),
        "{said}"
    );
    let kept = world.run(&["cost", "--offline", "--json"]).json();
    assert_eq!(kept["accounts"][0]["total"]["tokensIn"], 1200, "{kept}");
    assert!(
        world
            .run(&["cost", "--period", "all", "--offline"])
            .well()
            .contains("in all: not read yet")
    );
}

#[test]
fn nothing_is_asked_for_until_the_account_may_act() {
    let world = World::new();
    let server = world.serve(&world.folder("hub"), &[]);
    let key = server.owner_key.clone().unwrap();
    world
        .run_with(
            &["account", "add", "--server", &server.url, "--key-env", "K"],
            &[("K", &key)],
            "",
        )
        .well();
    let refused = world.run(&["send", "builder", "Go on"]);
    assert!(refused.err.contains("read only here"), "{}", refused.err);
    assert!(world.run(&["outbox", "--offline"]).well().starts_with("Nothing waits"));
}

fn patched(server: &support::Served, body: &str) {
    let key = server.owner_key.clone().unwrap();
    let headers = [format!("Authorization: Bearer {key}")];
    let (status, _) = support::patch(&format!("{}/v1/program-state/builder", server.url), &headers, body);
    assert!(status.contains(" 200"), "{status}");
}

#[test]
fn notes_that_changed_since_they_were_shown_are_not_overwritten() {
    let world = World::new();
    let server = to_act_in(&world);
    patched(&server, r#"{"contextSummary":{"handoffNotes":"As shown"}}"#);
    assert!(world.run(&["state", "builder"]).well().contains("As shown"));
    patched(&server, r#"{"contextSummary":{"handoffNotes":"Newer, never shown"}}"#);
    let refused = world.run(&["notes", "builder", "Mine"]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(
        refused.out.contains("Mine") && refused.out.contains("Newer, never shown"),
        "both texts: {refused:?}"
    );
    let id = world.run(&["outbox", "--offline", "--json"]).json()["lines"][0]["id"].clone();
    assert_eq!(world.run(&["outbox", "retry", id.as_str().unwrap()]).well(), "Done\n");
}

#[test]
fn a_reply_goes_to_the_question_that_was_shown_under_its_number() {
    let world = World::new();
    let server = to_act_in(&world);
    patched(&server, r#"{"contextSummary":{"openQuestions":["Which port?"]}}"#);
    world.run(&["state", "builder"]).well();
    patched(
        &server,
        r#"{"contextSummary":{"openQuestions":["A new one","Which port?"]}}"#,
    );
    assert_eq!(world.run(&["reply", "builder", "1", "8080"]).well(), "Done\n");
    let key = server.owner_key.clone().unwrap();
    let (_, sent) = support::get(&format!("{}/v1/messages/sent", server.url), &key);
    assert!(sent.contains(r"> Which port?\n\n8080"), "{sent}");

    patched(&server, r#"{"contextSummary":{"openQuestions":["Another"]}}"#);
    let gone = world.run(&["reply", "builder", "1", "8080"]);
    assert!(gone.code == 1 && gone.err.contains("since you looked"), "{gone:?}");
    let empty = world.run(&["reply", "builder", "1", " "]);
    assert_eq!(empty.code, 2, "{empty:?}");
}

#[test]
fn without_a_place_to_keep_it_nothing_is_said_to_be_kept() {
    let world = World::new();
    let server = to_act_in(&world);
    let key = server.owner_key.clone().unwrap();
    let passing = [
        "send",
        "nobody-here",
        "Hello?",
        "--server",
        &server.url,
        "--key-env",
        "K",
        "--allow-writes",
    ];
    // The folder of a stored account is not used: this home has another one.
    let elsewhere = World::new();
    let refused = elsewhere.run_with(&passing, &[("K", &key)], "");
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.err.contains("nothing is kept without --data"), "{refused:?}");
}

#[test]
fn a_question_is_answered_by_the_beginning_of_its_id() {
    let world = World::new();
    let server = to_act_in(&world);
    let key = server.owner_key.clone().unwrap();
    posted(
        &server.url,
        "questions",
        &key,
        r#"{"question":"Deploy now?","options":["yes","no"]}"#,
    );
    let listed = world.run(&["questions"]).well();
    let id = world.run(&["questions", "--json"]).json()["questions"][0]["question"].clone();
    let id = id.as_str().map_or_else(|| listed.clone(), str::to_owned);
    assert!(listed.contains("Deploy now?"), "{listed}");
    let shown = listed
        .lines()
        .map(str::trim)
        .find(|line| line.len() == 32 && line.bytes().all(|b| b.is_ascii_hexdigit()));
    let shown = shown.unwrap_or_else(|| panic!("no id in {listed} ({id})"));
    assert_eq!(world.run(&["answer", shown]).well(), "Nobody answered yet\n");
    assert_eq!(world.run(&["answer", &shown[..20], "yes"]).well(), "Done\n");
    assert_eq!(world.run(&["answer", shown]).well(), "yes\n");
    let again = world.run(&["answer", &shown[..20], "no"]);
    assert!(
        again.code == 1 && again.err.contains("waits for an answer"),
        "{again:?}"
    );
}

#[test]
fn an_empty_id_discards_nothing() {
    let world = World::new();
    let _server = to_act_in(&world);
    world.run(&["send", "builder", "Go on", "--offline"]).well();
    assert_eq!(world.run(&["outbox", "discard", ""]).code, 2);
    assert!(world.run(&["outbox", "--offline"]).well().contains("Go on"));
}

#[test]
fn what_others_wrote_moves_no_cursor() {
    let world = World::new();
    let server = to_act_in(&world);
    patched(&server, r#"{"contextSummary":{"handoffNotes":"As shown"}}"#);
    world.run(&["state", "builder"]).well();
    patched(
        &server,
        r#"{"contextSummary":{"handoffNotes":"evil \u001b[31mred\u001b]0;title\u0007"}}"#,
    );
    let refused = world.run(&["notes", "builder", "Mine"]);
    assert!(
        refused.out.contains("evil") && !refused.out.contains('\u{1b}'),
        "{refused:?}"
    );
}

#[test]
fn a_pasted_key_is_neither_kept_nor_sent() {
    let world = World::new();
    let server = to_act_in(&world);
    let key = server.owner_key.clone().unwrap();
    let refused = world.run_with(&["send", "builder", "-"], &[], &format!("use {key}\n"));
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(
        refused.err.contains("there is an API key in the text") && !refused.err.contains(&key),
        "{refused:?}"
    );
    assert!(world.run(&["outbox", "--offline"]).well().starts_with("Nothing waits"));
}

#[test]
fn an_account_says_what_its_key_may_read_as_far_as_it_was_told() {
    let world = World::new();
    let server = to_act_in(&world);
    let create = [
        "keys",
        "create",
        "lookout",
        "--label",
        "Lookout",
        "--can",
        "pulse.read",
        "--allow-writes",
    ];
    let key = world.run(&create).well();
    let add = [
        "account",
        "add",
        "--server",
        &server.url,
        "--key-env",
        "L",
        "--label",
        "lookout",
    ];
    world.run_with(&add, &[("L", key.trim())], "").well();
    assert!(
        world
            .run(&["account", "rights", "lookout"])
            .well()
            .contains("Nothing is known yet")
    );
    world.run(&["programs", "--account", "lookout"]).well();
    let told = world.run(&["account", "rights", "lookout"]).well();
    assert!(told.contains("Sessions         yes"), "{told}");
    assert!(told.contains("Fleet health     no, the key lacks fleet.read"), "{told}");
    let json = world.run(&["account", "rights", "lookout", "--json"]).json();
    assert_eq!(json["rights"][0]["source"], "Sessions");
    assert_eq!(json["rights"][0]["allowed"], true);
}
