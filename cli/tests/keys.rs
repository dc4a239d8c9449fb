//! Keys from the command line: asked for offline too, shown once, and never said where nobody should read them.

#![allow(clippy::unwrap_used)]

mod support;

use support::{World, to_act_in};

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
