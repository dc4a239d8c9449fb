//! Commands as conversations: what is typed, what is said, how it ends. A real server on a free loopback port.

#![allow(clippy::unwrap_used)]

mod support;

use std::io::{Read as _, Write as _};

use support::World;

#[test]
fn an_account_is_added_from_a_pairing_link_and_only_reads_until_it_is_allowed() {
    let world = World::new();
    let server = world.serve(&world.folder("hub"), &[]);
    let key = server.owner_key.clone().unwrap();
    let link = format!(
        "cachebash://pair?v=1&url={}&key={key}\n",
        server.url.replace(':', "%3A").replace('/', "%2F")
    );
    let added = world.run_with(&["account", "add", "--label", "Home"], &[], &link);
    assert_eq!(
        added.out,
        format!("Added Home ({}), read only\n", server.url),
        "{}",
        added.err
    );
    assert!(world.run(&["account", "list"]).well().contains("Home"));
    let empty = world.run(&["programs"]).well();
    assert!(empty.starts_with(" Home   Nobody here yet"), "{empty}");

    let refused = world.run(&["keys", "create", "builder", "--label", "Builder agent"]);
    assert_eq!((refused.code, refused.out.as_str()), (1, ""));
    assert!(
        refused.err.contains("read only here") && refused.err.contains("--allow-writes"),
        "{}",
        refused.err
    );

    let issued = world.run(&[
        "keys",
        "create",
        "builder",
        "--label",
        "Builder agent",
        "--allow-writes",
    ]);
    let builder = issued.out.trim().to_owned();
    assert!(
        builder.starts_with("cb_") && builder.len() == 67,
        "the key alone is on standard output: {issued:?}"
    );
    let keys = world.run(&["keys", "list", "--json"]).json();
    let of_builder: Vec<_> = keys["keys"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|key| key["program"] == "builder")
        .collect();
    assert_eq!(
        (of_builder.len(), &of_builder[0]["label"]),
        (1, &"Builder agent".into())
    );
    let hash = of_builder[0]["keyHash"].as_str().unwrap();
    assert!(world.run(&["keys", "revoke", &hash[..8]]).well().contains("Revoked"));
    let gone = world.run_with(
        &["programs", "--server", &server.url, "--key-env", "CB"],
        &[("CB", &builder)],
        "",
    );
    assert!(
        gone.code == 1 && gone.err.contains("This key is not accepted"),
        "{gone:?}"
    );

    assert!(
        world
            .run(&["account", "remove", "Home"])
            .well()
            .starts_with("Removed Home")
    );
    assert_eq!(world.run(&["programs"]).code, 1);
}

#[test]
fn a_key_that_cannot_do_the_job_says_what_is_missing() {
    let world = World::new();
    let server = world.serve(&world.folder("hub"), &[]);
    let key = server.owner_key.clone().unwrap();
    let create = [
        "keys",
        "create",
        "scribe",
        "--label",
        "Scribe",
        "--can",
        "pulse.read",
        "--server",
        &server.url,
    ];
    let issued = world.run_with(
        &[&create[..], &["--key-env", "CB", "--allow-writes"]].concat(),
        &[("CB", &key)],
        "",
    );
    assert_eq!(issued.code, 0, "{issued:?}");
    assert!(
        issued
            .err
            .contains("This key cannot report sessions: pulse.write is missing"),
        "{}",
        issued.err
    );
    assert!(
        issued
            .err
            .contains("hint: name the rights when creating a key: --can pulse.write"),
        "{}",
        issued.err
    );
}

#[test]
fn rotating_puts_the_new_key_in_the_secret_store() {
    let world = World::new();
    let data = world.folder("companion-data");
    let server = world.serve(&world.folder("hub"), &[]);
    let key = server.owner_key.clone().unwrap();
    let data_arg = data.to_str().unwrap();
    let add = [
        "account",
        "add",
        "--server",
        &server.url,
        "--key-env",
        "CB",
        "--data",
        data_arg,
        "--allow-writes",
    ];
    world.run_with(&add, &[("CB", &key)], "").well();
    let stored = || {
        // The account's own has its name; one that was rotated away has its fingerprint, too.
        let files = std::fs::read_dir(data.join("keys")).unwrap();
        let own = files
            .map(|file| file.unwrap().path())
            .min_by_key(|path| path.as_os_str().len());
        std::fs::read_to_string(own.unwrap()).unwrap()
    };
    assert_eq!(stored(), key);
    let shown = world.run(&["keys", "rotate", "--show", "--data", data_arg]).well();
    assert_eq!(stored(), shown.trim());
    assert_ne!(stored(), key);
    world.run(&["programs", "--data", data_arg]).well();
}

#[test]
fn without_a_server_a_page_that_was_never_read_says_what_to_do() {
    let world = World::new();
    let server = world.serve(&world.folder("hub"), &[]);
    let add = ["account", "add", "--server", &server.url, "--key-env", "CB"];
    world
        .run_with(&add, &[("CB", &server.owner_key.clone().unwrap())], "")
        .well();
    drop(server);
    let page = world.run(&["state", "builder"]);
    assert!(page.code == 1 && page.err.contains("hint:"), "{page:?}");
}

#[test]
fn errors_say_what_to_type_next_and_usage_has_a_code_of_its_own() {
    let world = World::new();
    let nothing = world.run(&["programs"]);
    assert_eq!(nothing.code, 1);
    assert!(
        nothing.err.contains("no account is stored in")
            && nothing.err.contains("hint: add one with `cachebash account add`")
    );
    let unset = world.run(&["programs", "--server", "http://127.0.0.1:9", "--key-env", "NOT_SET"]);
    assert!(
        unset.code == 2 && unset.err.contains("the variable NOT_SET holds no key"),
        "{unset:?}"
    );
    let wrong = world.run_with(
        &["programs", "--server", "http://127.0.0.1:9", "--key-env", "CB"],
        &[("CB", "secret")],
        "",
    );
    assert!(
        wrong.code == 2 && wrong.err.contains("not an API key") && !wrong.err.contains("secret"),
        "{wrong:?}"
    );
    let key = format!("cb_{:064}", 1);
    let plain = world.run_with(
        &["programs", "--server", "http://192.0.2.1", "--key-env", "CB"],
        &[("CB", &key)],
        "",
    );
    assert!(plain.code != 0 && !plain.err.contains(&key), "{plain:?}");
    let junk = world.run_with(&["account", "add"], &[], "hello\n");
    assert!(
        junk.code == 2 && junk.err.contains("neither a pairing link nor a key"),
        "{junk:?}"
    );
    let bare = world.run_with(&["account", "add"], &[], &format!("{key}\n"));
    assert!(bare.code == 1 && bare.err.contains("nothing was sent"), "{bare:?}");
    assert_eq!(world.run(&["no-such-command"]).code, 2);
    assert_eq!(world.run(&["watch"]).code, 1, "there is no terminal here");
}

#[test]
fn a_server_keeps_its_data_shows_its_key_once_and_stops_when_asked() {
    let world = World::new();
    let folder = world.folder("hub");
    let first = world.serve(&folder, &[]);
    let key = first.owner_key.clone().unwrap();
    #[cfg(unix)]
    assert_eq!(first.terminate(), Some(0));
    let second = world.serve(&folder, &[]);
    assert_eq!(second.owner_key, None, "the key is shown at the first start only");
    let ask = ["keys", "list", "--server", &second.url, "--key-env", "CB"];
    assert!(world.run_with(&ask, &[("CB", &key)], "").well().contains("legacy"));
    assert!(folder.join("server").is_dir());
}

#[test]
fn a_test_servers_clock_stands_until_a_line_sets_it() {
    let world = World::new();
    let mut server = world.serve(&world.folder("hub"), &["--clock", "1795438930000", "--seed", "7"]);
    assert_eq!(server.set_clock("1795438940000"), r#"{"clock":1795438940000}"#);
    server.close_stdin();
    let other = world.serve(&world.folder("other"), &["--clock", "1795438930000", "--seed", "7"]);
    assert_eq!(server.owner_key, other.owner_key, "the same seed, the same key");
    let ask = ["programs", "--json", "--server", &server.url, "--key-env", "CB"];
    let board = world
        .run_with(&ask, &[("CB", &server.owner_key.clone().unwrap())], "")
        .json();
    assert_eq!(
        board["asOf"], "2026-11-23T13:02:20Z",
        "the server's time, not this machine's; the end of input ended nothing"
    );
    // A limit per minute would shut for good after seventy requests: this clock's minute never ends.
    let (address, key) = (
        server.url.trim_start_matches("http://"),
        server.owner_key.clone().unwrap(),
    );
    for n in 0..80 {
        let mut socket = std::net::TcpStream::connect(address).unwrap();
        let asked = format!(
            "GET /v1/sessions HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n\r\n"
        );
        socket.write_all(asked.as_bytes()).unwrap();
        let mut reply = String::new();
        socket.read_to_string(&mut reply).unwrap();
        assert!(reply.starts_with("HTTP/1.1 200"), "request {n}: {reply}");
    }
}

#[test]
fn every_command_explains_itself() {
    let world = World::new();
    for command in [
        "demo",
        "serve",
        "watch",
        "programs",
        "sessions",
        "state",
        "account add",
        "account list",
        "account use",
        "account remove",
        "account allow-writes",
        "account keys add",
        "account keys list",
        "account keys remove",
        "keys create",
        "keys list",
        "keys revoke",
        "keys rotate",
        "backup",
        "restore",
        "tenants add",
        "tenants list",
        "tenants remove",
    ] {
        let args: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        let help = world.run(&args).well();
        assert!(help.contains("Usage:"), "{command}: {help}");
    }
}

#[test]
fn a_program_may_be_named_and_is_named_once() {
    let world = World::new();
    let both = world.run(&["keys", "create", "builder", "--program", "builder", "--label", "x"]);
    assert!(both.code == 2 && both.err.contains("cannot be used with"), "{both:?}");
    let none = world.run(&["keys", "create", "--label", "x"]);
    assert_eq!(none.code, 2, "{none:?}");
}

#[cfg(unix)]
#[test]
fn an_account_that_is_known_is_said_to_be_and_takes_its_new_label() {
    let world = World::new();
    let server = world.serve(&world.folder("hub"), &[]);
    let key = server.owner_key.clone().unwrap();
    let add = |label| {
        let add = [
            "account",
            "add",
            "--server",
            &server.url,
            "--key-env",
            "CB",
            "--label",
            label,
        ];
        world.run_with(&add, &[("CB", &key)], "").well()
    };
    assert!(add("Home").starts_with("Added Home ("));
    assert!(add("Work").starts_with("Already known: Work ("));
    let listed = world.run(&["account", "list"]).well();
    assert!(
        listed.contains("Work") && !listed.contains("Home") && listed.lines().count() == 1,
        "{listed}"
    );
}

#[test]
fn keys_read_offline_say_of_when_they_are() {
    let world = World::new();
    let server = world.serve(&world.folder("hub"), &[]);
    let key = server.owner_key.clone().unwrap();
    let add = [
        "account",
        "add",
        "--server",
        &server.url,
        "--key-env",
        "CB",
        "--allow-writes",
    ];
    world.run_with(&add, &[("CB", &key)], "").well();
    world
        .run(&["keys", "create", "builder", "--label", "Builder agent"])
        .well();
    let as_of = world.run(&["programs", "--json"]).json()["asOf"].clone();
    let offline = world.run(&["keys", "list", "--offline", "--json"]).json();
    assert!(as_of.is_string());
    assert_eq!(offline["asOf"], as_of);
    let printed = world.run(&["keys", "list", "--offline"]).well();
    assert!(printed.starts_with("Offline · as of "), "{printed}");
}

#[test]
fn questions_tasks_messages_and_alerts_are_told_online_and_offline() {
    let world = World::new();
    let server = world.serve(&world.folder("hub"), &[]);
    let key = server.owner_key.clone().unwrap();
    let add = [
        "account",
        "add",
        "--server",
        &server.url,
        "--key-env",
        "CB",
        "--label",
        "Home",
    ];
    world.run_with(&add, &[("CB", &key)], "").well();
    let posts = |path: &str, body: &str| {
        let headers = [
            format!("Authorization: Bearer {key}"),
            "Content-Type: application/json".to_owned(),
        ];
        let (status, answer) = support::post(&format!("{}{path}", server.url), &headers, body);
        assert!(status.contains("201"), "{status} {answer}");
    };
    posts(
        "/v1/questions",
        r#"{"question":"Which tone?","options":["warm","dry"],"priority":"high"}"#,
    );
    posts("/v1/alerts", r#"{"message":"Disk almost full","alertType":"warning"}"#);
    posts(
        "/v1/tasks",
        r#"{"title":"Write the notes","target":"legacy","instructions":"In nine languages."}"#,
    );
    let message = r#"{"source":"legacy","target":"all","message":"Good morning","message_type":"STATUS"}"#;
    posts("/v1/messages", message);

    let questions = world.run(&["questions"]).well();
    assert!(questions.starts_with("1 question"), "{questions}");
    assert!(
        questions.contains("legacy  high priority") && questions.contains("· warm"),
        "{questions}"
    );
    let tasks = world.run(&["tasks", "--json"]).json();
    let titles: Vec<_> = tasks["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| &task["title"])
        .collect();
    assert!(titles.contains(&&"Write the notes".into()), "{titles:?}");
    let task = tasks["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .find(|task| task["title"] == "Write the notes")
        .unwrap();
    let opened = world.run(&["tasks", "--open", task["task"].as_str().unwrap()]).well();
    assert!(
        opened.contains("In nine languages.") && opened.contains("legacy → legacy"),
        "{opened}"
    );
    let messages = world.run(&["messages", "legacy"]).well();
    assert!(
        messages.contains("legacy → all") && messages.contains("Good morning"),
        "{messages}"
    );
    let alerts = world.run(&["alerts"]).well();
    assert!(
        alerts.contains("warning") && alerts.contains("Disk almost full"),
        "{alerts}"
    );
    assert!(!alerts.contains('\u{1b}'), "no colour into a pipe");

    drop(server);
    let offline = world.run(&["questions", "--offline", "--json"]).json();
    assert_eq!(offline["questions"][0]["text"], "Which tone?");
    assert_eq!(offline["questions"][0]["asker"], "legacy");
    let offline = world.run(&["messages", "legacy", "--offline"]).well();
    assert!(
        offline.starts_with("Offline · as of") && offline.contains("Good morning"),
        "{offline}"
    );
}
