//! Bytes that the companion writes to files: what the kernel counted for its threads that write files.
//!
//! Its first threads talk to sockets, and what they write is not counted; every write to a file is made by a thread that the
//! runtime takes on for work that may wait.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

/// How the core names its threads.
const NAME: &str = "cachebash";

/// Threads of a companion that talk to sockets.
const FOR_SOCKETS: usize = 2;

const PATIENCE: Duration = Duration::from_secs(5);

type Thread = u32;

#[derive(Default)]
pub(crate) struct FileBytes {
    for_sockets: BTreeSet<Thread>,
    seen: BTreeMap<Thread, Written>,
    total: u64,
}

/// What the kernel counted of a thread.
#[derive(Clone, Copy, Default)]
struct Written {
    bytes: u64,
    calls: u64,
}

/// A thread that wakes another one writes so many bytes to it, which are on no disk.
const WAKE: u64 = 8;

impl FileBytes {
    /// Of a companion that `open` opens, and of nobody else's.
    pub(crate) fn of<T>(open: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<(T, Self)> {
        let others: BTreeSet<_> = threads()?.into_keys().collect();
        let opened = open()?;
        // None of them has written to a file yet: opening does that on the thread that opens. They name themselves when they
        // begin to run.
        let began = Instant::now();
        let for_sockets = loop {
            let now: BTreeSet<_> = threads()?.into_keys().collect();
            if now.difference(&others).count() == FOR_SOCKETS {
                break now;
            }
            ensure!(began.elapsed() < PATIENCE, "the companion's threads are not there");
            std::thread::yield_now();
        };
        let counted = Self {
            for_sockets,
            ..Self::default()
        };
        Ok((opened, counted))
    }

    /// Bytes so far. To be asked often: a thread that had nothing to do for some seconds is gone with its count.
    pub(crate) fn so_far(&mut self) -> anyhow::Result<u64> {
        for (thread, written) in threads()? {
            if self.for_sockets.contains(&thread) {
                continue;
            }
            let seen = self.seen.insert(thread, written).unwrap_or_default();
            let bytes = written.bytes.saturating_sub(seen.bytes);
            if bytes != WAKE * written.calls.saturating_sub(seen.calls) {
                self.total += bytes;
            }
        }
        Ok(self.total)
    }
}

/// The companion's threads, with the bytes each has written.
fn threads() -> anyhow::Result<BTreeMap<Thread, Written>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir("/proc/self/task").context("this is measured on Linux")? {
        let folder = entry?.path();
        // A thread may end while it is looked at.
        let (Ok(name), Ok(io)) = (
            fs::read_to_string(folder.join("comm")),
            fs::read_to_string(folder.join("io")),
        ) else {
            continue;
        };
        let thread = folder.file_name().and_then(|name| name.to_str()?.parse().ok());
        let count = |what: &str| io.lines().find_map(|line| line.strip_prefix(what)?.trim().parse().ok());
        if let (NAME, Some(thread), Some(bytes), Some(calls)) = (name.trim(), thread, count("wchar:"), count("syscw:"))
        {
            found.insert(thread, Written { bytes, calls });
        }
    }
    Ok(found)
}
