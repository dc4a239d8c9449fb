//! A client that writes one update after the other through one URL, and asks again until each is acknowledged.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long an answer is waited for before the same is asked again.
const PATIENCE: Duration = Duration::from_secs(10);

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(10);

/// Asks once. `Err`: nobody answered, or not to the end, so that it is not known whether it was done.
pub(crate) fn ask(
    url: &str,
    method: &str,
    path: &str,
    key: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> std::io::Result<(u16, Value)> {
    let host = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let headers: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\nauthorization: Bearer {key}\r\n\
         content-length: {length}\r\n{headers}\r\n{body}"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let cut = || std::io::Error::from(ErrorKind::UnexpectedEof);
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(cut)?;
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .ok_or_else(cut)?;
    let body = serde_json::from_str(body).map_err(|_| cut())?;
    Ok((status, body))
}

/// What a client was told.
#[derive(Default)]
pub(crate) struct Told {
    /// The statuses that were acknowledged, in their order.
    pub(crate) acknowledged: Vec<String>,
    /// Answers that no client may get for such a write.
    pub(crate) wrong: Vec<String>,
    /// The longest time from one acknowledgement to the next.
    pub(crate) gap: Duration,
    pub(crate) repeats: u64,
}

/// A client at work.
pub(crate) struct Client {
    pub(crate) session: String,
    told: Arc<Mutex<Told>>,
    count: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Client {
    pub(crate) fn start(url: &str, key: &str, number: usize) -> Self {
        let session = format!("builder.client{number}");
        let told = Arc::<Mutex<Told>>::default();
        let (count, stop) = (Arc::<AtomicU64>::default(), Arc::<AtomicBool>::default());
        let (url, key) = (url.to_owned(), key.to_owned());
        let thread = {
            let (session, told) = (session.clone(), Arc::clone(&told));
            let (count, stop) = (Arc::clone(&count), Arc::clone(&stop));
            std::thread::spawn(move || {
                let mut last = Instant::now();
                let mut write = 0_u64;
                while !stop.load(Ordering::SeqCst) {
                    let status = format!("write {write} of client {number}");
                    if !acknowledged(&url, &key, &session, &status, &told, &stop) {
                        return;
                    }
                    let mut told = told.lock().unwrap();
                    told.gap = told.gap.max(last.elapsed());
                    last = Instant::now();
                    told.acknowledged.push(status);
                    write += 1;
                    count.store(write, Ordering::SeqCst);
                }
            })
        };
        Self {
            session,
            told,
            count,
            stop,
            thread,
        }
    }

    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::SeqCst)
    }

    /// The longest gap since this was asked last.
    pub(crate) fn take_gap(&self) -> Duration {
        std::mem::take(&mut self.told.lock().unwrap().gap)
    }

    pub(crate) fn finish(self) -> (String, Told) {
        self.stop.store(true, Ordering::SeqCst);
        self.thread.join().unwrap();
        let told = std::mem::take(&mut *self.told.lock().unwrap());
        (self.session, told)
    }
}

/// Asks until it is done. False: it was called off, and may be done or not.
fn acknowledged(url: &str, key: &str, session: &str, status: &str, told: &Mutex<Told>, stop: &AtomicBool) -> bool {
    let body = json!({"status": status, "progress": 50}).to_string();
    let path = format!("/v1/sessions/{session}");
    loop {
        match ask(url, "PATCH", &path, key, &[("idempotency-key", status)], &body) {
            Ok((200, answer)) => {
                let mut told = told.lock().unwrap();
                told.repeats += u64::from(answer["data"]["idempotent"] == true);
                if answer["data"]["success"] == true {
                    return true;
                }
                told.wrong.push(answer.to_string());
                return false;
            }
            // The database is away: the contract says to come back.
            Ok((503, _)) | Err(_) => {}
            Ok((other, answer)) => {
                told.lock().unwrap().wrong.push(format!("{other} {answer}"));
                return false;
            }
        }
        if stop.load(Ordering::SeqCst) {
            return false;
        }
        std::thread::sleep(PAUSE);
    }
}
