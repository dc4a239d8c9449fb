//! What a person reads when a server's data does not open: what is wrong, what to do about it, and nothing that is not it.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod support;

use std::path::PathBuf;

use support::{Said, World};

const DISK: &str = "is the disk full";

/// A data folder in which a server has run.
fn used(world: &World) -> PathBuf {
    let folder = world.folder("hub");
    world
        .run(&["tenants", "add", "home", "--data", folder.to_str().unwrap()])
        .well();
    drop(world.serve(&folder, &[]));
    folder
}

fn serve(world: &World, folder: &std::path::Path, more: &[&str], variables: &[(&str, &str)]) -> Said {
    let base = ["serve", "--listen", "127.0.0.1:0", "--data", folder.to_str().unwrap()];
    world.run_with(&[&base[..], more].concat(), variables, "")
}

fn tells(said: &Said, what: &str, hint: &str) {
    assert!(
        said.code != 0 && said.err.contains(what) && said.err.contains(hint) && !said.err.contains(DISK),
        "{said:?}"
    );
}

#[test]
fn an_encryption_key_that_is_missing_is_not_made_anew_where_something_is_sealed() {
    let world = World::new();
    let folder = used(&world);
    let secret = folder.join("server/server.secret");
    let kept = std::fs::read_to_string(&secret).unwrap();
    std::fs::remove_file(&secret).unwrap();
    let missing = serve(&world, &folder, &[], &[]);
    tells(&missing, "server.secret is missing", "put it back");
    assert!(!secret.exists(), "one that opens nothing is no help");
    let data = folder.to_str().unwrap();
    let backup = world.folder("monday.sqlite");
    let backup = backup.to_str().unwrap();
    world.run(&["backup", backup, "--data", data]).well();
    let again = world.run(&["restore", backup, "--data", data]);
    assert!(again.code == 1 && !secret.exists(), "{again:?}");
    std::fs::write(&secret, "07".repeat(32)).unwrap();
    let other = serve(&world, &folder, &[], &[]);
    tells(&other, "sealed with another encryption key", "copy server.secret");
    std::fs::write(&secret, kept).unwrap();
    drop(world.serve(&folder, &[]));
    // Lost for good: what it sealed goes, and the rest comes back.
    std::fs::remove_file(&secret).unwrap();
    world
        .run(&["restore", backup, "--force", "--without-questions", "--data", data])
        .well();
    drop(world.serve(&folder, &[]));
}

#[test]
fn an_encryption_key_that_is_none_is_told_its_form_and_not_repeated() {
    let world = World::new();
    let folder = used(&world);
    let said = serve(&world, &folder, &[], &[("CACHEBASH_ENCRYPTION_KEY", "abcdef")]);
    tells(&said, "not 64 hexadecimal digits", "openssl rand -hex 32");
    assert!(!said.err.contains("abcdef"), "{said:?}");
}

#[test]
fn a_database_that_cannot_be_spoken_to_is_told_why() {
    let world = World::new();
    let folder = world.folder("hub");
    let to = |url: &str| serve(&world, &folder, &["--database", url], &[]);
    let tls = to("postgres://owner:hush@127.0.0.1:1/x?sslmode=require");
    tells(
        &tls,
        "speaks to PostgreSQL without TLS",
        "private network or a local socket",
    );
    assert!(!tls.err.contains("hush"), "{tls:?}");
    tells(
        &to("postgres://127.0.0.1:1/x?sslmode=verify-full"),
        "speaks to PostgreSQL without TLS",
        "local socket",
    );
    let scheme = to("mysql://owner:hush@127.0.0.1/x");
    tells(&scheme, "no postgres:// URL", "postgres://USER@HOST/NAME");
    assert!(!scheme.err.contains("hush"), "{scheme:?}");
}

#[test]
fn a_file_that_is_damaged_is_said_to_be() {
    let world = World::new();
    let folder = used(&world);
    let file = folder.join("server/server.sqlite");
    for end in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.join(format!("server/server.sqlite{end}")));
    }
    let whole = std::fs::read(&file).unwrap();
    let data = folder.to_str().unwrap();
    let mut torn = whole.clone();
    torn[100..4_000].fill(0x5a);
    for broken in [
        "no database at all, and long enough to be one".repeat(40).into_bytes(),
        torn,
    ] {
        std::fs::write(&file, broken).unwrap();
        let said = serve(&world, &folder, &[], &[]);
        tells(&said, "server.sqlite is damaged", "restore a backup");
        let listed = world.run(&["tenants", "list", "--data", data]);
        tells(&listed, "server.sqlite is damaged", "restore a backup");
    }
}

#[test]
fn a_backup_that_has_nowhere_to_go_names_the_place() {
    let world = World::new();
    let folder = used(&world);
    let data = folder.to_str().unwrap();
    let nowhere = world.folder("nowhere/monday.sqlite");
    let said = world.run(&["backup", nowhere.to_str().unwrap(), "--data", data]);
    tells(&said, nowhere.to_str().unwrap(), "is there such a folder");
    assert!(!said.err.contains(data), "{said:?}");
    let slash = world.folder("monday/");
    let slash = format!("{}/", slash.display().to_string().trim_end_matches('/'));
    tells(&world.run(&["backup", &slash, "--data", data]), &slash, "name a file");
    std::fs::create_dir(&slash).unwrap();
    tells(&world.run(&["backup", &slash, "--data", data]), &slash, "name a file");
}

#[test]
fn a_private_key_that_is_encrypted_is_said_to_be() {
    let world = World::new();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (cert, key) = (world.folder("cert.pem"), world.folder("key.pem"));
    std::fs::write(&cert, made.cert.pem()).unwrap();
    for text in [
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n",
    ] {
        std::fs::write(&key, text).unwrap();
        let tls = ["--tls-cert", cert.to_str().unwrap(), "--tls-key", key.to_str().unwrap()];
        let said = serve(&world, &world.folder("hub"), &tls, &[]);
        tells(&said, "key.pem is encrypted", "openssl pkey -in");
    }
}

#[test]
fn plain_http_to_another_machine_is_told_from_a_server_that_is_wrong() {
    let world = World::new();
    let key = format!("cb_{}", "0".repeat(64));
    let far = "http://cachebash.example.org:8787";
    for command in [&["account", "add"][..], &["programs"], &["keys", "list"]] {
        let named = ["--server", far, "--key-env", "CB"];
        let said = world.run_with(&[command, &named].concat(), &[("CB", &key)], "");
        tells(&said, "plain http", "--allow-plain-http");
    }
    let link = format!("cachebash://pair?v=1&url=http%3A%2F%2Fcachebash.example.org&key={key}");
    tells(
        &world.run_with(&["account", "add"], &[], &link),
        "plain http",
        "--allow-plain-http",
    );
    let odd = world.run_with(
        &["account", "add", "--server", "ftp://x", "--key-env", "CB"],
        &[("CB", &key)],
        "",
    );
    assert!(
        odd.code == 1 && odd.err.contains("server is missing or not valid"),
        "{odd:?}"
    );
}
