//! Replays a folder of recorded exchanges to the client, and says which ones it does not understand.

use std::path::PathBuf;
use std::process::ExitCode;

use cachebash_tests::exchange::replay_all;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: exchanges DIR");
        return ExitCode::from(2);
    };
    let report = match replay_all(&folder).await {
        Ok(report) => report,
        Err(error) => {
            eprintln!("{}: {error}", folder.display());
            return ExitCode::from(2);
        }
    };
    for (name, reason) in &report.failures {
        println!("{name}: {reason}");
    }
    println!("typed: {}, envelope only: {}", report.typed, report.envelope_only);
    println!(
        "exchanges: {} passed, {} failed",
        report.passed(),
        report.failures.len()
    );
    // A folder without a case proves nothing.
    let proves_something = report.typed + report.envelope_only > 0;
    if !proves_something {
        eprintln!(
            "{}: no exchange in it; they are files that end in .json",
            folder.display()
        );
    }
    if report.failures.is_empty() && proves_something {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
