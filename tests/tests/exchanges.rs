//! Every recorded exchange goes through the real client.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cachebash_tests::exchange::replay_all;

fn fixtures(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder)
}

#[tokio::test]
async fn every_recorded_exchange_is_understood() {
    let report = replay_all(&fixtures("exchanges")).await.unwrap();
    assert_eq!(report.failures, []);
    assert_eq!(report.passed(), 226);
    // Contract section 11 leaves out what none of them is.
    assert_eq!(report.envelope_only, 0);
}

/// Forms that the contract allows and the recordings lack: every word for a state or an outcome, sparse documents,
/// pages of front ends, routes that are none.
#[tokio::test]
async fn forms_that_were_not_recorded_are_understood_too() {
    let report = replay_all(&fixtures("exchanges-made")).await.unwrap();
    assert_eq!(report.failures, []);
    assert!(report.passed() > 40);
}

fn run(folder: &Path) -> (Output, Vec<String>) {
    let output = Command::new(env!("CARGO_BIN_EXE_exchanges"))
        .arg(folder)
        .output()
        .unwrap();
    let lines = String::from_utf8(output.stdout.clone())
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect();
    (output, lines)
}

#[test]
fn the_report_names_what_failed_and_why_and_counts_last() {
    let folder = tempfile::tempdir().unwrap();
    for file in [
        "exchanges/sessions-list-default.json",
        "exchanges-made/dreams-no-inner-success.json",
    ] {
        let name = Path::new(file).file_name().unwrap();
        std::fs::copy(fixtures(file), folder.path().join(name)).unwrap();
    }
    let (output, lines) = run(folder.path());
    assert!(output.status.success());
    assert_eq!(lines, ["typed: 1, envelope only: 1", "exchanges: 2 passed, 0 failed"]);

    std::fs::write(folder.path().join("a-broken-file.json"), "{").unwrap();
    let text = std::fs::read_to_string(fixtures("exchanges").join("keys-list.json")).unwrap();
    // A hash that is a number is no row.
    let odd = text.replacen("\"keyHash\": \"", "\"keyHash\": 1, \"was\": \"", 1);
    assert_ne!(odd, text);
    std::fs::write(folder.path().join("keys-list.json"), odd).unwrap();
    let (output, lines) = run(folder.path());
    assert_eq!(output.status.code(), Some(1));
    assert!(lines[0].starts_with("a-broken-file: not an exchange: "), "{lines:?}");
    assert!(
        lines[1].starts_with("keys-list: ") && lines[1].ends_with("1 rows were left out"),
        "{lines:?}"
    );
    assert_eq!(
        lines[2..],
        ["typed: 2, envelope only: 2", "exchanges: 2 passed, 2 failed"]
    );
}

#[test]
fn a_folder_without_a_case_proves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (output, lines) = run(folder.path());
    assert!(!output.status.success());
    assert_eq!(lines.last().unwrap(), "exchanges: 0 passed, 0 failed");
}
