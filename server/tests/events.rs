//! The event stream over a real connection: what one hears, in which order, again after a break, and when it ends.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::net::SocketAddr;
use std::time::Duration;

use cachebash_core::domain::Span;
use serde_json::{Value, json};
use support::{Person, TestServer};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, advance};

/// The server on a port of its own.
struct Served {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
}

impl Served {
    async fn of(home: &TestServer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = home.server.clone();
        let serving = tokio::spawn(async move {
            let until = async { drop(stopped.await) };
            server.serve(listener, until).await.unwrap();
        });
        Self {
            address,
            stop: Some(stop),
            serving,
        }
    }

    /// A stream from where `query` and the last id say.
    async fn listen(&self, person: &Person, query: &str, last_id: Option<&str>) -> Listener {
        let (status, listener) = self.ask(person, query, last_id).await;
        assert_eq!(status, 200);
        listener
    }

    /// A stream whose greeting was heard, and the cursor that it told.
    async fn greeted(&self, person: &Person) -> (Listener, String) {
        let mut listener = self.listen(person, "", None).await;
        let ready = listener.next().await.unwrap();
        assert_eq!(ready.kind, "ready");
        assert_eq!(ready.data["cursor"], *ready.id);
        (listener, ready.id)
    }

    async fn ask(&self, person: &Person, query: &str, last_id: Option<&str>) -> (u16, Listener) {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let mut reader = BufReader::new(stream);
        let last_id = last_id.map(|id| format!("last-event-id: {id}\r\n")).unwrap_or_default();
        let request = format!(
            "GET /v1/events{query} HTTP/1.1\r\nhost: localhost\r\nauthorization: {}\r\n{last_id}\r\n",
            person.authorization()
        );
        reader.write_all(request.as_bytes()).await.unwrap();
        let mut status = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).await.unwrap();
            if let Some(rest) = line.strip_prefix("HTTP/1.1 ") {
                status = rest[..3].parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
        }
        let listener = Listener {
            reader,
            text: String::new(),
        };
        (status, listener)
    }
}

/// A client's end of a stream.
struct Listener {
    reader: BufReader<TcpStream>,
    text: String,
}

/// One block of a stream; a comment has no kind.
#[derive(Debug, Default)]
struct Event {
    kind: String,
    id: String,
    data: Value,
    comment: String,
}

impl Event {
    /// What changed, as entity and id.
    fn names(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let changes = self.data["changes"].as_array().unwrap();
        changes
            .iter()
            .map(|change| (text(&change["entity"]), text(&change["id"])))
            .collect()
    }
}

impl Listener {
    /// The next block. `None`: the stream has ended.
    async fn next(&mut self) -> Option<Event> {
        while !self.text.contains("\n\n") {
            let mut size = String::new();
            self.reader.read_line(&mut size).await.unwrap();
            let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
            if size == 0 {
                return None;
            }
            let mut chunk = vec![0; size + 2];
            self.reader.read_exact(&mut chunk).await.unwrap();
            self.text.push_str(std::str::from_utf8(&chunk[..size]).unwrap());
        }
        let (block, rest) = self.text.split_once("\n\n").unwrap();
        let mut event = Event::default();
        for line in block.lines() {
            match line.split_once(": ") {
                Some(("event", kind)) => kind.clone_into(&mut event.kind),
                Some(("id", id)) => id.clone_into(&mut event.id),
                Some(("data", data)) => event.data = serde_json::from_str(data).unwrap(),
                Some(("", comment)) => comment.clone_into(&mut event.comment),
                Some(("retry", millis)) => assert_eq!(millis, "1000"),
                other => panic!("{other:?} is no line of an event"),
            }
        }
        self.text = rest.to_owned();
        Some(event)
    }

    /// Everything up to a change of this record.
    async fn until(&mut self, entity: &str, id: &str) -> Vec<Event> {
        let mut heard = Vec::new();
        loop {
            let event = self.next().await.expect("the stream goes on");
            if event.kind == "changes" {
                let names = event.names();
                heard.push(event);
                if names.contains(&(entity.to_owned(), id.to_owned())) {
                    return heard;
                }
            }
        }
    }
}

async fn begin(person: &Person, id: &str) {
    person
        .post("/v1/sessions", json!({ "sessionId": id, "name": "Work" }))
        .await
        .done();
}

#[tokio::test]
async fn a_change_is_heard_as_sync_would_tell_it() {
    let home = TestServer::in_memory();
    let (served, owner) = (Served::of(&home).await, home.owner());
    begin(&owner, "builder.before").await;
    let (mut listener, at) = served.greeted(&owner).await;
    begin(&owner, "builder.t1").await;
    let heard = listener.until("session", "builder.t1").await;
    let told = owner.get(&format!("/v1/sync?cursor={at}")).await.done();
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0].data["changes"], told["changes"]);
    assert_eq!(heard[0].data["cursor"], told["cursor"]);
    assert_eq!(heard[0].id, told["cursor"]);
    assert_eq!(heard[0].names()[0], ("session".to_owned(), "builder.t1".to_owned()));
}

#[tokio::test]
async fn whoever_comes_back_hears_what_was_missed_once_and_nothing_again() {
    let home = TestServer::in_memory();
    let (served, owner) = (Served::of(&home).await, home.owner());
    let (mut listener, at) = served.greeted(&owner).await;
    let mut heard = Vec::new();
    let mut last = at.clone();
    for round in 0..5 {
        begin(&owner, &format!("builder.{round}a")).await;
        for event in listener.until("session", &format!("builder.{round}a")).await {
            last = event.id.clone();
            heard.extend(event.data["changes"].as_array().unwrap().clone());
        }
        // The line breaks, in the middle of things.
        drop(listener);
        begin(&owner, &format!("builder.{round}b")).await;
        begin(&owner, &format!("builder.{round}c")).await;
        listener = served.listen(&owner, "", Some(&last)).await;
        assert_eq!(listener.next().await.unwrap().id, last);
        for event in listener.until("session", &format!("builder.{round}c")).await {
            last = event.id.clone();
            heard.extend(event.data["changes"].as_array().unwrap().clone());
        }
    }
    begin(&owner, "builder.end").await;
    for event in listener.until("session", "builder.end").await {
        heard.extend(event.data["changes"].as_array().unwrap().clone());
    }
    let seqs: Vec<i64> = heard.iter().map(|change| change["seq"].as_i64().unwrap()).collect();
    assert!(seqs.windows(2).all(|two| two[0] < two[1]), "none comes twice: {seqs:?}");
    let whole = owner.get(&format!("/v1/sync?limit=1000&cursor={at}")).await.done();
    // The update of the last session may be on its way in an event of its own.
    let told = whole["changes"].as_array().unwrap();
    assert_eq!(told.len(), 32);
    assert_eq!(heard[..], told[..heard.len()]);
    assert!(heard.len() >= 31);
}

#[tokio::test]
async fn the_last_id_goes_before_the_parameter_and_a_long_way_is_told_in_several_events() {
    let home = TestServer::in_memory();
    let (served, owner) = (Served::of(&home).await, home.owner());
    let far = owner.get("/v1/sync").await.done()["cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    for number in 0..300 {
        begin(&owner, &format!("builder.{number}")).await;
    }
    let mut listener = served.listen(&owner, &format!("?cursor={far}"), None).await;
    assert_eq!(listener.next().await.unwrap().id, far);
    let (first, second) = (listener.next().await.unwrap(), listener.next().await.unwrap());
    assert_eq!(
        (first.data["hasMore"].clone(), second.data["hasMore"].clone()),
        (json!(true), json!(false))
    );
    assert_eq!(first.names().len() + second.names().len(), 600);
    let mut listener = served.listen(&owner, &format!("?cursor={far}"), Some(&first.id)).await;
    assert_eq!(listener.next().await.unwrap().id, first.id);
    assert_eq!(listener.next().await.unwrap().names(), second.names());
}

#[tokio::test(start_paused = true)]
async fn a_burst_is_one_event() {
    let home = TestServer::in_memory();
    let (served, owner) = (Served::of(&home).await, home.owner());
    let (mut listener, _) = served.greeted(&owner).await;
    // While a thread is busy, the clock stands still.
    let (release, released) = std::sync::mpsc::channel::<()>();
    let busy = tokio::task::spawn_blocking(move || released.recv().is_err());
    for number in 0..10 {
        begin(&owner, &format!("builder.{number}")).await;
    }
    let heard = tokio::spawn(async move { listener.next().await.unwrap() });
    while !heard.is_finished() {
        advance(Duration::from_millis(50)).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(heard.await.unwrap().names().len(), 20);
    drop(release);
    assert!(busy.await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_quiet_stream_says_every_thirty_seconds_that_it_is_alive() {
    let home = TestServer::in_memory();
    let (served, owner) = (Served::of(&home).await, home.owner());
    let (mut listener, _) = served.greeted(&owner).await;
    let mut last = Instant::now();
    for _ in 0..3 {
        let beat = listener.next().await.unwrap();
        assert_eq!((beat.comment.as_str(), beat.id.as_str()), ("heartbeat", ""));
        let silence = last.elapsed();
        assert!(
            silence >= Duration::from_millis(29_500) && silence < Duration::from_secs(31),
            "{silence:?}"
        );
        last = Instant::now();
    }
}

#[tokio::test(start_paused = true)]
async fn who_may_read_nothing_hears_nothing_and_yet_moves_on() {
    let home = TestServer::in_memory();
    let served = Served::of(&home).await;
    let nobody = home.agent_with("reviewer", &["sprint.write"]).await;
    let at = nobody.get("/v1/sync").await.done()["cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    begin(&home.owner(), "builder.t1").await;
    let mut listener = served.listen(&nobody, "", Some(&at)).await;
    assert_eq!(listener.next().await.unwrap().id, at);
    let beat = listener.next().await.unwrap();
    assert_eq!(beat.comment, "heartbeat");
    let now = nobody.get("/v1/sync").await.done()["cursor"].clone();
    assert_eq!(json!(beat.id), now);
    assert_ne!(beat.id, at);
    assert_eq!(listener.next().await.unwrap().id, "", "it is told once");
}

#[tokio::test]
async fn a_stream_ends_with_its_key() {
    let home = TestServer::in_memory();
    let (served, owner) = (Served::of(&home).await, home.owner());
    let builder = home.agent("builder").await;
    let (mut listener, _) = served.greeted(&builder).await;
    let keys = owner.get("/v1/keys").await.done();
    let key = keys["keys"]
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["label"] == "builder")
        .unwrap()
        .clone();
    owner
        .delete(&format!("/v1/keys/{}", key["keyHash"].as_str().unwrap()))
        .await
        .done();
    assert!(listener.next().await.is_none());
    let (status, _) = served.ask(&builder, "", None).await;
    assert_eq!(status, 401);
}

#[tokio::test(start_paused = true)]
async fn a_stream_whose_key_expires_ends_though_nothing_happens() {
    let home = TestServer::in_memory();
    let served = Served::of(&home).await;
    let asked = json!({ "programId": "builder", "label": "short", "ttlDays": 1 });
    let builder = home.agent_who(asked).await;
    let (mut listener, _) = served.greeted(&builder).await;
    assert_eq!(listener.next().await.unwrap().comment, "heartbeat");
    home.after(Span::from_mins(24 * 60));
    assert!(listener.next().await.is_none());
}

#[tokio::test]
async fn a_cursor_that_is_of_no_use_is_answered_before_the_stream_begins() {
    let home = TestServer::in_memory();
    let (served, owner) = (Served::of(&home).await, home.owner());
    let others = home.agent("builder").await.get("/v1/sync").await.done()["cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(served.ask(&owner, "", Some(&others)).await.0, 410);
    assert_eq!(served.ask(&owner, &format!("?cursor={others}"), None).await.0, 410);
    assert_eq!(served.ask(&owner, "", Some("x")).await.0, 400);
    assert_eq!(served.ask(&owner, "?cursor=x", None).await.0, 400);
    assert_eq!(
        owner.get(&format!("/v1/events?cursor={others}")).await.failure().1,
        "CURSOR_EXPIRED"
    );
    assert_eq!(owner.get("/v1/events?cursor=x").await.issues()[0].0, "cursor");
    assert_eq!(home.anonymous().get("/v1/events").await.failure().0, 401);
}

#[tokio::test]
async fn a_server_that_stops_ends_its_streams_and_can_be_served_again() {
    let home = TestServer::in_memory();
    let (mut served, owner) = (Served::of(&home).await, home.owner());
    let (mut one, at) = served.greeted(&owner).await;
    let (mut other, _) = served.greeted(&owner).await;
    served.stop.take().unwrap().send(()).unwrap();
    assert!(one.next().await.is_none());
    assert!(other.next().await.is_none());
    served.serving.await.unwrap();
    let again = Served::of(&home).await;
    begin(&owner, "builder.t1").await;
    let mut listener = again.listen(&owner, "", Some(&at)).await;
    listener.until("session", "builder.t1").await;
}
