//! `cargo xtask size`: how large the library is that phones load, beside what it was. Every byte is loaded on every phone, so
//! growth is looked at when it happens and not when somebody complains.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;

use crate::place;
use crate::shell::{cargo, program, run, say};

/// It may grow by so many percent before somebody has to look.
const MAY_GROW: f64 = 3.0;

#[derive(Args)]
pub(crate) struct Size {
    /// Writes down what was measured as the size from now on.
    #[arg(long)]
    update: bool,
}

impl Size {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        say("building the library as it ships; minutes, the first time");
        run(
            cargo(["build", "--quiet", "--release", "--package", "cachebash-ffi", "--lib"])
                .env("CARGO_INCREMENTAL", "0"),
        )?;
        let stripped = place::target().join("size").join(place::library());
        fs::create_dir_all(stripped.parent().unwrap_or(&stripped))?;
        let mut strip = program("strip", &place::root());
        run(strip
            .arg("-o")
            .arg(&stripped)
            .arg(place::built(true).join(place::library())))?;
        check(&host()?, &stripped, self.update)
    }
}

/// The target that this machine builds for.
fn host() -> anyhow::Result<String> {
    let told = program("rustc", &place::root())
        .arg("-vV")
        .output()
        .context("asking rustc")?;
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc names no host")?.to_owned())
}

/// Compares a stripped library with what it was for this target. A target that was never measured is told and passes.
pub(crate) fn check(target: &str, library: &Path, update: bool) -> anyhow::Result<()> {
    let bytes = fs::metadata(library)
        .with_context(|| format!("measuring {}", library.display()))?
        .len();
    let mut sizes = sizes()?;
    let Some(was) = sizes.get(target).copied().filter(|_| !update) else {
        say(&format!("{target}: {bytes} bytes"));
        if update {
            sizes.insert(target.to_owned(), bytes);
            let text = serde_json::to_string_pretty(&sizes)?;
            fs::write(listing(), text + "\n").context("writing bindings/sizes.json")?;
        }
        return Ok(());
    };
    let grown = (bytes as f64 / was as f64 - 1.0) * 100.0;
    let line = format!("{target}: {bytes} bytes, {grown:+.1} % of {was}; may grow by {MAY_GROW} %");
    if grown > MAY_GROW {
        bail!("{line}. Find out what it is for, then write it down: cargo xtask size --update");
    }
    say(&line);
    Ok(())
}

fn sizes() -> anyhow::Result<BTreeMap<String, u64>> {
    let text = fs::read_to_string(listing()).context("reading bindings/sizes.json")?;
    serde_json::from_str(&text).context("reading bindings/sizes.json")
}

fn listing() -> PathBuf {
    place::root().join("bindings/sizes.json")
}
