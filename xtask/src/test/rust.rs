//! The Rust tests.

use super::{Count, Tried};
use crate::shell::{cargo, watch};

pub(super) fn run() -> anyhow::Result<Tried> {
    let mut count = Count::default();
    let mut tests = cargo(["test", "--workspace", "--no-fail-fast"]);
    let passed = watch(&mut tests, |line| {
        if let Some(binary) = of_one_binary(line) {
            count.passed += binary.passed;
            count.failed += binary.failed;
            count.skipped += binary.skipped;
        }
    })?;
    let trouble = (!passed).then(|| "cargo test failed, see above".to_owned());
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
