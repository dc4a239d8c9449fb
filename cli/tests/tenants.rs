//! Whoever runs a server adds tenants and makes keys beside it, and the running server heeds it within a second.

#![allow(clippy::unwrap_used)]

mod support;

use std::time::{Duration, Instant};

use support::{World, get};

/// How soon a running server must heed what was done beside it.
const SOON: Duration = Duration::from_secs(1);

fn is_let_in(url: &str, key: &str) -> bool {
    let (status, _) = get(&format!("{url}/v1/sessions"), key);
    assert!(status.contains(" 200 ") || status.contains(" 401 "), "{status}");
    status.contains(" 200 ")
}

/// Asks until the key is shut out, and says how long that took.
fn shut_out(url: &str, key: &str) -> Duration {
    let began = Instant::now();
    while is_let_in(url, key) {
        assert!(began.elapsed() < SOON * 10, "it never is");
    }
    began.elapsed()
}

#[test]
fn a_tenant_added_beside_a_running_server_is_let_in_and_shut_out_when_removed() {
    let world = World::new();
    let folder = world.folder("hub");
    let data = folder.to_str().unwrap();
    let server = world.serve(&folder, &["--limits", "off"]);
    let added = world.run(&["tenants", "add", "acme", "--data", data]);
    let key = added.out.trim().to_owned();
    assert!(
        key.starts_with("cb_") && key.len() == 67 && added.err.contains("only time"),
        "the key alone is on standard output: {added:?}"
    );
    assert!(is_let_in(&server.url, &key));

    let agent = ["--tenant", "acme", "--data", data];
    let create = [
        "keys",
        "create",
        "builder",
        "--label",
        "Builder agent",
        "--can",
        "pulse.read",
        "--can",
        "pulse.write",
    ];
    let builder = world.run(&[&create[..], &agent].concat()).well().trim().to_owned();
    let (status, body) = get(&format!("{}/v1/keys", server.url), &builder);
    assert!(status.contains(" 403 "), "{status} {body}");
    let listed = world.run(&[&["keys", "list", "--json"][..], &agent].concat()).json();
    assert_eq!(listed["keys"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&listed["keys"][0]["program"], &listed["tenant"]),
        (&"builder".into(), &"acme".into())
    );
    let hash = listed["keys"][0]["keyHash"].as_str().unwrap().to_owned();
    let home = world.run(&["keys", "list", "--tenant", "home", "--data", data]).well();
    assert!(home.contains("legacy") && !home.contains("builder"), "{home}");

    let revoked = world
        .run(&[&["keys", "revoke", &hash[..8]][..], &agent].concat())
        .well();
    assert!(revoked.starts_with(&format!("Revoked {}", &hash[..8])), "{revoked}");
    let (status, _) = get(&format!("{}/v1/sessions", server.url), &key);
    assert!(status.contains(" 200 "), "its neighbour is still let in: {status}");
    let began = Instant::now();
    while !get(&format!("{}/v1/keys", server.url), &builder).0.contains(" 401 ") {
        assert!(began.elapsed() < SOON, "a revoked key still works");
    }

    let asked = world.run(&["tenants", "remove", "acme", "--data", data]);
    assert!(asked.code == 2 && asked.err.contains("--yes"), "{asked:?}");
    assert!(is_let_in(&server.url, &key));
    let removed = world
        .run(&["tenants", "remove", "acme", "--yes", "--data", data])
        .well();
    assert!(removed.starts_with("Removed acme"), "{removed}");
    assert!(shut_out(&server.url, &key) < SOON);
    let left = world.run(&["tenants", "list", "--json", "--data", data]).json();
    assert_eq!(left["tenants"].as_array().unwrap().len(), 1, "{left}");
    assert!(is_let_in(&server.url, &server.owner_key.clone().unwrap()));
}

#[test]
fn the_help_of_keys_says_that_variables_count_and_they_do() {
    let world = World::new();
    for command in ["create", "list", "revoke"] {
        let help = world.run(&["keys", command, "--help"]).well();
        for variable in ["CACHEBASH_DATA,", "CACHEBASH_DATABASE", "CACHEBASH_CONFIG"] {
            assert!(help.contains(variable), "{variable}: {help}");
        }
    }
    let folder = world.folder("hub");
    let data = folder.to_str().unwrap();
    world.run(&["tenants", "add", "home", "--data", data]).well();
    let said = world.run_with(&["keys", "list", "--tenant", "home"], &[("CACHEBASH_DATA", data)], "");
    assert!(said.well().contains("legacy"));
}

#[test]
fn names_that_are_taken_or_odd_and_folders_that_hold_nothing_are_told_apart() {
    let world = World::new();
    let folder = world.folder("hub");
    let data = folder.to_str().unwrap();
    for command in [vec!["tenants", "list"], vec!["keys", "list", "--tenant", "home"]] {
        let nothing = world.run(&[&command[..], &["--data", data]].concat());
        assert!(
            nothing.code == 1 && nothing.err.contains("no server has kept anything"),
            "{nothing:?}"
        );
    }
    assert!(!folder.exists(), "to look is not to make");
    world.run(&["tenants", "add", "first", "--data", data]).well();
    let twice = world.run(&["tenants", "add", "first", "--data", data]);
    assert!(twice.code == 1 && twice.err.contains("already"), "{twice:?}");
    let long = "x".repeat(51);
    for odd in ["", "Upper", "a b", "../up", ".", "-x", "ä", &long] {
        let said = world.run(&["tenants", "add", "--data", data, "--", odd]);
        assert!(
            said.code == 2 && said.err.contains("a tenant's name"),
            "{odd}: {said:?}"
        );
    }
    let nobody = world.run(&["keys", "list", "--tenant", "nobody", "--data", data]);
    assert!(nobody.code == 1 && nobody.err.contains("no tenant"), "{nobody:?}");
    let beyond = world.run(&[
        "keys", "create", "x", "--label", "", "--tenant", "first", "--data", data,
    ]);
    assert!(beyond.code == 1 && beyond.err.contains("label"), "{beyond:?}");
    let both = world.run(&["keys", "list", "--tenant", "first", "--server", "http://x"]);
    assert_eq!(both.code, 2, "{both:?}");
    // Who had tenants before the first start gets no other.
    let server = world.serve(&folder, &[]);
    assert_eq!(server.owner_key, None);
    let listed = world.run(&["tenants", "list", "--data", data]).well();
    assert!(listed.starts_with("first ") && listed.lines().count() == 1, "{listed}");
}
