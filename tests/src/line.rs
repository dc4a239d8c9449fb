//! The network between the companion and a server, in the test's hand: open, cut, black-holed or held back.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What the line does with bytes from the companion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Passes them on.
    Open,
    /// Breaks the connection.
    Cut,
    /// Swallows them; nothing ever comes back.
    BlackHole,
    /// Keeps them until the mode changes.
    Held,
    /// Nobody listens: a connection is refused before anything is sent.
    Down,
}

/// What becomes of single requests, by how they begin.
#[derive(Default)]
struct Fates {
    /// The next one's reply is lost.
    loses: Option<String>,
    /// The server has no such route.
    hides: Option<String>,
    /// The server no longer knows what changed since a cursor.
    forgets: Option<String>,
}

type Fated = Arc<Mutex<Fates>>;

const NO_SUCH_ROUTE: &[u8] = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";

const CURSOR_EXPIRED: &str = r#"{"success":false,"error":{"code":"CURSOR_EXPIRED","message":"Read in full."}}"#;

/// A TCP forwarder; it stops when dropped.
pub struct Line {
    url: String,
    mode: watch::Sender<Mode>,
    requests: watch::Receiver<Vec<String>>,
    fates: Fated,
    breaks: watch::Sender<()>,
    _tasks: JoinSet<()>,
}

impl Line {
    /// Listens on a free port and forwards to `target` (`http://127.0.0.1:PORT`).
    pub async fn to(target: &str) -> Self {
        let address = target.trim_start_matches("http://").to_owned();
        let mut listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let near = listener.local_addr().unwrap();
        let url = format!("http://{near}");
        let (mode, _) = watch::channel(Mode::Open);
        let (log, requests) = watch::channel(Vec::new());
        let log = Arc::new(Mutex::new(log));
        let modes = mode.clone();
        let (breaks, _) = watch::channel(());
        let broken = breaks.clone();
        let fates = Fated::default();
        let fated = Arc::clone(&fates);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            let mut down = modes.subscribe();
            loop {
                let stream = tokio::select! {
                    accepted = listener.accept() => accepted.unwrap().0,
                    is_down = async { down.wait_for(|mode| *mode == Mode::Down).await.is_ok() } => {
                        if !is_down {
                            return;
                        }
                        drop(listener);
                        if down.wait_for(|mode| *mode != Mode::Down).await.is_err() {
                            return;
                        }
                        listener = TcpListener::bind(near).await.unwrap();
                        continue;
                    }
                };
                connections.spawn(forward(
                    stream,
                    address.clone(),
                    modes.subscribe(),
                    broken.subscribe(),
                    Arc::clone(&log),
                    Arc::clone(&fated),
                ));
            }
        });
        Self {
            url,
            mode,
            requests,
            fates,
            breaks,
            _tasks: tasks,
        }
    }

    /// From now on nobody listens.
    pub async fn goes_down(&self) {
        self.is(Mode::Down);
        self.breaks();
        while self.answers().await {
            tokio::task::yield_now().await;
        }
    }

    /// Somebody listens again, at the same place.
    pub async fn comes_up(&self) {
        self.is(Mode::Open);
        while !self.answers().await {
            tokio::task::yield_now().await;
        }
    }

    async fn answers(&self) -> bool {
        TcpStream::connect(self.url.trim_start_matches("http://")).await.is_ok()
    }

    /// Where the companion connects to.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on.
    pub fn is(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }

    /// Breaks every connection there is; new ones are as ever.
    pub fn breaks(&self) {
        self.breaks.send_replace(());
    }

    /// Lets the next request that begins so through to the server, and breaks the connection when its reply comes.
    pub fn loses_the_reply_to(&self, start: &str) {
        self.fates.lock().unwrap().loses = Some(start.to_owned());
    }

    /// Makes the server one that has no route which begins so.
    pub fn hides(&self, start: &str) {
        self.fates.lock().unwrap().hides = Some(start.to_owned());
    }

    /// Makes the server one that no longer knows the cursor of the next request which begins so.
    pub fn forgets(&self, start: &str) {
        self.fates.lock().unwrap().forgets = Some(start.to_owned());
    }

    /// `GET /v1/sessions?…` of every request so far, also of those that were swallowed.
    pub fn requests(&self) -> Vec<String> {
        self.requests.borrow().clone()
    }

    /// How many of the requests so far begin so.
    pub fn count(&self, start: &str) -> usize {
        self.requests()
            .iter()
            .filter(|request| request.starts_with(start))
            .count()
    }

    /// Returns when there was a request that begins with `start`, and behind it one that begins with `next`.
    pub async fn reached_after(&self, start: &str, next: &str) {
        self.requests
            .clone()
            .wait_for(|seen| {
                let mut later = seen.iter().skip_while(|request| !request.starts_with(start));
                later.any(|request| request.starts_with(next))
            })
            .await
            .unwrap();
    }

    /// Returns when there have been so many requests in all.
    pub async fn reached(&self, count: usize) {
        self.requests
            .clone()
            .wait_for(|seen| seen.len() >= count)
            .await
            .unwrap();
    }
}

async fn forward(
    mut near: TcpStream,
    address: String,
    mut mode: watch::Receiver<Mode>,
    mut broken: watch::Receiver<()>,
    log: Arc<Mutex<watch::Sender<Vec<String>>>>,
    fates: Fated,
) {
    let mut is_lost = false;
    if *mode.borrow() == Mode::Cut {
        return;
    }
    let Ok(mut far) = TcpStream::connect(address).await else {
        return;
    };
    let (mut out, mut back) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            _ = broken.changed() => return,
            read = near.read(&mut out) => {
                let Ok(count @ 1..) = read else { return };
                note(&out[..count], &log);
                let begins = |start: &String| out.starts_with(start.as_bytes());
                let is_forgotten;
                let is_hidden = {
                    let mut fates = fates.lock().unwrap();
                    is_forgotten = fates.forgets.take_if(|start| begins(start)).is_some();
                    is_lost = fates.loses.take_if(|start| begins(start)).is_some();
                    fates.hides.as_ref().is_some_and(begins)
                };
                if is_forgotten {
                    let length = CURSOR_EXPIRED.len();
                    let gone = format!("HTTP/1.1 410 Gone\r\ncontent-length: {length}\r\n\r\n{CURSOR_EXPIRED}");
                    if near.write_all(gone.as_bytes()).await.is_err() {
                        return;
                    }
                    continue;
                }
                if is_hidden {
                    if near.write_all(NO_SUCH_ROUTE).await.is_err() {
                        return;
                    }
                    continue;
                }
                if mode.wait_for(|mode| *mode != Mode::Held).await.is_err() {
                    return;
                }
                let now = *mode.borrow();
                match now {
                    Mode::Cut | Mode::Down => return,
                    Mode::BlackHole => {
                        let _ = mode.wait_for(|mode| *mode != Mode::BlackHole).await;
                        return;
                    }
                    Mode::Open | Mode::Held => {
                        if far.write_all(&out[..count]).await.is_err() {
                            return;
                        }
                    }
                }
            }
            read = far.read(&mut back) => {
                let Ok(count @ 1..) = read else { return };
                if is_lost {
                    return;
                }
                if near.write_all(&back[..count]).await.is_err() {
                    return;
                }
            }
        }
    }
}

fn note(bytes: &[u8], log: &Mutex<watch::Sender<Vec<String>>>) {
    let text = String::from_utf8_lossy(bytes);
    let Some(request) = text.lines().next().and_then(|line| line.strip_suffix(" HTTP/1.1")) else {
        return;
    };
    log.lock().unwrap().send_modify(|seen| seen.push(request.to_owned()));
}
