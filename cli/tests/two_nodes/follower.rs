//! A client that follows the stream of changes through the one URL, and goes on where it was when the stream breaks off.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;

/// How long a read waits before it is looked whether all is over.
const GLANCE: Duration = Duration::from_millis(200);

/// What was heard: how often each status came.
#[derive(Default)]
struct Heard {
    statuses: HashMap<String, u32>,
    last_id: String,
    streams: u32,
}

pub(crate) struct Follower {
    heard: Arc<Mutex<Heard>>,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Follower {
    /// Follows from now on: it has been greeted when this returns.
    pub(crate) fn start(url: &str, key: &str) -> Self {
        let heard = Arc::<Mutex<Heard>>::default();
        let stop = Arc::<AtomicBool>::default();
        let thread = {
            let (url, key) = (url.to_owned(), key.to_owned());
            let (heard, stop) = (Arc::clone(&heard), Arc::clone(&stop));
            std::thread::spawn(move || {
                while !stop.load(Ordering::SeqCst) {
                    // Whatever ended it: the next stream goes on from the last id.
                    let _ = listen(&url, &key, &heard, &stop);
                    std::thread::sleep(Duration::from_millis(20));
                }
            })
        };
        while heard.lock().unwrap().last_id.is_empty() {
            assert!(!thread.is_finished());
            std::thread::sleep(Duration::from_millis(10));
        }
        Self { heard, stop, thread }
    }

    /// How often it heard of a write.
    pub(crate) fn times(&self, status: &str) -> u32 {
        self.heard.lock().unwrap().statuses.get(status).copied().unwrap_or(0)
    }

    /// Says how many streams it took.
    pub(crate) fn finish(self) -> u32 {
        self.stop.store(true, Ordering::SeqCst);
        self.thread.join().unwrap();
        self.heard.lock().unwrap().streams
    }
}

fn listen(url: &str, key: &str, heard: &Mutex<Heard>, stop: &AtomicBool) -> std::io::Result<()> {
    let host = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(GLANCE))?;
    let last_id = heard.lock().unwrap().last_id.clone();
    let resumed = if last_id.is_empty() {
        String::new()
    } else {
        format!("last-event-id: {last_id}\r\n")
    };
    // Of this version the answer comes in one piece and not in chunks.
    write!(
        stream,
        "GET /v1/events HTTP/1.0\r\nhost: {host}\r\nauthorization: Bearer {key}\r\n{resumed}\r\n"
    )?;
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    let mut id = String::new();
    loop {
        match reader.read_until(b'\n', &mut line) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            // What came of a line stays in it.
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                if stop.load(Ordering::SeqCst) {
                    return Ok(());
                }
                continue;
            }
            Err(error) => return Err(error),
        }
        let text = String::from_utf8_lossy(&std::mem::take(&mut line))
            .trim_end()
            .to_owned();
        if let Some(status) = text.strip_prefix("HTTP/1.0 ") {
            if !status.starts_with("200") {
                return Ok(());
            }
            heard.lock().unwrap().streams += 1;
        } else if let Some(told) = text.strip_prefix("id: ") {
            id = told.to_owned();
        } else if let Some(data) = text.strip_prefix("data: ") {
            hear(&mut heard.lock().unwrap(), &serde_json::from_str(data).unwrap(), &id);
        }
    }
}

fn hear(heard: &mut Heard, event: &Value, id: &str) {
    let empty = Vec::new();
    for change in event["changes"].as_array().unwrap_or(&empty) {
        if change["entity"] == "session_update" {
            let status = change["record"]["status"].as_str().unwrap().to_owned();
            *heard.statuses.entry(status).or_default() += 1;
        }
    }
    heard.last_id = id.to_owned();
}
