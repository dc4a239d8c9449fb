//! The core's figures, beside a stand-in of the official data layer, which a node process plays.
//!
//! The core is the library as it ships: its own files on a real disk, its own sockets to a real server.

mod counter;
mod file_bytes;
mod opening;
mod phone;
mod planning;
mod socket;
mod standin;
mod windows;
mod writing;

use std::path::PathBuf;

use clap::Args;

use crate::verdict::Verdicts;

#[derive(Args)]
pub(crate) struct Line {
    /// Where the databases are written: a folder on the disk to measure with.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// The script that stands in for the official data layer; node runs it.
    #[arg(long, value_name = "FILE")]
    standin: PathBuf,
    /// Only these parts.
    #[arg(long, value_delimiter = ',', value_parser = ["opening", "windows", "planning", "writing", "socket"])]
    only: Vec<String>,
}

/// Alternating runs of each pair.
const ROUNDS: usize = 51;

pub(crate) fn measure(line: &Line, verdicts: &mut Verdicts) -> anyhow::Result<()> {
    let wanted = |part: &str| line.only.is_empty() || line.only.iter().any(|only| only == part);
    if wanted("opening") {
        opening::measure(line, verdicts)?;
    }
    if wanted("windows") {
        windows::measure(line, verdicts)?;
    }
    if wanted("planning") {
        planning::measure(line, verdicts)?;
    }
    if wanted("writing") {
        writing::measure(line, verdicts)?;
    }
    if wanted("socket") {
        socket::measure(line, verdicts)?;
    }
    Ok(())
}
