//! Bytes that the companion writes to files: what the kernel counted for its threads that write files.
//!
//! Its first threads talk to sockets, and what they write is not counted; every write to a file is made by a thread that the
//! runtime takes on for work that may wait.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::Context;

/// How the core names its threads.
const NAME: &str = "cachebash";

type Thread = u32;

#[derive(Default)]
pub(crate) struct FileBytes {
    for_sockets: BTreeSet<Thread>,
    seen: BTreeMap<Thread, u64>,
    total: u64,
}

impl FileBytes {
    /// Of a companion that `open` opens, and of nobody else's.
    pub(crate) fn of<T>(open: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<(T, Self)> {
        let others: BTreeSet<_> = threads()?.into_keys().collect();
        let opened = open()?;
        // None of them has written to a file yet: opening does that on the thread that opens.
        let for_sockets = threads()?
            .into_keys()
            .filter(|thread| !others.contains(thread))
            .chain(others.iter().copied())
            .collect();
        let counted = Self {
            for_sockets,
            ..Self::default()
        };
        Ok((opened, counted))
    }

    /// Bytes so far. To be asked often: a thread that had nothing to do for some seconds is gone with its count.
    pub(crate) fn so_far(&mut self) -> anyhow::Result<u64> {
        for (thread, bytes) in threads()? {
            if self.for_sockets.contains(&thread) {
                continue;
            }
            let seen = self.seen.insert(thread, bytes).unwrap_or(0);
            self.total += bytes.saturating_sub(seen);
        }
        Ok(self.total)
    }
}

/// The companion's threads, with the bytes each has written.
fn threads() -> anyhow::Result<BTreeMap<Thread, u64>> {
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
        let written = io.lines().find_map(|line| line.strip_prefix("wchar: ")?.parse().ok());
        if let (NAME, Some(thread), Some(written)) = (name.trim(), thread, written) {
            found.insert(thread, written);
        }
    }
    Ok(found)
}
