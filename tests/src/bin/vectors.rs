//! Checks a file of encryption vectors against the client: fingerprint, salt, derived key, and what a sealed text opens to.

use std::path::PathBuf;
use std::process::ExitCode;

use cachebash_tests::vectors::check;

fn main() -> ExitCode {
    let Some(file) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: vectors FILE");
        return ExitCode::from(2);
    };
    let report = match std::fs::read_to_string(&file)
        .map_err(|error| error.to_string())
        .and_then(|text| check(&text))
    {
        Ok(report) => report,
        Err(error) => {
            eprintln!("{}: {error}", file.display());
            return ExitCode::from(2);
        }
    };
    for (place, reason) in &report.failures {
        println!("vector {place}: {reason}");
    }
    println!("vectors: {} passed, {} failed", report.passed, report.failures.len());
    if report.passed == 0 {
        // A file without a vector proves nothing.
        eprintln!("{}: no vector in it holds", file.display());
    }
    if report.failures.is_empty() && report.passed > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
