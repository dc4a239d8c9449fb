//! The Kotlin tests: the library against a running server, the presentation, and the pictures.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Context;

use super::{Count, Tried};
use crate::place;
use crate::shell::{program, watch};

/// Maven in android/, told where the built library, its generated side and the server's binary are.
pub(crate) fn maven(goal: &str) -> Command {
    let mut maven = program("mvn", &place::root().join("android"));
    maven
        // Not quiet: a check that fails says why at the level that quiet leaves out. And no compiler left running after.
        .args([
            "--batch-mode",
            "--no-transfer-progress",
            "-Dkotlin.compiler.daemon=false",
            goal,
        ])
        .arg(format!("-Dcore.library.dir={}", place::built(false).display()))
        .arg(format!(
            "-Dcore.bindings.dir={}",
            place::target().join("bindings/kotlin").display()
        ))
        .env("CACHEBASH_BIN", place::program());
    maven
}

pub(super) fn run() -> anyhow::Result<Tried> {
    for folder in report_folders()? {
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("emptying {}", folder.display()))?;
        }
    }
    let passed = watch(&mut maven("verify"), |_| {})?;
    let mut count = Count::default();
    for folder in report_folders()?.iter().filter(|folder| folder.exists()) {
        for file in fs::read_dir(folder)? {
            let path = file?.path();
            if path.extension().is_some_and(|it| it == "xml") {
                let report = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
                add(&mut count, &report);
            }
        }
    }
    let trouble = (!passed).then(|| "mvn verify failed, see above".to_owned());
    Ok(Tried { count, trouble })
}

/// Where the modules of android/ report their tests.
fn report_folders() -> anyhow::Result<Vec<PathBuf>> {
    let android = place::root().join("android");
    let mut folders = Vec::new();
    for entry in fs::read_dir(&android).with_context(|| format!("reading {}", android.display()))? {
        folders.push(entry?.path().join("target/surefire-reports"));
    }
    Ok(folders)
}

/// Adds the numbers of `<testsuite … tests="3" errors="0" skipped="0" failures="1">`.
fn add(count: &mut Count, report: &str) {
    let Some(suite) = report
        .split_once("<testsuite ")
        .and_then(|(_, rest)| rest.split_once('>'))
    else {
        return;
    };
    let number = |name: &str| {
        let (_, rest) = suite.0.split_once(&format!(" {name}=\""))?;
        rest.split_once('"')?.0.parse::<u32>().ok()
    };
    let failed = number("failures").unwrap_or(0) + number("errors").unwrap_or(0);
    let skipped = number("skipped").unwrap_or(0);
    count.passed += number("tests").unwrap_or(0).saturating_sub(failed + skipped);
    count.failed += failed;
    count.skipped += skipped;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_counted() {
        let report = r#"<?xml version="1.0"?>
            <testsuite version="3.0" name="a.B" time="0.1" tests="5" errors="1" skipped="1" failures="1">
            <testcase name="x"/></testsuite>"#;
        let mut count = Count {
            passed: 10,
            failed: 0,
            skipped: 0,
        };
        add(&mut count, report);
        assert_eq!(
            count,
            Count {
                passed: 12,
                failed: 2,
                skipped: 1
            }
        );
    }
}
