//! Starting, stopping and starting again: over a real socket, with a real file.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use cachebash_core::domain::RawKey;
use cachebash_server::{Server, ServerError, ServerOptions};
use serde_json::{Value, json};
use support::TestServer;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

#[tokio::test]
async fn the_owner_key_is_given_once_and_everything_else_is_still_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("deep/server");
    let (owner_key, builder_key, before) = {
        let home = TestServer::in_folder(&data);
        let made = home
            .owner()
            .post("/v1/keys", json!({"programId": "builder", "label": "b"}))
            .await
            .done();
        let builder = home.with_key(made["key"].as_str().unwrap());
        builder
            .patch("/v1/sessions/builder.t", json!({"status": "here", "progress": 12.5}))
            .await
            .done();
        builder
            .patch(
                "/v1/program-state/builder",
                json!({"contextSummary": {"handoffNotes": "n"}}),
            )
            .await
            .done();
        let seen = everything(&home).await;
        (
            home.server.owner_key().unwrap(),
            made["key"].as_str().unwrap().to_owned(),
            seen,
        )
    };
    let again = TestServer::in_folder(&data);
    assert!(again.server.owner_key().is_none());
    let owner = again.with_key(owner_key.reveal());
    assert_eq!(owner.session("builder.t").await["progress"], 12.5);
    assert_eq!(owner.state("builder").await["contextSummary"]["handoffNotes"], "n");
    assert_eq!(owner.get("/v1/keys").await.done()["count"], 2);
    assert_eq!(before["count"], 1);
    again
        .with_key(&builder_key)
        .patch("/v1/sessions/builder.t", json!({"status": "back"}))
        .await
        .done();
    // With a seed, keys go on where they stopped instead of beginning again.
    let made = owner
        .post("/v1/keys", json!({"programId": "x", "label": "x"}))
        .await
        .done();
    assert!(made["key"] != builder_key.as_str() && made["key"] != owner_key.reveal());
}

async fn everything(home: &TestServer) -> Value {
    home.owner().get("/v1/sessions").await.done()
}

#[tokio::test]
async fn no_raw_key_is_ever_written_to_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let home = TestServer::in_files(folder.path());
    let owner_key = home.server.owner_key().unwrap();
    let asked = json!({"programId": "builder", "label": "b", "capabilities": ["keys.write"]});
    let made = home.owner().post("/v1/keys", asked).await.done();
    let first = made["key"].as_str().unwrap().to_owned();
    let rotated = home.with_key(&first).send("POST", "/v1/keys/rotate", "").await.done();
    let keys = [
        owner_key.reveal().to_owned(),
        first,
        rotated["key"].as_str().unwrap().to_owned(),
    ];
    let hash = owner_key.hash();
    let mut hash_seen = false;
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let has = |needle: &str| bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
        hash_seen |= has(hash.as_str());
        for key in &keys {
            // Neither with its prefix nor without.
            assert!(!has(&key[3..]), "a raw key is in the data folder");
        }
    }
    assert!(hash_seen, "the search would not find a key if it were there");
}

#[cfg(unix)]
#[tokio::test]
async fn the_data_folder_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("server");
    let _home = TestServer::in_folder(&data);
    assert_eq!(std::fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn the_same_seed_gives_the_same_owner_key_and_none_gives_another_each_time() {
    let key = |seed| {
        Server::open(ServerOptions {
            seed,
            ..ServerOptions::default()
        })
        .unwrap()
        .owner_key()
        .unwrap()
    };
    assert_eq!(key(Some(7)), key(Some(7)));
    assert_ne!(key(Some(7)), key(Some(8)));
    assert_ne!(key(None), key(None));
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error_and_not_a_panic() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let data = Some(file.path().join("server"));
    assert!(
        Server::open(ServerOptions {
            data,
            ..ServerOptions::default()
        })
        .is_err()
    );
}

#[tokio::test]
async fn a_damaged_file_is_refused_with_a_word_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    drop(TestServer::in_files(folder.path()));
    let file = folder.path().join("server.sqlite");
    let beside = ["server.sqlite-wal", "server.sqlite-shm"].map(|name| folder.path().join(name));
    let whole = std::fs::read(&file).unwrap();
    let without_log = || beside.iter().for_each(|path| drop(std::fs::remove_file(path)));
    let mut headless = whole.clone();
    headless[..40].fill(0x5a);
    let mut cut = whole.clone();
    cut.truncate(whole.len() / 2 + 100);
    for damaged in [headless, cut] {
        without_log();
        std::fs::write(&file, &damaged).unwrap();
        let opened = Server::open(ServerOptions {
            data: Some(folder.path().to_owned()),
            ..ServerOptions::default()
        });
        assert!(matches!(opened, Err(ServerError::Damaged)), "{:?}", opened.err());
        assert_eq!(std::fs::read(&file).unwrap(), damaged);
    }
}

#[test]
fn a_folder_has_one_server_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let open = || {
        Server::open(ServerOptions {
            data: Some(folder.path().to_owned()),
            ..ServerOptions::default()
        })
    };
    let first = open().unwrap();
    let clone = first.clone();
    assert!(matches!(open(), Err(ServerError::InUse)));
    drop(first);
    assert!(matches!(open(), Err(ServerError::InUse)), "a clone still serves");
    drop(clone);
    open().unwrap();
}

#[tokio::test]
async fn over_a_socket_it_answers_many_requests_on_one_connection_and_stops_when_told() {
    let home = TestServer::in_memory();
    let key = home.server.owner_key().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = home.server.clone();
    let running = tokio::spawn(async move {
        server.serve(listener, async { drop(stopped.await) }).await.unwrap();
    });
    let idle = tokio::task::spawn_blocking(move || talk(address, &key)).await.unwrap();
    stop.send(()).unwrap();
    // A connection that somebody keeps open without asking anything does not hold it up.
    running.await.unwrap();
    drop(idle);
    assert!(TcpStream::connect(address).is_err());
}

#[tokio::test]
async fn a_body_that_is_declared_too_long_is_refused_before_it_comes() {
    let home = TestServer::in_memory();
    let key = home.server.owner_key().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = home.server.clone();
    tokio::spawn(async move { server.serve(listener, std::future::pending()).await });
    tokio::task::spawn_blocking(move || {
        let began = std::time::Instant::now();
        for (path, length) in [
            ("/v1/sessions", 200_000),
            ("/v1/mcp", 200_000),
            ("/v1/sessions", 10_000_000),
        ] {
            let head = |more: &str| {
                format!(
                    "POST {path} HTTP/1.1\r\nhost: h\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
                     content-length: {length}\r\n{more}\r\n",
                    key.reveal()
                )
            };
            // Whoever asks first is not told to go on.
            let mut stream = TcpStream::connect(address).unwrap();
            let (said, body) = exchange(&mut stream, &head("expect: 100-continue\r\n"));
            assert!(said.starts_with("HTTP/1.1 400"), "{said}");
            assert!(body.to_string().contains("Request body too large (max 64KB)"), "{body}");
            // Whoever does not ask is told at once as well, and may still send what it declared.
            let mut stream = TcpStream::connect(address).unwrap();
            let (said, _) = exchange(&mut stream, &head(""));
            assert!(said.starts_with("HTTP/1.1 400"), "{said}");
            if length == 200_000 {
                stream.write_all("y".repeat(length).as_bytes()).unwrap();
                let (said, _) = exchange(&mut stream, "GET /v1/health HTTP/1.1\r\nhost: h\r\n\r\n");
                assert!(said.starts_with("HTTP/1.1 200"), "{said}");
            }
        }
        assert!(began.elapsed() < std::time::Duration::from_secs(10), "it waited");
    })
    .await
    .unwrap();
}

/// A client's side of one connection.
fn talk(address: SocketAddr, key: &RawKey) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    let (head, body) = exchange(&mut stream, "GET /v1/health HTTP/1.1\r\nhost: home:80\r\n\r\n");
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert_eq!(body["status"], "ok");
    assert_eq!(body["restFallback"]["baseUrl"], "http://home:80");
    let bearer = format!("host: h\r\nauthorization: Bearer {}\r\n", key.reveal());
    // Its end is read to the last byte, so the answer is not lost in a reset.
    let large = json!({"name": "x", "pad": "y".repeat(200_000)}).to_string();
    let post = format!(
        "POST /v1/sessions HTTP/1.1\r\n{bearer}content-length: {}\r\n\r\n{large}",
        large.len()
    );
    let (head, body) = exchange(&mut stream, &post);
    assert!(head.starts_with("HTTP/1.1 400"), "{head}");
    assert_eq!(body["error"]["message"], "Request body too large (max 64KB)");
    let (head, body) = exchange(&mut stream, &format!("GET /v1/sessions HTTP/1.1\r\n{bearer}\r\n"));
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert_eq!(body["data"]["count"], 0);
    assert_eq!(body["meta"]["timestamp"], "2026-11-23T12:00:00.000Z");
    stream
}

/// Sends one request and reads one answer with a content-length.
fn exchange(stream: &mut TcpStream, request: &str) -> (String, Value) {
    stream.write_all(request.as_bytes()).unwrap();
    let mut got = Vec::new();
    loop {
        if let Some(end) = got.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8(got[..end].to_vec()).unwrap();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .unwrap();
            let length: usize = length.parse().unwrap();
            if got.len() >= end + 4 + length {
                return (head, serde_json::from_slice(&got[end + 4..]).unwrap());
            }
        }
        let mut piece = [0; 4_096];
        let read = stream.read(&mut piece).unwrap();
        assert!(read > 0, "the connection ended early");
        got.extend_from_slice(&piece[..read]);
    }
}
