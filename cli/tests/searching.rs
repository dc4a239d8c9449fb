//! Searching from the command line.

#![allow(clippy::unwrap_used)]

mod support;

use support::World;

/// A home that has read one agent's session and notes.
fn of_a_builder(world: &World) -> support::Served {
    let server = world.serve(&world.folder("hub"), &[]);
    let key = server.owner_key.clone().unwrap();
    let add = ["account", "add", "--server", &server.url, "--key-env", "K"];
    world.run_with(&add, &[("K", &key)], "").well();
    for (number, status) in [(1, "Weaving 日本語 labels"), (2, "Resting")] {
        let session = format!(
            r#"{{"sessionId":"builder.s{number}","programId":"builder","name":"Loom {number}","status":"{status}"}}"#
        );
        let headers = [format!("Authorization: Bearer {key}")];
        let (answer, body) = support::post(&format!("{}/v1/sessions", server.url), &headers, &session);
        assert!(answer.contains(" 201 "), "{answer} {body}");
    }
    server
}

#[test]
fn words_are_found_with_where_they_stand_and_again_without_a_network() {
    let world = World::new();
    let server = of_a_builder(&world);
    let found = world.run(&["search", "loom", "lab"]).well();
    assert!(
        found.contains("builder  Session") && found.contains("Weaving 日本語 labels"),
        "{found}"
    );
    assert!(!found.contains("Resting"), "{found}");
    assert!(found.starts_with(" All 1   Sessions 1\n"), "{found}");
    assert!(found.contains("Not everything is on this device"), "{found}");
    assert!(!found.contains('\u{1b}'), "no colours in a pipe: {found:?}");

    drop(server);
    let page = world.run(&["search", "本", "--offline", "--json"]).json();
    assert_eq!((&page["total"], &page["kinds"]["session"]), (&1.into(), &1.into()));
    let hit = &page["hits"][0];
    assert_eq!(
        (&hit["kind"], &hit["opens"]["session"]),
        (&"session".into(), &"builder.s1".into())
    );
    let piece: Vec<u16> = hit["piece"].as_str().unwrap().encode_utf16().collect();
    let mark = |end: usize| usize::try_from(hit["marks"][0][end].as_u64().unwrap()).unwrap();
    assert_eq!(String::from_utf16(&piece[mark(0)..mark(1)]).unwrap(), "本");
    let other = world
        .run(&["search", "loom", "--program", "reviewer", "--offline", "--json"])
        .json();
    assert_eq!(other["total"], 0);
    let first = world
        .run(&["search", "loom", "--limit", "1", "--offline", "--json"])
        .json();
    assert_eq!(
        (&first["total"], first["hits"].as_array().unwrap().len()),
        (&2.into(), 1)
    );
}

#[test]
fn what_is_not_there_and_what_is_no_word_is_said_to_be_so() {
    let world = World::new();
    let _server = of_a_builder(&world);
    for words in [&["nowhere"][..], &["\"", "("], &["*"]] {
        let args: Vec<&str> = ["search"].iter().chain(words).copied().collect();
        let none = world.run(&args).well();
        assert!(none.starts_with(" Nothing kept here has all of these words."), "{none}");
    }
    let empty = world.run(&["search", " "]);
    assert_eq!((empty.code, empty.out.as_str()), (2, ""));
    assert!(empty.err.contains("nothing to look for"), "{}", empty.err);
}
