//! The Swift tests, and what can be said about the SwiftUI views without SwiftUI.

use std::path::{Path, PathBuf};

use super::{Count, Tried};
use crate::shell::{program, run as shell_run, say, watch};
use crate::{package, place};

pub(super) fn run() -> anyhow::Result<Tried> {
    let package = place::root().join("ios");
    if cfg!(target_os = "macos") {
        // There the Swift package links an xcframework, as the app does.
        package::apple()?;
    }
    let mut count = Count::default();
    let mut tests = program("swift", &package);
    tests
        .arg("test")
        .env("CACHEBASH_FFI_DIR", place::built(false))
        .env("CACHEBASH_BIN", place::program());
    let mut classic = Count::default();
    let passed = watch(&mut tests, |line| {
        // Each suite of XCTest's reports what it holds; the last and largest is the whole.
        if let Some(suite) = of_xctest(line)
            && suite.passed + suite.failed >= classic.passed + classic.failed
        {
            classic = suite;
        }
        if let Some(all) = of_swift_testing(line) {
            count = all;
        }
    })?;
    count.passed += classic.passed;
    count.failed += classic.failed;
    let trouble = if passed {
        looks(&package)?
    } else {
        Some("swift test failed, see above".to_owned())
    };
    Ok(Tried { count, trouble })
}

/// What the formatter and the type check of the views have to say, if anything.
fn looks(package: &Path) -> anyhow::Result<Option<String>> {
    say("Swift: swift format lint");
    let mut lint = program("swift", package);
    lint.args(["format", "lint", "--strict", "--parallel"])
        .args(sources(package)?);
    if let Err(error) = shell_run(&mut lint) {
        return Ok(Some(format!("{error:#}; `swift format --in-place` mends most of it")));
    }
    if cfg!(target_os = "macos") {
        // `swift test` has just built the screens against SwiftUI itself.
        return Ok(None);
    }
    say("Swift: the views' types, against the stand-in for SwiftUI");
    Ok(shell_run(&mut program("./check-views", package))
        .err()
        .map(|error| format!("{error:#}")))
}

/// Every Swift file that is written by hand.
fn sources(package: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let files = place::files_below(package, &["swift"])?;
    Ok(files
        .into_iter()
        .filter(|path| !path.iter().any(|part| part == "Generated"))
        .collect())
}

/// Reads `Executed 3 tests, with 1 failure (0 unexpected) in …`.
fn of_xctest(line: &str) -> Option<Count> {
    let rest = line.trim().strip_prefix("Executed ")?;
    let all: u32 = rest.split(' ').next()?.parse().ok()?;
    let failed: u32 = rest.split_once("with ")?.1.split(' ').next()?.parse().ok()?;
    Some(Count {
        passed: all.saturating_sub(failed),
        failed,
        skipped: 0,
    })
}

/// Reads `✔ Test run with 12 tests in 3 suites passed …` or `✘ Test run with 12 tests … failed … with 2 issues.`
fn of_swift_testing(line: &str) -> Option<Count> {
    let (_, rest) = line.split_once("Test run with ")?;
    let all: u32 = rest.split(' ').next()?.parse().ok()?;
    let failed = if rest.contains(" failed ") {
        rest.split_once("with ")
            .and_then(|(_, issues)| issues.split(' ').next()?.parse().ok())
            .unwrap_or(1)
            .min(all)
    } else {
        0
    };
    Some(Count {
        passed: all - failed,
        failed,
        skipped: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_summary_are_counted() {
        let xctest = "\t Executed 3 tests, with 1 failure (0 unexpected) in 0.021 (0.021) seconds";
        assert_eq!(
            of_xctest(xctest),
            Some(Count {
                passed: 2,
                failed: 1,
                skipped: 0
            })
        );
        let good = "✔ Test run with 12 tests in 3 suites passed after 0.512 seconds.";
        assert_eq!(
            of_swift_testing(good),
            Some(Count {
                passed: 12,
                failed: 0,
                skipped: 0
            })
        );
        let bad = "✘ Test run with 12 tests in 3 suites failed after 0.512 seconds with 2 issues.";
        assert_eq!(
            of_swift_testing(bad),
            Some(Count {
                passed: 10,
                failed: 2,
                skipped: 0
            })
        );
    }
}
