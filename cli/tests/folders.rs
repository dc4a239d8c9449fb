//! The folder that a person names: read without being made, used without being changed, and by one server at a time.

#![allow(clippy::unwrap_used)]

mod support;

use support::World;

#[test]
fn reading_a_folder_that_is_not_there_says_so_and_does_not_make_it() {
    let world = World::new();
    let typo = world.folder("typo");
    let data = typo.to_str().unwrap();
    for offline in [
        vec!["programs", "--offline", "--data", data],
        vec!["keys", "list", "--offline", "--data", data],
        vec!["state", "builder", "--offline", "--data", data],
    ] {
        let said = world.run(&offline);
        assert_eq!(said.code, 1, "{said:?}");
        assert!(said.err.contains(&format!("nothing is kept in {data} yet")), "{said:?}");
    }
    let online = world.run(&["programs", "--data", data]);
    assert!(
        online.err.contains(&format!("no account is stored in {data} yet")),
        "{online:?}"
    );
    assert_eq!(world.run(&["account", "list", "--data", data]).code, 0);
    for change in [
        vec!["use", "--all"],
        vec!["remove", "Home"],
        vec!["allow-writes", "Home"],
    ] {
        let said = world.run(&[&["account"], &change[..], &["--data", data]].concat());
        assert!(
            said.code == 1 && said.err.contains("no account is stored in"),
            "{said:?}"
        );
    }
    assert!(!typo.exists());
    assert!(
        world
            .run(&["programs", "--data", "."])
            .err
            .contains("no account is stored in . yet")
    );
}

#[test]
fn a_folder_of_ones_own_keeps_its_rights_and_what_is_put_in_it_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let folder = world.folder("mine");
    std::fs::create_dir(&folder).unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    let server = world.serve(&folder, &[]);
    let key = server.owner_key.clone().unwrap();
    let data = folder.to_str().unwrap();
    let add = [
        "account",
        "add",
        "--server",
        &server.url,
        "--key-env",
        "CB",
        "--data",
        data,
    ];
    world.run_with(&add, &[("CB", &key)], "").well();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o755);
    for ours in ["companion", "keys", "server"] {
        assert_eq!(mode(&folder.join(ours)), 0o700, "{ours}");
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_named_and_so_are_accounts_that_were_put_aside() {
    let world = World::new();
    let file = world.folder("file");
    std::fs::write(&file, "x").unwrap();
    let inside = file.join("nope");
    let data = inside.to_str().unwrap();
    let refused = world.run(&["account", "add", "--data", data]);
    assert!(refused.code == 1 && refused.err.contains(data), "{refused:?}");
    let companion = world.folder("data").join("companion");
    std::fs::create_dir_all(&companion).unwrap();
    std::fs::write(
        companion.join("accounts.sqlite"),
        "no database at all, and long enough to be one".repeat(40),
    )
    .unwrap();
    let root = world.folder("data");
    let lost = world.run(&["programs", "--data", root.to_str().unwrap()]);
    assert!(
        lost.code == 1 && lost.err.contains("accounts.sqlite.damaged-1"),
        "{lost:?}"
    );
}

#[test]
fn a_second_server_on_one_folder_is_refused_in_words() {
    let world = World::new();
    let folder = world.folder("hub");
    let _first = world.serve(&folder, &[]);
    let second = world.run(&["serve", "--listen", "127.0.0.1:0", "--data", folder.to_str().unwrap()]);
    assert!(
        second.code == 1 && second.err.contains("another server uses the folder"),
        "{second:?}"
    );
}

#[test]
fn whichever_command_makes_a_servers_data_nobody_else_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;
    let world = World::new();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let opened = |name: &str| {
        let folder = world.folder(name);
        std::fs::create_dir_all(folder.join("server")).unwrap();
        for folder in [&folder, &folder.join("server")] {
            std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        folder
    };
    let private = |folder: &Path| {
        assert_eq!(mode(folder), 0o755, "{folder:?} is its maker's");
        assert_eq!(mode(&folder.join("server")), 0o700, "{folder:?}");
        for file in std::fs::read_dir(folder.join("server")).unwrap() {
            let file = file.unwrap().path();
            assert_eq!(mode(&file), 0o600, "{file:?}");
        }
    };
    let (added, restored, served) = (opened("added"), opened("restored"), opened("served"));
    let data = added.to_str().unwrap();
    world.run(&["tenants", "add", "acme", "--data", data]).well();
    private(&added);
    let server = world.serve(&served, &[]);
    private(&served);
    drop(server);
    let file = world.folder("monday.sqlite");
    let file = file.to_str().unwrap();
    world.run(&["backup", file, "--data", data]).well();
    world
        .run(&["restore", file, "--data", restored.to_str().unwrap()])
        .well();
    private(&restored);
    // What was made by an older version is closed by whoever opens it next.
    std::fs::set_permissions(added.join("server"), std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::set_permissions(
        added.join("server/server.sqlite"),
        std::fs::Permissions::from_mode(0o644),
    )
    .unwrap();
    world.run(&["tenants", "list", "--data", data]).well();
    private(&added);
}
