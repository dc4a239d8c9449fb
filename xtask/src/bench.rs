//! `cargo xtask bench server`: the server's figures, as ratios in one run on a real disk.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::place;
use crate::shell::{cargo, program, run, say};

#[derive(Args)]
pub(crate) struct Bench {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Speed of lists and durable writes, memory of idle event streams, time to the first answer.
    Server(Server),
}

#[derive(Args)]
struct Server {
    /// A folder on the disk to measure with [default: target/bench]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Only these parts: lists, writes, streams, start
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

/// The profile that servers are built with: speed before size.
const PROFILE: &str = "server";

impl Bench {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let What::Server(server) = self.what;
        say("building the server as it ships; minutes, the first time");
        run(&mut cargo([
            "build",
            "--quiet",
            "--profile",
            PROFILE,
            "--package",
            "cachebash",
            "--package",
            "cachebash-bench",
        ]))?;
        let built = |name: &str| {
            place::target()
                .join(PROFILE)
                .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
        };
        say("measuring; leave the machine alone for some minutes");
        let mut bench = program(built("cachebash-bench"), &place::root());
        bench
            .arg("--data")
            .arg(server.data.unwrap_or_else(|| place::target().join("bench")));
        bench.arg("--program").arg(built("cachebash"));
        if !server.only.is_empty() {
            bench.arg("--only").arg(server.only.join(","));
        }
        run(&mut bench)
    }
}
