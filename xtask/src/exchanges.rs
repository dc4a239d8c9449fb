//! `cargo xtask exchanges DIR`: can the client read what the hosted server was seen to say? `cargo xtask vectors FILE`: does
//! it open what that server seals?

use std::ffi::OsStr;
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
        checked_by("exchanges", &self.dir)
    }
}

#[derive(Args)]
pub(crate) struct Vectors {
    /// A file of encryption vectors.
    file: PathBuf,
}

impl Vectors {
    /// Its output and exit code are those of the checker.
    pub(crate) fn run(self) -> ExitCode {
        checked_by("vectors", &self.file)
    }
}

fn checked_by(binary: &str, what: &Path) -> ExitCode {
    // The checker starts in the repository's root, this command anywhere.
    let what = std::path::absolute(what).unwrap_or_else(|_| what.to_owned());
    let line = ["run", "--quiet", "--package", "cachebash-tests", "--bin", binary, "--"];
    match cargo(line.map(OsStr::new).into_iter().chain([what.as_os_str()])).status() {
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
