//! Measures the server: `cargo xtask bench server` builds and runs this.
//!
//! Every figure is a ratio of two things measured side by side in this run, because the machine's own speed is nobody's
//! merit; the two take turns, and the middle of several rounds counts. The real server answers over real sockets, and
//! writes to a real disk.

mod disk;
mod lists;
mod load;
mod start;
mod streams;
mod verdict;
mod world;
mod writes;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::verdict::Verdicts;

/// Measures the server as ratios, and fails where one is beyond its budget.
#[derive(Parser)]
struct Line {
    /// Where the databases are written: a folder on the disk to measure with.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The server's program, for what is measured across processes.
    #[arg(long, value_name = "FILE")]
    program: PathBuf,
    /// Only these parts.
    #[arg(long, value_delimiter = ',', value_parser = ["lists", "writes", "streams", "start"])]
    only: Vec<String>,
}

fn main() -> ExitCode {
    match run(&Line::parse()) {
        Ok(verdicts) if verdicts.all_kept() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(line: &Line) -> anyhow::Result<Verdicts> {
    std::fs::create_dir_all(&line.data)?;
    let wanted = |part: &str| line.only.is_empty() || line.only.iter().any(|only| only == part);
    let mut verdicts = Verdicts::default();
    // A disk that does not wait would make every figure of writes a fiction.
    disk::refuse_unreal(&line.data)?;
    if wanted("start") {
        start::measure(line, &mut verdicts)?;
    }
    if wanted("lists") {
        lists::measure(line, &mut verdicts)?;
    }
    if wanted("writes") {
        writes::measure(line, &mut verdicts)?;
    }
    if wanted("streams") {
        streams::measure(line, &mut verdicts)?;
    }
    verdicts.print();
    Ok(verdicts)
}
