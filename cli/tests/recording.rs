//! Recording from the command line, and playing what was recorded.

#![allow(clippy::unwrap_used)]

mod support;

use support::World;

fn posted(url: &str, key: &str, body: &str) {
    let headers = [format!("Authorization: Bearer {key}")];
    let (status, body) = support::post(&format!("{url}/v1/sessions"), &headers, body);
    assert!(status.contains(" 20"), "{status} {body}");
}

/// A home that records a server with one agent on it.
fn recorded(world: &World, start: &[&str]) -> support::Served {
    let server = world.serve(&world.folder("hub"), &[]);
    let key = server.owner_key.clone().unwrap();
    let add = [
        "account",
        "add",
        "--server",
        &server.url,
        "--key-env",
        "K",
        "--label",
        "Home",
    ];
    world.run_with(&add, &[("K", &key)], "").well();
    let begun = world.run(&[&["record", "start"], start].concat()).well();
    assert!(begun.starts_with("Recording Home from now on"), "{begun}");
    let session = r#"{"sessionId":"builder.auth","programId":"builder","name":"Auth","status":"Painting the quokka","state":"working"}"#;
    posted(&server.url, &key, session);
    server
}

#[test]
fn what_was_recorded_shows_again_what_was_seen() {
    let world = World::new();
    let _server = recorded(&world, &["--texts"]);
    world.run(&["programs"]).well();
    let file = world.folder("report").with_extension("jsonl");
    let file = file.to_str().unwrap();
    let wrote = world.run(&["record", "save", file]).well();
    assert!(wrote.contains("lines to "), "{wrote}");

    let played = world.run(&["replay", file]).well();
    assert!(
        played.contains("builder") && played.contains("Painting the quokka"),
        "{played}"
    );
    assert!(played.contains("as it was seen then"), "{played}");
    let json = world.run(&["replay", file, "--program", "builder", "--json"]).json();
    assert_eq!(json["differences"].as_array().unwrap().len(), 0);
    assert_eq!(json["program"]["program"]["program"], "builder", "{json}");
    assert_eq!(json["overview"]["programs"].as_array().unwrap().len(), 1);

    let again = world.run(&["record", "save", file]);
    assert_eq!(again.code, 1, "an older report is not overwritten");
}

#[test]
fn texts_are_only_in_it_if_the_person_says_so() {
    let world = World::new();
    let _server = recorded(&world, &[]);
    world.run(&["programs"]).well();
    let path = world.folder("report").with_extension("jsonl");
    let file = path.to_str().unwrap();
    world.run(&["record", "save", file]).well();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("builder.auth") && !text.contains("quokka"), "{text}");
    let played = world.run(&["replay", file]).well();
    assert!(played.contains("builder") && !played.contains("quokka"), "{played}");

    world.run(&["record", "stop"]).well();
    let nothing = world.run(&["record", "save", "nothing.jsonl"]);
    assert_eq!(nothing.code, 1);
    assert!(nothing.err.contains("nothing of Home was recorded"), "{}", nothing.err);
}

#[test]
fn what_is_no_recording_is_told_by_its_line() {
    let world = World::new();
    let path = world.folder("report").with_extension("jsonl");
    std::fs::write(&path, "hello\n").unwrap();
    let refused = world.run(&["replay", path.to_str().unwrap()]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.err.contains("line 1 is not one of a recording"),
        "{}",
        refused.err
    );
}
