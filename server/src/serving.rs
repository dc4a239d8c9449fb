//! From a socket to the router and back. A connection costs little while it is idle, so that thousands of open event
//! streams fit in a small machine; nobody who is slow on purpose holds up anyone else; and what has begun when the server
//! is told to stop is finished, for a while.

use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, Request, Response, header};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Sleep;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service;

use crate::tls::{HTTP2, Tls};

/// All of a request's head must fit.
const HEAD_LIMIT: usize = 16 * 1_024;

/// How many headers a request may have.
const MOST_HEADERS: usize = 64;

/// How many requests a connection may have under way beside each other: an app's few, with room.
const BESIDE_EACH_OTHER: u32 = 64;

/// How long to wait for others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// For a request's head; and how long a connection may do nothing before the next one.
    pub(crate) head: Duration,
    /// For the rest of a request.
    pub(crate) body: Duration,
    /// For the two sides to agree on keys.
    pub(crate) handshake: Duration,
    /// For what has begun when the server is to stop.
    pub(crate) drain: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(75),
            body: Duration::from_secs(30),
            handshake: Duration::from_secs(10),
            drain: Duration::from_secs(10),
        }
    }
}

/// How long to wait when the system has no room for another connection.
const NO_ROOM_PAUSE: Duration = Duration::from_millis(250);

/// Accepts until `ending`, then finishes what began.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<Tls>,
    router: Router,
    ending: CancellationToken,
    patience: Patience,
) {
    let http = http(patience);
    let tls = tls.map(|Tls(config)| TlsAcceptor::from(config));
    let connections = TaskTracker::new();
    // Cancelled when patience with what is unfinished is at its end.
    let at_once = CancellationToken::new();
    let _also_when_dropped = at_once.clone().drop_guard();
    while let Some(accepted) = ending.run_until_cancelled(listener.accept()).await {
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                pause_after(&error).await;
                continue;
            }
        };
        // Small answers at once; where the system refuses, they are only later.
        let _ = stream.set_nodelay(true);
        let connection = Connection {
            http: http.clone(),
            router: router.clone(),
            peer,
            patience,
            ending: ending.clone(),
        };
        let (tls, at_once) = (tls.clone(), at_once.clone());
        connections.spawn(async move { at_once.run_until_cancelled(connection.run(stream, tls)).await });
    }
    // Nobody is kept waiting at a door that stays shut.
    drop(listener);
    connections.close();
    if tokio::time::timeout(patience.drain, connections.wait()).await.is_err() {
        tracing::warn!(unfinished = connections.len(), "stopped before everything was finished");
    }
}

fn http(patience: Patience) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(patience.head)
        .max_buf_size(HEAD_LIMIT)
        .max_headers(MOST_HEADERS);
    http
}

/// A connection that went before it was accepted is its own affair; where there is no room, others must go first.
async fn pause_after(error: &std::io::Error) {
    let is_the_peers = matches!(
        error.kind(),
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused
    );
    if !is_the_peers {
        tracing::error!(%error, "a connection could not be accepted");
        tokio::time::sleep(NO_ROOM_PAUSE).await;
    }
}

/// One connection, and what it needs.
struct Connection {
    http: http1::Builder,
    router: Router,
    peer: SocketAddr,
    patience: Patience,
    ending: CancellationToken,
}

impl Connection {
    async fn run(self, stream: TcpStream, tls: Option<TlsAcceptor>) {
        let Some(tls) = tls else {
            return self.answer(stream).await;
        };
        let handshake = tokio::time::timeout(self.patience.handshake, tls.accept(stream));
        match self.ending.clone().run_until_cancelled(handshake).await {
            Some(Ok(Ok(stream))) if stream.get_ref().1.alpn_protocol() == Some(HTTP2) => {
                self.answer_together(stream).await
            }
            Some(Ok(Ok(stream))) => self.answer(stream).await,
            Some(Ok(Err(error))) => tracing::debug!(%error, peer = %self.peer, "no handshake"),
            Some(Err(_)) => tracing::debug!(peer = %self.peer, "a handshake took too long"),
            None => {}
        }
    }

    /// Answers one request after the other until either side has had enough.
    async fn answer(self, stream: impl AsyncRead + AsyncWrite + Unpin) {
        let (router, peer, patience) = (self.router, self.peer, self.patience.body);
        let service = service_fn(move |request| respond(router.clone(), peer, patience, request));
        let mut connection = pin!(self.http.serve_connection(TokioIo::new(stream), service));
        let ended = match self.ending.run_until_cancelled(connection.as_mut()).await {
            Some(ended) => ended,
            None => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, %peer, "a connection ended early");
        }
    }

    /// Answers many requests beside each other: HTTP/2, which an idle poll costs next to nothing.
    async fn answer_together(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let (router, peer, patience) = (self.router, self.peer, self.patience);
        let service = service_fn(move |request| respond(router.clone(), peer, patience.body, request));
        let mut http = http2::Builder::new(TokioExecutor::new());
        http.timer(TokioTimer::new())
            .max_header_list_size(HEAD_LIMIT as u32)
            .max_concurrent_streams(BESIDE_EACH_OTHER)
            // Who is gone without a word is noticed; who is there may stay, as with an open event stream.
            .keep_alive_interval(patience.head)
            .keep_alive_timeout(patience.handshake);
        let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
        let ended = match self.ending.run_until_cancelled(connection.as_mut()).await {
            Some(ended) => ended,
            None => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, %peer, "a connection ended early");
        }
    }
}

async fn respond(
    mut router: Router,
    peer: SocketAddr,
    patience: Duration,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let mut request = request.map(|body| {
        if body.is_end_stream() {
            Body::empty()
        } else {
            Body::new(Timely {
                body,
                until: Box::pin(tokio::time::sleep(patience)),
            })
        }
    });
    request.extensions_mut().insert(ConnectInfo(peer));
    // HTTP/2 says in its address whom it asks for; everything else here looks at the header.
    let asked_for = request
        .uri()
        .authority()
        .and_then(|host| HeaderValue::try_from(host.as_str()).ok());
    if let (Some(host), false) = (asked_for, request.headers().contains_key(header::HOST)) {
        request.headers_mut().insert(header::HOST, host);
    }
    router.call(request).await
}

/// A body that must be there in time, however often a little of it comes.
struct Timely {
    body: Incoming,
    until: Pin<Box<Sleep>>,
}

impl HttpBody for Timely {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(frame) => Poll::Ready(frame.map(|frame| frame.map_err(Into::into))),
            Poll::Pending => {
                let over = self.until.as_mut().poll(context);
                over.map(|()| Some(Err("the body did not come in time".into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests;
