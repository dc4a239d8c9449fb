//! The exported object as an app uses it: its own listeners and secret store, some of which throw, and calls that are
//! abandoned.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use cachebash_ffi::{
    AppError, Companion, CompanionError, Headline, NewAccount, OpenOptions, Overview, OverviewListener, ProgramQuery,
    SecretStore,
};

/// Longer than any test takes; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn an_observation_gives_the_present_value_and_then_the_next() {
    let app = App::new();
    let (listener, values) = Listener::that(|_| Ok(()));
    let _observation = app.companion.observe_overview(ALL, listener).unwrap();
    assert_eq!(values.recv_timeout(PATIENCE).unwrap().headline, Headline::Nobody);
    app.change();
    assert_eq!(values.recv_timeout(PATIENCE).unwrap().accounts, []);
}

#[test]
fn a_listener_that_throws_or_panics_loses_that_value_and_gets_the_next() {
    let app = App::new();
    let (listener, values) = Listener::that(|nth| match nth {
        1 => Err(AppError::Failed),
        2 => panic!("the app's own fault"),
        _ => Ok(()),
    });
    let observation = app.companion.observe_overview(ALL, listener).unwrap();
    values.recv_timeout(PATIENCE).unwrap();
    app.change();
    values.recv_timeout(PATIENCE).unwrap();
    app.change();
    values.recv_timeout(PATIENCE).unwrap();
    assert_eq!(observation.listener_failures(), 2);
}

#[test]
fn a_dropped_observation_lets_go_of_its_listener() {
    let app = App::new();
    let (listener, values) = Listener::that(|_| Ok(()));
    let observation = app.companion.observe_overview(ALL, listener).unwrap();
    values.recv_timeout(PATIENCE).unwrap();
    drop(observation);
    app.change();
    // The channel closes when nobody holds the listener any more; a value would be a call after the end.
    assert_eq!(
        values.recv_timeout(PATIENCE).err(),
        Some(std::sync::mpsc::RecvTimeoutError::Disconnected)
    );
}

#[test]
fn a_cancelled_observation_hears_no_more() {
    let app = App::new();
    let (listener, values) = Listener::that(|_| Ok(()));
    let observation = app.companion.observe_overview(ALL, listener).unwrap();
    values.recv_timeout(PATIENCE).unwrap();
    observation.cancel();
    app.change();
    assert_eq!(
        values.recv_timeout(PATIENCE).err(),
        Some(std::sync::mpsc::RecvTimeoutError::Disconnected)
    );
}

#[test]
fn an_account_nobody_waits_for_any_more_is_not_added() {
    let keychain = Arc::new(Keychain::default());
    let app = App::with(Arc::clone(&keychain) as Arc<dyn SecretStore>);
    let server = Server::start();
    let mut adding = Box::pin(app.companion.add_account(server.account()));
    assert!(
        adding
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
            .is_pending()
    );
    server.was_asked();
    drop(adding);
    server.answer();
    let other = Server::start();
    other.answer();
    let added = wait(app.companion.add_account(other.account())).unwrap();
    assert_eq!(app.companion.accounts().unwrap(), std::slice::from_ref(&added));
    let kept = keychain.0.lock().unwrap().clone();
    assert_eq!(
        kept,
        HashMap::from([(added.id, other.account().key)]),
        "no key of an account that is not there"
    );
}

#[test]
fn a_secret_store_that_throws_keeps_the_account_out() {
    let app = App::with(Arc::new(Locked));
    let server = Server::start();
    server.answer();
    let added = wait(app.companion.add_account(server.account()));
    assert!(matches!(added, Err(CompanionError::Storage { .. })), "{added:?}");
    assert_eq!(app.companion.accounts().unwrap(), []);
}

#[test]
fn a_suspended_companion_says_so() {
    let app = App::new();
    wait(app.companion.suspend()).unwrap();
    assert_eq!(app.companion.overview(ALL), Err(CompanionError::Suspended));
    assert_eq!(wait(app.companion.refresh(None)), Err(CompanionError::Suspended));
    wait(app.companion.resume()).unwrap();
    assert_eq!(app.companion.overview(ALL).unwrap().headline, Headline::Nobody);
}

const ALL: ProgramQuery = ProgramQuery {
    account: None,
    offset: 0,
    limit: 0,
};

/// An app with a companion in a folder of its own.
struct App {
    companion: Arc<Companion>,
    _files: tempfile::TempDir,
}

impl App {
    fn new() -> Self {
        Self::with(Arc::new(Keychain::default()))
    }

    fn with(secrets: Arc<dyn SecretStore>) -> Self {
        let files = tempfile::tempdir().unwrap();
        let options = OpenOptions {
            data_dir: files.path().to_str().unwrap().to_owned(),
            zone: Some("Europe/Berlin".to_owned()),
            sync_period: 15_000,
            allow_plain_http: false,
            authorities: None,
        };
        let companion = Companion::open(options, secrets, None, None).unwrap();
        Self {
            companion,
            _files: files,
        }
    }

    /// Something that every observer is told of.
    fn change(&self) {
        wait(self.companion.suspend()).unwrap();
        wait(self.companion.resume()).unwrap();
    }
}

#[derive(Default)]
struct Keychain(Mutex<HashMap<String, String>>);

impl SecretStore for Keychain {
    fn put(&self, account: String, key: String) -> Result<(), AppError> {
        self.0.lock().unwrap().insert(account, key);
        Ok(())
    }

    fn get(&self, account: String) -> Result<Option<String>, AppError> {
        Ok(self.0.lock().unwrap().get(&account).cloned())
    }

    fn remove(&self, account: String) -> Result<(), AppError> {
        self.0.lock().unwrap().remove(&account);
        Ok(())
    }
}

/// A keychain of a phone that was not unlocked yet.
struct Locked;

impl SecretStore for Locked {
    fn put(&self, _: String, _: String) -> Result<(), AppError> {
        Err(AppError::Failed)
    }

    fn get(&self, _: String) -> Result<Option<String>, AppError> {
        Err(AppError::Failed)
    }

    fn remove(&self, _: String) -> Result<(), AppError> {
        Err(AppError::Failed)
    }
}

/// Passes each value on, then behaves as told for the nth.
struct Listener<F> {
    values: Mutex<(u32, Sender<Overview>)>,
    behave: F,
}

impl<F: Fn(u32) -> Result<(), AppError> + Send + Sync + 'static> Listener<F> {
    fn that(behave: F) -> (Arc<dyn OverviewListener>, Receiver<Overview>) {
        let (sender, receiver) = channel();
        (
            Arc::new(Self {
                values: Mutex::new((0, sender)),
                behave,
            }),
            receiver,
        )
    }
}

impl<F: Fn(u32) -> Result<(), AppError> + Send + Sync> OverviewListener for Listener<F> {
    fn on_overview(&self, overview: Overview) -> Result<(), AppError> {
        let nth = {
            let mut values = self.values.lock().unwrap();
            values.0 += 1;
            values.1.send(overview).ok();
            values.0
        };
        (self.behave)(nth)
    }
}

/// A server that knows no session and answers one question when it is told to.
struct Server {
    url: String,
    asked: Receiver<()>,
    go: Sender<()>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (tell, asked) = channel();
        let (go, told) = channel::<()>();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            tell.send(()).ok();
            told.recv().ok();
            let body = r#"{"success":true,"data":{"success":true,"count":0,"sessions":[]},"meta":{"timestamp":"2026-11-22T16:34:43.835Z"}}"#;
            let length = body.len();
            write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            )
            .ok();
        });
        Self { url, asked, go }
    }

    fn account(&self) -> NewAccount {
        NewAccount {
            server: Some(self.url.clone()),
            key: format!("cb_{:0>64}", 6),
            label: None,
        }
    }

    fn was_asked(&self) {
        self.asked.recv_timeout(PATIENCE).unwrap();
    }

    fn answer(&self) {
        self.go.send(()).unwrap();
    }
}

/// Waits as a foreign caller does: outside of any runtime.
fn wait<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(std::thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}
