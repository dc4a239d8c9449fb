//! The server tried against its own OpenAPI document by schemathesis: tests/openapi says what counts as a failure.

use super::{Count, Tried, mcp};
use crate::place;
use crate::shell::{program, say, watch};

pub(super) fn run() -> anyhow::Result<Tried> {
    let python = mcp::environment("tests/openapi/requirements.txt", "openapi/python")?;
    say("every operation of the document, with values of its own making");
    let mut check = program(python, &place::root());
    check
        .arg("tests/openapi/check.py")
        .arg("--program")
        .arg(place::program())
        .arg("--work")
        .arg(place::target().join("openapi/work"));
    let mut count = Count::default();
    let passed = watch(&mut check, |line| {
        if let Some((held, all)) = operations(line) {
            (count.passed, count.failed) = (held, all - held);
        }
    })?;
    let trouble = (!passed).then(|| "the document and the server disagree, see above".to_owned());
    Ok(Tried { count, trouble })
}

/// How many operations held, of how many: the check's last line.
fn operations(line: &str) -> Option<(u32, u32)> {
    let mut words = line.strip_prefix("openapi: ")?.split(' ');
    let held = words.next()?.parse().ok()?;
    let all = words.nth(1)?.parse().ok()?;
    Some((held, all)).filter(|(held, all)| held <= all)
}

#[cfg(test)]
mod tests {
    use super::operations;

    #[test]
    fn the_checks_last_line_is_counted() {
        assert_eq!(
            operations("openapi: 51 of 53 operations held in 4452 requests"),
            Some((51, 53))
        );
        assert_eq!(operations("openapi: all of it"), None);
    }
}
