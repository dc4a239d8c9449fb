//! Acting from the command line: what was typed is kept, sent when that is possible, and never called done when it is not.

#![allow(clippy::unwrap_used)]

mod support;

use support::World;

/// A home with an account that may act on a server which is known to it, and one agent.
fn to_act_in(world: &World) -> support::Served {
    let server = world.serve(&world.folder("hub"), &[]);
    let key = server.owner_key.clone().unwrap();
    let add = [
        "account",
        "add",
        "--server",
        &server.url,
        "--key-env",
        "K",
        "--allow-writes",
    ];
    world.run_with(&add, &[("K", &key)], "").well();
    let session = r#"{"sessionId":"builder.auth","programId":"builder","name":"Auth"}"#;
    posted(&server.url, "sessions", &key, session);
    server
}

fn posted(url: &str, what: &str, key: &str, body: &str) {
    let headers = [format!("Authorization: Bearer {key}")];
    let (status, body) = support::post(&format!("{url}/v1/{what}"), &headers, body);
    assert!(status.contains(" 20"), "{status} {body}");
}

#[test]
fn a_message_typed_offline_waits_and_goes_with_the_next_look_at_the_outbox() {
    let world = World::new();
    let server = to_act_in(&world);
    let kept = world.run(&["send", "builder", "Please go on", "--offline"]).well();
    assert_eq!(kept, "Will send when online; it is kept in the outbox\n");
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
