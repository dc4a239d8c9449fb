//! The server's figures: speed of lists and durable writes, memory of idle event streams, time to the first answer.

mod lists;
pub(crate) mod load;
mod start;
mod streams;
pub(crate) mod world;
mod writes;

use std::path::PathBuf;

use clap::Args;

use crate::verdict::Verdicts;

#[derive(Args)]
pub(crate) struct Line {
    /// Where the databases are written: a folder on the disk to measure with.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// The server's program, for what is measured across processes.
    #[arg(long, value_name = "FILE")]
    program: PathBuf,
    /// Only these parts.
    #[arg(long, value_delimiter = ',', value_parser = ["lists", "writes", "streams", "start"])]
    only: Vec<String>,
}

pub(crate) fn measure(line: &Line, verdicts: &mut Verdicts) -> anyhow::Result<()> {
    let wanted = |part: &str| line.only.is_empty() || line.only.iter().any(|only| only == part);
    if wanted("start") {
        start::measure(line, verdicts)?;
    }
    if wanted("lists") {
        lists::measure(line, verdicts)?;
    }
    if wanted("writes") {
        writes::measure(line, verdicts)?;
    }
    if wanted("streams") {
        streams::measure(line, verdicts)?;
    }
    Ok(())
}
