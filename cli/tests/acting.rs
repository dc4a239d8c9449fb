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
fn a_key_asked_for_offline_is_made_with_the_next_look_and_shown_once() {
    let world = World::new();
    let server = to_act_in(&world);
    let create = ["keys", "create", "scribe", "--label", "Scribe", "--offline"];
    let kept = world.run(&create).well();
    assert!(kept.starts_with("Will send when online; it is kept"), "{kept}");
    assert!(world.run(&["keys", "show"]).err.contains("no key waits to be shown"));
    let made = world.run(&["outbox"]).well();
    assert!(
        made.contains("New key for scribe") && made.contains("The key is made"),
        "{made}"
    );

    let shown = world.run(&["keys", "show"]);
    let key = shown.out.trim().to_owned();
    assert!(key.starts_with("cb_") && key.len() == 67 && shown.err.contains("only time"));
    let (_, state) = support::get(&format!("{}/v1/program-state/scribe", server.url), &key);
    assert!(state.contains("scribe"), "it opens: {state}");
    assert!(world.run(&["keys", "show"]).err.contains("no key waits"), "once");
    assert!(world.run(&["outbox"]).well().contains("Nothing waits"));
}

#[test]
fn a_rotation_and_a_revocation_asked_for_offline_are_done_later() {
    let world = World::new();
    let server = to_act_in(&world);
    let made = world.run(&["keys", "create", "scribe", "--label", "Scribe"]).well();
    let hash = {
        let listed = world.run(&["keys", "list", "--json"]).json();
        let keys = listed["keys"].as_array().unwrap().clone();
        let scribes = keys.iter().find(|key| key["program"] == "scribe").unwrap();
        scribes["keyHash"]
            .as_str()
            .or(scribes["hash"].as_str())
            .unwrap()
            .to_owned()
    };
    // Known from the list that was read before, the key that this terminal asks with among them.
    let known = world.run(&["keys", "list", "--offline", "--json"]).json();
    assert_eq!(known["keys"].as_array().unwrap().len(), 2, "{known}");
    world.run(&["keys", "revoke", &hash[..8], "--offline"]).well();
    world.run(&["keys", "rotate", "--offline"]).well();
    world.run(&["outbox"]).well();
    let (status, _) = support::get(&format!("{}/v1/program-state/scribe", server.url), made.trim());
    assert!(status.contains("401"), "{status}");
    let rotated = world.run(&["keys", "show", "--json"]).json();
    assert_ne!(rotated["key"].as_str().unwrap(), server.owner_key.clone().unwrap());
    world.run(&["keys", "list"]).well();
}

#[test]
fn the_key_that_this_terminal_asks_with_is_only_revoked_by_whoever_says_so() {
    let world = World::new();
    let _server = to_act_in(&world);
    let listed = world.run(&["keys", "list", "--json"]).json();
    let own = listed["keys"][0]["keyHash"].as_str().unwrap()[..8].to_owned();
    let refused = world.run(&["keys", "revoke", &own]);
    assert!(refused.code == 2 && refused.err.contains("keys rotate"), "{refused:?}");
    world.run(&["keys", "list"]).well();
    world.run(&["keys", "revoke", &own, "--own"]).well();
    assert_eq!(world.run(&["keys", "list"]).code, 1);
}

#[test]
fn a_key_that_is_typed_for_a_name_is_not_said_again() {
    let world = World::new();
    let server = to_act_in(&world);
    let key = server.owner_key.clone().unwrap();
    for command in ["program", "messages"] {
        let said = world.run(&[command, &key]);
        assert!(said.code != 0, "{said:?}");
        assert!(!said.err.contains(&key) && !said.out.contains(&key), "{command}");
    }
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
fn a_revoked_key_says_so_and_keeps_what_was_asked_for() {
    let world = World::new();
    let server = to_act_in(&world);
    let key = server.owner_key.clone().unwrap();
    let issued = world
        .run(&["keys", "create", "mobile", "--label", "Phone", "--can", "*"])
        .well();
    let phone = issued.trim().to_owned();
    let add = [
        "account",
        "add",
        "--label",
        "Phone",
        "--server",
        &server.url,
        "--key-env",
        "K",
        "--allow-writes",
    ];
    world.run_with(&add, &[("K", &phone)], "").well();
    let (_, keys) = support::get(&format!("{}/v1/keys", server.url), &key);
    let keys: serde_json::Value = serde_json::from_str(&keys).unwrap();
    let of_phone = keys["data"]["keys"]
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["label"] == "Phone")
        .unwrap();
    let hash = of_phone["keyHash"].as_str().unwrap();
    let headers = [format!("Authorization: Bearer {key}")];
    support::delete(&format!("{}/v1/keys/{hash}", server.url), &headers);

    let refused = world.run(&["send", "builder", "Go on", "--account", "Phone"]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(
        refused.err.contains("no longer accepted") && refused.err.contains("it is kept"),
        "{refused:?}"
    );
    let removed = world.run(&["account", "remove", "Phone"]);
    assert!(
        removed.code == 1 && removed.err.contains("1 not delivered"),
        "{removed:?}"
    );

    let again = ["account", "keys", "replace", "Phone", "--key-env", "K"];
    let taken = world.run_with(&again, &[("K", &key)], "");
    assert_eq!(taken.code, 1, "that is another account's here: {taken:?}");
    let hub = &server.owner_key.clone().unwrap();
    let body = r#"{"programId":"mobile","label":"Second phone","capabilities":["*"]}"#;
    let headers = [format!("Authorization: Bearer {hub}")];
    let (_, made) = support::post(&format!("{}/v1/keys", server.url), &headers, body);
    let made: serde_json::Value = serde_json::from_str(&made).unwrap();
    let new = made["data"]["key"].as_str().unwrap();
    let goes_on = world.run_with(&again, &[("K", new)], "").well();
    assert_eq!(goes_on, "Phone goes on with the new key\n");
    let id = world.run(&["outbox", "--offline", "--json"]).json()["lines"][0]["id"].clone();
    assert_eq!(world.run(&["outbox", "retry", id.as_str().unwrap()]).well(), "Done\n");
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
