//! The first start makes an owner key that is shown once: it comes last, when nothing else can go wrong, and whoever
//! missed it can make another.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod support;

use std::net::TcpListener;
use std::process::Stdio;

use support::{World, get};

#[test]
fn a_port_that_is_taken_costs_no_owner_key() {
    let world = World::new();
    let folder = world.folder("hub");
    let data = folder.to_str().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = world.run(&["serve", "--listen", &address, "--data", data]);
    assert!(
        refused.code == 1 && refused.err.contains("nothing can listen on"),
        "{refused:?}"
    );
    assert!(!folder.exists(), "nothing was made");
    assert!(world.serve(&folder, &[]).owner_key.is_some());
}

#[test]
fn an_owner_key_that_could_not_be_shown_is_told_of_and_another_can_be_made() {
    let world = World::new();
    let folder = world.folder("hub");
    let data = folder.to_str().unwrap();
    for json in [&["--json"][..], &[]] {
        std::fs::remove_dir_all(&folder).ok();
        let base = ["serve", "--listen", "127.0.0.1:0", "--data", data];
        let mut command = world.command(&[&base[..], json].concat());
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = command.stdout(Stdio::from(full)).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{err}");
        let told = format!(
            "cachebash keys create legacy --label Owner --can '*' --can keys.provision --tenant home --data {data}"
        );
        assert!(
            err.contains("owner key could not be shown") && err.contains(&told) && !err.contains("cb_"),
            "{err}"
        );
    }
    let again = [
        "keys",
        "create",
        "legacy",
        "--label",
        "Owner",
        "--can",
        "*",
        "--can",
        "keys.provision",
        "--tenant",
        "home",
        "--data",
        data,
    ];
    let key = world.run(&again).well().trim().to_owned();
    let server = world.serve(&folder, &[]);
    assert_eq!(server.owner_key, None);
    let bearer = format!("Authorization: Bearer {key}");
    let made = r#"{"programId":"builder","label":"Builder","capabilities":["*"]}"#;
    let (status, body) = support::post(&format!("{}/v1/keys", server.url), &[bearer], made);
    assert!(status.contains(" 201 ") || status.contains(" 200 "), "{status} {body}");
    assert!(
        get(&format!("{}/v1/sprints/active", server.url), &key)
            .0
            .contains(" 200 ")
    );
}
