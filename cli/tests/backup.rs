//! A backup is taken beside a running server and put back, in words.

#![allow(clippy::unwrap_used)]

mod support;

use support::{World, get, post};

#[test]
fn a_running_server_is_backed_up_and_comes_back_elsewhere() {
    let world = World::new();
    let folder = world.folder("hub");
    let data = folder.to_str().unwrap();
    let file = world.folder("monday.sqlite");
    let file = file.to_str().unwrap();
    let early = world.run(&["backup", file, "--data", data]);
    assert!(
        early.code == 1 && early.err.contains("no server has kept anything"),
        "{early:?}"
    );
    let server = world.serve(&folder, &[]);
    let key = server.owner_key.clone().unwrap();
    let bearer = format!("Authorization: Bearer {key}");
    let told = r#"{"sessionId":"builder.x","programId":"builder","name":"x"}"#;
    post(&format!("{}/v1/sessions", server.url), &[bearer], told);
    let taken = world.run(&["backup", file, "--data", data]);
    assert!(
        taken.code == 0 && taken.out.starts_with("Backed up ") && taken.err.contains("encryption key is not in it"),
        "{taken:?}"
    );
    let twice = world.run(&["backup", file, "--data", data]);
    assert!(twice.code == 1 && twice.err.contains("already"), "{twice:?}");
    let under = world.run(&["restore", file, "--force", "--data", data]);
    assert!(
        under.code == 1 && under.err.contains("another server uses"),
        "{under:?}"
    );
    let elsewhere = world.folder("elsewhere");
    let there = elsewhere.to_str().unwrap();
    let restored = world.run(&["restore", file, "--json", "--data", there]).json();
    assert_eq!(restored["tenants"], 1);
    let second = world.serve(&elsewhere, &[]);
    assert_eq!(second.owner_key, None);
    let (status, sessions) = get(&format!("{}/v1/sessions", second.url), &key);
    assert!(status.contains(" 200 ") && sessions.contains("builder.x"), "{sessions}");
    drop(second);
    let full = world.run(&["restore", file, "--data", there]);
    assert!(full.code == 1 && full.err.contains("--force"), "{full:?}");
    world.run(&["restore", file, "--force", "--data", there]).well();
    let missing = world.run(&["restore", "/nowhere.sqlite", "--data", there]);
    assert!(
        missing.code == 1 && missing.err.contains("/nowhere.sqlite"),
        "{missing:?}"
    );
    let text = world.folder("text");
    std::fs::write(&text, "no backup").unwrap();
    let odd = world.run(&["restore", text.to_str().unwrap(), "--force", "--data", there]);
    assert!(odd.code == 1 && odd.err.contains("no backup"), "{odd:?}");
}
