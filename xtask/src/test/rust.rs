//! The Rust tests, and those of them that are about a server's data once more over PostgreSQL.

use std::process::Command;

use super::{Count, Tried};
use crate::place;
use crate::shell::{cargo, program, watch};

/// How many companions `tests/tests/killed` kills.
const KILLS: &str = "500";

pub(super) fn run() -> anyhow::Result<Tried> {
    tried(
        cargo(["test", "--workspace", "--no-fail-fast"]).env("KILLS", KILLS),
        "cargo test failed, see above",
    )
}

/// The stories of the server on a server of its own kind, and those that only several nodes can tell.
pub(super) fn run_over_postgres() -> anyhow::Result<Tried> {
    let mut count = Count::default();
    let mut trouble = None;
    for tests in [
        ["--package", "cachebash-server", "--lib", "--tests", "--"].as_slice(),
        // With what it measures.
        &["--package", "cachebash", "--test", "two_nodes", "--", "--nocapture"],
    ] {
        // Those that need a database are ignored where there is none.
        let tests = &[tests, &["--include-ignored"]].concat();
        let mut command = program(place::root().join("xtask/scripts/with-postgres"), &place::root());
        let tests = cargo([&["test", "--no-fail-fast"], tests.as_slice()].concat());
        command.arg(tests.get_program()).args(tests.get_args());
        let tried = tried(&mut command, "a test over PostgreSQL failed, see above")?;
        count = count.and(tried.count);
        trouble = trouble.or(tried.trouble);
    }
    if count.skipped > 0 {
        trouble = trouble.or(Some("tests over PostgreSQL were left out".to_owned()));
    }
    Ok(Tried { count, trouble })
}

fn tried(tests: &mut Command, trouble: &str) -> anyhow::Result<Tried> {
    let mut count = Count::default();
    let passed = watch(tests, |line| {
        if let Some(binary) = of_one_binary(line) {
            count = count.and(binary);
        }
    })?;
    let trouble = (!passed).then(|| trouble.to_owned());
    Ok(Tried { count, trouble })
}

/// Reads `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
pub(super) fn of_one_binary(line: &str) -> Option<Count> {
    let (_, numbers) = line.trim().strip_prefix("test result: ")?.split_once(". ")?;
    let number = |word: &str| {
        numbers
            .split(';')
            .find_map(|part| part.trim().strip_suffix(word)?.trim().parse::<u32>().ok())
            .unwrap_or(0)
    };
    Some(Count {
        passed: number("passed"),
        failed: number("failed"),
        skipped: number("ignored"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_line_is_counted() {
        let line = "test result: FAILED. 12 passed; 2 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.21s";
        assert_eq!(
            of_one_binary(line),
            Some(Count {
                passed: 12,
                failed: 2,
                skipped: 1
            })
        );
        assert_eq!(of_one_binary("running 12 tests"), None);
    }
}
