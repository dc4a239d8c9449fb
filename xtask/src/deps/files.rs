//! Files that say why they exist, and are short enough to be about one thing.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::place;

/// Lines a file may have. Beyond that it probably means two things.
const LIMIT: usize = 450;

/// Longer files, and why they are better whole.
const LONG_FOR_A_REASON: [(&str, &str); 0] = [];

/// Rust files that do not begin with `//!`.
pub(super) fn headers() -> anyhow::Result<Vec<String>> {
    let mut findings = Vec::new();
    for (name, text) in sources(&["rs"])? {
        let first = text
            .lines()
            .find(|line| !line.trim().is_empty() && !line.starts_with("#!"))
            .unwrap_or_default();
        if !first.starts_with("//! ") {
            findings.push(format!(
                "{} does not begin by saying why it exists (//!)",
                name.display()
            ));
        }
    }
    Ok(findings)
}

/// Files over the limit, and reasons that no longer hold.
pub(super) fn lengths() -> anyhow::Result<Vec<String>> {
    let files = sources(&["rs", "kt", "swift"])?;
    let reason = |name: &Path| LONG_FOR_A_REASON.iter().find(|(long, _)| name == Path::new(long));
    let mut findings: Vec<String> = files
        .iter()
        .map(|(name, text)| (name, text.lines().count()))
        .filter(|(name, lines)| *lines > LIMIT && reason(name).is_none())
        .map(|(name, lines)| {
            format!(
                "{} has {lines} lines, {LIMIT} are allowed: split it by meaning",
                name.display()
            )
        })
        .collect();
    for (long, _) in LONG_FOR_A_REASON {
        if !files
            .iter()
            .any(|(name, text)| name == Path::new(long) && text.lines().count() > LIMIT)
        {
            findings.push(format!("{long} needs no exception any more"));
        }
    }
    Ok(findings)
}

/// Every source that is written by hand, by its path from the root.
fn sources(endings: &[&str]) -> anyhow::Result<Vec<(PathBuf, String)>> {
    let root = place::root();
    let mut sources = Vec::new();
    for path in place::files_below(&root, endings)? {
        let name = path.strip_prefix(&root).unwrap_or(&path).to_owned();
        if !name.iter().any(|part| part == "Generated") {
            let text = fs::read_to_string(&path).with_context(|| format!("reading {}", name.display()))?;
            sources.push((name, text));
        }
    }
    Ok(sources)
}
