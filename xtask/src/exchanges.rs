//! `cargo xtask exchanges DIR`: can the client read what the hosted server was seen to say?

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use crate::shell::cargo;

#[derive(Args)]
pub(crate) struct Exchanges {
    /// The folder of recorded exchanges, one JSON file each.
    dir: PathBuf,
}

impl Exchanges {
    /// Its output and exit code are those of the replayer.
    pub(crate) fn run(self) -> ExitCode {
        // The replayer starts in the repository's root, this command anywhere.
        let dir = std::path::absolute(&self.dir).unwrap_or(self.dir);
        match cargo(replayer(&dir)).status() {
            Ok(status) => status
                .code()
                .and_then(|code| u8::try_from(code).ok())
                .map_or(ExitCode::FAILURE, ExitCode::from),
            Err(error) => {
                eprintln!("xtask: could not start cargo: {error}");
                ExitCode::FAILURE
            }
        }
    }
}

fn replayer(dir: &Path) -> impl Iterator<Item = &std::ffi::OsStr> {
    [
        "run",
        "--quiet",
        "--package",
        "cachebash-tests",
        "--bin",
        "exchanges",
        "--",
    ]
    .into_iter()
    .map(std::ffi::OsStr::new)
    .chain([dir.as_os_str()])
}
