//! `cachebash serve`: the server of this house, for trying out, for tests and for hosting it oneself.

use std::io::BufRead;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;

use cachebash_core::api::Endpoint;
use cachebash_core::domain::{RawKey, Timestamp};
use cachebash_core::pairing::Pairing;
use cachebash_server::{Limits, Server, SteppedClock, Tls};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::place::Place;
use super::{print_line, print_text};
use crate::args::ServeArgs;
use crate::failure::{Done, Failure};
use crate::settings::{LimitsWord, Settings, Writes};
use crate::surroundings::print_theme;
use crate::{logs, qr};

/// The tenant that the first start makes.
const FIRST_TENANT: &str = "home";

/// Serves until it is told to stop.
pub(super) async fn run(args: ServeArgs) -> Done {
    let settings = args.settings.completed(args.config.as_deref())?;
    let log = logs::of_a_server(settings.log_format.unwrap_or_default(), settings.log_level)?;
    let served = serve(&settings, args.json, args.clock, args.seed).await;
    // The last lines come before the prompt.
    drop(log);
    served
}

async fn serve(settings: &Settings, json: bool, clock: Option<i64>, seed: Option<u64>) -> Done {
    if let Some(url) = &settings.public_url {
        Endpoint::parse(url, true).map_err(|_| {
            Failure::usage(format!("{url} is no server's URL")).hint("it begins with https:// or http://")
        })?;
    }
    let stepped = clock.map(|start| Arc::new(SteppedClock::new(Timestamp::from_millis(start))));
    let tls = settings.tls()?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let place = Place::of(settings)?;
    // All that may fail for another reason comes before the data: the first start makes a key that is shown once.
    let listener = TcpListener::bind(settings.listens_on()).await.map_err(|error| {
        Failure::new(format!("nothing can listen on {}: {error}", settings.listens_on()))
            .hint("choose another address with --listen ADDR; port 0 takes a free one")
    })?;
    let address = listener.local_addr()?;
    let url = format!("{scheme}://{address}");
    let mut wishes = Wishes::listen()?;
    place.prepare()?;
    let server = open(&place, settings, tls, stepped.clone(), seed).await?;
    let owner = server.owner_key();
    let ready = if json {
        let mut ready = json!({ "url": url });
        if let (Some(key), Some(map)) = (&owner, ready.as_object_mut()) {
            map.insert("ownerKey".into(), json!(key.reveal()));
        }
        format!("{ready}\n")
    } else {
        announcement(&url, address, settings.public_url.as_deref(), owner.as_ref())
    };
    match &owner {
        Some(_) => place.show_owner_key(FIRST_TENANT, &ready)?,
        None => print_text(&ready)?,
    }
    if scheme == "http" && !address.ip().is_loopback() {
        eprintln!(
            "warning: {address} can be reached from other machines, and http carries keys in clear\n\nhint: serve https with --tls-cert and --tls-key, put a TLS proxy in front, or listen on 127.0.0.1"
        );
    }
    if let Some(clock) = stepped {
        follow_stdin(clock);
    }
    // Every open event stream is a file to the system; where it gives no more, there are fewer.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let (told, hears) = oneshot::channel::<()>();
    let serving = server.serve(listener, async { drop(hears.await) });
    let asked_twice = async {
        wishes.told_to_stop().await;
        drop(told);
        wishes.told_to_stop().await;
    };
    tokio::select! {
        served = serving => served.map_err(|error| Failure::new(format!("the server stopped: {error}"))),
        // Whoever asks twice is not kept waiting. What was acknowledged is on the disk all the same.
        () = asked_twice => Err(Failure::new("stopped at once, before everything was finished")),
    }
}

async fn open(
    place: &Place,
    settings: &Settings,
    tls: Option<Tls>,
    stepped: Option<Arc<SteppedClock>>,
    seed: Option<u64>,
) -> Done<Server> {
    let mut options = place.options.clone();
    options.seed = seed;
    options.tls = tls;
    options.retention = settings.retention();
    // A minute never passes on a clock that stands still, so a limit per minute would shut for good.
    options.limits = match (settings.limits, &stepped) {
        (Some(LimitsWord(limits)), _) => limits,
        (None, Some(_)) => Limits::Off,
        (None, None) => Limits::Contract,
    };
    if let Some(Writes(most)) = settings.writes_per_commit {
        options.writes_per_commit = most as usize;
    }
    if let Some(clock) = stepped {
        options.clock = clock;
    }
    // Opening waits for a disk or a database.
    tokio::task::spawn_blocking(move || Server::open(options))
        .await
        .map_err(|_| Failure::new("the server could not be started"))?
        .map_err(|error| place.unopened(&error))
}

/// What a person reads when the server is ready.
fn announcement(url: &str, address: SocketAddr, public: Option<&str>, owner: Option<&RawKey>) -> String {
    let mut lines = vec![format!("Serving on {url}; stop with Ctrl-C")];
    if let Some(key) = owner {
        lines.push("\nFirst start. The owner key, shown this once; store it now:\n".to_owned());
        lines.push(format!("  {}\n", key.reveal()));
        lines.extend(pairing(url, address, public, key));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// How to pair a phone or another terminal with the owner's key.
fn pairing(url: &str, address: SocketAddr, public: Option<&str>, key: &RawKey) -> Vec<String> {
    let link = |server: String| {
        let key = key.clone();
        let program = None;
        Pairing { server, key, program }.link()
    };
    let scan = |head: &str, link: String| {
        let code = qr::code(&link, &print_theme());
        [head.to_owned()]
            .into_iter()
            .chain(code)
            .chain([format!("  {link}\n")])
            .collect()
    };
    let scheme = url.split_once(':').map_or("http", |(scheme, _)| scheme);
    match Reach::of(scheme, address, public, own_address()) {
        Reach::Named(server) => scan(
            "To pair a phone or another terminal, scan this or paste the link below:\n",
            link(server),
        ),
        Reach::ThisMachine(server) => {
            let mut lines: Vec<String> = scan(
                "Only this machine can reach it. To pair what runs here, scan this or paste the link below:\n",
                link(server),
            );
            lines.push(
                "For a phone, start with --listen 0.0.0.0:8787 and --public-url URL, where it reaches this machine."
                    .to_owned(),
            );
            lines
        }
        Reach::Unknown(server) => vec![
            "It listens on every address of this machine, and cannot know which of them a phone reaches.".to_owned(),
            "To pair one, put that address in place of ADDRESS in this link, and paste it there:\n".to_owned(),
            format!("  {}\n", link(server)),
            "A first start with --public-url URL shows a code to scan.".to_owned(),
        ],
    }
}

/// Who can use the address that a pairing link would name.
#[derive(Debug, PartialEq, Eq)]
enum Reach {
    /// Whoever reaches this URL.
    Named(String),
    /// Nobody but this machine.
    ThisMachine(String),
    /// Others, at an address that only a person knows.
    Unknown(String),
}

impl Reach {
    /// `own` is an address of this machine that others may reach.
    fn of(scheme: &str, address: SocketAddr, public: Option<&str>, own: Option<IpAddr>) -> Self {
        match public {
            Some(url) => Self::Named(url.to_owned()),
            None if address.ip().is_unspecified() => match own {
                Some(own) => Self::Named(format!("{scheme}://{}", SocketAddr::new(own, address.port()))),
                None => Self::Unknown(format!("{scheme}://ADDRESS:{}", address.port())),
            },
            None if address.ip().is_loopback() => Self::ThisMachine(format!("{scheme}://{address}")),
            None => Self::Named(format!("{scheme}://{address}")),
        }
    }
}

/// The address that this machine would speak from to others, if it has one. Connecting a datagram socket only asks the
/// routing table: nothing is sent.
fn own_address() -> Option<IpAddr> {
    const ANYBODY: (Ipv4Addr, u16) = (Ipv4Addr::new(192, 0, 2, 1), 9);
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(ANYBODY).ok()?;
    let own = socket.local_addr().ok()?.ip();
    (!own.is_unspecified() && !own.is_loopback()).then_some(own)
}

/// For tests: each line on standard input sets the clock and is answered by one line. The end of input does nothing.
fn follow_stdin(clock: Arc<SteppedClock>) {
    // A thread of its own, which ends with the process: reading standard input cannot be cancelled.
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            let Ok(line) = line else { return };
            if line.trim().is_empty() {
                continue;
            }
            match line.trim().parse::<i64>() {
                Ok(millis) => {
                    clock.set(Timestamp::from_millis(millis));
                    if print_line(&json!({ "clock": millis }).to_string()).is_err() {
                        return;
                    }
                }
                Err(_) => eprintln!("error: a clock is set by a number of milliseconds"),
            }
        }
    });
}

/// A person or the system that asks the process to stop. Listening begins before anyone is told that the server is ready,
/// so no such wish is missed.
#[cfg(unix)]
struct Wishes {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Wishes {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// The next one.
    async fn told_to_stop(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// The same where there are no such signals.
#[cfg(not(unix))]
struct Wishes;

#[cfg(not(unix))]
impl Wishes {
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn told_to_stop(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_pairing_link_names_an_address_that_its_reader_can_reach() {
        let reach = |address: &str, public| Reach::of("http", address.parse().unwrap(), public, None);
        let public = Some("https://hub.example.org");
        assert_eq!(
            reach("0.0.0.0:80", public),
            Reach::Named("https://hub.example.org".into())
        );
        assert_eq!(
            reach("127.0.0.1:80", public),
            Reach::Named("https://hub.example.org".into())
        );
        assert_eq!(
            reach("0.0.0.0:8787", None),
            Reach::Unknown("http://ADDRESS:8787".into())
        );
        assert_eq!(reach("[::]:8787", None), Reach::Unknown("http://ADDRESS:8787".into()));
        assert_eq!(
            reach("[::1]:8787", None),
            Reach::ThisMachine("http://[::1]:8787".into())
        );
        assert_eq!(
            reach("192.0.2.7:8787", None),
            Reach::Named("http://192.0.2.7:8787".into())
        );
        let own = Some("192.0.2.9".parse().unwrap());
        assert_eq!(
            Reach::of("https", "0.0.0.0:8787".parse().unwrap(), None, own),
            Reach::Named("https://192.0.2.9:8787".into())
        );
    }
}
