//! `cargo xtask bench server` and `cargo xtask bench core`: figures as ratios in one run on a real disk.

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
    /// Opening, windows, writes and bytes on the socket, beside a stand-in of the official app's data layer. Needs node.
    Core(Core),
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

#[derive(Args)]
struct Core {
    /// A folder on the disk to measure with [default: target/bench]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Only these parts: opening, windows, planning, writing, socket
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

/// The profile that servers are built with: speed before size.
const SERVER: &str = "server";

/// The profile of the library that phones load: size before speed.
const LIBRARY: &str = "release";

impl Bench {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        match self.what {
            What::Server(server) => measure(SERVER, "server", server.data, &server.only, &["cachebash"], |bench| {
                bench.arg("--program").arg(built(SERVER, "cachebash"))
            }),
            What::Core(core) => measure(LIBRARY, "core", core.data, &core.only, &[], |bench| {
                bench
                    .arg("--standin")
                    .arg(place::root().join("bench").join("standin.mjs"))
            }),
        }
    }
}

fn measure(
    profile: &str,
    what: &str,
    data: Option<PathBuf>,
    only: &[String],
    beside: &[&str],
    more: impl FnOnce(&mut std::process::Command) -> &mut std::process::Command,
) -> anyhow::Result<()> {
    say("building what is measured as it ships; minutes, the first time");
    let mut build = cargo(["build", "--quiet", "--profile", profile, "--package", "cachebash-bench"]);
    for package in beside {
        build.args(["--package", package]);
    }
    run(&mut build)?;
    say("measuring; leave the machine alone for some minutes");
    let mut bench = program(built(profile, "cachebash-bench"), &place::root());
    bench.arg(what).arg("--data");
    bench.arg(data.unwrap_or_else(|| place::target().join("bench")));
    more(&mut bench);
    if !only.is_empty() {
        bench.arg("--only").arg(only.join(","));
    }
    run(&mut bench)
}

fn built(profile: &str, name: &str) -> PathBuf {
    place::target()
        .join(profile)
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
