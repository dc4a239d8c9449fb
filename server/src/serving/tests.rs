//! Slow, large and late clients over real sockets, with a server that has little patience.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;

use axum::routing::{get, post};
use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;

use super::*;

const SOON: Duration = Duration::from_millis(100);

/// A server whose answers are held back until they are let go.
struct Door {
    address: SocketAddr,
    ending: CancellationToken,
    begun: Arc<Notify>,
    let_go: Arc<Notify>,
    serving: JoinHandle<()>,
}

async fn door(tls: Option<Tls>, patience: Patience) -> Door {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (begun, let_go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, waits) = (Arc::clone(&begun), Arc::clone(&let_go));
    let router = Router::new()
        .route(
            "/who",
            get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() }),
        )
        .route(
            "/host",
            get(|headers: axum::http::HeaderMap| async move {
                let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
                host.unwrap_or_default().to_owned()
            }),
        )
        .route(
            "/echo",
            post(
                |body: Result<String, axum::extract::rejection::StringRejection>| async move {
                    body.unwrap_or_else(|_| "cut".to_owned())
                },
            ),
        )
        .route(
            "/held",
            get(move || async move {
                begins.notify_one();
                waits.notified().await;
                "done"
            }),
        );
    let (address, ending) = (listener.local_addr().unwrap(), CancellationToken::new());
    let serving = tokio::spawn(serve(listener, tls, router, ending.clone(), patience));
    Door {
        address,
        ending,
        begun,
        let_go,
        serving,
    }
}

impl Door {
    async fn knock(&self, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    }
}

/// All that comes until the other side hangs up; a reset is an end, too.
async fn rest(mut stream: impl AsyncRead + Unpin) -> String {
    let mut all = Vec::new();
    let _ = stream.read_to_end(&mut all).await;
    String::from_utf8(all).unwrap()
}

const LEAVE: &str = "host: h\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn who_sends_its_head_or_its_body_too_slowly_is_cut_off() {
    let door = door(
        None,
        Patience {
            head: SOON,
            body: SOON,
            ..Patience::default()
        },
    )
    .await;
    let head = door.knock("GET /who HTTP/1.1\r\nhost:").await;
    assert_eq!(rest(head).await, "");
    let idle = door.knock("").await;
    assert_eq!(rest(idle).await, "");
    let body = door
        .knock("POST /echo HTTP/1.1\r\nhost: h\r\ncontent-length: 9\r\n\r\nhalf")
        .await;
    let said = rest(body).await;
    assert!(said.starts_with("HTTP/1.1 200") && said.ends_with("cut"), "{said}");
    let whole = door
        .knock(&format!("POST /echo HTTP/1.1\r\ncontent-length: 5\r\n{LEAVE}whole"))
        .await;
    assert!(rest(whole).await.ends_with("whole"));
}

#[tokio::test]
async fn heads_have_a_size_and_a_number_of_headers() {
    let door = door(None, Patience::default()).await;
    let status = async |head: String| {
        let said = rest(door.knock(&format!("GET /who HTTP/1.1\r\n{head}{LEAVE}")).await).await;
        said.split(' ').nth(1).unwrap_or("none").to_owned()
    };
    let many = |count: usize| (0..count).map(|n| format!("x-{n}: y\r\n")).collect::<String>();
    assert_eq!(status(many(MOST_HEADERS - 2)).await, "200");
    assert_eq!(status(many(MOST_HEADERS + 1)).await, "431");
    assert_eq!(status(format!("x: {}\r\n", "y".repeat(HEAD_LIMIT / 2))).await, "200");
    assert_eq!(status(format!("x: {}\r\n", "y".repeat(HEAD_LIMIT * 2))).await, "431");
}

#[tokio::test]
async fn what_began_is_finished_and_nothing_else_begins() {
    let door = door(None, Patience::default()).await;
    let idle = door.knock("").await;
    let held = door.knock("GET /held HTTP/1.1\r\nhost: h\r\n\r\n").await;
    door.begun.notified().await;
    door.ending.cancel();
    // The one that does nothing is let go of first.
    assert_eq!(rest(idle).await, "");
    assert!(TcpStream::connect(door.address).await.is_err());
    assert!(!door.serving.is_finished());
    door.let_go.notify_one();
    assert!(rest(held).await.ends_with("done"));
    door.serving.await.unwrap();
}

#[tokio::test]
async fn who_does_not_come_to_an_end_is_left_behind() {
    let door = door(
        None,
        Patience {
            drain: SOON,
            ..Patience::default()
        },
    )
    .await;
    let held = door.knock("GET /held HTTP/1.1\r\nhost: h\r\n\r\n").await;
    door.begun.notified().await;
    door.ending.cancel();
    door.serving.await.unwrap();
    assert_eq!(rest(held).await, "");
}

/// A certificate for `localhost`, and what trusts it.
fn certificate(speaks: &[u8]) -> (Tls, TlsConnector) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&cert, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let mut trusted = rustls::RootCertStore::empty();
    trusted.add(made.cert.der().clone()).unwrap();
    let mut client = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(trusted)
        .with_no_client_auth();
    client.alpn_protocols = vec![speaks.to_vec()];
    let tls = Tls::from_pem_files(&cert, &key).unwrap();
    (tls, TlsConnector::from(Arc::new(client)))
}

#[tokio::test]
async fn a_handshake_that_never_comes_holds_up_nobody_and_is_given_up() {
    let (tls, trusts) = certificate(b"http/1.1");
    let door = door(
        Some(tls),
        Patience {
            handshake: SOON,
            ..Patience::default()
        },
    )
    .await;
    let silent = door.knock("").await;
    let plain = door.knock(&format!("GET /who HTTP/1.1\r\n{LEAVE}")).await;
    let stream = TcpStream::connect(door.address).await.unwrap();
    let own = stream.local_addr().unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut secure = trusts.connect(name, stream).await.unwrap();
    secure
        .write_all(format!("GET /who HTTP/1.1\r\n{LEAVE}").as_bytes())
        .await
        .unwrap();
    let said = rest(secure).await;
    assert!(
        said.starts_with("HTTP/1.1 200") && said.ends_with(&own.to_string()),
        "{said}"
    );
    assert_eq!(rest(silent).await, "");
    assert!(!rest_of_bytes(plain).await.starts_with(b"HTTP"));
}

async fn rest_of_bytes(mut stream: TcpStream) -> Vec<u8> {
    let mut all = Vec::new();
    let _ = stream.read_to_end(&mut all).await;
    all
}

#[tokio::test]
async fn dropping_the_server_ends_what_it_began() {
    let (told, hears) = oneshot::channel::<()>();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let told = Arc::new(std::sync::Mutex::new(Some(told)));
    let held = move || {
        // Dropped with the answer that never comes.
        let told = told.lock().unwrap().take();
        async move {
            let _told = told;
            std::future::pending::<()>().await;
        }
    };
    let router = Router::new().route("/held", get(held));
    let serving = tokio::spawn(serve(
        listener,
        None,
        router,
        CancellationToken::new(),
        Patience::default(),
    ));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream
        .write_all(b"GET /held HTTP/1.1\r\nhost: h\r\n\r\n")
        .await
        .unwrap();
    // An answer to what comes after would wait for the first.
    tokio::task::yield_now().await;
    serving.abort();
    assert_eq!(rest(stream).await, "");
    assert!(hears.await.is_err());
}

#[tokio::test]
async fn who_speaks_http2_has_many_answers_under_way_on_one_connection() {
    let (tls, trusts) = certificate(HTTP2);
    let door = door(Some(tls), Patience::default()).await;
    let stream = TcpStream::connect(door.address).await.unwrap();
    let own = stream.local_addr().unwrap();
    let secure = trusts
        .connect(ServerName::try_from("localhost").unwrap(), stream)
        .await
        .unwrap();
    assert_eq!(secure.get_ref().1.alpn_protocol(), Some(HTTP2));
    let (sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(secure))
        .await
        .unwrap();
    let connection = tokio::spawn(connection);
    let ask = |path: &str| {
        let request = Request::get(format!("https://localhost{path}"))
            .body(Body::empty())
            .unwrap();
        let mut sender = sender.clone();
        async move {
            let reply = sender.send_request(request).await.unwrap();
            axum::body::to_bytes(Body::new(reply.into_body()), 1024).await.unwrap()
        }
    };
    let held = tokio::spawn(ask("/held"));
    door.begun.notified().await;
    assert_eq!(
        ask("/who").await,
        own.to_string(),
        "nobody waits for the one that is held"
    );
    assert_eq!(
        ask("/host").await,
        "localhost",
        "whom it asks for is where handlers look"
    );
    // What began is finished, and nothing else begins.
    door.ending.cancel();
    door.let_go.notify_one();
    assert_eq!(held.await.unwrap(), "done");
    drop(sender);
    connection.await.unwrap().unwrap();
    door.serving.await.unwrap();
}
