//! Running other programs: what is about to run is said first, and a failure says which command it was.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

/// Says what is about to happen.
pub(crate) fn say(what: &str) {
    eprintln!("==> {what}");
}

/// A cargo command in the repository's root, with the cargo that runs us.
pub(crate) fn cargo<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .current_dir(crate::place::root())
        .args(arguments)
        .stdin(Stdio::null());
    command
}

/// A command in a folder of the repository.
pub(crate) fn program(name: impl AsRef<OsStr>, dir: &Path) -> Command {
    let mut command = Command::new(name);
    command.current_dir(dir).stdin(Stdio::null());
    command
}

/// Runs it with its output passed on; fails unless it succeeds.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command
        .status()
        .with_context(|| format!("could not start {}", line_of(command)))?;
    if !status.success() {
        bail!("{} failed ({status})", line_of(command));
    }
    Ok(())
}

/// Runs it and takes what it prints; its complaints are passed on.
pub(crate) fn read(command: &mut Command) -> anyhow::Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("could not start {}", line_of(command)))?;
    if !output.status.success() {
        bail!("{} failed ({})", line_of(command), output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("{} did not print text", line_of(command)))
}

/// The command as a person would type it, or its first words.
fn line_of(command: &Command) -> String {
    const WORDS: usize = 8;
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or_else(|| command.get_program());
    let mut words: Vec<String> = std::iter::once(program)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    if words.len() > WORDS {
        words.truncate(WORDS);
        words.push("…".to_owned());
    }
    words.join(" ")
}

/// Runs it, passes each line of its output on as it comes, and shows the line to `look`. Says whether it succeeded.
pub(crate) fn watch(command: &mut Command, mut look: impl FnMut(&str)) -> anyhow::Result<bool> {
    let line = line_of(command);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("could not start {line}"))?;
    if let Some(output) = child.stdout.take() {
        for text in BufReader::new(output).lines() {
            let text = text.with_context(|| format!("{line} did not print text"))?;
            println!("{text}");
            look(&text);
        }
    }
    Ok(child
        .wait()
        .with_context(|| format!("could not wait for {line}"))?
        .success())
}

/// Whether a program is there: it answers when asked for its version.
pub(crate) fn answers(name: &str, question: &[&str]) -> bool {
    let mut command = Command::new(name);
    command
        .args(question)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
