//! Reads mutated inputs for a while and says whether anything panicked: `fuzz SECONDS SEED FOLDER`, or `fuzz FILE` for an
//! input that was kept.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use cachebash_tests::fuzz::{Ended, again, run};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let ended = match words.as_slice() {
        [file] => reads_again(Path::new(file)),
        [seconds, seed, folder] => match (seconds.parse(), seed.parse()) {
            (Ok(seconds), Ok(seed)) => runs(seconds, seed, &PathBuf::from(folder)),
            _ => Err("seconds and seed are numbers".to_owned()),
        },
        _ => Err("usage: fuzz SECONDS SEED FOLDER, or fuzz FILE".to_owned()),
    };
    match ended {
        Ok(code) => code,
        Err(reason) => {
            eprintln!("fuzz: {reason}");
            ExitCode::from(2)
        }
    }
}

fn runs(seconds: u64, seed: u64, folder: &Path) -> Result<ExitCode, String> {
    match run(seed, Duration::from_secs(seconds), folder).map_err(|error| error.to_string())? {
        Ended::Well(counts) => {
            let counts = counts
                .iter()
                .map(|(target, count)| format!("{} {count}", target.name()));
            let counts: Vec<String> = counts.collect();
            println!("fuzz: no panic in {seconds} s, seed {seed}: {}", counts.join(", "));
            Ok(ExitCode::SUCCESS)
        }
        Ended::Found { target, panic, input } => {
            println!("fuzz: {} panicked, seed {seed}: {panic}", target.name());
            println!("fuzz: cargo xtask fuzz --again {}", input.display());
            Ok(ExitCode::FAILURE)
        }
    }
}

fn reads_again(file: &Path) -> Result<ExitCode, String> {
    match again(file).map_err(|error| error.to_string())? {
        Some(panic) => {
            println!("fuzz: {panic}");
            Ok(ExitCode::FAILURE)
        }
        None => {
            println!("fuzz: no panic");
            Ok(ExitCode::SUCCESS)
        }
    }
}
