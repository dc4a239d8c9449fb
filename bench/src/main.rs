//! Measures the server and the core: `cargo xtask bench server` and `cargo xtask bench core` build and run this.
//!
//! Every figure is a ratio of two things measured side by side in this run, because the machine's own speed is nobody's
//! merit; the two take turns, and the middle of several rounds counts. The real code answers over real sockets, and writes
//! to a real disk.

mod core;
mod disk;
mod server;
mod verdict;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::verdict::Verdicts;

/// Measures as ratios, and fails where one is beyond its budget.
#[derive(Parser)]
struct Line {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The server: lists, durable writes, idle event streams, start.
    Server(server::Line),
    /// The core, beside a stand-in of the official data layer.
    Core(core::Line),
}

fn main() -> ExitCode {
    match run(&Line::parse().what) {
        Ok(verdicts) if verdicts.all_kept() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(what: &What) -> anyhow::Result<Verdicts> {
    let mut verdicts = Verdicts::default();
    let data = match what {
        What::Server(line) => &line.data,
        What::Core(line) => &line.data,
    };
    std::fs::create_dir_all(data)?;
    // A disk that does not wait would make every figure of writes a fiction.
    disk::refuse_unreal(data)?;
    match what {
        What::Server(line) => server::measure(line, &mut verdicts)?,
        What::Core(line) => core::measure(line, &mut verdicts)?,
    }
    verdicts.print();
    Ok(verdicts)
}
