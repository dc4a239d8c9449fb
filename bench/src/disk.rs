//! Whether the disk is one: what a durable write costs where the databases are.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::verdict::median;

/// Faster, and nothing is waited for: a memory file system, or a disk that lies.
const UNREAL: Duration = Duration::from_micros(100);

const ROUNDS: u32 = 200;

const PAGE: [u8; 4096] = [7; 4096];

/// Prints what a durable write costs, over a page that is there and behind the end, as a log grows; and fails where the
/// latter, which no disk does for less than two writes, is too good to be true.
pub(crate) fn refuse_unreal(folder: &Path) -> anyhow::Result<()> {
    let path = folder.join("fsync-probe");
    let over = cost(&path, 0)?;
    let behind = cost(&path, PAGE.len() as u64)?;
    std::fs::remove_file(&path)?;
    println!(
        "fsync in {}: {behind:.0} µs where the file grows, {over:.0} µs where it does not (medians of {ROUNDS})",
        folder.display()
    );
    if behind < UNREAL.as_micros() as f64 {
        bail!(
            "a disk that syncs in less than {} µs is none: choose another with --data",
            UNREAL.as_micros()
        );
    }
    Ok(())
}

/// The median of what it costs to make a page durable, each so many bytes behind the last, in microseconds.
fn cost(path: &Path, step: u64) -> anyhow::Result<f64> {
    let mut file = File::create(path).with_context(|| format!("writing {}", path.display()))?;
    let mut costs = Vec::new();
    for round in 0..u64::from(ROUNDS) {
        file.seek(SeekFrom::Start(round * step))?;
        file.write_all(&PAGE)?;
        let began = Instant::now();
        file.sync_data()?;
        costs.push(began.elapsed().as_secs_f64() * 1e6);
    }
    Ok(median(costs))
}
