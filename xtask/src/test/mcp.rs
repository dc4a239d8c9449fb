//! The stories of tests/mcp, told by the official SDKs against the built program. The SDKs are fetched as the lock files say,
//! into target/mcp, and again only when those change.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::rust::of_one_binary;
use super::{Count, Tried};
use crate::place;
use crate::shell::{cargo, program, run as shell_run, say, watch};

pub(super) fn run() -> anyhow::Result<Tried> {
    let typescript = typescript()?;
    let python = python()?;
    let mut count = Count::default();
    let mut tests = cargo([
        "test",
        "--package",
        "cachebash-tests",
        "--test",
        "agents",
        "--",
        "--ignored",
        "--nocapture",
    ]);
    tests
        .env("CACHEBASH_BIN", place::program())
        .env("CACHEBASH_MCP_TYPESCRIPT", typescript)
        .env("CACHEBASH_MCP_PYTHON", python);
    let passed = watch(&mut tests, |line| {
        if let Some(binary) = of_one_binary(line) {
            count.passed += binary.passed;
            count.failed += binary.failed;
        }
    })?;
    let trouble = (!passed).then(|| "a story failed, see above".to_owned());
    Ok(Tried { count, trouble })
}

/// A folder with the stories and the TypeScript SDK beside them, where Node looks for it.
fn typescript() -> anyhow::Result<PathBuf> {
    let (from, to) = (
        place::root().join("tests/mcp/typescript"),
        place::target().join("mcp/typescript"),
    );
    fs::create_dir_all(&to).with_context(|| format!("making {}", to.display()))?;
    for entry in fs::read_dir(&from).with_context(|| format!("reading {}", from.display()))? {
        let path = entry?.path();
        if let (true, Some(name)) = (path.is_file(), path.file_name()) {
            fs::copy(&path, to.join(name)).with_context(|| format!("copying {}", path.display()))?;
        }
    }
    fetched(&from.join("package-lock.json"), &to, || {
        say("MCP: npm ci");
        shell_run(program("npm", &to).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))
    })?;
    Ok(to)
}

/// The Python of an environment that has the SDK.
fn python() -> anyhow::Result<PathBuf> {
    environment("tests/mcp/python/requirements.txt", "mcp/python")
}

/// The Python of an environment below target/ that has what a lock file says.
pub(super) fn environment(requirements: &str, below_target: &str) -> anyhow::Result<PathBuf> {
    let requirements = place::root().join(requirements);
    let to = place::target().join(below_target);
    let python = to.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    });
    fetched(&requirements, &to, || {
        say("python3 -m venv, pip install");
        shell_run(
            program("python3", &place::root())
                .args(["-m", "venv", "--clear"])
                .arg(&to),
        )?;
        shell_run(
            program(&python, &place::root())
                .args([
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--disable-pip-version-check",
                    "--no-deps",
                    "--requirement",
                ])
                .arg(&requirements),
        )
    })?;
    Ok(python)
}

/// Fetches what a lock file says unless that was done before.
fn fetched(lock: &Path, to: &Path, fetch: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    let wanted = fs::read(lock).with_context(|| format!("reading {}", lock.display()))?;
    let stamp = to.join(".fetched");
    if fs::read(&stamp).is_ok_and(|had| had == wanted) {
        return Ok(());
    }
    fetch()?;
    fs::write(&stamp, wanted).with_context(|| format!("writing {}", stamp.display()))
}
