//! The demo without a terminal: one board, always the same, and what it kept can be read when nobody answers.

#![allow(clippy::unwrap_used)]

mod support;

use support::World;

#[test]
fn without_a_terminal_it_plays_the_script_and_prints_one_board() {
    let world = World::new();
    let board = world.run(&["demo"]).well();
    assert!(board.starts_with(" Demo fleet   1 needs you   ■ ◌ ◔◔"), "{board}");
    for part in [
        "as of 14:02:10",
        "deployer      Blocked  ━━━━━━━━──  80 %   40 s",
        "The migration locks users for 40 s.",
        "waiting 22 min",
        "silent",
        "Fell 18 → 10 % at 13:42 · ╱ not seen 13:45",
        "Signature and audience checks are in",
        "Open questions 2",
        "Chain   ◔ auth-7 ── ✓ auth-6 ╌╌ ✓ auth-5",
    ] {
        assert!(board.contains(part), "{part} is not on\n{board}");
    }
    assert_eq!(
        world.run(&["demo", "--once"]).well(),
        board,
        "a second time it is the same"
    );
}

#[test]
fn what_it_kept_is_read_offline_row_by_row_with_as_of_and_age() {
    let world = World::new();
    let folder = world.folder("fleet");
    let data = folder.to_str().unwrap();
    let board = world.run(&["demo", "--once", "--json", "--data", data]).json();
    // The demo's server died with it.
    let later = world.run(&["programs", "--offline", "--json", "--data", data]).json();
    let without_account = |board: &serde_json::Value| {
        let mut rows = board["programs"].clone();
        for row in rows.as_array_mut().unwrap() {
            row.as_object_mut().unwrap().remove("account");
        }
        rows
    };
    assert_eq!(without_account(&later), without_account(&board));
    assert_eq!(later["asOf"], board["asOf"]);
    assert_eq!(
        (&later["fresh"], &later["notice"]["kind"]),
        (&false.into(), &"offline".into())
    );
    assert!(later["ageSeconds"].as_i64().unwrap() >= 0);
    let printed = world.run(&["programs", "--offline", "--data", data]).well();
    let first = printed.lines().next().unwrap();
    assert!(
        first.starts_with(" Offline · as of ") && first.contains(" ago)"),
        "{first}"
    );
    let page = world.run(&["state", "builder", "--offline", "--data", data]).well();
    assert!(
        page.contains("Should an expired refresh token answer 401 or 403?"),
        "{page}"
    );

    // Asked online, the dead server is told as what it is, and the rows stay.
    let lost = world.run(&["programs", "--json", "--data", data]).json();
    assert_eq!(
        (&lost["notice"]["kind"], &lost["asOf"]),
        (&"offline".into(), &board["asOf"])
    );
    assert_eq!(without_account(&lost), without_account(&board));

    let again = world.run(&["demo", "--once", "--data", data]);
    assert_eq!(again.code, 1, "what is kept is not played over");
    assert!(
        again
            .err
            .contains("hint: look at it with `cachebash programs --offline --data"),
        "{}",
        again.err
    );
    no_raw_key_outside_the_secret_store(&folder);
}

fn no_raw_key_outside_the_secret_store(data: &std::path::Path) {
    let keys: Vec<String> = files(&data.join("keys"))
        .iter()
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect();
    assert_eq!(keys.len(), 1, "the companion's key, and nobody else's");
    assert!(keys[0].starts_with("cb_") && keys[0].len() == 67);
    for file in files(&data.join("companion"))
        .into_iter()
        .chain(files(&data.join("server")))
    {
        let bytes = std::fs::read(&file).unwrap();
        let holds = bytes.windows(67).any(|window| window == keys[0].as_bytes());
        assert!(!holds, "{} holds the key", file.display());
    }
}

#[test]
fn what_is_printed_into_a_pipe_has_no_colour_and_without_utf8_no_sign_beyond_ascii() {
    let world = World::new();
    let output = world
        .command(&["demo", "--once"])
        .env("LANG", "C")
        .env("COLORTERM", "truecolor")
        .output()
        .unwrap();
    assert!(output.status.success());
    assert!(output.stdout.is_ascii() && !output.stdout.contains(&0x1b));
}

fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path))
        } else {
            found.push(path)
        }
    }
    found
}
