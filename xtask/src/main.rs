//! What people and the pipeline run: `cargo xtask COMMAND`. One file or folder per command; this is the list.

mod bench;
mod bindings;
mod deps;
mod exchanges;
mod fuzz;
mod goldens;
mod package;
mod place;
mod seed;
mod shell;
mod size;
mod test;
mod toolchains;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The CacheBash Companion's tasks.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs every test: Rust, Kotlin, Swift, and the SDKs for MCP. Installs what it needs on Debian as root, elsewhere says what is missing.
    Test(test::Test),
    /// Builds the library and writes its Kotlin and Swift sides, and the listing of what it exports.
    Bindings(bindings::Bindings),
    /// Sends recorded exchanges with the hosted server through the real client and says which it cannot read.
    Exchanges(exchanges::Exchanges),
    /// Check a file of encryption vectors against the client.
    Vectors(exchanges::Vectors),
    /// Feeds mutated replies, links and recordings to what reads them, for a bounded time, and looks for a panic.
    Fuzz(fuzz::Fuzz),
    /// Derives the seed of the server's replay from recorded exchanges, and writes tests/fixtures/seed.json.
    Seed(seed::Seed),
    /// Rewrites the pictures and terminal snapshots that tests compare with. Look at the change before you commit it.
    Goldens(goldens::Goldens),
    /// Measures, each figure beside its budget. Fails where one is broken.
    Bench(bench::Bench),
    /// Measures the stripped library that phones load. Fails where it grew by more than 3 % of what is written down.
    Size(size::Size),
    /// Checks the shape of the house: which way dependencies point, one place for versions, licences, headers, lengths.
    Deps(deps::Deps),
    /// Builds the library as phones load it. Needs Xcode, or an Android NDK.
    Package(package::Package),
}

fn main() -> ExitCode {
    let result = match Line::parse().command {
        Command::Test(it) => it.run(),
        Command::Bindings(it) => it.run(),
        Command::Exchanges(it) => return it.run(),
        Command::Vectors(it) => return it.run(),
        Command::Fuzz(it) => return it.run(),
        Command::Seed(it) => it.run(),
        Command::Goldens(it) => it.run(),
        Command::Bench(it) => it.run(),
        Command::Size(it) => it.run(),
        Command::Deps(it) => it.run(),
        Command::Package(it) => it.run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
