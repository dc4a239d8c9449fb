//! A server as the system sees it: told to stop once and twice, over https, with a log that gives nothing away.

#![allow(clippy::unwrap_used)]

mod support;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use support::{Served, World};

/// A write of which half has been sent.
struct Half {
    stream: TcpStream,
    rest: &'static str,
}

impl Half {
    fn of(server: &Served) -> Self {
        let (body, rest) = (
            r#"{"sessionId":"builder.half","#,
            r#""programId":"builder","name":"x"}"#,
        );
        let (address, key) = (
            server.url.trim_start_matches("http://"),
            server.owner_key.clone().unwrap(),
        );
        let mut stream = TcpStream::connect(address).unwrap();
        let length = body.len() + rest.len();
        let head = format!(
            "POST /v1/sessions HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\n\
             expect: 100-continue\r\ncontent-length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        // Told to go on, we know that the server has begun.
        let mut go_on = [0; 25];
        stream.read_exact(&mut go_on).unwrap();
        assert_eq!(go_on, *b"HTTP/1.1 100 Continue\r\n\r\n");
        stream.write_all(body.as_bytes()).unwrap();
        Self { stream, rest }
    }

    /// Sends the rest, and gives the answer.
    fn finish(mut self) -> String {
        self.stream.write_all(self.rest.as_bytes()).unwrap();
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

/// Waits until nobody is let in any more.
fn shut(server: &Served) {
    let address = server.url.trim_start_matches("http://");
    while TcpStream::connect(address).is_ok() {
        std::thread::yield_now();
    }
}

#[test]
fn told_to_stop_it_finishes_what_began_and_lets_nobody_else_in() {
    let world = World::new();
    let folder = world.folder("hub");
    let server = world.serve(&folder, &[]);
    let key = server.owner_key.clone().unwrap();
    let half = Half::of(&server);
    server.signal();
    shut(&server);
    let answer = half.finish();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert_eq!(server.ended(), Some(0));
    let again = world.serve(&folder, &[]);
    let (_, kept) = support::get(&format!("{}/v1/sessions", again.url), &key);
    assert!(kept.contains("builder.half"), "{kept}");
}

#[test]
fn told_twice_it_leaves_at_once() {
    let world = World::new();
    let server = world.serve(&world.folder("hub"), &[]);
    let half = Half::of(&server);
    server.signal();
    shut(&server);
    server.signal();
    assert_eq!(server.ended(), Some(1));
    drop(half);
}

#[test]
fn a_certificate_makes_it_https_and_a_wrong_one_says_why() {
    let world = World::new();
    let made = || rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (one, other) = (made(), made());
    let file = |name: &str, text: String| {
        let file = world.folder(name);
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let cert = file("cert.pem", one.cert.pem());
    let key = file("key.pem", one.signing_key.serialize_pem());
    let wrong = file("wrong.pem", other.signing_key.serialize_pem());
    let server = world.serve(&world.folder("hub"), &["--tls-cert", &cert, "--tls-key", &key]);
    let address = server.url.strip_prefix("https://").unwrap();
    let mut plain = TcpStream::connect(address).unwrap();
    plain.write_all(b"GET /v1/health HTTP/1.1\r\nhost: h\r\n\r\n").unwrap();
    let mut said = Vec::new();
    let _ = plain.read_to_end(&mut said);
    assert!(!said.starts_with(b"HTTP"), "it speaks http in clear");
    let data = world.folder("other");
    let serve = |more: &[&str]| {
        let base = ["serve", "--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()];
        world.run(&[&base[..], more].concat())
    };
    let alone = serve(&["--tls-cert", &cert]);
    assert!(alone.code == 2 && alone.err.contains("--tls-key FILE"), "{alone:?}");
    let others = serve(&["--tls-cert", &cert, "--tls-key", &wrong]);
    assert!(
        others.code == 1 && others.err.contains("wrong.pem is not that of the certificate"),
        "{others:?}"
    );
    let nowhere = serve(&["--tls-cert", "/nowhere.pem", "--tls-key", &key]);
    assert!(
        nowhere.code == 1 && nowhere.err.contains("/nowhere.pem cannot be read: No such file"),
        "{nowhere:?}"
    );
}

#[test]
fn listening_to_everybody_in_clear_is_warned_of() {
    let world = World::new();
    let log = |more: &[&str]| {
        let data = world.folder("hub");
        let base = ["serve", "--json", "--data", data.to_str().unwrap()];
        world
            .serve_as(world.command(&[&base[..], more].concat()))
            .terminate_and_tell()
    };
    let wide = log(&["--listen", "0.0.0.0:0"]);
    assert!(
        wide.contains("carries keys in clear") && wide.contains("--tls-cert"),
        "{wide}"
    );
    let here = log(&["--listen", "127.0.0.1:0"]);
    assert!(!here.contains("in clear"), "{here}");
}

#[test]
fn the_log_has_a_line_for_each_request_and_nothing_that_people_wrote() {
    let world = World::new();
    let server = world.serve(&world.folder("hub"), &["--log-format", "json"]);
    let key = server.owner_key.clone().unwrap();
    let named = |name: &str| vec![format!("Authorization: Bearer {key}"), format!("x-request-id: {name}")];
    let told = r#"{"sessionId":"builder.whisper","programId":"builder","name":"a private matter"}"#;
    support::post(&format!("{}/v1/sessions", server.url), &named("first"), told);
    support::post(
        &format!("{}/v1/keys", server.url),
        &named("second"),
        r#"{"programId":"builder","label":"hush"}"#,
    );
    support::get(&format!("{}/v1/sessions?programId=murmur", server.url), &key);
    support::get(&format!("{}/v1/hidden/path", server.url), &key);
    support::get(&format!("{}/v1/sessions", server.url), "cb_wrong");
    let log = server.terminate_and_tell();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(|line: &serde_json::Value| line["message"] == "answered")
        .collect();
    assert_eq!(lines.len(), 5, "{log}");
    let first = lines.iter().find(|line| line["request_id"] == "first").unwrap();
    for (name, value) in [
        ("level", "INFO"),
        ("method", "POST"),
        ("route", "/v1/sessions"),
        ("tenant", "home"),
        ("program", "legacy"),
    ] {
        assert_eq!(first[name], value, "{log}");
    }
    assert!(first["status"] == 201 && first["duration_us"].is_u64(), "{log}");
    let strange: Vec<_> = lines.iter().filter(|line| line["route"] == "none").collect();
    assert_eq!(strange.len(), 2, "no such path, no such key: {log}");
    for secret in ["cb_", "whisper", "private", "hush", "murmur", "hidden"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}

#[test]
fn the_log_is_as_loud_as_it_is_asked_to_be() {
    let world = World::new();
    let log = |more: &[&str]| {
        let server = world.serve(&world.folder("hub"), more);
        support::get(&format!("{}/v1/nowhere", server.url), "cb_wrong");
        server.terminate_and_tell()
    };
    assert!(log(&[]).contains("answered"), "info is usual");
    assert_eq!(log(&["--log-level", "warn"]), "");
    assert_eq!(log(&["--log-level", "off"]), "");
    let finest = world.run(&["serve", "--log-level", "trace"]);
    assert!(
        finest.code == 2 && finest.err.contains("debug]"),
        "what says no more than debug is none of its own: {finest:?}"
    );
}
