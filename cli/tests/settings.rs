//! One setting, three spellings: the flag goes before the variable, the variable before the file.

#![allow(clippy::unwrap_used)]

mod support;

use std::process::Command;

use support::{World, get};

/// Whether a key that calls and calls is told that it was too often.
fn is_limited(url: &str, key: &str) -> bool {
    (0..200).any(|_| get(&format!("{url}/v1/sessions"), key).0.contains(" 429 "))
}

fn serve(world: &World, data: &str, more: &[&str], variables: &[(&str, &str)]) -> support::Served {
    let args = [&["serve", "--listen", "127.0.0.1:0", "--json", "--data", data], more].concat();
    let mut command: Command = world.command(&args);
    command.envs(variables.iter().copied());
    world.serve_as(command)
}

#[test]
fn a_flag_goes_before_a_variable_and_a_variable_before_the_file() {
    let world = World::new();
    let folder = world.folder("hub");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("server.toml"), "limits = 'off'\nlog_level = 'off'\n").unwrap();
    let data = folder.to_str().unwrap();
    let first = serve(&world, data, &[], &[]);
    let key = first.owner_key.clone().unwrap();
    assert!(!is_limited(&first.url, &key), "the file: off");
    drop(first);
    let second = serve(&world, data, &[], &[("CACHEBASH_LIMITS", "contract")]);
    assert!(is_limited(&second.url, &key), "the variable: as the contract says");
    drop(second);
    let third = serve(&world, data, &["--limits", "off"], &[("CACHEBASH_LIMITS", "contract")]);
    assert!(!is_limited(&third.url, &key), "the flag: off");
}

#[test]
fn a_file_with_a_name_that_nobody_knows_is_refused_with_all_such_names() {
    let world = World::new();
    let folder = world.folder("hub");
    std::fs::create_dir(&folder).unwrap();
    let file = world.folder("mine.toml");
    std::fs::write(&file, "lisen = 'x'\nlimit = 3\n").unwrap();
    let config = file.to_str().unwrap();
    for command in [vec!["serve"], vec!["tenants", "list"]] {
        let said = world.run(&[&command[..], &["--config", config]].concat());
        assert!(
            said.code == 2 && said.err.contains("limit, lisen") && said.err.contains(config),
            "{said:?}"
        );
    }
    let missing = world.run(&["serve", "--config", "/nowhere.toml"]);
    assert!(
        missing.code == 1 && missing.err.contains("/nowhere.toml"),
        "{missing:?}"
    );
    let folderless = folder.join("server.toml");
    std::fs::write(&folderless, "data = '/elsewhere'\n").unwrap();
    let circular = world.run(&["serve", "--data", folder.to_str().unwrap()]);
    assert!(
        circular.code == 2 && circular.err.contains("data cannot be set"),
        "{circular:?}"
    );
}

#[test]
fn a_number_out_of_its_range_is_refused_wherever_it_stands() {
    let world = World::new();
    let folder = world.folder("hub");
    std::fs::create_dir(&folder).unwrap();
    let data = folder.to_str().unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data", data];
    for wrong in ["0", "10001", "99999999", "-1"] {
        let flag = format!("--writes-per-commit={wrong}");
        let typed = world.run(&[&serve[..], &[flag.as_str()]].concat());
        assert!(typed.code == 2 && typed.err.contains("from 1 to 10000"), "{typed:?}");
        let set = world.run_with(&serve, &[("CACHEBASH_WRITES_PER_COMMIT", wrong)], "");
        assert!(set.code == 2 && set.err.contains("from 1 to 10000"), "{set:?}");
        let file = folder.join("server.toml");
        for value in [wrong.to_owned(), format!("'{wrong}'")] {
            std::fs::write(&file, format!("writes_per_commit = {value}\n")).unwrap();
            let written = world.run(&serve);
            let says = format!(
                "writes_per_commit in {} makes no sense: expected a whole number from 1 to 10000",
                file.display()
            );
            assert!(written.code == 2 && written.err.contains(&says), "{written:?}");
        }
        std::fs::remove_file(file).unwrap();
    }
    assert!(!folder.join("server").exists());
}

#[test]
fn an_encryption_key_of_ones_own_is_kept_to() {
    let world = World::new();
    let data = world.folder("hub");
    let data = data.to_str().unwrap();
    let (one, other) = ("01".repeat(32), "02".repeat(32));
    drop(serve(&world, data, &[], &[("CACHEBASH_ENCRYPTION_KEY", &one)]));
    assert!(!world.folder("hub").join("server/server.secret").exists());
    let args = ["serve", "--listen", "127.0.0.1:0", "--data", data];
    let wrong = world.run_with(&args, &[("CACHEBASH_ENCRYPTION_KEY", &other)], "");
    assert!(
        wrong.code == 1 && wrong.err.contains("another encryption key") && !wrong.err.contains(&other),
        "{wrong:?}"
    );
    let short = world.run_with(&args, &[("CACHEBASH_ENCRYPTION_KEY", "abc")], "");
    assert!(short.code == 1 && short.err.contains("64 hexadecimal"), "{short:?}");
    let file = world.folder("key");
    std::fs::write(&file, format!("{one}\n")).unwrap();
    drop(serve(
        &world,
        data,
        &["--encryption-key-file", file.to_str().unwrap()],
        &[],
    ));
}

#[test]
fn the_help_names_every_setting_in_all_its_spellings() {
    let help = World::new().run(&["serve", "--help"]).well();
    for name in [
        "listen",
        "data",
        "database",
        "encryption-key-file",
        "public-url",
        "tls-cert",
        "tls-key",
        "limits",
        "writes-per-commit",
        "keep-updates",
        "keep-sessions",
        "keep-deletions",
        "log-format",
        "log-level",
    ] {
        let variable = format!("CACHEBASH_{}", name.replace('-', "_").to_uppercase());
        assert!(help.contains(&format!("--{name} ")), "{name}: {help}");
        assert!(help.contains(&variable), "{variable}: {help}");
    }
    assert!(
        help.contains("CACHEBASH_ENCRYPTION_KEY,") && help.contains("server.toml"),
        "{help}"
    );
}
