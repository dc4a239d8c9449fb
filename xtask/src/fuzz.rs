//! `cargo xtask fuzz`: hostile input for whatever reads what others wrote, for a bounded time.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::place;
use crate::shell::cargo;

#[derive(Args)]
pub(crate) struct Fuzz {
    /// For how long.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// The inputs follow from it. Without one, another each time; it is printed.
    #[arg(long)]
    seed: Option<u64>,
    /// Reads one input again that made something panic.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["seconds", "seed"])]
    again: Option<PathBuf>,
}

impl Fuzz {
    /// Its output and exit code are those of the fuzzer.
    pub(crate) fn run(self) -> ExitCode {
        let seed = self.seed.unwrap_or_else(|| u64::from(std::process::id()));
        let folder = place::root().join("target/fuzz");
        let mut line = cargo(["run", "--quiet", "--package", "cachebash-tests", "--bin", "fuzz", "--"]);
        match &self.again {
            Some(file) => line.arg(std::path::absolute(file).unwrap_or_else(|_| file.clone())),
            None => line.args([self.seconds.to_string(), seed.to_string()]).arg(folder),
        };
        match line.status() {
            Ok(status) if status.success() => ExitCode::SUCCESS,
            Ok(_) => ExitCode::FAILURE,
            Err(error) => {
                eprintln!("xtask: could not start cargo: {error}");
                ExitCode::FAILURE
            }
        }
    }
}
