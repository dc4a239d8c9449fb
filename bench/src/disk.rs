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

/// Prints what a durable write costs, and fails where that is too good to be true.
pub(crate) fn refuse_unreal(folder: &Path) -> anyhow::Result<()> {
    let path = folder.join("fsync-probe");
    let mut file = File::create(&path).with_context(|| format!("writing {}", path.display()))?;
    let page = [7_u8; 4096];
    let mut costs = Vec::new();
    for _ in 0..ROUNDS {
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&page)?;
        let began = Instant::now();
        file.sync_data()?;
        costs.push(began.elapsed().as_secs_f64() * 1e6);
    }
    std::fs::remove_file(&path)?;
    let cost = median(costs);
    println!("fsync in {}: {cost:.0} µs (median of {ROUNDS})", folder.display());
    if cost < UNREAL.as_micros() as f64 {
        bail!(
            "a disk that syncs in less than {} µs is none: choose another with --data",
            UNREAL.as_micros()
        );
    }
    Ok(())
}
