//! Several keys for one account, as a person types it.

#![allow(clippy::unwrap_used)]

mod support;

use support::World;

#[test]
fn a_key_is_added_beside_the_accounts_own_and_forgotten_again() {
    let world = World::new();
    let server = world.serve(&world.folder("hub"), &[]);
    let owner = server.owner_key.clone().unwrap();
    let add = [
        "account",
        "add",
        "--label",
        "Home",
        "--key-env",
        "K",
        "--allow-writes",
        "--server",
    ];
    let add: Vec<&str> = add.into_iter().chain([server.url.as_str()]).collect();
    world.run_with(&add, &[("K", &owner)], "").well();
    let issue = |label: &str, more: &[&str]| {
        let command: Vec<&str> = ["keys", "create", "builder", "--label", label]
            .iter()
            .chain(more)
            .copied()
            .collect();
        world.run(&command).well().trim().to_owned()
    };
    let builder = issue("Builder agent", &[]);
    let keys = world.run(&["account", "keys", "list", "Home"]).well();
    assert!(keys.contains("Home  the account's own"), "{keys}");
    assert!(
        keys.contains("Builder agent  only opens what was sealed for it"),
        "{keys}"
    );

    let add = ["account", "keys", "add", "Home", "--key-env", "B"];
    let added = world.run_with(&add, &[("B", &builder)], "").well();
    assert!(added.starts_with("Added Builder agent ("), "{added}");
    let listed = world.run(&["account", "keys", "list", "Home", "--json"]).json();
    let of_builder = &listed["keys"][1];
    assert_eq!((&of_builder["own"], &of_builder["asks"]), (&false.into(), &true.into()));
    let own = world.run_with(&add, &[("B", &owner)], "").well();
    assert_eq!(own.trim(), "That is the own key of Home");

    let key_itself = world.run(&["account", "keys", "remove", "Home", &builder]);
    assert!(
        key_itself.code == 2 && !key_itself.err.contains(&builder),
        "{key_itself:?}"
    );
    let hash = of_builder["keyHash"].as_str().unwrap();
    let gone = world.run(&["account", "keys", "remove", "Home", &hash[..10]]).well();
    assert!(gone.contains("on the server it lives on"), "{gone}");
    let listed = world.run(&["account", "keys", "list", "Home", "--json"]).json();
    assert_eq!(listed["keys"].as_array().unwrap().len(), 1);
    let own_hash = listed["keys"][0]["keyHash"].as_str().unwrap().to_owned();
    let refused = world.run(&["account", "keys", "remove", "Home", &own_hash[..10]]);
    assert!(
        refused.code == 1 && refused.err.contains("account's own key"),
        "{refused:?}"
    );
    let unknown = world.run_with(&add, &[("B", &format!("cb_{:0>64}", 7))], "");
    assert!(
        unknown.code == 1 && unknown.err.contains("of this very server"),
        "{unknown:?}"
    );
}
