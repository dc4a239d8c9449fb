//! What goes to standard error while nobody looks. A command is silent unless `RUST_LOG` asks; a server logs as it is
//! told. A server's lines go through a queue: whoever reads them slowly, or not at all, loses lines and never holds up an
//! answer.

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::{FilterFn, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::settings::{LogFormat, LogLevel};

/// Lines that wait at most.
const QUEUE: usize = 4_096;

/// How long the end of the process waits for the last lines.
const LAST_LINES: Duration = Duration::from_millis(500);

/// The variable that names a filter of one's own.
const FILTER: &str = "RUST_LOG";

/// A command's log: silent unless asked.
pub(crate) fn of_a_command() {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
}

/// A server's log. The last lines are written when what this returns is dropped.
pub(crate) fn of_a_server(format: LogFormat, level: Option<LogLevel>) -> std::io::Result<Queue> {
    let filter = match (level, std::env::var(FILTER)) {
        (None, Ok(filter)) if !filter.is_empty() => EnvFilter::new(filter),
        // What other people's code has to say is only interesting when it is wrong.
        (level, _) => match level.unwrap_or_default() {
            level @ (LogLevel::Off | LogLevel::Error | LogLevel::Warn) => EnvFilter::new(level.as_str()),
            level => {
                let level = level.as_str();
                EnvFilter::new(format!("warn,cachebash={level},cachebash_server={level}"))
            }
        },
    };
    let queue = Queue::start()?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(queue.lines.clone());
    match format {
        LogFormat::Text => log
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .finish()
            .with(discreet())
            .init(),
        LogFormat::Json => log
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .finish()
            .with(discreet())
            .init(),
    }
    Ok(queue)
}

/// Whatever filter a person sets: below an error, the library that speaks MCP quotes whole messages, and with them what
/// people and agents wrote.
fn discreet() -> FilterFn {
    filter_fn(|of| *of.level() == tracing::Level::ERROR || of.target().split("::").next() != Some("rmcp"))
}

/// The lines on their way.
pub(crate) struct Queue {
    lines: Lines,
    empty: Arc<(Mutex<bool>, Condvar)>,
}

#[derive(Clone)]
struct Lines {
    waiting: SyncSender<Option<Vec<u8>>>,
    lost: Arc<AtomicU64>,
}

impl Queue {
    fn start() -> std::io::Result<Self> {
        let (waiting, lines) = sync_channel(QUEUE);
        let lost = Arc::new(AtomicU64::new(0));
        let empty = Arc::new((Mutex::new(false), Condvar::new()));
        let (losing, emptied) = (Arc::clone(&lost), Arc::clone(&empty));
        std::thread::Builder::new().name("log".to_owned()).spawn(move || {
            write(&lines, &losing);
            let (done, told) = &*emptied;
            *done.lock().unwrap_or_else(PoisonError::into_inner) = true;
            told.notify_all();
        })?;
        Ok(Self {
            lines: Lines { waiting, lost },
            empty,
        })
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        // A queue that is full is one that nobody reads.
        if self.lines.waiting.try_send(None).is_ok() {
            let (done, told) = &*self.empty;
            let done = done.lock().unwrap_or_else(PoisonError::into_inner);
            drop(told.wait_timeout_while(done, LAST_LINES, |done| !*done));
        }
    }
}

fn write(lines: &Receiver<Option<Vec<u8>>>, lost: &AtomicU64) {
    let mut out = std::io::stderr();
    loop {
        match lines.recv_timeout(Duration::from_secs(60)) {
            // Where nobody reads any more there is nobody to tell.
            Ok(Some(line)) => drop(out.write_all(&line)),
            Ok(None) | Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {}
        }
        let missing = lost.swap(0, Ordering::Relaxed);
        if missing > 0 {
            drop(writeln!(
                out,
                "{missing} lines of this log were lost: it is read too slowly"
            ));
        }
    }
}

/// One line, handed over as a whole.
struct Line {
    text: Vec<u8>,
    lines: Lines,
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let text = std::mem::take(&mut self.text);
        if !text.is_empty() && self.lines.waiting.try_send(Some(text)).is_err() {
            self.lines.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line {
            text: Vec::new(),
            lines: self.clone(),
        }
    }
}
