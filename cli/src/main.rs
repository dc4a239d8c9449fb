//! `cachebash`: the third face of the companion, and the one that every machine can run.
//!
//! `args` is what can be typed, `commands` what is done, `tui` the screen, `words` its words, `demo` a fleet to look at.
//! What a row means is decided in the core; nothing here judges.

mod args;
mod commands;
mod demo;
mod failure;
mod logs;
mod qr;
mod secrets;
mod settings;
mod surroundings;
mod tui;
mod words;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = args::Cli::parse();
    // A server starts its log when it knows its settings.
    if !matches!(cli.command, args::Command::Serve(_)) {
        logs::of_a_command();
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: this machine cannot start: {error}");
            return ExitCode::from(1);
        }
    };
    let outcome = runtime.block_on(commands::run(cli));
    // What still waits in the background must not hold up the prompt.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Where the window is gone there is nobody to tell.
            let _ = writeln!(std::io::stderr(), "{failure}");
            ExitCode::from(failure.code())
        }
    }
}
